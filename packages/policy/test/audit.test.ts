// What a security officer is told: each check with a document that trips it and one that does not.
import {
  type AllowedDomainEntry,
  audit,
  type Audit,
  type AuditCode,
  type DnsSrvEdgeEntry,
  type FederationEntry,
  type HostingProviderEntry,
  type Negotiation,
  type PolicyDocument,
  type VerificationLevel,
  type XmppPartnerEntry,
} from '@interwork/policy';
import { describe, expect, it } from 'vitest';

type Part = Partial<PolicyDocument>;
type Row = readonly [trips: Part, passes: Part, path?: string];

const permit = (id: string, ...domains: readonly string[]) => ({
  id,
  effect: 'permit' as const,
  domains,
});
const forbid = (id: string, ...domains: readonly string[]) => ({
  id,
  effect: 'forbid' as const,
  domains,
});
const partner = (more: object): Part => ({
  partners: { p: { domains: ['p.example'], ...more } },
  rules: [{ id: 'r', effect: 'permit', partner: 'p' }],
});

const SHUT: FederationEntry = {
  localDomains: ['us.example'],
  accessEdge: { routing: 'useDnsSrvRouting' },
};
const OPEN: FederationEntry = {
  ...SHUT,
  accessEdge: { routing: 'useDnsSrvRouting', allowFederatedUsers: true },
};
const ALL = {
  enableFederationAccess: true,
  enableXmppAccess: true,
  enablePublicCloudAccess: true,
};
const fed = (more: Partial<FederationEntry>): Part => ({ federation: { ...SHUT, ...more } });
const edge = (more: Partial<DnsSrvEdgeEntry>): Part =>
  fed({ accessEdge: { routing: 'useDnsSrvRouting', ...more } });
const DISCOVERY = edge({ enablePartnerDiscovery: true });
/** An allowed domain beside discovery. */
const discovering = (
  discoveredPartnerVerificationLevel: VerificationLevel,
  entry: Partial<AllowedDomainEntry>,
  more: Partial<FederationEntry> = {},
): Part =>
  fed({
    accessEdge: {
      routing: 'useDnsSrvRouting',
      allowFederatedUsers: true,
      enablePartnerDiscovery: true,
      discoveredPartnerVerificationLevel,
    },
    allowedDomains: [{ domain: 'a.x.example', ...entry }],
    ...more,
  });
const defaultRoute = (verificationLevel: VerificationLevel): Part =>
  fed({
    accessEdge: {
      routing: 'useDefaultRouting',
      defaultRouteFqdn: 'gw.example',
      verificationLevel,
    },
  });
const hosting = (more: Partial<HostingProviderEntry>): Part =>
  fed({ hostingProviders: [{ identity: 'H', proxyFqdn: 'h.example', ...more }] });
const xmpp = (tlsNegotiation: Negotiation, saslNegotiation: Negotiation): XmppPartnerEntry => ({
  domain: 'x.example',
  tlsNegotiation,
  saslNegotiation,
});

