// Names that can be taken for each other, and those that merely resemble: both ways round, in any spelling.
import { loadPolicy, looksLike, normalizeDomain, type PolicyDocument } from '@interwork/policy';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { disguiseOf, skeletonOf } from '../src/domain-look-alike.ts';

describe('two names', () => {
  const ROWS: readonly (readonly [what: string, one: string, other: string, alike: boolean])[] = [
    ['zero for o', 'c0ntoso.example', 'contoso.example', true],
    ['one for l', 'app1e.example', 'apple.example', true],
    ['rn for m', 'rnail.example', 'mail.example', true],
    ['vv for w', 'vvoodgrove.example', 'woodgrove.example', true],
    ['both disguised', 'c0ntoso.example', 'cont0so.example', true],
    ['Cyrillic o', 'cont\u043eso.example', 'contoso.example', true],
    ['Cyrillic o as A-label', 'xn--contso-zqf.example', 'contoso.example', true],
    ['all Cyrillic', '\u0430\u0440\u0440\u04cf\u0435.example', 'apple.example', true],
    ['Greek omicron and nu', 'c\u03bf\u03bdt.example', 'covt.example', true],
    ['dotless i', 'm\u0131crosoft.example', 'microsoft.example', true],
    ['a mark above', 'm\u00fcller.example', 'muller.example', true],
    ['sharp s for b', 'a\u00df.example', 'ab.example', true],
    ['Cyrillic pe for n with n between', 'x\u043f.example', 'xn.example', true],
    ['Cyrillic r and n', '\u0433n.example', 'm.example', true],
    ['in another label', 'mail.c0ntoso.example', 'mail.contoso.example', true],
    ['the same', 'contoso.example', 'contoso.example', false],
    ['the same in another spelling', 'M\u00dcLLER.example.', 'xn--mller-kva.example', false],
    ['one letter more', 'contosoo.example', 'contoso.example', false],
    ['below', 'x.contoso.example', 'contoso.example', false],
    ['another ending', 'contoso.test', 'contoso.example', false],
    ['letters in another order', 'contsoo.example', 'contoso.example', false],
    ['two for z', 'contoso2.example', 'contosoz.example', false],
    ['Japanese', '\u65e5\u672c.example', '\u65e5\u6728.example', false],
    ['no domain name', 'c0ntoso example', 'contoso example', false],
    ['an address', '127.0.0.1', '127.o.o.l', false],
  ];
  it.each(ROWS)('%s', (_what, one, other, alike) => {
    expect([looksLike(one, other), looksLike(other, one)]).toEqual([alike, alike]);
  });

  it('never throw, and a name never looks like itself', () => {
    const text = fc.oneof(
      fc.domain(),
      fc.string({ unit: 'binary' }),
      fc.string({ unit: 'grapheme' }),
    );
    fc.assert(
      fc.property(text, text, (one, other) => {
        expect(looksLike(one, one)).toBe(false);
        expect(looksLike(one, other)).toBe(looksLike(other, one));
      }),
    );
  });

  it('have a skeleton that is its own', () => {
    fc.assert(
      fc.property(fc.domain(), (text) => {
        const skeleton = skeletonOf(normalizeDomain(text) ?? '');
        expect(skeletonOf(skeleton)).toBe(skeleton);
      }),
    );
  });
});

describe('one name', () => {
  const ROWS: readonly (readonly [
    what: string,
    name: string,
    disguise: ReturnType<typeof disguiseOf>,
  ])[] = [
    ['Latin and Cyrillic in a label', 'cont\u043eso.example', 'mixed-alphabets'],
    ['Latin and Greek in a label', '\u03b1bc.example', 'mixed-alphabets'],
    ['Cyrillic that reads as Latin', '\u0430\u0440\u0440\u04cf\u0435.example', 'read-as-latin'],
    ['Cyrillic that does not', '\u043f\u0440\u0438\u043c\u0435\u0440.example', undefined],
    [
      'Greek that does not',
      '\u03c0\u03b1\u03c1\u03ac\u03b4\u03b5\u03b9\u03b3\u03bc\u03b1.example',
      undefined,
    ],
    ['Latin with marks', 'b\u00fccher.example', undefined],
    ['Latin and Japanese', 'abc\u65e5\u672c\u306e.example', undefined],
    ['two alphabets in two labels', '\u043f\u0440\u0438\u043c\u0435\u0440.abc', undefined],
    ['digits', 'c0nt0s0.example', undefined],
  ];
  it.each(ROWS)('%s', (_what, text, disguise) => {
    expect(disguiseOf(normalizeDomain(text) ?? '')).toBe(disguise);
  });
});

