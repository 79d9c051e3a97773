// What a field of Lync's objects is when it is not written, in one table: the descriptor shows it, and whatever
// compiles or evaluates an entry fills it from here (filled.ts). Values are those of Lync Server 2013 where its cmdlets say
// one, and the more cautious one where its documents disagree or are silent.
import type {
  AllowedDomainEntry,
  ArchivingEntry,
  DefaultRouteEdgeEntry,
  DnsSrvEdgeEntry,
  EdgeEntry,
  ExternalAccessPolicyEntry,
  FederationEntry,
  HostingProviderEntry,
  ImFilterEntry,
  PublicProviderEntry,
  XmppGatewayEntry,
  XmppPartnerEntry,
} from './document.ts';

const EDGE: Required<EdgeEntry> = {
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

/** Which fields have a default. The others have none: without one, what it speaks of is not there. */
export interface LyncDefaults {
  readonly federation: Required<Pick<FederationEntry, 'mediaEncryption'>>;
  readonly dnsSrvEdge: Required<Omit<DnsSrvEdgeEntry, 'routing'>>;
  readonly defaultRouteEdge: Required<Omit<DefaultRouteEdgeEntry, 'routing' | 'defaultRouteFqdn'>>;
  readonly allowedDomain: Required<Omit<AllowedDomainEntry, 'domain' | 'proxyFqdn' | 'comment'>>;
  readonly publicProvider: Required<
    Pick<
      PublicProviderEntry,
      | 'verificationLevel'
      | 'nameDecorationExcludedDomainList'
      | 'enableSkypeIdRouting'
      | 'enableSkypeDirectorySearch'
    >
  >;
  readonly hostingProvider: Required<
    Omit<HostingProviderEntry, 'identity' | 'proxyFqdn' | 'autodiscoverUrl'>
  >;
  readonly externalAccessPolicy: Required<Omit<ExternalAccessPolicyEntry, 'description'>>;
  readonly xmppPartner: Required<
    Omit<XmppPartnerEntry, 'domain' | 'connectionLimit' | 'proxyFqdn' | 'description'>
  >;
  readonly xmppGateway: Required<Omit<XmppGatewayEntry, 'dialbackPassphrase'>>;
  readonly archiving: Required<ArchivingEntry>;
  readonly imFilter: Required<Pick<ImFilterEntry, 'action' | 'prefixes'>>;
}

/** Lync's defaults, by object. */
export const LYNC_DEFAULTS: LyncDefaults = {
  federation: {
    mediaEncryption: 'requireEncryption',
  },
  dnsSrvEdge: {
    ...EDGE,
    enablePartnerDiscovery: false,
    // no document states it
    discoveredPartnerVerificationLevel: 'useSourceVerification',
    beClearingHouse: false,
  },
  defaultRouteEdge: {
    ...EDGE,
    verificationLevel: 'useSourceVerification',
    isPublicProvider: false,
  },
  allowedDomain: {
    verificationLevel: 'useSourceVerification',
    markForMonitoring: false,
    includeSubdomains: false,
  },
  publicProvider: {
    // the cmdlet's text says alwaysVerifiable, the control panel's that of the shipped providers
    verificationLevel: 'alwaysUnverifiable',
    nameDecorationExcludedDomainList: [],
    enableSkypeIdRouting: false,
    enableSkypeDirectorySearch: false,
  },
  hostingProvider: {
    enabled: false,
    enabledSharedAddressSpace: false,
    hostsOCSUsers: false,
    isLocal: false,
    verificationLevel: 'alwaysVerifiable',
    sipClientPort: 443,
  },
  externalAccessPolicy: {
    enableFederationAccess: false,
    enableXmppAccess: false,
    enablePublicCloudAccess: false,
    enablePublicCloudAudioVideoAccess: false,
    enableOutsideAccess: false,
  },
  xmppPartner: {
    additionalDomains: [],
    partnerType: 'publicUnverified',
    tlsNegotiation: 'required',
    saslNegotiation: 'required',
    supportDialbackNegotiation: true,
    enableKeepAlive: true,
  },
  xmppGateway: {
    connectionLimit: 1000,
    partnerConnectionLimit: 20,
    keepAliveInterval: 300,
    streamEstablishmentTimeout: 60,
    streamInactivityTimeout: 600,
    subscriptionRefreshInterval: 28_800,
    enableLoggingAllMessageBodies: false,
  },
  archiving: {
    archiveInternal: false,
    archiveExternal: false,
    enableArchiving: 'none',
    blockOnArchiveFailure: false,
    keepArchivingDataForDays: 14,
    archiveDuplicateMessages: true,
  },
  imFilter: {
    action: 'allow',
    prefixes: [
      'callto:',
      'file:',
      'ftp.',
      'ftp:',
      'gopher:',
      'href',
      'http:',
      'https:',
      'ldap:',
      'mailto:',
      'news:',
      'nntp:',
      'sip:',
      'sips:',
      'tel:',
      'telnet:',
      'www*',
    ],
  },
};
