// The server side of an endpoint: requests in, responses out. RFC 3261 §8.2 and §17.2.2. A request the
// host is to answer gets a transaction; everything that can be answered at once (faults, refusals,
// OPTIONS, overload) is answered without keeping anything, and a copy of it gets the same answer.
import { type Fault, fault, isFault } from '../fault.ts';
import type {
  IncomingRequest,
  PassedResponse,
  Request,
  ResponseDraft,
  Salvage,
} from '../message.ts';
import { param } from '../message.ts';
import { checkRequest } from '../check.ts';
import { salvage } from '../salvage.ts';
import { mergeKey, serverKey } from '../transaction/key.ts';
import {
  dueServerInput,
  serverDueAt,
  type ServerInput,
  startServer,
  stepServer,
} from '../transaction/non-invite-server.ts';
import { ServerTable, type ServerTransaction } from '../transaction/table.ts';
import type { WaitingLine } from '../transaction/waiting-line.ts';
import { answerFlow, answerTo, answerToBroken, passedTo, statelessTag } from './answer.ts';
import { type Capabilities, isProxied, optionsAnswer, refusalFor } from './checks.ts';
import type { Connections } from './connections.ts';
import type { LateAnswers } from './late-answers.ts';
import { checkAnswer, checkPassed } from './draft.ts';
import type { Ground, Waiting } from './ground.ts';
import { Passing } from './passing.ts';
import type { Flow, Instant, PassInput, RespondInput, SipCounts } from './types.ts';

/**
 * A request the host has not answered yet. Its transaction knows it by its id only: V8 puts what is stored in something
 * that mostly lives long among the old at once, and a whole request would stand there until the old are collected.
 */
interface OpenRequest {
  readonly id: string;
  readonly transaction: Transaction;
  readonly request: IncomingRequest;
  /** Where it came from last. */
  flow: Flow;
}

type Transaction = ServerTransaction<string>;

/** An answer of the host's own, or one of somebody else. */
type Answer = ResponseDraft | PassedResponse;

/** @spec RFC 3261 §8.2 */
export class Uas {
  readonly #ground: Ground;
  readonly #connections: Connections;
  readonly #late: LateAnswers;
  readonly #capabilities: Capabilities;
  readonly #options: ResponseDraft;
  readonly #table: ServerTable<string>;
  /** Those that are answered. */
  readonly #answered: WaitingLine<Waiting>;
  readonly #byId = new Passing<string, OpenRequest>();
  readonly #openPerRemote = new Map<string, number>();
  readonly #tagSeed: string;
  #drawn = 0;
  #refusesNew = false;

  constructor(
    ground: Ground,
    connections: Connections,
    late: LateAnswers,
    capabilities: Capabilities,
  ) {
    this.#ground = ground;
    this.#connections = connections;
    this.#late = late;
    this.#capabilities = capabilities;
    this.#options = optionsAnswer(capabilities);
    this.#table = new ServerTable(ground.limits);
    this.#answered = ground.deadlines.line();
    this.#tagSeed = ground.draw();
  }

  /** Requests the host owes an answer. */
  get open(): number {
    return this.#byId.size;
  }

