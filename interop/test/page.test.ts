// The page: what a run becomes, and what counts as a difference between two.
import { describe, expect, it } from 'vitest';
import type { Case, Result } from '../src/cases/case.ts';
import { differences, pageOf, type Run } from '../src/page.ts';
import { series, upstream } from '../src/versions.ts';

const run = async (): Promise<void> => {};
const CASES: readonly Case[] = [
  { id: 'one', title: 'one | thing', run },
  { id: 'two', title: 'another', run },
];
const made = (results: readonly Result[], version = '0.12.3', notes = {}): string => {
  const runs: readonly Run[] = [{ gateway: 'g', links: ['a', 'b'], results }];
  return pageOf(CASES, runs, [{ peer: 'P', version }], notes);
};
const GOOD: readonly Result[] = [
  { link: 'a', id: 'one', outcome: 'holds' },
  { link: 'b', id: 'one', outcome: 'not-there' },
  { link: 'a', id: 'two', outcome: 'fails', why: 'seen m1x' },
  { link: 'b', id: 'two', outcome: 'holds' },
];

describe('the page of a run', () => {
  it('has a row for each case and a cell for each link', () => {
    const page = made(GOOD);
    expect(page).toContain('| `one` | one \\| thing | ✓ | – |');
    expect(page).toContain('| `two` | another | ✗ | ✓ |');
    expect(page).toContain('| P | 0.12 (0.12.3) |');
  });

  it('tells of each failing case where, what was seen and what is known', () => {
    expect(made(GOOD, '1', { two: 'Known.' })).toContain('- `two` (a): seen m1x. Known.');
  });

  it('counts a case that was not reached as failed', () => {
    expect(made(GOOD.slice(1))).toContain('| `one` | one \\| thing | ✗ | – |');
  });
});

describe('two pages', () => {
  it('do not differ by the last part of a version or by the words of a failure', () => {
    const other = GOOD.map((one) => (one.outcome === 'fails' ? { ...one, why: 'seen m2x' } : one));
    expect(differences(made(GOOD), made(other, '0.12.9'))).toEqual([]);
  });

  it('differ by a cell, and by a series', () => {
    const other = GOOD.map((one) => ({ ...one, outcome: 'holds' as const }));
    expect(differences(made(GOOD), made(other)).length).toBe(4);
    expect(differences(made(GOOD), made(GOOD, '0.13.0'))).toEqual([
      '- | P | 0.12 |',
      '+ | P | 0.13 |',
    ]);
  });
});

describe('versions of packages', () => {
  it.each([
    ['0.12.3-1+deb12u1', '0.12.3', '0.12'],
    ['1:3.6.1-1+b2', '3.6.1', '3.6'],
    ['23.01-1', '23.01', '23.01'],
    ['5:7.0.15~rc1-1', '7.0.15', '7.0'],
  ])('%s', (debian, version, of) => {
    expect([upstream(debian), series(upstream(debian))]).toEqual([version, of]);
  });
});
