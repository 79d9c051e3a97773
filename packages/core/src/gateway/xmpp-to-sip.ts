// The half that carries what XMPP users send: decide, wait for one's turn, ask for the route, hand to
// the SIP edge, and tell the sender of any failure in a stanza error. One message of a pair of people
// is outstanding at a time, so their order holds (pairs.ts).
import type { RequestDraft, Response, SipEvent, Target } from '@interwork/sip';
import {
  errorReply,
  type Jid,
  type LinkFacts,
  type Message,
  type Receipt,
  type StanzaError,
  type XmlElement,
} from '@interwork/xmpp';
import {
  isUnseen,
  lookAtMessage,
  type Looked,
  lookOrWait,
  NOT_LOOKED_AT,
  type Said,
} from './look.ts';
import { carryWords, requestSaying, speaksOfWords, wordsOfRequest } from './words.ts';
import { dialectOf } from '../dialect/dialect-of.ts';
import { refused } from '../translation.ts';
import { ANY_CONNECTION, ANY_WAY, leads, verdictOf } from './admit.ts';
import { Asking } from './asking.ts';
import { decideMessage, type MessageDecision } from './decide.ts';
import { type GatewayEnv, handled, orLater, shown, tell } from './env.ts';
import { needs } from './needs.ts';
import { type LateFailure, noticeOf } from './notice.ts';
import {
  type Came,
  type Crossed,
  type Decided,
  type Ending,
  endingOf,
  endingOfDrop,
  endingOfFailure,
  endingOfResponse,
  full,
  linkOf,
  noWay,
  type Outgoing,
  outgoing,
  reasonsOf,
  toPersonIfGone,
  unsentOf,
  withoutHtml,
  withoutRequest,
} from './outgoing.ts';
import { countIn } from './partner-limits.ts';
import { Pairs } from './pairs.ts';
import { Passing } from './passing.ts';
import type { MessageEnds, SessionDoor } from './session-door.ts';
import { Shares } from './shares.ts';
import { ruleOf } from './sign-post.ts';
import type { Signs } from './signs.ts';

/** Sends an error to an XMPP sender. */
type Replying = (now: number, element: XmlElement, from: Jid, to: Jid) => void;

type Dropped = Extract<MessageDecision, { readonly kind: 'drop' }>;

/** XMPP to SIP. */
export class XmppToSip implements MessageEnds {
  readonly #env: GatewayEnv;
  readonly #replyWith: Replying;
  readonly #pairs: Pairs<Outgoing>;
  readonly #asking: Asking<Outgoing>;
  readonly #outstanding = new Passing<Outgoing, true>();
  readonly #shares: Shares;
  readonly #signs: Signs;
  readonly #door: SessionDoor | undefined;

  /** `door`: where messages go that are to leave within a session, and how long one may wait behind another there. */
  constructor(env: GatewayEnv, reply: Replying, signs: Signs, door?: SessionDoor, ring = 0) {
    const { limits, waits } = env;
    this.#replyWith = reply;
    this.#signs = signs;
    this.#door = door;
    const { waitingPerPair: perPair, waitingOctetsPerPair: octetsPerPair, waiting: inAll } = limits;
    this.#env = env;
    const { pair: wait } = waits;
    this.#pairs = new Pairs({ perPair, octetsPerPair, inAll, wait, patience: wait + ring });
    this.#asking = new Asking(limits.asks, limits.asksPerDomain, waits.ask);
    this.#shares = new Shares(limits.perLink);
  }

  /** Messages outstanding, asking or waiting. */
  get open(): number {
    return this.#outstanding.size + this.#asking.size + this.#pairs.size;
  }

