// The store in SQLite, over every client that this Node can load: the cases of every store, several handles and several
// processes on one file, and what is said when the file cannot be had.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Next, Store } from '@interwork/core';
import {
  type SqliteClient,
  sqliteStore,
  type SqliteStoreOptions,
} from '@interwork/core/store/sqlite';
import { CLOSING_STORE_CASES, STORE_CASES, type StoreHandle } from '@interwork/core/testing';
import { openSqlite, type OpenSqlite, SQLITE_CLIENTS } from './sqlite-clients.ts';

let folder: string;
let file: string;
const open: OpenSqlite[] = [];
let made = 0;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'interwork-sqlite-'));
  file = join(folder, 'state.db');
});
afterEach(() => {
  for (const database of open.splice(0)) database.close();
  rmSync(folder, { recursive: true });
});

const next = (n: number, wakeAt = Infinity): Next => ({ record: { version: 1, n }, wakeAt });

it.each(SQLITE_CLIENTS)('$name is there, or why not: $why', ({ name, isThere, why }) => {
  if (isThere) open.push(openSqlite(name, file));
  else expect(() => openSqlite(name, file)).toThrow(why);
});

describe.each(SQLITE_CLIENTS.filter(({ isThere }) => isThere))('over $name', ({ name }) => {
  const database = (): OpenSqlite => {
    const one = openSqlite(name, file);
    open.push(one);
    return one;
  };
  const handle = async (options: SqliteStoreOptions): Promise<StoreHandle> => {
    const one = database();
    return { ...(await sqliteStore(one.client, options)), close: () => one.close() };
  };

  describe('what every store must do', () => {
    const cases = [...STORE_CASES, ...CLOSING_STORE_CASES];
    it.each(cases.map((one) => [one.name, one] as const))('%s', async (_name, one) => {
      file = join(folder, `state-${(made += 1)}.db`);
      await one.run(async (max, handles) => {
        const all: StoreHandle[] = [];
        for (let n = 0; n < handles; n++) all.push(await handle({ max }));
        return all;
      });
    });
  });

  describe('a file', () => {
    it('has every record, its time, and no revision of a former life', async () => {
      const first = await handle({ max: 10 });
      await first.write('a', next(1), undefined);
      await first.write('b', next(2, 1_000), undefined);
      await first.write('c', next(3), undefined);
      const seen = (await first.read('c'))?.revision;
      await first.write('c', undefined, seen);
      await first.close?.();
      const second = await handle({ max: 3 });
      expect((await second.read('a'))?.record).toEqual({ version: 1, n: 1 });
      expect(await second.due('', 1_000, 50, 10)).toEqual(['b']);
      await second.write('c', next(4), undefined);
      expect(await second.write('c', next(5), seen)).toBe('stale');
      expect(await second.write('d', next(5), undefined)).toBe('full');
    });

    it('that a former release has written says what is due of a kind, and of others later', async () => {
      const { client } = database();
      client.exec(FORMER);
      const store = await handle({ max: 10 });
      expect(await store.due('presence/', 1_000, 50, 10)).toEqual(['presence/a']);
      expect((await store.read('chat/a'))?.record).toEqual({ version: 1 });
      const former = client.prepare(
        "SELECT name FROM sqlite_schema WHERE name LIKE '%wake' OR ?1 = '0'",
      );
      expect(former.all('1')).toEqual([]);
      expect(await store.due('chat/', 1_000, 50, 10)).toEqual(['chat/b', 'chat/a']);
    });

    it('may hold two stores and tables of the host, by their prefixes', async () => {
      const { client } = database();
      client.exec('CREATE TABLE records (mine)');
      const one = await sqliteStore(client, { max: 1, prefix: 'one' });
      const two = await sqliteStore(client, { max: 1, prefix: 'two' });
      await one.write('a', next(1), undefined);
      expect(await two.read('a')).toBeUndefined();
      expect(await two.write('b', next(2), undefined)).toBe('written');
    });

    it.each(['', 'a b', 'a;', 'ü', '1'])(
      'is refused a prefix that names no table: "%s"',
      async (prefix) => {
        const { client } = database();
        await expect(sqliteStore(client, { max: 1, prefix })).rejects.toThrow('begins with');
      },
    );

    it('is refused with tables of a later version, and when it is no database', async () => {
      const { client } = database();
      await sqliteStore(client, { max: 1 });
      client.exec('UPDATE interwork_store SET version = 2');
      await expect(sqliteStore(client, { max: 1 })).rejects.toThrow('of another version than 1');
      file = join(folder, 'diary');
      writeFileSync(
        file,
        'the diary of somebody, long enough to look like something else\n'.repeat(99),
      );
      await expect(handle({ max: 1 })).rejects.toThrow(/not a database/);
    });

    it('that another has is waited for, then the write is rejected and nothing stands; later it goes on', async () => {
      const store = await handle({ max: 3, busyMs: 20 });
      const other = database().client;
      other.exec('BEGIN IMMEDIATE');
      const both = [store.write('a', next(1), undefined), store.write('b', next(2), undefined)];
      for (const { status } of await Promise.allSettled(both)) expect(status).toBe('rejected');
      await expect(store.write('a', next(1), undefined)).rejects.toThrow(
        /SQLite could not be asked: .*locked/,
      );
      other.exec('COMMIT');
      expect(await store.read('a')).toBeUndefined();
      expect(await store.write('a', next(3), undefined)).toBe('written');
      expect((await store.read('a'))?.record['n']).toBe(3);
    });

    it('is written once for all that is asked for at the same time', async () => {
      const begun: string[] = [];
      const { client } = database();
      const store = await sqliteStore(watched(client, begun), { max: 100 });
      begun.length = 0;
      const all = await Promise.all(
        Array.from({ length: 50 }, (_, n) => store.write(`k${n}`, next(n), undefined)),
      );
      expect(new Set(all)).toEqual(new Set(['written']));
      expect(begun).toEqual(['BEGIN IMMEDIATE', 'COMMIT']);
    });

    it('asked what is due when nothing is, takes no right to write', async () => {
      const begun: string[] = [];
      const { client } = database();
      const store = await sqliteStore(watched(client, begun), { max: 3 });
      await store.write('a', next(1, 5_000), undefined);
      begun.length = 0;
      expect(await store.due('', 4_999, 50, 10)).toEqual([]);
      expect(begun).toEqual([]);
      expect(await store.due('', 5_000, 50, 10)).toEqual(['a']);
      expect(begun).toEqual(['BEGIN IMMEDIATE', 'COMMIT']);
    });

    it('finds what is due, a key and a page by an index, never by looking at all', async () => {
      const plans: string[] = [];
      const { client } = database();
      const explaining = (sql: string): ReturnType<typeof client.prepare> => {
        for (const row of client.prepare(`EXPLAIN QUERY PLAN ${sql}`).all('[]'))
          plans.push(String((row as { detail: unknown }).detail));
        return client.prepare(sql);
      };
      await sqliteStore({ exec: (sql) => client.exec(sql), prepare: explaining }, { max: 1 });
      const touching = plans.filter((plan) => plan.includes('interwork_records'));
      expect(touching.length).toBe(6);
      for (const plan of touching)
        expect(plan).toMatch(/^SEARCH interwork_records USING (?:COVERING )?INDEX/);
    });
  });

  describe('several processes', () => {
    it('on one file add up to what they were told', async () => {
      const store = await handle({ max: 10 });
      await store.write('n', next(0), undefined);
      await Promise.all([add(name, 30), add(name, 30)]);
      expect((await store.read('n'))?.record['n']).toBe(60);
    });

    it.each(WITH_KERNEL_LOCKS.filter((one) => one === name))(
      'killed in the midst of writing leave a file that is whole and free: %s',
      async () => {
        const store = await handle({ max: 10 });
        for (const mode of ['DELETE', 'WAL']) {
          database().client.exec(`PRAGMA journal_mode = ${mode}`);
          for (let round = 0; round < 3; round++) await killWhileAdding(name, store);
        }
        const [row] = database()
          .client.prepare('SELECT * FROM pragma_integrity_check WHERE CAST(?1 AS INTEGER) = 1')
          .all('1');
        expect(row).toEqual({ integrity_check: 'ok' });
      },
    );
  });
});

