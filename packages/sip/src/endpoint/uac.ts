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
import { type Connection, type Connections, placeOf, proves } from './connections.ts';
import { checkSending } from './draft.ts';
import { Endings } from './endings.ts';
import {
  CLOSED,
  connectFailure,
  type Failure,
  NO_ROOM,
  NOT_PROVED,
  refusedServer,
  TIMED_OUT,
  unanswered,
  unsentTo,
} from './failure.ts';
import type { Ground } from './ground.ts';
import type { HeldRequests } from './held-back.ts';
import { type InviteClient, InviteTable } from './invite-table.ts';
import { InviteUac } from './invite-uac.ts';
import type { LateAnswers } from './late-answers.ts';
import { RequestWriter } from './request-writer.ts';
import { noteNoStream, type Sending, sendingOf } from './sending.ts';
import { sentByOf } from './sent-by.ts';
import { Tries } from './tries.ts';
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
  readonly #ground: Ground;
  readonly #connections: Connections;
  readonly #writer: RequestWriter;
  readonly #endings: Endings;
  readonly #transactions: ClientTable;
  readonly #inviteTable: InviteTable;
  readonly #invites: InviteUac;
  readonly #attempts: ConnectAttempts;
  readonly #late: LateAnswers;
  readonly #blocked: BlockedTargets;
  readonly #tries: Tries;

  constructor(
    ground: Ground,
    connections: Connections,
    attempts: ConnectAttempts,
    late: LateAnswers,
    options: SipEndpointOptions,
  ) {
    const sentBy = sentByOf(options);
    const endings = new Endings(ground.outbox);
    const others = new ClientTable(ground);
    const invites = new InviteTable(ground);
    const blocked = new BlockedTargets(ground);
    const unanswerable = options.unanswered ?? [];
    const writer = new RequestWriter(ground, others, invites, endings, sentBy, unanswerable);
    const tries = new Tries(ground, connections, attempts, late, endings, blocked, writer);
    this.#ground = ground;
    this.#connections = connections;
    this.#attempts = attempts;
    this.#late = late;
    this.#transactions = others;
    this.#inviteTable = invites;
    this.#endings = endings;
    this.#blocked = blocked;
    this.#writer = writer;
    this.#tries = tries;
    this.#invites = new InviteUac({
      ground,
      connections,
      endings,
      tries,
      sentBy,
      others,
      invites,
      answered: (...answer) => this.#finally(...answer),
      silent: (...silent) => this.#heardNothing(...silent),
    });
  }

  /** What goes into the connections, in order. */
  get held(): HeldRequests {
    return this.#tries.held;
  }

  /** Requests that have not ended. */
  get open(): number {
    return this.#endings.open;
  }

  /** Everything that still takes memory. */
  get counts(): Pick<SipCounts, 'requests' | 'client' | 'connecting' | 'waiting' | 'blocked'> {
    return {
      requests: this.#endings.open,
      client: this.#size,
      connecting: this.#attempts.size,
      waiting: this.#attempts.waiting,
      blocked: this.#blocked.size,
    };
  }

  /** Client transactions. */
  get #size(): number {
    return this.#transactions.size + this.#inviteTable.size;
  }

  request(now: Instant, input: RequestInput | ForwardInput): void {
    checkSending(input);
    const { context } = input;
    const { clientTransactions } = this.#ground.limits;
    if (Math.max(this.#endings.open, this.#size) >= clientTransactions) {
      this.#endings.fail(context, { reason: 'overload', text: 'Too many requests are open.' });
      return;
    }
    const sending = sendingOf(now, input, contentOf(input, this.#ground.draw));
    this.#endings.begin(sending);
    this.#tries.next(now, sending);
  }

  /** The INVITE with this context is no longer wanted. */
  cancel(now: Instant, context: unknown): void {
    this.#invites.cancel(now, context);
  }

  /** Says the one word that ends a request that never began. */
  refuse(context: unknown): void {
    this.#endings.fail(context, CLOSED);
  }

  opened(now: Instant, connect: string, flow: Flow): void {
    const attempt = this.#attempts.take(connect);
    if (attempt === undefined || !proves(flow, attempt.target)) {
      this.#ground.outbox.push({ kind: 'disconnect', flow });
      if (attempt !== undefined) this.#tries.moveOn(now, attempt, NOT_PROVED);
      return;
    }
    const connection = this.#connections.open(now, flow, attempt);
    if (connection === undefined) this.#tries.moveOn(now, attempt, NO_ROOM);
    else this.#tries.use(now, attempt, connection);
  }

  connectFailed(now: Instant, input: ConnectFailedInput): void {
    const attempt = this.#attempts.take(input.connect);
    if (attempt === undefined) return;
    const { judgement } = input;
    if (judgement !== undefined) this.#ground.outbox.push(refusedServer(attempt.target, judgement));
    if (input.reason === 'refused') attempt.waiting.forEach(noteNoStream);
    else if (input.reason === 'timeout') this.#blocked.rest(now, placeOf(attempt.target));
    this.#tries.moveOn(now, attempt, connectFailure(input, attempt.target));
  }

  /**
   * A response whose branch is ours, from the peer it belongs to; any other is a stray and is
   * dropped.
   * @spec RFC 3261 §18.1.2
   */
  take(now: Instant, flow: Flow, incoming: IncomingResponse): boolean {
    if (incoming.cseq.method === 'INVITE') return this.#invites.take(now, flow, incoming);
    const transaction = this.#writer.answeredBy(flow, incoming);
    if (transaction === undefined) return false;
    const input = incoming.status < 200 ? 'provisional' : 'final';
    const act = this.#transactions.step(now, transaction, input);
    if (act === 'deliver') this.#answered(now, transaction, incoming.response);
    return true;
  }

  /** A timer of a transaction or of a connect has fired. */
  wake(
    now: Instant,
    waiting: ClientTransaction | InviteClient | ConnectAttempt | BlockedTarget,
  ): void {
    if (waiting.kind === 'invite-client') this.#invites.wake(now, waiting);
    else if (waiting.kind === 'blocked') this.#blocked.release(waiting);
    else if (waiting.kind === 'connect') this.connectFailed(now, unanswered(waiting.id));
    else this.#wakeTransaction(now, waiting);
  }

  /**
   * A flow is gone: whether its requests were taken nobody knows, so they are not sent again. Those that
   * were held back it certainly did not take. An INVITE that rings goes on ringing.
   */
  lost(now: Instant, connection: Connection, text: string): void {
    for (const transaction of connection.clients) {
      if (transaction.kind === 'client') this.#lose(now, transaction, text);
      else this.#invites.lost(now, transaction, text);
    }
    for (const held of connection.heldBack.splice(0)) this.#tries.again(now, held);
  }

  /**
   * A datagram that the system did not take. If it was the only one, another target may have the request.
   * @spec RFC 3261 §17.1.4
   */
  unsent(now: Instant, connection: Connection, input: Unsent): void {
    const transaction = this.#writer.wroteOnce(input.bytes, connection);
    const sending = transaction === undefined ? undefined : this.#takeBack(now, transaction);
    if (transaction === undefined || sending === undefined) return;
    this.#tries.nextAfter(now, sending, unsentTo(transaction.target, input.reason));
  }

  /** Nothing new comes; what has not left is over, and what rings is called off. */
  drain(now: Instant): void {
    this.endWaiting(now);
    this.#invites.cancelAll(now);
  }

  /** Fails everything that still waits for a connection. */
  endWaiting(now: Instant): void {
    for (const attempt of this.#attempts.all()) {
      this.#attempts.take(attempt.id);
      for (const waiter of attempt.waiting) {
        if (waiter.kind === 'sending') this.#endings.end(waiter, CLOSED);
        else if (waiter.kind === 'answer') this.#late.lose(now, waiter.flow);
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
    this.#inviteTable.clear();
    this.#blocked.clear();
  }

  #wakeTransaction(now: Instant, transaction: ClientTransaction): void {
    const isSilent = transaction.clock?.state === 'trying';
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
  #heardNothing(now: Instant, { target, connection }: ClientTransaction | InviteClient): void {
    this.#blocked.rest(now, placeOf(target));
    if (!this.#connections.isDead(now, connection)) return;
    this.#ground.outbox.push({ kind: 'disconnect', flow: connection.flow });
    this.#connections.drop(connection);
    this.lost(now, connection, 'Nothing was heard from the peer.');
  }

  #answered(now: Instant, transaction: ClientTransaction, response: Response): void {
    const { sending, target } = transaction;
    transaction.sending = undefined;
    if (sending !== undefined) this.#finally(now, sending, target, response);
  }

  /** A final response; another target is tried where it says that this one took nothing. */
  #finally(now: Instant, sending: Sending, target: Target, response: Response): void {
    if (response.status !== 503) {
      this.#endings.deliver(sending, response);
      return;
    }
    const wait = response.headers.retryAfter;
    if (typeof wait === 'number') this.#blocked.block(now, placeOf(target), wait);
    sending.refusal = response;
    this.#tries.next(now, sending);
  }

  #lose(now: Instant, transaction: ClientTransaction, text: string): void {
    const act = this.#transactions.step(now, transaction, 'transport-error');
    if (act === 'fail') this.#endTransaction(transaction, { reason: 'transport', text });
  }

  /** What was in a transaction whose request has not left. */
  #takeBack(now: Instant, transaction: ClientTransaction | InviteClient): Sending | undefined {
    if (transaction.kind === 'invite-client') {
      this.#inviteTable.step(now, transaction, 'transport-error');
      return this.#inviteTable.release(transaction);
    }
    const { sending } = transaction;
    if (sending !== undefined) this.#transactions.step(now, transaction, 'transport-error');
    transaction.sending = undefined;
    return sending;
  }

  #endTransaction(transaction: ClientTransaction, failure: Failure): void {
    const { sending } = transaction;
    transaction.sending = undefined;
    if (sending !== undefined) this.#endings.end(sending, failure);
  }
}

type Unsent = Extract<FlowInput, { kind: 'unsent' }>;
