// The SIP edge of a gateway: what a SIP peer sends to a SIP domain is decided (decide.ts), sent on (forwarding.ts) and
// answered by whoever answers it. RFC 3261 §16, as a proxy with state: one relay for each request, from its arrival to
// its one end. It forks nothing and follows no redirect; calls are refused, so there is no Timer C and no CANCEL.
import type {
  DeclinedEvent,
  FailedEvent,
  Flow,
  IncomingRequest,
  Response,
  ResponseDraft,
  Target,
} from '@interwork/sip';
import { evaluate } from '@interwork/policy';
import { Asking } from '../gateway/asking.ts';
import { wantsWords } from '../gateway/duties.ts';
import { type GatewayEnv, shown, tell } from '../gateway/env.ts';
import type { Instant } from '../store/store.ts';
import { isUnseen, lookOrWait } from '../gateway/look.ts';
import { carryWords, type WordsEnd } from '../gateway/words.ts';
import { type Refusal, type RefusalCode, refused } from '../translation.ts';
import { edgeAnswer, type Told, toldOf, toldOfFailure } from './answers.ts';
import { countAnswer, stopIfTooMany } from './counting.ts';
import { decideRelay, stopOfCall } from './decide.ts';
import { diagnosticsIn } from '../dialect/lync/diagnostics.ts';
import { forwardOf, passedOf } from './forwarding.ts';
import { lookOf, refusalOf, wordsAfter } from './look.ts';
import { knownTargets, wantedTargets } from './next-hop.ts';
import { namesOfNext, peerOf, trustMarkOf } from './obligations.ts';
import type { EdgeSettings } from './options.ts';
import type { Passage } from './passage.ts';
import { personOf } from './people.ts';
import { endOfPassage, endOfStop, nobodysEnd, outcomeOf } from './relay-ends.ts';
import { Relay, Relays } from './relays.ts';
import { type RelayEnd, relayTrace } from './relay-trace.ts';
import type { Stop } from './stop.ts';
import { markIn, type TrustMark } from '../dialect/lync/trust.ts';
import { decideAnswer } from './way-back.ts';
import { readOf } from './words.ts';

/** How full the tables of an edge are. */
export interface EdgeSizes {
  /** Requests from SIP to SIP without an end. */
  readonly relays: number;
  /** Of these, waiting for a route. */
  readonly relaysAsking: number;
}

/** SIP to SIP. */
export class SipEdge {
  readonly #env: GatewayEnv;
  readonly #settings: EdgeSettings;
  readonly #relays: Relays;
  readonly #asking: Asking<Relay>;

  constructor(env: GatewayEnv, settings: EdgeSettings) {
    const { asks, asksPerDomain } = env.limits;
    this.#env = env;
    this.#settings = settings;
    this.#relays = new Relays(settings.limits);
    this.#asking = new Asking(asks, asksPerDomain, env.waits.ask);
  }

  get open(): number {
    return this.#relays.size;
  }

