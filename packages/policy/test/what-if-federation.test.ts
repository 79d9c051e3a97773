// Which changes of Lync's objects flip a verdict. Rows say what is told; the property makes every told change, loads and asks.
import {
  applyChange,
  evaluate,
  loadPolicy,
  whatIf,
  type Facts,
  type PolicyDocument,
  type Query,
  type Verdict,
  type WhatIf,
} from '@interwork/policy';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  access,
  DEFAULT_ROUTE,
  edge,
  FACTS,
  FEDERATION,
  IN,
  OUT,
  UNLISTED,
  UNMARKED,
} from './federated.ts';

const DOCUMENT: PolicyDocument = { version: 1, default: 'deny', rules: [], federation: FEDERATION };
const CLOSED: Part = {
  federation: {
    localDomains: ['contoso.example'],
    accessEdge: { routing: 'useDnsSrvRouting' },
    externalAccess: {},
  },
};

type Part = Partial<PolicyDocument>;
type Row = readonly [id: string, part: Part, query: Query, told: readonly string[], facts?: Facts];
const ROWS: readonly Row[] = [
  [
    'an allowed domain, in',
    {},
    IN,
    [
      'Add a rule that forbids message from "fabrikam.example" to "contoso.example".',
      'Put "bob@fabrikam.example" on the block list of "amy@contoso.example".',
      'Take "fabrikam.example" from the allowed domains.',
      'Set enableFederationAccess of the external access policy of user "Everything" to false.',
      'Close the Access Edge: set allowFederatedUsers to false.',
    ],
  ],
  ['what is not known', {}, IN, [], {}],
  [
    'a closed edge',
    edge({ allowFederatedUsers: false }),
    OUT,
    ['Open the Access Edge: set allowFederatedUsers to true.'],
  ],
  [
    'everything closed',
    CLOSED,
    { ...OUT, to: 'stranger.example' },
    [
      'Open the Access Edge: set allowFederatedUsers to true. + Add a rule that permits message from "contoso.example" to "stranger.example". + Make an external access policy "New policy" with enableFederationAccess, and grant it to "amy@contoso.example".',
      'Open the Access Edge: set allowFederatedUsers to true. + Add "stranger.example" to the allowed domains. + Make an external access policy "New policy" with enableFederationAccess, and grant it to "amy@contoso.example".',
      'Open the Access Edge: set allowFederatedUsers to true. + Add a rule that permits message from "contoso.example" to "stranger.example". + Set enableFederationAccess of the global external access policy to true.',
      'Open the Access Edge: set allowFederatedUsers to true. + Add "stranger.example" to the allowed domains. + Set enableFederationAccess of the global external access policy to true.',
    ],
  ],
  [
    'a stranger',
    {},
    { ...OUT, to: 'stranger.example' },
    [
      'Add a rule that permits message from "contoso.example" to "stranger.example".',
      'Add "stranger.example" to the allowed domains.',
      'Add "stranger.example" to the allowed domains, with the server sip.stranger.example (proxyFqdn).',
      'Let the default be to permit, for everything that no rule speaks of.',
      'Let partners be discovered: set enablePartnerDiscovery to true.',
    ],
  ],
  [
    'a stranger, discovered',
    edge({ enablePartnerDiscovery: true }),
    { ...OUT, to: 'stranger.example' },
    [
      'Add a rule that forbids message from "contoso.example" to "stranger.example".',
      'Set enableFederationAccess of the external access policy of user "Everything" to false.',
      'Add "stranger.example" to the blocked domains.',
      'Let partners not be discovered: set enablePartnerDiscovery to false.',
      'Close the Access Edge: set allowFederatedUsers to false.',
    ],
  ],
  [
    'a record that leads elsewhere',
    {},
    { ...OUT, to: 'northwind.example' },
    [
      'Add a rule that permits message from "contoso.example" to "northwind.example".',
      'Let sip.elsewhere.example be the server of the allowed domain "northwind.example" (proxyFqdn).',
    ],
  ],
  [
    'a domain below an allowed one',
    {},
    { ...OUT, to: 'eu.fabrikam.example' },
    [
      'Add a rule that permits message from "contoso.example" to "eu.fabrikam.example".',
      'Add "eu.fabrikam.example" to the allowed domains.',
      'Add "eu.fabrikam.example" to the allowed domains, with the server sip.eu.fabrikam.example (proxyFqdn).',
      'Let the allowed domain "fabrikam.example" include what lies below it (includeSubdomains).',
      'Let the default be to permit, for everything that no rule speaks of.',
      'Let partners be discovered: set enablePartnerDiscovery to true.',
    ],
  ],
  [
    'a server that shows another name',
    {},
    { ...IN, from: 'litware.example', peerNames: ['x.example'] },
    [
      'Add a rule that permits message from "litware.example" to "contoso.example".',
      'Let x.example be the server of the allowed domain "litware.example" (proxyFqdn).',
    ],
  ],
  [
    'a sender without mark',
    {},
    UNMARKED,
    ['Set verificationLevel of the allowed domain "fabrikam.example" to alwaysVerifiable.'],
  ],
  [
    'a blocked domain',
    {},
    { ...IN, from: 'a.spam.example', peerNames: ['sip.a.spam.example'] },
    [
      'Take "spam.example" from the blocked domains. + Add a rule that permits message from "a.spam.example" to "contoso.example".',
      'Take "spam.example" from the blocked domains. + Add "a.spam.example" to the allowed domains, with the server sip.a.spam.example (proxyFqdn).',
      'Take "spam.example" from the blocked domains. + Let the default be to permit, for everything that no rule speaks of.',
    ],
  ],
  [
    'a sender whom the recipient blocks',
    {},
    { ...IN, fromUser: 'rude' },
    [
      'Take "rude@fabrikam.example", and what else names it, off the block list of "amy@contoso.example".',
    ],
  ],
  [
    'a sender who is not verified and not known',
    {},
    { ...IN, mark: 'unverified' },
    [
      'Put "bob@fabrikam.example" on the contact list of "amy@contoso.example".',
      'Put "bob@fabrikam.example" on the allow list of "amy@contoso.example".',
    ],
  ],
  [
    'a sender who is not verified and allowed',
    {},
    { ...IN, mark: 'unverified', fromUser: 'ok' },
    [
      'Add a rule that forbids message from "fabrikam.example" to "contoso.example".',
      'Put "ok@fabrikam.example" on the block list of "amy@contoso.example".',
      'Take "ok@fabrikam.example", and what else names it, off the allow list of "amy@contoso.example".',
      'Take "fabrikam.example" from the allowed domains.',
      'Set enableFederationAccess of the external access policy of user "Everything" to false.',
      'Close the Access Edge: set allowFederatedUsers to false.',
    ],
  ],
  [
    'a public provider, in',
    {},
    { ...IN, from: 'public.example', fromUser: 'pal' },
    [
      'Add a rule that forbids message from "public.example" to "contoso.example".',
      'Put "pal@public.example" on the block list of "amy@contoso.example".',
      'Take "pal@public.example", and what else names it, off the contact list of "amy@contoso.example".',
      'Set enablePublicCloudAccess of the external access policy of user "Everything" to false.',
      'Turn public provider "Public" off (enabled).',
      'Add "public.example" to the blocked domains.',
      'Close the Access Edge: set allowFederatedUsers to false.',
    ],
  ],
  [
    'a public provider, to a user who may not',
    {},
    { ...OUT, fromUser: 'carl', to: 'public.example' },
    [
      'Grant the external access policy "Everything" to "carl@contoso.example".',
      'Set enablePublicCloudAccess of the global external access policy to true.',
    ],
  ],
  [
    'a public provider that is off',
    {},
    { ...OUT, to: 'old.example' },
    ['Turn public provider "Old" on (enabled).'],
  ],
  [
    'a hosting provider, for a domain that is not listed',
    {},
    { ...OUT, to: 'hosted.example' },
    [
      'Add a rule that permits message from "contoso.example" to "hosted.example".',
      'Add "hosted.example" to the allowed domains.',
      'Add "hosted.example" to the allowed domains, with the server edge.hoster.example (proxyFqdn).',
      'Let partners be discovered: set enablePartnerDiscovery to true.',
    ],
  ],
  [
    'a policy of a site',
    {},
    { ...OUT, fromUser: 'pierre' },
    [
      'Grant the external access policy "Everything" to "pierre@contoso.example".',
      'Set enableFederationAccess of the external access policy of site "Paris" to true.',
    ],
  ],
  [
    'an XMPP partner, in',
    {},
    { ...IN, from: 'jabber.example', via: 'xmpp' },
    [
      'Add a rule that forbids message from "jabber.example" to "contoso.example".',
      'Put "bob@jabber.example" on the block list of "amy@contoso.example".',
      'Set enableFederationAccess of the external access policy of user "Everything" to false.',
      'Set enableXmppAccess of the external access policy of user "Everything" to false.',
      'Remove the XMPP partner "jabber.example".',
      'Close the Access Edge: set allowFederatedUsers to false.',
    ],
  ],
  [
    'a domain below an XMPP partner',
    {},
    { ...IN, from: 'chat.jabber.example', via: 'xmpp' },
    [
      'Add a rule that permits message from "chat.jabber.example" to "contoso.example".',
      'Add "chat.jabber.example" to the XMPP partner "jabber.example" (additionalDomains).',
      'Add "chat.jabber.example" to the XMPP partners.',
      'Let the default be to permit, for everything that no rule speaks of.',
    ],
  ],
  [
    'a call to an XMPP partner',
    {},
    { ...OUT, to: 'jabber.example', toward: 'xmpp', traffic: 'audio' },
    ['Add a rule that permits audio from "contoso.example" to "jabber.example".'],
  ],
  [
    'two of our own domains',
    {},
    { ...OUT, to: 'contoso.test', peerNames: ['edge.hoster.example'] },
    [
      'Let hosting provider "Hoster" have users of our own domains: set enabled, enabledSharedAddressSpace, hostsOCSUsers to true.',
    ],
  ],
  [
    'two strangers to each other, one of them ours after all',
    {},
    { ...OUT, from: 'contoso.net.example' },
    ['Add "contoso.net.example" to our own domains (localDomains).'],
  ],
  [
    'a rule of our own that forbids',
    { rules: [{ id: 'no', effect: 'forbid', domains: ['fabrikam.example'] }] },
    OUT,
    [
      'Let rule no speak of presence, composing, receipt, chat, audio, video, but not of message.',
      'Remove rule no.',
    ],
  ],
  [
    'another server on the default route',
    DEFAULT_ROUTE,
    { ...IN, peerNames: ['other.example'] },
    [
      'Add a rule that permits message from "fabrikam.example" to "contoso.example".',
      'Let "other.example" be the server of the default route (defaultRouteFqdn).',
    ],
  ],
  [
    'grants that the host keeps',
    access({ granted: undefined, siteOf: undefined }),
    { ...OUT, to: 'public.example' },
    [],
  ],
  ['lists of users that the host keeps', UNLISTED, IN, []],
];

