// Signs of conversations, both ways: who composes (typing-signs.ts), and what became of a message (receipt-signs.ts). What
// each is on the other side is in rules/; here is whether policy lets it pass, where `composing` and `receipt` are traffic of
// their own, and what is remembered, all within bounds. A sign is never worth an error to whoever gave it.
import type { Flow, IncomingRequest, RequestDraft } from '@interwork/sip';
import type { Jid, LinkFacts, Message, XmlElement } from '@interwork/xmpp';
import { stateIn } from '../rules/chat-state.ts';
import { noticeIn } from '../rules/receipt.ts';
import { type HeardSign, signIn } from '../rules/sign-in.ts';
import type { Instant } from '../store/store.ts';
import { refused } from '../translation.ts';
import { dialectOf } from '../dialect/dialect-of.ts';
import type { TypingState } from '../dialect/types.ts';
import { type Admitted, admitRequest, type Denied } from './admit.ts';
import { admitWithin, type Within } from './admit-within.ts';
import { type GatewayEnv, orLater } from './env.ts';
import { isUnseen, type Looked, lookOrWait, NOT_LOOKED_AT, refusedWithin } from './look.ts';
import type { LateFailure } from './notice.ts';
import type { Outgoing } from './outgoing.ts';
import { ReceiptSigns } from './receipt-signs.ts';
import {
  type CameStanza,
  type Leaving,
  type Replying,
  type SignAsked,
  signLooked,
  SignPost,
  type SignTraffic,
} from './sign-post.ts';
import { TypingSigns } from './typing-signs.ts';

/** How full its tables are. */
export interface SignSizes {
  /** Pairs of people of whom it is known who composes. */
  readonly typing: number;
  /** Messages of which something was told to whoever asked. */
  readonly receipts: number;
}

/** What is known of a message of a SIP user. */
interface HeardWords {
  readonly admitted: Admitted;
}

/** The door of all signs. */
export class Signs {
  readonly #env: GatewayEnv;
  readonly #post: SignPost;
  readonly #typing: TypingSigns;
  readonly #receipts: ReceiptSigns;

  /** `isOpen`: whether something may be said within a session now. */
  constructor(env: GatewayEnv, leave: Leaving, reply: Replying, isOpen: SignPost['isOpen']) {
    this.#env = env;
    this.#post = new SignPost(env, leave, reply, isOpen);
    this.#typing = new TypingSigns(this.#post);
    this.#receipts = new ReceiptSigns(this.#post);
  }