  get wakeAt(): number {
    return Math.min(this.#pairs.wakeAt, this.#asking.wakeAt);
  }

  /** How full its tables are. */
  get sizes(): Readonly<Record<'outstanding' | 'asking' | 'behind' | 'pairs', number>> {
    return {
      outstanding: this.#outstanding.size,
      asking: this.#asking.size,
      behind: this.#pairs.size,
      pairs: this.#pairs.busy,
    };
  }

  /** A message stanza that is no error has come in; its receipt is handed back once it has ended. */
  message(
    now: number,
    m: Message,
    from: Jid,
    to: Jid,
    link: LinkFacts,
    receipt?: Receipt,
    said?: Said,
  ): void {
    const decision = decideMessage(now, m, from, to, link, this.#env);
    const came = { at: said?.at ?? now, from, to, stanza: m, receipt };
    if (decision.kind === 'carry') {
      if (this.#env.hooked && said === undefined) return this.#look(now, m, came, link, decision);
      this.#signs.spoke(now, m, from, to);
      return this.#count(now, outgoing(came, decision, said));
    }
    if (decision.kind === 'drop') return this.#wordless(now, m, came, link, decision, said);
    const again = (then: number): void => this.message(then, m, from, to, link, receipt, said);
    const denied = orLater(this.#env, now, decision, again);
    if (denied === undefined) return;
    const { by, proof, refusal } = denied;
    const unsent = unsentOf(came, link.proof);
    this.#end(now, { ...unsent, by, proof }, endingOf(refusal, 'refused'));
  }

  /** No words: perhaps a sign, which the host looks at, or the end of a session. Who gave it is told nothing. */
  #wordless(
    now: number,
    m: Message,
    came: Came,
    link: LinkFacts,
    { traffic, by, reason }: Dropped,
    said: Said | undefined,
  ): void {
    const { from, to } = came;
    const unsent = { ...unsentOf(came, link.proof), traffic, by };
    if (reason === 'policy') return this.#end(now, unsent, endingOfDrop(reason));
    if (said === undefined && this.#isSeen(now, m, came, link, unsent)) return;
    if (this.#door?.sign(now, m, from, to) === true) return this.#end(now, unsent, ENDS_SESSION);
    const why = this.#signs.said(now, m, came, link);
    if (why !== undefined) this.#end(now, unsent, endingOfDrop(why));
  }

  /** The host looks at a sign, or it waits for what that looks at. */
  #isSeen(now: number, m: Message, came: Came, link: LinkFacts, unsent: Crossed): boolean {
    if (isUnseen(this.#env)) return false;
    const { from, to, receipt } = came;
    const lookOf = (at: number): Looked | undefined =>
      this.#env.hooked ? this.#signs.lookOf(at, m, came, link) : undefined;
    const looked = lookOf(now);
    const ends = { direction: 'xmpp-to-sip', from, to } as const;
    return lookOrWait(this.#env, now, ends, looked, (then, end) => {
      if (looked === undefined && lookOf(then) !== undefined)
        this.#end(then, unsent, endingOfDrop(NOT_LOOKED_AT));
      else if (end.kind === 'go')
        this.message(then, m, from, to, link, receipt, { ...end, at: now });
      else this.#end(then, unsent, endingOfDrop(end.refusal.code));
    });
  }

  /** The host looks at what everything else permits. */
  #look(now: number, m: Message, came: Came, link: LinkFacts, decision: Decided): void {
    const { from, to, receipt } = came;
    const { by, proof } = decision.admitted;
    const words = wordsOfRequest(decision.draft);
    const looked = { direction: 'xmpp-to-sip', from, to, words, by, proof } as const;
    lookAtMessage(this.#env, now, looked, (then, end) => {
      if (end.kind === 'go') this.message(then, m, from, end.to, link, receipt, end.said);
      else this.#end(then, outgoing(came, decision), endingOf(end, 'refused'));
    });
  }

  /** Counted once, when all that has to be known is. */
  #count(now: number, crossed: Outgoing): void {
    const refusal = countIn(this.#env, now, 'message', crossed.must, crossed);
    if (refusal === undefined) this.#push(now, crossed);
    else this.#end(now, crossed, endingOf(refusal, 'refused'));
  }

  /** A failure was learned after the 202: the SIP user is told. */
  notice(now: number, failure: LateFailure): void {
    this.#push(now, noticeOf(now, failure, this.#env, this.#signs.failed(now, failure)));
  }

  /** A sign of one who sends nothing. */
  sign(now: number, crossed: Outgoing): void {
    this.#push(now, crossed);
  }

  /** A final response to a request of ours. */
  response(now: number, response: Response, context: unknown): void {
    const crossed = this.#returned(context);
    if (crossed === undefined) return;
    const { status } = response;
    if (crossed.within !== undefined && this.#door?.answered(now, crossed, response) === true)
      return;
    const other =
      withoutRequest(crossed, status) ??
      withoutHtml(crossed, status) ??
      toPersonIfGone(status, crossed);
    if (other !== undefined) {
      this.#start(now, other);
      return;
    }
    this.#signs.answered(now, crossed, status);
    const dialect = dialectOf(this.#env, crossed.to.asciiDomain);
    this.#give(now, crossed, endingOfResponse(response, this.#env, dialect));
  }

  /** A request of ours that got no final response. */
  failed(now: number, event: Extract<SipEvent, { readonly kind: 'failed' }>): void {
    const crossed = this.#returned(event.context);
    if (crossed === undefined) return;
    const other = withoutHtml(crossed, event.reason);
    if (other !== undefined) {
      this.#start(now, other);
      return;
    }
    if (crossed.within !== undefined) this.#door?.failed(now, crossed, event);
    this.#give(now, crossed, endingOfFailure(event));
  }

  leave(now: number, crossed: Outgoing, draft: RequestDraft, targets: readonly Target[]): void {
    if (targets.length === 0) return this.#give(now, crossed, noWay(targets));
    this.#outstanding.set(crossed, true);
    const local = crossed.from.asciiDomain;
    const input = { kind: 'request', draft, targets, local, context: crossed } as const;
    this.#env.out.push({ kind: 'sip', input });
  }

  page(now: number, crossed: Outgoing, targets: readonly Target[]): void {
    crossed.within = undefined;
    this.leave(now, crossed, crossed.draft, targets);
  }

  refused(now: number, crossed: Outgoing, response: Response | undefined, ending: Ending): void {
    const other = response && toPersonIfGone(response.status, crossed);
    if (other !== undefined) return this.#start(now, other);
    for (const behind of this.#pairs.behind(crossed.pair)) this.#over(now, behind, ending);
    this.#give(now, crossed, ending);
  }

  give(now: number, crossed: Outgoing, ending: Ending): void {
    this.#give(now, crossed, ending);
  }

  /** The host has answered a question. */
  answer(now: number, ask: string, targets: readonly Target[]): void {
    for (const crossed of this.#asking.answered(ask)) this.#dispatch(now, crossed, targets);
  }

  /** Ends what has waited too long. */
  tick(now: number): void {
    for (let late = this.#pairs.expired(now); late !== undefined; late = this.#pairs.expired(now)) {
      this.#over(now, late, endingOf(refused('waited-too-long'), 'failed'));
    }
    for (let all = this.#asking.expired(now); all !== undefined; all = this.#asking.expired(now)) {
      for (const crossed of all) this.#give(now, crossed, endingOf(refused('no-answer'), 'failed'));
    }
  }

  /** Tells the senders of everything that has not left yet; with `all`, of what is outstanding too. */
  close(now: number, all: boolean): void {
    const ending = endingOf(refused('closing'), 'failed');
    for (const crossed of this.#pairs.drain()) this.#over(now, crossed, ending);
    for (const crossed of this.#asking.drain()) this.#give(now, crossed, ending);
    for (const crossed of this.#door?.drain() ?? []) this.#give(now, crossed, ending);
    if (!all) return;
    const outstanding = this.#outstanding.keys();
    this.#outstanding.clear();
    for (const crossed of outstanding) this.#over(now, crossed, ending);
    this.#pairs.clear();
  }

  #push(now: number, crossed: Outgoing): void {
    // A notice stands for a message that had its share already, and many may be due when a link breaks.
    const isFree = crossed.kind !== 'message' || this.#shares.take(linkOf(crossed));
    if (!isFree) return this.#end(now, crossed, full());
    const isPatient = this.#door?.wants(crossed) === true;
    const octets = crossed.draft.body?.length ?? 0;
    const pushed = this.#pairs.push(now, crossed.pair, crossed, octets, isPatient);
    if (pushed === 'start') this.#begin(now, crossed);
    else if (pushed === 'full') this.#over(now, crossed, full());
  }

  /** It is its turn: first what policy wants done with its words. */
  #begin(now: number, crossed: Outgoing): void {
    const { must, from, to, draft } = crossed;
    if (!speaksOfWords(this.#env, must, crossed)) return this.#start(now, crossed);
    const ends = { direction: 'xmpp-to-sip', from, to } as const;
    carryWords(this.#env, now, must, ends, wordsOfRequest(draft), (then, end) => {
      if (end.kind === 'stop') return this.#give(then, crossed, endingOf(end.refusal, 'refused'));
      const { text, subject } = end;
      const said = text === undefined ? draft : requestSaying(draft, text, subject);
      const notes = [...(crossed.notes ?? []), ...end.notes];
      this.#start(then, { ...crossed, draft: said, notes });
    });
  }

  #start(now: number, crossed: Outgoing): void {
    if (this.#isForbidden(now, crossed)) return;
    const { questions, targets } = needs(crossed.to, this.#env.options.routes);
    const question = questions[0];
    if (question === undefined) {
      this.#dispatch(now, crossed, targets);
      return;
    }
    const ask = this.#env.options.drawToken();
    const asker = crossed.from.asciiDomain;
    const asked = this.#asking.wait(now, asker, question.domain, ask, crossed);
    if (asked === 'ask') this.#env.out.push({ kind: 'ask', ask, question });
    else if (asked === 'full') this.#give(now, crossed, full());
  }

  #dispatch(now: number, said: Outgoing, targets: readonly Target[]): void {
    if (this.#isForbidden(now, said)) return;
    const crossed = this.#signs.asking(now, said);
    const { way } = crossed;
    const proved = way === ANY_WAY ? targets : targets.filter((target) => leads(way, target));
    if (proved.length === 0) return this.#give(now, crossed, noWay(targets));
    if (this.#door?.wants(crossed) === true) this.#door.take(now, crossed, proved);
    else this.leave(now, crossed, crossed.draft, proved);
  }

  /** Policy may have changed its mind while it waited: then its sender is told. A notice is held to policy when it is made. */
  #isForbidden(now: number, crossed: Outgoing): boolean {
    const { policy, from, to } = crossed;
    if (policy === undefined || policy === this.#env.policy) return false;
    const traffic = crossed.traffic ?? 'message';
    const verdict = verdictOf('xmpp', traffic, from, to, ANY_CONNECTION, this.#env);
    if (verdict.effect === 'permit' || verdict.unknown !== undefined) return false;
    this.#give(now, { ...crossed, by: verdict.by }, endingOf(refused('policy'), 'refused'));
    return true;
  }

  /** Gives up one whose turn it is, and lets the next of its pair go. */
  #give(now: number, crossed: Outgoing, ending: Ending): void {
    this.#over(now, crossed, ending);
    this.#next(now, crossed.pair);
  }

  #next(now: number, pair: string): void {
    const next = this.#pairs.ended(pair);
    if (next !== undefined) this.#begin(now, next);
  }

  /** The crossing a response belongs to; each is taken back once. */
  #returned(context: unknown): Outgoing | undefined {
    const crossed = context as Outgoing;
    return this.#outstanding.delete(crossed) ? crossed : undefined;
  }

  /** Ends one that had a share of its link. */
  #over(now: number, crossed: Outgoing, ending: Ending): void {
    if (crossed.kind === 'message') this.#shares.give(linkOf(crossed));
    this.#end(now, crossed, ending);
  }

  #end(now: number, crossed: Crossed & Pick<Partial<Outgoing>, 'within'>, ending: Ending): void {
    const isNotice = crossed.kind === 'notice';
    if (ending.error !== undefined && crossed.kind === 'message')
      this.#reply(now, crossed, ending.error);
    tell(this.#env, {
      kind: 'crossing',
      at: crossed.at,
      direction: 'xmpp-to-sip',
      traffic: crossed.traffic ?? 'message',
      from: shown(this.#env, crossed.from.full),
      to: shown(this.#env, crossed.to.full),
      rule: ending.rule ?? ruleOf(crossed),
      outcome: isNotice ? 'late-failure' : ending.outcome,
      reasons: reasonsOf(crossed, ending),
      by: ending.by ?? crossed.by,
      answer: ending.answer,
      lost: crossed.lost,
      proof: crossed.proof,
      took: { decided: 0, answered: now - crossed.at },
    });
    handled(this.#env, crossed.receipt);
  }

  #reply(now: number, { stanza, from, to }: Crossed, error: StanzaError): void {
    const element = stanza === undefined ? undefined : errorReply(stanza, error);
    if (element !== undefined) this.#replyWith(now, element, to, from);
  }
}

/** It has said that a session is over. @spec RFC 7573 §6.1 */
const ENDS_SESSION: Ending = { ...endingOfDrop('ends-session'), rule: 'RFC 7573 §6.1' };
