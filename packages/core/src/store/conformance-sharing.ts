// Two handles of one store, as two processes would have them: what one has written the other sees, and of whatever
// only one may have, one has it.
import { next, same, sharedCase, type StoreCase } from './conformance-case.ts';
import type { Key, Store } from './store.ts';

/** Cases over two handles. */
export const SHARING_CASES: readonly StoreCase[] = [
  sharedCase(
    'what one has written the other reads, replaces and forgets',
    async (first, second) => {
      same(await first.write('a', next({ n: 1 }, 7), undefined), 'written');
      const seen = (await second.read('a'))?.revision;
      same(await second.write('a', next({ n: 2 }, 8), seen), 'written');
      same(await first.write('a', next({ n: 3 }), seen), 'stale');
      same(await first.read('a'), await second.read('a'));
      same(await second.write('a', undefined, (await first.read('a'))?.revision), 'written');
      same((await first.keys('', undefined, 5)).keys, []);
    },
  ),
  sharedCase('of two that make the same key at once, one wins', async (first, second) => {
    const both = [first, second].map((store) => store.write('a', next({}), undefined));
    same((await Promise.all(both)).toSorted(), ['stale', 'written']);
  }),
  sharedCase('the bound is of the store, not of the handle', async (first, second) => {
    const keys = ['a', 'b', 'c', 'd', 'e', 'f'];
    const all = keys.map((key, n) => (n % 2 ? first : second).write(key, next({}), undefined));
    const full = (await Promise.all(all)).filter((written) => written === 'full');
    same(full.length, 3);
  }),
  sharedCase(
    'what is due is lent to one of two that ask at once',
    async (first, second) => {
      for (let n = 0; n < MANY; n++) await first.write(`k${n}`, next({}, n), undefined);
      const asked = Array.from({ length: 8 }, (_, n) =>
        (n % 2 ? first : second).due('', MANY, 50, 10),
      );
      const lent = (await Promise.all(asked)).flat();
      same(lent.length, MANY);
      same(new Set(lent).size, MANY);
    },
    100,
  ),
  sharedCase(
    'writers of two handles that race add up to what they were told',
    async (first, second) => {
      const tries = Array.from({ length: 20 }, (_, n) => addOne(n % 2 ? first : second, 'a'));
      const wins = (await Promise.all(tries)).filter(Boolean).length;
      if (wins === 0) throw new Error('nobody of twenty writers won');
      same((await first.read('a'))?.record, { version: 1, n: wins });
    },
  ),
];

/** One read and one write; whether that was written. */
async function addOne(store: Store, key: Key): Promise<boolean> {
  const stored = await store.read(key);
  const n = Number(stored?.record['n'] ?? 0) + 1;
  return (await store.write(key, next({ n }), stored?.revision)) === 'written';
}

/** Keys; no more than eight times ten. */
const MANY = 70;
