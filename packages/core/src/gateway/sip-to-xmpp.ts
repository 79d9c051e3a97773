// The half that carries what SIP users send: decide, hand to the XMPP edge, wait for its fate, answer.
// The sender is answered when the fate is known or after a bounded wait, never before the link to the
// recipient's domain is proved (fates.ts, barrier.ts). What turns out to be lost after that is told too.
// Some 400 lines, since each thing that may become of a MESSAGE has its one short method here.
import type { DeclinedEvent, Flow, IncomingRequest, ResponseDraft } from '@interwork/sip';
import {
  Jid,
  pingElement,
  type StanzaError,
  type XmlElement,
  type XmppEvent,
} from '@interwork/xmpp';
import { jidToAor } from '../address.ts';
import { ANY_WAY, type Way } from './admit.ts';
import type { Within } from './admit-within.ts';
import { answerOfError, answerOfFailure, answerOfRefusal } from './answers.ts';
import { Barriers, type DueBarrier, laneKey } from './barrier.ts';
import {
  begins,
  CANCELLED,
  type Carried,
  type CarriedEnding,
  carriedOf,
  contextIn,
  EMPTY,
  handedOver,
  laneOf,
  refusedAfter,
  refusedTrace,
  stopped,
  type WhyRefused,
  type StanzaContext,
  traceOf,
} from './carried.ts';
import { decideRequest, readable, type RefusedRequest, type RequestDecision } from './decide.ts';
import { domainsOf, type GatewayEnv, orLater, tell } from './env.ts';
import { type Ended, type Fate, Fates } from './fates.ts';
import type { LateFailure } from './notice.ts';
import { countIn } from './partner-limits.ts';
import { Replies } from './replies.ts';
import { stanzaCommand } from './stanza-command.ts';
import { lookAtMessage, type Said } from './look.ts';
import {
  carriedAsSaid,
  carryWords,
  speaksOfWords,
  stanzaSaying,
  type WordsEnd,
  wordsOfStanza,
} from './words.ts';
import { idsOfSession } from './session-policy.ts';
import type { Signs } from './signs.ts';
import { refusalOfRequest } from '../rules/unsupported-request.ts';
import { type Refusal, refused } from '../translation.ts';

type LinkLost = Extract<XmppEvent, { readonly kind: 'link-lost' }>;
type Carry = Exclude<RequestDecision, RefusedRequest>;
type StanzaFate = Extract<XmppEvent, { readonly kind: 'fate' }>;

/** A MESSAGE on its way in; `said`: the host has looked at it. */
interface Came {
  readonly id: string;
  readonly r: IncomingRequest;
  readonly flow: Flow;
  readonly within: Within | undefined;
  readonly said: Said | undefined;
}

/** SIP to XMPP. `tellLate` is told of a message that was answered 202 and may be lost. */
export class SipToXmpp {
  readonly #env: GatewayEnv;
  readonly #tellLate: (now: number, failure: LateFailure) => void;
  readonly #fates: Fates<Carried>;
  readonly #replies: Replies;
  readonly #barriers: Barriers;
  readonly #noBarrier: ReadonlySet<string>;
  readonly #signs: Signs;

