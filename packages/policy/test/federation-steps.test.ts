// The decision as a sequence: every step with every outcome it can have, and the sequence as a whole.
import {
  evaluate,
  type Facts,
  type PolicySet,
  type Query,
  questionsOf,
  type Step,
  type StepName,
  stepsOf,
} from '@interwork/policy';
import { policyOf } from '@interwork/policy/testing';
import { describe, expect, it } from 'vitest';
import { edge, GOOD, inward, outward, site, srv } from './lync-site.ts';

const USERS = { fromUser: 'ann', toUser: 'bob' };
const forbids = { rules: [{ id: 'no', effect: 'forbid', domains: ['fixed.example'] }] } as const;
const permits = { rules: [{ id: 'yes', effect: 'permit', domains: ['fixed.example'] }] } as const;
const plain = site();
const unverifiable = site({
  allowedDomains: [
    {
      domain: 'fixed.example',
      proxyFqdn: 'edge.fixed.example',
      verificationLevel: 'alwaysUnverifiable',
    },
  ],
  recipients: {
    'bob@ours.example': { allow: ['ann@fixed.example'], block: ['eve@fixed.example'] },
  },
});
const message = inward('fixed.example');
const { mark: _mark, ...unmarked } = message;
const strange = inward('found.example');
const toXmpp = outward('xmpp.example', { toward: 'xmpp' });

type Row = readonly [
  StepName,
  Step['outcome'],
  set: PolicySet,
  query: Query,
  by: string | undefined,
  diagnostics?: number,
];

const ROWS: readonly Row[] = [
  ['query', 'forbid', plain, inward('not a domain'), 'malformed-domain'],
  ['query', 'forbid', plain, { ...message, traffic: 'mail' as 'message' }, 'unknown-traffic'],
  ['own-rules', 'pass', plain, message, undefined],
  ['own-rules', 'permit', site({}, permits), message, 'yes'],
  ['own-rules', 'forbid', site({}, forbids), message, 'no'],
  ['access-edge', 'pass', plain, message, undefined],
  ['access-edge', 'forbid', site(edge({ allowFederatedUsers: false })), message, 'access-edge'],
  [
    'access-edge',
    'forbid',
    site(edge({ allowFederatedUsers: false })),
    toXmpp,
    'access-edge',
    1012,
  ],
  ['local-domains', 'pass', plain, message, undefined],
  [
    'local-domains',
    'pass',
    site(edge({ beClearingHouse: true })),
    inward('fixed.example', { to: 'listed.example' }),
    'clearing-house',
  ],
  [
    'local-domains',
    'forbid',
    plain,
    inward('fixed.example', { to: 'listed.example' }),
    'clearing-house',
    1005,
  ],
  ['local-domains', 'forbid', plain, inward('also-ours.example'), 'local-domain', 1017],
  ['blocked-domains', 'skip', site({ blockedDomains: [] }), message, undefined],
  ['blocked-domains', 'pass', plain, message, undefined],
  ['blocked-domains', 'forbid', plain, inward('blocked.example'), 'blocked-domain:blocked.example'],
  [
    'blocked-domains',
    'forbid',
    plain,
    outward('it.blocked.example', { toward: 'xmpp' }),
    'blocked-domain:blocked.example',
    1005,
  ],
  ['sender', 'skip', plain, outward('fixed.example'), undefined],
  ['sender', 'permit', plain, message, 'allowed-domain:fixed.example'],
  ['sender', 'pass', plain, { ...strange, peerNames: ['sip.found.example'] }, 'default'],
  [
    'sender',
    'forbid',
    plain,
    { ...message, peerNames: ['federation.old.example'] },
    'public-provider:Old',
  ],
  ['route', 'skip', plain, message, undefined],
  ['route', 'permit', plain, toXmpp, 'xmpp-partner:xmpp.example'],
  ['route', 'pass', plain, outward('stranger.example'), 'default', 1005],
  ['route', 'forbid', plain, outward('unasked.example'), 'default'],
  ['verification', 'skip', plain, toXmpp, undefined],
  ['verification', 'skip', plain, inward('xmpp.example', { via: 'xmpp' }), undefined],
  ['verification', 'pass', plain, message, undefined],
  ['verification', 'pass', plain, unmarked, 'allowed-domain:fixed.example'],
  ['capability', 'pass', plain, message, undefined],
  ['capability', 'pass', plain, { ...toXmpp, traffic: 'video' }, 'xmpp-partner:xmpp.example'],
  ['domain', 'permit', plain, message, 'allowed-domain:fixed.example'],
  ['domain', 'permit', site({}, { ...permits, default: 'permit' }), strange, 'default'],
  ['domain', 'forbid', plain, { ...strange, peerNames: [] }, 'default'],
  ['domain', 'forbid', plain, unmarked, 'allowed-domain:fixed.example'],
  ['domain', 'forbid', plain, { ...toXmpp, traffic: 'video' }, 'xmpp-partner:xmpp.example'],
  ['external-access', 'skip', plain, message, undefined],
  ['external-access', 'skip', site({ externalAccess: {} }), message, undefined],
  [
    'external-access',
    'permit',
    site({ externalAccess: { global: { enableFederationAccess: true } } }),
    { ...message, ...USERS },
    'external-access:global',
  ],
  [
    'external-access',
    'forbid',
    site({ externalAccess: {} }),
    { ...message, ...USERS },
    'external-access:global',
  ],
  ['recipient-rules', 'skip', plain, message, undefined],
  ['recipient-rules', 'pass', unverifiable, { ...message, ...USERS }, undefined],
  [
    'recipient-rules',
    'forbid',
    unverifiable,
    { ...message, ...USERS, fromUser: 'eve' },
    'recipient:block',
  ],
  ['recipient-rules', 'forbid', plain, { ...message, ...USERS }, 'recipient:block'],
  ['contact-list', 'skip', plain, message, undefined],
  ['contact-list', 'permit', unverifiable, { ...message, ...USERS }, 'recipient:allow'],
  [
    'contact-list',
    'forbid',
    unverifiable,
    { ...message, ...USERS, fromUser: 'eva' },
    'recipient:contacts',
  ],
];

