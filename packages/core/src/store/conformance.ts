// What every store must do, as cases that any test runner can run: each throws when the store does not.
// A store that holds to these may be handed to a gateway; a third party runs them over its own.
import type { Next, Store } from './store.ts';

/** One thing a store must do. */
export interface StoreCase {
  readonly name: string;
  /** Rejects, with what was expected and what came, when the store fails it. */
  run(make: MakeStore): Promise<void>;
}

/** Makes a new, empty store that holds at most `max` records. */
export type MakeStore = (max: number) => Store | Promise<Store>;

/** The cases, in the order of the port's methods. */
export const STORE_CASES: readonly StoreCase[] = [
  storeCase('an unknown key is undefined', async (store) => {
    same(await store.read('a'), undefined);
  }),
  storeCase('a record comes back as it was written', async (store) => {
    same(
      await store.write('a', next({ text: 'ü', list: [1, null, { x: true }] }), undefined),
      'written',
    );
    same((await store.read('a'))?.record, { version: 1, text: 'ü', list: [1, null, { x: true }] });
  }),
  storeCase('a record read is nobody else’s to change', async (store) => {
    const record = { version: 1, list: [1] };
    await store.write('a', { record, wakeAt: Infinity }, undefined);
    record.list.push(2);
    same((await store.read('a'))?.record, { version: 1, list: [1] });
  }),
  storeCase('a write that has seen nothing is stale once there is a record', async (store) => {
    await store.write('a', next({}), undefined);
    same(await store.write('a', next({ late: true }), undefined), 'stale');
    same((await store.read('a'))?.record, { version: 1 });
  }),
  storeCase(
    'a write with the revision seen replaces, with an older one it is stale',
    async (store) => {
      await store.write('a', next({ n: 1 }), undefined);
      const first = await store.read('a');
      same(await store.write('a', next({ n: 2 }), first?.revision), 'written');
      same(await store.write('a', next({ n: 3 }), first?.revision), 'stale');
      same((await store.read('a'))?.record, { version: 1, n: 2 });
    },
  ),
  storeCase('a record is forgotten, and a revision of its former life is stale', async (store) => {
    await store.write('a', next({}), undefined);
    const seen = (await store.read('a'))?.revision;
    same(await store.write('a', undefined, seen), 'written');
    same(await store.read('a'), undefined);
    await store.write('a', next({}), undefined);
    same(await store.write('a', next({ ghost: true }), seen), 'stale');
  }),
  storeCase('of many writers that saw the same, one wins', async (store) => {
    await store.write('a', next({ n: 0 }), undefined);
    const seen = (await store.read('a'))?.revision;
    const all = await Promise.all([1, 2, 3, 4, 5].map((n) => store.write('a', next({ n }), seen)));
    same(all.filter((written) => written === 'written').length, 1);
  }),
  storeCase('a full store takes no new key, but changes to old ones', async (store) => {
    for (const key of ['a', 'b', 'c']) await store.write(key, next({}), undefined);
    same(await store.write('d', next({}), undefined), 'full');
    same(await store.write('a', next({ n: 1 }), (await store.read('a'))?.revision), 'written');
    same(await store.write('b', undefined, (await store.read('b'))?.revision), 'written');
    same(await store.write('d', next({}), undefined), 'written');
  }),
  storeCase('a key is due once its time has come, and lent to one', async (store) => {
    await store.write('a', next({}, 1000), undefined);
    same(await store.due(999, 50, 10), []);
    same(await store.due(1000, 50, 10), ['a']);
    same(await store.due(1000, 50, 10), []);
    same(await store.due(1050, 50, 10), ['a']);
  }),
  storeCase('a key that is written again is due at its new time', async (store) => {
    await store.write('a', next({}, 1000), undefined);
    await store.due(1000, 50, 10);
    await store.write('a', next({}, 5000), (await store.read('a'))?.revision);
    same(await store.due(1050, 50, 10), []);
    same(await store.due(5000, 50, 10), ['a']);
  }),
  storeCase('no more are due than were asked for', async (store) => {
    for (const key of ['a', 'b', 'c']) await store.write(key, next({}, 1), undefined);
    same((await store.due(1, 50, 2)).length, 2);
    same((await store.due(1, 50, 2)).length, 1);
  }),
  storeCase('a key that never wakes, or is forgotten, is never due', async (store) => {
    await store.write('a', next({}), undefined);
    await store.write('b', next({}, 1), undefined);
    await store.write('b', undefined, (await store.read('b'))?.revision);
    same(await store.due(Number.MAX_SAFE_INTEGER, 50, 10), []);
  }),
  storeCase('a key that is due is still there, under the revision it had', async (store) => {
    await store.write('a', next({ n: 1 }, 1), undefined);
    const seen = (await store.read('a'))?.revision;
    same(await store.due(1, 50, 10), ['a']);
    same(await store.write('a', next({ n: 2 }), seen), 'written');
    same(await store.due(1000, 50, 10), []);
  }),
  storeCase('forgetting what is not there is as good as done', async (store) => {
    same(await store.write('a', undefined, undefined), 'written');
    same(await store.read('a'), undefined);
    same(await store.write('a', undefined, 'a revision of nothing'), 'stale');
  }),
  storeCase('a prefix that nothing begins with has an empty page', async (store) => {
    await store.write('x/a', next({}), undefined);
    same(await store.keys('y/', undefined, 10), { keys: [], cursor: undefined });
    same((await store.keys('', undefined, 10)).keys, ['x/a']);
  }),
  storeCase('keys come in pages, by prefix, each once', async (store) => {
    for (const key of ['x/b', 'x/a', 'y/a']) await store.write(key, next({}), undefined);
    const first = await store.keys('x/', undefined, 1);
    const second = await store.keys('x/', first.cursor, 1);
    same([...first.keys, ...second.keys].toSorted(), ['x/a', 'x/b']);
    same(second.cursor, undefined);
  }),
];

/** Room of the stores the cases run on. */
const ROOM = 3;

function storeCase(name: string, body: (store: Store) => Promise<void>): StoreCase {
  return { name, run: async (make) => body(await make(ROOM)) };
}

function next(fields: Record<string, Next['record'][string]>, wakeAt = Infinity): Next {
  return { record: { version: 1, ...fields }, wakeAt };
}

function same(came: unknown, expected: unknown): void {
  const [a, b] = [JSON.stringify(came), JSON.stringify(expected)];
  if (a !== b) throw new Error(`expected ${b}, came ${a}`);
}
