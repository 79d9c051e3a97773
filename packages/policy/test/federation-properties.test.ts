// What holds of Lync's objects whatever the document and the crossing: a forbid more and a permit less never permit more, the
// order of lists does not matter, and what is not known never permits what knowing it would not.
import {
  type AllowedDomainEntry,
  evaluate,
  type Facts,
  type FederationEntry,
  loadPolicy,
  type PolicyDocument,
  type PolicySet,
  type Query,
  questionsOf,
  type Relation,
  stepsOf,
  TRAFFIC,
  type VerificationLevel,
} from '@interwork/policy';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const RUNS = { numRuns: 150 };
const OURS = 'ours.example';
const NAMES = ['a.example', 'b.example', 'x.a.example', 'a.test'] as const;
const PUBLIC = 'im.public.test';
const HOST = 'sip.host.test';

const name = fc.constantFrom(...NAMES);
const names = fc.uniqueArray(name, { maxLength: 3 });
const level = fc.constantFrom<VerificationLevel[]>(
  'alwaysVerifiable',
  'alwaysUnverifiable',
  'useSourceVerification',
);
const flag = fc.boolean();
const server = fc.constantFrom('sip.a.example', 'edge.a.example', 'sip.b.example', PUBLIC, HOST);
const policyEntry = fc.record({
  enableFederationAccess: flag,
  enableXmppAccess: flag,
  enablePublicCloudAccess: flag,
  enablePublicCloudAudioVideoAccess: flag,
});
const relation = fc.constantFrom<Relation[]>('none', 'added', 'allowed', 'blocked');
const user = fc.constantFrom('ann', 'bob');

/** Everything that may stand in a document, each with one level of verification for all. */
const federation = level.chain((verificationLevel) =>
  fc.record({
    allow: flag,
    discovery: flag,
    house: flag,
    allowed: fc.uniqueArray(fc.record({ domain: name, includeSubdomains: flag, proxied: flag }), {
      selector: ({ domain }) => domain,
      maxLength: 4,
    }),
    blocked: fc.uniqueArray(fc.constantFrom<string[]>('b.example', 'a.test', 'x.a.example'), {
      maxLength: 1,
    }),
    publics: fc.option(flag, { nil: undefined }),
    hosts: flag,
    shared: flag,
    access: fc.option(
      fc.record({ global: policyEntry, sites: policyEntry, users: policyEntry, granted: flag }),
      { nil: undefined },
    ),
    xmpp: names,
    recipients: fc.option(
      fc.uniqueArray(fc.constantFrom<string[]>('a.example', 'ann@b.example', '*')),
      {
        nil: undefined,
      },
    ),
    verificationLevel: fc.constant(verificationLevel),
  }),
);
type Drawn = typeof federation extends fc.Arbitrary<infer T> ? T : never;

function entryOf(drawn: Drawn): FederationEntry {
  const { verificationLevel } = drawn;
  const allowedDomains = drawn.allowed.map(
    ({ domain, includeSubdomains, proxied }): AllowedDomainEntry => ({
      domain,
      includeSubdomains,
      verificationLevel,
      ...(proxied ? { proxyFqdn: `edge.${domain}` } : {}),
    }),
  );
  return {
    localDomains: [OURS],
    accessEdge: {
      routing: 'useDnsSrvRouting',
      allowFederatedUsers: drawn.allow,
      enablePartnerDiscovery: drawn.discovery,
      discoveredPartnerVerificationLevel: verificationLevel,
      beClearingHouse: drawn.house,
    },
    allowedDomains,
    blockedDomains: drawn.blocked.map((domain) => ({ domain })),
    publicProviders:
      drawn.publics === undefined
        ? []
        : [{ identity: 'P', proxyFqdn: PUBLIC, enabled: drawn.publics, verificationLevel }],
    hostingProviders: [
      {
        identity: 'H',
        proxyFqdn: HOST,
        enabled: drawn.hosts,
        enabledSharedAddressSpace: drawn.shared,
        hostsOCSUsers: drawn.shared,
        verificationLevel,
      },
    ],
    xmppPartners: drawn.xmpp.map((domain) => ({ domain, partnerType: 'federated' })),
    ...(drawn.access === undefined ? {} : { externalAccess: accessOf(drawn.access) }),
    ...(drawn.recipients === undefined
      ? {}
      : { recipients: { [`ann@${OURS}`]: { block: drawn.recipients } } }),
  };
}

