// The table of names against a Map: the same answers whatever was put where, and in the same order.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NameList } from '../src/name-list.ts';
import { NameTable } from '../src/name-table.ts';

const label = fc.stringMatching(/^[a-z0-9](?:[a-z0-9-]{0,4}[a-z0-9])?$/);
const name = fc.array(label, { maxLength: 4 }).map((labels) => labels.join('.'));

describe('a table of names', () => {
  it('answers as a Map does, in its order', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(name, fc.nat(5))), fc.array(name), (puts, asked) => {
        const [table, map] = [new NameTable<number>(), new Map<string, number>()];
        for (const [at, value] of puts) {
          table.set(at, value);
          map.set(at, value);
          if (value === 0) table.trim();
        }
        for (const one of [...asked, ...puts.map(([at]) => at)]) {
          expect(table.get(one)).toBe(map.get(one));
          expect(table.has(one)).toBe(map.has(one));
        }
        expect([...table]).toEqual([...map]);
        expect([...table.values()]).toEqual([...map.values()]);
        expect(table.size).toBe(map.size);
      }),
    );
  });

  it('holds a hundred thousand names, and none besides', () => {
    const table = new NameTable<number>();
    for (let n = 0; n < 100_000; n += 1) table.set(`company-${n}.example`, n % 7);
    for (let n = 0; n < 100_000; n += 1) expect(table.get(`company-${n}.example`)).toBe(n % 7);
    for (let n = 100_000; n < 110_000; n += 1)
      expect(table.has(`company-${n}.example`)).toBe(false);
  });

  it.each([
    ['the root, which is no name at all', '', true],
    [
      'the longest name there is',
      `${'a'.repeat(63)}.${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(61)}`,
      true,
    ],
    ['a name with a letter that stands 256 behind one of its own', 'ſontoso.example', false],
    ['a name of the language', '__proto__', false],
    ['a name with capitals: it is not normalised', 'Contoso.example', false],
  ])('knows %s', (_, asked, isThere) => {
    const table = new NameTable<true>();
    for (const one of [
      '',
      'contoso.example',
      `${'a'.repeat(63)}.${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(61)}`,
    ])
      table.set(one, true);
    expect(table.has(asked)).toBe(isThere);
  });
});

describe('the names of a rule', () => {
  it('are read as they were written, each as often', () => {
    const table = new NameTable<true>();
    for (const one of ['contoso.example', '', 'fabrikam.example']) table.set(one, true);
    const list = new NameList(table, [
      { name: 'fabrikam.example', below: true },
      { name: 'contoso.example', below: false },
      { name: '', below: true },
      { name: 'contoso.example', below: false },
    ]);
    expect([...list]).toEqual(['*.fabrikam.example', 'contoso.example', '*', 'contoso.example']);
    expect(list.first(2)).toEqual(['*.fabrikam.example', 'contoso.example']);
    expect(list.length).toBe(4);
  });
});
