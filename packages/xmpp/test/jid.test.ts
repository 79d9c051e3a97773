// Addresses, RFC 7622, with the profiles of RFC 8265 and the contexts of RFC 5892 Appendix A.
import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { Jid, isFault, normalizeDomain } from '@interwork/xmpp';

/** By section, what an address becomes: itself when nothing is given. */
const VALID: Readonly<
  Record<string, readonly (readonly [id: string, text: string, full?: string])[]>
> = {
  'RFC 7622 §3.5 examples in our own words': [
    ['bare', 'romeo@montague.example'],
    ['full', 'romeo@montague.example/orchard'],
    ['space in the resource', 'romeo@montague.example/old orchard'],
    ['at-sign in the resource', 'romeo@montague.example/old@orchard'],
    ['escaped space', 'lord\\20montague@montague.example'],
    ['sharp s is not ss', 'stra\u00dfe@montague.example'],
    ['small pi', '\u03c0@montague.example'],
    ['capital sigma', '\u03a3@montague.example/x', '\u03c3@montague.example/x'],
    ['small sigma', '\u03c3@montague.example/x'],
    ['final sigma stays', '\u03c2@montague.example/x'],
    [
      'capital sigma at the end of a word',
      '\u03a3\u0391\u03a3@a.example',
      '\u03c3\u03b1\u03c3@a.example',
    ],
    ['symbol in the resource', 'romeo@montague.example/\u265a'],
    ['domain', 'montague.example'],
    ['domain and resource', 'montague.example/orchard'],
    ['at-sign after the slash', 'a.montague.example/b@capulet.example'],
  ],
  'RFC 7622 §3.2 parting': [
    ['slashes in the resource', 'a@b/c@d/e'],
    ['everything odd in the resource', `a@b/"&':<>@`],
    ['one label', 'a@localhost'],
  ],
  'RFC 8265 §3.3.1, §3.3.3, RFC 8264 §5.2.3 width, case and normalisation': [
    ['upper case', 'ROMEO@MONTAGUE.EXAMPLE/Orchard', 'romeo@montague.example/Orchard'],
    ['fullwidth', '\uff32omeo@montague.example', 'romeo@montague.example'],
    ['fullwidth domain', 'a@\uff4dontague.example', 'a@montague.example'],
    ['halfwidth katakana', '\uff76\uff9e@a.example', '\u30ac@a.example'],
    ['dotted capital I', '\u0130@a.example', 'i\u0307@a.example'],
    ['capital I is not Turkish', 'I@a.example', 'i@a.example'],
    ['dotless i', '\u0131@a.example'],
    ['Cherokee', '\u13a0@a.example', '\uab70@a.example'],
    ['decomposed', 'e\u0301@a.example/e\u0301', '\u00e9@a.example/\u00e9'],
  ],
  'RFC 5892 Appendix A.1, Appendix A.2 joiners': [
    ['joiner after a virama', '\u0915\u094d\u200d\u0937@a.example'],
    ['non-joiner after a virama', '\u0915\u094d\u200c\u0937@a.example'],
    ['non-joiner between joining letters', '\u0628\u200c\u0628@a.example'],
    ['non-joiner over a transparent mark', '\u0628\u064b\u200c\u064b\u0628@a.example'],
  ],
  'RFC 5892 Appendix A.3 to Appendix A.7 marks that need a neighbour': [
    ['middle dot between ls', 'col\u00b7legi@a.example'],
    ['keraia before Greek', '\u0375\u03b1@a.example'],
    ['geresh after Hebrew', '\u05d0\u05f3\u05d1@a.example'],
    ['gershayim after Hebrew', '\u05d0\u05f4\u05d1@a.example'],
    ['katakana middle dot', '\u30a2\u30fb\u30a4@a.example'],
    ['katakana middle dot with Han', '\u4e00\u30fb@a.example'],
  ],
  'RFC 5892 Appendix A.8, Appendix A.9 digits': [
    ['Arabic-Indic digits', '\u0628\u0661\u0662@a.example'],
    ['extended Arabic-Indic digits', '\u06f1\u06f2x@a.example'],
  ],
  'RFC 5893 §2 direction': [
    ['Hebrew', '\u05d0\u05d1@a.example'],
    ['Hebrew and a number', '\u05d01@a.example'],
    ['Hebrew and a mark at the end', '\u05d0\u05b0@a.example'],
  ],
  'RFC 7622 §3.4, RFC 8264 §4.3, RFC 8265 §4.2.2 resources': [
    ['ideographic space', 'a@b/x\u3000y', 'a@b/x y'],
    ['no-break space', 'a@b/x\u00a0y', 'a@b/x y'],
    ['space at the end', 'a@b/x '],
    ['compatibility characters', 'a@b/\u2163\ufb01'],
    ['width and case stay', 'a@b/\uff21B'],
  ],
  'RFC 7622 §3.2, RFC 5892 §3 domains': [
    ['one trailing dot', 'a@montague.example./x', 'a@montague.example/x'],
    ['ideographic full stop', 'a@montague\u3002example', 'a@montague.example'],
    ['U-label', 'a@b\u00fccher.example'],
    ['A-label', 'a@xn--bcher-kva.example', 'a@b\u00fccher.example'],
    ['A-label in capitals', 'a@XN--BCHER-KVA.example', 'a@b\u00fccher.example'],
    ['sharp s', 'a@fa\u00df.example'],
    ['hyphens inside', 'a@a-b--c.example'],
    ['digits first', 'a@3com.example'],
    ['IPv4', 'a@192.0.2.1'],
    ['IPv4 with a trailing dot', 'a@192.0.2.1.', 'a@192.0.2.1'],
    ['IPv6', 'a@[2001:DB8::1]', 'a@[2001:db8::1]'],
    ['IPv6 in full', 'a@[1:2:3:4:5:6:7:8]'],
    ['IPv6 all zero', 'a@[::]'],
    ['IPv6 with IPv4', 'a@[::ffff:192.0.2.1]'],
  ],
  'RFC 7622 §3.1 length': [
    ['local of 1023 bytes', `${'a'.repeat(1023)}@b`],
    ['local of 1022 bytes in two', `${'\u00e9'.repeat(511)}@b`],
    ['resource of 1023 bytes', `a@b/${'c'.repeat(1023)}`],
    ['label of 63', `a@${'b'.repeat(63)}`],
  ],
};

