// The client side of an endpoint: requests handed in, sent to the first target that takes them, and
// ended by exactly one `response`, `failed` or `sent`. RFC 3261 §8.1 and §17.1.2, RFC 3263 §4.3.
//
// Its theory: a `Sending` is one request of the host; it is at any moment in one place: waiting for a
// connection to open or to drain, in a client transaction, or ended. It moves to its next target only when
// the last one certainly did not take it: no connection, no proof, never written, or a 503.
import type { IncomingResponse, Response } from '../message.ts';
import type { ConnectAttempt, ConnectAttempts } from './attempts.ts';
import { type BlockedTarget, BlockedTargets } from './blocked.ts';
import { ClientTable, type ClientTransaction } from './client-table.ts';
import {
  type Connection,
  type Connections,
  type HeldBack,
  placeOf,
  proves,
} from './connections.ts';
import { checkSending } from './draft.ts';
import { Endings } from './endings.ts';
import {
  BLOCKED,
  CLOSED,
  connectFailure,
  type Failure,
  NEVER_TAKEN,
  NO_ROOM,
  NOT_PROVED,
  TIMED_OUT,
  TOO_LONG,
  unanswered,
  unsentTo,
  worse,
} from './failure.ts';
import type { Ground } from './ground.ts';
import { HeldRequests } from './held-back.ts';
import type { LateAnswers } from './late-answers.ts';
import { RequestWriter } from './request-writer.ts';
import {
  isTooLate,
  nextTarget,
  noteNoStream,
  type Sending,
  sendingOf,
  streamInstead,
} from './sending.ts';
import type {
  ConnectFailedInput,
  Flow,
  FlowInput,
  ForwardInput,
  Instant,
  RequestInput,
  SipCounts,
  SipEndpointOptions,
  Target,
} from './types.ts';
import { contentOf } from './wire-request.ts';

/** @spec RFC 3261 §8.1 */
export class Uac {
  /** What goes into the connections, in order. */
  readonly held: HeldRequests;
  readonly #ground: Ground;
  readonly #connections: Connections;
  readonly #writer: RequestWriter;
  readonly #endings: Endings;
  readonly #transactions: ClientTable;
  readonly #attempts: ConnectAttempts;
  readonly #late: LateAnswers;
  readonly #blocked: BlockedTargets;

  constructor(
    ground: Ground,
    connections: Connections,
    attempts: ConnectAttempts,
    late: LateAnswers,
    options: SipEndpointOptions,
  ) {
    this.#ground = ground;
    this.#connections = connections;
    this.#attempts = attempts;
    this.#late = late;
    this.#transactions = new ClientTable(ground);
    this.#endings = new Endings(ground.outbox);
    this.#writer = new RequestWriter(ground, this.#transactions, this.#endings, options);
    this.held = new HeldRequests(ground, connections, this.#writer, (at, held) =>
      this.#notWritten(at, held),
    );
    this.#blocked = new BlockedTargets(ground);
  }

  /** Requests that have not ended. */
  get open(): number {
    return this.#endings.open;
  }

  /** Everything that still takes memory. */
  get counts(): Pick<SipCounts, 'requests' | 'client' | 'connecting' | 'waiting' | 'blocked'> {
    return {
      requests: this.#endings.open,
      client: this.#transactions.size,
      connecting: this.#attempts.size,
      waiting: this.#attempts.waiting,
      blocked: this.#blocked.size,
    };
  }

