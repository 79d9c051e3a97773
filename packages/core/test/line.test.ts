// A line against an array that does the same, by any joining and leaving.
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { Line, type Place } from '../src/gateway/line.ts';

it('keeps the order of those who are there, whoever leaves', () => {
  const steps = fc.array(fc.oneof(fc.constant('join' as const), fc.nat(20)), { maxLength: 60 });
  fc.assert(
    fc.property(steps, (list) => {
      const line = new Line<number>();
      const places: Place<number>[] = [];
      for (const [n, step] of list.entries()) {
        if (step === 'join') places.push(line.join(n));
        else
          for (const place of places.splice(step % Math.max(1, places.length), 1))
            line.leave(place);
        const here = places.map(({ value }) => value);
        expect([line.upTo(() => true), line.size, line.first]).toEqual([
          here,
          here.length,
          here[0],
        ]);
      }
      line.clear();
      expect([line.upTo(() => true), line.size, line.first]).toEqual([[], 0, undefined]);
    }),
  );
});

it('stops at the first that is not wanted', () => {
  const line = new Line<number>();
  for (const n of [1, 2, 9, 3]) line.join(n);
  expect(line.upTo((n) => n < 5)).toEqual([1, 2]);
});

it('keeps no place alive that has left', () => {
  const line = new Line<number>();
  const [one, two, three] = [line.join(1), line.join(2), line.join(3)];
  line.leave(two);
  expect([two.before, two.after]).toEqual([undefined, undefined]);
  expect([one.after, three.before]).toEqual([three, one]);
});