describe.each(Object.entries(VALID))('valid: %s', (_section, rows) => {
  test.each(rows)('%s', (_id, text = '', full = text) => {
    const jid = Jid.parse(text);
    if (isFault(jid)) throw new Error(jid.text);
    expect(jid.full).toBe(full);
    expect(Jid.parse(jid.full)).toEqual(jid);
    expect(Jid.of(jid.local, jid.domain, jid.resource)).toEqual(jid);
    expect(Jid.parse(Jid.bareOf(jid).full)).toEqual(Jid.bareOf(jid));
    expect(Jid.bareOf(jid).full).toBe(jid.bare);
    expect(Jid.of(jid.local, jid.asciiDomain, jid.resource)).toEqual(jid);
  });
});

const INVALID: Readonly<
  Record<
    string,
    readonly (readonly [id: string, text: string, at: 'local' | 'domain' | 'resource'])[]
  >
> = {
  'RFC 7622 §3.5 examples in our own words': [
    ['quotes', '"romeo"@montague.example', 'local'],
    ['space', 'old man@montague.example', 'local'],
    ['resource begins with a space', 'romeo@montague.example/ orchard', 'resource'],
    ['empty local and resource', '@montague.example/', 'local'],
    ['compatibility character', 'louis\u2163@montague.example', 'local'],
    ['symbol', '\u265a@montague.example', 'local'],
    ['no domain', 'romeo@', 'domain'],
    ['only a resource', '/orchard', 'domain'],
  ],
  'RFC 7622 §3.2 parting': [
    ['nothing', '', 'domain'],
    ['two at-signs', 'a@@b', 'domain'],
    ['at-sign first', '@x', 'local'],
    ['at-sign only', '@', 'local'],
    ['empty resource', 'a@b/', 'resource'],
    ['space in the domain', 'user@ex ample.com', 'domain'],
    ['at-sign in the domain', 'a@b@c', 'domain'],
  ],
  'RFC 7622 §3.3, §3.3.1, RFC 8264 §4.2 localparts': [
    ['ampersand', 'a&b@c', 'local'],
    ['apostrophe', "a'b@c", 'local'],
    ['colon', 'a:b@c', 'local'],
    ['less-than', 'a<b@c', 'local'],
    ['greater-than', 'a>b@c', 'local'],
    ['control', 'a\u0001b@c', 'local'],
    ['delete', 'a\u007fb@c', 'local'],
    ['fullwidth at-sign', 'a\uff20b@c', 'local'],
    ['fullwidth solidus', 'a\uff0fb@c', 'local'],
    ['fullwidth quote', 'a\uff02b@c', 'local'],
    ['ideographic space', 'a\u3000b@c', 'local'],
    ['soft hyphen', 'so\u00adft@c', 'local'],
    ['zero width space', 'a\u200bb@c', 'local'],
    ['variation selector', 'a\ufe0f@c', 'local'],
    ['byte order mark', '\ufeffa@c', 'local'],
    ['right-to-left override', 'a\u202eb@c', 'local'],
    ['private use', '\ue000@c', 'local'],
    ['not assigned', '\u0378@c', 'local'],
    ['noncharacter', '\ufdd0@c', 'local'],
    ['lone surrogate', '\ud800@c', 'local'],
    ['titlecase digraph', '\u01c5@c', 'local'],
    ['kelvin sign', '\u212a@c', 'local'],
    ['angstrom sign', '\u212b@c', 'local'],
    ['ligature', '\ufb01@c', 'local'],
    ['superscript', 'a\u00b2@c', 'local'],
    ['old Hangul jamo', '\u1100@c', 'local'],
    ['tatweel', '\u0628\u0640\u0628@c', 'local'],
    ['emoji', '\u{1f600}@c', 'local'],
  ],
  'RFC 5892 Appendix A.1, Appendix A.2 joiners': [
    ['joiner between letters', 'a\u200db@c', 'local'],
    ['non-joiner at the start', '\u200c\u0628@c', 'local'],
    ['non-joiner at the end', '\u0628\u200c@c', 'local'],
  ],
  'RFC 5892 Appendix A.3 to Appendix A.7 marks that need a neighbour': [
    ['middle dot elsewhere', 'a\u00b7b@c', 'local'],
    ['middle dot at the end', 'l\u00b7@c', 'local'],
    ['keraia before Latin', '\u0375a@c', 'local'],
    ['geresh first', '\u05f3\u05d0@c', 'local'],
    ['katakana middle dot alone', 'a\u30fbb@c', 'local'],
  ],
  'RFC 5892 Appendix A.8, Appendix A.9 digits': [
    ['mixed Arabic digits', '\u0628\u0661\u06f1@c', 'local'],
  ],
  'RFC 5893 §2 direction': [
    ['Hebrew then Latin', '\u05d0a@c', 'local'],
    ['Latin then Hebrew', 'a\u05d0@c', 'local'],
    ['number before Hebrew', '1\u05d0@c', 'local'],
    ['both kinds of number', '\u06281\u0661@c', 'local'],
    ['Arabic-Indic digit first', '\u0661a@c', 'local'],
  ],
  'RFC 7622 §3.1 length': [
    ['local of 1024 bytes', `${'a'.repeat(1024)}@b`, 'local'],
    ['local of 1024 bytes in two', `${'\u00e9'.repeat(512)}@b`, 'local'],
    ['resource of 1024 bytes', `a@b/${'c'.repeat(1024)}`, 'resource'],
  ],
  'RFC 7622 §3.4, RFC 8264 §4.3, RFC 8265 §4.2.2 resources': [
    ['control in the resource', 'a@b/\u0007', 'resource'],
    ['line feed in the resource', 'a@b/c\nd', 'resource'],
    ['delete in the resource', 'a@b/\u007f', 'resource'],
    ['soft hyphen in the resource', 'a@b/\u00ad', 'resource'],
    ['ideographic space first in the resource', 'a@b/\u3000x', 'resource'],
    ['noncharacter in the resource', 'a@b/\u{1fffe}', 'resource'],
    ['lone surrogate in the resource', 'a@b/\udc00', 'resource'],
    ['joiner between emoji', 'a@b/\u{1f469}\u200d\u{1f4bb}', 'resource'],
  ],
  'RFC 7622 §3.2, RFC 5892 §3 domains': [
    ['underscore', 'a@b_c.example', 'domain'],
    ['two trailing dots', 'a@b.example..', 'domain'],
    ['dot first', 'a@.example', 'domain'],
    ['only a dot', 'a@.', 'domain'],
    ['empty label', 'a@b..example', 'domain'],
    ['label of 64', `a@${'b'.repeat(64)}.example`, 'domain'],
    ['name of 254', `a@${`${'b'.repeat(63)}.`.repeat(3)}${'b'.repeat(62)}`, 'domain'],
    ['hyphen first', 'a@-b.example', 'domain'],
    ['hyphen last', 'a@b-.example', 'domain'],
    ['hyphens third and fourth', 'a@ab--c.example', 'domain'],
    ['percent escape', 'a@ex%61mple.com', 'domain'],
    ['port', 'a@b.example:5269', 'domain'],
    ['wildcard', 'a@*.example', 'domain'],
    ['NUL', 'a@b\0.example', 'domain'],
    ['fullwidth solidus in the domain', 'a@b\uff0fc.example', 'domain'],
    ['account of', 'a@b\u2100c.example', 'domain'],
    ['soft hyphen only', 'a@\u00ad', 'domain'],
    ['snowman', 'a@\u2603.example', 'domain'],
    ['snowman in A-labels', 'a@xn--n3h.example', 'domain'],
    ['empty punycode', 'a@xn--.example', 'domain'],
    ['punycode of ASCII', 'a@xn--abc-.example', 'domain'],
    ['punycode of capitals', 'a@xn--bcher-Kva1.example', 'domain'],
    ['punycode that is not', 'a@xn--\u00e9.example', 'domain'],
    ['punycode beyond Unicode', 'a@xn--99999999.example', 'domain'],
    ['mixed direction', 'a@\u05d0a.example', 'domain'],
    ['joiner in a label', 'a@a\u200db.example', 'domain'],
    ['middle dot in a label', 'a@a\u00b7b.example', 'domain'],
    ['hexadecimal address', 'a@0x7f.1', 'domain'],
    ['short address', 'a@127.1', 'domain'],
    ['number', 'a@2130706433', 'domain'],
    ['hexadecimal number', 'a@0x7f000001', 'domain'],
    ['name that ends in a number', 'a@b.example.1', 'domain'],
    ['fullwidth address', 'a@\uff11\uff12\uff17.0.0.1', 'domain'],
    ['octet above 255', 'a@256.0.0.1', 'domain'],
    ['octet with a zero first', 'a@192.0.02.1', 'domain'],
    ['five octets', 'a@1.2.3.4.5', 'domain'],
    ['IPv6 without brackets', 'a@::1', 'domain'],
    ['bracket not closed', 'a@[::1', 'domain'],
    ['nine groups', 'a@[1:2:3:4:5:6:7:8:9]', 'domain'],
    ['seven groups', 'a@[1:2:3:4:5:6:7]', 'domain'],
    ['two double colons', 'a@[1::2::3]', 'domain'],
    ['eight groups and a double colon', 'a@[1:2:3:4::5:6:7:8]', 'domain'],
    ['three colons', 'a@[1:::2]', 'domain'],
    ['colon last', 'a@[1:2:3:4:5:6:7:]', 'domain'],
    ['five digits', 'a@[12345::]', 'domain'],
    ['IPv4 in the middle', 'a@[::1.2.3.4:1]', 'domain'],
    ['zone', 'a@[fe80::1%25eth0]', 'domain'],
    ['future version', 'a@[v1.x]', 'domain'],
    ['empty brackets', 'a@[]', 'domain'],
  ],
};

