// The text of RTF: what is said, what is passed over, and that no text of any shape costs more than its length.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rtfToText } from '../src/body/rtf-read.ts';

const ROWS: readonly (readonly [string, string, string, ...string[]])[] = [
  ['plain text', String.raw`{\rtf1\ansi Hello}`, 'Hello'],
  ['a paragraph and its end', String.raw`{\rtf1\ansi Hello\par there\par}`, 'Hello\nthere'],
  ['an empty text', String.raw`{\rtf1}`, ''],
  ['line ends between', '{\\rtf1 Hel\r\nlo\nyou}', 'Helloyou'],
  [
    'formatting',
    String.raw`{\rtf1 {\b bold} and \i italic\i0 .}`,
    'bold and italic.',
    'formatting',
  ],
  ['tables in front', String.raw`{\rtf1{\fonttbl{\f0 Segoe UI;}}{\colortbl;\red0;}Hi}`, 'Hi'],
  ['a destination nobody knows', String.raw`{\rtf1{\*\generator Riched20;}Hi}`, 'Hi'],
  ['escaped signs', String.raw`{\rtf1 a\{b\}c\\d}`, String.raw`a{b}c\d`],
  ['an octet of Windows-1252', String.raw`{\rtf1\ansi\ansicpg1252 \'80\'e9}`, '\u20ac\u00e9'],
  ['an octet of another page', String.raw`{\rtf1\ansi\ansicpg1251 \'e9x}`, '\ufffdx', 'code-page'],
  ['a character and its stand-in', String.raw`{\rtf1 \u8364?5}`, '\u20ac5'],
  ['a negative number', String.raw`{\rtf1 \u-10179?\u-8704?}`, '\u{1F600}'],
  ['no stand-in', String.raw`{\rtf1\uc0 \u233 t\u233 }`, '\u00e9t\u00e9'],
  ['an octet as stand-in', String.raw`{\rtf1 \u8364\'80!}`, '\u20ac!'],
  ['two stand-ins', String.raw`{\rtf1\uc2 \u8364EUR}`, '\u20acR'],
  ['a stand-in ends with its group', String.raw`{\rtf1 {\u8364}x}`, '\u20acx'],
  [
    'named characters',
    String.raw`{\rtf1 \ldblquote a\emdash b\rdblquote\tab c\~d}`,
    '“a—b”\tc\u00a0d',
  ],
  ['a picture', String.raw`{\rtf1 a{\pict\wmetafile8 0102ff}b}`, 'ab', 'picture'],
  ['octets that look like braces', '{\\rtf1 a\\bin3 }}}b}', 'ab'],
  ['a link', String.raw`{\rtf1{\field{\*\fldinst HYPERLINK "http://x"}{\fldrslt here}}}`, 'here'],
  ['a nul behind it', '{\\rtf1 a}\0', 'a'],
  ['something behind it', String.raw`{\rtf1 a}b`, 'a'],
];

describe('the text of RTF', () => {
  it.each(ROWS)('%s', (_title, rtf, text, ...lost) => {
    expect(rtfToText(rtf)).toEqual({ kind: 'text', text, lost });
  });

  it.each([
    ['nothing', ''],
    ['text', 'Hello'],
    ['another format', '{\\urtf1 a}'],
    ['no end', '{\\rtf1 a'],
    ['no end of a group', '{\\rtf1 {a}'],
    ['a backslash at the end', '{\\rtf1 a\\'],
    ['half an octet', "{\\rtf1 \\'e}"],
    ['octets beyond the end', '{\\rtf1 \\bin999999999 a}'],
  ])('%s is none', (_title, rtf) => {
    expect(rtfToText(rtf)).toEqual({ kind: 'malformed' });
  });

  it('may nest so deep and no deeper', () => {
    const nested = (depth: number): string =>
      `{\\rtf1${'{'.repeat(depth - 1)}x${'}'.repeat(depth)}`;
    expect(rtfToText(nested(64))).toMatchObject({ text: 'x' });
    expect(rtfToText(nested(65))).toEqual({ kind: 'too-deep' });
  });

  it('is read whole or not at all: every shorter text is none', () => {
    const rtf = String.raw`{\rtf1\ansi\b Hi\u8364? {\*\x y}\'e9\par}`;
    expect(rtfToText(rtf)).toMatchObject({ text: 'Hi€ é' });
    for (let end = 0; end < rtf.length; end += 1)
      expect(rtfToText(rtf.slice(0, end))).toEqual({ kind: 'malformed' });
  });

  it('of any shape ends, and is no longer than what was read', () => {
    const word = fc.constantFrom(
      '{',
      '}',
      '\\',
      "\\'",
      '\\u',
      '\\bin',
      '\\uc',
      '*',
      '-',
      ' ',
      '9',
      'f',
      '\r\n',
    );
    const piece = fc.oneof(word, fc.string({ maxLength: 4, unit: 'binary' }));
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 200 }), (pieces) => {
        const rtf = `{\\rtf1${pieces.join('')}}`;
        const read = rtfToText(rtf);
        if (read.kind === 'text') expect(read.text.length).toBeLessThanOrEqual(rtf.length);
      }),
      { numRuns: 500 },
    );
  });

  it('costs one step for each octet', () => {
    for (const piece of ['{', '{}', '\\', '\\a', "\\'41", '\\u65?', 'a', '\n', '\\uc8 \\u65 '])
      for (const end of ['', '}']) {
        const rtf = `{\\rtf1 ${piece.repeat(200_000 / piece.length)}${end}`;
        const before = performance.now();
        rtfToText(rtf);
        expect(performance.now() - before, piece).toBeLessThan(1000);
      }
  });
});
