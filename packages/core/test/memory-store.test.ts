// The store in memory beside a plain model of one: whatever is written, forgotten, lent and paged in whatever order,
// both answer the same; and what it costs does not grow with what is not asked for.
import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { kindOfKey, memoryStore, type Next, type Store } from '@interwork/core';

const next = (wakeAt: number, n = 0): Next => ({ record: { version: 1, n }, wakeAt });

/** All keys of a prefix, by pages of a size. */
async function paged(store: Store, prefix: string, size: number): Promise<readonly string[]> {
  const all: string[] = [];
  for (let cursor: string | undefined, more = true; more; more = cursor !== undefined) {
    const page = await store.keys(prefix, cursor, size);
    expect(page.keys.length).toBeLessThanOrEqual(size);
    all.push(...page.keys);
    cursor = page.cursor;
  }
  return all;
}

async function put(store: Store, key: string, value: Next | undefined): Promise<void> {
  expect(await store.write(key, value, (await store.read(key))?.revision)).toBe('written');
}

/** The same by looking at everything each time. */
class Model {
  readonly times = new Map<string, number>();
  /** The times of what is due. */
  due(kind: string, now: number, limit: number): readonly number[] {
    const all = [...this.times].filter(([key]) => kindOfKey(key) === kind);
    const due = all.map(([, at]) => at).filter((at) => at <= now);
    return due.toSorted((a, b) => a - b).slice(0, limit);
  }
  keys(prefix: string): readonly string[] {
    return [...this.times.keys()].filter((key) => key.startsWith(prefix)).toSorted();
  }
}

const key = fc
  .tuple(fc.constantFrom('a/', 'b/', ''), fc.nat(40))
  .map(([prefix, n]) => `${prefix}${n}`);
const time = fc.oneof(fc.nat(100), fc.constant(Infinity));
const act = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('put' as const), key, time }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('forget' as const), key }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('due' as const),
      of: fc.constantFrom('a/', 'b/', ''),
      now: fc.nat(120),
      lease: fc.nat(30),
      limit: fc.nat(6),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('keys' as const),
      prefix: fc.constantFrom('a/', 'b/', '', '1'),
      size: fc.integer({ min: 1, max: 7 }),
    }),
  },
);

describe('the store in memory and a model of it', () => {
  it('answer the same', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(act, { maxLength: 120 }), async (acts) => {
        const store = memoryStore({ max: 1_000 });
        const model = new Model();
        for (const one of acts) {
          if (one.kind === 'put') {
            await put(store, one.key, next(one.time));
            model.times.set(one.key, one.time);
          } else if (one.kind === 'forget') {
            await put(store, one.key, undefined);
            model.times.delete(one.key);
          } else if (one.kind === 'keys') {
            expect(await paged(store, one.prefix, one.size)).toEqual(model.keys(one.prefix));
          } else {
            const expected = model.due(one.of, one.now, one.limit);
            const lent = await store.due(one.of, one.now, one.lease, one.limit);
            expect(lent.map((each) => model.times.get(each))).toEqual(expected);
            expect(lent.every((each) => kindOfKey(each) === one.of)).toBe(true);
            expect(new Set(lent).size).toBe(lent.length);
            for (const each of lent) model.times.set(each, one.now + one.lease);
          }
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('many records', () => {
  const COUNT = 20_000;
  /** Every number below `COUNT` once, in no order. */
  const mixed = (n: number): number => (n * 7_919) % COUNT;

  it('are paged in order while others come and go', async () => {
    const store = memoryStore({ max: 2 * COUNT });
    const name = (n: number): string => `k/${String(n).padStart(6, '0')}`;
    for (let n = 0; n < COUNT; n++) await store.write(name(mixed(n)), next(Infinity), undefined);
    for (let n = 0; n < COUNT; n += 3) await put(store, name(n), undefined);
    const first = await store.keys('k/', undefined, 100);
    await store.write('k/', next(Infinity), undefined);
    await put(store, name(5_000), undefined);
    const second = await store.keys('k/', first.cursor, COUNT);
    const there = [...first.keys, ...second.keys];
    const kept = Array.from({ length: COUNT }, (_, n) => n).filter((n) => n % 3 && n !== 5_000);
    expect(there).toEqual(kept.map(name));
  });

  it('are due in the order of their times, each once', async () => {
    const store = memoryStore({ max: COUNT });
    for (let n = 0; n < COUNT; n++) await store.write(`k${n}`, next(mixed(n)), undefined);
    const lent: string[] = [];
    for (let keys = await store.due('', COUNT, 1, 999); keys.length > 0; ) {
      lent.push(...keys);
      keys = await store.due('', COUNT, 1, 999);
    }
    expect(lent.map((each) => mixed(Number(each.slice(1))))).toEqual([...lent.keys()]);
    expect(lent.length).toBe(COUNT);
  });

  it('that are not due cost nothing: asking is as quick beside 20,000 as beside 20', async () => {
    const store = memoryStore({ max: 2 * COUNT });
    for (let n = 0; n < COUNT; n++) await store.write(`k${n}`, next(1_000_000 + n), undefined);
    let looked = 0;
    const now = { valueOf: () => (looked++, 5) } as unknown as number;
    expect(await store.due('', now, 1, 100)).toEqual([]);
    expect(looked).toBe(1);
  });
});
