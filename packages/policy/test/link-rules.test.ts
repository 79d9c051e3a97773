// What XMPP links with a partner may use: RFC 6120 §13.9, XEP-0178 §3, XEP-0220 §2.1. What is written, what follows from
// `prove`, what excludes each other and where that is said.
import {
  DEFAULT_XMPP_LINK_RULES,
  evaluate,
  explain,
  type Finding,
  linkRulesOf,
  loadPolicy,
  type PartnerEntry,
} from '@interwork/policy';
import { policyOf } from '@interwork/policy/testing';
import { describe, expect, it } from 'vitest';

type Said = Partial<PartnerEntry>;

function rulesOf(said: Said): unknown {
  const set = policyOf({ partners: { p: { domains: ['p.example'], ...said } } });
  return linkRulesOf(set, 'p.example');
}

function findingsOf(said: object): readonly Finding[] {
  const entry = { domains: ['p.example'], addresses: ['192.0.2.1'], ...said };
  const loaded = loadPolicy({ version: 1, default: 'deny', rules: [], partners: { p: entry } });
  return loaded.kind === 'findings' ? loaded.findings : loaded.warnings;
}

const DEFAULTS = { tls: 'required', sasl: 'optional', dialback: true };
const CERTIFIED = { tls: 'required', sasl: 'required', dialback: false };

describe('RFC 6120 §13.9, XEP-0178 §3, XEP-0220 §2.1: the rules of a link', () => {
  const ROWS: readonly (readonly [what: string, said: Said, rules: object])[] = [
    ['nothing said', {}, DEFAULTS],
    ['an empty entry', { xmpp: {} }, DEFAULTS],
    ['tls', { xmpp: { tls: 'optional' } }, { ...DEFAULTS, tls: 'optional' }],
    [
      'no tls, so no EXTERNAL',
      { xmpp: { tls: 'never' } },
      { tls: 'never', sasl: 'never', dialback: true },
    ],
    ['sasl required rules dialback out', { xmpp: { sasl: 'required' } }, CERTIFIED],
    ['sasl never', { xmpp: { sasl: 'never' } }, { ...DEFAULTS, sasl: 'never' }],
    ['no dialback', { xmpp: { dialback: false } }, { ...DEFAULTS, dialback: false }],
    [
      'all of it',
      { xmpp: { tls: 'optional', sasl: 'optional', dialback: false } },
      { tls: 'optional', sasl: 'optional', dialback: false },
    ],
    [
      'XEP-0198 §2: no stream management',
      { xmpp: { management: false } },
      { ...DEFAULTS, management: false },
    ],
    ['XEP-0288 §2.1: one direction each', { xmpp: { bidi: false } }, { ...DEFAULTS, bidi: false }],
    [
      'both at once',
      { xmpp: { management: true, bidi: true } },
      { ...DEFAULTS, management: true, bidi: true },
    ],
    ['proved by certificate', { prove: 'certificate' }, CERTIFIED],
    ['proved by address', { prove: 'address', addresses: ['192.0.2.1'] }, CERTIFIED],
    ['proved by dialback', { prove: 'dialback' }, DEFAULTS],
    [
      'by certificate, and yet called back',
      { prove: 'certificate', xmpp: { dialback: true } },
      DEFAULTS,
    ],
    [
      'by certificate, EXTERNAL optional',
      { prove: 'certificate', xmpp: { sasl: 'optional' } },
      { ...DEFAULTS, dialback: false },
    ],
    [
      'by certificate, but never by EXTERNAL',
      { prove: 'certificate', xmpp: { sasl: 'never' } },
      { ...DEFAULTS, sasl: 'never' },
    ],
  ];
  for (const [what, said, rules] of ROWS) {
    it(what, () => {
      expect(rulesOf(said)).toEqual(rules);
    });
  }

  const SPELLINGS = ['sub.p.example', 'SUB.P.Example', 'sub.p.example.', 'ſub.p.example'];
  it.each(SPELLINGS)('finds the most closely fitting partner by %j', (domain) => {
    const set = policyOf({
      partners: {
        all: { domains: ['*'], xmpp: { tls: 'optional' } },
        below: { domains: ['*.p.example'], xmpp: { sasl: 'required' } },
        one: { domains: ['sub.p.example'], xmpp: { tls: 'never' } },
      },
    });
    expect(linkRulesOf(set, domain)).toMatchObject({ tls: 'never' });
    expect(linkRulesOf(set, `x.${domain}`)).toEqual(CERTIFIED);
    expect(linkRulesOf(set, 'p.example')).toMatchObject({ tls: 'optional' });
  });

  it.each(['', '192.0.2.1:5269', 'a b', '__proto__'])('has the defaults for %j', (domain) => {
    const set = policyOf({ partners: { all: { domains: ['x.example'], xmpp: { tls: 'never' } } } });
    expect(linkRulesOf(set, domain)).toBe(DEFAULT_XMPP_LINK_RULES);
  });
});

