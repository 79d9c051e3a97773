// Reading and writing: what comes back, who wins, and what is told to those who lose.
import { next, put, same, type StoreCase, storeCase } from './conformance-case.ts';
import { kindOfKey } from './store.ts';

/** Cases of `read` and `write`. */
export const RECORD_CASES: readonly StoreCase[] = [
  storeCase('an unknown key is undefined', async (store) => {
    same(await store.read('a'), undefined);
  }),
  storeCase('a record comes back as it was written', async (store) => {
    const fields = { text: 'ü', list: [1, null, { x: true }], empty: {}, n: -1.5e-7 };
    same(await store.write('a', next(fields), undefined), 'written');
    same((await store.read('a'))?.record, { version: 1, ...fields });
  }),
  storeCase('a record read is nobody else’s to change', async (store) => {
    const record = { version: 1, list: [1] };
    await store.write('a', { record, wakeAt: Infinity }, undefined);
    record.list.push(2);
    same((await store.read('a'))?.record, { version: 1, list: [1] });
  }),
  storeCase('a record of 64 kB comes back whole', async (store) => {
    const fields = {
      text: 'ü"\\\n'.repeat(16_384),
      list: Array.from({ length: 999 }, (_, n) => n),
    };
    same(await store.write('a', next(fields), undefined), 'written');
    same((await store.read('a'))?.record, { version: 1, ...fields });
  }),
  ...[
    'Ζεύς@Όλυμπος.example',
    '名前/😀',
    'a b\t"c"\\d',
    '%_*?[x]',
    '€1 -> $0',
    'İı',
    'é',
    'e\u0301',
  ].map((text) =>
    storeCase(`a key and a text of any characters: ${JSON.stringify(text)}`, async (store) => {
      const fields = { text, [text]: `\u0000\ud800${text}\u2028` };
      same(await store.write(text, next(fields, 5), undefined), 'written');
      same((await store.read(text))?.record, { version: 1, ...fields });
      same((await store.keys(text, undefined, 5)).keys, [text]);
      same(await store.due(kindOfKey(text), 5, 50, 5), [text]);
      same(await put(store, text, undefined), 'written');
      same(await store.read(text), undefined);
    }),
  ),
  storeCase('keys that look alike are not one', async (store) => {
    for (const [n, key] of ['é', 'e\u0301', 'É'].entries())
      same(await store.write(key, next({ n }), undefined), 'written');
    same((await store.read('e\u0301'))?.record, { version: 1, n: 1 });
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
  storeCase('a revision of another record is stale', async (store) => {
    await store.write('a', next({}), undefined);
    await store.write('b', next({}), undefined);
    same(await store.write('a', next({ n: 1 }), (await store.read('b'))?.revision), 'stale');
  }),
  storeCase('a record is forgotten, and a revision of its former life is stale', async (store) => {
    await store.write('a', next({}), undefined);
    const seen = (await store.read('a'))?.revision;
    same(await store.write('a', undefined, seen), 'written');
    same(await store.read('a'), undefined);
    same(await store.write('a', next({ ghost: true }), seen), 'stale');
    await store.write('a', next({}), undefined);
    same(await store.write('a', next({ ghost: true }), seen), 'stale');
  }),
  storeCase('a record that has moved on is not forgotten', async (store) => {
    await store.write('a', next({ n: 1 }), undefined);
    const seen = (await store.read('a'))?.revision;
    await store.write('a', next({ n: 2 }), seen);
    same(await store.write('a', undefined, seen), 'stale');
    same((await store.read('a'))?.record, { version: 1, n: 2 });
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
    same(await put(store, 'a', next({ n: 1 })), 'written');
    same(await put(store, 'b', undefined), 'written');
    same(await store.write('d', next({}), undefined), 'written');
    same(await store.write('b', next({}), undefined), 'full');
  }),
  storeCase('writes at once leave no more than there is room for', async (store) => {
    const keys = ['a', 'b', 'c', 'd', 'e', 'f'];
    const all = await Promise.all(keys.map((key) => store.write(key, next({}), undefined)));
    same(all.toSorted(), ['full', 'full', 'full', 'written', 'written', 'written']);
  }),
  storeCase('forgetting what is not there is as good as done', async (store) => {
    same(await store.write('a', undefined, undefined), 'written');
    same(await store.read('a'), undefined);
    same(await store.write('a', undefined, 'a revision of nothing'), 'stale');
    for (const key of ['a', 'b', 'c']) same(await store.write(key, next({}), undefined), 'written');
    same(await store.write('d', next({}), undefined), 'full');
  }),
];