function accessOf(
  access: NonNullable<Drawn['access']>,
): FederationEntry['externalAccess'] & object {
  return {
    global: access.global,
    sites: { S: access.sites },
    users: { U: access.users },
    ...(access.granted ? { granted: { [`ann@${OURS}`]: 'U' } } : {}),
  };
}

const domain = fc.oneof(name, fc.constant(OURS));
const side = fc.constantFrom('sip' as const, 'xmpp' as const);
const query: fc.Arbitrary<Query> = fc
  .record({
    from: domain,
    to: domain,
    via: side,
    toward: side,
    traffic: fc.constantFrom(...TRAFFIC),
    fromUser: fc.option(user, { nil: undefined }),
    toUser: fc.option(user, { nil: undefined }),
    peerNames: fc.option(fc.uniqueArray(server, { maxLength: 2 }), { nil: undefined }),
    mark: fc.option(fc.constantFrom('verified' as const, 'unverified' as const), {
      nil: undefined,
    }),
  })
  .map((drawn) => Object.fromEntries(told(drawn)) as unknown as Query);

/** The fields that are told. */
function told(drawn: object): readonly (readonly [string, unknown])[] {
  return Object.entries(drawn).filter(([, value]) => value !== undefined);
}

const records = fc.option(fc.uniqueArray(server, { maxLength: 2 }), { nil: undefined });
const facts: fc.Arbitrary<Required<Facts>> = fc
  .record({
    srv: fc.array(records, { minLength: NAMES.length, maxLength: NAMES.length }),
    grants: fc.array(
      fc.record({ policy: fc.constantFrom('U', 'none'), site: fc.constantFrom('S', 'none') }),
      { minLength: 2, maxLength: 2 },
    ),
    relation,
  })
  .map((drawn) => ({
    srv: new Map(NAMES.map((each, at) => [each, drawn.srv[at]])),
    grants: new Map(['ann', 'bob'].map((each, at) => [`${each}@${OURS}`, drawn.grants[at] ?? {}])),
    relations: new Map(
      ['ann', 'bob'].flatMap((to) =>
        ['ann', 'bob'].flatMap((from) =>
          [...NAMES, OURS].map((at) => [`${to}@${OURS} ${from}@${at}`, drawn.relation] as const),
        ),
      ),
    ),
  }));

const byDefault = fc.constantFrom('deny' as const, 'permit' as const);
const own = fc.uniqueArray(
  fc.record({
    domains: fc.tuple(name),
    effect: fc.constantFrom('permit' as const, 'forbid' as const),
  }),
  { selector: ({ domains }) => domains[0], maxLength: 2 },
);
const world = fc.record({ federation, own, byDefault, query, facts });
type World = typeof world extends fc.Arbitrary<infer T> ? T : never;

/** The set of a document; undefined when it does not load, and then nothing is to be shown. */
function setOf(
  entry: FederationEntry,
  { own: rules, byDefault: fallback }: Pick<World, 'own' | 'byDefault'>,
): PolicySet | undefined {
  const document: PolicyDocument = {
    version: 1,
    default: fallback,
    rules: rules.map((rule, at) => ({ id: `r${at}`, ...rule })),
    federation: entry,
  };
  const set = loadPolicy(document);
  return set.kind === 'policy' ? set : undefined;
}

/** Whether the second permits what the first does not. */
function permitsMore(
  before: PolicySet | undefined,
  after: PolicySet | undefined,
  asked: Query,
  known: Facts,
): boolean {
  if (before === undefined || after === undefined) return false;
  if (evaluate(before, asked, known).effect === 'permit') return false;
  return evaluate(after, asked, known).effect === 'permit';
}