  request(now: Instant, input: RequestInput | ForwardInput): void {
    checkSending(input);
    const { context } = input;
    const { clientTransactions } = this.#ground.limits;
    if (Math.max(this.#endings.open, this.#transactions.size) >= clientTransactions) {
      this.#endings.fail(context, { reason: 'overload', text: 'Too many requests are open.' });
      return;
    }
    const sending = sendingOf(now, input, contentOf(input, this.#ground.draw));
    this.#endings.begin(sending);
    this.#tryNext(now, sending);
  }

  /** Says the one word that ends a request that never began. */
  refuse(context: unknown): void {
    this.#endings.fail(context, CLOSED);
  }

  opened(now: Instant, connect: string, flow: Flow): void {
    const attempt = this.#attempts.take(connect);
    if (attempt === undefined || !proves(flow, attempt.target)) {
      this.#ground.outbox.push({ kind: 'disconnect', flow });
      if (attempt !== undefined) this.#moveOn(now, attempt, NOT_PROVED);
      return;
    }
    const connection = this.#connections.open(now, flow, attempt);
    if (connection === undefined) this.#moveOn(now, attempt, NO_ROOM);
    else this.#use(now, attempt, connection);
  }

  connectFailed(now: Instant, input: ConnectFailedInput): void {
    const attempt = this.#attempts.take(input.connect);
    if (attempt === undefined) return;
    if (input.reason === 'refused') attempt.waiting.forEach(noteNoStream);
    else if (input.reason === 'timeout') this.#blocked.rest(now, placeOf(attempt.target));
    this.#moveOn(now, attempt, connectFailure(input, attempt.target));
  }

  /**
   * A response whose branch is ours, on the connection it belongs to; any other is a stray and is
   * dropped.
   * @spec RFC 3261 §18.1.2
   */
  take(now: Instant, flow: Flow, incoming: IncomingResponse): boolean {
    const transaction = this.#writer.answeredBy(flow, incoming);
    if (transaction === undefined) return false;
    const input = incoming.status < 200 ? 'provisional' : 'final';
    const act = this.#transactions.step(now, transaction, input);
    if (act === 'deliver') this.#answered(now, transaction, incoming.response);
    return true;
  }

  /** A timer of a transaction or of a connect has fired. */
  wake(now: Instant, waiting: ClientTransaction | ConnectAttempt | BlockedTarget): void {
    if (waiting.kind === 'blocked') this.#blocked.release(waiting);
    else if (waiting.kind === 'connect') this.connectFailed(now, unanswered(waiting.id));
    else this.#wakeTransaction(now, waiting);
  }

  /**
   * A flow is gone: whether its requests were taken nobody knows, so they are not sent again. Those that
   * were held back it certainly did not take.
   */
  lost(now: Instant, connection: Connection, text: string): void {
    for (const transaction of connection.clients) {
      const act = this.#transactions.step(now, transaction, 'transport-error');
      if (act === 'fail') this.#endTransaction(transaction, { reason: 'transport', text });
    }
    for (const held of connection.heldBack.splice(0)) this.#tryAgain(now, held);
  }

  /**
   * A datagram that the system did not take. If it was the only one, another target may have the request.
   * @spec RFC 3261 §17.1.4
   */
  unsent(now: Instant, connection: Connection, input: Unsent): void {
    const transaction = this.#writer.wroteOnce(input.bytes, connection);
    const sending = transaction?.sending;
    if (transaction === undefined || sending === undefined) return;
    this.#transactions.step(now, transaction, 'transport-error');
    transaction.sending = undefined;
    this.#tryNextAfter(now, sending, unsentTo(transaction.target, input.reason));
  }

  /** Fails everything that still waits for a connection. */
  endWaiting(now: Instant): void {
    for (const attempt of this.#attempts.all()) {
      this.#attempts.take(attempt.id);
      for (const waiter of attempt.waiting) {
        if (waiter.kind === 'sending') this.#endings.end(waiter, CLOSED);
        else this.#late.lose(now, waiter.flow);
      }
    }
    for (const { heldBack } of this.#connections.all()) {
      for (const { sending } of heldBack.splice(0)) this.#endings.end(sending, CLOSED);
    }
  }

  /** Fails everything and forgets everything. */
  end(now: Instant): void {
    this.endWaiting(now);
    this.#endings.endAll();
    this.#transactions.clear();
    this.#blocked.clear();
  }

  /** @spec RFC 3263 §4.3 */
  #tryNext(now: Instant, sending: Sending): void {
    for (let next = nextTarget(sending); next !== undefined; next = nextTarget(sending)) {
      const failure = this.#try(now, sending, next);
      if (failure === undefined) return;
      sending.failure = worse(sending.failure, failure);
      if (failure === NEVER_TAKEN) break;
    }
    this.#endings.conclude(sending);
  }

  /** The same target, by another connection: this one broke before it was written. */
  #tryAgain(now: Instant, { sending, target }: HeldBack): void {
    const failure = this.#try(now, sending, target);
    if (failure !== undefined) this.#tryNextAfter(now, sending, failure);
  }

  #tryNextAfter(now: Instant, sending: Sending, failure: Failure): void {
    sending.failure = worse(sending.failure, failure);
    this.#tryNext(now, sending);
  }

