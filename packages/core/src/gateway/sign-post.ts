// What both kinds of signs have in common: stanzas that leave, requests that leave, answers, and what is told of each.
import type { IncomingRequest, RequestDraft } from '@interwork/sip';
import type { Jid, XmlElement } from '@interwork/xmpp';
import type { Traffic } from '@interwork/policy';
import { NOTHING } from '../translation.ts';
import { type Admitted, ANY_CONNECTION, type Denied, needOf, verdictOf } from './admit.ts';
import { answerOfRefusal } from './answers.ts';
import { readable } from './decide.ts';
import { type GatewayEnv, shown, tell } from './env.ts';
import type { AskedWhat } from './event.ts';
import { type Looked, NO_CHANGES, NO_WORDS } from './look.ts';
import type { Crossed, Outgoing } from './outgoing.ts';
import { signElement, type SignEnds, type SignStanza } from './sign-drafts.ts';
import { type EndedAtOnce, endedAtOnce } from './trace.ts';
import type { Ends } from './words.ts';

/** The traffic that signs are. */
export type SignTraffic = Extract<Traffic, 'composing' | 'receipt'>;

/** What of a stanza is known when it comes in. */
export type CameStanza = Pick<Crossed, 'at' | 'from' | 'to' | 'stanza' | 'receipt'>;

/** Passes a request on, in its turn. */
export type Leaving = (now: number, crossed: Outgoing) => void;

/** Sends an error to an XMPP sender. */
export type Replying = (now: number, error: XmlElement, from: Jid, to: Jid) => void;

/** Why and by what, for a trace. */
type Why = Pick<EndedAtOnce, 'by' | 'proof' | 'reasons'>;

/** What the host is asked of a sign. Who composes no more takes something back. */
export type SignAsked = Extract<AskedWhat, 'composing' | 'delivered' | 'displayed' | 'failed'>;

/** What the host is told of a sign. */
export function signLooked(
  ends: Ends,
  what: SignAsked,
  { by, proof }: Pick<Admitted, 'by' | 'proof'>,
): Looked {
  const traffic = what === 'composing' ? 'composing' : 'receipt';
  return { ...ends, traffic, what, words: NO_WORDS, mayChange: NO_CHANGES, by, proof };
}

/** The ways out. */
export class SignPost {
  readonly env: GatewayEnv;
  readonly reply: Replying;
  readonly #leave: Leaving;
  /** Whether something may be said within a session now. */
  readonly isOpen: (from: Jid, to: Jid) => boolean;

  constructor(env: GatewayEnv, leave: Leaving, reply: Replying, isOpen: SignPost['isOpen']) {
    this.env = env;
    this.isOpen = isOpen;
    this.reply = reply;
    this.#leave = leave;
  }

  /** Whether policy lets such a sign pass, whatever it comes by. */
  permits(via: 'sip' | 'xmpp', traffic: SignTraffic, from: Jid, to: Jid): boolean {
    return verdictOf(via, traffic, from, to, ANY_CONNECTION, this.env).effect === 'permit';
  }

  /** A stanza without words leaves. */
  say(says: XmlElement, stanza: Omit<SignStanza, 'id' | 'path'>, admitted?: Admitted): void {
    const { from, to } = stanza;
    const { instance, options, out } = this.env;
    const path = [...(admitted?.path ?? []), instance];
    const element = signElement(says, { ...stanza, id: options.drawToken(), path });
    const need = admitted === undefined ? undefined : needOf(admitted.way);
    const input = { kind: 'stanza', element, from, to, context: undefined } as const;
    out.push({ kind: 'xmpp', input: need === undefined ? input : { ...input, need } });
  }

  /** A request leaves; `word` is what it says. */
  send(
    now: number,
    traffic: SignTraffic,
    admitted: Admitted,
    draft: RequestDraft,
    word: string,
    came?: CameStanza,
  ): void {
    this.#leave(now, leavingSign(now, traffic, admitted, draft, word, came));
  }

  /** The ends of what leaves for SIP. */
  endsOf({ from, path, to }: Admitted): SignEnds {
    return { from: from.sip, to: to.sip, path: [...path, this.env.instance] };
  }

  /** A request that is a sign is not taken. */
  refuse(now: number, to: string, r: IncomingRequest, traffic: SignTraffic, denied: Denied): void {
    const { by, proof, refusal } = denied;
    const draft = answerOfRefusal(refusal, this.env.waits.retryAfter);
    this.env.out.push({ kind: 'sip', input: { kind: 'respond', to, draft } });
    const ends = { from: readable(r.from.uri), to: readable(r.uri) };
    const told = { by, proof, reasons: [refusal.code] };
    this.#tell(now, traffic, ends, told, {
      rule: refusal.spec,
      outcome: 'refused',
      answer: String(draft.status),
    });
  }

  /** A sign of a SIP user was passed on. */
  told(now: number, traffic: SignTraffic, from: Jid, to: Jid, why: Why): void {
    const ends = { from: from.full, to: to.full };
    const rule = SIGN_RULES[traffic];
    this.#tell(now, traffic, ends, why, { rule, outcome: 'handed-over', answer: '200' });
  }

  /** Nothing came of it. */
  dropped(now: number, traffic: SignTraffic, { by, from, proof, to }: Admitted, why: string): void {
    this.untold(now, traffic, from.jid, to.jid, { by, proof, reasons: [why] });
  }

  /** A sign of a SIP user is not passed on. */
  untold(now: number, traffic: SignTraffic, from: Jid, to: Jid, why: Why): void {
    const ends = { from: from.full, to: to.full };
    const rule = SIGN_RULES[traffic];
    this.#tell(now, traffic, ends, why, { rule, outcome: 'dropped', answer: '200' });
  }

  #tell(
    now: number,
    traffic: SignTraffic,
    { from, to }: { readonly from: string; readonly to: string },
    why: Why,
    end: Pick<EndedAtOnce, 'rule' | 'outcome' | 'answer'>,
  ): void {
    const { env } = this;
    const ends = { from: shown(env, from), to: shown(env, to) };
    tell(env, endedAtOnce(now, { direction: 'sip-to-xmpp', traffic, ...ends, ...why, ...end }));
  }
}

/** The sections that are applied to signs. */
export const SIGN_RULES: Readonly<Record<SignTraffic, string>> = {
  composing: 'RFC 7573 §6',
  receipt: 'RFC 5438 §7.2.1',
};

/** The section that carries something towards SIP. */
export function ruleOf({ kind, traffic }: Crossed): string {
  if (kind !== 'sign') return 'RFC 7572 §4';
  return traffic === 'receipt' ? SIGN_RULES.receipt : SIGN_RULES.composing;
}

/** The two people, in this direction. */
export function pairOf(from: Jid, to: Jid): string {
  return `${from.bare} ${to.bare}`;
}

function leavingSign(
  now: number,
  traffic: SignTraffic,
  { by, from, policy, proof, to, way }: Admitted,
  draft: RequestDraft,
  word: string,
  came?: CameStanza,
): Outgoing {
  return {
    kind: 'sign',
    traffic,
    pair: pairOf(from.jid, to.jid),
    at: came?.at ?? now,
    from: from.jid,
    to: to.jid,
    stanza: came?.stanza,
    receipt: came?.receipt,
    by,
    proof,
    lost: NOTHING,
    way,
    must: NO_DUTIES,
    policy,
    draft,
    notes: [word],
    again: false,
  };
}

/** A sign has no words that anything is to be done with. */
const NO_DUTIES: readonly never[] = Object.freeze([]);