/** Whether an entry speaks for the domain of another, should that not be there. */
function covers(other: Drawn['allowed'][number], { domain }: Drawn['allowed'][number]): boolean {
  if (other.domain === domain) return true;
  return other.includeSubdomains && domain.endsWith(`.${other.domain}`);
}

function holdsFor(
  change: (drawn: Drawn) => readonly Drawn[],
  base: (drawn: Drawn) => Drawn = (drawn) => drawn,
): void {
  fc.assert(
    fc.property(world, fc.boolean(), (drawn, isKnown) => {
      const first = base(drawn.federation);
      const before = setOf(entryOf(first), drawn);
      for (const changed of change(first)) {
        const after = setOf(entryOf(changed), drawn);
        const known = isKnown ? drawn.facts : {};
        expect(permitsMore(before, after, drawn.query, known)).toBe(false);
      }
    }),
    RUNS,
  );
}

describe('a forbid more never permits more', () => {
  it('an own rule', () => {
    fc.assert(
      fc.property(world, name, (drawn, forbidden) => {
        const entry = entryOf(drawn.federation);
        const rules = [
          ...drawn.own,
          { domains: [forbidden] as [typeof forbidden], effect: 'forbid' as const },
        ];
        const before = setOf(entry, drawn);
        const after = setOf(entry, { ...drawn, own: rules });
        expect(permitsMore(before, after, drawn.query, drawn.facts)).toBe(false);
      }),
      RUNS,
    );
  });

  it('a blocked domain', () => {
    holdsFor((drawn) => NAMES.map((each) => ({ ...drawn, blocked: [...drawn.blocked, each] })));
  });

  it('a recipient who blocks', () => {
    holdsFor((drawn) =>
      drawn.recipients === undefined
        ? []
        : ['a.example', '*'].map((each) => ({
            ...drawn,
            recipients: [...(drawn.recipients ?? []), each],
          })),
    );
  });

  it('a switch that is turned off', () => {
    holdsFor((drawn) => [
      { ...drawn, allow: false },
      { ...drawn, discovery: false },
      { ...drawn, house: false },
      { ...drawn, shared: false },
      { ...drawn, hosts: false },
      ...(drawn.publics === undefined ? [] : [{ ...drawn, publics: false }]),
    ]);
  });

  it('a flag of a policy that is turned off', () => {
    holdsFor(({ access, ...drawn }) => {
      if (access === undefined) return [];
      const flags = Object.keys(access.global) as (keyof typeof access.global)[];
      return (['global', 'sites', 'users'] as const).flatMap((scope) =>
        flags.map((each) => ({
          ...drawn,
          access: { ...access, [scope]: { ...access[scope], [each]: false } },
        })),
      );
    });
  });
});

describe('a permit less never permits more', () => {
  it('an own rule', () => {
    fc.assert(
      fc.property(world, fc.nat(1), (drawn, at) => {
        const entry = entryOf(drawn.federation);
        const rules = drawn.own.filter(({ effect }, index) => index !== at || effect === 'forbid');
        const before = setOf(entry, drawn);
        const after = setOf(entry, { ...drawn, own: rules });
        expect(permitsMore(before, after, drawn.query, drawn.facts)).toBe(false);
      }),
      RUNS,
    );
  });

  it('an XMPP partner', () => {
    holdsFor((drawn) =>
      drawn.xmpp.map((each) => ({ ...drawn, xmpp: drawn.xmpp.filter((other) => other !== each) })),
    );
  });

  it('an allowed domain, where all have one level and nothing else takes its place', () => {
    holdsFor(
      (drawn) =>
        drawn.allowed
          .filter((each) => !drawn.allowed.some((other) => other !== each && covers(other, each)))
          .map((each) => ({
            ...drawn,
            allowed: drawn.allowed.filter((other) => other !== each),
          })),
      (drawn) => ({ ...drawn, discovery: false, publics: undefined }),
    );
  });
});