  /** Everything that still takes memory. */
  get counts(): Pick<SipCounts, 'server' | 'unanswered' | 'keptBytes'> {
    const { size, keptBytes } = this.#table;
    return { server: size, unanswered: this.#byId.size, keptBytes };
  }

  /** False when the request was malformed. */
  take(now: Instant, flow: Flow, request: Request): boolean {
    const incoming = checkRequest(request);
    if (isFault(incoming)) {
      this.takeBroken(now, flow, incoming, salvage(request));
      return false;
    }
    if (this.#isUnanswered(incoming.method)) this.#hand(flow, incoming);
    else this.#takeChecked(now, flow, incoming);
    return true;
  }

  /** @spec RFC 3261 §21.4.1 */
  takeBroken(now: Instant, flow: Flow, broken: Fault, saved: Salvage | undefined): void {
    this.#ground.outbox.fault(now, broken, flow);
    if (broken.answer === undefined || saved === undefined) return;
    if (this.#isUnanswered(saved.method)) return;
    const to = saved.to;
    const tag = statelessTag(this.#tagSeed, param(saved.via.params, 'branch'));
    const tagged = to === undefined || /;\s*tag\s*=/i.test(to) ? to : `${to};tag=${tag}`;
    const bytes = answerToBroken({ ...saved, to: tagged }, flow, broken.answer);
    this.#send(answerFlow(saved.via, flow), bytes);
  }

  respond(now: Instant, input: RespondInput): void {
    checkAnswer(input.draft);
    const transaction = this.#byId.get(input.to)?.transaction;
    if (transaction === undefined || isTooEarly(now, transaction, input.draft)) return;
    this.#answer(now, transaction, input.draft);
  }

  /** @spec RFC 3261 §16.7 */
  pass(now: Instant, { to, passed }: PassInput): void {
    checkPassed(passed);
    const transaction = this.#byId.get(to)?.transaction;
    if (transaction !== undefined) this.#step(now, transaction, 'final', passed);
  }

  /** A transaction's timer has fired. */
  wake(now: Instant, transaction: Transaction): void {
    const input = dueServerInput(transaction.clock, now);
    if (input === undefined) this.#rest(transaction);
    else this.#step(now, transaction, input, TRYING);
  }

  /** Nothing new is taken from here on. */
  refuseNew(): void {
    this.#refusesNew = true;
  }

  /** Answers what the host has not, and forgets everything. */
  end(now: Instant): void {
    for (const { transaction } of this.#byId.values()) this.#answer(now, transaction, this.#full());
    for (const transaction of this.#table.all()) this.#forget(transaction);
  }

  #takeChecked(now: Instant, flow: Flow, incoming: IncomingRequest): void {
    const scope = flow.transport === 'udp' ? '' : flow.remote.address;
    const key = serverKey(incoming, scope);
    const known = this.#table.match(key);
    if (known !== undefined) this.#repeat(now, flow, incoming, known);
    else if (incoming.method === 'CANCEL') this.#answerCancel(flow, incoming, scope);
    else this.#takeNew(now, flow, incoming, key);
  }

  #isUnanswered(method: string): boolean {
    return method === 'ACK' || this.#capabilities.unanswered.includes(method);
  }

  /** What is never answered has no transaction. An ACK is for an INVITE, which is not here. */
  #hand(flow: Flow, request: IncomingRequest): void {
    if (request.method === 'ACK' || this.#refusesNew) return;
    this.#ground.outbox.push({ kind: 'request', id: NO_ANSWER, request, flow });
  }

  #takeNew(now: Instant, flow: Flow, incoming: IncomingRequest, key: string): void {
    const proxied = isProxied(incoming, this.#capabilities);
    const merge = proxied === true ? undefined : mergeKey(incoming);
    const isMerged = merge !== undefined && this.#table.isMerged(merge);
    const refusal =
      proxied === false ? refusalFor(incoming, flow, isMerged, this.#capabilities) : undefined;
    if (isFault(proxied)) this.#fail(now, flow, incoming, proxied);
    else if (isFault(refusal)) this.#fail(now, flow, incoming, refusal);
    else if (refusal !== undefined) {
      this.#ground.outbox.declined(now, incoming, refusal.status, flow);
      this.#answerAtOnce(flow, incoming, refusal);
    } else if (incoming.method === 'OPTIONS' && !proxied) {
      this.#answerAtOnce(flow, incoming, this.#options);
    } else if (this.#isFull(flow)) this.#refuseFull(now, flow, incoming);
    else this.#open(now, flow, incoming, key, merge);
  }

  /** The host could not say what is to become of it. */
  #fail(now: Instant, flow: Flow, incoming: IncomingRequest, failure: Fault): void {
    this.#ground.outbox.fault(now, failure, flow);
    this.#answerAtOnce(flow, incoming, FAILED);
  }

  #open(
    now: Instant,
    flow: Flow,
    request: IncomingRequest,
    key: string,
    merge: string | undefined,
  ): void {
    this.#drawn += 1;
    const id = `${this.#drawn}`;
    const transaction: Transaction = {
      kind: 'server',
      at: Number.POSITIVE_INFINITY,
      slot: -1,
      key,
      mergeKey: merge,
      clock: startServer(now, flow.transport !== 'udp', this.#ground.timers),
      last: undefined,
      open: id,
    };
    this.#table.add(transaction);
    this.#byId.set(id, { id, transaction, request, flow });
    this.#count(flow, 1);
    this.#rest(transaction);
    this.#ground.outbox.push({ kind: 'request', id, request, flow });
  }

  #repeat(now: Instant, flow: Flow, incoming: IncomingRequest, known: Transaction): void {
    const open = this.#openOf(known);
    if (open !== undefined) this.#follow(open, flow);
    const act = stepServer(known.clock, now, 'request', this.#ground.timers);
    if (act !== 'repeat' || known.last === undefined) return;
    this.#send(answerFlow(incoming.via, flow), known.last);
  }

  /** A peer whose connection broke has sent it again over another one: there it waits for the answer. */
  #follow(open: OpenRequest, flow: Flow): void {
    const isGone = open.flow.transport !== 'udp' && this.#connections.get(open.flow) === undefined;
    if (isGone && isSamePeer(open.flow, flow)) open.flow = flow;
  }

  #answer(now: Instant, transaction: Transaction, draft: ResponseDraft): void {
    this.#step(now, transaction, draft.status < 200 ? 'provisional' : 'final', draft);
  }

  #step(now: Instant, transaction: Transaction, input: ServerInput, answer: Answer): void {
    const act = stepServer(transaction.clock, now, input, this.#ground.timers);
    const open = this.#openOf(transaction);
    if (open !== undefined && (act === 'send' || act === 'send-100')) {
      const bytes = this.#octets(open, answer);
      this.#reply(now, open, bytes);
      if (!transaction.clock.reliable) this.#table.keep(transaction, bytes);
    }
    const { state } = transaction.clock;
    if (state === 'completed' || state === 'terminated') this.#shut(transaction);
    if (state === 'terminated') this.#forget(transaction);
    else if (state === 'completed') this.#keep(transaction);
    else this.#rest(transaction);
  }

  #octets({ request, flow }: OpenRequest, answer: Answer): Uint8Array {
    if ('response' in answer) return passedTo(request, flow, answer);
    const isOurs = answer.status !== 100 && answer.toTag === undefined;
    return answerTo(request, flow, isOurs ? this.#ground.draw() : undefined, answer);
  }

  #openOf({ open }: Transaction): OpenRequest | undefined {
    return open === undefined ? undefined : this.#byId.get(open);
  }

  /** From here on only the key and the response are kept. */
  #shut(transaction: Transaction): void {
    const open = this.#openOf(transaction);
    if (open === undefined) return;
    transaction.open = undefined;
    this.#byId.delete(open.id);
    this.#count(open.flow, -1);
  }

  #forget(transaction: Transaction): void {
    this.#shut(transaction);
    this.#ground.deadlines.drop(transaction);
    this.#table.remove(transaction);
  }