  get sizes(): EdgeSizes {
    return { relays: this.#relays.size, relaysAsking: this.#asking.size };
  }

  get wakeAt(): Instant {
    return this.#asking.wakeAt;
  }

  /** A request for a SIP domain has come in. */
  request(now: Instant, id: string, request: IncomingRequest, flow: Flow): void {
    const { closing, believesDatagrams } = this.#env;
    const leg = this.#settings.legOf(flow, believesDatagrams);
    const domain = personOf(request.from.uri)?.domain ?? '';
    const relay = new Relay(now, id, request, flow, leg, domain);
    if (closing) this.#refuse(now, relay, 'draining');
    else if (this.#relays.begin(relay)) this.#decide(now, relay);
    else this.#refuse(now, relay, 'queue-full');
  }

  /** The refusal of a request that has no transaction here, such as INVITE; pure, so a copy gets the same. */
  decline(request: IncomingRequest, flow: Flow): ResponseDraft {
    const { believesDatagrams, waits } = this.#env;
    const leg = this.#settings.legOf(flow, believesDatagrams);
    const { refusal, diagnostics } = this.#stopOf(request, flow);
    return edgeAnswer(toldOf(refusal, diagnostics), leg, waits.retryAfter, this.#settings);
  }

  /** It was refused like that. */
  declined(now: Instant, { request, status, flow }: DeclinedEvent): void {
    const stop = this.#stopOf(request, flow);
    this.#tell(now, { at: now, decidedAt: now }, request.method, { ...endOfStop(stop), status });
  }

  /** The response to a request that was sent on. @spec RFC 3261 §16.7 */
  response(now: Instant, response: Response, relay: Relay): void {
    const { passage } = relay;
    if (passage === undefined || !this.#relays.has(relay)) return;
    if (response.status === 408) {
      const told = { status: 504, text: 'The next hop timed out', diagnostics: 1007 };
      return this.#fail(now, relay, passage, told, ['sip-408']);
    }
    decideAnswer(this.#env, this.#settings, now, response, relay, (then, refusal) =>
      this.#pass(then, response, relay, refusal),
    );
  }

  /** `refusal`: why the document that it brings along does not go with it. */
  #pass(now: Instant, response: Response, relay: Relay, refusal?: Refusal): void {
    const { passage, returning } = relay;
    if (passage === undefined || returning === undefined || !this.#relays.has(relay)) return;
    if (refusal !== undefined) {
      relay.notes = [...relay.notes, refusal.code];
      returning.isBare = true;
    }
    const reasons = response.status < 300 ? [] : [`sip-${response.status}`];
    const trust = this.#trustIn(response, passage);
    const passed = passedOf(response, returning, trust, this.#settings);
    this.#env.out.push({ kind: 'sip', input: { kind: 'pass', to: relay.id, passed } });
    const status = passed.status ?? response.status;
    countAnswer(this.#env, now, passage, response.status);
    const [said] = diagnosticsIn(response.headers);
    this.#end(now, relay, {
      ...endOfPassage(passage),
      outcome: outcomeOf(response.status),
      reasons,
      status,
      diagnostics: said?.id,
    });
  }

  /** A request that was sent on came to nothing. @spec RFC 3261 §16.9 */
  failed(now: Instant, event: FailedEvent, relay: Relay): void {
    const { passage } = relay;
    if (passage === undefined || !this.#relays.has(relay)) return;
    const { reasons, ...told } = toldOfFailure(event);
    this.#fail(now, relay, passage, told, reasons);
  }

  /** A request that is never answered has left. */
  sent(now: Instant, relay: Relay): void {
    const { passage } = relay;
    if (passage === undefined || !this.#relays.has(relay)) return;
    this.#end(now, relay, {
      ...endOfPassage(passage),
      outcome: 'handed-over',
      reasons: [],
      status: undefined,
      diagnostics: undefined,
    });
  }

  /** The host has answered where a domain is reached. */
  answer(now: Instant, ask: string, targets: readonly Target[]): void {
    for (const relay of this.#asking.answered(ask)) this.#dispatch(now, relay, targets);
  }

  /** Ends what has waited too long for a route. */
  tick(now: Instant): void {
    for (let all = this.#asking.expired(now); all !== undefined; all = this.#asking.expired(now))
      for (const relay of all) this.#lost(now, relay, 'no-answer');
  }

  /** Tells the senders of what has not left yet; with `all`, of what has, too. */
  close(now: Instant, all: boolean): void {
    for (const relay of this.#asking.drain()) this.#lost(now, relay, 'closing');
    if (all) for (const relay of this.#relays.all()) this.#lost(now, relay, 'closing');
  }

  /** From the top, each time something more is known. */
  #decide(now: Instant, relay: Relay): void {
    if (!this.#relays.has(relay)) return;
    const decision = decideRelay(relay.request, relay.flow, this.#settings, this.#env);
    relay.decidedAt = now;
    if (decision.kind === 'stop') return this.#stop(now, relay, decision);
    if (this.#isLooking(now, relay, decision)) return;
    const stop = stopIfTooMany(this.#env, now, decision);
    if (stop !== undefined) return this.#stop(now, relay, stop);
    relay.passage = decision;
    this.#say(now, relay, decision);
  }

  /** The host looks at what everything else permits; then it is decided anew. What cannot be read cannot be looked at. */
  #isLooking(now: Instant, relay: Relay, passage: Passage): boolean {
    const env = this.#env;
    if (relay.isLookedAt || isUnseen(env)) return false;
    const asked = lookOf(now, relay, passage, env);
    if (asked === undefined) return false;
    if ('kind' in asked) {
      if (env.hooked) this.#stopBy(now, relay, asked, passage);
      return env.hooked;
    }
    return lookOrWait(env, now, asked.ends, asked.looked, (then, end) => {
      if (!this.#relays.has(relay)) return;
      relay.isLookedAt = true;
      if (end.kind === 'stop')
        return this.#stopBy(then, relay, refusalOf(relay, passage, end.refusal), passage);
      relay.notes = end.notes;
      if (env.hooked) relay.words = wordsAfter(relay, asked.looked, end);
      this.#decide(then, relay);
    });
  }

  /** What policy wants done with the words of it is done before it leaves: at once, or when the host has answered. */
  #say(now: Instant, relay: Relay, passage: Passage): void {
    const { hostDuties } = this.#env;
    const { row, verdict } = passage;
    const isWanted = row.hasWords && (hostDuties.size > 0 || wantsWords(verdict.must));
    if (!isWanted) return this.#route(now, relay, passage);
    const read = readOf(relay, passage);
    if ('kind' in read) return this.#unread(now, relay, passage, read);
    carryWords(this.#env, now, verdict.must, read, read.words, (then, end) =>
      this.#said(then, relay, passage, end),
    );
  }

  /** Only those of whose words something is wanted must be readable. */
  #unread(now: Instant, relay: Relay, passage: Passage, refusal: Refusal): void {
    if (wantsWords(passage.verdict.must)) this.#stopBy(now, relay, refusal, passage);
    else this.#route(now, relay, passage);
  }

  #said(now: Instant, relay: Relay, passage: Passage, end: WordsEnd): void {
    if (!this.#relays.has(relay)) return;
    if (end.kind === 'stop') return this.#stopBy(now, relay, end.refusal, passage);
    const { text, subject, notes } = end;
    relay.notes = [...relay.notes, ...notes];
    if (text !== undefined) relay.words = { text, subject };
    this.#route(now, relay, passage);
  }

  #route(now: Instant, relay: Relay, passage: Passage): void {
    const { policy, options } = this.#env;
    const known = knownTargets(passage, this.#settings, policy, options.routes);
    if (known === undefined) this.#ask(now, relay, passage);
    else this.#dispatch(now, relay, known);
  }

  /** Something that was decided, and then does not go on. */
  #stopBy(now: Instant, relay: Relay, refusal: Refusal, passage: Passage): void {
    const isAnswered = relay.id !== '';
    this.#answer(relay, toldOf(refusal, undefined));
    this.#end(now, relay, {
      ...endOfPassage(passage),
      outcome: isAnswered ? 'refused' : 'dropped',
      reasons: [refusal.code],
      rule: refusal.spec,
      status: isAnswered ? refusal.status : undefined,
      diagnostics: undefined,
    });
  }

  #stop(now: Instant, relay: Relay, stop: Stop): void {
    const waits = this.#env.inquiry.wait(now, stop.unknown, (then) => this.#decide(then, relay));
    if (waits === 'waiting') return;
    if (waits === 'full') return this.#refuse(now, relay, 'queue-full');
    this.#answer(relay, toldOf(stop.refusal, stop.diagnostics));
    this.#end(now, relay, {
      ...endOfStop(stop),
      outcome: relay.id === '' ? 'dropped' : 'refused',
      status: relay.id === '' ? undefined : stop.refusal.status,
    });
  }

  #ask(now: Instant, relay: Relay, { from, to: { domain } }: Passage): void {
    const ask = this.#env.options.drawToken();
    const asked = this.#asking.wait(now, from.domain, domain, ask, relay);
    if (asked === 'full') this.#lost(now, relay, 'queue-full');
    if (asked !== 'ask') return;
    this.#env.out.push({ kind: 'ask', ask, question: { kind: 'sip-route', domain } });
  }

  #dispatch(now: Instant, relay: Relay, targets: readonly Target[]): void {
    const { passage, request, flow } = relay;
    if (passage === undefined) return;
    const wanted = wantedTargets(passage, targets, this.#env.policy);
    if (wanted.length === 0) return this.#lost(now, relay, 'no-route');
    const came = {
      request,
      transport: flow.transport,
      remote: flow.remote,
      peer: peerOf(passage.verdict, flow),
      words: relay.words,
    };
    const forward = forwardOf(came, passage, wanted, this.#settings);
    relay.returning = {
      passage,
      request,
      peer: namesOfNext(passage.verdict)?.[0],
      isBare: false,
      isSecure: wanted.every(({ transport }) => transport === 'tls'),
    };
    this.#env.out.push({
      kind: 'sip',
      input: { kind: 'forward', forward, targets: wanted, local: localOf(passage), context: relay },
    });
  }

  /** What inner servers are told of whoever answers: what they would be told if that server had asked. */
  #trustIn(
    { headers }: Response,
    { heading, from, to, row, verdict }: Passage,
  ): TrustMark | undefined {
    const { policy, facts } = this.#env;
    if (heading !== 'outward' || policy.federation === undefined) return undefined;
    const mark = markIn(headers, this.#settings.markHeader);
    const query = {
      from: to.domain,
      to: from.domain,
      via: 'sip',
      toward: 'sip',
      traffic: row.traffic,
      peerNames: namesOfNext(verdict) ?? NONE,
      ...(mark === undefined ? {} : { mark }),
    } as const;
    return trustMarkOf(evaluate(policy, query, facts)) ?? UNKNOWN_SENDER;
  }

  /** A request that is declined never gets as far as a passage. */
  #stopOf(request: IncomingRequest, flow: Flow): Stop {
    return stopOfCall(request, flow, this.#settings, this.#env);
  }

  #refuse(now: Instant, relay: Relay, code: RefusalCode): void {
    this.#give(now, relay, code, 'refused');
  }

