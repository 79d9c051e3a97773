// What a daemon keeps: its identity, made once and never replaced, in a store within the bounds of its configuration.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import wasm from 'node-sqlite3-wasm';
import { describe, expect, it } from 'vitest';
import { memoryStore, type Store, type StoredRecord } from '@interwork/core';
import type { Configuration } from '@interwork/core/node';
import { checkConfiguration } from '../src/node/daemon/configuration-checks.ts';
import { identityIn } from '../src/node/daemon/identity.ts';
import { type BuiltinModules, nodeSqlite } from '../src/node/daemon/state-sqlite.ts';
import { isLasting, openState } from '../src/node/daemon/state.ts';

const KEY = 'gateway/identity';
const whole = { version: 1, instance: 'a', secret: 'b', dialback: 'c' };

function drawing(): () => string {
  let n = 0;
  return () => `drawn-${(n += 1)}`;
}

async function holding(record: StoredRecord): Promise<Store> {
  const store = memoryStore({ max: 1 });
  await store.write(KEY, { record, wakeAt: Infinity }, undefined);
  return store;
}

describe('the identity', () => {
  const fresh = { instance: 'drawn-1', secret: 'drawn-2', dialback: 'drawn-3' };

  it('is made where there is none, and stays', async () => {
    const store = memoryStore({ max: 1 });
    const draw = drawing();
    expect(await identityIn(store, draw)).toEqual(fresh);
    expect(await identityIn(store, draw)).toEqual(fresh);
  });

  it('is one, whoever is first', async () => {
    const store = memoryStore({ max: 1 });
    const draw = drawing();
    const [one, other] = await Promise.all([identityIn(store, draw), identityIn(store, draw)]);
    expect(one).toEqual(other);
  });

  it('is what is there', async () => {
    const { version: _version, ...identity } = whole;
    expect(await identityIn(await holding(whole), drawing())).toEqual(identity);
  });

  it.each<[string, StoredRecord, string]>([
    [
      'of another version',
      { ...whole, version: 2 },
      'The identity is of version 2; this program knows version 1.',
    ],
    [
      'without a secret',
      { version: 1, instance: 'a', dialback: 'c' },
      'The identity is not whole.',
    ],
    ['with a number', { ...whole, instance: 1 }, 'The identity is not whole.'],
  ])('%s is not replaced', async (_what, record, said) => {
    const store = await holding(record);
    expect(await identityIn(store, drawing())).toBe(said);
    expect((await store.read(KEY))?.record).toEqual(record);
  });

  it.each<[string, Partial<Store>, string]>([
    ['has no room', { write: async () => 'full' }, 'There is no room for the identity.'],
    ['is taken away', { read: async () => undefined }, 'Somebody has taken the identity away.'],
  ])('%s', async (_what, changes, said) => {
    const store = { ...memoryStore({ max: 1 }), ...changes };
    expect(await identityIn(store, drawing())).toBe(said);
  });
});

describe('the state', () => {
  const configuration = { version: 1 } as unknown as Configuration;

  it('holds as many records as the configuration says', async () => {
    const { store } = await openState(
      { ...configuration, limits: { state: { records: 1 } } },
      '',
      undefined,
    );
    const next = { record: { version: 1 }, wakeAt: Infinity };
    expect([
      await store.write('a', next, undefined),
      await store.write('b', next, undefined),
    ]).toEqual(['written', 'full']);
  });

  it.each<[Configuration['limits'], number]>([
    [undefined, 1_100_000],
    [{ state: { records: 7 } }, 7],
  ])('a Redis holds as many, too: %j', async (limits, most) => {
    const asked: unknown[] = [];
    const state = { redis: 'redis://127.0.0.1' };
    const given = { ...configuration, state, ...(limits === undefined ? {} : { limits }) };
    await openState(given, '', async (...told) => {
      asked.push(...told);
      return { store: memoryStore({ max: 1 }), close: async () => {} };
    });
    expect(asked).toEqual([state.redis, most]);
  });

  it.each<[Configuration['state'], boolean]>([
    [undefined, false],
    ['memory', false],
    [{ file: 'state' }, true],
    [{ redis: 'redis://127.0.0.1' }, true],
    [{ sqlite: 'state' }, true],
  ])('%j outlives the program: %s', (state, lasts) => {
    expect(isLasting(state === undefined ? configuration : { ...configuration, state })).toBe(
      lasts,
    );
  });
});

describe('the state in SQLite', () => {
  const configuration = { version: 1, state: { sqlite: 'state' } } as unknown as Configuration;
  const NONE: BuiltinModules = { getBuiltinModule: () => undefined };
  /** A Node whose own client is another one with the same methods. */
  const WITH: BuiltinModules = {
    getBuiltinModule: (name) =>
      name === 'node:sqlite' ? { DatabaseSync: wasm.Database } : undefined,
  };

  it('stays in the file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'interwork-daemon-sqlite-'));
    try {
      const file = join(folder, 'gateway.json');
      const first = await openState(configuration, file, undefined, WITH);
      const identity = await identityIn(first.store, drawing());
      await first.close();
      const second = await openState(configuration, file, undefined, WITH);
      expect(await identityIn(second.store, () => 'another')).toEqual(identity);
      await second.close();
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it.each([
    ['a Node without it', NONE],
    ['a Node without any way to ask', {}],
  ])('is not opened on %s', async (_what, modules) => {
    await expect(openState(configuration, '', undefined, modules)).rejects.toThrow(
      'needs Node 22.13 or the memory, file or Redis store',
    );
  });

  it('is found wanting before anything is opened, where this Node has no client', () => {
    const told: unknown[] = [];
    checkConfiguration({ state: { sqlite: 'state' } }, (...finding) => told.push(finding));
    const text = 'This needs Node 22.13 or the memory, file or Redis store';
    const wanting = [['/state/sqlite', 'not-in-this-node', text]];
    expect(told).toEqual(nodeSqlite() === undefined ? wanting : []);
  });
});
