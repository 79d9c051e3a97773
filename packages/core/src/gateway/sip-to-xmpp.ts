// The half that carries what SIP users send: decide, hand to the XMPP edge, wait for its fate, answer.
// The sender is answered when the fate is known or after a bounded wait, never before the link to the
// recipient's domain is proved (fates.ts, barrier.ts).
import type { DeclinedEvent, Flow, IncomingRequest, ResponseDraft } from '@interwork/sip';
import {
  Jid,
  pingElement,
  type StanzaError,
  type StanzaNeed,
  type XmlElement,
  type XmppEvent,
} from '@interwork/xmpp';
import { type Admitted, ANY_WAY, type Way } from './admit.ts';
import { Barriers } from './barrier.ts';
import { decideRequest, readable, type RefusedRequest } from './decide.ts';
import { domainsOf, type GatewayEnv, shown, tell } from './env.ts';
import { type Ended, Fates, type FateState } from './fates.ts';
import { answerOfError, answerOfFailure, answerOfRefusal } from './answers.ts';
import {
  type CrossingOutcome,
  type CrossingTrace,
  type EndedAtOnce,
  endedAtOnce,
} from './trace.ts';
import { refusalOfRequest } from '../rules/unsupported-request.ts';
import { type Loss, refused } from '../translation.ts';

type LinkLost = Extract<XmppEvent, { readonly kind: 'link-lost' }>;
type StanzaFate = Extract<XmppEvent, { readonly kind: 'fate' }>;

/** One MESSAGE between its arrival and its answer. */
interface Crossed {
  readonly transaction: string;
  readonly at: number;
  readonly decided: number;
  readonly from: Jid;
  readonly to: Jid;
  readonly admitted: Admitted;
  readonly lost: readonly Loss[];
}

/** How a MESSAGE ended, for its answer and its trace. */
interface Ending {
  readonly outcome: CrossingOutcome;
  readonly draft: ResponseDraft;
  readonly reasons: readonly string[];
}

/** Why something was refused, for its trace. */
type Why = Pick<EndedAtOnce, 'rule' | 'reasons' | 'by' | 'answer' | 'proof'>;

/** What rides with a stanza to the XMPP edge and comes back with its fate. */
interface StanzaContext {
  readonly kind: 'message' | 'barrier';
  readonly id: string;
}

/** SIP to XMPP. */
export class SipToXmpp {
  readonly #env: GatewayEnv;
  readonly #fates: Fates<Crossed>;
  readonly #barriers: Barriers;
  readonly #noBarrier: ReadonlySet<string>;

