// What a document means where it says nothing, for the commands of a script: Set-Cs… keeps a field that it is not given, and
// some cmdlets of later servers have other defaults than Lync Server 2013. VerificationLevel of an allowed domain is not
// here: Lync Server 2013 has no such parameter, and source verification is what it does.
import type { Noun } from './cmdlets.ts';

/** Defaults by cmdlet and field. */
export const SCRIPT_DEFAULTS: Readonly<Partial<Record<Noun, Readonly<Record<string, unknown>>>>> = {
  AccessEdgeConfiguration: {
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
  },
  PublicProvider: { verificationLevel: 'alwaysUnverifiable' },
  HostingProvider: {
    enabled: false,
    enabledSharedAddressSpace: false,
    hostsOCSUsers: false,
    isLocal: false,
    verificationLevel: 'alwaysVerifiable',
  },
  ExternalAccessPolicy: {
    enableFederationAccess: false,
    enableXmppAccess: false,
    enablePublicCloudAccess: false,
    enablePublicCloudAudioVideoAccess: false,
    enableOutsideAccess: false,
  },
  XmppAllowedPartner: {
    partnerType: 'publicUnverified',
    tlsNegotiation: 'required',
    saslNegotiation: 'required',
    supportDialbackNegotiation: true,
    enableKeepAlive: true,
  },
  XmppGatewayConfiguration: {
    connectionLimit: 1000,
    partnerConnectionLimit: 20,
    keepAliveInterval: 300,
    streamEstablishmentTimeout: 60,
    streamInactivityTimeout: 600,
    subscriptionRefreshInterval: 28_800,
    enableLoggingAllMessageBodies: false,
  },
  ArchivingPolicy: { archiveInternal: false, archiveExternal: false },
  ArchivingConfiguration: {
    enableArchiving: 'none',
    blockOnArchiveFailure: false,
    keepArchivingDataForDays: 14,
    archiveDuplicateMessages: true,
  },
  ImFilterConfiguration: { action: 'allow' },
};

/** Defaults of the Access Edge for each way of routing. */
export const ROUTING_DEFAULTS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  useDnsSrvRouting: {
    enablePartnerDiscovery: false,
    discoveredPartnerVerificationLevel: 'useSourceVerification',
    beClearingHouse: false,
  },
  useDefaultRouting: { verificationLevel: 'useSourceVerification', isPublicProvider: false },
};
