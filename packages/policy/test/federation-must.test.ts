// What Lync's objects ask for, each kind by the object that asks; and what the links with XMPP partners are.
import {
  evaluate,
  type Facts,
  type FederationEntry,
  linkRulesOf,
  type Negotiation,
  type Obligation,
  type Query,
  type Relation,
  type XmppLinkRules,
  type XmppPartnerType,
} from '@interwork/policy';
import { describe, expect, it } from 'vitest';
import { negotiationOf } from '../src/federation/negotiation.ts';
import { edge, GOOD, inward, outward, site, srv } from './lync-site.ts';

type Kind = Obligation['kind'];

function asked(more: Partial<FederationEntry>, query: Query, kind: Kind, facts: Facts = GOOD) {
  const { effect, must } = evaluate(site(more), query, facts);
  expect(effect).toBe('permit');
  return must.filter((duty) => duty.kind === kind);
}

const message = inward('fixed.example');
const provider = {
  identity: 'Messenger',
  enabled: true,
  proxyFqdn: 'federation.messenger.example',
  verificationLevel: 'alwaysVerifiable',
  nameDecorationRoutingDomain: 'msn.example',
  nameDecorationExcludedDomainList: ['msn.example', 'live.example'],
} as const;
const publicProviders = [provider];
const atProvider = srv({
  'contoso.example': ['federation.messenger.example'],
  'msn.example': ['federation.messenger.example'],
});

describe('of what comes in by SIP', () => {
  it('trust headers are taken away', () => {
    expect(asked({}, message, 'strip-trust')).toHaveLength(1);
    expect(asked({}, outward('fixed.example'), 'strip-trust')).toEqual([]);
    expect(asked({}, inward('xmpp.example', { via: 'xmpp' }), 'strip-trust')).toEqual([]);
  });

  const MARKS: readonly (readonly [Query, source: string, network: string])[] = [
    [message, 'directPartner', 'federation'],
    [inward('listed.example'), 'autoFederation', 'federation'],
    [
      inward('hosted.example', { peerNames: ['sipfed.host.example'] }),
      'authorizedServer',
      'federation',
    ],
    [
      inward('anybody.example', { peerNames: ['federation.messenger.example'] }),
      'authorizedServer',
      'publiccloud',
    ],
  ];
  for (const [query, source, network] of MARKS) {
    it(`inner servers are told ${source}, ${network}`, () => {
      expect(asked({}, query, 'mark')).toEqual([
        { kind: 'mark', source, network, user: 'verified' },
      ]);
    });
  }

  it('they are told whether the user is verified', () => {
    expect(asked({}, { ...message, mark: 'unverified' }, 'mark')).toEqual([
      { kind: 'mark', source: 'directPartner', network: 'federation', user: 'unverified' },
    ]);
  });

  it('on the default route the source is that server', () => {
    for (const isPublicProvider of [false, true]) {
      const more = {
        accessEdge: {
          routing: 'useDefaultRouting',
          allowFederatedUsers: true,
          defaultRouteFqdn: 'next.example',
          isPublicProvider,
        },
        publicProviders: [],
        hostingProviders: [],
      } as const;
      const network = isPublicProvider ? 'publiccloud' : 'federation';
      expect(asked(more, message, 'mark')).toEqual([
        { kind: 'mark', source: 'directPartner', network, user: 'verified' },
      ]);
      expect(asked(more, message, 'peer-name')).toEqual([
        { kind: 'peer-name', end: 'from', names: ['next.example'] },
      ]);
    }
  });

  it('the certificate that has not been seen must carry the name', () => {
    const names = (query: Query) => asked({}, query, 'peer-name');
    expect(names(message)).toEqual([
      { kind: 'peer-name', end: 'from', names: ['edge.fixed.example'] },
    ]);
    expect(names({ ...message, peerNames: ['edge.fixed.example'] })).toEqual([]);
    expect(names(inward('listed.example'))).toEqual([
      { kind: 'peer-name', end: 'from', names: ['sip.listed.example'] },
    ]);
    expect(names(outward('listed.example'))).toEqual([
      { kind: 'peer-name', end: 'to', names: ['sip.listed.example'] },
    ]);
  });

  it('it is counted: found partners by their domain, listed ones by the name of the entry', () => {
    const found = edge({ enablePartnerDiscovery: true });
    const rate = (query: Query) => asked(found, query, 'rate');
    expect(rate(inward('found.example'))).toEqual([
      { kind: 'rate', class: 'discovered', domain: 'found.example' },
    ]);
    expect(rate(inward('it.wide.example'))).toEqual([
      { kind: 'rate', class: 'partner', domain: 'wide.example' },
    ]);
    expect(rate(inward('found.example', { peerNames: ['sipfed.host.example'] }))).toEqual([
      { kind: 'rate', class: 'discovered', domain: 'found.example' },
    ]);
    expect(rate(inward('x.example', { peerNames: ['federation.messenger.example'] }))).toEqual([
      { kind: 'rate', class: 'partner', domain: 'federation.messenger.example' },
    ]);
    expect(rate(outward('found.example'))).toEqual([]);
  });
});

