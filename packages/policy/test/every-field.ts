// A federation in which every field of every object is written, for the tests that ask whether none is forgotten.
// The two ways to route exclude each other, so there are two edges.
import type {
  DefaultRouteEdgeEntry,
  DnsSrvEdgeEntry,
  ExternalAccessPolicyEntry,
  FederationEntry,
} from '@interwork/policy';

const EDGE = {
  allowFederatedUsers: true,
  allowOutsideUsers: true,
  allowAnonymousUsers: false,
  enableArchivingDisclaimer: true,
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
} as const;

const BY_SRV: Required<DnsSrvEdgeEntry> = {
  routing: 'useDnsSrvRouting',
  enablePartnerDiscovery: false,
  discoveredPartnerVerificationLevel: 'useSourceVerification',
  beClearingHouse: false,
  ...EDGE,
};

const BY_DEFAULT_ROUTE: Required<DefaultRouteEdgeEntry> = {
  routing: 'useDefaultRouting',
  defaultRouteFqdn: 'route.ours.example',
  verificationLevel: 'useSourceVerification',
  isPublicProvider: false,
  ...EDGE,
};

const POLICY: Required<ExternalAccessPolicyEntry> = {
  enableFederationAccess: true,
  enableXmppAccess: true,
  enablePublicCloudAccess: true,
  enablePublicCloudAudioVideoAccess: true,
  enableOutsideAccess: true,
  description: 'Everything.',
};

/** Every field, routed by SRV; nothing in it is in conflict. */
export const EVERY_FIELD: Required<FederationEntry> = {
  localDomains: ['ours.example'],
  accessEdge: BY_SRV,
  allowedDomains: [
    {
      domain: 'contoso.example',
      proxyFqdn: 'edge.contoso.example',
      verificationLevel: 'alwaysVerifiable',
      markForMonitoring: true,
      includeSubdomains: true,
      comment: 'Contract of 2012.',
    },
  ],
  blockedDomains: [{ domain: 'litware.example', comment: 'Spam.' }],
  publicProviders: [
    {
      identity: 'Old',
      preset: 'yahoo',
      proxyFqdn: 'lcsap.old.example',
      enabled: false,
      verificationLevel: 'alwaysUnverifiable',
      iconUrl: 'https://old.example/icon.png',
      nameDecorationDomain: 'old.example',
      nameDecorationRoutingDomain: 'old.example',
      nameDecorationExcludedDomainList: ['old.example'],
      enableSkypeIdRouting: false,
      enableSkypeDirectorySearch: false,
      retiredOn: '2014-06-30',
    },
  ],
  hostingProviders: [
    {
      identity: 'Hoster',
      proxyFqdn: 'sip.hoster.example',
      enabled: true,
      enabledSharedAddressSpace: true,
      hostsOCSUsers: true,
      isLocal: false,
      verificationLevel: 'useSourceVerification',
      autodiscoverUrl: 'https://hoster.example/discover',
      sipClientPort: 443,
    },
  ],
  externalAccess: {
    global: POLICY,
    sites: { Redmond: POLICY },
    users: { Sales: POLICY },
    granted: { 'ann@ours.example': 'Sales' },
    siteOf: { 'ours.example': 'Redmond' },
  },
  xmppPartners: [
    {
      domain: 'fabrikam.example',
      additionalDomains: ['research.fabrikam2.example'],
      partnerType: 'federated',
      tlsNegotiation: 'required',
      saslNegotiation: 'required',
      supportDialbackNegotiation: false,
      enableKeepAlive: true,
      connectionLimit: 10,
      proxyFqdn: 'xmpp.fabrikam.example',
      description: 'Research.',
    },
  ],
  xmppGateway: {
    connectionLimit: 1000,
    partnerConnectionLimit: 20,
    keepAliveInterval: 300,
    streamEstablishmentTimeout: 60,
    streamInactivityTimeout: 600,
    subscriptionRefreshInterval: 28_800,
    enableLoggingAllMessageBodies: false,
    dialbackPassphrase: 'dialback',
  },
  archiving: {
    archiveInternal: false,
    archiveExternal: true,
    enableArchiving: 'imOnly',
    blockOnArchiveFailure: true,
    keepArchivingDataForDays: 14,
    archiveDuplicateMessages: true,
  },
  imFilter: {
    enabled: true,
    action: 'warn',
    prefixes: ['http:', 'https:'],
    warnMessage: 'There is a link in this message.',
    allowMessage: '_',
  },
  mediaEncryption: 'requireEncryption',
  recipients: {
    'ann@ours.example': { block: ['*'], allow: ['contoso.example'], contacts: ['bob@a.example'] },
  },
};

/** The same, routed to one server. */
export const WITH_DEFAULT_ROUTE: FederationEntry = {
  localDomains: EVERY_FIELD.localDomains,
  accessEdge: BY_DEFAULT_ROUTE,
};