function asked(document: PolicyDocument, query: Query, facts: Facts): WhatIf {
  const found = whatIf(document, query, facts);
  if (found.kind === 'findings') throw new Error(JSON.stringify(found.findings));
  return found;
}

function verdictOf(document: PolicyDocument, query: Query): Verdict {
  const set = loadPolicy(document);
  if (set.kind === 'findings') throw new Error(JSON.stringify(set.findings));
  return evaluate(set, query, FACTS);
}

describe("what would have to change of Lync's objects", () => {
  for (const [id, part, query, told, facts = FACTS] of ROWS) {
    it(id, () => {
      const { ways, complete } = asked({ ...DOCUMENT, ...part }, query, facts);
      expect(ways.map(({ changes }) => changes.map(({ text }) => text).join(' + '))).toEqual(told);
      expect(complete).toBe(true);
    });
  }

  it('takes the spelling that the document has', () => {
    const part = access({
      users: { ...FEDERATION.externalAccess?.users, Nothing: {} },
      granted: { 'Carl@Contoso.Example': 'Nothing' },
    });
    const query = { ...OUT, fromUser: 'carl', to: 'public.example' };
    const [way] = asked({ ...DOCUMENT, ...part }, query, FACTS).ways;
    expect(way?.changes[0]?.patch).toEqual([
      {
        op: 'replace',
        path: '/federation/externalAccess/granted/Carl@Contoso.Example',
        value: 'Everything',
      },
    ]);
  });

  it('makes a policy under a name that is free', () => {
    const users = { 'New policy': {}, 'New policy 2': {} };
    const query = { ...OUT, fromUser: 'carl', to: 'public.example', traffic: 'audio' } as const;
    const [way] = asked({ ...DOCUMENT, ...access({ users, granted: {} }) }, query, FACTS).ways;
    expect(way?.changes[0]?.text).toBe(
      'Make an external access policy "New policy 3" with enablePublicCloudAccess and enablePublicCloudAudioVideoAccess, and grant it to "carl@contoso.example".',
    );
    expect(way?.verdict.by).toContain('external-access:user:New policy 3');
  });
});

