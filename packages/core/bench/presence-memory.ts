// What presence that lasts costs in one process: the heap that a million authorisations take, and 200,000 subscriptions
// with their dialogs on top of them, by record; what it takes to ask for what is due, to write and to page beside
// 10 thousand, 100 thousand and a million records. Run with `npm run bench core`.
import { performance } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { memoryStore, type Next, type Store } from '@interwork/core';
import { authorisation, keyOf, NOW, subscription } from './presence/records.ts';

const AUTHORISATIONS = 1_000_000;
const SUBSCRIPTIONS = 200_000;
const ROUNDS = 5;
const SIZES = [10_000, 100_000, 1_000_000];
const DAY = 86_400_000;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

function heap(): number {
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}

/** Every number below `count` once, in no order. */
function mixed(n: number, count: number): number {
  return (n * 7_368_787) % count;
}

async function fill(store: Store, from: number, to: number, next: (n: number) => Next) {
  for (let n = from; n < to; n++)
    if ((await store.write(keyOf(n), next(n), undefined)) !== 'written') throw new Error(`at ${n}`);
}

/** Octets of heap that each of the records from one number to another takes, written as they are twice. */
async function measured(store: Store, from: number, to: number, next: (n: number) => Next) {
  const before = heap();
  await fill(store, from, to, next);
  const once = (heap() - before) / (to - from);
  for (let n = from; n < to; n++)
    await store.write(keyOf(n), next(n), (await store.read(keyOf(n)))?.revision);
  const twice = (heap() - before) / (to - from);
  return { once, twice, json: JSON.stringify(next(to - 1).record).length };
}

/** Microseconds that one takes, in the quickest of some rounds: whatever else the machine does only adds. */
async function timed(count: number, run: (n: number) => Promise<unknown>): Promise<number> {
  let least = Infinity;
  for (let round = 0; round < ROUNDS; round++) {
    const begun = performance.now();
    for (let n = round * count; n < (round + 1) * count; n++) await run(n);
    least = Math.min(least, ((performance.now() - begun) * 1_000) / count);
  }
  return least;
}

async function costs(size: number, tell: (row: string) => void): Promise<void> {
  const store = memoryStore({ max: size + 1 });
  await fill(store, 0, size, (n) => ({ record: authorisation(n), wakeAt: NOW + mixed(n, size) }));
  const none = await timed(2_000, () => store.due('presence/', NOW - 1, 30_000, 100));
  const lent = await timed(10, () => store.due('presence/', NOW + size, DAY, 100));
  const record = authorisation(size); // made beforehand: making one takes longer than writing it
  const wakes = await timed(2_000, async (n) => {
    const key = keyOf(mixed(n, size));
    const seen = (await store.read(key))?.revision;
    return store.write(key, { record, wakeAt: NOW + mixed(n, size) }, seen);
  });
  let cursor: string | undefined;
  const paged = await timed(Math.ceil(size / ROUNDS / 1_000), async () => {
    ({ cursor } = await store.keys('presence/', cursor, 1_000));
  });
  if (cursor !== undefined) throw new Error('there were more keys than were written');
  const row = [size.toLocaleString('en'), none, lent, wakes, paged];
  tell(row.map((cell) => cellOf(cell).padStart(18)).join(''));
}

function cellOf(cell: string | number): string {
  return typeof cell === 'number' ? cell.toFixed(1) : cell;
}

async function memory(): Promise<void> {
  const store = memoryStore({ max: AUTHORISATIONS + SUBSCRIPTIONS });
  const lasting = await measured(store, 0, AUTHORISATIONS, (n) => ({
    record: authorisation(n),
    wakeAt: Infinity,
  }));
  const active = await measured(store, AUTHORISATIONS, AUTHORISATIONS + SUBSCRIPTIONS, (n) => ({
    record: subscription(n),
    wakeAt: NOW + n,
  }));
  for (const [name, { once, twice, json }] of Object.entries({ lasting, active }))
    console.log(
      `${name.padEnd(8)} ${json} characters of JSON, key ${keyOf(AUTHORISATIONS).length}: ` +
        `${once.toFixed(0)} B a record, ${twice.toFixed(0)} B once each was written again`,
    );
  console.log(`resident ${(process.memoryUsage().rss / 1e6).toFixed(0)} MB`);
}

await memory();
await costs(1_000, () => {}); // so that the first row is not that of code that nobody has run
console.log(
  'µs for each       records  due, none is  due, 100 are lent  read and write  page of 1,000 keys',
);
for (const size of SIZES) await costs(size, console.log);
