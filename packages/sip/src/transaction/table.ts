// The server transactions of an endpoint: found by key, found again by a copy that came another way,
// counted, and bounded. A finished one keeps its key and its response, nothing else of the message.
// The endpoint steps the machines; their deadlines stand in its heap.
import type { Timed } from './deadlines.ts';
import type { ServerClock } from './non-invite-server.ts';
import { Slab } from './slab.ts';

/** What every server transaction has: by what it is found, and its latest response. */
export interface Kept {
  readonly key: string;
  readonly mergeKey: string | undefined;
  last: Uint8Array | undefined;
}

/** What that of a non-INVITE remembers. `open` is what it needs until the final response. */
export interface ServerTransaction<Open> extends Timed, Kept {
  readonly kind: 'server';
  /** None once it has been answered: its deadline is Timer J. */
  clock: ServerClock | undefined;
  open: Open | undefined;
}

export interface ServerTableLimits {
  readonly serverTransactions: number;
  readonly keptBytes: number;
}

/** @spec RFC 3261 §17.2 */
export class ServerTable<Server extends Kept> {
  readonly #limits: ServerTableLimits;
  readonly #byKey = new Map<string, Server>();
  readonly #byMerge = new Map<string, Server>();
  readonly #slab = new Slab();
  #keptBytes = 0;

  constructor(limits: ServerTableLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#byKey.size;
  }

  get keptBytes(): number {
    return this.#keptBytes;
  }

  /** Whether one more request can be taken. */
  get hasRoom(): boolean {
    return (
      this.#byKey.size < this.#limits.serverTransactions && this.#keptBytes < this.#limits.keptBytes
    );
  }

  match(key: string): Server | undefined {
    return this.#byKey.get(key);
  }

  /**
   * Whether the same request is already here under another key.
   * @spec RFC 3261 §8.2.2.2
   */
  isMerged(mergeKey: string): boolean {
    return this.#byMerge.has(mergeKey);
  }

  add(transaction: Server): void {
    this.#byKey.set(transaction.key, transaction);
    if (transaction.mergeKey !== undefined) this.#byMerge.set(transaction.mergeKey, transaction);
  }

  /** Keeps a copy of the latest response for retransmissions. */
  keep(transaction: Server, response: Uint8Array): void {
    this.#keptBytes += response.length - (transaction.last?.length ?? 0);
    transaction.last = this.#slab.copy(response);
  }

  /** The same for one that is not kept as long as the others, and must not hold what stood beside them. */
  keepApart(transaction: Server, response: Uint8Array): void {
    this.#keptBytes += response.length - (transaction.last?.length ?? 0);
    transaction.last = new Uint8Array(response);
  }

  remove(transaction: Server): void {
    if (!this.#byKey.delete(transaction.key)) return;
    this.#keptBytes -= transaction.last?.length ?? 0;
    const { mergeKey } = transaction;
    if (mergeKey !== undefined && this.#byMerge.get(mergeKey) === transaction) {
      this.#byMerge.delete(mergeKey);
    }
  }

  /** Every transaction, in order of arrival. */
  all(): IterableIterator<Server> {
    return this.#byKey.values();
  }
}
