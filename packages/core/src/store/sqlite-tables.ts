// The tables behind an SQLite store, and the statements over them. All that a statement is told is one text, a JSON
// array: that is the one way of handing over parameters that every client has. Each method is one statement or one
// transaction that takes the right to write at its beginning; none waits in between, so that nothing of the host's
// gets into it.
import type { Instant, JsonValue, Key, Revision, Stored, Written } from './store.ts';

/** What is used of an SQLite database, by the names it has in every client that `sqliteStore` names. */
export interface SqliteClient {
  /** Runs statements of which no rows are wanted. */
  exec(sql: string): unknown;
  /** Makes a statement that stays until the database is closed. */
  prepare(sql: string): SqliteStatement;
}

/** A statement of an SQLite database. */
export interface SqliteStatement {
  /** Runs with one parameter and answers all rows, each an object. */
  all(parameter: string): readonly unknown[];
}

/** A write that is asked for. Without a text the record is to be forgotten. */
export interface Wish {
  readonly key: Key;
  readonly text: string | undefined;
  readonly wakeAt: Instant;
  readonly seen: Revision | undefined;
}

/** How the tables are called, and how long a call waits for whoever has the file. */
export interface TablesOptions {
  readonly prefix: string;
  readonly busyMs: number;
}

/** The records of one database. Methods throw what the client throws. */
export class SqliteTables {
  readonly #client: SqliteClient;
  readonly #statements: Statements;

  constructor(client: SqliteClient, { prefix, busyMs }: TablesOptions) {
    if (!/^[A-Za-z_]+$/.test(prefix)) throw new Error(`no name of a table begins with ${prefix}`);
    this.#client = client;
    client.exec(`PRAGMA busy_timeout = ${Math.trunc(busyMs)}`);
    this.#transact(() => client.exec(named(SCHEMA, prefix)));
    this.#statements = prepared(client, prefix);
    if (this.#ask('version')[0]?.['version'] !== VERSION)
      throw new Error(`the tables ${prefix}_… are of another version than ${VERSION}`);
  }

  read(key: Key): Stored | undefined {
    const [row] = this.#ask('read', key);
    if (row === undefined) return undefined;
    const record = JSON.parse(String(row['record'])) as Stored['record'];
    return { record, revision: String(row['revision']) };
  }

  /** All in one transaction: either everything that is answered `written` stands, or it throws and nothing does. */
  write(wishes: readonly Wish[], max: number): readonly Written[] {
    return this.#transact(() => wishes.map((wish) => this.#write(wish, max)));
  }

  /** Looks first without taking the right to write: mostly nothing is due. */
  due(kind: string, now: Instant, lease: number, limit: number): readonly Key[] {
    const finite = Math.min(now, Number.MAX_VALUE);
    if (this.#ask('due', kind, finite, 1).length === 0) return [];
    return this.#transact(() => {
      const keys = this.#ask('due', kind, finite, limit).map(keyOf);
      this.#ask('lend', finite + lease, keys);
      return keys;
    });
  }

  /** In order, from one on. */
  keysFrom(key: Key, limit: number): readonly Key[] {
    return this.#ask('keysFrom', key, limit).map(keyOf);
  }

  #write({ key, text, wakeAt, seen }: Wish, max: number): Written {
    const [kept] = this.#ask('revision', key);
    if ((kept === undefined ? undefined : String(kept['revision'])) !== seen) return 'stale';
    if (text === undefined) return this.#forget(key);
    const added = kept === undefined ? 1 : 0;
    const [given] = this.#ask('give', added, max);
    if (given === undefined) return 'full';
    this.#ask(
      'keep',
      key,
      String(given['revision']),
      text,
      Number.isFinite(wakeAt) ? wakeAt : null,
    );
    return 'written';
  }

  #forget(key: Key): 'written' {
    if (this.#ask('forget', key).length > 0) this.#ask('give', -1, 0);
    return 'written';
  }

  #ask(name: keyof typeof STATEMENTS, ...told: readonly JsonValue[]): readonly Row[] {
    return this.#statements[name].all(JSON.stringify(told)) as readonly Row[];
  }

  #transact<T>(run: () => T): T {
    this.#client.exec('BEGIN IMMEDIATE');
    try {
      const done = run();
      this.#client.exec('COMMIT');
      return done;
    } catch (error) {
      this.#rollBack();
      throw error;
    }
  }

  /** SQLite may have done so by itself: then there is nothing to roll back, and the first error is the one to tell. */
  #rollBack(): void {
    try {
      this.#client.exec('ROLLBACK');
    } catch {}
  }
}

