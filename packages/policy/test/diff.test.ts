// What a new policy changes, and the sample it is asked about.
import { crossingsOf, diff, TRAFFIC, type PolicyDocument, type Query } from '@interwork/policy';
import { policyOf } from '@interwork/policy/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const BEFORE: PolicyDocument = {
  version: 1,
  default: 'deny',
  partners: { contoso: { domains: ['contoso.example'], prove: 'dialback' } },
  rules: [
    { id: 'contoso-im', effect: 'permit', partner: 'contoso', traffic: ['message'] },
    { id: 'abuse', effect: 'forbid', domains: ['spam.example'] },
    { id: 'pair', effect: 'permit', from: ['a.example'], to: ['b.example'], traffic: ['message'] },
  ],
};

function differences(after: Partial<PolicyDocument>): unknown {
  const changed = { ...BEFORE, ...after };
  const sample = crossingsOf([BEFORE, changed]);
  const { differences, changed: count } = diff(policyOf(BEFORE), policyOf(changed), sample);
  const told = differences.map(({ kind, before, after, crossings }) => [
    kind,
    before.by.join(),
    after.by.join(),
    crossings.length,
  ]);
  expect(count).toBe(differences.reduce((sum, one) => sum + one.crossings.length, 0));
  return told;
}

describe('what a new document changes', () => {
  const [contoso, abuse, pair] = BEFORE.rules;
  const ROWS: readonly (readonly [string, Partial<PolicyDocument>, unknown])[] = [
    ['nothing', {}, []],
    ['a note', { rules: BEFORE.rules.map((rule) => ({ ...rule, note: 'seen' })) }, []],
    [
      'a permit more',
      { rules: [...BEFORE.rules, { id: 'new', effect: 'permit', domains: ['new.example'] }] },
      [['permitted', 'default', 'new', 28]],
    ],
    [
      'a permit less',
      { rules: BEFORE.rules.filter(({ id }) => id !== 'pair') },
      [['forbidden', 'pair', 'default', 2]],
    ],
    [
      'another proof',
      { partners: { contoso: { domains: ['contoso.example'], prove: 'certificate' } } },
      [
        ['obligations', 'contoso-im', 'contoso-im', 2],
        ['obligations', 'contoso-im', 'contoso-im', 2],
      ],
    ],
    [
      'another name of a rule',
      { rules: [contoso, pair, { ...abuse, id: 'abuse-2' }] as PolicyDocument['rules'] },
      [['reasons', 'abuse', 'abuse-2', 56]],
    ],
    [
      'several at once, what is let in first',
      {
        partners: { contoso: { domains: ['contoso.example', '*.contoso.example'] } },
        rules: [contoso, abuse] as PolicyDocument['rules'],
      },
      [
        ['permitted', 'default', 'contoso-im', 4],
        ['forbidden', 'pair', 'default', 2],
        ['obligations', 'contoso-im', 'contoso-im', 2],
        ['obligations', 'contoso-im', 'contoso-im', 2],
      ],
    ],
  ];
  for (const [id, after, told] of ROWS) {
    it(id, () => {
      expect(differences(after)).toEqual(told);
    });
  }

  it('takes a sample from anywhere', () => {
    const query: Query = { from: 'x', to: 'y', via: 'sip', traffic: 'message' };
    const [closed, open] = [policyOf({}), policyOf({ default: 'permit' })];
    expect(diff(closed, open, { crossings: [query] })).toEqual({
      kind: 'diff',
      asked: 1,
      changed: 1,
      differences: [
        {
          kind: 'permitted',
          gained: [],
          lost: [],
          before: { effect: 'forbid', by: ['default'], must: [], skipped: [] },
          after: { effect: 'permit', by: ['default'], must: [], skipped: [] },
          crossings: [query],
        },
      ],
    });
  });
});

describe('the sample', () => {
  const named = (domains: readonly string[]): PolicyDocument => ({
    version: 1,
    default: 'deny',
    rules: [{ id: 'r', effect: 'forbid', domains }],
  });

  it('has each name, what is below and beside it, both ways, each traffic, each side', () => {
    const { crossings, left } = crossingsOf([named(['*.X.example.', '*'])]);
    const pairs = ['x.example', 'sub.x.example', 'notx.example'].flatMap((name) => [
      [name, 'nobody.invalid'],
      ['nobody.invalid', name],
    ]);
    const sides = ['sip', 'xmpp'];
    expect(crossings).toEqual(
      pairs.flatMap(([from, to]) =>
        sides.flatMap((via) => TRAFFIC.map((traffic) => ({ from, to, via, traffic }))),
      ),
    );
    expect(left).toBe(0);
  });

  it('has the pairs that a rule names', () => {
    const { crossings } = crossingsOf([BEFORE]);
    const pairs = crossings.map(({ from, to }) => `${from} ${to}`);
    expect(pairs).toContain('a.example b.example');
    expect(pairs).toContain('b.example a.example');
  });

  it('leaves out what cannot be a name', () => {
    const long = `${'a'.repeat(61)}.example`;
    const { crossings } = crossingsOf([named([long])]);
    expect(new Set(crossings.map(({ from }) => from))).toEqual(
      new Set([long, `sub.${long}`, 'nobody.invalid']),
    );
  });

  it('is bounded, begins with what was changed, and says what it left out', () => {
    const many = Array.from({ length: 500 }, (_, n) => `d${n}.example`);
    const before = {
      ...named(many),
      rules: many.map((name, n) => ({ id: `r${n}`, effect: 'forbid' as const, domains: [name] })),
    };
    const after = {
      ...before,
      rules: [...before.rules, { id: 'new', effect: 'permit' as const, domains: ['new.example'] }],
    };
    const { crossings, left } = crossingsOf([before, after], 100);
    expect(crossings).toHaveLength(98);
    expect(left).toBe(1000);
    expect(crossings[0]?.from).toBe('new.example');
    expect(crossingsOf([before, after], 100)).toMatchObject({ crossings, left });
  });

  it('finds every domain that a changed list of permits lets in or keeps out', () => {
    const names = fc.uniqueArray(
      fc.constantFrom('a.example', 'b.example', 'sub.a.example', '*.a.example', '*.test'),
      { maxLength: 4 },
    );
    const permitting = (domains: readonly string[]): PolicyDocument => ({
      version: 1,
      default: 'deny',
      rules: [{ id: 'r', effect: 'permit', domains }],
    });
    fc.assert(
      fc.property(names, names, (one, other) => {
        const [before, after] = [permitting(one), permitting(other)];
        const sample = crossingsOf([before, after]);
        const { changed } = diff(policyOf(before), policyOf(after), sample);
        const alike = one.length === other.length && one.every((name) => other.includes(name));
        // sub.a.example is permitted by *.a.example already
        const covered = one.includes('*.a.example') && other.includes('*.a.example');
        const seen = (list: readonly string[]) =>
          list
            .filter((name) => !(covered && name === 'sub.a.example'))
            .toSorted()
            .join();
        expect(changed > 0).toBe(!alike && seen(one) !== seen(other));
      }),
    );
  });
});
