// Which changes flip a verdict. Rows say what is told; the property makes every told change, loads and asks.
import {
  applyChange,
  evaluate,
  loadPolicy,
  MisuseError,
  TRAFFIC,
  whatIf,
  type Change,
  type PolicyDocument,
  type Query,
  type Verdict,
  type WhatIf,
} from '@interwork/policy';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const DOCUMENT: PolicyDocument = {
  version: 1,
  default: 'deny',
  partners: {
    contoso: { domains: ['contoso.example'], via: 'sip', prove: 'certificate' },
    fixed: { domains: ['fixed.example'], prove: 'address', addresses: ['192.0.2.1'] },
  },
  rules: [
    { id: 'abuse-7', effect: 'forbid', domains: ['spam.example', 'worse.example'] },
    { id: 'contoso-im', effect: 'permit', partner: 'contoso', traffic: ['message'] },
    { id: 'spam-im', effect: 'permit', from: ['spam.example'] },
    { id: 'fixed-im', effect: 'permit', from: ['fixed.example'] },
    { id: 'no-video', effect: 'forbid', domains: ['*'], traffic: ['video'] },
  ],
};
const QUERY: Query = { from: 'contoso.example', to: 'us.example', via: 'sip', traffic: 'message' };

function asked(
  document: PolicyDocument,
  query: Query,
  limits?: Parameters<typeof whatIf>[3],
): WhatIf {
  const found = whatIf(document, query, {}, limits);
  if (found.kind === 'findings') throw new Error(JSON.stringify(found.findings));
  return found;
}

function verdictOf(document: PolicyDocument, query: Query): Verdict {
  const set = loadPolicy(document);
  if (set.kind === 'findings') throw new Error(JSON.stringify(set.findings));
  return evaluate(set, query);
}

describe('what would have to change', () => {
  const ROWS: readonly (readonly [id: string, query: Partial<Query>, told: readonly string[]])[] = [
    [
      'a permit by one rule',
      {},
      [
        'Add a rule that forbids message from "contoso.example" to "us.example".',
        'Remove rule contoso-im.',
      ],
    ],
    [
      'a forbid by one rule, which overrules a permit',
      { from: 'spam.example' },
      [
        'Take "spam.example" out of rule abuse-7 (domains).',
        'Let rule abuse-7 speak of presence, composing, receipt, chat, audio, video, but not of message.',
        'Remove rule abuse-7.',
      ],
    ],
    [
      'the default, near a permit for other traffic',
      { traffic: 'audio' },
      [
        'Add a rule that permits audio from "contoso.example" to "us.example".',
        'Let rule contoso-im speak of audio too.',
        'Let the default be to permit, for everything that no rule speaks of.',
      ],
    ],
    [
      'the default, near a partner of the name above',
      { from: 'eu.contoso.example' },
      [
        'Add a rule that permits message from "eu.contoso.example" to "us.example".',
        'Add "eu.contoso.example" to partner contoso.',
        'Let the default be to permit, for everything that no rule speaks of.',
      ],
    ],
    [
      'the default, near a permit that names one end',
      { from: 'eu.fixed.example' },
      [
        'Add a rule that permits message from "eu.fixed.example" to "us.example".',
        'Add "eu.fixed.example" to rule fixed-im (from).',
        'Let the default be to permit, for everything that no rule speaks of.',
      ],
    ],
    [
      'the wrong side',
      { via: 'xmpp' },
      ['Let partner contoso be on either side, not on that of sip alone (via).'],
    ],
    [
      'a foreign address',
      { from: 'fixed.example', address: '192.0.2.2' },
      ['List "192.0.2.2" among the addresses of partner fixed.'],
    ],
    [
      'two forbids that have to go together',
      { from: 'spam.example', traffic: 'video' },
      [
        'Take "spam.example" out of rule abuse-7 (domains). + Remove rule no-video.',
        'Let rule abuse-7 speak of message, presence, composing, receipt, chat, audio, but not of video. + Remove rule no-video.',
        'Remove rule no-video. + Remove rule abuse-7.',
      ],
    ],
    ['what is no domain name', { from: 'bad name' }, []],
    ['what is no traffic', { traffic: 'telepathy' as Query['traffic'] }, []],
  ];
  for (const [id, more, told] of ROWS) {
    it(id, () => {
      const { ways, complete, untold } = asked(DOCUMENT, { ...QUERY, ...more });
      expect(ways.map(({ changes }) => changes.map(({ text }) => text).join(' + '))).toEqual(told);
      expect({ complete, untold }).toEqual({ complete: true, untold: 0 });
    });
  }

  it('gives a new rule an id that is free', () => {
    const rules = ['new-permit', 'new-permit-2'].map((id) => ({
      id,
      effect: 'permit' as const,
      domains: ['x.example'],
    }));
    const { ways } = asked({ version: 1, default: 'deny', rules }, QUERY);
    expect(ways[0]?.verdict.by).toEqual(['new-permit-3']);
  });

  it('tells the findings of a document that does not load', () => {
    const document = { ...DOCUMENT, default: 'perhaps' as 'deny' };
    expect(whatIf(document, QUERY)).toMatchObject({ kind: 'findings' });
  });

  it('says what it left out', () => {
    expect(asked(DOCUMENT, QUERY, { ways: 1 })).toMatchObject({ untold: 1, ways: [{}] });
    expect(asked(DOCUMENT, QUERY, { tried: 1 })).toMatchObject({ complete: false, ways: [{}] });
    const query = { ...QUERY, from: 'spam.example', traffic: 'video' } as const;
    expect(asked(DOCUMENT, query, { together: 1 })).toMatchObject({ complete: false, ways: [] });
  });

  it('loads no more documents than it may', () => {
    const rules = Array.from({ length: 30 }, (_, n) => ({
      id: `f${n}`,
      effect: 'forbid' as const,
      domains: ['spam.example'],
    }));
    const query = { ...QUERY, from: 'spam.example' };
    const found = asked({ version: 1, default: 'permit', rules }, query, { tried: 40 });
    expect(found).toMatchObject({ ways: [], complete: false });
  });
});

