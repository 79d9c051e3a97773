// Pages of keys: each key that begins as asked once, and an end.
import { next, put, same, type StoreCase, storeCase } from './conformance-case.ts';
import type { Key, Store } from './store.ts';

/** Cases of `keys`. */
export const KEYS_CASES: readonly StoreCase[] = [
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
  storeCase('a key is its own prefix', async (store) => {
    for (const key of ['x', 'x/a', 'w']) await store.write(key, next({}), undefined);
    same((await all(store, 'x', 1)).toSorted(), ['x', 'x/a']);
  }),
  storeCase(
    'many keys come in pages of any size, while others come and go',
    async (store) => {
      const stay = Array.from({ length: 120 }, (_, n) => `p/${n}`);
      for (const key of [...stay, 'o/z', 'q/a']) await store.write(key, next({}), undefined);
      for (const size of [1, 7, 119, 120, 121])
        same((await all(store, 'p/', size)).toSorted(), stay.toSorted());
      const first = await store.keys('p/', undefined, 50);
      const [gone = ''] = first.keys;
      await put(store, gone, undefined);
      await store.write('p/new', next({}), undefined);
      const rest = await all(store, 'p/', 50, first.cursor);
      const seen = [...first.keys, ...rest.filter((key) => key !== 'p/new')];
      same(seen.toSorted(), stay.toSorted());
    },
    200,
  ),
];

async function all(
  store: Store,
  prefix: string,
  size: number,
  from?: string,
): Promise<readonly Key[]> {
  const page = await store.keys(prefix, from, size);
  if (page.keys.length > size) throw new Error(`a page of ${page.keys.length}, not ${size}`);
  if (page.cursor === undefined) return page.keys;
  return [...page.keys, ...(await all(store, prefix, size, page.cursor))];
}