/** Every field of the company there or not, every switch on or off. */
const PARTS = fc.record(
  {
    allowedDomains: fc.constant(FEDERATION.allowedDomains ?? []),
    blockedDomains: fc.constantFrom(FEDERATION.blockedDomains ?? [], [{ domain: 'worse.example' }]),
    publicProviders: fc
      .boolean()
      .map((enabled) => (FEDERATION.publicProviders ?? []).map((one) => ({ ...one, enabled }))),
    hostingProviders: fc
      .boolean()
      .map((enabled) => (FEDERATION.hostingProviders ?? []).map((one) => ({ ...one, enabled }))),
    xmppPartners: fc.constant(FEDERATION.xmppPartners ?? []),
    externalAccess: fc.constantFrom({}, FEDERATION.externalAccess ?? {}),
    recipients: fc.constant(FEDERATION.recipients ?? {}),
  },
  { requiredKeys: ['recipients'] },
);
const DOCUMENTS: fc.Arbitrary<PolicyDocument> = fc
  .tuple(PARTS, fc.boolean(), fc.boolean())
  .map(([part, open, discover]) => ({
    ...DOCUMENT,
    federation: {
      localDomains: FEDERATION.localDomains,
      accessEdge: {
        routing: 'useDnsSrvRouting',
        allowFederatedUsers: open,
        enablePartnerDiscovery: discover,
      },
      ...part,
    },
  }));