describe('a change', () => {
  const change = (patch: Change['patch']): Change => ({
    kind: 'add-rule',
    reach: 'pair',
    text: '',
    patch,
  });
  const PLAIN = { version: 1, default: 'deny', rules: [] } as const;

  it('is the steps of RFC 6902 §4, one after another', () => {
    const [a, b, c] = ['a', 'b', 'c'].map((id) => ({ id, effect: 'permit', domains: ['*'] }));
    const made = applyChange(
      PLAIN,
      change([
        { op: 'add', path: '/rules/-', value: b },
        { op: 'add', path: '/rules/0', value: a },
        { op: 'add', path: '/rules/2', value: c },
        { op: 'remove', path: '/rules/1' },
        { op: 'replace', path: '/rules/0/id', value: 'first' },
        { op: 'replace', path: '/default', value: 'permit' },
      ]),
    );
    expect(made).toEqual({ version: 1, default: 'permit', rules: [{ ...a, id: 'first' }, c] });
    expect(PLAIN).toEqual({ version: 1, default: 'deny', rules: [] });
  });

  it('names its places as RFC 6901 §3 and §4 do', () => {
    const partners = { 'a/b~c': { domains: ['x.example'] }, ['__proto__']: { domains: [] } };
    const made = applyChange(
      { ...PLAIN, partners },
      change([
        { op: 'remove', path: '/partners/a~1b~0c' },
        { op: 'add', path: '/partners/__proto__/domains/-', value: 'y.example' },
      ]),
    );
    expect(Object.entries(made.partners ?? {})).toEqual([
      ['__proto__', { domains: ['y.example'] }],
    ]);
  });

  const STRAYS = ['/rules/0', '/rules/7/id', '/partners/x/via', '/version/x', '/toString/x'];
  for (const path of STRAYS) {
    it(`does not fit a document without ${path}`, () => {
      expect(() => applyChange(PLAIN, change([{ op: 'remove', path }]))).toThrow(MisuseError);
    });
  }
});

const NAME = fc.constantFrom(
  'a.example',
  'b.example',
  'sub.a.example',
  'deep.sub.a.example',
  'c.test',
);
const PATTERN = fc.oneof(NAME, fc.constantFrom('*', '*.a.example', '*.example', 'example'));
const LIST = fc.uniqueArray(PATTERN, { minLength: 1, maxLength: 3 });
const SUBJECT = fc.oneof(
  fc.record({ domains: LIST }),
  fc.record({ from: LIST }),
  fc.record({ from: LIST, to: LIST }),
  fc.constant({ partner: 'p' }),
);
const RULE = fc.tuple(
  SUBJECT,
  fc.constantFrom('permit' as const, 'forbid' as const),
  fc.option(fc.uniqueArray(fc.constantFrom(...TRAFFIC), { minLength: 1, maxLength: 3 }), {
    nil: undefined,
  }),
);
const DOCUMENTS: fc.Arbitrary<PolicyDocument> = fc
  .record({
    default: fc.constantFrom('deny' as const, 'permit' as const),
    via: fc.constantFrom(undefined, 'sip' as const, 'xmpp' as const),
    prove: fc.constantFrom(undefined, 'address' as const),
    rules: fc.array(RULE, { maxLength: 5 }),
  })
  .map(({ rules, via, prove, ...document }) => ({
    version: 1,
    ...document,
    partners: {
      p: {
        domains: ['sub.a.example'],
        ...(via === undefined ? {} : { via }),
        ...(prove === undefined ? {} : { prove, addresses: ['192.0.2.1'] }),
      },
    },
    rules: rules.map(([subject, effect, traffic], at) => ({
      id: `r${at}`,
      effect,
      ...subject,
      ...(traffic === undefined ? {} : { traffic }),
    })),
  }));
const QUERIES: fc.Arbitrary<Query> = fc.record(
  {
    from: NAME,
    to: NAME,
    via: fc.constantFrom('sip' as const, 'xmpp' as const),
    traffic: fc.constantFrom(...TRAFFIC),
    address: fc.constantFrom('192.0.2.1', '192.0.2.2'),
  },
  { requiredKeys: ['from', 'to', 'via', 'traffic'] },
);

describe('properties', () => {
  it('every way that is told flips the verdict, and not before its last change', () => {
    fc.assert(
      fc.property(DOCUMENTS, QUERIES, (document, query) => {
        const { verdict, ways } = asked(document, query);
        expect(verdict).toEqual(verdictOf(document, query));
        for (const way of ways) {
          const [last, ...before] = way.changes.toReversed();
          expect(last).toBeDefined();
          const almost = before.toReversed().reduce(applyChange, document);
          expect(verdictOf(almost, query).effect).toBe(verdict.effect);
          const changed = way.changes.reduce(applyChange, document);
          expect(verdictOf(changed, query)).toEqual(way.verdict);
          expect(way.verdict.effect).not.toBe(verdict.effect);
        }
      }),
    );
  });

  it('finds a way wherever rules and facts alone decide', () => {
    fc.assert(
      fc.property(DOCUMENTS, QUERIES, (document, query) => {
        const { ways, complete } = asked(document, query, { together: 8 });
        expect(ways.length > 0 || !complete).toBe(true);
      }),
    );
  });
});
