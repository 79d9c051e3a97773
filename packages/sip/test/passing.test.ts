// A Map that much passes through: as a Map, whatever comes and goes, and however often it is made anew.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Passing } from '../src/endpoint/passing.ts';

describe('what passes', () => {
  it('is what a Map would hold, in its order', () => {
    const steps = fc.array(fc.tuple(fc.constantFrom('set', 'delete', 'delete'), fc.nat(20)), {
      minLength: 200,
      maxLength: 800,
      size: 'max',
    });
    fc.assert(
      fc.property(steps, (all) => {
        const [ours, theirs] = [new Passing<number, number>(), new Map<number, number>()];
        for (const [at, [step, key]] of all.entries()) {
          if (step === 'delete') expect(ours.delete(key)).toBe(theirs.delete(key));
          else {
            ours.set(key, at);
            theirs.set(key, at);
          }
          expect([ours.size, ours.get(key)]).toEqual([theirs.size, theirs.get(key)]);
        }
        expect(ours.keys()).toEqual([...theirs.keys()]);
        expect(ours.values()).toEqual([...theirs.values()]);
      }),
    );
  });

  it('keeps its order when thousands have passed', () => {
    const passing = new Passing<number, string>();
    for (let n = 0; n < 5000; n++) {
      passing.set(n, String(n));
      if (n >= 3) expect(passing.delete(n - 3)).toBe(true);
    }
    expect(passing.keys()).toEqual([4997, 4998, 4999]);
    expect(passing.delete(4996)).toBe(false);
    for (const key of passing.keys()) passing.delete(key);
    expect([passing.size, passing.get(4999)]).toEqual([0, undefined]);
  });
});
