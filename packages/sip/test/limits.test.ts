import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS, Framer, isFault, parseMessage, timerTable } from '@interwork/sip';
import { bound, filled } from '../src/limits.ts';
import { kinds, plain, Table } from './one-endpoint.ts';

const LEFT_OUT = { connections: undefined, faultsPerFlow: undefined, outputs: undefined } as object;
const NO_BOUNDS: readonly (readonly [id: string, value: unknown])[] = [
  ['no number', Number.NaN],
  ['no end', Number.POSITIVE_INFINITY],
  ['nothing', 0],
  ['below nothing', -1],
  ['a text', '5'],
  ['null', null],
];

describe('bounds a host tells', () => {
  it('undefined is the same as left out', () => {
    expect(filled(DEFAULT_LIMITS, { fields: undefined } as object)).toEqual(DEFAULT_LIMITS);
    expect(filled(DEFAULT_LIMITS, undefined)).toBe(DEFAULT_LIMITS);
    expect(filled(DEFAULT_LIMITS, { fields: 3 })).toEqual({ ...DEFAULT_LIMITS, fields: 3 });
    expect(timerTable({ T1: undefined } as object)).toEqual(timerTable());
  });

  it('undefined leaves the endpoint bounded', () => {
    const table = new Table({ limits: { serverTransactions: undefined, ...LEFT_OUT } as object });
    expect(kinds(table.bytes(plain()))).toEqual(['request']);
    const bare = new Table({ limits: { messageBytes: undefined } as object });
    const large = bare.bytes(plain([], 'x'.repeat(DEFAULT_LIMITS.messageBytes)));
    expect(kinds(large)).toContain('fault');
  });

  for (const [id, value] of NO_BOUNDS) {
    it(`${id} is misuse`, () => {
      const limits = { connections: value, messageBytes: value } as object;
      const misuse = expect.objectContaining({ name: 'MisuseError', code: 'limit' });
      expect(() => bound('x', value as number)).toThrow(misuse);
      expect(() => new Table({ limits })).toThrow(misuse);
      expect(() => new Framer(limits)).toThrow(misuse);
      expect(() => parseMessage(plain(), limits)).toThrow(misuse);
      expect(() => timerTable({ T1: value } as object)).toThrow(misuse);
    });
  }

  it('a bound that was set holds', () => {
    expect(isFault(parseMessage(plain(), { fields: 1 }))).toBe(true);
  });
});
