// Domain names: RFC 5890 §2.3.2.1 (one form), RFC 1035 §2.3.4 (lengths), and what is refused.
import { normalizeDomain } from '@interwork/policy';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePattern, writePattern } from '../src/domain.ts';

const ROWS: readonly (readonly [id: string, text: string, name: string | undefined])[] = [
  ['plain', 'contoso.example', 'contoso.example'],
  ['one label', 'localhost', 'localhost'],
  ['case', 'CONTOSO.Example', 'contoso.example'],
  ['trailing dot', 'contoso.example.', 'contoso.example'],
  ['ideographic trailing dot', 'contoso.example\u3002', undefined],
  ['two trailing dots', 'contoso.example..', undefined],
  ['ideographic inner dot', 'contoso\u3002example', 'contoso.example'],
  ['U-label', 'bücher.example', 'xn--bcher-kva.example'],
  ['U-label, capital', 'BÜCHER.example', 'xn--bcher-kva.example'],
  ['U-label, decomposed', 'bu\u0308cher.example', 'xn--bcher-kva.example'],
  ['A-label', 'xn--bcher-kva.example', 'xn--bcher-kva.example'],
  ['A-label, capital', 'XN--BCHER-KVA.example', 'xn--bcher-kva.example'],
  ['A-label that decodes to ASCII', 'xn--example-.example', undefined],
  ['A-label that is not punycode', 'xn--\u00fc.example', undefined],
  ['A-label of an upper-case letter', 'xn--wca.example', undefined],
  ['sharp s stays', 'straße.example', 'xn--strae-oqa.example'],
  ['wide letters', 'ｃｏｎｔｏｓｏ.example', 'contoso.example'],
  ['third and fourth hyphen', 'ab--cd.example', undefined],
  ['inner hyphens', 'a-b.c--d.example', 'a-b.c--d.example'],
  ['leading hyphen', '-a.example', undefined],
  ['trailing hyphen', 'a-.example', undefined],
  ['empty', '', undefined],
  ['dot', '.', undefined],
  ['leading dot', '.example', undefined],
  ['inner empty label', 'a..example', undefined],
  ['label of 63', `${'a'.repeat(63)}.example`, `${'a'.repeat(63)}.example`],
  ['label of 64', `${'a'.repeat(64)}.example`, undefined],
  ['name of 253', `${'a.'.repeat(126)}a`, `${'a.'.repeat(126)}a`],
  ['name of 255', `${'a.'.repeat(127)}a`, undefined],
  ['space', 'con toso.example', undefined],
  ['space around', ' contoso.example', undefined],
  ['line feed', 'contoso.example\n', undefined],
  ['NUL', 'contoso.example\0', undefined],
  ['percent', 'ex%61mple.com', undefined],
  ['wide percent', 'ex％61mple.com', undefined],
  ['user part', 'a@contoso.example', undefined],
  ['user part and password', 'a:b@contoso.example', undefined],
  ['empty user part', '@contoso.example', undefined],
  ['wide at sign', 'a\uFF20contoso.example', undefined],
  ['scheme', 'sip:contoso.example', undefined],
  ['query', 'contoso.example?x=1', undefined],
  ['fragment', 'contoso.example#x', undefined],
  ['backslash', 'a\\contoso.example', undefined],
  ['percent-encoded dot', 'contoso%2Eexample', undefined],
  ['percent-encoded NUL', 'contoso.example%00', undefined],
  ['tab', 'contoso.\texample', undefined],
  ['no-break space', 'con\u00A0toso.example', undefined],
  ['ideographic space', 'con\u3000toso.example', undefined],
  ['comma', 'a.example,b.example', undefined],
  ['port', 'contoso.example:5061', undefined],
  ['path', 'a/b', undefined],
  ['underscore', '_sip.contoso.example', undefined],
  ['star', '*.contoso.example', undefined],
  ['IPv4', '192.0.2.1', undefined],
  ['IPv4 with a dot', '192.0.2.1.', undefined],
  ['IPv4 of two parts', '127.1', undefined],
  ['IPv4 in hexadecimal', '0x7f.1', undefined],
  ['IPv4 as one hexadecimal', '0x7f000001', undefined],
  ['IPv4 as one number', '2130706433', undefined],
  ['IPv4 in wide digits', '１９２.0.2.１', undefined],
  ['number of five parts', 'a.1.2.3.4', undefined],
  ['digits before letters', '192.0.2.1a', '192.0.2.1a'],
  ['IPv4 in octal', '0300.0.2.1', undefined],
  ['IPv4 with a port', '192.0.2.1:5061', undefined],
  ['IPv4 in brackets', '[192.0.2.1]', undefined],
  ['number in hexadecimal alone', 'a.0x', undefined],
  ['IPv6 with a zone', 'fe80::1%25eth0', undefined],
  ['IPv6 in brackets with a port', '[::1]:5061', undefined],
  ['IPv4 within IPv6', '::ffff:192.0.2.1', undefined],
  ['IPv6', '::1', undefined],
  ['IPv6 in brackets', '[::1]', undefined],
  ['right to left override', 'a\u202Eb.example', undefined],
  ['zero width joiner without reason', 'a\u200Db.example', undefined],
  ['mixed directions', 'א1a.example', undefined],
  ['lone surrogate', 'a\uD800.example', undefined],
  ['name of a property', 'constructor', 'constructor'],
  ['prototype', '__proto__', undefined],
  ['soft hyphen', 'con\u00ADtoso.example', 'contoso.example'],
  ['zero width space', 'con\u200Btoso.example', 'contoso.example'],
  ['full-width dot', 'contoso\uFF0Eexample', 'contoso.example'],
  ['half-width dot', 'contoso\uFF61example', 'contoso.example'],
  ['Kelvin sign', '\u212Aelvin.example', 'kelvin.example'],
  ['long s', 'conto\u017Fo.example', 'contoso.example'],
  ['dotted capital I', '\u0130.example', 'xn--i-9bb.example'],
  ['Greek final sigma stays', '\u03C3\u03C2.example', 'xn--3xab.example'],
  ['wide solidus', 'contoso.example\uFF0Fx', undefined],
  ['account of', '\u2100.example', undefined],
  ['too long to look at', 'ü'.repeat(2000), undefined],
];

