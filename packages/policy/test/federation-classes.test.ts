// Whose server it is: every class of peer as it comes in, every route out, and what is said when it is not right.
import { evaluate, type Facts, type PolicySet, type Query } from '@interwork/policy';
import { describe, expect, it } from 'vitest';
import { edge, GOOD, inward, outward, site, srv, verdict } from './lync-site.ts';

type Row = readonly [what: string, set: PolicySet, query: Query, facts: Facts, said: string];

const plain = site();
const discovering = site(edge({ enablePartnerDiscovery: true }));
const noPublic = site({ publicProviders: [] });

function rows(all: readonly Row[]): void {
  for (const [what, set, query, facts, expected] of all) {
    it(what, () => expect(verdict(set, query, facts)).toBe(expected));
  }
}

const shown = (from: string, ...peerNames: readonly string[]): Query => inward(from, { peerNames });

describe('a server that has shown its names, coming in', () => {
  rows([
    [
      'a: a public provider, whichever domain it names',
      plain,
      shown('anybody.example', 'FEDERATION.Messenger.Example.'),
      {},
      'permit public-provider:Messenger',
    ],
    [
      'a: one that is switched off is nobody else',
      plain,
      shown('listed.example', 'sip.listed.example', 'federation.old.example'),
      GOOD,
      'forbid public-provider:Old',
    ],
    [
      'b: a hosting provider, of a listed domain',
      plain,
      shown('hosted.example', 'sipfed.host.example'),
      {},
      'permit hosting-provider:Host',
    ],
    [
      'b: of a domain that nobody listed',
      plain,
      shown('found.example', 'sipfed.host.example'),
      {},
      'forbid hosting-provider:Host',
    ],
    [
      'b: of a domain that may be discovered',
      discovering,
      shown('found.example', 'sipfed.host.example'),
      {},
      'permit hosting-provider:Host',
    ],
    [
      'b: one that is switched off is not there',
      plain,
      shown('listed.example', 'sipfed.off.example'),
      GOOD,
      'forbid allowed-domain:listed.example 1010',
    ],
    [
      'c: the fixed server of an allowed domain',
      plain,
      shown('fixed.example', 'other.example', 'edge.fixed.example'),
      {},
      'permit allowed-domain:fixed.example',
    ],
    [
      'c: another server of it',
      plain,
      shown('fixed.example', 'sip.fixed.example', '*.fixed.example'),
      GOOD,
      'forbid allowed-domain:fixed.example 1010',
    ],
    [
      'd: the server that the record of an allowed domain names',
      plain,
      shown('listed.example', 'sip.listed.example'),
      GOOD,
      'permit allowed-domain:listed.example',
    ],
    [
      'd: another server',
      plain,
      shown('listed.example', 'sip.evil.example'),
      GOOD,
      'forbid allowed-domain:listed.example 1010',
    ],
    [
      'd: a record that leads elsewhere',
      plain,
      shown('listed.example', 'sip.evil.example'),
      srv({ 'listed.example': ['sip.evil.example'] }),
      'forbid allowed-domain:listed.example 1009',
    ],
    [
      'd: no record',
      plain,
      shown('listed.example', 'sip.listed.example'),
      srv({ 'listed.example': [] }),
      'forbid allowed-domain:listed.example 1008',
    ],
    [
      'd: no answer',
      plain,
      shown('listed.example', 'sip.listed.example'),
      srv({ 'listed.example': undefined }),
      'forbid allowed-domain:listed.example 1008',
    ],
    [
      'd: nobody has asked',
      plain,
      shown('listed.example', 'sip.listed.example'),
      {},
      'forbid allowed-domain:listed.example ?srv',
    ],
    [
      'd: below an allowed domain that reaches there',
      plain,
      shown('it.wide.example', 'sip.it.wide.example'),
      GOOD,
      'permit allowed-domain:wide.example',
    ],
    [
      'd: below one that does not',
      plain,
      shown('it.listed.example', 'sip.listed.example'),
      GOOD,
      'forbid default',
    ],
    [
      'e: a discovered domain',
      discovering,
      shown('found.example', 'sip.found.example'),
      GOOD,
      'permit discovery',
    ],
    [
      'e: its record leads elsewhere',
      discovering,
      shown('found.example', 'sip.found.example'),
      srv({ 'found.example': ['sip.elsewhere.example'] }),
      'forbid discovery 1009',
    ],
    ['f: anybody else', plain, shown('found.example', 'sip.found.example'), GOOD, 'forbid default'],
  ]);
});

