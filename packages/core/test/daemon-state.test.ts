// What a daemon keeps: its identity, made once and never replaced, in a store within the bounds of its configuration.
import { describe, expect, it } from 'vitest';
import { memoryStore, type Store, type StoredRecord } from '@interwork/core';
import type { Configuration } from '@interwork/core/node';
import { identityIn } from '../src/node/daemon/identity.ts';
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

  it.each<[Configuration['state'], boolean]>([
    [undefined, false],
    ['memory', false],
    [{ file: 'state' }, true],
    [{ redis: 'redis://127.0.0.1' }, true],
  ])('%j outlives the program: %s', (state, lasts) => {
    expect(isLasting(state === undefined ? configuration : { ...configuration, state })).toBe(
      lasts,
    );
  });
});
