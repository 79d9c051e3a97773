// Verification, users and recipients: the tables row by row, and which of several policies somebody has.
import {
  CAPABILITIES,
  evaluate,
  type ExternalAccessEntry,
  type ExternalAccessPolicyEntry,
  type Facts,
  type FederationEntry,
  type Grant,
  type Mark,
  type Query,
  type RecipientEntry,
  type Relation,
  type RuleEntry,
  TRAFFIC,
  type Traffic,
  type VerificationLevel,
} from '@interwork/policy';
import { describe, expect, it } from 'vitest';
import { edge, inward, outward, site, srv, verdict } from './lync-site.ts';

const USERS = { fromUser: 'Ann', toUser: 'Bob' };

function relation(value: Relation | undefined): Facts {
  const known: [string, Relation][] =
    value === undefined ? [] : [['bob@ours.example ann@fixed.example', value]];
  return { relations: new Map(known) };
}

describe('verification levels', () => {
  const ROWS: readonly (readonly [
    VerificationLevel,
    mark: Mark | undefined,
    result: 'delivered' | 'if added' | 'refused',
  ])[] = [
    ['alwaysVerifiable', 'verified', 'delivered'],
    ['alwaysVerifiable', 'unverified', 'delivered'],
    ['alwaysVerifiable', undefined, 'delivered'],
    ['alwaysUnverifiable', 'verified', 'if added'],
    ['alwaysUnverifiable', 'unverified', 'if added'],
    ['alwaysUnverifiable', undefined, 'if added'],
    ['useSourceVerification', 'verified', 'delivered'],
    ['useSourceVerification', 'unverified', 'if added'],
    ['useSourceVerification', undefined, 'refused'],
  ];
  const FIXED = 'edge.fixed.example';
  const places: readonly (readonly [
    string,
    (level: VerificationLevel) => Partial<FederationEntry>,
  ])[] = [
    [
      'an allowed domain',
      (verificationLevel) => ({
        allowedDomains: [{ domain: 'fixed.example', proxyFqdn: FIXED, verificationLevel }],
      }),
    ],
    [
      'a hosting provider',
      (verificationLevel) => ({
        hostingProviders: [{ identity: 'H', enabled: true, proxyFqdn: FIXED, verificationLevel }],
      }),
    ],
    [
      'a public provider',
      (verificationLevel) => ({
        publicProviders: [{ identity: 'P', enabled: true, proxyFqdn: FIXED, verificationLevel }],
        allowedDomains: [],
      }),
    ],
    [
      'a discovered partner',
      (discoveredPartnerVerificationLevel) => ({
        ...edge({ enablePartnerDiscovery: true, discoveredPartnerVerificationLevel }),
        allowedDomains: [],
        publicProviders: [],
      }),
    ],
  ];
  for (const [place, more] of places) {
    for (const [level, mark, result] of ROWS) {
      it(`${place}, ${level}, ${mark ?? 'no mark'}: ${result}`, () => {
        const set = site(more(level));
        const { mark: _mark, ...unmarked } = inward('fixed.example', USERS);
        const query: Query = {
          ...unmarked,
          ...(mark === undefined ? {} : { mark }),
          peerNames: [FIXED],
        };
        const facts = srv({ 'fixed.example': [FIXED] });
        const effects = (['none', 'added', 'allowed', 'blocked'] as const).map(
          (each) => evaluate(set, query, { ...facts, ...relation(each) }).effect,
        );
        expect(effects).toEqual(
          {
            delivered: ['permit', 'permit', 'permit', 'forbid'],
            'if added': ['forbid', 'permit', 'permit', 'forbid'],
            refused: ['forbid', 'forbid', 'forbid', 'forbid'],
          }[result],
        );
      });
    }
  }

  it('on the default route no mark is unverified, and not refused', () => {
    const set = site({
      accessEdge: {
        routing: 'useDefaultRouting',
        allowFederatedUsers: true,
        defaultRouteFqdn: FIXED,
      },
      publicProviders: [],
      hostingProviders: [],
    });
    const { mark: _mark, ...query } = inward('fixed.example', USERS);
    expect(verdict(set, query, relation('none'))).toBe('forbid recipient:contacts');
    expect(verdict(set, query, relation('added'))).toBe('permit default-route recipient:contacts');
  });

  it('an own permit believes the mark, and none is unverified', () => {
    const set = site({}, { rules: [{ id: 'own', effect: 'permit', domains: ['fixed.example'] }] });
    const { mark: _mark, ...query } = inward('fixed.example', { ...USERS, peerNames: [FIXED] });
    expect(verdict(set, query, relation('none'))).toBe('forbid recipient:contacts');
    expect(verdict(set, { ...query, mark: 'verified' }, relation('none'))).toBe(
      'permit allowed-domain:fixed.example own',
    );
  });

  it('where users are not told, whoever is not verified waits until added', () => {
    const set = site({
      allowedDomains: [
        {
          domain: 'fixed.example',
          proxyFqdn: FIXED,
          verificationLevel: 'alwaysUnverifiable',
        },
      ],
    });
    const { must } = evaluate(set, inward('fixed.example'));
    expect(must).toContainEqual({ kind: 'added-first' });
    const told = evaluate(set, inward('fixed.example', USERS), relation('added'));
    expect(told.must).not.toContainEqual({ kind: 'added-first' });
  });
});