describe('the target of a record lies in exactly the domain', () => {
  const ROWS: readonly (readonly [target: string, good: boolean])[] = [
    ['sip.listed.example', true],
    ['SIP.Listed.Example.', true],
    ['edge-2.listed.example', true],
    ['gw.eu.listed.example', false],
    ['listed.example', false],
    ['sip.notlisted.example', false],
    ['siplisted.example', false],
    ['example', false],
    ['*.listed.example', false],
    ['.listed.example', false],
    ['a b.listed.example', false],
  ];
  for (const [target, good] of ROWS) {
    it(`${target}: ${good ? 'yes' : 'no'}`, () => {
      const facts = srv({ 'listed.example': [target] });
      const { effect, diagnostics } = evaluate(noPublic, inward('listed.example'), facts);
      expect([effect, diagnostics]).toEqual(good ? ['permit', undefined] : ['forbid', 1009]);
    });
  }
});

describe('routes out', () => {
  rows([
    [
      'to the fixed server of an allowed domain, without SRV',
      plain,
      outward('fixed.example'),
      {},
      'permit allowed-domain:fixed.example',
    ],
    [
      'to the server that the record names',
      plain,
      outward('listed.example'),
      GOOD,
      'permit allowed-domain:listed.example',
    ],
    [
      'to a provider that the record names, which is then the class',
      plain,
      outward('listed.example'),
      srv({ 'listed.example': ['federation.messenger.example'] }),
      'permit public-provider:Messenger',
    ],
    [
      'to a domain of a provider that nobody listed',
      plain,
      outward('anybody.example'),
      srv({ 'anybody.example': ['federation.messenger.example'] }),
      'permit public-provider:Messenger',
    ],
    [
      'to a provider that is switched off',
      plain,
      outward('anybody.example'),
      srv({ 'anybody.example': ['federation.old.example'] }),
      'forbid public-provider:Old 1005',
    ],
    [
      'to a hosted domain',
      plain,
      outward('hosted.example'),
      srv({ 'hosted.example': ['sipfed.host.example'] }),
      'permit hosting-provider:Host',
    ],
    [
      'to a hosted domain that nobody listed',
      plain,
      outward('found.example'),
      srv({ 'found.example': ['sipfed.host.example'] }),
      'forbid hosting-provider:Host 1005',
    ],
    [
      'to a domain that nobody listed',
      plain,
      outward('found.example'),
      GOOD,
      'forbid default 1005',
    ],
    [
      'to one that may be discovered',
      discovering,
      outward('found.example'),
      GOOD,
      'permit discovery',
    ],
    [
      'whose record leads elsewhere',
      plain,
      outward('listed.example'),
      srv({ 'listed.example': ['sip.elsewhere.example'] }),
      'forbid allowed-domain:listed.example 1009',
    ],
    [
      'without a record',
      plain,
      outward('listed.example'),
      srv({ 'listed.example': [] }),
      'forbid allowed-domain:listed.example 1008',
    ],
    [
      'to a server that showed another name',
      plain,
      outward('fixed.example', { peerNames: ['sip.fixed.example'] }),
      {},
      'forbid allowed-domain:fixed.example 1010',
    ],
    [
      'to a blocked domain, and below it',
      plain,
      outward('it.blocked.example'),
      GOOD,
      'forbid blocked-domain:blocked.example 1005',
    ],
    [
      'to an XMPP partner',
      plain,
      outward('xmpp.example', { toward: 'xmpp' }),
      {},
      'permit xmpp-partner:xmpp.example',
    ],
    [
      'to what lies below an XMPP partner',
      plain,
      outward('it.xmpp.example', { toward: 'xmpp' }),
      {},
      'forbid default 1005',
    ],
    [
      'by XMPP to a SIP partner',
      plain,
      outward('listed.example', { toward: 'xmpp' }),
      GOOD,
      'forbid default 1005',
    ],
    ['by SIP to an XMPP partner', noPublic, outward('xmpp.example'), GOOD, 'forbid default 1005'],
  ]);
});

