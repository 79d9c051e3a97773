// What is due: when, to whom, in which order, and that a key that was lent is only lent.
import { next, put, same, type StoreCase, storeCase } from './conformance-case.ts';

/** Cases of `due`. */
export const DUE_CASES: readonly StoreCase[] = [
  storeCase('a key is due once its time has come, and lent to one', async (store) => {
    await store.write('a', next({}, 1000), undefined);
    same(await store.due('', 999, 50, 10), []);
    same(await store.due('', 1000, 50, 10), ['a']);
    same(await store.due('', 1000, 50, 10), []);
    same(await store.due('', 1049, 50, 10), []);
    same(await store.due('', 1050, 50, 10), ['a']);
  }),
  storeCase('times are milliseconds since the epoch', async (store) => {
    const now = 1_790_000_000_000;
    await store.write('a', next({}, now + 1), undefined);
    same(await store.due('', now, 30_000, 10), []);
    same(await store.due('', now + 1, 30_000, 10), ['a']);
    same(await store.due('', now + 30_000, 30_000, 10), []);
    same(await store.due('', now + 30_001, 30_000, 10), ['a']);
  }),
  storeCase('a time that has long passed is due at once', async (store) => {
    await store.write('a', next({}, 1), undefined);
    await store.write('b', next({}, 0), undefined);
    await store.write('c', next({}, -5), undefined);
    same(await store.due('', 1_790_000_000_000, 50, 10), ['c', 'b', 'a']);
  }),
  storeCase('a key that is written again is due at its new time', async (store) => {
    await store.write('a', next({}, 1000), undefined);
    await store.due('', 1000, 50, 10);
    await put(store, 'a', next({}, 5000));
    same(await store.due('', 1050, 50, 10), []);
    same(await store.due('', 5000, 50, 10), ['a']);
  }),
  storeCase('a key whose write is stale keeps its time', async (store) => {
    await store.write('a', next({}, 1000), undefined);
    same(await store.write('a', next({}, 1), undefined), 'stale');
    same(await store.due('', 999, 50, 10), []);
  }),
  storeCase('no more are due than were asked for, the earliest first', async (store) => {
    for (const [key, at] of [
      ['a', 3],
      ['b', 1],
      ['c', 2],
    ] as const)
      await store.write(key, next({}, at), undefined);
    same(await store.due('', 3, 50, 2), ['b', 'c']);
    same(await store.due('', 3, 50, 2), ['a']);
    same(await store.due('', 3, 50, 0), []);
  }),
  storeCase('a key that never wakes, or is forgotten, is never due', async (store) => {
    await store.write('a', next({}), undefined);
    await store.write('b', next({}, 1), undefined);
    await put(store, 'b', undefined);
    await store.write('c', next({}, 1), undefined);
    await put(store, 'c', next({}));
    same(await store.due('', Number.MAX_SAFE_INTEGER, 50, 10), []);
  }),
  storeCase('a key that is forgotten while it is lent does not come back', async (store) => {
    await store.write('a', next({}, 1), undefined);
    same(await store.due('', 1, 50, 10), ['a']);
    await put(store, 'a', undefined);
    same(await store.due('', 1000, 50, 10), []);
    same(await store.read('a'), undefined);
  }),
  storeCase('a key that is due is still there, under the revision it had', async (store) => {
    await store.write('a', next({ n: 1 }, 1), undefined);
    const seen = (await store.read('a'))?.revision;
    same(await store.due('', 1, 50, 10), ['a']);
    same((await store.read('a'))?.revision, seen);
    same(await store.write('a', next({ n: 2 }), seen), 'written');
    same(await store.due('', 1000, 50, 10), []);
  }),
  storeCase(
    'what is due of one kind is neither lent to who asks for another nor in its way',
    async (store) => {
      for (const [n, key] of ['x/b', 'y/a', 'x', 'x/a/c', 'xy/a', 'y'].entries())
        await store.write(key, next({}, n), undefined);
      same(await store.due('y/', 9, 50, 1), ['y/a']);
      same(await store.due('x/', 9, 50, 10), ['x/b', 'x/a/c']);
      same(await store.due('xy/', 9, 50, 10), ['xy/a']);
      same(await store.due('', 9, 50, 1), ['x']);
      same(await store.due('', 9, 50, 1), ['y']);
      same(await store.due('z/', 9, 50, 10), []);
      same(await store.due('x/a/', 9_999, 50, 10), []);
      same((await store.due('x/', 59, 50, 10)).toSorted(), ['x/a/c', 'x/b']);
    },
    6,
  ),
  storeCase(
    'many are due in the order of their times, each once',
    async (store) => {
      const times = Array.from({ length: MANY }, (_, n) => (n * 89) % MANY);
      await Promise.all(times.map((at) => store.write(`k${at}`, next({}, at), undefined)));
      const lent: string[] = [];
      for (let keys = await store.due('', MANY, 50, 70); keys.length > 0; ) {
        lent.push(...keys);
        keys = await store.due('', MANY, 50, 70);
      }
      same(
        lent,
        Array.from({ length: MANY }, (_, at) => `k${at}`),
      );
      same((await store.due('', MANY + 50, 50, MANY)).length, MANY);
    },
    300,
  ),
];

/** Keys; less than the room of the store they are written to. */
const MANY = 250;
