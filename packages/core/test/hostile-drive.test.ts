// The loop that drives a machine (drive.ts), where what it performs feeds it again, throws, or does both, and
// the virtual clock under it: the order holds, and the driver lives on.
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '@interwork/core/testing';
import { type Drivable, drive, type Tick } from '../src/drive.ts';

/** What the machine takes: texts to put out, after which it may want to be woken. */
interface Say {
  readonly kind: 'say';
  readonly what: readonly string[];
  readonly wakeAt?: number;
}

/** Puts out what it is told, and remembers when it was told what. */
class Echo implements Drivable<Say | Tick, string> {
  readonly took: (readonly [number, string])[] = [];
  readonly #outs: string[] = [];
  wakeAt = Infinity;

  receive(now: number, input: Say | Tick): void {
    this.took.push([now, input.kind === 'tick' ? 'tick' : input.what.join('')]);
    if (input.kind === 'say') this.#outs.push(...input.what);
    else this.#outs.push('woken');
    this.wakeAt = input.kind === 'say' ? (input.wakeAt ?? this.wakeAt) : Infinity;
  }

  next(): string | undefined {
    return this.#outs.shift();
  }
}

const say = (...what: readonly string[]): Say => ({ kind: 'say', what });

function bench(perform: (out: string, feed: (input: Say | Tick) => void) => void) {
  const clock = new VirtualClock();
  const machine = new Echo();
  const done: string[] = [];
  const feed: (input: Say | Tick) => void = drive<Say, string>(
    machine,
    (out) => {
      done.push(out);
      perform(out, feed);
    },
    clock.timing,
  );
  return { clock, machine, done, feed };
}

describe('a perform that feeds', () => {
  it('is not entered again: everything of one input leaves before the next is taken', () => {
    const { done, feed } = bench((out, again) => {
      if (out === 'a') again(say('x', 'y'));
      if (out === 'x') again(say('p'));
      if (out === 'b') again(say('q'));
    });
    feed(say('a', 'b', 'c'));
    expect(done).toEqual(['a', 'b', 'c', 'x', 'y', 'q', 'p']);
  });

  it('is as deep as it likes without growing the stack', () => {
    let left = 20_000;
    const { machine, feed } = bench((_out, again) => {
      if (left-- > 0) again(say('a'));
    });
    feed(say('a'));
    expect(machine.took).toHaveLength(20_001);
  });

  it('may do so from an alarm', () => {
    const { clock, done, feed } = bench((out, again) => {
      if (out === 'woken') again(say('after'));
    });
    feed({ kind: 'say', what: ['a'], wakeAt: 70 });
    clock.advance(100);
    expect(done).toEqual(['a', 'woken', 'after']);
  });
});

describe('a perform that throws', () => {
  const boom = (at: string) =>
    bench((out) => {
      if (out === at) throw new Error(`not ${at}`);
    });

  it('tells whoever fed it, and the driver takes what comes next', () => {
    const { done, feed } = boom('a');
    expect(() => feed(say('a'))).toThrow('not a');
    feed(say('b'));
    expect(done).toEqual(['a', 'b']);
  });

  it('loses nothing that the machine has still to put out', () => {
    const { done, feed } = boom('a');
    expect(() => feed(say('a', 'b'))).toThrow('not a');
    feed(say('c'));
    expect(done).toEqual(['a', 'b', 'c']);
  });

  it('loses nothing that was fed meanwhile', () => {
    const { machine, feed } = bench((out, again) => {
      if (out === 'a') again(say('x'));
      if (out === 'b') throw new Error('not b');
    });
    expect(() => feed(say('a', 'b'))).toThrow('not b');
    feed(say('c'));
    expect(machine.took.map(([, what]) => what)).toEqual(['ab', 'x', 'c']);
  });

  it('leaves the alarm set', () => {
    const { clock, machine, feed } = boom('a');
    expect(() => feed({ kind: 'say', what: ['a'], wakeAt: 50 })).toThrow('not a');
    clock.advance(100);
    expect(machine.took.at(-1)).toEqual([50, 'tick']);
  });

  it('in an alarm leaves the next one set', () => {
    const { clock, machine, feed } = boom('woken');
    feed({ kind: 'say', what: [], wakeAt: 10 });
    expect(() => clock.advance(20)).toThrow('not woken');
    feed({ kind: 'say', what: [], wakeAt: 60 });
    expect(() => clock.advance(100)).toThrow('not woken');
    expect(machine.took.filter(([, what]) => what === 'tick')).toHaveLength(2);
  });
});

describe('alarms', () => {
  it('one that moves forward is set anew, one that moves back wakes once for nothing', () => {
    const { clock, machine, feed } = bench(() => {});
    feed({ kind: 'say', what: ['a'], wakeAt: 100 });
    feed({ kind: 'say', what: ['b'], wakeAt: 40 });
    clock.advance(60);
    expect(machine.took).toEqual([
      [0, 'a'],
      [0, 'b'],
      [40, 'tick'],
    ]);
    expect(clock.pending).toBe(0);
  });

  it('an idle machine sets none', () => {
    const { clock, feed } = bench(() => {});
    feed(say('a'));
    expect(clock.pending).toBe(0);
  });
});