describe('RFC 5890 §2.3.2.1, RFC 1035 §2.3.4: the one form of a name', () => {
  for (const [id, text, name] of ROWS) {
    it(id, () => {
      expect(normalizeDomain(text)).toBe(name);
    });
  }

  it('is final, and never throws', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.domain(),
      fc.string({ unit: 'grapheme' }),
    );
    fc.assert(
      fc.property(text, (any) => {
        const name = normalizeDomain(any);
        if (name !== undefined) expect(normalizeDomain(name)).toBe(name);
      }),
    );
  });

  it('says the same of plain names whichever way they go', () => {
    fc.assert(
      fc.property(fc.domain(), (plain) => {
        expect(normalizeDomain(plain.replaceAll('.', '\u3002'))).toBe(normalizeDomain(plain));
      }),
    );
  });
});

describe('patterns', () => {
  const PATTERNS: readonly (readonly [text: string, written: string | undefined])[] = [
    ['*', '*'],
    ['*.Bücher.Example.', '*.xn--bcher-kva.example'],
    ['contoso.example', 'contoso.example'],
    ['*.*.example', undefined],
    ['a.*.example', undefined],
    ['*example', undefined],
    ['*.', undefined],
    ['**', undefined],
    ['.contoso.example', undefined],
  ];
  for (const [text, written] of PATTERNS) {
    it(text, () => {
      const pattern = parsePattern(text);
      expect(pattern === undefined ? undefined : writePattern(pattern)).toBe(written);
    });
  }
});