describe('what a recipient has set', () => {
  const ROWS: readonly (readonly [RecipientEntry, from: string, relation: Relation])[] = [
    [{}, 'ann@fixed.example', 'none'],
    [{ block: ['ANN@Fixed.Example'] }, 'ann@fixed.example', 'blocked'],
    [{ block: ['ann@fixed.example'] }, 'eve@fixed.example', 'none'],
    [{ block: ['fixed.example'] }, 'ann@fixed.example', 'blocked'],
    [{ block: ['example'] }, 'ann@fixed.example', 'blocked'],
    [{ block: ['d.example'] }, 'ann@fixed.example', 'none'],
    [{ block: ['*'] }, 'ann@fixed.example', 'blocked'],
    [{ block: ['*'], allow: ['ann@fixed.example'] }, 'ann@fixed.example', 'blocked'],
    [{ allow: ['*'] }, 'ann@fixed.example', 'allowed'],
    [{ allow: ['fixed.example'] }, 'ann@fixed.example', 'allowed'],
    [{ allow: ['example'] }, 'ann@fixed.example', 'none'],
    [{ allow: ['ann@fixed.example'] }, 'ANN@fixed.example', 'allowed'],
    [{ contacts: ['ann@fixed.example'] }, 'ann@fixed.example', 'added'],
    [{ contacts: ['ann@fixed.example'] }, 'eve@fixed.example', 'none'],
    [
      { contacts: ['ann@fixed.example'], block: ['ann@fixed.example'] },
      'ann@fixed.example',
      'blocked',
    ],
  ];
  const OUTCOME: Readonly<Record<Relation, string>> = {
    blocked: 'forbid recipient:block',
    none: 'forbid recipient:contacts',
    allowed: 'permit allowed-domain:fixed.example recipient:allow',
    added: 'permit allowed-domain:fixed.example recipient:contacts',
  };
  const unverified = (recipients: FederationEntry['recipients'] | undefined) =>
    site({
      allowedDomains: [
        {
          domain: 'fixed.example',
          proxyFqdn: 'edge.fixed.example',
          verificationLevel: 'alwaysUnverifiable',
        },
      ],
      ...(recipients === undefined ? {} : { recipients }),
    });
  for (const [entry, from, expected] of ROWS) {
    it(`${JSON.stringify(entry)} and ${from}: ${expected}`, () => {
      const set = unverified({ 'BOB@Ours.Example': entry });
      const [fromUser = ''] = from.split('@');
      const query = inward('fixed.example', { ...USERS, fromUser });
      expect(verdict(set, query)).toBe(OUTCOME[expected]);
    });
    it(`the same, as a fact: ${expected}`, () => {
      expect(
        verdict(unverified(undefined), inward('fixed.example', USERS), relation(expected)),
      ).toBe(OUTCOME[expected]);
    });
  }

  it('is not asked for what goes out', () => {
    const set = site({ recipients: { 'bob@ours.example': { block: ['*'] } } });
    expect(verdict(set, outward('fixed.example', { fromUser: 'bob', toUser: 'ann' }))).toBe(
      'permit allowed-domain:fixed.example',
    );
  });

  it('holds for a name whichever way its letters are composed', () => {
    const [composed, apart] = ['zo\u00eb', 'zoe\u0308'];
    for (const [listed, fromUser] of [
      [apart, composed],
      [composed, apart],
      [composed, 'ZO\u00cb'],
    ] as const) {
      const set = site({
        recipients: { [`${apart}@ours.example`]: { block: [`${listed}@fixed.example`] } },
      });
      const query = inward('fixed.example', { fromUser, toUser: composed });
      expect(verdict(set, query)).toBe('forbid recipient:block');
    }
  });

  it('holds for a domain that writes itself, and for nobody on our side', () => {
    const users = { fromUser: '', toUser: 'bob' };
    for (const block of ['*', 'fixed.example']) {
      const set = site({ recipients: { 'bob@ours.example': { block: [block] } } });
      expect(verdict(set, inward('fixed.example', users))).toBe('forbid recipient:block');
    }
    const allowing = unverified({ 'bob@ours.example': { allow: ['fixed.example'] } });
    expect(verdict(allowing, inward('fixed.example', users))).toBe(OUTCOME.allowed);
    expect(verdict(unverified({}), inward('fixed.example', users))).toBe(OUTCOME.none);
    expect(evaluate(site(), inward('fixed.example', users)).unknown).toEqual([
      { kind: 'relation', user: 'bob@ours.example', contact: '@fixed.example' },
    ]);
    const nobody = { fromUser: 'ann', toUser: '' };
    expect(verdict(site({ externalAccess: {} }), inward('fixed.example', nobody))).toBe(
      'permit allowed-domain:fixed.example',
    );
  });

  it('is a question where the document has none, and an answer where it has', () => {
    expect(verdict(site(), inward('fixed.example', USERS))).toBe(
      'forbid recipient:block ?relation',
    );
    expect(verdict(site({ recipients: {} }), inward('fixed.example', USERS))).toBe(
      'permit allowed-domain:fixed.example',
    );
    expect(evaluate(site(), inward('fixed.example', USERS)).unknown).toEqual([
      { kind: 'relation', user: 'bob@ours.example', contact: 'ann@fixed.example' },
    ]);
  });
});

