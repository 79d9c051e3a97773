// Verdicts: who is permitted what, by which rule, and what has to hold for it.
import {
  evaluate,
  partnerOf,
  TRAFFIC,
  type Query,
  type RuleEntry,
  type Verdict,
} from '@interwork/policy';
import { policyOf } from '@interwork/policy/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const QUERY: Query = { from: 'a.example', to: 'b.example', via: 'sip', traffic: 'message' };

function permit(...domains: readonly string[]): RuleEntry {
  return { id: 'p', effect: 'permit', domains };
}

function forbid(...domains: readonly string[]): RuleEntry {
  return { id: 'f', effect: 'forbid', domains };
}

describe('one rule, one name', () => {
  const ROWS: readonly (readonly [
    pattern: string,
    domain: string,
    permits: boolean,
    forbids: boolean,
  ])[] = [
    ['x.example', 'x.example', true, true],
    ['x.example', 'X.EXAMPLE.', true, true],
    ['x.example', 'sub.x.example', false, true],
    ['x.example', 'a.b.c.x.example', false, true],
    ['x.example', 'notx.example', false, false],
    ['x.example', 'example', false, false],
    ['*.x.example', 'x.example', false, false],
    ['*.x.example', 'sub.x.example', true, true],
    ['*.x.example', 'a.sub.x.example', true, true],
    ['*.x.example', 'notx.example', false, false],
    ['*', 'anything.test', true, true],
    ['example', 'x.example', false, true],
    ['bücher.example', 'xn--bcher-kva.example', true, true],
    ['XN--BCHER-KVA.example', 'bücher.example', true, true],
    ['constructor', 'constructor', true, true],
    ['constructor', 'tostring', false, false],
  ];
  for (const [pattern, domain, permits, forbids] of ROWS) {
    it(`${pattern} and ${domain}`, () => {
      const query = { ...QUERY, from: domain };
      expect(evaluate(policyOf({ rules: [permit(pattern)] }), query).effect).toBe(
        permits ? 'permit' : 'forbid',
      );
      const open = policyOf({ default: 'permit', rules: [forbid(pattern)] });
      expect(evaluate(open, query).effect).toBe(forbids ? 'forbid' : 'permit');
    });
  }
});

describe('whole verdicts', () => {
  const none = { must: [], skipped: [] };

  it('the default, by its name', () => {
    expect(evaluate(policyOf({}), QUERY)).toEqual({ effect: 'forbid', by: ['default'], ...none });
    const open = policyOf({ default: 'permit' });
    expect(evaluate(open, QUERY)).toEqual({ effect: 'permit', by: ['default'], ...none });
  });

  it('forbid beats permit and says what it overruled', () => {
    const set = policyOf({ rules: [permit('a.example'), forbid('*')] });
    expect(evaluate(set, QUERY)).toEqual({ effect: 'forbid', by: ['f'], must: [], skipped: ['p'] });
  });

  it('from and to are ends, and both together one condition', () => {
    const set = policyOf({
      rules: [
        { id: 'from', effect: 'permit', from: ['a.example'], traffic: ['message'] },
        { id: 'to', effect: 'permit', to: ['a.example'], traffic: ['message'] },
        { id: 'both', effect: 'permit', from: ['a.example'], to: ['*.b.example'], must: ['tls'] },
      ],
    });
    expect(evaluate(set, QUERY).by).toEqual(['from']);
    expect(evaluate(set, { ...QUERY, from: 'b.example', to: 'a.example' }).by).toEqual(['to']);
    const both = evaluate(set, { ...QUERY, to: 'x.b.example', traffic: 'audio' });
    expect(both).toEqual({
      effect: 'permit',
      by: ['both'],
      must: [
        { kind: 'tls', end: 'from' },
        { kind: 'tls', end: 'to' },
      ],
      skipped: [],
    });
    expect(evaluate(set, { ...QUERY, to: 'b.example', traffic: 'audio' }).by).toEqual(['default']);
  });

  it('a forbid of a pair leaves other pairs alone', () => {
    const pair: RuleEntry = { id: 'f', effect: 'forbid', from: ['a.example'], to: ['b.example'] };
    const set = policyOf({ default: 'permit', rules: [pair] });
    expect(evaluate(set, { ...QUERY, from: 'x.a.example', to: 'y.b.example' }).by).toEqual(['f']);
    expect(evaluate(set, { ...QUERY, from: 'b.example', to: 'a.example' }).effect).toBe('permit');
  });

  it('traffic is what the rule names, or all of it', () => {
    const set = policyOf({ rules: [{ ...permit('*'), traffic: ['message', 'presence'] }] });
    const effects = TRAFFIC.map((traffic) => evaluate(set, { ...QUERY, traffic }).effect);
    expect(effects.filter((effect) => effect === 'permit')).toHaveLength(2);
    expect(
      evaluate(policyOf({ rules: [permit('*')] }), { ...QUERY, traffic: 'video' }).effect,
    ).toBe('permit');
  });

  it('a name that is none is forbidden, whatever the default', () => {
    const open = policyOf({ default: 'permit', rules: [permit('*')] });
    for (const domain of ['', 'a b', '192.0.2.1', 'a..b', 'ex%61mple']) {
      const verdict = { effect: 'forbid', by: ['malformed-domain'], ...none };
      expect(evaluate(open, { ...QUERY, from: domain })).toEqual(verdict);
      expect(evaluate(open, { ...QUERY, to: domain })).toEqual(verdict);
    }
  });

  it('traffic that is none is forbidden, whatever the default', () => {
    const open = policyOf({ default: 'permit', rules: [permit('*')] });
    for (const word of ['mail', 'constructor', '__proto__', '']) {
      const query = { ...QUERY, traffic: word as 'message' };
      expect(evaluate(open, query).by).toEqual(['unknown-traffic']);
    }
  });
});

