// The cmdlets whose output is read and written: which objects they give and which fields those have. One row a cmdlet, one
// word a field; import, export and the script all go by it. Fields are Lync's with a small first letter, as in the policy
// document. What Lync has and the document has not is `left`, each with the reason why.
import type { EnumerationName } from './enumerations.ts';

/** What a field holds. `name` is a host name, an empty one is none; `named` the name of a policy; `commas` a list in one text. */
export type FieldKind =
  | 'flag'
  | 'count'
  | 'seconds'
  | 'text'
  | 'name'
  | 'named'
  | 'list'
  | 'commas'
  | { readonly one: EnumerationName };

/** How its objects are told apart. `scope`: Global, Site:Name or a policy's name. */
export type IdentityKind = 'global' | 'scope' | 'id' | 'domain' | 'address';

/** One cmdlet. */
export interface Cmdlet {
  /** What stands behind `Get-Cs`. */
  readonly noun: Noun;
  readonly identity: IdentityKind;
  /** The last parts of the names of its types. */
  readonly types: readonly string[];
  readonly fields: Readonly<Record<string, FieldKind>>;
  /** Fields without which an object is none of this cmdlet's. */
  readonly required: readonly string[];
  /** Fields that are always there in what the cmdlet gives, by which objects without a type are known. */
  readonly marks: readonly string[];
  /** Fields of Lync's without a counterpart here, and why. */
  readonly left: Readonly<Record<string, string>>;
}

/** The nouns of the cmdlets. */
export type Noun =
  | 'SipDomain'
  | 'AccessEdgeConfiguration'
  | 'AllowedDomain'
  | 'BlockedDomain'
  | 'PublicProvider'
  | 'HostingProvider'
  | 'ExternalAccessPolicy'
  | 'User'
  | 'XmppAllowedPartner'
  | 'XmppGatewayConfiguration'
  | 'ArchivingPolicy'
  | 'ArchivingConfiguration'
  | 'ImFilterConfiguration'
  | 'MediaConfiguration';

const verification = { one: 'verification' } as const;
const negotiation = { one: 'negotiation' } as const;

/** Fields of the Access Edge whichever way it routes. */
const EDGE = {
  allowFederatedUsers: 'flag',
  allowOutsideUsers: 'flag',
  allowAnonymousUsers: 'flag',
  enableArchivingDisclaimer: 'flag',
  markSourceVerifiableOnOutgoingMessages: 'flag',
  outgoingTlsCountForFederatedPartners: 'count',
  enableDiscoveredPartnerContactsLimit: 'flag',
  maxContactsPerDiscoveredPartner: 'count',
  discoveredPartnerStandardRate: 'count',
  discoveredPartnerReportPeriodMinutes: 'count',
  keepCrlsUpToDateForPeers: 'flag',
  maxAcceptedCertificatesStored: 'count',
  maxRejectedCertificatesStored: 'count',
  certificatesDeletedPercentage: 'count',
} as const;

/** Fields of the Access Edge for each way of routing, as Set-CsAccessEdgeConfiguration has its parameter sets. */
export const ROUTING_FIELDS: Readonly<
  Record<'useDnsSrvRouting' | 'useDefaultRouting', Readonly<Record<string, FieldKind>>>
> = {
  useDnsSrvRouting: {
    enablePartnerDiscovery: 'flag',
    discoveredPartnerVerificationLevel: verification,
    beClearingHouse: 'flag',
  },
  useDefaultRouting: {
    defaultRouteFqdn: 'name',
    verificationLevel: verification,
    isPublicProvider: 'flag',
  },
};

const CLIENTS = 'it is for clients';
const STORE = 'it is about how the archive is kept';
const LOCAL = 'it is about the network that a server stands in';
const MEDIA = 'it is about how media are made, not whether they may be';