describe('external access by class', () => {
  const FLAGS = [
    'enableFederationAccess',
    'enableXmppAccess',
    'enablePublicCloudAccess',
    'enablePublicCloudAudioVideoAccess',
  ] as const;
  const only = (...on: readonly (typeof FLAGS)[number][]): ExternalAccessPolicyEntry =>
    Object.fromEntries(on.map((flag) => [flag, true]));
  const CLASSES: Readonly<Record<string, readonly [out: Query, into: Query]>> = {
    federated: [outward('fixed.example'), inward('fixed.example')],
    hosting: [
      outward('hosted.example'),
      inward('hosted.example', { peerNames: ['sipfed.host.example'] }),
    ],
    public: [
      outward('anybody.example'),
      inward('anybody.example', { peerNames: ['federation.messenger.example'] }),
    ],
    xmpp: [outward('xmpp.example', { toward: 'xmpp' }), inward('xmpp.example', { via: 'xmpp' })],
  };
  const SRV = srv({
    'hosted.example': ['sipfed.host.example'],
    'anybody.example': ['federation.messenger.example'],
  });
  type RowOf = readonly [
    ExternalAccessPolicyEntry,
    peers: string,
    Traffic,
    agrees: boolean,
    diagnostics?: number,
  ];
  const ROWS: readonly RowOf[] = [
    [only('enableFederationAccess'), 'federated', 'message', true],
    [only('enableFederationAccess'), 'federated', 'video', true],
    [only('enableFederationAccess'), 'hosting', 'message', true],
    [only('enableFederationAccess'), 'public', 'message', false, 1001],
    [only('enableFederationAccess'), 'xmpp', 'message', false, 1002],
    [only('enableXmppAccess'), 'xmpp', 'message', false, 1012],
    [only('enableFederationAccess', 'enableXmppAccess'), 'xmpp', 'presence', true],
    [only('enablePublicCloudAccess'), 'public', 'message', true],
    [only('enablePublicCloudAccess'), 'public', 'audio', false, 1001],
    [only('enablePublicCloudAudioVideoAccess'), 'public', 'audio', false, 1012],
    [only('enablePublicCloudAccess', 'enablePublicCloudAudioVideoAccess'), 'public', 'video', true],
    [only('enablePublicCloudAccess'), 'federated', 'message', false, 1002],
    [only(), 'federated', 'message', false, 1012],
    [only(), 'public', 'message', false, 1012],
  ];
  for (const [global, peers, traffic, agrees, diagnostics] of ROWS) {
    const flags = Object.keys(global).join(' and ') || 'nothing';
    it(`${flags}: ${traffic} with ${peers} users ${agrees ? 'agreed' : `refused ${diagnostics}`}`, () => {
      const set = site({ externalAccess: { global }, recipients: {} });
      const [out, into] = CLASSES[peers] as readonly [Query, Query];
      const users = { fromUser: 'bob', toUser: 'ann' };
      const sent = evaluate(set, { ...out, ...users, traffic }, SRV);
      expect(sent.effect).toBe(agrees ? 'permit' : 'forbid');
      expect(sent.diagnostics).toBe(diagnostics);
      expect(sent.by).toContain('external-access:global');
      const received = evaluate(set, { ...into, ...USERS, traffic }, SRV);
      expect(received.effect).toBe(agrees ? 'permit' : 'forbid');
      expect(received.diagnostics).toBeUndefined();
      if (!agrees) expect([sent.level, received.level]).toEqual(['user', 'user']);
    });
  }

  it('decides nothing where our user is not told, or no policies are written', () => {
    const closed = site({ externalAccess: {} });
    expect(verdict(closed, outward('fixed.example'))).toBe('permit allowed-domain:fixed.example');
    expect(verdict(site(), outward('fixed.example', { fromUser: 'bob' }))).toBe(
      'permit allowed-domain:fixed.example',
    );
  });
});

