// The client side of an endpoint: requests handed in, sent to the first target that takes them, and
// ended by exactly one `response` or `failed`. RFC 3261 §8.1 and §17.1.2, RFC 3263 §4.3.
//
// Its theory: a `Sending` is one request of the host; it is at any moment in one place: waiting for a
// connection to open, in a client transaction, or ended. It moves to its next target only when the
// last one certainly did not take it: no connection, no proof, or a 503.
import { hostOf } from '../host.ts';
import type { IncomingResponse, RequestDraft, Response } from '../message.ts';
import { param } from '../message.ts';
import { clientKey } from '../transaction/key.ts';
import { writeMessage } from '../write.ts';
import { type ConnectAttempt, ConnectAttempts } from './attempts.ts';
import { type BlockedTarget, BlockedTargets } from './blocked.ts';
import { ClientTable, type ClientTransaction } from './client-table.ts';
import { type Connection, type Connections, placeOf, proves } from './connections.ts';
import {
  BLOCKED,
  CLOSED,
  connectFailure,
  describe,
  type Failure,
  NO_ROOM,
  NO_TARGET,
  NOT_PROVED,
  TIMED_OUT,
  TOO_LONG,
  worse,
} from './failure.ts';
import { checkRequestDraft } from './draft.ts';
import type { Ground } from './ground.ts';
import type {
  ConnectFailedInput,
  Flow,
  Instant,
  RequestInput,
  SipCounts,
  SipEndpointOptions,
  Target,
} from './types.ts';
import { answersUs, ourVia, type SentBy } from './sent-by.ts';
import { branchOf, type Identity, identityOf, wireRequest } from './wire-request.ts';

/** One request of the host, over all its tries. */
export interface Sending {
  readonly draft: RequestDraft;
  readonly context: unknown;
  readonly targets: readonly Target[];
  readonly identity: Identity;
  nextTarget: number;
  tries: number;
  /** The last 503; it is the answer when no target does better. */
  refusal: Response | undefined;
  failure: Failure | undefined;
}

/** @spec RFC 3261 §8.1 */
export class Uac {
  readonly #ground: Ground;
  readonly #connections: Connections;
  readonly #sentBy: SentBy;
  readonly #transactions: ClientTable;
  readonly #attempts: ConnectAttempts;
  readonly #open = new Set<Sending>();
  readonly #blocked: BlockedTargets;

  constructor(ground: Ground, connections: Connections, options: SipEndpointOptions) {
    this.#ground = ground;
    this.#connections = connections;
    this.#sentBy = { host: hostOf(options.host) ?? options.host, ports: options.ports };
    this.#transactions = new ClientTable(ground);
    this.#blocked = new BlockedTargets(ground);
    this.#attempts = new ConnectAttempts(ground);
  }

  /** Requests that have not ended. */
  get open(): number {
    return this.#open.size;
  }

  /** Everything that still takes memory. */
  get counts(): Pick<SipCounts, 'requests' | 'client' | 'connecting' | 'waiting' | 'blocked'> {
    return {
      requests: this.#open.size,
      client: this.#transactions.size,
      connecting: this.#attempts.size,
      waiting: this.#attempts.waiting,
      blocked: this.#blocked.size,
    };
  }