  /** Until Timer J, for copies of its request. */
  #keep(transaction: Transaction): void {
    this.#ground.deadlines.queue(transaction, serverDueAt(transaction.clock), this.#answered);
  }

  #rest(transaction: Transaction): void {
    this.#ground.deadlines.set(transaction, serverDueAt(transaction.clock));
  }

  /**
   * There is no INVITE to cancel here: a CANCEL that finds its request has no effect on it.
   * @spec RFC 3261 §9.2
   */
  #answerCancel(flow: Flow, incoming: IncomingRequest, scope: string): void {
    const isKnown = this.#capabilities.methods.some(
      (method) => this.#table.match(serverKey(incoming, scope, method)) !== undefined,
    );
    this.#answerAtOnce(flow, incoming, { status: isKnown ? 200 : 481 });
  }

  #isFull(flow: Flow): boolean {
    const open = this.#openPerRemote.get(flow.remote.address) ?? 0;
    return (
      this.#refusesNew || !this.#table.hasRoom || open >= this.#ground.limits.requestsPerRemote
    );
  }

  #refuseFull(now: Instant, flow: Flow, incoming: IncomingRequest): void {
    if (!this.#refusesNew) this.#ground.outbox.fault(now, fault('overload'), flow);
    this.#answerAtOnce(flow, incoming, this.#full());
  }

  #full(): ResponseDraft {
    const value = String(this.#ground.limits.retryAfter);
    return { status: 503, headers: [{ name: 'Retry-After', value }] };
  }

  /** @spec RFC 3261 §8.2.7 */
  #answerAtOnce(flow: Flow, incoming: IncomingRequest, draft: ResponseDraft): void {
    const tag = statelessTag(this.#tagSeed, param(incoming.via.params, 'branch'));
    this.#send(answerFlow(incoming.via, flow), answerTo(incoming, flow, tag, draft));
  }

  /** The connection its request came on, or what there is instead. */
  #reply(now: Instant, { flow, request }: OpenRequest, bytes: Uint8Array): void {
    const isGone = flow.transport !== 'udp' && this.#connections.get(flow) === undefined;
    if (isGone) this.#late.send(now, flow, request.via.port, bytes);
    else this.#send(answerFlow(request.via, flow), bytes);
  }

  /** What is said at once has no other way than the connection its request came on. */
  #send(flow: Flow, bytes: Uint8Array): void {
    if (flow.transport !== 'udp' && this.#connections.get(flow) === undefined) return;
    this.#ground.outbox.push({ kind: 'send', flow, bytes });
  }

  #count(flow: Flow, change: 1 | -1): void {
    const { address } = flow.remote;
    const count = (this.#openPerRemote.get(address) ?? 0) + change;
    if (count > 0) this.#openPerRemote.set(address, count);
    else this.#openPerRemote.delete(address);
  }
}

function isSamePeer(before: Flow, now: Flow): boolean {
  return (
    before.transport === now.transport &&
    before.remote.address === now.remote.address &&
    before.proved.join(' ') === now.proved.join(' ')
  );
}

/**
 * A 100 in datagrams waits until the client has slowed down; the endpoint then sends it by itself.
 * @spec RFC 4320 §4.1
 */
function isTooEarly(now: Instant, transaction: Transaction, draft: ResponseDraft): boolean {
  const { clock } = transaction;
  return draft.status === 100 && !clock.reliable && clock.timer100 > now;
}

/** The id of a request that is never answered: it is that of no transaction. */
const NO_ANSWER = '';

const TRYING: ResponseDraft = { status: 100 };

/** @spec RFC 3261 §21.5.1 */
const FAILED: ResponseDraft = { status: 500 };
