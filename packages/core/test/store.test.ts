// The store port: the memory store holds to the cases; what is asked by requests is answered as the port says.
import { describe, expect, it } from 'vitest';
import { askStore, memoryStore, type Store, type StoreRequest } from '@interwork/core';
import { STORE_CASES } from '@interwork/core/testing';

describe('memory store', () => {
  it.each(STORE_CASES.map((one) => [one.name, one] as const))('%s', async (_name, one) => {
    await one.run((max, handles) => Array<Store>(handles).fill(memoryStore({ max })));
  });
});

describe('a store asked by requests', () => {
  const record = { version: 1 };
  const write = { kind: 'write', key: 'a', next: { record, wakeAt: 5 }, seen: undefined } as const;
  const page = { keys: ['a'], cursor: undefined };

  it.each<[StoreRequest, unknown]>([
    [
      { kind: 'read', key: 'a' },
      { kind: 'read', stored: { record, revision: '1' } },
    ],
    [
      { kind: 'read', key: 'b' },
      { kind: 'read', stored: undefined },
    ],
    [write, { kind: 'write', written: 'stale' }],
    [
      { ...write, key: 'b' },
      { kind: 'write', written: 'full' },
    ],
    [
      { kind: 'due', of: '', now: 5, lease: 10, limit: 1 },
      { kind: 'due', keys: ['a'] },
    ],
    [
      { kind: 'keys', prefix: '', cursor: undefined, limit: 1 },
      { kind: 'keys', page },
    ],
  ])('%j', async (request, answer) => {
    const store = memoryStore({ max: 1 });
    await store.write('a', write.next, undefined);
    expect(await new Promise((reply) => askStore(store)(request, reply))).toEqual(answer);
  });

  it.each<[string, Store['read']]>([
    ['rejects', async () => Promise.reject(new Error('gone'))],
    [
      'throws',
      () => {
        throw new Error('gone');
      },
    ],
  ])('says that it failed when it %s', async (_how, read) => {
    const ask = askStore({ ...memoryStore({ max: 1 }), read });
    const answered = new Promise((reply) => ask({ kind: 'read', key: 'a' }, reply));
    expect(await answered).toEqual({ kind: 'store-failed' });
  });
});