describe.each(Object.entries(INVALID))('invalid: %s', (_section, rows) => {
  test.each(rows)('%s', (_id, text, at) => {
    expect(Jid.parse(text)).toMatchObject({
      kind: 'fault',
      code: 'bad-jid',
      at,
      answer: { kind: 'stanza-error', condition: 'jid-malformed', type: 'modify' },
    });
  });
});

describe('RFC 7622 §3.1 parts', () => {
  test('each has its own field', () => {
    expect(Jid.parse('R@B\u00fccher.example/X')).toEqual({
      kind: 'jid',
      local: 'r',
      domain: 'b\u00fccher.example',
      resource: 'X',
      bare: 'r@b\u00fccher.example',
      full: 'r@b\u00fccher.example/X',
      asciiDomain: 'xn--bcher-kva.example',
    });
  });
  test('a part cannot bring a separator', () => {
    expect(isFault(Jid.of('a@b', 'c'))).toBe(true);
    expect(isFault(Jid.of('a/b', 'c'))).toBe(true);
    expect(isFault(Jid.of('a', 'b/c'))).toBe(true);
    expect(isFault(Jid.of('a', 'b@c'))).toBe(true);
    expect(Jid.of('a', 'b', 'c/d@e')).toMatchObject({ full: 'a@b/c/d@e', resource: 'c/d@e' });
  });
});