describe('whatever the document and the crossing', () => {
  it('the order of lists does not matter', () => {
    fc.assert(
      fc.property(world, (drawn) => {
        const entry = entryOf(drawn.federation);
        const turned: FederationEntry = {
          ...entry,
          allowedDomains: (entry.allowedDomains ?? []).toReversed(),
          blockedDomains: (entry.blockedDomains ?? []).toReversed(),
          xmppPartners: (entry.xmppPartners ?? []).toReversed(),
        };
        const before = setOf(entry, drawn);
        const after = setOf(turned, drawn);
        if (before === undefined || after === undefined) return;
        const { query: asked, facts: known } = drawn;
        expect(evaluate(after, asked, known)).toEqual(evaluate(before, asked, known));
        expect(stepsOf(after, asked, known)).toEqual(stepsOf(before, asked, known));
      }),
      RUNS,
    );
  });

  it('what is not known never permits what some value of it would not', () => {
    fc.assert(
      fc.property(world, fc.tuple(flag, flag, flag), (drawn, [srv, grants, relations]) => {
        const set = setOf(entryOf(drawn.federation), drawn);
        if (set === undefined) return;
        const some: Facts = {
          ...(srv ? { srv: drawn.facts.srv } : {}),
          ...(grants ? { grants: drawn.facts.grants } : {}),
          ...(relations ? { relations: drawn.facts.relations } : {}),
        };
        const less = evaluate(set, drawn.query, some);
        const all = evaluate(set, drawn.query, drawn.facts);
        if (less.effect === 'permit') expect(all.effect).toBe('permit');
        expect(all.unknown).toBeUndefined();
        expect(questionsOf(set, drawn.query, some)).toEqual(less.unknown ?? []);
        if (less.effect === 'forbid' && less.unknown === undefined)
          expect(all.effect).toBe('forbid');
      }),
      { numRuns: 500 },
    );
  });

  it('the last step that forbids, or else permits, is the verdict', () => {
    fc.assert(
      fc.property(world, flag, (drawn, isKnown) => {
        const set = setOf(entryOf(drawn.federation), drawn);
        if (set === undefined) return;
        const known = isKnown ? drawn.facts : {};
        const steps = stepsOf(set, drawn.query, known);
        const verdict = evaluate(set, drawn.query, known);
        const last = steps.findLast(({ outcome }) => outcome === 'forbid');
        expect(last === undefined ? 'permit' : 'forbid').toBe(verdict.effect);
        if (last !== undefined) {
          expect(verdict.by).toEqual(last.by);
          expect(verdict.level).toBe(last.level);
          expect(verdict.diagnostics).toBe(last.diagnostics);
        } else {
          const permit = steps.find((step) => step.name === 'domain');
          expect(verdict.by).toEqual(expect.arrayContaining([...(permit?.by ?? ['missing'])]));
        }
      }),
      { numRuns: 500 },
    );
  });

  it('nothing throws, whatever is asked', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 12 }),
      name,
      fc.constant('__proto__'),
    );
    const hostile = fc.record({
      from: fc.oneof(text, domain),
      to: fc.oneof(text, domain),
      via: fc.oneof(side, text),
      toward: fc.oneof(side, text),
      traffic: fc.oneof(fc.constantFrom(...TRAFFIC), text),
      fromUser: text,
      toUser: text,
      peerNames: fc.array(text, { maxLength: 5 }),
      mark: text,
    });
    fc.assert(
      fc.property(world, hostile, fc.array(text), (drawn, asked, hosts) => {
        const set = setOf(entryOf(drawn.federation), drawn);
        if (set === undefined) return;
        const known: Facts = { srv: new Map(NAMES.map((each) => [each, hosts])) };
        const verdict = evaluate(set, asked as Query, known);
        expect(['permit', 'forbid']).toContain(verdict.effect);
        expect(verdict.by.length).toBeGreaterThan(0);
        stepsOf(set, asked as Query, known);
      }),
      { numRuns: 40 },
    );
  });
});
