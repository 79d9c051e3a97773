// Documents of other kinds read by a descriptor: what each shape takes, what it refuses, and where.
import { readByShape, type Shape } from '@interwork/policy';
import { describe, expect, it } from 'vitest';

const NAMED = { expected: 'a word in lower case', holds: (text: string) => /^[a-z.]+$/.test(text) };
const field = (shape: Shape) => ({ shape, about: 'Something.' });
const SHAPE: Shape = {
  kind: 'object',
  fields: {
    flag: field({ kind: 'flag' }),
    count: field({ kind: 'count', min: 1, max: 9 }),
    word: field({ kind: 'words', ...NAMED }),
    table: field({ kind: 'table', of: { kind: 'flag' }, names: NAMED }),
    either: field({
      kind: 'either',
      of: [
        { kind: 'choice', of: ['memory'] },
        { kind: 'object', fields: { file: field({ kind: 'text', max: 9 }) } },
      ],
    }),
  },
};

describe('what a shape takes', () => {
  it('reads every kind, tables into Maps', () => {
    const text =
      '{"flag":true,"count":9,"word":"abc","table":{"a.b":false},"either":{"file":"state"}}';
    const { value, findings } = readByShape(text, SHAPE);
    expect(findings).toEqual([]);
    expect(value).toEqual({
      flag: true,
      count: 9,
      word: 'abc',
      table: new Map([['a.b', false]]),
      either: { file: 'state' },
    });
    expect(readByShape('{"either":"memory"}', SHAPE).value).toEqual({ either: 'memory' });
  });
});

describe('what a shape refuses: code and place', () => {
  const ROWS: readonly (readonly [text: string, code: string, path: string])[] = [
    ['{"flag":1}', 'wrong-type', '/flag'],
    ['{"count":true}', 'wrong-type', '/count'],
    ['{"count":0}', 'out-of-range', '/count'],
    ['{"count":10}', 'out-of-range', '/count'],
    ['{"count":1.5}', 'out-of-range', '/count'],
    ['{"word":1}', 'wrong-type', '/word'],
    ['{"word":"ABC"}', 'malformed-text', '/word'],
    [`{"word":"${'a'.repeat(5000)}"}`, 'malformed-text', '/word'],
    ['{"table":{"A":true}}', 'malformed-text', '/table/A'],
    ['{"table":[]}', 'wrong-type', '/table'],
    ['{"either":[]}', 'wrong-type', '/either'],
    ['{"either":"disk"}', 'unknown-value', '/either'],
    ['{"either":{"disk":1}}', 'unknown-field', '/either/disk'],
    ['{"either":{"__proto__":1}}', 'unknown-field', '/either/__proto__'],
  ];
  it.each(ROWS)('%s', (text, code, path) => {
    expect(readByShape(text, SHAPE).findings).toMatchObject([{ code, path, line: 1 }]);
  });

  it('tells everything that is wrong, and keeps what is right', () => {
    const { value, findings } = readByShape('{\n"flag":1,\n"count":5,\n"odd":2}', SHAPE);
    expect(findings.map(({ path, line }) => [path, line])).toEqual([
      ['/flag', 2],
      ['/odd', 4],
    ]);
    expect(value).toEqual({ flag: undefined, count: 5 });
  });

  it('knows the line of any place, also of one that is not there', () => {
    const { lineOf } = readByShape('{\n"table":{\n"a.b":true}}', SHAPE);
    expect(lineOf('/table/a.b')).toBe(3);
    expect(lineOf('/table/c')).toBe(2);
    expect(lineOf('')).toBe(1);
  });

  it('has no value for what is not JSON', () => {
    expect(readByShape('{', SHAPE)).toMatchObject({
      value: undefined,
      findings: [{ code: 'not-json' }],
    });
  });
});