  constructor(env: GatewayEnv) {
    const { waits, limits, options } = env;
    this.#env = env;
    this.#fates = new Fates(waits, limits.openFates);
    this.#noBarrier = domainsOf(options.noBarrier);
    this.#barriers = new Barriers(
      {
        delay: waits.barrier,
        patience: waits.answer,
        misses: limits.barrierMisses,
        max: limits.barrierDomains,
      },
      options.drawToken,
    );
  }

  /** MESSAGEs that wait for their answer. */
  get open(): number {
    return this.#fates.size;
  }

  get wakeAt(): number {
    return Math.min(this.#fates.wakeAt, this.#barriers.wakeAt);
  }

  /** A MESSAGE has come in. */
  request(now: number, id: string, r: IncomingRequest, flow: Flow): void {
    const decision = decideRequest(now, r, flow, this.#env);
    if (decision.kind === 'refuse') {
      this.#refuse(now, id, decision);
      return;
    }
    const { from, to } = decision.admitted;
    const crossed = {
      transaction: id,
      at: now,
      decided: now,
      from: from.jid,
      to: to.jid,
      admitted: decision.admitted,
      lost: decision.lost,
    };
    if (decision.kind === 'nothing') {
      this.#end(now, crossed, { outcome: 'dropped', draft: { status: 200 }, reasons: ['empty'] });
    } else if (this.#fates.open(now, decision.id, crossed)) {
      this.#send(
        decision.element,
        from.jid,
        to.jid,
        { kind: 'message', id: decision.id },
        decision.admitted.way,
      );
    } else {
      this.#end(now, crossed, {
        outcome: 'refused',
        draft: answerOfRefusal(refused('queue-full')),
        reasons: ['queue-full'],
      });
    }
  }

  /** A request that no rule carries; the endpoint has answered it. */
  declined(now: number, { request, status, flow }: DeclinedEvent): void {
    const refusal = refusalOfRequest(request);
    const [from, to] = [readable(request.from.uri), readable(request.uri)];
    this.#tellRefused(now, request.method.toLowerCase(), from, to, {
      rule: refusal?.spec ?? 'RFC 3261 §8.2',
      reasons: [refusal?.code ?? `sip-${status}`],
      by: [],
      answer: String(status),
      proof: flow.proved.length > 0 ? 'certificate' : 'none',
    });
  }

  /** The XMPP edge says what became of a stanza of ours. */
  fate(now: number, event: StanzaFate): void {
    const context = event.context as StanzaContext | undefined;
    if (context?.kind !== 'message') return;
    if (event.fate === 'sent') {
      this.#sent(now, context.id);
      return;
    }
    if (event.fate === 'acknowledged') return;
    const ended = this.#fates.step(now, context.id, 'failed');
    if (ended !== undefined)
      this.#end(now, ended.fate.value, { outcome: 'failed', ...answerOfFailure(event) });
  }

  /** An error stanza has come back; `false` when no open MESSAGE of that id, sender and recipient waits for it. */
  error(now: number, id: string, error: StanzaError, from: Jid, to: Jid): boolean {
    const fate = this.#fates.find(id);
    if (
      fate === undefined ||
      fate.value.from.bare !== to.bare ||
      fate.value.to.domain !== from.domain
    )
      return false;
    const ended = this.#fates.step(now, id, 'error');
    if (ended === undefined) return false;
    this.#env.late.spend(id);
    const about = from.resource === '' ? 'bare' : 'full';
    this.#end(now, ended.fate.value, {
      outcome: 'failed',
      draft: answerOfError(error, about),
      reasons: [error.condition],
    });
    return true;
  }

  /** The answer to a barrier, from one domain to another. */
  barrier(now: number, id: string, from: Jid, to: Jid): void {
    for (const messageId of this.#barriers.answered(now, id, from.asciiDomain, to.asciiDomain)) {
      const ended = this.#fates.step(now, messageId, 'barrier');
      if (ended !== undefined) this.#over(now, ended);
    }
  }

  /**
   * A link is over: what was written to it may not have been read, so nobody is told 202 for it, and a
   * barrier that was on it proves nothing.
   */
  lost(now: number, event: LinkLost): void {
    this.#barriers.lost(event.from, event.to);
    for (const id of this.#fates.waitingIds(event, isOfLink)) {
      const ended = this.#fates.step(now, id, 'failed');
      if (ended !== undefined) this.#end(now, ended.fate.value, LINK_LOST);
    }
  }

  /** Ends what is due, and sends the barriers whose time has come. */
  tick(now: number): void {
    for (let ended = this.#fates.expire(now); ended !== undefined; ended = this.#fates.expire(now))
      this.#over(now, ended);
    for (let due = this.#barriers.due(now); due !== undefined; due = this.#barriers.due(now)) {
      const from = Jid.of('', due.from);
      const to = Jid.of('', due.to);
      if (from.kind !== 'jid' || to.kind !== 'jid') continue;
      const ping = pingElement(from, to, due.id);
      this.#send(ping, from, to, { kind: 'barrier', id: due.id }, ANY_WAY);
    }
  }

  /**
   * Answers what was handed over; what no link has taken yet may still be, and is given up only with
   * `all`: a sender who is told of a failure must not be delivered afterwards.
   */
  close(now: number, all: boolean): void {
    this.#closeState(now, 'waiting');
    if (all) this.#closeState(now, 'queued');
  }

  #closeState(now: number, state: FateState): void {
    for (
      let ended = this.#fates.closeOne(now, state);
      ended !== undefined;
      ended = this.#fates.closeOne(now, state)
    )
      this.#over(now, ended);
  }

  #sent(now: number, id: string): void {
    const fate = this.#fates.find(id);
    if (fate === undefined) return;
    this.#fates.step(now, id, 'sent');
    if (this.#env.closing) {
      this.#closeState(now, 'waiting');
      return;
    }
    const { from, to } = fate.value;
    if (!this.#noBarrier.has(to.asciiDomain))
      this.#barriers.behind(now, from.asciiDomain, to.asciiDomain, id);
  }

  /** @spec RFC 3428 §7 */
  #over(now: number, { fate, end }: Ended<Crossed>): void {
    if (end === 'handed-over') {
      this.#end(now, fate.value, { outcome: 'handed-over', draft: { status: 202 }, reasons: [] });
      return;
    }
    const code = this.#env.closing ? 'closing' : 'waited-too-long';
    this.#end(now, fate.value, {
      outcome: 'failed',
      draft: answerOfRefusal(refused(code)),
      reasons: [code],
    });
  }

  #refuse(now: number, id: string, decision: RefusedRequest): void {
    const draft = answerOfRefusal(decision.refusal);
    this.#respond(id, draft);
    const { refusal, from, to, by, proof } = decision;
    const rule = refusal.spec;
    this.#tellRefused(now, 'message', from, to, {
      rule,
      reasons: [refusal.code],
      by,
      answer: String(draft.status),
      proof,
    });
  }

  #tellRefused(now: number, traffic: string, from: string, to: string, why: Why): void {
    const ended = endedAtOnce(now, {
      direction: 'sip-to-xmpp',
      traffic,
      from: shown(this.#env, from),
      to: shown(this.#env, to),
      rule: why.rule,
      outcome: 'refused',
      reasons: why.reasons,
      by: why.by,
      answer: why.answer,
      proof: why.proof,
    });
    tell(this.#env, ended);
  }

  #end(now: number, crossed: Crossed, ending: Ending): void {
    this.#respond(crossed.transaction, ending.draft);
    tell(this.#env, traceOf(now, crossed, ending, this.#env));
  }

  #respond(to: string, draft: ResponseDraft): void {
    this.#env.out.push({ kind: 'sip', input: { kind: 'respond', to, draft } });
  }

  #send(element: XmlElement, from: Jid, to: Jid, context: StanzaContext, way: Way): void {
    const command = { kind: 'stanza', element, from, to, context } as const;
    const need: StanzaNeed | undefined = way.certificate
      ? 'certificate'
      : way.tls
        ? 'tls'
        : undefined;
    const input = need === undefined ? command : { ...command, need };
    this.#env.out.push({ kind: 'xmpp', input });
  }
}

/** Whether a message went by a link. */
function isOfLink({ from, to }: Crossed, link: LinkLost): boolean {
  return from.asciiDomain === link.from && to.asciiDomain === link.to;
}

const LINK_LOST: Ending = {
  outcome: 'failed',
  draft: answerOfRefusal(refused('link-lost')),
  reasons: ['link-lost'],
};

function traceOf(now: number, crossed: Crossed, ending: Ending, env: GatewayEnv): CrossingTrace {
  return {
    kind: 'crossing',
    at: crossed.at,
    direction: 'sip-to-xmpp',
    traffic: 'message',
    from: shown(env, crossed.from.full),
    to: shown(env, crossed.to.full),
    rule: 'RFC 7572 §5',
    outcome: ending.outcome,
    reasons: ending.reasons,
    by: crossed.admitted.by,
    answer: String(ending.draft.status),
    lost: crossed.lost,
    proof: crossed.admitted.proof,
    took: { decided: crossed.decided - crossed.at, answered: now - crossed.at },
  };
}
