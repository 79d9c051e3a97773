// Two values are the same when they are the same as JSON.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSameJson } from '../src/ledger/same-json.ts';

describe('the same as JSON', () => {
  it.each<[unknown, unknown, boolean]>([
    [undefined, undefined, true],
    [undefined, {}, false],
    [null, {}, false],
    [{}, null, false],
    [{}, [], false],
    [[], {}, false],
    [{ a: undefined }, {}, true],
    [{}, { a: undefined }, true],
    [{ a: undefined }, { b: 1 }, false],
    [{ a: 1 }, {}, false],
    [{ a: null }, {}, false],
    [{ a: 1, b: 2 }, { b: 2, a: 1 }, true],
    [{ a: { b: [1, { c: 'x' }] } }, { a: { b: [1, { c: 'x' }] } }, true],
    [{ a: { b: [1, { c: 'x' }] } }, { a: { b: [1, { c: 'y' }] } }, false],
    [[1, 2], [1], false],
    [[1], [1, 2], false],
    [[1], ['1'], false],
    ['1', 1, false],
  ])('%j and %j: %s', (one, other, expected) => {
    expect(isSameJson(one, other)).toBe(expected);
  });

  it('holds for a copy, and for nothing that is written otherwise', () => {
    const value = fc.jsonValue({ noUnicodeString: false });
    fc.assert(
      fc.property(value, value, (one, other) => {
        expect(isSameJson(one, JSON.parse(JSON.stringify(one)))).toBe(true);
        const text = (of: unknown): string => JSON.stringify(sorted(of));
        expect(isSameJson(one, other)).toBe(text(one) === text(other));
      }),
    );
  });
});

/** The same with the fields of every object in one order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return Object.is(value, -0) ? 0 : value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return entries.map(([name, of]) => [name, sorted(of)]).concat([['object', '']]);
}
