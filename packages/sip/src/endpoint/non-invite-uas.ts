// Requests that are no INVITE at the server side of an endpoint, from the host's being told to the last copy of its
// answer. RFC 3261 §17.2.2. What a request is refused for at once is uas.ts'.
import type { IncomingRequest, PassedResponse, ResponseDraft } from '../message.ts';
import {
  answeredServer,
  dueServerInput,
  type ServerClock,
  serverDueAt,
  type ServerInput,
  startServer,
  stepServer,
} from '../transaction/non-invite-server.ts';
import type { ServerTable, ServerTransaction } from '../transaction/table.ts';
import type { WaitingLine } from '../transaction/waiting-line.ts';
import { answerFlow, answerTo, passedTo } from './answer.ts';
import type { Ground, Served, Waiting } from './ground.ts';
import { Passing } from './passing.ts';
import { PerRemote } from './per-remote.ts';
import type { Replies } from './replies.ts';
import type { Flow, Instant } from './types.ts';

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

export class NonInviteUas {
  readonly #ground: Ground;
  readonly #replies: Replies;
  readonly #table: ServerTable<Served>;
  /** Those that are answered. */
  readonly #answered: WaitingLine<Waiting>;
  readonly #byId = new Passing<string, OpenRequest>();
  readonly #perRemote = new PerRemote();

  constructor(ground: Ground, replies: Replies, table: ServerTable<Served>) {
    this.#ground = ground;
    this.#replies = replies;
    this.#table = table;
    this.#answered = ground.deadlines.line();
  }

  /** Requests the host owes an answer. */
  get open(): number {
    return this.#byId.size;
  }

  /** Whether one peer has as many of them open as it may. */
  isCrowded({ remote }: Flow): boolean {
    return this.#perRemote.of(remote.address) >= this.#ground.limits.requestsPerRemote;
  }

  /** The host is to answer it, by that id. */
  begin(
    now: Instant,
    flow: Flow,
    request: IncomingRequest,
    key: string,
    merge: string | undefined,
    id: string,
  ): void {
    const clock = startServer(now, flow.transport !== 'udp', this.#ground.timers);
    const transaction: Transaction = {
      kind: 'server',
      at: Number.POSITIVE_INFINITY,
      slot: -1,
      key,
      mergeKey: merge,
      clock,
      last: undefined,
      open: id,
    };
    this.#table.add(transaction);
    this.#byId.set(id, { id, transaction, request, flow });
    this.#perRemote.add(flow.remote.address, 1);
    this.#rest(transaction, clock);
    this.#ground.outbox.push({ kind: 'request', id, request, flow });
  }

  /** A copy of a request, perhaps over another connection, since its own has broken. */
  repeat(now: Instant, flow: Flow, incoming: IncomingRequest, known: Transaction): void {
    const open = this.#openOf(known);
    if (open !== undefined) open.flow = this.#replies.followed(open.flow, flow);
    const act = stepServer(clockOf(known), now, 'request', this.#ground.timers);
    if (act !== 'repeat' || known.last === undefined) return;
    this.#replies.send(answerFlow(incoming.via, flow), known.last);
  }

  respond(now: Instant, id: string, draft: ResponseDraft): void {
    const transaction = this.#byId.get(id)?.transaction;
    if (transaction === undefined || isTooEarly(now, transaction, draft)) return;
    this.#answer(now, transaction, draft);
  }

  /** @spec RFC 3261 §16.7 */
  pass(now: Instant, id: string, passed: PassedResponse): void {
    const transaction = this.#byId.get(id)?.transaction;
    if (transaction !== undefined) this.#step(now, transaction, 'final', passed);
  }

  /** A transaction's timer has fired. */
  wake(now: Instant, transaction: Transaction): void {
    const clock = clockOf(transaction);
    const input = dueServerInput(clock, now);
    if (input === undefined) this.#rest(transaction, clock);
    else this.#step(now, transaction, input, TRYING);
  }

  /** Answers what the host has not. */
  end(now: Instant): void {
    const full = this.#replies.full();
    for (const { transaction } of this.#byId.values()) this.#answer(now, transaction, full);
  }

  #answer(now: Instant, transaction: Transaction, draft: ResponseDraft): void {
    this.#step(now, transaction, draft.status < 200 ? 'provisional' : 'final', draft);
  }

  #step(now: Instant, transaction: Transaction, input: ServerInput, answer: Answer): void {
    const clock = clockOf(transaction);
    const act = stepServer(clock, now, input, this.#ground.timers);
    const open = this.#openOf(transaction);
    if (open !== undefined && (act === 'send' || act === 'send-100')) {
      const bytes = this.#octets(open, answer);
      this.#replies.reply(now, open.flow, open.request.via, bytes);
      if (!clock.reliable) this.#table.keep(transaction, bytes);
    }
    const { state } = clock;
    if (state === 'completed' || state === 'terminated') this.#shut(transaction);
    if (state === 'terminated') this.#forget(transaction);
    else if (state === 'completed') this.#keep(transaction);
    else this.#rest(transaction, clock);
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
    this.#perRemote.add(open.flow.remote.address, -1);
  }

  #forget(transaction: Transaction): void {
    this.#shut(transaction);
    this.#ground.deadlines.drop(transaction);
    this.#table.remove(transaction);
  }

  /** Until Timer J, for copies of its request. */
  #keep(transaction: Transaction): void {
    const { clock } = transaction;
    if (clock === undefined) return;
    transaction.clock = undefined;
    this.#ground.deadlines.queue(transaction, serverDueAt(clock), this.#answered);
  }

  #rest(transaction: Transaction, clock: ServerClock): void {
    this.#ground.deadlines.set(transaction, serverDueAt(clock));
  }
}

function clockOf({ clock }: Transaction): ServerClock {
  return clock ?? answeredServer();
}

/**
 * A 100 in datagrams waits until the client has slowed down; the endpoint then sends it by itself.
 * @spec RFC 4320 §4.1
 */
function isTooEarly(now: Instant, transaction: Transaction, draft: ResponseDraft): boolean {
  const { reliable, timer100 } = clockOf(transaction);
  return draft.status === 100 && !reliable && timer100 > now;
}

const TRYING: ResponseDraft = { status: 100 };