describe('each step', () => {
  for (const [name, outcome, set, query, by, diagnostics] of ROWS) {
    it(`${name}: ${outcome}${by === undefined ? '' : ` by ${by}`}`, () => {
      const step = stepsOf(set, query, GOOD).find((each) => each.name === name);
      expect(step?.outcome).toBe(outcome);
      expect(step?.by?.join(' ')).toBe(by);
      expect(step?.diagnostics).toBe(diagnostics);
    });
  }
});

describe('the sequence', () => {
  const NAMES: readonly StepName[] = [
    'own-rules',
    'access-edge',
    'local-domains',
    'blocked-domains',
    'sender',
    'route',
    'verification',
    'capability',
    'domain',
    'external-access',
    'recipient-rules',
    'contact-list',
  ];

  it('has every step, in order, with its level', () => {
    const steps = stepsOf(plain, message, GOOD);
    expect(steps.map(({ name }) => name)).toEqual(NAMES);
    expect(steps.map(({ level }) => level)).toEqual([
      ...NAMES.slice(0, 9).map(() => 'domain'),
      'user',
      'recipient',
      'recipient',
    ]);
  });

  it('ends where it is forbidden for good', () => {
    const steps = stepsOf(plain, inward('blocked.example'), GOOD);
    expect(steps.map(({ name }) => name)).toEqual(NAMES.slice(0, 4));
  });

  it('goes on where something is not known, and asks for all of it at once', () => {
    const set = site({ externalAccess: { global: {}, users: { Open: OPEN } } });
    const query = inward('listed.example', USERS);
    expect(questionsOf(set, query)).toEqual([
      { kind: 'srv', domain: 'listed.example' },
      { kind: 'grant', user: 'bob@ours.example' },
      { kind: 'relation', user: 'bob@ours.example', contact: 'ann@listed.example' },
    ]);
    const facts: Facts = {
      ...GOOD,
      grants: new Map([['bob@ours.example', { policy: 'Open' }]]),
      relations: new Map([['bob@ours.example ann@listed.example', 'none']]),
    };
    expect(questionsOf(set, query, facts)).toEqual([]);
    expect(evaluate(set, query, facts).effect).toBe('permit');
  });

  it('asks for nothing that could not change the verdict', () => {
    const blocked = inward('listed.example', USERS);
    expect(questionsOf(site({}, { rules: [NO] }), blocked)).toEqual([]);
    const set = site({
      recipients: { 'bob@ours.example': { block: ['*'] } },
      publicProviders: [],
    });
    expect(evaluate(set, blocked)).toMatchObject({
      effect: 'forbid',
      by: ['recipient:block'],
      level: 'recipient',
    });
    expect(questionsOf(set, blocked)).toEqual([]);
  });

  it('tells each question once', () => {
    expect(questionsOf(plain, inward('listed.example'))).toEqual([
      { kind: 'srv', domain: 'listed.example' },
    ]);
  });

  it('of a document without Lync has the rules, and where none speaks the default', () => {
    const rules = policyOf({
      rules: [{ id: 'yes', effect: 'permit', domains: ['fixed.example'] }],
    });
    expect(stepsOf(rules, message)).toEqual([
      { name: 'own-rules', level: 'domain', outcome: 'permit', by: ['yes'] },
    ]);
    expect(stepsOf(rules, inward('found.example'))).toEqual([
      { name: 'own-rules', level: 'domain', outcome: 'pass' },
      { name: 'domain', level: 'domain', outcome: 'forbid', by: ['default'] },
    ]);
    expect(questionsOf(rules, message)).toEqual([]);
  });
});

