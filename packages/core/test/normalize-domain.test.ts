// Three packages stand alone and each knows the one form of a domain name. A name that one of them
// accepts and another refuses, or that they write differently, would let a peer be somebody else on
// the way. Here they are held to the same answers. Exception: code points that came with a version
// of Unicode later than xmpp's tables may be refused by xmpp and accepted by the other two, which ask
// the platform; so acceptance is compared over scripts that are older.
import { normalizeDomain as byCerts } from '@interwork/certs';
import { normalizeDomain as byPolicy } from '@interwork/policy';
import { normalizeDomain as byXmpp } from '@interwork/xmpp';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const answers = (text: string): readonly (string | undefined)[] => [
  byXmpp(text),
  byCerts(text),
  byPolicy(text),
];

const ROWS: readonly (readonly [id: string, text: string, name: string | undefined])[] = [
  ['plain', 'contoso.example', 'contoso.example'],
  ['one label', 'localhost', 'localhost'],
  ['case', 'CONTOSO.Example', 'contoso.example'],
  ['trailing dot', 'contoso.example.', 'contoso.example'],
  ['two trailing dots', 'contoso.example..', undefined],
  ['ideographic trailing dot', 'contoso.example\u3002', undefined],
  ['ideographic inner dot', 'contoso\u3002example', 'contoso.example'],
  ['wide inner dot', 'contoso\uff0eexample', 'contoso.example'],
  ['half-wide inner dot', 'contoso\uff61example', 'contoso.example'],
  ['empty', '', undefined],
  ['dot', '.', undefined],
  ['leading dot', '.example', undefined],
  ['inner empty label', 'a..example', undefined],
  ['inner hyphens', 'a-b.c--d.example', 'a-b.c--d.example'],
  ['hyphens in the third and fourth place', 'ab--cd.example', undefined],
  ['such hyphens at the end of a label', 'ab--.example', undefined],
  ['such hyphens in the last label', 'example.ab--cd', undefined],
  ['leading hyphen', '-a.example', undefined],
  ['trailing hyphen', 'a-.example', undefined],
  ['hyphen alone', '-', undefined],
  ['label of 63', `${'a'.repeat(63)}.example`, `${'a'.repeat(63)}.example`],
  ['label of 64', `${'a'.repeat(64)}.example`, undefined],
  ['name of 253', `${'a.'.repeat(126)}a`, `${'a.'.repeat(126)}a`],
  ['name of 253 and a dot', `${'a.'.repeat(126)}a.`, `${'a.'.repeat(126)}a`],
  ['name of 255', `${'a.'.repeat(127)}a`, undefined],
  ['too long to look at', 'ü'.repeat(2000), undefined],
  ['IPv4', '192.0.2.1', undefined],
  ['IPv4 with a dot', '192.0.2.1.', undefined],
  ['IPv4 of two parts', '127.1', undefined],
  ['IPv4 in hexadecimal', '0x7f.1', undefined],
  ['IPv4 as one hexadecimal', '0x7f000001', undefined],
  ['IPv4 as one number', '2130706433', undefined],
  ['IPv4 in wide digits', '\uff11\uff12\uff17.\uff11', undefined],
  ['last label hexadecimal', 'example.0x1', undefined],
  ['last label hexadecimal, capitals', 'example.0X1F', undefined],
  ['last label 0x', 'example.0x', undefined],
  ['last label a number', 'example.1', undefined],
  ['last label nearly a number', 'example.1a', 'example.1a'],
  ['last label nearly hexadecimal', 'example.0xg', 'example.0xg'],
  ['first label a number', '1.example', '1.example'],
  ['IPv6', '::1', undefined],
  ['IPv6 in brackets', '[::1]', undefined],
  ['space', 'con toso.example', undefined],
  ['line feed', 'contoso.example\n', undefined],
  ['NUL', 'contoso.example\0', undefined],
  ['percent', 'ex%61mple.com', undefined],
  ['wide percent', 'ex\uff0561mple.com', undefined],
  ['user part', 'a@contoso.example', undefined],
  ['port', 'contoso.example:5061', undefined],
  ['path', 'a/b', undefined],
  ['underscore', '_sip.contoso.example', undefined],
  ['star', '*.contoso.example', undefined],
  ['U-label', 'bücher.example', 'xn--bcher-kva.example'],
  ['U-label, capital', 'BÜCHER.example', 'xn--bcher-kva.example'],
  ['U-label, decomposed', 'bu\u0308cher.example', 'xn--bcher-kva.example'],
  ['A-label', 'xn--bcher-kva.example', 'xn--bcher-kva.example'],
  ['A-label, capital', 'XN--BCHER-KVA.example', 'xn--bcher-kva.example'],
  ['A-label of nothing', 'xn--.example', undefined],
  ['A-label that is cut off', 'xn--a', undefined],
  ['A-label that decodes to ASCII', 'xn--example-.example', undefined],
  ['A-label of a capital', 'xn--wca.example', undefined],
  ['A-label of an emoji', 'xn--ls8h.example', undefined],
  ['emoji', '\u{1f4a9}.example', undefined],
  ['a symbol', 'a\u2665.example', undefined],
  ['sharp s', 'stra\u00dfe.example', 'xn--strae-oqa.example'],
  ['final sigma', '\u03b2\u03cc\u03bb\u03bf\u03c2.example', 'xn--nxasmm1c.example'],
  ['soft hyphen goes', 'ex\u00adample.com', 'example.com'],
  ['zero width space goes', 'exam\u200bple.com', 'example.com'],
  ['Roman numeral', '\u2167.example', 'viii.example'],
  ['right to left override', 'a\u202eb.example', undefined],
  ['lone surrogate', 'a\ud800.example', undefined],
  ['mixed directions', '\u05d01a.example', undefined],
  ['joiner without reason', 'a\u200db.example', undefined],
  ['non-joiner after virama', '\u0915\u094d\u200c\u0937.example', 'xn--11b2ezcs70k.example'],
  ['middle dot between l', 'l\u00b7l.example', 'xn--ll-0ea.example'],
  ['middle dot elsewhere', 'a\u00b7b.example', undefined],
  ['keraia before Greek', '\u0375\u03b1.example', 'xn--wva4j.example'],
  ['keraia elsewhere', '\u0375a.example', undefined],
  ['geresh after Hebrew', '\u05d0\u05f3.example', 'xn--4db4e.example'],
  ['geresh elsewhere', 'a\u05f3.example', undefined],
  ['katakana dot among Japanese', '\u30ab\u30fb\u30ab.example', 'xn--lcka3v.example'],
  ['katakana dot elsewhere', 'a\u30fbb.example', undefined],
  ['two kinds of Arabic digits', '\u0627\u0661\u06f1.example', undefined],
  ['tatweel', '\u0627\u0640\u0628.example', undefined],
  ['old Hangul', '\u1100.example', undefined],
  ['Hangul', '\ud55c\uad6d.example', 'xn--3e0b707e.example'],
  ['Cherokee', '\u13a0\uab71.example', 'xn--58dc.example'],
  ['combining mark for symbols', 'a\u20d0.example', undefined],
  ['leading mark', '\u0301a.example', undefined],
  ['name of a property', 'constructor', 'constructor'],
  ['prototype', '__proto__', undefined],
];