const FOREIGN = [
  'fabrikam.example',
  'litware.example',
  'eu.fabrikam.example',
  'stranger.example',
  'public.example',
  'old.example',
  'hosted.example',
  'jabber.example',
  'a.spam.example',
  'contoso.test',
];
const KNOWN: Facts = {
  srv: new Map([
    ...FOREIGN.map((domain) => [domain, [`sip.${domain}`]] as const),
    ...(FACTS.srv ?? []),
  ]),
};
const QUERIES: fc.Arbitrary<Query> = fc
  .record({
    foreign: fc.constantFrom(...FOREIGN),
    user: fc.constantFrom('amy', 'carl', 'pierre'),
    other: fc.constantFrom('rude', 'ok', 'bob'),
    inward: fc.boolean(),
    side: fc.constantFrom('sip' as const, 'xmpp' as const),
    traffic: fc.constantFrom('message' as const, 'presence' as const, 'audio' as const),
    mark: fc.constantFrom('verified' as const, 'unverified' as const),
  })
  .map(({ foreign, user, other, inward, side, traffic, mark }) => {
    const ours = { domain: 'contoso.example', user };
    const theirs = { domain: foreign, user: other };
    const [from, to] = inward ? [theirs, ours] : [ours, theirs];
    return {
      from: from.domain,
      fromUser: from.user,
      to: to.domain,
      toUser: to.user,
      via: inward ? side : 'sip',
      toward: inward ? 'sip' : side,
      traffic,
      mark,
    };
  });

describe('properties', () => {
  it('every way that is told flips the verdict, and not before its last change', () => {
    fc.assert(
      fc.property(DOCUMENTS, QUERIES, (document, query) => {
        const { verdict, ways } = asked(document, query, FACTS);
        expect(verdict).toEqual(verdictOf(document, query));
        for (const way of ways) {
          const almost = way.changes.slice(0, -1).reduce(applyChange, document);
          expect(verdictOf(almost, query).effect).toBe(verdict.effect);
          const changed = way.changes.reduce(applyChange, document);
          expect(verdictOf(changed, query)).toEqual(way.verdict);
          expect(way.verdict.effect).not.toBe(verdict.effect);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('finds a way wherever everything is known, but between our own domains', () => {
    fc.assert(
      fc.property(DOCUMENTS, QUERIES, (document, query) => {
        const { verdict, ways, complete } = asked(document, query, KNOWN);
        if (query.to === 'contoso.test' || query.from === 'contoso.test') return;
        expect([verdict.by, ways.length > 0 || !complete]).toEqual([verdict.by, true]);
      }),
      { numRuns: 200 },
    );
  });
});