/** The tables as version 1 made them at first: an index of what is due for all kinds of records. */
const FORMER = `
CREATE TABLE interwork_store (version INTEGER NOT NULL, revision INTEGER NOT NULL, records INTEGER NOT NULL);
INSERT INTO interwork_store VALUES (1, 3, 3);
CREATE TABLE interwork_records (key TEXT PRIMARY KEY, revision INTEGER NOT NULL, record TEXT NOT NULL, wake REAL);
CREATE INDEX interwork_wake ON interwork_records (wake) WHERE wake IS NOT NULL;
INSERT INTO interwork_records VALUES
  ('chat/a', 1, '{"version":1}', 3), ('presence/a', 2, '{"version":1}', 2), ('chat/b', 3, '{"version":1}', 1);`;

/** The same client, and what it is told to run. */
function watched(client: SqliteClient, run: string[]): SqliteClient {
  return {
    prepare: (sql) => client.prepare(sql),
    exec: (sql) => (run.push(sql), client.exec(sql)),
  };
}

/** Clients whose locks end with their process; the other's is a folder, which stays. */
const WITH_KERNEL_LOCKS = ['node:sqlite'];

/** A process that adds one so many times, each time until it wins. */
async function add(name: string, times: number): Promise<void> {
  const [code] = (await once(adder(name, times), 'exit')) as [number | null];
  expect(code).toBe(0);
}

async function killWhileAdding(name: string, store: Store): Promise<void> {
  const count = async (): Promise<number> => Number((await store.read('n'))?.record['n'] ?? 0);
  const begun = await count();
  const child = adder(name, 1_000_000);
  const ended = once(child, 'exit');
  while ((await count()) < begun + 20) await new Promise((resolve) => setImmediate(resolve));
  child.kill('SIGKILL');
  await ended;
  const n = await count();
  const seen = (await store.read('n'))?.revision;
  expect(await store.write('n', next(n + 1), seen)).toBe('written');
  expect(await count()).toBe(n + 1);
}

function adder(name: string, times: number): ChildProcess {
  const script = join(import.meta.dirname, 'sqlite-adder.ts');
  const flags = ['--conditions=@interwork/source', '--import', 'tsx', '--no-warnings'];
  return spawn(process.execPath, [...flags, script, name, file, String(times)], {
    stdio: 'inherit',
  });
}