  request(now: Instant, input: RequestInput): void {
    const { draft, targets, context } = input;
    checkRequestDraft(draft, targets);
    const { clientTransactions } = this.#ground.limits;
    if (Math.max(this.#open.size, this.#transactions.size) >= clientTransactions) {
      this.#fail(context, { reason: 'overload', text: 'Too many requests are open.' });
      return;
    }
    const identity = identityOf(draft, this.#ground.draw);
    const sending: Sending = {
      draft,
      context,
      targets,
      identity,
      nextTarget: 0,
      tries: 0,
      refusal: undefined,
      failure: undefined,
    };
    this.#open.add(sending);
    this.#tryNext(now, sending);
  }

  /** Says the one word that ends a request that never began. */
  refuse(context: unknown): void {
    this.#fail(context, CLOSED);
  }

  opened(now: Instant, connect: string, flow: Flow): void {
    const attempt = this.#attempts.take(connect);
    if (attempt === undefined) {
      this.#ground.outbox.push({ kind: 'disconnect', flow });
      return;
    }
    if (!proves(flow, attempt.target)) {
      this.#ground.outbox.push({ kind: 'disconnect', flow });
      this.#moveOn(now, attempt, NOT_PROVED);
      return;
    }
    const connection = this.#connections.open(now, flow, attempt.target);
    if (connection === undefined) this.#moveOn(now, attempt, NO_ROOM);
    else
      for (const sending of attempt.waiting)
        this.#sendOrMoveOn(now, sending, attempt.target, connection);
  }

  connectFailed(now: Instant, input: ConnectFailedInput): void {
    const attempt = this.#attempts.take(input.connect);
    if (attempt !== undefined) this.#moveOn(now, attempt, connectFailure(input, attempt.target));
  }

  /**
   * A response whose branch is ours, on the connection it belongs to; any other is a stray and is
   * dropped.
   * @spec RFC 3261 §18.1.2
   */
  take(now: Instant, flow: Flow, incoming: IncomingResponse): boolean {
    const branch = param(incoming.via.params, 'branch') ?? '';
    const transaction = this.#transactions.get(clientKey(branch, incoming.cseq.method));
    if (transaction === undefined) return false;
    if (!answersUs(this.#sentBy, transaction.connection.flow, flow, incoming)) return false;
    const act = this.#transactions.step(
      now,
      transaction,
      incoming.status < 200 ? 'provisional' : 'final',
    );
    if (act === 'deliver') this.#answered(now, transaction, incoming.response);
    return true;
  }

  /** A timer of a transaction or of a connect has fired. */
  wake(now: Instant, waiting: ClientTransaction | ConnectAttempt | BlockedTarget): void {
    if (waiting.kind === 'blocked') this.#blocked.release(waiting);
    else if (waiting.kind === 'connect') this.#giveUpConnect(now, waiting);
    else this.#wakeTransaction(now, waiting);
  }

  /** A flow is gone: whether its requests were taken nobody knows, so they are not sent again. */
  lost(now: Instant, connection: Connection, text: string): void {
    for (const transaction of connection.clients) {
      const act = this.#transactions.step(now, transaction, 'transport-error');
      if (act === 'fail') this.#endTransaction(transaction, { reason: 'transport', text });
    }
  }

  /** Fails everything that still waits for a connection. */
  endWaiting(): void {
    for (const attempt of this.#attempts.all()) {
      this.#attempts.take(attempt.id);
      for (const sending of attempt.waiting) this.#end(sending, CLOSED);
    }
  }

  /** Fails everything and forgets everything. */
  end(): void {
    this.endWaiting();
    for (const sending of this.#open) this.#end(sending, CLOSED);
    this.#transactions.clear();
    this.#blocked.clear();
  }

  /** @spec RFC 3263 §4.3 */
  #tryNext(now: Instant, sending: Sending): void {
    for (;;) {
      const target = sending.targets[sending.nextTarget];
      if (target === undefined) break;
      sending.nextTarget += 1;
      const failure = this.#try(now, sending, target);
      if (failure === undefined) return;
      sending.failure = worse(sending.failure, failure);
    }
    this.#conclude(sending);
  }

  /** Puts a request on its way to one target, or says why that cannot be. */
  #try(now: Instant, sending: Sending, target: Target): Failure | undefined {
    if (this.#isPassedOver(sending, target)) return BLOCKED;
    const connection = this.#connections.findFor(target);
    if (connection !== undefined) return this.#send(now, sending, target, connection);
    return this.#awaitConnect(now, sending, target);
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

  #awaitConnect(now: Instant, sending: Sending, target: Target): Failure | undefined {
    if (this.#attempts.join(target, sending)) return undefined;
    const { limits } = this.#ground;
    const isKnown = this.#attempts.isWaitedFor(target);
    if (isKnown || this.#attempts.size + this.#connections.size >= limits.connections)
      return NO_ROOM;
    this.#attempts.begin(now, target, sending);
    return undefined;
  }

  #sendOrMoveOn(now: Instant, sending: Sending, target: Target, connection: Connection): void {
    const failure = this.#send(now, sending, target, connection);
    if (failure === undefined) return;
    sending.failure = worse(sending.failure, failure);
    this.#tryNext(now, sending);
  }

  /**
   * Writes and sends. A request too long for a datagram leaves it to a target with a stream.
   * @spec RFC 3261 §18.1.1
   */
  #send(
    now: Instant,
    sending: Sending,
    target: Target,
    connection: Connection,
  ): Failure | undefined {
    const { draft, identity } = sending;
    const { limits, outbox, draw } = this.#ground;
    let branch = branchOf(draft, sending.tries === 0, draw);
    let key = clientKey(branch, draft.method);
    if (this.#transactions.get(key) !== undefined) {
      branch = branchOf(draft, false, draw);
      key = clientKey(branch, draft.method);
    }
    const via = ourVia(this.#sentBy, target.transport, branch);
    const bytes = writeMessage(wireRequest(draft, identity, via));
    if (target.transport === 'udp' && bytes.length > limits.datagramRequest) return TOO_LONG;
    sending.tries += 1;
    this.#transactions.begin(now, { key, bytes, connection, target, sending });
    outbox.push({ kind: 'send', flow: connection.flow, bytes });
    return undefined;
  }

  #wakeTransaction(now: Instant, transaction: ClientTransaction): void {
    const act = this.#transactions.wake(now, transaction);
    const { flow } = transaction.connection;
    if (act === 'retransmit') {
      this.#ground.outbox.push({ kind: 'send', flow, bytes: transaction.bytes });
    } else if (act === 'time-out') this.#endTransaction(transaction, TIMED_OUT);
  }

  #answered(now: Instant, transaction: ClientTransaction, response: Response): void {
    const { sending } = transaction;
    transaction.sending = undefined;
    if (sending === undefined) return;
    if (response.status !== 503) {
      this.#deliver(sending, response);
      return;
    }
    const wait = response.headers.retryAfter;
    if (typeof wait === 'number') this.#blocked.block(now, placeOf(transaction.target), wait);
    sending.refusal = response;
    this.#tryNext(now, sending);
  }

  #conclude(sending: Sending): void {
    if (sending.refusal !== undefined) this.#deliver(sending, sending.refusal);
    else this.#end(sending, sending.failure ?? NO_TARGET);
  }

  #deliver(sending: Sending, response: Response): void {
    if (!this.#open.delete(sending)) return;
    this.#ground.outbox.push({ kind: 'response', response, context: sending.context });
  }

  #endTransaction(transaction: ClientTransaction, failure: Failure): void {
    const { sending } = transaction;
    transaction.sending = undefined;
    if (sending !== undefined) this.#end(sending, failure);
  }

  #end(sending: Sending, failure: Failure): void {
    if (this.#open.delete(sending)) this.#fail(sending.context, failure);
  }

  #fail(context: unknown, failure: Failure): void {
    const { reason, text, judgement } = failure;
    this.#ground.outbox.push(
      judgement === undefined
        ? { kind: 'failed', context, reason, text }
        : { kind: 'failed', context, reason, judgement, text },
    );
  }

  #moveOn(now: Instant, attempt: ConnectAttempt, failure: Failure): void {
    for (const sending of attempt.waiting) {
      sending.failure = worse(sending.failure, failure);
      this.#tryNext(now, sending);
    }
  }

  #giveUpConnect(now: Instant, attempt: ConnectAttempt): void {
    this.#attempts.take(attempt.id);
    this.#moveOn(now, attempt, {
      reason: 'transport',
      text: `No connection to ${describe(attempt.target)} in time.`,
    });
  }
}