  get sizes(): SignSizes {
    return { typing: this.#typing.size, receipts: this.#receipts.size };
  }

  get wakeAt(): Instant {
    return this.#typing.wakeAt;
  }

  /** A stanza without words; the word is why nothing comes of it, `undefined` when something does. */
  said(now: number, m: Message, came: CameStanza, link: LinkFacts): string | undefined {
    const state = stateIn(m);
    if (state !== undefined) return this.#typing.said(now, state, m, came, link);
    const notice = noticeIn(m);
    return notice === undefined ? 'no-body' : this.#receipts.said(now, notice, m, came, link);
  }

  /** What the host is to look at before anything comes of a stanza without words; `undefined` where nothing does. */
  lookOf(now: number, m: Message, came: CameStanza, link: LinkFacts): Looked | undefined {
    const state = stateIn(m);
    if (state !== undefined) return this.#typing.lookOf(now, state, m, came, link);
    const notice = noticeIn(m);
    return notice && this.#receipts.lookOf(now, notice, m, came, link);
  }

  /** An XMPP user has said something. */
  spoke(now: number, m: Message, from: Jid, to: Jid): void {
    this.#typing.spoke(now, m, from, to);
  }

  /** What an XMPP user has said is to leave; perhaps as one that asks what becomes of it. */
  asking(now: number, crossed: Outgoing): Outgoing {
    return this.#receipts.asking(now, crossed);
  }

  /** A request has its response: of a sign that it was not read, of a message that it has arrived. */
  answered(now: number, crossed: Outgoing, status: number): void {
    if (crossed.kind === 'sign') this.#typing.refused(now, crossed, status);
    else this.#receipts.delivered(now, crossed, status);
  }

  /** How a failure after the 202 is told to a SIP user who has asked for that. */
  failed(now: number, { id, recipient, sender }: LateFailure): RequestDraft | undefined {
    return this.#receipts.failed(now, id, sender, recipient);
  }

  /** What a SIP user has said leaves, with the state that it has, where its reader knows chat states. */
  heardWords(now: number, said: XmlElement, { admitted }: HeardWords): XmlElement {
    const state = this.#typing.heardWords(now, admitted.from.jid, admitted.to.jid);
    return state === undefined ? said : { ...said, children: [...said.children, state] };
  }

  /** A MESSAGE has come in, or within a session an INFO; false when it is no sign. An INFO says nothing else. */
  heard(now: number, id: string, r: IncomingRequest, flow: Flow, within?: Within): boolean {
    const sign = this.#signOf(r, within);
    if (sign !== undefined) this.#judge(now, { id, r, flow, within, sign });
    else if (r.method !== 'MESSAGE') this.#respond(id);
    return sign !== undefined || r.method !== 'MESSAGE';
  }

  /** Tells what is due. */
  tick(now: number): void {
    this.#typing.tick(now);
  }

  clear(): void {
    this.#typing.clear();
    this.#receipts.clear();
  }

  /** Within a session, the peer may have a form of its own. */
  #signOf(r: IncomingRequest, within: Within | undefined): HeardSign | undefined {
    const form = within && dialectOf(this.#env, within.from.jid.asciiDomain).typing;
    const state = form?.read(r);
    if (state !== undefined) return typingOf(state);
    return r.method === 'MESSAGE' ? signIn(r.request) : undefined;
  }

  #admit({ r, flow, within, sign }: CameSign): Admitted | Denied {
    const traffic = trafficOf(sign);
    if (this.#env.closing) return draining();
    return within === undefined
      ? admitRequest(r, flow, this.#env, traffic)
      : admitWithin(r, flow, within, this.#env, traffic);
  }

  #judge(now: number, came: CameSign): void {
    const { id, r, sign } = came;
    const traffic = trafficOf(sign);
    const admitted = this.#admit(came);
    if (admitted.kind === 'denied') {
      const again = (then: number): void => this.#judge(then, came);
      const denied = orLater(this.#env, now, admitted, again);
      if (denied !== undefined) this.#post.refuse(now, id, r, traffic, denied);
    } else if (sign.kind === 'malformed') {
      const { by, proof } = admitted;
      const refusal = refused('malformed-body', r.request.headers.text('content-type'));
      this.#post.refuse(now, id, r, traffic, { kind: 'denied', refusal, by, proof });
    } else if (!this.#isLookedAt(now, came, admitted, sign)) this.#take(now, came, admitted, sign);
  }

  /** The host looks at what something would come of; then it is judged anew. */
  #isLookedAt(now: number, came: CameSign, admitted: Admitted, sign: ReadSign): boolean {
    if (came.isLooked === true || isUnseen(this.#env)) return false;
    const { id, r, within } = came;
    const [from, to] = [admitted.from.jid, admitted.to.jid];
    const ends = { direction: 'sip-to-xmpp', from, to } as const;
    const what = this.#askedOf(now, came, admitted, sign);
    const looked = what && signLooked(ends, what, admitted);
    return lookOrWait(this.#env, now, ends, looked, (then, end) => {
      if (looked === undefined && this.#askedOf(then, came, admitted, sign) !== undefined) {
        this.#respond(id);
        return this.#post.dropped(then, trafficOf(sign), admitted, NOT_LOOKED_AT);
      }
      if (end.kind === 'go') return this.#judge(then, { ...came, isLooked: true });
      const refusal = within === undefined ? end.refusal : refusedWithin(end.refusal);
      const { by, proof } = admitted;
      this.#post.refuse(then, id, r, trafficOf(sign), { kind: 'denied', refusal, by, proof });
    });
  }

  #askedOf(
    now: number,
    { within }: CameSign,
    admitted: Admitted,
    sign: ReadSign,
  ): SignAsked | undefined {
    if (!this.#env.hooked) return undefined;
    return sign.kind === 'composing'
      ? this.#typing.heardAs(admitted, sign, within)
      : this.#receipts.heardAs(now, admitted, sign);
  }

  /** Nobody waits for what becomes of a sign: it is answered at once. */
  #take(now: number, { id, r, within }: CameSign, admitted: Admitted, sign: ReadSign): void {
    this.#respond(id);
    const why =
      sign.kind === 'composing'
        ? this.#typing.heard(now, r, admitted, sign, within)
        : this.#receipts.heard(now, admitted, sign);
    if (why !== undefined) this.#post.dropped(now, trafficOf(sign), admitted, why);
  }

  #respond(to: string): void {
    this.#env.out.push({ kind: 'sip', input: { kind: 'respond', to, draft: { status: 200 } } });
  }
}

/** Nothing says how long such a state holds. */
function typingOf(state: TypingState): HeardSign {
  const idleAs = 'paused';
  return state === 'composing'
    ? { kind: 'composing', state, lasts: FORM_LASTS, idleAs }
    : { kind: 'composing', state: 'idle', idleAs };
}

/** Milliseconds: clients that repeat nothing take it back when their user stops. */
const FORM_LASTS = 30_000;

/** A sign that has come in. */
interface CameSign {
  readonly id: string;
  readonly r: IncomingRequest;
  readonly flow: Flow;
  readonly within: Within | undefined;
  readonly sign: HeardSign;
  /** The host has, or there was nothing for it to look at. */
  readonly isLooked?: true;
}

type ReadSign = Exclude<HeardSign, { kind: 'malformed' }>;

function trafficOf(sign: HeardSign): SignTraffic {
  if (sign.kind === 'malformed') return sign.traffic;
  return sign.kind === 'composing' ? 'composing' : 'receipt';
}

/** @spec RFC 3261 §21.5.4 */
function draining(): Denied {
  return { kind: 'denied', refusal: refused('draining'), by: [], proof: 'none' };
}