describe('of what goes out', () => {
  it('it is marked as the edge is told to', () => {
    const query = outward('fixed.example');
    expect(asked({}, query, 'mark-outgoing')).toEqual([
      { kind: 'mark-outgoing', user: 'verified' },
    ]);
    expect(
      asked(edge({ markSourceVerifiableOnOutgoingMessages: false }), query, 'mark-outgoing'),
    ).toEqual([{ kind: 'mark-outgoing', user: 'unverified' }]);
    expect(asked({}, outward('xmpp.example', { toward: 'xmpp' }), 'mark-outgoing')).toEqual([]);
    expect(asked({}, message, 'mark-outgoing')).toEqual([]);
  });

  it('federated partners are told that it is archived, public ones are not', () => {
    const more = edge({ enableArchivingDisclaimer: true });
    expect(asked(more, outward('fixed.example'), 'disclaimer')).toHaveLength(1);
    expect(asked({}, outward('fixed.example'), 'disclaimer')).toEqual([]);
    expect(asked(more, outward('contoso.example'), 'disclaimer', atProvider)).toEqual([]);
    expect(asked(more, message, 'disclaimer')).toEqual([]);
  });
});

describe('names for a public provider', () => {
  const decorated = (query: Query) => asked({ publicProviders }, query, 'decorate', atProvider);

  it('are written on the way out, but for what is excluded', () => {
    expect(decorated(outward('contoso.example'))).toEqual([
      {
        kind: 'decorate',
        end: 'to',
        domain: 'msn.example',
        except: ['msn.example', 'live.example'],
      },
    ]);
    expect(decorated(outward('msn.example'))).toEqual([]);
  });

  it('are read back on the way in, never into a domain of ours', () => {
    const peerNames = ['federation.messenger.example'];
    expect(decorated(inward('msn.example', { peerNames }))).toEqual([
      {
        kind: 'decorate',
        end: 'from',
        domain: 'msn.example',
        except: ['msn.example', 'live.example', 'ours.example', 'also-ours.example'],
      },
    ]);
    expect(decorated(inward('live.example', { peerNames }))).toEqual([]);
  });
});

describe('of the content', () => {
  it('media are encrypted as it says, and only media', () => {
    const call: Query = { ...message, traffic: 'audio' };
    expect(asked({}, call, 'encrypt-media')).toEqual([
      { kind: 'encrypt-media', level: 'requireEncryption' },
    ]);
    expect(asked({ mediaEncryption: 'supportEncryption' }, call, 'encrypt-media')).toEqual([
      { kind: 'encrypt-media', level: 'supportEncryption' },
    ]);
    expect(asked({}, message, 'encrypt-media')).toEqual([]);
  });

  it('messages are archived where what is external is', () => {
    const archived = (archiving: FederationEntry['archiving'] & object, query: Query = message) =>
      asked({ archiving }, query, 'archive');
    expect(archived({ archiveExternal: true, enableArchiving: 'imOnly' })).toEqual([
      { kind: 'archive', stopOnFailure: false },
    ]);
    expect(
      archived({
        archiveExternal: true,
        enableArchiving: 'imAndWebConf',
        blockOnArchiveFailure: true,
      }),
    ).toEqual([{ kind: 'archive', stopOnFailure: true }]);
    expect(archived({ archiveExternal: true })).toEqual([]);
    expect(archived({ enableArchiving: 'imOnly' })).toEqual([]);
    expect(
      archived(
        { archiveExternal: true, enableArchiving: 'imOnly' },
        { ...message, traffic: 'presence' },
      ),
    ).toEqual([]);
  });

  it('links in messages are filtered', () => {
    const filter = (imFilter: FederationEntry['imFilter'] & object, query: Query = message) =>
      asked({ imFilter }, query, 'filter');
    const prefixes = ['http:'];
    expect(filter({ enabled: true, action: 'block', prefixes })).toEqual([
      { kind: 'filter', action: 'block', prefixes, text: '' },
    ]);
    expect(filter({ enabled: true, action: 'warn', prefixes, warnMessage: 'Mind it' })).toEqual([
      { kind: 'filter', action: 'warn', prefixes, text: 'Mind it' },
    ]);
    expect(filter({ enabled: true, action: 'allow', prefixes, allowMessage: 'A link' })).toEqual([
      { kind: 'filter', action: 'allow', prefixes, text: 'A link' },
    ]);
    expect(filter({ enabled: false, prefixes })).toEqual([]);
    expect(filter({ enabled: true, prefixes }, { ...message, traffic: 'composing' })).toEqual([]);
    expect(filter({ enabled: true, prefixes }, outward('fixed.example'))).toHaveLength(1);
  });
});