describe('partners', () => {
  const set = policyOf({
    partners: {
      contoso: {
        domains: ['contoso.example', '*.contoso.example'],
        via: 'sip',
        dialect: 'lync',
        prove: 'certificate',
        certificateNames: ['Edge.Contoso.Example.'],
      },
      branch: { domains: ['branch.contoso.example'], prove: 'dialback' },
      fixed: { domains: ['fixed.example'], prove: 'address', addresses: ['192.0.2.0/28'] },
    },
    rules: [
      {
        id: 'contoso-im',
        effect: 'permit',
        partner: 'contoso',
        traffic: ['message'],
        must: ['tls'],
      },
      { id: 'contoso-av', effect: 'forbid', partner: 'contoso', traffic: ['audio'] },
      { id: 'fixed-im', effect: 'permit', partner: 'fixed' },
      { id: 'cert', effect: 'permit', domains: ['careful.example'], must: ['certificate'] },
    ],
  });
  const from = (domain: string, more?: Partial<Query>): Verdict =>
    evaluate(set, { ...QUERY, from: domain, ...more });

  it('are found by the name that fits most closely', () => {
    expect(partnerOf(set, 'CONTOSO.example.')?.id).toBe('contoso');
    expect(partnerOf(set, 'eu.contoso.example')?.id).toBe('contoso');
    expect(partnerOf(set, 'branch.contoso.example')?.id).toBe('branch');
    expect(partnerOf(set, 'x.branch.contoso.example')?.id).toBe('contoso');
    expect(partnerOf(set, 'example')).toBeUndefined();
    expect(partnerOf(set, 'not a name')).toBeUndefined();
  });

  it('carry their facts', () => {
    expect(partnerOf(set, 'contoso.example')).toMatchObject({
      domains: ['contoso.example', '*.contoso.example'],
      dialect: 'lync',
      certificateNames: ['edge.contoso.example'],
    });
  });

  it('are permitted with what they and the rule ask', () => {
    expect(from('contoso.example')).toEqual({
      effect: 'permit',
      by: ['contoso-im'],
      must: [
        { kind: 'prove', end: 'from', by: 'certificate' },
        { kind: 'tls', end: 'from' },
      ],
      skipped: [],
    });
  });

  it('ask the same of the end they are at', () => {
    const verdict = evaluate(set, { ...QUERY, to: 'contoso.example', via: 'xmpp' });
    expect(verdict.must).toEqual([
      { kind: 'prove', end: 'to', by: 'certificate' },
      { kind: 'tls', end: 'to' },
    ]);
  });

  it('a must of certificate is one of TLS too', () => {
    expect(from('careful.example').must).toEqual([
      { kind: 'prove', end: 'from', by: 'certificate' },
      { kind: 'tls', end: 'from' },
    ]);
  });

  it('a permit stops at another partner below; a forbid does not', () => {
    expect(from('branch.contoso.example').by).toEqual(['default']);
    expect(from('branch.contoso.example', { traffic: 'audio' }).by).toEqual(['contoso-av']);
    expect(from('eu.contoso.example').by).toEqual(['contoso-im']);
  });

  it('on the wrong side are forbidden', () => {
    expect(from('contoso.example', { via: 'xmpp' })).toEqual({
      effect: 'forbid',
      by: ['wrong-side'],
      must: [],
      skipped: ['contoso-im'],
    });
    expect(evaluate(set, { ...QUERY, to: 'contoso.example' }).by).toEqual(['wrong-side']);
  });

  it('proved by address are forbidden from any other', () => {
    expect(from('fixed.example', { address: '192.0.2.15' }).by).toEqual(['fixed-im']);
    expect(from('fixed.example', { address: '::ffff:192.0.2.15' }).effect).toBe('permit');
    expect(from('fixed.example', { address: '192.0.2.16' }).by).toEqual(['foreign-address']);
    expect(from('fixed.example', { address: 'nonsense' }).by).toEqual(['foreign-address']);
    expect(from('fixed.example').must).toEqual([{ kind: 'prove', end: 'from', by: 'address' }]);
  });

  it('keep their facts under a permitting default', () => {
    const open = policyOf({
      default: 'permit',
      partners: { a: { domains: ['a.example'], prove: 'certificate', via: 'sip' } },
    });
    expect(evaluate(open, QUERY)).toEqual({
      effect: 'permit',
      by: ['default'],
      must: [{ kind: 'prove', end: 'from', by: 'certificate' }],
      skipped: [],
    });
    expect(evaluate(open, { ...QUERY, via: 'xmpp' }).by).toEqual(['wrong-side']);
  });
});