describe('RFC 6120 §13.9: rules that exclude each other', () => {
  const ROWS: readonly (readonly [said: object, code: string, path: string])[] = [
    [{ xmpp: { tls: 'never', sasl: 'required' } }, 'link-contradiction', 'xmpp/sasl'],
    [{ xmpp: { sasl: 'never', dialback: false } }, 'link-contradiction', 'xmpp/dialback'],
    [{ xmpp: { tls: 'never', dialback: false } }, 'link-contradiction', 'xmpp/dialback'],
    [{ prove: 'certificate', xmpp: { tls: 'never' } }, 'link-contradiction', 'xmpp/tls'],
    [{ prove: 'address', xmpp: { tls: 'never' } }, 'link-contradiction', 'xmpp/tls'],
    [{ prove: 'dialback', xmpp: { dialback: false } }, 'link-contradiction', 'xmpp/dialback'],
    [{ via: 'sip', xmpp: {} }, 'link-contradiction', 'xmpp'],
    [{ xmpp: { sasl: 'required', dialback: true } }, 'dialback-ruled-out', 'xmpp/dialback'],
    [{ xmpp: { tls: 'yes' } }, 'unknown-value', 'xmpp/tls'],
    [{ xmpp: { sasl: true } }, 'unknown-value', 'xmpp/sasl'],
    [{ xmpp: { dialback: 'no' } }, 'wrong-type', 'xmpp/dialback'],
    [{ xmpp: { management: 'no' } }, 'wrong-type', 'xmpp/management'],
    [{ xmpp: { bidi: 'no' } }, 'wrong-type', 'xmpp/bidi'],
    [{ xmpp: { dialback: 0 } }, 'wrong-type', 'xmpp/dialback'],
    [{ xmpp: { __proto__: null, starttls: true } }, 'unknown-field', 'xmpp/starttls'],
    [{ xmpp: 'required' }, 'wrong-type', 'xmpp'],
  ];
  for (const [said, code, path] of ROWS) {
    it(`${code} at ${path}: ${JSON.stringify(said)}`, () => {
      const [found, ...more] = findingsOf(said);
      expect([found?.code, found?.path, more]).toEqual([code, `/partners/p/${path}`, []]);
      expect(found?.severity).toBe(code === 'dialback-ruled-out' ? 'warning' : 'error');
      expect(found?.text).toMatch(/^[A-Z].{9,}/);
    });
  }

  it('tells its line', () => {
    const text = `{"version":1,"default":"deny","rules":[],"partners":{"p":{"domains":["x"],
"xmpp":{"tls":"never",
"sasl":"required"}}}}`;
    const loaded = loadPolicy(text);
    expect(loaded).toMatchObject({ findings: [{ code: 'link-contradiction', line: 3 }] });
  });
});

describe('explain', () => {
  const set = policyOf({
    partners: {
      strict: { domains: ['strict.example'], xmpp: { sasl: 'required' } },
      plain: { domains: ['plain.example'] },
      broken: { domains: ['broken.example'], xmpp: { management: false } },
      single: { domains: ['single.example'], xmpp: { bidi: false } },
    },
    rules: [{ id: 'all', effect: 'permit', domains: ['*'] }],
  });
  const said = (from: string, to: string, via: 'sip' | 'xmpp'): readonly string[] => {
    const query = { from, to, via, traffic: 'message' } as const;
    return explain(set, query, evaluate(set, query)).slice(2);
  };

  it('tells the rules of the link where they are not those of everybody, at the XMPP end', () => {
    const sentence =
      'XMPP links with partner strict: TLS required, SASL EXTERNAL required, dialback not allowed.';
    expect(said('strict.example', 'us.example', 'xmpp')).toEqual([sentence]);
    expect(said('us.example', 'strict.example', 'sip')).toEqual([sentence]);
    expect(said('strict.example', 'us.example', 'sip')).toEqual([]);
    expect(said('plain.example', 'us.example', 'xmpp')).toEqual([]);
    expect(said('broken.example', 'us.example', 'xmpp')).toEqual([
      'XMPP links with partner broken: TLS required, SASL EXTERNAL optional, dialback allowed, no stream management.',
    ]);
    expect(said('single.example', 'us.example', 'xmpp')).toEqual([
      'XMPP links with partner single: TLS required, SASL EXTERNAL optional, dialback allowed, a stream for each direction.',
    ]);
  });
});
