// Several desks over one store that is slow, fails, and outlives them: whatever is killed or lost between any two steps,
// what left is what was written, all of it, in order; and once, where nothing was killed or lost.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StoreFate } from '@interwork/core/testing';
import { add, IDLE, Office, type RunningDesk, type Seen } from './desk-world.ts';

const KEYS = ['k', 'l', 'm'];
const DESKS = 3;

/** What happens to the desks, in order; `after` in ms since the step before. */
type Step = { readonly after: number; readonly desk: number } & (
  | { readonly kind: 'add'; readonly key: number }
  | { readonly kind: 'recheck' }
  | { readonly kind: 'kill' }
);

const place = { after: fc.integer({ min: 0, max: 400 }), desk: fc.nat(DESKS - 1) };
const adding = fc.record({
  ...place,
  kind: fc.constant('add' as const),
  key: fc.nat(KEYS.length - 1),
});
const rechecking = fc.record({ ...place, kind: fc.constant('recheck' as const) });
const killing = fc.record({ ...place, kind: fc.constant('kill' as const) });
const world = { seed: fc.integer(), slowest: fc.constantFrom(0, 3, 60, 1_900) };
const calm = fc.array(fc.oneof({ weight: 20, arbitrary: adding }, rechecking), { maxLength: 60 });
const wild = fc.array(
  fc.oneof({ weight: 20, arbitrary: adding }, rechecking, { weight: 2, arbitrary: killing }),
  { maxLength: 60 },
);

interface Outcome {
  readonly seen: readonly Seen[];
  readonly taken: ReadonlyMap<string, string>;
  readonly written: ReadonlyMap<string, number>;
  readonly desks: readonly RunningDesk[];
}

function play(steps: readonly Step[], seed: number, slowest: number, failing: number): Outcome {
  const draw = drawing(seed);
  const office = new Office({ delay: () => Math.floor(draw() * (slowest + 1)) });
  office.fate = () =>
    draw() < failing ? (FATES[Math.floor(draw() * FATES.length)] ?? 'failed') : 'answered';
  const lives = Array.from({ length: DESKS }, () => 0);
  const born = (desk: number): RunningDesk =>
    office.desk(`${desk}.${lives[desk]}`, { limits: { openKeys: 2, inRow: 2 } });
  const desks = lives.map((_life, desk) => born(desk));
  const taken = new Map<string, string>();
  for (const [n, step] of steps.entries()) {
    office.clock.advance(step.after);
    const desk = desks[step.desk];
    const name = `e${n}`;
    if (step.kind === 'recheck')
      desk?.recheck({ name, prefix: '', matches: (key) => key !== 'm', event: add('r') });
    else if (step.kind === 'add')
      taken.set(name, desk?.put(KEYS[step.key] ?? '', add(name)) ?? 'full');
    else {
      desk?.kill();
      lives[step.desk] = (lives[step.desk] ?? 0) + 1;
      desks[step.desk] = born(step.desk);
    }
  }
  office.fate = () => 'answered';
  office.clock.advance(200_000);
  for (const { desk } of desks) desk.close();
  office.clock.advance(5_000);
  const written = new Map(KEYS.map((key) => [key, Number(office.read(key)?.['n'] ?? 0)]));
  return { seen: office.seen, taken, written, desks };
}

/** The numbers that left of a key, in order, and the name each left with. */
function numbersOf(seen: readonly Seen[], key: string): readonly (readonly [number, string])[] {
  return seen
    .filter((one) => one.key === key)
    .flatMap(({ effects }) => effects)
    .filter((effect) => effect.includes('='))
    .map((effect) => effect.split('='))
    .map(([name = '', n]) => [Number(n), name]);
}

/** What must hold whatever happened. */
function holds({ seen, taken, written, desks }: Outcome): void {
  for (const key of KEYS) {
    const numbers = numbersOf(seen, key);
    const names = new Map(numbers);
    for (const [n, name] of numbers) expect([key, n, name]).toEqual([key, n, names.get(n)]);
    const all = Array.from({ length: written.get(key) ?? 0 }, (_, n) => n + 1);
    expect([key, ...new Set(numbers.map(([n]) => n))]).toEqual([key, ...all]);
  }
  for (const name of taken.keys()) {
    const ends = seen.filter(({ event }) => event.kind === 'add' && event.name === name);
    expect([name, ends.length <= 1]).toEqual([name, true]);
    const why = ends[0]?.unable;
    const left = seen.some(({ effects }) => effects.some((one) => one.startsWith(`${name}=`)));
    if (why !== undefined && why !== 'store') expect([name, why, left]).toEqual([name, why, false]);
  }
  for (const { desk } of desks) expect(desk.sizes).toEqual(IDLE);
}

describe('desks over one store', () => {
  it('let leave once, in order, what is written', () => {
    fc.assert(
      fc.property(calm, world.seed, world.slowest, (steps, seed, slowest) => {
        const outcome = play(steps, seed, slowest, 0);
        holds(outcome);
        for (const key of KEYS) {
          const numbers = numbersOf(outcome.seen, key).map(([n]) => n);
          expect(numbers).toEqual(numbers.map((_n, at) => at + 1));
        }
        for (const [name, taken] of outcome.taken) {
          const ends = outcome.seen.filter(
            ({ event }) => event.kind === 'add' && event.name === name,
          );
          expect([name, ends.length]).toEqual([name, taken === 'taken' ? 1 : 0]);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('lose nothing and make nothing up, whatever is killed, slow or fails', () => {
    fc.assert(
      fc.property(
        wild,
        world.seed,
        world.slowest,
        fc.constantFrom(0, 0.05, 0.3),
        (steps, seed, slowest, failing) => holds(play(steps, seed, slowest, failing)),
      ),
      { numRuns: 120 },
    );
  });

  it('do the same again from the same beginning', () => {
    fc.assert(
      fc.property(wild, world.seed, (steps, seed) => {
        expect(play(steps, seed, 60, 0.1).seen).toEqual(play(steps, seed, 60, 0.1).seen);
      }),
      { numRuns: 10 },
    );
  });
});

const FATES: readonly StoreFate[] = ['failed', 'answer-lost', 'unanswered', 'vanished'];

/** Numbers from 0 to 1, the same for a seed (mulberry32). */
function drawing(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
