// What is not written: Lync's defaults, by object, and what the providers of old bring along.
import {
  filled,
  filledAccessEdge,
  filledPublicProvider,
  LYNC_DEFAULTS,
  PRESETS,
  type AccessEdgeEntry,
  type PublicProviderEntry,
} from '@interwork/policy';
import { describe, expect, it } from 'vitest';

describe('Set-CsAccessEdgeConfiguration: defaults', () => {
  const SHARED = {
    allowFederatedUsers: false,
    allowOutsideUsers: true,
    allowAnonymousUsers: false,
    enableArchivingDisclaimer: false,
    markSourceVerifiableOnOutgoingMessages: true,
    outgoingTlsCountForFederatedPartners: 4,
    enableDiscoveredPartnerContactsLimit: true,
    maxContactsPerDiscoveredPartner: 1000,
    discoveredPartnerStandardRate: 20,
    discoveredPartnerReportPeriodMinutes: 60,
    keepCrlsUpToDateForPeers: true,
    maxAcceptedCertificatesStored: 1000,
    maxRejectedCertificatesStored: 500,
    certificatesDeletedPercentage: 20,
  };
  const ROWS: readonly (readonly [entry: AccessEdgeEntry, filled: object])[] = [
    [
      { routing: 'useDnsSrvRouting' },
      {
        ...SHARED,
        routing: 'useDnsSrvRouting',
        enablePartnerDiscovery: false,
        discoveredPartnerVerificationLevel: 'useSourceVerification',
        beClearingHouse: false,
      },
    ],
    [
      { routing: 'useDefaultRouting', defaultRouteFqdn: 'r.example', allowFederatedUsers: true },
      {
        ...SHARED,
        allowFederatedUsers: true,
        routing: 'useDefaultRouting',
        defaultRouteFqdn: 'r.example',
        verificationLevel: 'useSourceVerification',
        isPublicProvider: false,
      },
    ],
  ];
  it.each(ROWS)('%j', (entry, all) => {
    expect(filledAccessEdge(entry)).toEqual(all);
  });
});

describe('the other objects: defaults', () => {
  it('New-CsAllowedDomain', () => {
    expect(filled('allowedDomain', { domain: 'a.example' })).toEqual({
      domain: 'a.example',
      verificationLevel: 'useSourceVerification',
      markForMonitoring: false,
      includeSubdomains: false,
    });
  });
  it('New-CsHostingProvider', () => {
    const entry = { identity: 'h', proxyFqdn: 'h.example', enabled: true };
    expect(filled('hostingProvider', entry)).toEqual({
      ...entry,
      enabledSharedAddressSpace: false,
      hostsOCSUsers: false,
      isLocal: false,
      verificationLevel: 'alwaysVerifiable',
      sipClientPort: 443,
    });
  });
  it('New-CsExternalAccessPolicy: nothing', () => {
    expect(new Set(Object.values(LYNC_DEFAULTS.externalAccessPolicy))).toEqual(new Set([false]));
  });
  it('New-CsXmppAllowedPartner', () => {
    expect(LYNC_DEFAULTS.xmppPartner).toEqual({
      additionalDomains: [],
      partnerType: 'publicUnverified',
      tlsNegotiation: 'required',
      saslNegotiation: 'required',
      supportDialbackNegotiation: true,
      enableKeepAlive: true,
    });
  });
  it('Set-CsXmppGatewayConfiguration', () => {
    expect(LYNC_DEFAULTS.xmppGateway).toEqual({
      connectionLimit: 1000,
      partnerConnectionLimit: 20,
      keepAliveInterval: 300,
      streamEstablishmentTimeout: 60,
      streamInactivityTimeout: 600,
      subscriptionRefreshInterval: 28_800,
      enableLoggingAllMessageBodies: false,
    });
  });
  it('Set-CsArchivingConfiguration', () => {
    expect(LYNC_DEFAULTS.archiving).toEqual({
      archiveInternal: false,
      archiveExternal: false,
      enableArchiving: 'none',
      blockOnArchiveFailure: false,
      keepArchivingDataForDays: 14,
      archiveDuplicateMessages: true,
    });
  });
  it('New-CsImFilterConfiguration', () => {
    expect(LYNC_DEFAULTS.imFilter.action).toBe('allow');
    expect(LYNC_DEFAULTS.imFilter.prefixes).toHaveLength(17);
  });
});

describe('public providers', () => {
  const ROWS: readonly (readonly [
    entry: Partial<PublicProviderEntry>,
    proxyFqdn: string | undefined,
    retiredOn: string | undefined,
  ])[] = [
    [{}, undefined, undefined],
    [{ preset: 'aol' }, 'sip.oscar.aol.com', '2014-06-30'],
    [{ preset: 'yahoo' }, 'lcsap.msg.yahoo.com', '2014-06-30'],
    [{ preset: 'windowsLive' }, 'federation.messenger.msn.com', '2025-05-05'],
    [{ preset: 'aol', proxyFqdn: 'lab.example' }, 'lab.example', '2014-06-30'],
    [{ preset: 'aol', retiredOn: '2030-01-01' }, 'sip.oscar.aol.com', '2030-01-01'],
  ];
  it.each(ROWS)('%j', (entry, proxyFqdn, retiredOn) => {
    const provider = filledPublicProvider({ identity: 'p', enabled: false, ...entry });
    expect(provider).toMatchObject({ verificationLevel: 'alwaysUnverifiable' });
    expect(provider.proxyFqdn).toBe(proxyFqdn);
    expect(provider.retiredOn).toBe(retiredOn);
  });

  it('are all retired, and none vouches for its users', () => {
    for (const preset of Object.values(PRESETS)) {
      expect(preset.retiredOn < '2026-01-01').toBe(true);
      expect(preset.verificationLevel).toBe('alwaysUnverifiable');
    }
  });

  it('of Windows Live have decorated names', () => {
    const live = filledPublicProvider({ identity: 'p', enabled: false, preset: 'windowsLive' });
    expect(live.nameDecorationRoutingDomain).toBe('msn.com');
    expect(live.nameDecorationExcludedDomainList).toContain('hotmail.com');
  });
});