describe('default routing', () => {
  const routed = site({
    accessEdge: {
      routing: 'useDefaultRouting',
      allowFederatedUsers: true,
      defaultRouteFqdn: 'Next.Example',
    },
    publicProviders: [],
    hostingProviders: [],
  });
  rows([
    ['goes there with everything', routed, outward('anybody.example'), {}, 'permit default-route'],
    [
      'comes from there',
      routed,
      shown('anybody.example', 'next.example'),
      {},
      'permit default-route',
    ],
    [
      'and from nowhere else',
      routed,
      shown('listed.example', 'sip.listed.example'),
      GOOD,
      'forbid default-route 1010',
    ],
    [
      'with blocked domains blocked',
      routed,
      shown('blocked.example', 'next.example'),
      {},
      'forbid blocked-domain:blocked.example',
    ],
  ]);
});

describe('our own domains', () => {
  const within = (more: Partial<Query>): Query =>
    inward('also-ours.example', { to: 'ours.example', ...more });
  rows([
    [
      'do not come from outside',
      plain,
      within({ peerNames: ['sip.listed.example'] }),
      GOOD,
      'forbid local-domain 1017',
    ],
    ['nor from a server that shows nothing', plain, within({}), GOOD, 'forbid local-domain 1017'],
    [
      'nor by XMPP',
      plain,
      within({ via: 'xmpp', peerNames: ['sipfed.split.example'] }),
      GOOD,
      'forbid local-domain 1017',
    ],
    [
      'but from a provider that hosts some of our users',
      plain,
      within({ peerNames: ['sipfed.split.example'] }),
      {},
      'permit hosting-provider:Split',
    ],
    [
      'not from one that hosts others',
      plain,
      within({ peerNames: ['sipfed.host.example'] }),
      {},
      'forbid local-domain 1017',
    ],
    [
      'and not messages from one that hosts other services',
      plain,
      within({ peerNames: ['exap.voice.example'] }),
      {},
      'forbid local-domain 1017',
    ],
    [
      'whose calls are let in',
      plain,
      within({ peerNames: ['exap.voice.example'], traffic: 'audio' }),
      {},
      'permit hosting-provider:Voice',
    ],
  ]);
});

describe('two domains that are not ours', () => {
  const house = site(edge({ beClearingHouse: true }));
  const through = inward('fixed.example', { to: 'listed.example' });
  rows([
    ['are not connected', plain, through, GOOD, 'forbid clearing-house 1005'],
    [
      'but by a clearing house, when both are permitted',
      house,
      through,
      GOOD,
      'permit allowed-domain:fixed.example allowed-domain:listed.example',
    ],
    [
      'not when one is not',
      house,
      inward('fixed.example', { to: 'found.example' }),
      srv({ 'found.example': ['sip.found.example'] }),
      'forbid default 1005',
    ],
    [
      'nor when one is blocked',
      house,
      inward('fixed.example', { to: 'blocked.example' }),
      GOOD,
      'forbid blocked-domain:blocked.example 1005',
    ],
    [
      'between the protocols too',
      house,
      inward('xmpp.example', { via: 'xmpp', to: 'listed.example' }),
      GOOD,
      'permit allowed-domain:listed.example xmpp-partner:xmpp.example',
    ],
  ]);
});

describe('what must be known of a record', () => {
  it('is asked where a provider could stand behind it, for the class hangs on it', () => {
    const own = { rules: [{ id: 'own', effect: 'permit', domains: ['x.example'] }] } as const;
    expect(verdict(site({}, own), outward('x.example'))).toBe('forbid default ?srv');
    expect(verdict(site({}, own), outward('x.example'), srv({ 'x.example': undefined }))).toBe(
      'forbid default 1008',
    );
    expect(verdict(site({ publicProviders: [] }, own), outward('x.example'))).toBe('permit own');
  });
});