  #lost(now: Instant, relay: Relay, code: RefusalCode): void {
    this.#give(now, relay, code, 'failed');
  }

  #give(now: Instant, relay: Relay, code: RefusalCode, outcome: 'refused' | 'failed'): void {
    const refusal = refused(code);
    const diagnostics = code === 'no-route' ? 1014 : undefined;
    this.#answer(relay, toldOf(refusal, diagnostics));
    this.#end(now, relay, {
      ...(relay.passage === undefined ? nobodysEnd(relay) : endOfPassage(relay.passage)),
      outcome: relay.id === '' ? 'dropped' : outcome,
      reasons: [code],
      rule: refusal.spec,
      status: relay.id === '' ? undefined : refusal.status,
      diagnostics,
    });
  }

  #fail(
    now: Instant,
    relay: Relay,
    passage: Passage,
    told: Told,
    reasons: readonly string[],
  ): void {
    this.#answer(relay, told);
    this.#end(now, relay, {
      ...endOfPassage(passage),
      outcome: relay.id === '' ? 'dropped' : 'failed',
      reasons,
      status: relay.id === '' ? undefined : told.status,
      diagnostics: told.diagnostics,
    });
  }

  #answer({ id, leg }: Relay, told: Told): void {
    if (id === '') return;
    const draft = edgeAnswer(told, leg, this.#env.waits.retryAfter, this.#settings);
    this.#env.out.push({ kind: 'sip', input: { kind: 'respond', to: id, draft } });
  }

  #end(now: Instant, relay: Relay, end: RelayEnd): void {
    this.#relays.end(relay);
    const reasons = [...relay.notes, ...end.reasons];
    this.#tell(now, relay, relay.request.method, { ...end, reasons });
  }

  #tell(now: Instant, when: Pick<Relay, 'at' | 'decidedAt'>, method: string, end: RelayEnd): void {
    const [from, to] = [shown(this.#env, end.from), shown(this.#env, end.to)];
    tell(this.#env, relayTrace(now, when, method, { ...end, from, to }));
  }
}

/** In whose name a server of somebody else is called; our own know us by our name alone. */
function localOf({ heading, from }: Passage): string | undefined {
  return heading === 'outward' ? from.domain : undefined;
}

/** Whoever answers from outside is at least told to be from there. */
const UNKNOWN_SENDER: TrustMark = {
  kind: 'mark',
  source: 'autoFederation',
  network: 'federation',
  user: 'unverified',
};
const NONE: readonly never[] = Object.freeze([]);