type Row = Readonly<Record<string, unknown>>;
type Statements = Readonly<Record<keyof typeof STATEMENTS, SqliteStatement>>;

function keyOf(row: Row): Key {
  return String(row['key']);
}

function prepared(client: SqliteClient, prefix: string): Statements {
  const entries = Object.entries(STATEMENTS);
  const made = entries.map(
    ([name, sql]) => [name, client.prepare(told(named(sql, prefix)))] as const,
  );
  return Object.fromEntries(made) as Statements;
}

function named(sql: string, prefix: string): string {
  return sql.replaceAll('%_', `${prefix}_`);
}

/** What is told stands there once, and without a number: to some clients a number is a name. */
function told(sql: string): string {
  const parts = sql.replaceAll(/@(\d)/g, '(SELECT it ->> $1 FROM told)');
  return `WITH told (it) AS (SELECT ?) ${parts.replaceAll('@', '(SELECT it FROM told)')}`;
}

/** Of the tables' shape. */
const VERSION = 1;

/** As `kindOfKey`, to the letter as in the index: only then is it used. */
const KIND = "substr(key, 1, instr(key, '/'))";

/**
 * One row says how many records there are and which revision was given last: none is given twice. What is due is found by
 * an index of its own, which tables have had made anew that were once made with one for all kinds.
 */
const SCHEMA = `
CREATE TABLE IF NOT EXISTS %_store (version INTEGER NOT NULL, revision INTEGER NOT NULL, records INTEGER NOT NULL);
INSERT INTO %_store SELECT ${VERSION}, 0, 0 WHERE NOT EXISTS (SELECT 1 FROM %_store);
CREATE TABLE IF NOT EXISTS %_records (key TEXT PRIMARY KEY, revision INTEGER NOT NULL, record TEXT NOT NULL, wake REAL);
DROP INDEX IF EXISTS %_wake;
CREATE INDEX IF NOT EXISTS %_due ON %_records (${KIND}, wake) WHERE wake IS NOT NULL;`;

/** Each answers rows, also those that write: a client may insist on it. `@n` is the n-th of what is told. */
const STATEMENTS = {
  version: 'SELECT version FROM %_store',
  read: 'SELECT CAST(revision AS TEXT) AS revision, record FROM %_records WHERE key = @0',
  revision: 'SELECT CAST(revision AS TEXT) AS revision FROM %_records WHERE key = @0',
  give: `UPDATE %_store SET revision = revision + 1, records = records + @0
    WHERE @0 <= 0 OR records < @1 RETURNING CAST(revision AS TEXT) AS revision`,
  keep: `INSERT INTO %_records (key, revision, record, wake)
    VALUES (@0, CAST(@1 AS INTEGER), @2, @3) ON CONFLICT (key)
    DO UPDATE SET revision = excluded.revision, record = excluded.record, wake = excluded.wake RETURNING 1`,
  forget: 'DELETE FROM %_records WHERE key = @0 RETURNING 1',
  due: `SELECT key FROM %_records WHERE ${KIND} = @0 AND wake <= @1 ORDER BY wake LIMIT @2`,
  lend: `UPDATE %_records SET wake = @0
    WHERE key IN (SELECT value FROM json_each(@, '$[1]')) RETURNING 1`,
  keysFrom: 'SELECT key FROM %_records WHERE key >= @0 ORDER BY key LIMIT @1',
} as const;