const ROWS: Readonly<Record<AuditCode, readonly Row[]>> = {
  'default-permit': [[{ default: 'permit' }, { default: 'deny' }, '/default']],
  'permit-everybody': [
    [{ rules: [permit('r', 'a.example', '*')] }, { rules: [forbid('r', '*')] }, '/rules/0'],
    [
      { rules: [{ id: 'r', effect: 'permit', from: ['*'], to: ['*'] }] },
      { rules: [{ id: 'r', effect: 'permit', from: ['*'], to: ['us.example'] }] },
    ],
    [
      { partners: { p: { domains: ['*'] } }, rules: [{ id: 'r', effect: 'permit', partner: 'p' }] },
      partner({}),
    ],
  ],
  'permit-whole-zone': [
    [{ rules: [permit('r', '*.com')] }, { rules: [permit('r', '*.x.com')] }, '/rules/0'],
  ],
  'permit-below': [
    [
      { rules: [permit('r', '*.x.com')] },
      { rules: [permit('r', 'x.com'), forbid('f', '*.x.com')] },
    ],
  ],
  'permit-never-decides': [
    [
      { rules: [permit('r', 'a.x.example'), forbid('f', 'x.example')] },
      { rules: [permit('r', 'x.example'), forbid('f', 'a.x.example')] },
      '/rules/0',
    ],
    [
      { rules: [permit('r', '*.x.example'), forbid('f', '*.x.example')] },
      { rules: [permit('r', '*.x.example', 'y.example'), forbid('f', '*.x.example')] },
    ],
    [
      {
        rules: [
          permit('r', 'x.example'),
          { ...forbid('f', 'x.example'), traffic: ['message', 'presence', 'composing', 'receipt'] },
          { ...forbid('g', '*'), traffic: ['chat', 'audio', 'video'] },
        ],
      },
      { rules: [permit('r', 'x.example'), { ...forbid('f', 'x.example'), traffic: ['video'] }] },
    ],
    [
      {
        rules: [
          { id: 'r', effect: 'permit', from: ['x.example'], to: ['us.example'] },
          { id: 'f', effect: 'forbid', from: ['x.example'] },
        ],
      },
      {
        rules: [
          { id: 'r', effect: 'permit', from: ['x.example'] },
          { id: 'f', effect: 'forbid', to: ['x.example'] },
          { id: 'g', effect: 'forbid', from: ['x.example'], to: ['y.example'] },
        ],
      },
    ],
  ],
  'forbid-twice': [
    [
      { rules: [forbid('r', 'a.x.example'), forbid('f', 'x.example')] },
      { rules: [forbid('r', 'a.x.example'), forbid('f', 'y.example')] },
      '/rules/0',
    ],
  ],
  'partner-without-proof': [
    [partner({}), partner({ prove: 'certificate' }), '/partners/p'],
    [partner({ xmpp: { sasl: 'optional' } }), partner({ xmpp: { sasl: 'required' } })],
    [
      { partners: { p: { domains: ['*.p.example'] } }, rules: [permit('r', '*.p.example')] },
      {
        partners: { p: { domains: ['*.p.example'] } },
        rules: [{ ...permit('r', '*.p.example'), must: ['certificate'] }, forbid('f', 'p.example')],
      },
    ],
  ],
  'proof-by-address': [
    [
      partner({ prove: 'address', addresses: ['192.0.2.1'] }),
      partner({ addresses: ['192.0.2.1'] }),
      '/partners/p',
    ],
  ],
  'tls-never': [
    [
      fed({ xmppPartners: [xmpp('notSupported', 'notSupported')] }),
      fed({ xmppPartners: [xmpp('required', 'optional')] }),
      '/federation/xmppPartners/0',
    ],
    [partner({ xmpp: { tls: 'never' } }), partner({ xmpp: { tls: 'optional' } })],
  ],
  'tls-optional': [
    [
      fed({ xmppPartners: [xmpp('optional', 'optional')] }),
      fed({ xmppPartners: [xmpp('required', 'optional')] }),
      '/federation/xmppPartners/0',
    ],
    [partner({ xmpp: { tls: 'optional' } }), partner({ xmpp: { tls: 'required' } })],
  ],
  'dialback-alone': [
    [
      fed({ xmppPartners: [xmpp('required', 'notSupported')] }),
      fed({ xmppPartners: [xmpp('required', 'optional')] }),
      '/federation/xmppPartners/0',
    ],
    [partner({ xmpp: { sasl: 'never' } }), partner({ prove: 'dialback' })],
  ],
  'no-limits': [[partner({}), partner({ limits: { messagesPerSecond: 5 } }), '/partners/p']],
  'clearing-house': [
    [
      edge({ beClearingHouse: true }),
      edge({ beClearingHouse: false }),
      '/federation/accessEdge/beClearingHouse',
    ],
  ],
  'discovery-on': [[DISCOVERY, edge({}), '/federation/accessEdge/enablePartnerDiscovery']],
  'discovered-believed': [
    [
      edge({
        enablePartnerDiscovery: true,
        discoveredPartnerVerificationLevel: 'alwaysVerifiable',
      }),
      DISCOVERY,
    ],
    [
      edge({
        enablePartnerDiscovery: true,
        discoveredPartnerVerificationLevel: 'alwaysVerifiable',
      }),
      edge({ discoveredPartnerVerificationLevel: 'alwaysVerifiable' }),
    ],
  ],
  'discovered-unlimited': [
    [
      edge({ enablePartnerDiscovery: true, enableDiscoveredPartnerContactsLimit: false }),
      DISCOVERY,
    ],
    [
      edge({ enablePartnerDiscovery: true, enableDiscoveredPartnerContactsLimit: false }),
      edge({ enableDiscoveredPartnerContactsLimit: false }),
    ],
  ],
  'revoked-believed': [[edge({ keepCrlsUpToDateForPeers: false }), edge({})]],
  'message-bodies-logged': [
    [
      fed({ xmppGateway: { enableLoggingAllMessageBodies: true } }),
      fed({ xmppGateway: {} }),
      '/federation/xmppGateway/enableLoggingAllMessageBodies',
    ],
  ],
  'media-in-clear': [
    [fed({ mediaEncryption: 'doNotSupportEncryption' }), fed({})],
    [fed({ mediaEncryption: 'supportEncryption' }), fed({ mediaEncryption: 'requireEncryption' })],
  ],
  'archive-without-service': [
    [
      fed({ archiving: { archiveExternal: true } }),
      fed({ archiving: { archiveExternal: true, enableArchiving: 'imOnly' } }),
    ],
  ],
  'external-not-archived': [
    [edge({ allowFederatedUsers: true }), edge({ allowFederatedUsers: false })],
    [
      { federation: { ...OPEN, archiving: { archiveInternal: true } } },
      { federation: { ...OPEN, archiving: { archiveExternal: true } } },
    ],
  ],
  'look-alike': [
    [
      fed({
        allowedDomains: [
          { domain: 'fabrikam.example' },
          { domain: 'fabr1kam.example' },
          { domain: 'fabrlkam.example' },
        ],
      }),
      fed({
        allowedDomains: [{ domain: 'fabrikam.example' }],
        blockedDomains: [{ domain: 'fabrlkam.example' }],
      }),
      '/federation/allowedDomains/1/domain',
    ],
    [
      { rules: [permit('r', 'paypal.example', 'p\u0430ypal.example')] },
      { rules: [permit('r', 'paypal.example'), forbid('f', 'p\u0430ypal.example')] },
    ],
  ],
  'believes-everybody': [
    [
      fed({ allowedDomains: [{ domain: 'x.example', verificationLevel: 'alwaysVerifiable' }] }),
      fed({ allowedDomains: [{ domain: 'x.example' }] }),
      '/federation/allowedDomains/0',
    ],
    [
      fed({
        publicProviders: [
          {
            identity: 'P',
            proxyFqdn: 'p.example',
            enabled: true,
            verificationLevel: 'alwaysVerifiable',
          },
        ],
      }),
      fed({
        publicProviders: [
          {
            identity: 'P',
            proxyFqdn: 'p.example',
            enabled: false,
            verificationLevel: 'alwaysVerifiable',
          },
        ],
      }),
    ],
    [defaultRoute('alwaysVerifiable'), defaultRoute('useSourceVerification')],
  ],
  'hosting-believed': [
    [
      hosting({ enabled: true }),
      hosting({ enabled: true, verificationLevel: 'useSourceVerification' }),
    ],
    [hosting({ enabled: true }), hosting({})],
  ],
  'shared-address-space': [
    [
      hosting({ enabled: true, enabledSharedAddressSpace: true, hostsOCSUsers: true }),
      hosting({ enabled: false, enabledSharedAddressSpace: true, hostsOCSUsers: true }),
    ],
  ],
  'retired-provider': [
    [
      fed({ publicProviders: [{ identity: 'AIM', preset: 'aol', enabled: true }] }),
      fed({ publicProviders: [{ identity: 'AIM', preset: 'aol', enabled: false }] }),
      '/federation/publicProviders/0',
    ],
  ],
  'allowed-below': [
    [
      fed({ allowedDomains: [{ domain: 'x.example', includeSubdomains: true }] }),
      fed({ allowedDomains: [{ domain: 'x.example', includeSubdomains: false }] }),
    ],
  ],
  'allowed-but-blocked': [
    [
      fed({
        allowedDomains: [{ domain: 'a.x.example' }],
        blockedDomains: [{ domain: 'X.example' }],
      }),
      fed({
        allowedDomains: [{ domain: 'x.example' }],
        blockedDomains: [{ domain: 'a.x.example' }],
      }),
      '/federation/allowedDomains/0',
    ],
    [
      fed({
        xmppPartners: [{ domain: 'y.example', additionalDomains: ['a.x.example'] }],
        blockedDomains: [{ domain: 'x.example' }],
      }),
      fed({ xmppPartners: [{ domain: 'y.example' }], blockedDomains: [{ domain: 'x.example' }] }),
      '/federation/xmppPartners/0',
    ],
  ],
  'blocked-twice': [
    [
      fed({ blockedDomains: [{ domain: 'a.x.example' }, { domain: 'x.example' }] }),
      fed({ blockedDomains: [{ domain: 'x.example' }, { domain: 'ax.example' }] }),
      '/federation/blockedDomains/0',
    ],
  ],
  'stricter-than-discovered': [
    [
      discovering('alwaysVerifiable', { verificationLevel: 'useSourceVerification' }),
      discovering('useSourceVerification', { verificationLevel: 'useSourceVerification' }),
      '/federation/allowedDomains/0/verificationLevel',
    ],
    [
      discovering('alwaysUnverifiable', {}),
      discovering('alwaysUnverifiable', { verificationLevel: 'alwaysVerifiable' }),
      '/federation/allowedDomains/0',
    ],
    [
      discovering('alwaysVerifiable', { includeSubdomains: true }),
      edge({ discoveredPartnerVerificationLevel: 'alwaysVerifiable' }),
    ],
    [
      discovering('alwaysVerifiable', {}),
      fed({
        accessEdge: {
          routing: 'useDnsSrvRouting',
          discoveredPartnerVerificationLevel: 'alwaysVerifiable',
        },
        allowedDomains: [{ domain: 'a.x.example' }],
      }),
    ],
    [
      discovering('alwaysVerifiable', {}),
      discovering('alwaysVerifiable', {}, { blockedDomains: [{ domain: 'x.example' }] }),
    ],
  ],
  'one-server-alone': [
    [
      discovering('useSourceVerification', { proxyFqdn: 'sip.a.x.example' }),
      discovering('useSourceVerification', {}),
      '/federation/allowedDomains/0/proxyFqdn',
    ],
    [
      discovering('useSourceVerification', { proxyFqdn: 'sip.a.x.example' }),
      fed({ allowedDomains: [{ domain: 'a.x.example', proxyFqdn: 'sip.a.x.example' }] }),
    ],
  ],
  'global-grants-all': [
    [
      fed({ externalAccess: { global: ALL } }),
      fed({ externalAccess: { global: { ...ALL, enableXmppAccess: false }, users: { All: ALL } } }),
      '/federation/externalAccess/global',
    ],
  ],
  'users-undecided': [
    [edge({ allowFederatedUsers: true }), { federation: { ...OPEN, externalAccess: {} } }],
  ],
  'public-service-vouched-for': [
    [
      fed({ xmppPartners: [{ domain: 'x.example', partnerType: 'publicVerified' }] }),
      fed({
        xmppPartners: [{ domain: 'x.example' }, { domain: 'y.example', partnerType: 'federated' }],
      }),
      '/federation/xmppPartners/0',
    ],
  ],
};