  constructor(
    env: GatewayEnv,
    tellLate: (now: number, failure: LateFailure) => void,
    signs: Signs,
  ) {
    const { waits, limits, options } = env;
    this.#env = env;
    this.#tellLate = tellLate;
    this.#signs = signs;
    let rank = 0;
    const drawRank = (): number => ++rank;
    this.#fates = new Fates(waits, limits, drawRank);
    this.#replies = new Replies(env, drawRank);
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

  /** How full its tables are. */
  get sizes(): Readonly<
    Record<'queued' | 'waiting' | 'unconfirmed' | 'lanes' | 'replies' | 'barriers', number>
  > {
    const [replies, barriers] = [this.#replies.size, this.#barriers.size];
    return { ...this.#fates.sizes, replies, barriers };
  }

  /** Whether something is still to be told, or may still turn out to be lost. */
  get isInDoubt(): boolean {
    return this.open + this.#replies.open + this.#fates.sizes.unconfirmed > 0;
  }

  get wakeAt(): number {
    return Math.min(this.#fates.wakeAt, this.#replies.wakeAt, this.#barriers.wakeAt);
  }

  /** A MESSAGE has come in; `within` a session, which says whose it is. */
  request(now: number, id: string, r: IncomingRequest, flow: Flow, within?: Within): void {
    if (this.#signs.heard(now, id, r, flow, within)) return;
    this.#decide(now, { id, r, flow, within, said: undefined });
  }

  #decide(now: number, came: Came): void {
    const { id, r, flow, within, said } = came;
    const decision = decideRequest(now, r, flow, this.#env, within);
    if (decision.kind === 'refuse') {
      const denied = orLater(this.#env, now, decision, (then) => this.#decide(then, came));
      if (denied !== undefined) this.#refuse(now, id, denied, within);
    } else if (this.#env.hooked && said === undefined && begins(decision, within))
      this.#look(now, decision, came);
    else this.#count(now, decision, came);
  }

  /** The host looks at what everything else permits. */
  #look(now: number, decision: Carry, came: Came): void {
    const { id, r, within } = came;
    const { from, to, by, proof } = decision.admitted;
    const words = wordsOfStanza(decision.element);
    const ends = { direction: 'sip-to-xmpp', from: from.jid, to: to.jid } as const;
    lookAtMessage(this.#env, now, { ...ends, words, by, proof }, (then, end) => {
      if (end.kind === 'refusal')
        return this.#refuse(then, id, refusedAfter(decision, r, stopped(end, within)), within);
      const isSame = end.to === to.jid;
      this.#decide(then, {
        ...came,
        r: isSame ? r : { ...r, uri: jidToAor(end.to) },
        within: within && (isSame ? within : { ...within, to: end.to }),
        said: end.said,
      });
    });
  }

  /** Counted once, when all that has to be known is. */
  #count(now: number, decision: Carry, came: Came): void {
    const { id, r, within, said } = came;
    const { from, to, must } = decision.admitted;
    const ends = { from: from.jid, to: to.jid };
    const refusal = countIn(this.#env, now, 'message', must, ends);
    if (refusal !== undefined)
      return this.#refuse(now, id, refusedAfter(decision, r, refusal), within);
    this.#take(now, said === undefined ? decision : carriedAsSaid(decision, said), came);
  }

  #take(now: number, decision: Carry, { id, within, said }: Came): void {
    const { admitted, element, lost } = decision;
    const { must } = admitted;
    const plain = carriedOf(said?.at ?? now, id, admitted, lost, within);
    const carried = said === undefined ? plain : { ...plain, notes: said.notes };
    if (decision.kind === 'nothing') return this.#end(now, carried, EMPTY);
    const pass = (then: number, end: WordsEnd): void => this.#pass(then, decision, carried, end);
    if (!speaksOfWords(this.#env, must, carried)) return pass(now, { kind: 'go', notes: NONE });
    const { from, to } = carried;
    const ends = { direction: 'sip-to-xmpp', from, to } as const;
    carryWords(this.#env, now, must, ends, wordsOfStanza(element), pass);
  }

  /** Everything is done that policy wants done with it: it goes to the edge. */
  #pass(now: number, decision: Carry, carried: Carried, end: WordsEnd): void {
    const { id, element } = decision;
    if (end.kind === 'stop') return this.#end(now, carried, this.#refusedBy(end.refusal));
    if (carried.within?.isTakenBack?.() === true) return this.#end(now, carried, CANCELLED);
    const { text, subject, notes } = end;
    const passing =
      notes.length === 0 ? carried : { ...carried, notes: [...carried.notes, ...notes] };
    const fate = this.#fates.open(now, id, laneOf(passing), passing);
    if (fate === undefined) return this.#end(now, passing, this.#refusing('queue-full', 'refused'));
    const said = text === undefined ? element : stanzaSaying(element, text, subject);
    const stanza = this.#signs.heardWords(now, said, decision);
    this.#send(stanza, passing.from, passing.to, { kind: 'message', fate }, passing.admitted.way);
  }

  #refusedBy(refusal: Refusal): CarriedEnding {
    const draft = answerOfRefusal(refusal, this.#env.waits.retryAfter);
    return { outcome: 'refused', draft, reasons: [refusal.code] };
  }

  /** A request that no rule carries; it has been answered, unless it never is. */
  declined(now: number, { request, status, flow }: DeclinedEvent, isAnswered = true): void {
    const refusal = refusalOfRequest(request);
    const [from, to] = [readable(request.from.uri), readable(request.uri)];
    this.#tellRefused(now, request.method.toLowerCase(), from, to, {
      rule: refusal?.spec ?? 'RFC 3261 §8.2',
      reasons: [refusal?.code ?? `sip-${status}`],
      by: idsOfSession(request, flow, this.#env),
      answer: isAnswered ? String(status) : undefined,
      proof: flow.proved.length > 0 ? 'certificate' : 'none',
    });
  }

  /** The XMPP edge says what became of a stanza of ours. @spec XEP-0198 §4 */
  fate(now: number, event: StanzaFate): void {
    const context = contextIn(event.context);
    if (context?.kind === 'reply') {
      const { fate } = context;
      if (this.#replies.fate(now, fate, event)) this.#behind(now, fate.value, fate.rank);
    } else if (context !== undefined) this.#messageFate(now, context.fate, event);
  }

  #messageFate(now: number, fate: Fate<Carried>, event: StanzaFate): void {
    if (event.fate === 'sent') this.#sent(now, fate, event.willAcknowledge === true);
    else if (event.fate === 'acknowledged') this.#acknowledged(now, fate);
    else this.#failed(now, fate, event);
  }

  /** It is read. Its error would come by another stream, so the wait goes on where a barrier will tell. */
  #acknowledged(now: number, fate: Fate<Carried>): void {
    const { from, to } = fate.value;
    const isTold = this.#barriers.expects(from.asciiDomain, to.asciiDomain);
    this.#over(now, this.#fates.step(now, fate, isTold ? 'acknowledged' : 'proof'));
  }

  #failed(now: number, fate: Fate<Carried>, event: StanzaFate): void {
    // The stream is over, and with it its barriers.
    const { from, to } = fate.value;
    if (fate.tracked) this.#barriers.lost(from.asciiDomain, to.asciiDomain);
    const ended = this.#fates.step(now, fate, 'failed');
    if (ended === undefined) return;
    const { draft, reasons } = answerOfFailure(event);
    if (ended.end === 'lost') this.#lost(now, fate, reasons);
    else this.#fail(now, fate, { outcome: 'failed', draft, reasons });
  }

  /** An error goes to an XMPP sender, by the links that messages go by. */
  reply(now: number, element: XmlElement, from: Jid, to: Jid): void {
    this.#replies.send(now, { element, from, to, again: false });
  }

  /** An error stanza has come back; `false` when no MESSAGE of that id, sender and recipient waits for its answer. */
  error(now: number, id: string, error: StanzaError, from: Jid, to: Jid): boolean {
    const fate = this.#fates.find(id);
    if (fate === undefined || fate.state === 'unconfirmed') return false;
    if (fate.value.from.bare !== to.bare || fate.value.to.domain !== from.domain) return false;
    if (this.#fates.step(now, fate, 'error') === undefined) return false;
    const draft = answerOfError(error, from.resource === '' ? 'bare' : 'full', this.#env);
    this.#fail(now, fate, { outcome: 'failed', draft, reasons: [error.condition] });
    return true;
  }

  /** Whom a message that is in view was for, where its domain answers in the place of its user. @spec RFC 6120 §8.3.1 */
  recipientOf(id: string, from: Jid, to: Jid): Jid | undefined {
    const { value } = this.#fates.find(id) ?? {};
    const isOurs = value?.from.bare === to.bare && value.to.domain === from.domain;
    return isOurs && from.local === '' ? value.to : undefined;
  }

  /** Its sender has been told of an error that came after the 202: nothing more is to be told of it. */
  toldLate(now: number, id: string): void {
    const fate = this.#fates.find(id);
    if (fate !== undefined) this.#fates.step(now, fate, 'error');
  }

  /** The answer to a barrier, from one domain to another: everything before it was read. */
  barrier(now: number, id: string, from: Jid, to: Jid): void {
    const [theirs, ours] = [from.asciiDomain, to.asciiDomain];
    const covered = this.#barriers.answered(now, id, theirs, ours);
    if (covered === undefined) return;
    this.#replies.proved(now, laneKey(ours, theirs), covered);
    for (const fate of this.#fates.covered(laneKey(ours, theirs), covered))
      this.#over(now, this.#fates.step(now, fate, 'proof'));
  }

  /**
   * A link is over: what was written to it may not have been read. Nobody is told 202 for it any more, who has been
   * is told that, and a barrier that was on it proves nothing.
   */
  lost(now: number, event: LinkLost): void {
    this.#barriers.lost(event.from, event.to);
    this.#replies.lost(now, laneKey(event.from, event.to));
    for (const fate of this.#fates.ofLane(laneKey(event.from, event.to))) {
      if (fate.tracked) continue;
      const ended = this.#fates.step(now, fate, 'failed');
      if (ended?.end === 'lost') this.#lost(now, fate, ['link-lost']);
      else if (ended !== undefined) this.#fail(now, fate, this.#refusing('link-lost', 'failed'));
    }
  }

  /** Ends what is due, and sends the barriers whose time has come. */
  tick(now: number): void {
    for (let ended = this.#fates.expire(now); ended !== undefined; ended = this.#fates.expire(now))
      this.#over(now, ended);
    this.#replies.tick(now);
    for (let due = this.#barriers.due(now); due !== undefined; due = this.#barriers.due(now))
      this.#ping(due);
  }

  /**
   * Ends everything at once, and says how many of them remain in doubt. Before that, a gateway that closes leaves each its time: what no link has taken yet may
   * still be, and a sender who is told of a failure must not be delivered afterwards.
   */
  close(now: number): number {
    for (const state of ['waiting', 'queued'] as const)
      for (let one = this.#fates.closeOne(now, state); one; one = this.#fates.closeOne(now, state))
        this.#over(now, one);
    const { unconfirmed } = this.#fates.sizes;
    for (const table of [this.#fates, this.#replies, this.#barriers]) table.clear();
    return unconfirmed;
  }

  #sent(now: number, fate: Fate<Carried>, tracked: boolean): void {
    if (fate.state !== 'queued') return;
    this.#fates.sent(now, fate, tracked);
    this.#behind(now, fate.value, fate.rank);
  }

  #behind(now: number, { from, to }: Pick<Carried, 'from' | 'to'>, rank: number): void {
    if (!this.#noBarrier.has(to.asciiDomain))
      this.#barriers.behind(now, from.asciiDomain, to.asciiDomain, rank);
  }

  /** @spec RFC 3428 §7 */
  #over(now: number, ended: Ended<Carried> | undefined): void {
    if (ended === undefined) return;
    const { value } = ended.fate;
    if (ended.end === 'handed-over') return this.#end(now, value, handedOver(value, this.#env));
    const code = this.#env.closing ? 'closing' : 'waited-too-long';
    this.#fail(now, ended.fate, this.#refusing(code, 'failed'));
  }

  /** Whoever is told of a failure is not told again when an error comes after all. */
  #fail(now: number, { id, value }: Fate<Carried>, ending: CarriedEnding): void {
    this.#env.late.spend(id);
    this.#end(now, value, ending);
  }

  #lost(now: number, { id, value }: Fate<Carried>, reasons: readonly string[]): void {
    const { from: sender, to: recipient } = value;
    this.#tellLate(now, { id, sender, recipient, reasons, error: undefined });
  }

  #ping(due: DueBarrier): void {
    const [from, to] = [Jid.of('', due.from), Jid.of('', due.to)];
    if (from.kind !== 'jid' || to.kind !== 'jid') return;
    this.#send(pingElement(from, to, due.id), from, to, { kind: 'barrier' }, ANY_WAY);
  }

  #refusing(
    code: 'queue-full' | 'link-lost' | 'closing' | 'waited-too-long',
    outcome: 'refused' | 'failed',
  ): CarriedEnding {
    return { ...this.#refusedBy(refused(code)), outcome };
  }

  #refuse(now: number, id: string, decision: RefusedRequest, within?: Within): void {
    const draft = answerOfRefusal(decision.refusal, this.#env.waits.retryAfter);
    this.#respond(now, id, draft, within);
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

  #tellRefused(now: number, traffic: string, from: string, to: string, why: WhyRefused): void {
    tell(this.#env, refusedTrace(now, traffic, from, to, why, this.#env));
  }

  #end(now: number, carried: Carried, ending: CarriedEnding): void {
    this.#respond(now, carried.transaction, ending.draft, carried.within);
    tell(this.#env, traceOf(now, carried, ending, this.#env));
  }

  #respond(now: number, to: string, draft: ResponseDraft, within: Within | undefined): void {
    if (within?.settle !== undefined) return within.settle(now, draft);
    this.#env.out.push({ kind: 'sip', input: { kind: 'respond', to, draft } });
    within?.asked?.told(now, within.asked, draft);
  }

  #send(element: XmlElement, from: Jid, to: Jid, context: StanzaContext, way: Way): void {
    this.#env.out.push({ kind: 'xmpp', input: stanzaCommand(element, from, to, context, way) });
  }
}

const NONE: readonly never[] = Object.freeze([]);
