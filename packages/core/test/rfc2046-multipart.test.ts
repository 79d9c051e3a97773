// RFC 2046 §5.1: multipart bodies, read and written.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_PART_LIMITS, readMultipart, writeMultipart } from '@interwork/core';
import { decodeUtf8, encodeUtf8 } from '@interwork/xmpp';

const contents = (text: string, boundary = 'b'): readonly (string | undefined)[] | undefined =>
  readMultipart(encodeUtf8(text), boundary)?.map(({ content }) => decodeUtf8(content));
const PART = 'Content-Type: text/plain\r\n\r\nx';

describe('RFC 2046 §5.1.1 reading', () => {
  const good: readonly [string, string, readonly string[]][] = [
    ['one part', `--b\r\n${PART}\r\n--b--\r\n`, ['x']],
    ['two parts', `--b\r\n${PART}\r\n--b\r\n\r\ny\r\n--b--`, ['x', 'y']],
    ['a preamble and an epilogue', `hey\r\n--b\r\n${PART}\r\n--b--\r\nbye`, ['x']],
    ['blanks behind a delimiter', `--b \t\r\n${PART}\r\n--b-- \r\n`, ['x']],
    ['line ends that belong to the content', `--b\r\n\r\nx\r\n\r\n--b--`, ['x\r\n']],
    ['a part without header', '--b\r\n\r\nx\r\n--b--', ['x']],
    ['a part without content', '--b\r\nA: b\r\n\r\n--b--', ['']],
    ['a part without either', '--b\r\n\r\n--b--', ['']],
    ['a longer delimiter within', '--b\r\n\r\nx\r\n--bc\r\ny\r\n--b--', ['x\r\n--bc\r\ny']],
    ['a delimiter that does not begin its line', '--b\r\n\r\nx --b\r\n--b--', ['x --b']],
    ['a folded field', '--b\r\nA: b\r\n c\r\n\r\nx\r\n--b--', ['x']],
    [
      'a multipart within',
      '--b\r\nContent-Type: multipart/mixed;boundary=c\r\n\r\n--c\r\n\r\nx\r\n--c--\r\n--b--',
      ['--c\r\n\r\nx\r\n--c--'],
    ],
  ];
  it.each(good)('%s', (_what, text, expected) => {
    expect(contents(text)).toEqual(expected);
  });

  it('RFC 2045 §3, RFC 5322 §2.2.3: types the fields of a part, folds undone', () => {
    const [part] =
      readMultipart(
        encodeUtf8('--b\r\ncontent-type: Text/HTML;\r\n charset=x\r\n\r\n\r\n--b--'),
        'b',
      ) ?? [];
    expect(part?.headers.contentType).toMatchObject({
      type: 'text',
      subtype: 'html',
      params: [{ name: 'charset', value: 'x' }],
    });
  });

  const { parts, fields, headerOctets } = DEFAULT_PART_LIMITS;
  const bad: readonly [string, string, string?][] = [
    ['nothing', ''],
    ['no delimiter', 'hello'],
    ['only an end', '--b--\r\n'],
    ['no end', `--b\r\n${PART}\r\n`],
    ['no end, but another delimiter', `--b\r\n${PART}\r\n--b\r\n`],
    ['line feeds alone', '--b\nA: b\n\nx\n--b--'],
    ['no header and no blank line', '--b\r\nx\r\n--b--'],
    ['a field without colon', '--b\r\nabc\r\n\r\nx\r\n--b--'],
    ['a field name that is none', '--b\r\na b: c\r\n\r\nx\r\n--b--'],
    ['an empty boundary', '--\r\n\r\nx\r\n----', ''],
    ['a boundary that ends in a blank', '--b \r\n\r\nx\r\n--b --', 'b '],
    [
      'a boundary too long',
      `--${'b'.repeat(71)}\r\n\r\nx\r\n--${'b'.repeat(71)}--`,
      'b'.repeat(71),
    ],
    ['a boundary of other characters', '--é\r\n\r\nx\r\n--é--', 'é'],
    ['too many parts', `${'--b\r\n\r\nx\r\n'.repeat(parts + 1)}--b--`],
    ['too many fields', `--b\r\n${'A: b\r\n'.repeat(fields + 1)}\r\nx\r\n--b--`],
    ['too large a header', `--b\r\nA: ${'x'.repeat(headerOctets)}\r\n\r\nx\r\n--b--`],
  ];
  it.each(bad)('is undefined: %s', (_what, text, boundary) => {
    expect(contents(text, boundary)).toBeUndefined();
  });

  it('takes as many parts and fields as the limits say', () => {
    expect(contents(`${'--b\r\n\r\nx\r\n'.repeat(parts)}--b--`)).toHaveLength(parts);
    expect(contents(`--b\r\n${'A: b\r\n'.repeat(fields)}\r\nx\r\n--b--`)).toEqual(['x']);
  });
});

