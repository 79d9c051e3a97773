// A store in an SQLite database, which several processes of one machine may have open. The client is the host's, and
// two methods of it are used: Node's own `DatabaseSync` (22 and later), `better-sqlite3` and `node-sqlite3-wasm` have
// them alike. How much survives a power cut, and how readers and writers share the file, is a matter of how the host
// set it up: `PRAGMA journal_mode = WAL` lets them work side by side, `PRAGMA synchronous = FULL` waits for the disk.
// Of `node-sqlite3-wasm` one must know that it locks by a folder, which a killed process leaves beside the file.
import { asking, pageOf } from './page.ts';
import { type SqliteClient, SqliteTables, type Wish } from './sqlite-tables.ts';
import type { Key, Next, Revision, Store, Written } from './store.ts';

export type { SqliteClient, SqliteStatement } from './sqlite-tables.ts';

/** What an SQLite store is told. */
export interface SqliteStoreOptions {
  /** Records, at most. A new key beyond it is answered `full`; nothing is evicted. */
  readonly max: number;
  /** Begins the names of its two tables and their index. Letters and underscores. Default `interwork`. */
  readonly prefix?: string;
  /** Milliseconds that a call waits for another process, and this one stands still. Default 1,000. */
  readonly busyMs?: number;
}

/**
 * Opens a store in a database, which stays the host's to close, and makes its tables. Rejects when it cannot, or when
 * they are of a later version. Methods reject when the database is closed or stays busy; nothing is then half-written.
 */
export function sqliteStore(client: SqliteClient, options: SqliteStoreOptions): Promise<Store> {
  const { max, prefix = 'interwork', busyMs = DEFAULT_BUSY_MS } = options;
  return asking(WHO, () => storeOver(new SqliteTables(client, { prefix, busyMs }), max));
}

function storeOver(tables: SqliteTables, max: number): Store {
  const writes = new Writes(tables, Math.min(max, Number.MAX_SAFE_INTEGER));
  return {
    read: (key) => asking(WHO, () => tables.read(key)),
    write: (key, next, seen) => asking(WHO, () => writes.write(key, next, seen)),
    due: (kind, now, lease, limit) => asking(WHO, () => tables.due(kind, now, lease, limit)),
    keys: (beginning, cursor, limit) =>
      asking(WHO, () => {
        const found = tables.keysFrom(cursor ?? beginning, limit + 2);
        return pageOf(found, beginning, cursor, limit);
      }),
  };
}

interface Waiting extends Wish {
  readonly resolve: (written: Written) => void;
  readonly reject: (error: unknown) => void;
}

/** Writes that are asked for at the same time share one transaction, and one wait for the disk. */
class Writes {
  readonly #tables: SqliteTables;
  readonly #max: number;
  #waiting: Waiting[] = [];

  constructor(tables: SqliteTables, max: number) {
    this.#tables = tables;
    this.#max = max;
  }

  write(key: Key, next: Next | undefined, seen: Revision | undefined): Promise<Written> {
    const text = next === undefined ? undefined : JSON.stringify(next.record);
    return new Promise((resolve, reject) => {
      const wakeAt = next?.wakeAt ?? Infinity;
      this.#waiting.push({ key, text, wakeAt, seen, resolve, reject });
      if (this.#waiting.length === 1) void Promise.resolve().then(() => this.#flush());
    });
  }

  #flush(): void {
    const all = this.#waiting;
    this.#waiting = [];
    try {
      const written = this.#tables.write(all, this.#max);
      for (const [at, { resolve }] of all.entries()) resolve(written[at] ?? 'stale');
    } catch (error) {
      for (const { reject } of all) reject(error);
    }
  }
}

const WHO = 'SQLite';
/** Long beside what a write takes, short beside what a peer waits for an answer. */
const DEFAULT_BUSY_MS = 1_000;