describe('properties', () => {
  const part = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 8 }),
    fc.string({ unit: 'grapheme', maxLength: 8 }),
    fc.string({
      unit: fc.constantFrom(
        'a',
        'B',
        '\u00df',
        '\u0130',
        '\u03a3',
        '\uff21',
        '\u0301',
        '\u05d0',
        '\u0661',
        '\u3000',
        'l',
        '\u00b7',
        '\u1e9e',
        '.',
        '-',
      ),
      maxLength: 8,
    }),
  );
  test('what was parsed parses to itself', () => {
    let valid = 0;
    fc.assert(
      fc.property(part, part, part, (local, domain, resource) => {
        const jid = Jid.parse(`${local}@${domain}.example/${resource}`);
        if (isFault(jid)) return;
        valid += 1;
        expect(Jid.parse(jid.full)).toEqual(jid);
        expect(Jid.of(jid.local, jid.asciiDomain, jid.resource)).toEqual(jid);
      }),
      { numRuns: 15_000 },
    );
    expect(valid).toBeGreaterThan(50);
  });
  test('each part that is taken is stable', () => {
    fc.assert(
      fc.property(fc.nat(0x10ffff), fc.nat(0x10ffff), (a, b) => {
        const text = String.fromCodePoint(a, b);
        const local = Jid.of(text, 'example');
        if (!isFault(local)) expect(Jid.of(local.local, 'example')).toEqual(local);
        const resource = Jid.of('', 'example', text);
        if (!isFault(resource)) expect(Jid.of('', 'example', resource.resource)).toEqual(resource);
      }),
      { numRuns: 10_000 },
    );
  });
  test('every single code point is refused or stable', () => {
    for (let code = 0; code <= 0x1ffff; code += 1) {
      const jid = Jid.of(String.fromCodePoint(code), 'example', `x${String.fromCodePoint(code)}`);
      if (isFault(jid)) continue;
      const again = Jid.parse(jid.full);
      if (isFault(again) || again.full !== jid.full) throw new Error(`U+${code.toString(16)}`);
    }
  });
});

describe('RFC 7622 §3.2 normalizeDomain', () => {
  test.each([
    ['Example.COM', 'example.com'],
    ['example.com.', 'example.com'],
    ['B\u00dcCHER.example', 'xn--bcher-kva.example'],
    ['xn--BCHER-KVA.example', 'xn--bcher-kva.example'],
    ['bu\u0308cher.example', 'xn--bcher-kva.example'],
    ['fa\u00df.example', 'xn--fa-hia.example'],
    ['\u03c2.example', 'xn--3xa.example'],
    ['a\u3002b', 'a.b'],
  ])('%j is %j', (text, ascii) => {
    expect(normalizeDomain(text)).toBe(ascii);
    expect(normalizeDomain(ascii)).toBe(ascii);
  });
  test.each([
    '',
    '.',
    '..',
    'a..',
    'a b',
    'a/b',
    'a@b',
    '192.0.2.1',
    '[::1]',
    '0x7f.1',
    '\ud800',
    'a'.repeat(2000),
    'xn--a',
  ])('%j is none', (text) => {
    expect(normalizeDomain(text)).toBeUndefined();
  });
});
