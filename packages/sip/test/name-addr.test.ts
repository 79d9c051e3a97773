// Addresses in headers: both forms, display names, whose parameters they are, and both ways.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isFault, type NameAddr, parseNameAddr, writeNameAddr } from '@interwork/sip';
import { good } from './message-text.ts';

describe('reads, RFC 3261 §20.10 and RFC 4475 §3.1.1.6', () => {
  const rows: readonly [text: string, expected: object][] = [
    [
      'sip:a@b;tag=x',
      { display: undefined, uri: { user: 'a', params: [] }, params: [{ name: 'tag', value: 'x' }] },
    ],
    [
      '<sip:a@b;gr=x>;tag=y',
      { uri: { params: [{ name: 'gr', value: 'x' }] }, params: [{ name: 'tag', value: 'y' }] },
    ],
    ['sip:a@b', { params: [] }],
    ['<sip:a@b>', { display: undefined }],
    ['Ann <sip:a@b>', { display: 'Ann' }],
    ['Ann B. C <sip:a@b>', { display: 'Ann B. C' }],
    ['Ann<sip:a@b>', { display: 'Ann' }],
    ['"Ann" <sip:a@b>', { display: 'Ann' }],
    ['"Ann"<sip:a@b>', { display: 'Ann' }],
    ['""<sip:a@b>', { display: '' }],
    ['"a \\"b\\" \\\\ <c>, d;e" <sip:a@b>', { display: 'a "b" \\ <c>, d;e' }],
    ['"Jürgen 大" <sip:a@b>', { display: 'Jürgen 大' }],
    [
      '  <sip:a@b> ; Tag = x ; y = "q;,\\"" ;z',
      {
        params: [
          { name: 'tag', value: 'x' },
          { name: 'y', value: 'q;,"' },
          { name: 'z', value: undefined },
        ],
      },
    ],
    ['<sip:a@b>;y=""', { params: [{ name: 'y', value: '' }] }],
    ['<sip:a@b>;y="\\"\\""', { params: [{ name: 'y', value: '""' }] }],
    ['<sip:a@b>;y=[::1]:5060', { params: [{ name: 'y', value: '[::1]:5060' }] }],
    ['<sip:a,b?c@d?e=f>', { uri: { user: 'a,b?c', headers: 'e=f' } }],
    ['<tel:+1;phone-context=x>;tag=1', { uri: { kind: 'other', text: 'tel:+1;phone-context=x' } }],
    [
      '<sip:a@b>;__proto__=1;constructor=2',
      {
        params: [
          { name: '__proto__', value: '1' },
          { name: 'constructor', value: '2' },
        ],
      },
    ],
  ];
  it.each(rows)('%s', (text, expected) => expect(parseNameAddr(text)).toMatchObject(expected));
});

describe('refuses, RFC 3261 §20.10', () => {
  const rows = [
    '',
    ' ',
    '*',
    'Ann',
    '<>',
    '<sip:a@b',
    'sip:a@b>',
    '< sip:a@b>',
    '<sip:a@b >',
    '<<sip:a@b>>',
    'Ann, B <sip:a@b>',
    'Jürgen <sip:a@b>',
    '"Ann <sip:a@b>',
    '"Ann\\" <sip:a@b>',
    '"Ann" sip:a@b',
    '"a" "b" <sip:a@b>',
    'a "b" <sip:a@b>',
    '"a\u0000b" <sip:a@b>',
    '"a\\é" <sip:a@b>',
    'sip:a@b?c=d',
    'sip:a@b, sip:c@d',
    '<sip:a@b> x',
    '<sip:a@b>;',
    '<sip:a@b>;;x',
    '<sip:a@b>;=x',
    '<sip:a@b>;x=',
    '<sip:a@b>;x="',
    '<sip:a@b>;x="a"b',
    '<sip:a@b>;x;X',
    '<sip:a@b>;x=a b',
    '<sip:a@b>;x=a/b',
    `<sip:a@b>${Array.from({ length: 65 }, (_, i) => `;p${i}`).join('')}`,
  ];
  it.each(rows)('%j', (text) =>
    expect(parseNameAddr(text)).toMatchObject({ kind: 'fault', code: 'name-addr' }),
  );
});

describe('writes', () => {
  const uri = { kind: 'other', scheme: 'im', text: 'im:a@b' } as const;
  const rows: readonly [id: string, address: NameAddr, text: string][] = [
    ['a bare address', { display: undefined, uri, params: [] }, '<im:a@b>'],
    [
      'a display name that would break out',
      { display: '"> <sip:eve@e>\r\nX: y\\', uri, params: [] },
      '"\\"> <sip:eve@e>  X: y\\\\" <im:a@b>',
    ],
    [
      'parameters that would',
      { display: undefined, uri, params: [{ name: 'a b', value: 'c;d="e"\n' }] },
      '<im:a@b>;a-b="c;d=\\"e\\" "',
    ],
    [
      'a parameter without value',
      { display: '', uri, params: [{ name: 'lr', value: undefined }] },
      '"" <im:a@b>;lr',
    ],
  ];
  it.each(rows)('%s', (_, address, text) => expect(writeNameAddr(address)).toBe(text));
});

describe('both ways', () => {
  const visible = fc
    .string({ unit: 'grapheme', maxLength: 12 })
    .map((text) => text.replaceAll(/[\u0000-\u001f\u007f]/g, ' '));
  const address: fc.Arbitrary<NameAddr> = fc.record({
    display: fc.option(visible, { nil: undefined }),
    uri: fc
      .constantFrom('sip:a@b;gr=x', 'tel:+1', 'sips:[::1]:5061')
      .map((text) => good(parseNameAddr(`<${text}>`)).uri),
    params: fc.uniqueArray(
      fc.record({
        name: fc.stringMatching(/^[a-z][a-z-]{0,5}$/),
        value: fc.option(visible, { nil: undefined }),
      }),
      {
        selector: (one) => one.name,
        maxLength: 4,
      },
    ),
  });

  it('a written address reads back as itself', () => {
    fc.assert(
      fc.property(address, (one) => {
        expect(parseNameAddr(writeNameAddr(one))).toEqual(one);
      }),
    );
  });

  it('any text at all reads or is a fault, and what reads is stable', () => {
    const piece = fc.constantFrom(
      '"',
      '\\',
      '<',
      '>',
      'sip:a@b',
      ';',
      '=',
      'tag',
      ' ',
      'Ann',
      ',',
      '\u0000',
      'é',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 14 }), (pieces) => {
        const read = parseNameAddr(pieces.join(''));
        if (isFault(read) || read.display?.includes('\u0000') === true) return;
        if (read.params.some((one) => one.value?.includes('\u0000') === true)) return;
        expect(parseNameAddr(writeNameAddr(read))).toEqual(read);
      }),
    );
  });
});