describe('whose policy it is', () => {
  const open = { enableFederationAccess: true };
  const ACCESS: ExternalAccessEntry = {
    global: {},
    sites: { Seoul: open, Oslo: {} },
    users: { Sales: open, Nobody: {} },
  };
  const ask = (access: ExternalAccessEntry, grant?: Grant): string => {
    const facts: Facts =
      grant === undefined ? {} : { grants: new Map([['bob@ours.example', grant]]) };
    return verdict(
      site({ externalAccess: access }),
      outward('fixed.example', { fromUser: 'Bob' }),
      facts,
    );
  };
  const permit = (id: string): string =>
    ['allowed-domain:fixed.example', id]
      .toSorted()
      .reduce((text, each) => `${text} ${each}`, 'permit');
  const ROWS: readonly (readonly [Grant, said: string])[] = [
    [{}, 'forbid external-access:global 1012'],
    [{ site: 'Seoul' }, permit('external-access:site:Seoul')],
    [{ site: 'Oslo' }, 'forbid external-access:site:Oslo 1012'],
    [{ site: 'Nowhere' }, 'forbid external-access:global 1012'],
    [{ policy: 'Sales' }, permit('external-access:user:Sales')],
    [{ policy: 'Sales', site: 'Oslo' }, permit('external-access:user:Sales')],
    [{ policy: 'Nobody', site: 'Seoul' }, 'forbid external-access:user:Nobody 1012'],
  ];
  for (const [grant, expected] of ROWS) {
    it(`${JSON.stringify(grant)}: ${expected}`, () => {
      expect(ask(ACCESS, grant)).toBe(expected);
      const written = {
        ...ACCESS,
        granted: grant.policy === undefined ? {} : { 'BOB@ours.example': grant.policy },
        siteOf: grant.site === undefined ? {} : { 'ours.example': grant.site },
      };
      expect(ask(written)).toBe(expected);
    });
  }

  it('a name that no policy has is as good as none', () => {
    for (const policy of ['Nowhere', 'constructor', '__proto__']) {
      expect(ask(ACCESS, { policy, site: 'Seoul' })).toBe(permit('external-access:site:Seoul'));
    }
  });

  it('is one policy, whole: what another would allow does not count', () => {
    const access = {
      global: { enablePublicCloudAccess: true },
      users: { Half: { enableXmppAccess: true } },
      granted: { 'bob@ours.example': 'Half' },
    };
    expect(ask(access)).toBe('forbid external-access:user:Half 1012');
  });

  it('an address stands before its domain', () => {
    const siteOf = { 'ours.example': 'Oslo', 'bob@ours.example': 'Seoul' };
    expect(ask({ ...ACCESS, siteOf })).toBe(permit('external-access:site:Seoul'));
  });

  it('where the document says it, it alone does', () => {
    const granted = { 'bob@ours.example': 'Sales' };
    expect(ask({ ...ACCESS, granted }, { site: 'Oslo' })).toBe(
      permit('external-access:user:Sales'),
    );
    expect(ask({ ...ACCESS, granted: {} }, { policy: 'Sales' })).toBe(
      'forbid external-access:global 1012',
    );
  });

  it('is a question only where it matters', () => {
    expect(ask(ACCESS)).toBe('forbid external-access:unknown 1002 ?grant');
    expect(ask({ global: open })).toBe(permit('external-access:global'));
    expect(ask({ global: open, users: { Also: open } })).toBe(permit('external-access:unknown'));
    expect(ask({ global: {}, users: { Also: {} } })).toBe('forbid external-access:unknown 1012');
  });
});