  /** Puts a request on its way to one target, or says why that cannot be. */
  #try(now: Instant, sending: Sending, target: Target): Failure | undefined {
    if (isTooLate(now, sending, this.#ground.timers)) return NEVER_TAKEN;
    if (this.#isPassedOver(sending, target)) return BLOCKED;
    const connection = this.#connections.findFor(target, sending.local);
    if (connection === undefined) {
      return this.#attempts.expect(now, target, sending, this.#connections.size)
        ? undefined
        : NO_ROOM;
    }
    if (this.held.send(now, sending, target, connection)) return undefined;
    return this.#tryStream(now, sending, target);
  }

  /**
   * A target that asked to be left alone, while another one is left. The last is tried all the same: its
   * 503 may have been about one user of many behind it.
   * @spec RFC 3261 §21.5.4
   */
  #isPassedOver(sending: Sending, target: Target): boolean {
    const isLast = sending.nextTarget >= sending.targets.length;
    return !isLast && this.#blocked.has(placeOf(target));
  }

  /** A connection stands: responses first, which waited for nothing else. */
  #use(now: Instant, { waiting, target }: ConnectAttempt, connection: Connection): void {
    const { outbox } = this.#ground;
    for (const waiter of waiting) {
      if (waiter.kind === 'sending') connection.heldBack.push({ sending: waiter, target });
      else outbox.push({ kind: 'send', flow: connection.flow, bytes: waiter.bytes });
    }
    this.held.flush(now, connection);
  }

  #notWritten(now: Instant, { sending, target }: HeldBack): void {
    const isOver = isTooLate(now, sending, this.#ground.timers);
    const failure = isOver ? NEVER_TAKEN : this.#tryStream(now, sending, target);
    if (failure !== undefined) this.#tryNextAfter(now, sending, failure);
  }

  /** @spec RFC 3261 §18.1.1 */
  #tryStream(now: Instant, sending: Sending, target: Target): Failure | undefined {
    if (sending.exceeds) return TOO_LONG;
    return this.#try(now, sending, streamInstead(sending, target));
  }

  #wakeTransaction(now: Instant, transaction: ClientTransaction): void {
    const isSilent = transaction.clock.state === 'trying';
    const act = this.#transactions.wake(now, transaction);
    const { flow } = transaction.connection;
    if (act === 'retransmit') {
      this.#ground.outbox.push({ kind: 'send', flow, bytes: transaction.bytes });
    } else if (act === 'time-out') {
      this.#endTransaction(transaction, TIMED_OUT);
      if (isSilent) this.#heardNothing(now, transaction);
    }
  }

  /** A stream on which nothing at all came meanwhile is dead, though no end of it has arrived. */
  #heardNothing(now: Instant, { target, connection }: ClientTransaction): void {
    this.#blocked.rest(now, placeOf(target));
    if (!this.#connections.isDead(now, connection)) return;
    this.#ground.outbox.push({ kind: 'disconnect', flow: connection.flow });
    this.#connections.drop(connection);
    this.lost(now, connection, 'Nothing was heard from the peer.');
  }

  #answered(now: Instant, transaction: ClientTransaction, response: Response): void {
    const { sending } = transaction;
    transaction.sending = undefined;
    if (sending === undefined) return;
    if (response.status !== 503) {
      this.#endings.deliver(sending, response);
      return;
    }
    const wait = response.headers.retryAfter;
    if (typeof wait === 'number') this.#blocked.block(now, placeOf(transaction.target), wait);
    sending.refusal = response;
    this.#tryNext(now, sending);
  }

  #endTransaction(transaction: ClientTransaction, failure: Failure): void {
    const { sending } = transaction;
    transaction.sending = undefined;
    if (sending !== undefined) this.#endings.end(sending, failure);
  }

  #moveOn(now: Instant, attempt: ConnectAttempt, failure: Failure): void {
    for (const waiter of attempt.waiting) {
      if (waiter.kind === 'sending') this.#tryNextAfter(now, waiter, failure);
      else this.#late.lose(now, waiter.flow);
    }
  }
}

type Unsent = Extract<FlowInput, { kind: 'unsent' }>;