describe('own rules and objects together', () => {
  it('either may permit, and what both ask is asked', () => {
    const set = site(
      {},
      { rules: [{ id: 'own', effect: 'permit', domains: ['fixed.example'], must: ['tls'] }] },
    );
    const { by, must } = evaluate(set, message);
    expect(by).toEqual(['allowed-domain:fixed.example', 'own']);
    expect(must).toContainEqual({ kind: 'tls', end: 'from' });
    expect(must).toContainEqual({ kind: 'peer-name', end: 'from', names: ['edge.fixed.example'] });
  });

  it('what objects have against it does not bind an own permit', () => {
    const set = site({}, permits);
    const query = { ...message, peerNames: ['other.example'] };
    expect(evaluate(set, query)).toMatchObject({ effect: 'permit', by: ['yes'] });
    expect(evaluate(set, query).must.map(({ kind }) => kind)).toEqual(['strip-trust', 'mark']);
  });

  it('what objects forbid does', () => {
    const rules = [{ id: 'all', effect: 'permit', domains: ['*'] }] as const;
    const refused: readonly (readonly [Query, string])[] = [
      [inward('blocked.example'), 'blocked-domain:blocked.example'],
      [inward('also-ours.example'), 'local-domain'],
      [inward('fixed.example', { to: 'listed.example' }), 'clearing-house'],
      [{ ...message, peerNames: ['federation.old.example'] }, 'public-provider:Old'],
    ];
    for (const [query, by] of refused) {
      expect(evaluate(site({}, { rules }), query)).toMatchObject({
        effect: 'forbid',
        by: [by],
        skipped: ['all'],
      });
    }
    const closed = site(edge({ allowFederatedUsers: false }), { rules });
    expect(evaluate(closed, message)).toMatchObject({ by: ['access-edge'], skipped: ['all'] });
  });

  it('facts of its own partners bind objects too', () => {
    const partners = { fixed: { domains: ['fixed.example'], via: 'xmpp' as const } };
    expect(evaluate(site({}, { partners }), message).by).toEqual(['wrong-side']);
  });

  it('a partner of one side is on that side when both ends are', () => {
    const partners = { fixed: { domains: ['fixed.example'], via: 'sip' as const } };
    const set = site({}, { partners });
    expect(evaluate(set, message).effect).toBe('permit');
    expect(evaluate(set, outward('fixed.example')).effect).toBe('permit');
    expect(evaluate(set, outward('fixed.example', { toward: 'xmpp' })).by).toEqual(['wrong-side']);
  });
});

const OPEN = { enableFederationAccess: true };
const NO = { id: 'no', effect: 'forbid', domains: ['listed.example'] } as const;

describe('a provider that is replaced by what stands behind it', () => {
  it('a listed domain with a provider as its server is of the public class', () => {
    const set = site({
      allowedDomains: [{ domain: 'fixed.example', proxyFqdn: 'federation.messenger.example' }],
    });
    expect(evaluate(set, outward('fixed.example')).by).toEqual(['public-provider:Messenger']);
  });

  it('where a stricter object goes, the one behind it holds with its own level', () => {
    const open = {
      ...edge({
        enablePartnerDiscovery: true,
        discoveredPartnerVerificationLevel: 'alwaysVerifiable',
      }),
      publicProviders: [],
    };
    const { mark: _none, ...query } = inward('listed.example');
    const records = srv({ 'listed.example': ['sip.listed.example'] });
    expect(evaluate(site(open), query, records).effect).toBe('forbid');
    expect(evaluate(site({ ...open, allowedDomains: [] }), query, records).by).toEqual([
      'discovery',
    ]);
  });
});
