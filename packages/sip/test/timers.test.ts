import { describe, expect, it } from 'vitest';
import { type TimerName, timerTable, tryingAfter } from '../src/timers.ts';

const NEVER = Number.POSITIVE_INFINITY;
const TABLE_4 = 'RFC 3261 §17, Table 4';
const ROWS: readonly (readonly [TimerName, number, number, string?])[] = [
  ['A', 500, NEVER],
  ['B', 32_000, 32_000],
  ['C', 180_000, 180_000],
  ['D', 32_000, 0],
  ['E', 500, NEVER],
  ['F', 32_000, 32_000],
  ['G', 500, NEVER],
  ['H', 32_000, 32_000],
  ['I', 5_000, 0],
  ['J', 32_000, 0],
  ['K', 5_000, 0],
  ['L', 32_000, 32_000, 'RFC 6026 §7.1'],
  ['M', 32_000, 32_000, 'RFC 6026 §7.2'],
  ['N', 32_000, 32_000, 'RFC 6665 §4.1.2.4'],
];

describe('the value of each timer', () => {
  for (const [name, unreliable, reliable, spec = TABLE_4] of ROWS) {
    it(`${name}, ${spec}`, () => expect(timerTable()[name]).toEqual({ unreliable, reliable }));
  }

  it('follows another T1', () => {
    expect(timerTable({ T1: 100 }).F.unreliable).toBe(6_400);
    expect(timerTable({ T4: 1 }).K.unreliable).toBe(1);
  });
});

describe('RFC 4320 §4.1', () => {
  it('a 100 is due when Timer E has reached T2', () => {
    expect(tryingAfter(timerTable())).toBe(3_500);
    expect(tryingAfter(timerTable({ T1: 4_000 }))).toBe(0);
  });
});
