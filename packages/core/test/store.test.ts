// The store port: the memory store holds to the cases, and commit decides again when somebody was faster.
import { describe, expect, it } from 'vitest';
import { commit, memoryStore, type Next, type Store, type Stored } from '@interwork/core';
import { STORE_CASES } from '@interwork/core/testing';

describe('memory store', () => {
  it.each(STORE_CASES.map((one) => [one.name, one] as const))('%s', async (_name, one) => {
    await one.run((max) => memoryStore({ max }));
  });
});

describe('commit', () => {
  const counted = (stored: Stored | undefined): { next: Next; effects: number[] } => {
    const n = ((stored?.record['n'] as number | undefined) ?? 0) + 1;
    return { next: { record: { version: 1, n }, wakeAt: Infinity }, effects: [n] };
  };

  it('lets nothing leave before the write', async () => {
    const store = memoryStore({ max: 1 });
    const order: string[] = [];
    const watched: Store = {
      ...store,
      write: async (...args) => (order.push('write'), store.write(...args)),
    };
    const done = await commit(watched, 'k', counted);
    order.push('release');
    expect(order).toEqual(['write', 'release']);
    expect(done).toEqual({ kind: 'committed', effects: [1] });
  });

  it('reads and decides again when somebody was faster', async () => {
    const store = memoryStore({ max: 1 });
    let once = true;
    const racing: Store = {
      ...store,
      write: async (key, next, seen) => {
        if (once) {
          once = false;
          await store.write(key, { record: { version: 1, n: 10 }, wakeAt: Infinity }, seen);
        }
        return store.write(key, next, seen);
      },
    };
    expect(await commit(racing, 'k', counted)).toEqual({ kind: 'committed', effects: [11] });
  });

  it('adds up whatever the interleaving', async () => {
    const store = memoryStore({ max: 1 });
    await Promise.all(Array.from({ length: 10 }, () => commit(store, 'k', counted)));
    expect((await store.read('k'))?.record['n']).toBe(10);
  });

  it('gives up on a key that never rests, and says so', async () => {
    const never: Store = { ...memoryStore({ max: 1 }), write: async () => 'stale' };
    expect(await commit(never, 'k', counted)).toEqual({ kind: 'contended' });
  });

  it('says when there is no room, and nothing leaves', async () => {
    const store = memoryStore({ max: 1 });
    await commit(store, 'a', counted);
    expect(await commit(store, 'b', counted)).toEqual({ kind: 'full' });
  });

  it('writes nothing for a decision that changes nothing', async () => {
    const store = memoryStore({ max: 1 });
    expect(await commit(store, 'k', () => ({ next: 'unchanged', effects: ['x'] }))).toEqual({
      kind: 'committed',
      effects: ['x'],
    });
    expect(await store.read('k')).toBeUndefined();
  });
});