/** Every cmdlet, in the order in which export writes them. */
export const CMDLETS: Readonly<Record<Noun, Cmdlet>> = {
  SipDomain: {
    noun: 'SipDomain',
    identity: 'domain',
    types: ['SipDomain'],
    fields: {},
    required: [],
    marks: ['isDefault'],
    left: { isDefault: 'there is no domain by default' },
  },
  AccessEdgeConfiguration: {
    noun: 'AccessEdgeConfiguration',
    identity: 'global',
    types: [
      'DisplayAccessEdgeSettingsDnsSrvRouting',
      'DisplayAccessEdgeSettingsDefaultRoute',
      'AccessEdgeSettings',
    ],
    fields: {
      routingMethod: { one: 'routing' },
      ...EDGE,
      ...ROUTING_FIELDS.useDnsSrvRouting,
      ...ROUTING_FIELDS.useDefaultRouting,
    },
    required: [],
    marks: ['allowFederatedUsers', 'routingMethod'],
    left: {
      enableUserReplicator: 'users are not replicated here',
      dnsSrvCacheRecordCount: 'answers of DNS are kept as long as they say',
      skypeSearchUrl: CLIENTS,
    },
  },
  AllowedDomain: {
    noun: 'AllowedDomain',
    identity: 'domain',
    types: ['AllowedDomain'],
    fields: {
      proxyFqdn: 'name',
      verificationLevel: verification,
      markForMonitoring: 'flag',
      comment: 'text',
    },
    required: [],
    marks: ['domain'],
    left: {},
  },
  BlockedDomain: {
    noun: 'BlockedDomain',
    identity: 'domain',
    types: ['BlockedDomain'],
    fields: { comment: 'text' },
    required: [],
    marks: ['domain'],
    left: {},
  },
  PublicProvider: {
    noun: 'PublicProvider',
    identity: 'id',
    types: ['PublicProvider', 'DisplayPublicProvider'],
    fields: {
      proxyFqdn: 'name',
      enabled: 'flag',
      verificationLevel: verification,
      iconUrl: 'name',
      nameDecorationDomain: 'name',
      nameDecorationRoutingDomain: 'name',
      nameDecorationExcludedDomainList: 'commas',
      enableSkypeIdRouting: 'flag',
      enableSkypeDirectorySearch: 'flag',
    },
    required: ['enabled', 'proxyFqdn'],
    marks: ['nameDecorationDomain', 'enabled'],
    left: {},
  },
  HostingProvider: {
    noun: 'HostingProvider',
    identity: 'id',
    types: ['HostingProvider', 'DisplayHostingProvider'],
    fields: {
      proxyFqdn: 'name',
      enabled: 'flag',
      enabledSharedAddressSpace: 'flag',
      hostsOCSUsers: 'flag',
      isLocal: 'flag',
      verificationLevel: verification,
      autodiscoverUrl: 'name',
      sipClientPort: 'count',
    },
    required: ['proxyFqdn'],
    marks: ['enabledSharedAddressSpace', 'hostsOCSUsers'],
    left: {},
  },
  ExternalAccessPolicy: {
    noun: 'ExternalAccessPolicy',
    identity: 'scope',
    types: ['ExternalAccessPolicy'],
    fields: {
      enableFederationAccess: 'flag',
      enableXmppAccess: 'flag',
      enablePublicCloudAccess: 'flag',
      enablePublicCloudAudioVideoAccess: 'flag',
      enableOutsideAccess: 'flag',
      description: 'text',
    },
    required: [],
    marks: ['enableFederationAccess'],
    left: {},
  },
  User: {
    noun: 'User',
    identity: 'address',
    types: ['OCSADUser', 'OCSUserOrAppContact'],
    fields: { externalAccessPolicy: 'named' },
    required: [],
    marks: ['sipAddress', 'externalAccessPolicy'],
    left: {},
  },
  XmppAllowedPartner: {
    noun: 'XmppAllowedPartner',
    identity: 'domain',
    types: ['XmppAllowedPartner'],
    fields: {
      additionalDomains: 'list',
      partnerType: { one: 'partnerType' },
      tlsNegotiation: negotiation,
      saslNegotiation: negotiation,
      supportDialbackNegotiation: 'flag',
      enableKeepAlive: 'flag',
      connectionLimit: 'count',
      proxyFqdn: 'name',
      description: 'text',
    },
    required: [],
    marks: ['tlsNegotiation', 'saslNegotiation'],
    left: {},
  },
  XmppGatewayConfiguration: {
    noun: 'XmppGatewayConfiguration',
    identity: 'global',
    types: ['XmppGatewaySettings'],
    fields: {
      connectionLimit: 'count',
      partnerConnectionLimit: 'count',
      keepAliveInterval: 'seconds',
      streamEstablishmentTimeout: 'seconds',
      streamInactivityTimeout: 'seconds',
      subscriptionRefreshInterval: 'seconds',
      enableLoggingAllMessageBodies: 'flag',
    },
    required: [],
    marks: ['partnerConnectionLimit', 'streamInactivityTimeout'],
    left: { dialbackPassphrase: 'a document holds no secret' },
  },
  ArchivingPolicy: {
    noun: 'ArchivingPolicy',
    identity: 'global',
    types: ['IMArchivingPolicy'],
    fields: { archiveInternal: 'flag', archiveExternal: 'flag' },
    required: [],
    marks: ['archiveInternal', 'archiveExternal'],
    left: { description: 'there is no place for it' },
  },
  ArchivingConfiguration: {
    noun: 'ArchivingConfiguration',
    identity: 'global',
    types: ['ArchivingSettings'],
    fields: {
      enableArchiving: { one: 'archiving' },
      blockOnArchiveFailure: 'flag',
      keepArchivingDataForDays: 'count',
      archiveDuplicateMessages: 'flag',
    },
    required: [],
    marks: ['enableArchiving', 'blockOnArchiveFailure'],
    left: {
      enablePurging: STORE,
      purgeExportedArchivesOnly: STORE,
      purgeHourOfDay: STORE,
      cachePurgingInterval: STORE,
      enableExchangeArchiving: STORE,
    },
  },
  ImFilterConfiguration: {
    noun: 'ImFilterConfiguration',
    identity: 'global',
    types: ['ImFilterConfiguration'],
    fields: {
      enabled: 'flag',
      action: { one: 'filterAction' },
      prefixes: 'list',
      warnMessage: 'text',
      allowMessage: 'text',
    },
    required: ['enabled'],
    marks: ['prefixes', 'action'],
    left: {
      blockFileExtension: 'files do not cross',
      ignoreLocal: LOCAL,
    },
  },
  MediaConfiguration: {
    noun: 'MediaConfiguration',
    identity: 'global',
    types: ['MediaSettings'],
    fields: { encryptionLevel: { one: 'encryption' } },
    required: ['encryptionLevel'],
    marks: ['encryptionLevel'],
    left: {
      enableQoS: MEDIA,
      enableSiren: MEDIA,
      maxVideoRateAllowed: MEDIA,
      enableInCallQoS: MEDIA,
      inCallQoSIntervalSeconds: MEDIA,
      enableRtpRtcpMultiplexing: MEDIA,
      enableVideoBasedSharing: MEDIA,
      enableAdaptiveBandWidthEstimation: MEDIA,
      enableG722StereoCodec: MEDIA,
      enableH264Codec: MEDIA,
      waitIceCompletedToAddDialOutUser: MEDIA,
    },
  },
};

/** Fields whose value is a secret. It is neither carried nor said. */
export const SECRETS: ReadonlySet<string> = new Set(['dialbackPassphrase']);

/** Members in which an object says which one it is. They say the same where there are several. */
export const IDENTITY_FIELDS: Readonly<Record<IdentityKind, readonly string[]>> = {
  global: ['identity'],
  scope: ['identity'],
  id: ['identity'],
  domain: ['identity', 'domain', 'name'],
  address: ['sipAddress'],
};

/** A field's name as Lync writes it. */
export function lyncName(field: string): string {
  return field.slice(0, 1).toUpperCase() + field.slice(1);
}

/**
 * Members that say how an object came here and nothing about what is configured: remoting and the store's own keys. They
 * are left out without a word.
 */
export const NOISE: ReadonlySet<string> = new Set([
  'pscomputername',
  'psshowcomputername',
  'pssourcejobinstanceid',
  'runspaceid',
  'anchor',
  'element',
  'key',
  'scopeclass',
  'typedidentity',
  'xsanyelements',
  'xsanyattributes',
]);
