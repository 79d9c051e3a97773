// A store of which not all goes well: each trouble does what it says and nothing else, each request is answered once,
// and the same draws give the same story.
import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import type { AskStore, StoreAnswer, StoreRequest } from '@interwork/core';
import {
  faultyStore,
  type StoreTroubles,
  VirtualClock,
  virtualStore,
} from '@interwork/core/testing';

const read: StoreRequest = { kind: 'read', key: 'a' };
const due: StoreRequest = { kind: 'due', of: '', now: 5, lease: 50, limit: 9 };
const keys: StoreRequest = { kind: 'keys', prefix: '', cursor: undefined, limit: 9 };
const write = (n: number, seen?: string, key = 'a'): StoreRequest => ({
  kind: 'write',
  key,
  next: { record: { version: 1, n }, wakeAt: 5 },
  seen,
});

/** A store whose troubles and draws are as they are set, over one that is sound. */
function stage(draws: readonly number[] = []) {
  const clock = new VirtualClock();
  const sound = virtualStore({ clock, max: 10_000 });
  let [troubles, at]: [StoreTroubles, number] = [{}, 0];
  const faulty = faultyStore(sound, {
    draw: () => draws[at++ % draws.length] ?? 0,
    after: (delay, run) => void clock.after(delay, run),
    troubles: () => troubles,
  });
  const asked = (store: AskStore, request: StoreRequest): StoreAnswer[] => {
    const answers: StoreAnswer[] = [];
    store(request, (answer) => answers.push(answer));
    clock.advance(10_000);
    return answers;
  };
  return {
    clock,
    faulty,
    set: (now: StoreTroubles) => void (troubles = now),
    ask: (request: StoreRequest) => asked(faulty, request),
    truth: () => asked(sound, read)[0],
  };
}

const FAILED: StoreAnswer = { kind: 'store-failed' };
const n = (answer: StoreAnswer | undefined): unknown =>
  answer?.kind === 'read' ? answer.stored?.record['n'] : answer;

describe('a faulty store', () => {
  it('answers as the sound one does while nothing is wrong', () => {
    const { ask } = stage();
    expect(ask(write(1))).toEqual([{ kind: 'write', written: 'written' }]);
    expect(ask(write(2))).toEqual([{ kind: 'write', written: 'stale' }]);
    expect(ask(read).map(n)).toEqual([1]);
    expect(ask(due)).toEqual([{ kind: 'due', keys: ['a'] }]);
    expect(ask(keys)).toEqual([{ kind: 'keys', page: { keys: ['a'], cursor: undefined } }]);
  });

  it.each([read, write(1), due, keys])(
    'does nothing of what it tells as failed: $kind',
    (request) => {
      const { ask, set, truth } = stage();
      set({ failed: 1 });
      expect(ask(request)).toEqual([FAILED]);
      expect(n(truth())).toBeUndefined();
    },
  );

  it('has done that of which the answer is lost', () => {
    const { ask, set, truth } = stage();
    set({ answerLost: 1 });
    expect(ask(write(1))).toEqual([FAILED]);
    expect(n(truth())).toBe(1);
    expect(ask(due)).toEqual([FAILED]);
    set({});
    expect(ask(due)).toEqual([{ kind: 'due', keys: [] }]);
  });

  it('tells writes as stale in a storm, does none, and reads as ever', () => {
    const { ask, set, truth } = stage();
    set({ stale: 1 });
    expect(ask(write(1))).toEqual([{ kind: 'write', written: 'stale' }]);
    expect(n(truth())).toBeUndefined();
    expect(ask(read).map(n)).toEqual([undefined]);
    set({});
    expect(ask(write(1))).toEqual([{ kind: 'write', written: 'written' }]);
  });

  it('reads what it read before from a copy that lags, and a write by that is stale', () => {
    const { ask, set } = stage();
    ask(write(1));
    const [before] = ask(read);
    const seen = before?.kind === 'read' ? before.stored?.revision : undefined;
    ask(write(2, seen));
    set({ outdated: 1 });
    expect(ask(read)).toEqual([before]);
    expect(ask(write(3, seen))).toEqual([{ kind: 'write', written: 'stale' }]);
    expect(ask({ kind: 'read', key: 'never read' }).map(n)).toEqual([undefined]);
    set({});
    expect(ask(read).map(n)).toEqual([2]);
  });

  it('remembers earlier reads of so many keys and no more', () => {
    const { ask, set } = stage();
    ask(read);
    for (let key = 0; key < 10_000; key++) ask({ kind: 'read', key: `k${key}` });
    ask(write(1));
    set({ outdated: 1 });
    expect(ask(read).map(n)).toEqual([1]);
  });

  it('takes its time there and back, up to what was said', () => {
    const { clock, faulty, set } = stage([0.9, 0.25, 0.45]);
    set({ slow: 0.5, slowMs: 100 });
    let answers = 0;
    faulty(write(1), () => (answers += 1));
    for (const [until, expected] of [
      [49, 0],
      [139, 0],
      [140, 1],
    ] as const) {
      clock.advance(until - clock.now);
      expect(answers).toBe(expected);
    }
  });

  it('draws a fate in the order of its troubles, each by its share', () => {
    const rows: readonly (readonly [drawn: number, told: unknown])[] = [
      [0.09, FAILED],
      [0.19, FAILED],
      [0.29, { kind: 'write', written: 'stale' }],
      [0.39, { kind: 'write', written: 'written' }],
      [0.99, { kind: 'write', written: 'written' }],
    ];
    for (const [drawn, told] of rows) {
      const { ask, set } = stage([drawn, 1, 1]);
      set({ failed: 0.1, answerLost: 0.1, stale: 0.1, outdated: 0.1 });
      expect(ask(write(1))).toEqual([told]);
    }
  });

  it('tells the same story to the same draws, and answers everything once', () => {
    const request = fc.oneof(
      fc.constantFrom(read, due, keys),
      fc.nat(3).map((at) => write(at, undefined, `k${at}`)),
    );
    const share = fc.double({ min: 0, max: 0.25, noNaN: true });
    const troubles = fc.record({
      failed: share,
      answerLost: share,
      stale: share,
      outdated: share,
      slow: share,
    });
    const draws = fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), {
      minLength: 1,
    });
    fc.assert(
      fc.property(fc.array(request), troubles, draws, (requests, now, drawn) => {
        const told = [1, 2].map(() => {
          const { ask, set } = stage(drawn);
          set(now);
          return requests.map((each) => ask(each));
        });
        expect(told[0]?.every((answers) => answers.length === 1)).toBe(true);
        expect(told[0]).toEqual(told[1]);
      }),
    );
  });
});