describe('RFC 5890 §2.3.2.1, RFC 5892: one form of a name, whoever is asked', () => {
  for (const [id, text, name] of ROWS) {
    it(id, () => {
      expect(answers(text)).toEqual([name, name, name]);
    });
  }
});

/** Any code points between, both counted. */
const within = (min: number, max: number): fc.Arbitrary<string> =>
  fc.integer({ min, max }).map((code) => String.fromCodePoint(code));

// Written long before the tables were made; digits, marks, exceptions and what is disallowed among them.
const OLD = fc.oneof(
  within(0x20, 0x24f),
  within(0x300, 0x3ff),
  within(0x5d0, 0x5f4),
  within(0x620, 0x6d3),
  within(0x6f0, 0x6fe),
  within(0x905, 0x94d),
  within(0x1100, 0x11ff),
  within(0x13a0, 0x13ff),
  within(0x200b, 0x200f),
  within(0x2000, 0x206f),
  within(0x20d0, 0x20e0),
  within(0x3000, 0x30ff),
  within(0x4e00, 0x9fa5),
  within(0xab70, 0xabbf),
  within(0xac00, 0xd7a3),
  within(0xff00, 0xffef),
  within(0x1d100, 0x1d1dd),
  fc.constantFrom(
    '-',
    '.',
    '0',
    'x',
    'l',
    'xn--',
    '\u00b7',
    '\u094d',
    '\u200c',
    '\u200d',
    '\u30fb',
  ),
);

describe('names drawn by lot', () => {
  it('whoever accepts a name writes it the same', () => {
    const any = fc.array(fc.string({ unit: 'binary', maxLength: 4 }), { maxLength: 3 });
    fc.assert(
      fc.property(any, (labels) => {
        const accepted = answers([...labels, 'example'].join('.')).filter(
          (one) => one !== undefined,
        );
        expect(new Set(accepted).size).toBeLessThan(2);
      }),
      { numRuns: 2000 },
    );
  });

  it('in older scripts each accepts what the others accept', () => {
    const label = fc.array(OLD, { minLength: 1, maxLength: 4 }).map((codes) => codes.join(''));
    fc.assert(
      fc.property(label, fc.constantFrom('', '.example', '.'), (start, end) => {
        expect(new Set(answers(start + end)).size).toBe(1);
      }),
      { numRuns: 5000 },
    );
  });

  it('what is accepted is its own form', () => {
    fc.assert(
      fc.property(OLD, OLD, (a, b) => {
        for (const name of answers(`${a}${b}.example`))
          if (name !== undefined) expect(answers(name)).toEqual([name, name, name]);
      }),
      { numRuns: 1000 },
    );
  });
});