describe('both ways', () => {
  const part = (content: Uint8Array) => ({
    fields: [{ name: 'Content-Type', value: 'text/plain' }],
    content,
  });

  it('RFC 2046 §5.1.1: reads what it writes', () => {
    const content = fc.oneof(
      fc.uint8Array({ maxLength: 30 }),
      fc.constantFrom('', '\r\n', '-', '--', '\r\n--', 'x\r\n-').map(encodeUtf8),
    );
    fc.assert(
      fc.property(fc.array(content, { minLength: 1, maxLength: 5 }), (all) => {
        const octets = writeMultipart(all.map(part), 'b-0') ?? new Uint8Array();
        const read = readMultipart(octets, 'b-0');
        expect(read?.map((one) => [...one.content])).toEqual(all.map((one) => [...one]));
      }),
    );
  });

  it('writes none whose boundary stands in a part, or is none', () => {
    expect(writeMultipart([part(encodeUtf8('x--b'))], 'b')).toBeUndefined();
    expect(writeMultipart([part(encodeUtf8('x'))], 'b ')).toBeUndefined();
    expect(writeMultipart([part(encodeUtf8('x--b'))], 'bc')).toBeDefined();
  });

  it('lets no value of a field become another field', () => {
    const fields = [{ name: 'A', value: 'b\r\nC: d\r\n\r\ne' }];
    const octets = writeMultipart([{ fields, content: encodeUtf8('x') }], 'b') as Uint8Array;
    const [read] = readMultipart(octets, 'b') ?? [];
    expect([read?.headers.text('a'), read?.headers.text('c')]).toEqual(['b C: d e', undefined]);
  });

  it.each(['', 'a b', 'a:b', 'a\r\nb'])('will not write a field called %j', (name) => {
    const fields = [{ name, value: 'x' }];
    expect(() => writeMultipart([{ fields, content: new Uint8Array() }], 'b')).toThrow(
      expect.objectContaining({ name: 'MisuseError', code: 'header-name' }),
    );
  });

  it('takes every prefix without throwing; only the whole is a multipart', () => {
    const octets = writeMultipart(
      [part(encodeUtf8('x')), part(encodeUtf8('y'))],
      'b',
    ) as Uint8Array;
    const end = octets.length - 2;
    for (let at = 0; at <= octets.length; at++)
      expect(readMultipart(octets.subarray(0, at), 'b') === undefined).toBe(
        at < end || at === end + 1,
      );
    expect(readMultipart(new Uint8Array([...octets, 0xff, 0x0d]), 'b')).toHaveLength(2);
  });

  it('takes any octets without throwing', () => {
    const pieces = fc.array(
      fc.constantFrom('--b', '--', '\r\n', '\r', 'A: ', 'x', ' ', '--b--', '\n'),
    );
    fc.assert(
      fc.property(pieces, (all) => {
        readMultipart(encodeUtf8(all.join('')), 'b');
      }),
    );
  });
});