function looked(part: Part, options?: Parameters<typeof audit>[1]): Audit {
  const done = audit({ version: 1, default: 'deny', rules: [], ...part }, options);
  if (done.kind === 'findings') throw new Error(JSON.stringify(done.findings));
  return done;
}

describe('the checks', () => {
  const rows = Object.entries(ROWS).flatMap(([code, list]) =>
    list.map((row) => [code, ...row] as const),
  );
  for (const [code, trips, passes, path] of rows) {
    it(`${code}: ${JSON.stringify(trips)}`, () => {
      const found = looked(trips).findings.filter((finding) => finding.code === code);
      expect(found).toHaveLength(1);
      if (path !== undefined) expect(found[0]?.path).toBe(path);
      expect(looked(passes).findings.map((finding) => finding.code)).not.toContain(code);
    });
  }
});

describe('the audit', () => {
  it('finds nothing in the smallest document', () => {
    expect(looked({})).toEqual({ kind: 'audit', findings: [], untold: {} });
  });

  it('tells the worst first, with evidence, risk and remedy', () => {
    const { findings } = looked({
      default: 'permit',
      rules: [permit('r', '*.x.example', '*.com')],
    });
    expect(findings.map(({ severity }) => severity)).toEqual(['high', 'medium', 'low']);
    expect(findings[1]).toEqual({
      code: 'permit-whole-zone',
      severity: 'medium',
      path: '/rules/0',
      evidence: 'rule r permits *.com',
      risk: 'Anybody can register a name there, and is permitted with it.',
      remedy: 'Name the domains that the rule is meant for.',
    });
  });

  it('takes a provider for retired once the day has come, and where it knows no day', () => {
    const provider = { identity: 'P', proxyFqdn: 'p.example', enabled: true };
    const part = fed({ publicProviders: [{ ...provider, retiredOn: '2030-05-05' }] });
    const codes = (today?: string): readonly string[] =>
      looked(part, today === undefined ? {} : { today }).findings.map(({ code }) => code);
    expect(codes('2030-05-04')).not.toContain('retired-provider');
    expect(codes('2030-05-05')).toContain('retired-provider');
    expect(codes()).toContain('retired-provider');
    expect(looked(fed({ publicProviders: [provider] })).findings).toEqual([]);
  });

  it('tells some of many and counts the rest', () => {
    const names = Array.from({ length: 30 }, (_, n) => `*.x${n}.example`);
    const { findings, untold } = looked({ rules: [permit('r', ...names)] });
    expect(findings).toHaveLength(20);
    expect(untold).toEqual({ 'permit-below': 10 });
    expect(looked({ rules: [permit('r', ...names)] }, { each: 30 }).untold).toEqual({});
  });

  it('tells the findings of a document that does not load', () => {
    expect(audit({ version: 1, default: 'deny' } as PolicyDocument)).toMatchObject({
      kind: 'findings',
    });
  });
});