describe('capabilities', () => {
  it('are a table', () => {
    expect(CAPABILITIES).toEqual({
      federated: { messages: true, presence: true, audioVideo: true, multiParty: true },
      hosting: { messages: true, presence: true, audioVideo: true, multiParty: true },
      public: { messages: true, presence: true, audioVideo: true, multiParty: false },
      xmpp: { messages: true, presence: true, audioVideo: false, multiParty: false },
    });
  });

  const permitted = (query: Query, more: Partial<FederationEntry> = {}): readonly Traffic[] =>
    TRAFFIC.filter((traffic) => evaluate(site(more), { ...query, traffic }).effect === 'permit');
  const words = TRAFFIC.filter((traffic) => traffic !== 'audio' && traffic !== 'video');

  it('of SIP partners are everything, of XMPP partners no calls', () => {
    expect(permitted(inward('fixed.example'))).toEqual(TRAFFIC);
    expect(permitted(inward('xmpp.example', { via: 'xmpp' }))).toEqual(words);
  });

  it('of providers of old are calls for Windows Live alone', () => {
    for (const [preset, calls] of [
      ['windowsLive', true],
      ['aol', false],
      ['yahoo', false],
    ] as const) {
      const proxyFqdn = 'federation.messenger.example';
      const publicProviders = [{ identity: 'Old', preset, enabled: true, proxyFqdn }];
      const query = inward('anybody.example', { peerNames: [proxyFqdn] });
      expect(permitted(query, { publicProviders })).toEqual(calls ? TRAFFIC : words);
    }
  });

  it('do not bind a permit of the document itself', () => {
    const rules: readonly RuleEntry[] = [
      { id: 'calls', effect: 'permit', domains: ['xmpp.example'], traffic: ['audio'] },
    ];
    const set = site({}, { rules });
    const query = inward('xmpp.example', { via: 'xmpp', traffic: 'audio' });
    expect(verdict(set, query)).toBe('permit calls');
    expect(verdict(site(), query)).toBe('forbid xmpp-partner:xmpp.example');
  });
});