const name = fc.constantFrom(
  'a.example',
  'b.a.example',
  'c.b.a.example',
  'example',
  'd.test',
  'nota.example',
);
const pattern = fc.oneof(
  name,
  name.map((domain) => `*.${domain}`),
  fc.constant('*'),
);
const list = fc.array(pattern, { minLength: 1, maxLength: 3 });
const subject = fc.oneof(
  list.map((domains) => ({ domains })),
  list.map((from) => ({ from })),
  list.map((to) => ({ to })),
  fc.tuple(list, list).map(([from, to]) => ({ from, to })),
);
const traffic = fc.constantFrom(...TRAFFIC);
const rule = fc
  .tuple(
    fc.constantFrom('permit' as const, 'forbid' as const),
    subject,
    fc.uniqueArray(traffic, { minLength: 1 }),
  )
  .map(([effect, whom, kinds]): Omit<RuleEntry, 'id'> => ({ effect, ...whom, traffic: kinds }));
const ruleList = fc
  .array(rule, { maxLength: 8 })
  .map((entries) => entries.map((entry, at): RuleEntry => ({ id: `r${at}`, ...entry })));
const query = fc.record({
  from: name,
  to: name,
  via: fc.constantFrom('sip' as const, 'xmpp' as const),
  traffic,
});
const fallback = fc.constantFrom('deny' as const, 'permit' as const);

describe('whatever the rules', () => {
  it('one more forbid never permits more', () => {
    fc.assert(
      fc.property(ruleList, rule, query, fallback, (rules, extra, asked, byDefault) => {
        const before = evaluate(policyOf({ default: byDefault, rules }), asked);
        const more: RuleEntry[] = [...rules, { ...extra, id: 'extra', effect: 'forbid' }];
        const after = evaluate(policyOf({ default: byDefault, rules: more }), asked);
        if (before.effect === 'forbid') expect(after.effect).toBe('forbid');
      }),
    );
  });

  it('one permit less never permits more, unless everything is permitted anyway', () => {
    fc.assert(
      fc.property(ruleList, fc.nat(7), query, fallback, (rules, at, asked, byDefault) => {
        const before = evaluate(policyOf({ default: byDefault, rules }), asked);
        const rest = rules.filter((entry, index) => index !== at || entry.effect === 'forbid');
        const after = evaluate(policyOf({ default: byDefault, rules: rest }), asked);
        if (before.effect === 'forbid') expect(after.effect).toBe('forbid');
      }),
    );
  });

  it('their order does not matter', () => {
    const shuffled = ruleList.chain((rules) =>
      fc.tuple(fc.constant(rules), fc.shuffledSubarray(rules, { minLength: rules.length })),
    );
    fc.assert(
      fc.property(shuffled, query, ([rules, other], asked) => {
        expect(evaluate(policyOf({ rules: other }), asked)).toEqual(
          evaluate(policyOf({ rules }), asked),
        );
      }),
    );
  });

  it('the verdict is that of reading them one by one', () => {
    fc.assert(
      fc.property(ruleList, query, fallback, (rules, asked, byDefault) => {
        const speaking = rules.filter((entry) => speaks(entry, asked));
        const forbids = speaking.filter(({ effect }) => effect === 'forbid').map(({ id }) => id);
        const permits = speaking.filter(({ effect }) => effect === 'permit').map(({ id }) => id);
        const { effect, by, skipped } = evaluate(policyOf({ default: byDefault, rules }), asked);
        const deciding = forbids.length > 0 ? forbids : permits;
        expect(by).toEqual(deciding.length > 0 ? deciding.toSorted() : ['default']);
        expect(skipped).toEqual(forbids.length > 0 ? permits.toSorted() : []);
        const isOpen = permits.length > 0 || byDefault === 'permit';
        expect(effect).toBe(forbids.length === 0 && isOpen ? 'permit' : 'forbid');
      }),
      { numRuns: 500 },
    );
  });
});

/** The rules as the document page tells them, without any index. */
function speaks(entry: RuleEntry, asked: Query): boolean {
  const holds = (domains: readonly string[], domain: string): boolean =>
    domains.some((text) => matches(text, domain, entry.effect));
  if (entry.traffic?.includes(asked.traffic) === false) return false;
  if (entry.domains !== undefined)
    return holds(entry.domains, asked.from) || holds(entry.domains, asked.to);
  const { from, to } = entry;
  return (
    (from === undefined || holds(from, asked.from)) && (to === undefined || holds(to, asked.to))
  );
}

function matches(text: string, domain: string, effect: string): boolean {
  if (text === '*') return true;
  const below = text.startsWith('*.') ? text.slice(1) : `.${text}`;
  if (domain.endsWith(below) && (text.startsWith('*.') || effect === 'forbid')) return true;
  return domain === text;
}
