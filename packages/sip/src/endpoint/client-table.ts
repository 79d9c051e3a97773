// The client transactions of one endpoint: found by their key, stepped, and put to rest until their next
// moment. What a step means for the request behind it is uac.ts.
import type { Timed } from '../transaction/deadlines.ts';
import type { WaitingLine } from '../transaction/waiting-line.ts';
import {
  answeredClient,
  type ClientAct,
  type ClientClock,
  clientDueAt,
  type ClientInput,
  dueClientInput,
  startClient,
  stepClient,
} from '../transaction/non-invite-client.ts';
import type { Connection } from './connections.ts';
import type { Ground, Waiting } from './ground.ts';
import type { Instant, Target } from './types.ts';
import type { Sending } from './sending.ts';

/** One try of one request: what was sent, where, and what its clock says. */
export interface ClientTransaction extends Timed {
  readonly kind: 'client';
  readonly key: string;
  /** None once it has been answered: its deadline is Timer K. */
  clock: ClientClock | undefined;
  /** None once it has been answered: nothing is sent again then. */
  bytes: Uint8Array;
  readonly connection: Connection;
  readonly target: Target;
  /** `undefined` once it has been answered. */
  sending: Sending | undefined;
  /** Whether its request was sent more than once. */
  isRepeated: boolean;
}

/** What a transaction begins with. */
export type Try = Pick<ClientTransaction, 'key' | 'bytes' | 'connection' | 'target' | 'sending'>;

/** @spec RFC 3261 §17.1.3 */
export class ClientTable {
  readonly #ground: Ground;
  readonly #byKey = new Map<string, ClientTransaction>();
  /** Those that are answered, until Timer K. */
  readonly #answered: WaitingLine<Waiting>;

  constructor(ground: Ground) {
    this.#ground = ground;
    this.#answered = ground.deadlines.line();
  }

  get size(): number {
    return this.#byKey.size;
  }

  get(key: string): ClientTransaction | undefined {
    return this.#byKey.get(key);
  }

  begin(now: Instant, { key, bytes, connection, target, sending }: Try): void {
    const clock = startClient(now, target.transport !== 'udp', this.#ground.timers);
    const transaction: ClientTransaction = {
      kind: 'client',
      at: Number.POSITIVE_INFINITY,
      slot: -1,
      key,
      clock,
      bytes,
      connection,
      target,
      sending,
      isRepeated: false,
    };
    this.#byKey.set(key, transaction);
    connection.clients.add(transaction);
    this.#rest(transaction, clock);
  }

  step(now: Instant, transaction: ClientTransaction, input: ClientInput): ClientAct {
    const clock = transaction.clock ?? answeredClient();
    const act = stepClient(clock, now, input, this.#ground.timers);
    if (act === 'retransmit') transaction.isRepeated = true;
    if (clock.state === 'terminated') this.#forget(transaction);
    else if (clock.state === 'completed') this.#keep(transaction);
    else this.#rest(transaction, clock);
    return act;
  }

  /** Its moment came. `undefined` when there is nothing to do yet. */
  wake(now: Instant, transaction: ClientTransaction): ClientAct | undefined {
    const clock = transaction.clock ?? answeredClient();
    const input = dueClientInput(clock, now);
    if (input !== undefined) return this.step(now, transaction, input);
    this.#rest(transaction, clock);
    return undefined;
  }

  clear(): void {
    this.#byKey.clear();
  }

  /** One that was answered has left its connection already. */
  #forget(transaction: ClientTransaction): void {
    this.#ground.deadlines.drop(transaction);
    this.#byKey.delete(transaction.key);
    if (transaction.clock !== undefined) transaction.connection.clients.delete(transaction);
  }

  /** Only what is needed to know its answer again; whether its connection lasts matters no more. */
  #keep(transaction: ClientTransaction): void {
    const { clock } = transaction;
    if (clock === undefined) return;
    transaction.clock = undefined;
    transaction.bytes = NO_BYTES;
    transaction.connection.clients.delete(transaction);
    this.#ground.deadlines.queue(transaction, clientDueAt(clock), this.#answered);
  }

  #rest(transaction: ClientTransaction, clock: ClientClock): void {
    this.#ground.deadlines.set(transaction, clientDueAt(clock));
  }
}

const NO_BYTES = new Uint8Array();