describe('partner types of XMPP', () => {
  const ROWS: readonly (readonly [XmppPartnerType, held: boolean, notes: boolean])[] = [
    ['federated', false, true],
    ['publicVerified', false, false],
    ['publicUnverified', true, false],
  ];
  const users = { fromUser: 'ann', toUser: 'bob' };
  const known = (relation: Relation): Facts => ({
    relations: new Map([['bob@ours.example ann@xmpp.example', relation]]),
  });
  for (const [partnerType, held, notes] of ROWS) {
    it(`${partnerType}: ${held ? 'held until added' : 'at once'}, ${notes ? 'with' : 'without'} notes`, () => {
      const more = { xmppPartners: [{ domain: 'xmpp.example', partnerType }] };
      for (const traffic of ['message', 'presence'] as const) {
        const into = inward('xmpp.example', { via: 'xmpp', traffic });
        expect(asked(more, into, 'added-first')).toHaveLength(held ? 1 : 0);
        const heldBy = (relation: Relation) =>
          asked(more, { ...into, ...users }, 'added-first', known(relation)).length;
        expect([heldBy('none'), heldBy('added'), heldBy('allowed')]).toEqual([held ? 1 : 0, 0, 0]);
        const out = outward('xmpp.example', { toward: 'xmpp', traffic });
        expect(asked(more, out, 'added-first')).toEqual([]);
        const without = traffic === 'presence' && !notes;
        expect(asked(more, out, 'no-notes')).toHaveLength(without ? 1 : 0);
      }
    });
  }
});

describe('links of an XMPP partner', () => {
  const degrees: readonly Negotiation[] = ['required', 'optional', 'notSupported'];
  const all = degrees.flatMap((tls) =>
    degrees.flatMap((sasl) => [true, false].map((dialback) => ({ tls, sasl, dialback }))),
  );

  /** The ways to prove a domain that rules of a link leave, as a stream takes them. */
  function waysOf({ tls, sasl, dialback }: XmppLinkRules): readonly string[] {
    const ways = [
      tls !== 'never' && sasl !== 'never' ? 'saslOverTls' : '',
      tls !== 'never' && dialback && sasl !== 'required' ? 'dialbackOverTls' : '',
      tls !== 'required' && dialback && sasl !== 'required' ? 'dialbackOverTcp' : '',
    ];
    return ways.filter((way) => way !== '');
  }

  it('are in eighteen rows', () => expect(all).toHaveLength(18));
  for (const { tls, sasl, dialback } of all) {
    const { valid, methods } = negotiationOf(tls, sasl, dialback);
    if (!valid) continue;
    it(`TLS ${tls}, SASL ${sasl}, dialback ${dialback}: ${methods.join(', ')}`, () => {
      const set = site({
        xmppPartners: [
          {
            domain: 'xmpp.example',
            tlsNegotiation: tls,
            saslNegotiation: sasl,
            supportDialbackNegotiation: dialback,
          },
        ],
      });
      expect(waysOf(linkRulesOf(set, 'xmpp.example'))).toEqual(methods);
    });
  }
});