describe('names of a document', () => {
  const BASE = { version: 1, default: 'deny', rules: [] } as const;
  const EDGE = { routing: 'useDnsSrvRouting', allowFederatedUsers: true } as const;
  const federation = (allowed: readonly string[], more: object = {}): PolicyDocument => ({
    ...BASE,
    federation: {
      localDomains: ['contoso.example'],
      accessEdge: EDGE,
      allowedDomains: allowed.map((domain) => ({ domain })),
      ...more,
    },
  });
  const told = (document: PolicyDocument, limit = 100) => {
    const loaded = loadPolicy(document, { findings: limit });
    if (loaded.kind === 'findings') throw new Error(JSON.stringify(loaded.findings));
    return loaded.warnings.map(({ code, path, text }) => [code, path, text]);
  };
  const permit = (...domains: readonly string[]) =>
    ({ id: 'a', effect: 'permit', domains }) as const;

  const ROWS: readonly (readonly [
    what: string,
    document: PolicyDocument,
    path: string,
    text: string,
  ])[] = [
    [
      'allowed, like ours',
      federation(['a.example', 'c0ntoso.example']),
      '/federation/allowedDomains/1/domain',
      '"c0ntoso.example" looks like "contoso.example"',
    ],
    [
      'allowed, like another one',
      federation(['rnail.example', 'mail.example']),
      '/federation/allowedDomains/0/domain',
      '"rnail.example" looks like "mail.example"',
    ],
    [
      'both disguised',
      federation(['a0.b0.example', 'a0.bo.example']),
      '/federation/allowedDomains/1/domain',
      '"a0.bo.example" looks like "a0.b0.example"',
    ],
    [
      'in several alphabets',
      federation(['sh\u043ep.example']),
      '/federation/allowedDomains/0/domain',
      '"xn--shp-ted.example" mixes letters of several alphabets',
    ],
    [
      'in another alphabet',
      federation(['\u0441\u043e\u0440.example']),
      '/federation/allowedDomains/0/domain',
      '"xn--n1aeb.example" is in another alphabet, and can be read as "cop.example"',
    ],
    [
      'an XMPP partner',
      federation([], {
        xmppPartners: [
          {
            domain: 'x.example',
            additionalDomains: ['cont0so.example'],
            supportDialbackNegotiation: false,
          },
        ],
      }),
      '/federation/xmppPartners/0/additionalDomains/0',
      '"cont0so.example" looks like "contoso.example"',
    ],
    [
      'in a permit',
      { ...BASE, rules: [permit('apple.example', 'app1e.example')] },
      '/rules/0/domains/1',
      '"app1e.example" looks like "apple.example"',
    ],
    [
      'in a permit of one end, with what lies below',
      {
        ...BASE,
        rules: [{ id: 'a', effect: 'permit', from: ['apple.example'], to: ['*.app1e.example'] }],
      },
      '/rules/0/to/0',
      '"app1e.example" looks like "apple.example"',
    ],
    [
      'of a partner and a permit',
      {
        ...BASE,
        partners: { p: { domains: ['x.example', 'app1e.example'] } },
        rules: [permit('apple.example'), { id: 'b', effect: 'permit', partner: 'p' }],
      },
      '/partners/p/domains/1',
      '"app1e.example" looks like "apple.example"',
    ],
  ];
  it.each(ROWS)('%s', (_what, document, path, text) => {
    expect(told(document)).toEqual([['look-alike', path, text]]);
  });

  const QUIET: readonly (readonly [what: string, document: PolicyDocument])[] = [
    [
      'a look-alike that is blocked',
      federation(['a.example'], { blockedDomains: [{ domain: 'c0ntoso.example' }] }),
    ],
    [
      'a look-alike that is forbidden',
      {
        ...BASE,
        rules: [permit('apple.example'), { id: 'b', effect: 'forbid', domains: ['app1e.example'] }],
      },
    ],
    [
      'digits that look like nothing else',
      federation(['site1.example', 'site10.example', '3m.example']),
    ],
    [
      'one name in two spellings',
      {
        ...BASE,
        rules: [permit('m\u00fcller.example'), { ...permit('xn--mller-kva.example'), id: 'b' }],
      },
    ],
  ];
  it.each(QUIET)('%s: nothing', (_what, document) => {
    expect(told(document)).toEqual([]);
  });

  it('are told within the limit, however many they are', () => {
    const many = Array.from(
      { length: 64 },
      (_, bits) => bits.toString(2).padStart(6, '0').replaceAll('1', 'o') + '.example',
    );
    expect(told(federation(many), 5).map(([code]) => code)).toEqual([
      ...Array.from({ length: 5 }, () => 'look-alike'),
      'more-findings',
    ]);
  });
});
