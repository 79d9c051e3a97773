// Lync's federation as an administrator writes it: the objects of its control panel and cmdlets, each field under its
// own name in camelCase. Types alone; the descriptor that reads them is shapes.ts, what they mean is in the files that
// compile and evaluate them. A document without a `federation` is decided by its own rules and partners alone.

/** The federation part of a policy document. What is absent has Lync's default, said at each field. */
export interface FederationEntry {
  /** Our own SIP domains. Whoever has one of them is no federated user. */
  readonly localDomains: readonly string[];
  readonly accessEdge: AccessEdgeEntry;
  readonly allowedDomains?: readonly AllowedDomainEntry[];
  readonly blockedDomains?: readonly BlockedDomainEntry[];
  readonly publicProviders?: readonly PublicProviderEntry[];
  readonly hostingProviders?: readonly HostingProviderEntry[];
  readonly externalAccess?: ExternalAccessEntry;
  readonly xmppPartners?: readonly XmppPartnerEntry[];
  readonly xmppGateway?: XmppGatewayEntry;
  readonly archiving?: ArchivingEntry;
  readonly imFilter?: ImFilterEntry;
  /** Media with public providers and others. Default `requireEncryption`. */
  readonly mediaEncryption?: 'requireEncryption' | 'supportEncryption' | 'doNotSupportEncryption';
  /** What users have set for themselves, by address. A host that keeps it elsewhere hands it in as a fact. */
  readonly recipients?: Readonly<Record<string, RecipientEntry>>;
}

/** How far the sender's own domain is believed to vouch for its users. */
export type VerificationLevel = 'alwaysVerifiable' | 'alwaysUnverifiable' | 'useSourceVerification';

/** The Access Edge, by the way it routes. */
export type AccessEdgeEntry = DnsSrvEdgeEntry | DefaultRouteEdgeEntry;

/** What an Access Edge has whichever way it routes. Rates in messages a second. */
export interface EdgeEntry {
  /** The master switch: SIP federation, public providers and XMPP. Default false. */
  readonly allowFederatedUsers?: boolean;
  /** Our own users from outside; no federation. Default true. */
  readonly allowOutsideUsers?: boolean;
  /** Default false. */
  readonly allowAnonymousUsers?: boolean;
  /** Default false. */
  readonly enableArchivingDisclaimer?: boolean;
  /** Default true. */
  readonly markSourceVerifiableOnOutgoingMessages?: boolean;
  /** TLS connections to one partner, 1 to 4. Default 4. */
  readonly outgoingTlsCountForFederatedPartners?: number;
  /** Default true. */
  readonly enableDiscoveredPartnerContactsLimit?: boolean;
  /** Distinct local addresses a discovered partner may address. Default 1000. */
  readonly maxContactsPerDiscoveredPartner?: number;
  /** Default 20. */
  readonly discoveredPartnerStandardRate?: number;
  /** Default 60. */
  readonly discoveredPartnerReportPeriodMinutes?: number;
  /** Default true. */
  readonly keepCrlsUpToDateForPeers?: boolean;
  /** Default 1000. */
  readonly maxAcceptedCertificatesStored?: number;
  /** Default 500. */
  readonly maxRejectedCertificatesStored?: number;
  /** Percent. Default 20. */
  readonly certificatesDeletedPercentage?: number;
}

/** Partners are found by SRV records. */
export interface DnsSrvEdgeEntry extends EdgeEntry {
  readonly routing: 'useDnsSrvRouting';
  /** Whether domains that are not listed may be discovered. Default false. */
  readonly enablePartnerDiscovery?: boolean;
  /** Default `useSourceVerification`. */
  readonly discoveredPartnerVerificationLevel?: VerificationLevel;
  /** Connects organisations with each other: To need not be ours. Default false. */
  readonly beClearingHouse?: boolean;
}

/** Everything goes to one server; there are no providers then. */
export interface DefaultRouteEdgeEntry extends EdgeEntry {
  readonly routing: 'useDefaultRouting';
  readonly defaultRouteFqdn: string;
  /** Default `useSourceVerification`; a missing mark is "unverified" here, not refused. */
  readonly verificationLevel?: VerificationLevel;
  /** Default false. */
  readonly isPublicProvider?: boolean;
}

/** A SIP domain that may federate. */
export interface AllowedDomainEntry {
  readonly domain: string;
  /** The partner's server: connected to without SRV, and its certificate carries this name. */
  readonly proxyFqdn?: string;
  /** Default `useSourceVerification`. */
  readonly verificationLevel?: VerificationLevel;
  /** Default false. */
  readonly markForMonitoring?: boolean;
  /** Ours: whether what lies below it is allowed too. Default false. */
  readonly includeSubdomains?: boolean;
  readonly comment?: string;
}

/** A domain that may not, with everything below it; on the SIP side and the XMPP side. */
export interface BlockedDomainEntry {
  readonly domain: string;
  readonly comment?: string;
}

/** A public instant messaging provider, recognised by its server and not by its domains. */
export interface PublicProviderEntry {
  readonly identity: string;
  /** Fields not written are those of the preset. All presets are retired. */
  readonly preset?: 'aol' | 'windowsLive' | 'yahoo';
  readonly proxyFqdn?: string;
  readonly enabled: boolean;
  /** Default `alwaysUnverifiable`. */
  readonly verificationLevel?: VerificationLevel;
  readonly iconUrl?: string;
  readonly nameDecorationDomain?: string;
  /** `user@contoso.com` is written `user(contoso.com)@` this domain. */
  readonly nameDecorationRoutingDomain?: string;
  /** Domains that are not decorated. */
  readonly nameDecorationExcludedDomainList?: readonly string[];
  readonly enableSkypeIdRouting?: boolean;
  readonly enableSkypeDirectorySearch?: boolean;
  /** The day (YYYY-MM-DD) from which it no longer exists; a preset brings its own. */
  readonly retiredOn?: string;
}

/** A provider that hosts SIP domains, or part of ours. Three shapes of the two flags are legal. */
export interface HostingProviderEntry {
  readonly identity: string;
  readonly proxyFqdn: string;
  /** Default false. */
  readonly enabled?: boolean;
  /** Whether some users of our own domain live there. Default false. */
  readonly enabledSharedAddressSpace?: boolean;
  /** Default false. */
  readonly hostsOCSUsers?: boolean;
  /** Default false. */
  readonly isLocal?: boolean;
  /** Default `alwaysVerifiable`. */
  readonly verificationLevel?: VerificationLevel;
  readonly autodiscoverUrl?: string;
  /** Default 443. */
  readonly sipClientPort?: number;
}

/** The policies of users, and who has which. User beats site beats global; one policy holds, whole. */
export interface ExternalAccessEntry {
  /** Default: nothing. */
  readonly global?: ExternalAccessPolicyEntry;
  readonly sites?: Readonly<Record<string, ExternalAccessPolicyEntry>>;
  readonly users?: Readonly<Record<string, ExternalAccessPolicyEntry>>;
  /** Names of policies in `users`, by address. A host may answer this as a fact instead. */
  readonly granted?: Readonly<Record<string, string>>;
  /** Names of sites, by address or by domain. */
  readonly siteOf?: Readonly<Record<string, string>>;
}

/** What a user may do outside. Every field defaults to false. */
export interface ExternalAccessPolicyEntry {
  readonly enableFederationAccess?: boolean;
  /** Holds only with `enableFederationAccess`. */
  readonly enableXmppAccess?: boolean;
  readonly enablePublicCloudAccess?: boolean;
  readonly enablePublicCloudAudioVideoAccess?: boolean;
  readonly enableOutsideAccess?: boolean;
  readonly description?: string;
}

/** `required`, `optional` or `notSupported`. */
export type Negotiation = 'required' | 'optional' | 'notSupported';

/** What an XMPP partner is to us. */
export type XmppPartnerType = 'federated' | 'publicVerified' | 'publicUnverified';

/** An XMPP domain that may federate. */
export interface XmppPartnerEntry {
  readonly domain: string;
  /** Domains beside it; what lies below is not implied. */
  readonly additionalDomains?: readonly string[];
  /** Default `publicUnverified`. */
  readonly partnerType?: XmppPartnerType;
  /** Default `required`. */
  readonly tlsNegotiation?: Negotiation;
  /** Default `required`. */
  readonly saslNegotiation?: Negotiation;
  /** Default true. */
  readonly supportDialbackNegotiation?: boolean;
  /** Default true. */
  readonly enableKeepAlive?: boolean;
  /** Connections with it; without, the gateway's `partnerConnectionLimit`. */
  readonly connectionLimit?: number;
  /** Its server, instead of SRV. */
  readonly proxyFqdn?: string;
  readonly description?: string;
}

/** What holds for all XMPP partners. Times in seconds. */
export interface XmppGatewayEntry {
  /** Default 1000. */
  readonly connectionLimit?: number;
  /** Default 20. */
  readonly partnerConnectionLimit?: number;
  /** Default 300. */
  readonly keepAliveInterval?: number;
  /** Default 60. */
  readonly streamEstablishmentTimeout?: number;
  /** Default 600. */
  readonly streamInactivityTimeout?: number;
  /** Default 28800. */
  readonly subscriptionRefreshInterval?: number;
  /** Default false. */
  readonly enableLoggingAllMessageBodies?: boolean;
  /** The name under which the host keeps the secret; a document holds none. */
  readonly dialbackPassphrase?: string;
}

/** Archiving. */
export interface ArchivingEntry {
  /** Default false. */
  readonly archiveInternal?: boolean;
  /** Default false. */
  readonly archiveExternal?: boolean;
  /** Default `none`. */
  readonly enableArchiving?: 'none' | 'imOnly' | 'imAndWebConf';
  /** Messages stop while archiving is broken. Default false. */
  readonly blockOnArchiveFailure?: boolean;
  /** 1 to 2562. Default 14. */
  readonly keepArchivingDataForDays?: number;
  /** Default true. */
  readonly archiveDuplicateMessages?: boolean;
}

/** The filter of links in messages. */
export interface ImFilterEntry {
  readonly enabled: boolean;
  /** `allow` puts an underscore before links, `block` refuses, `warn` adds `warnMessage`. Default `allow`. */
  readonly action?: 'allow' | 'block' | 'warn';
  /** Beginnings of what counts as a link, such as `http:`. Default: those of the product. */
  readonly prefixes?: readonly string[];
  /** Put before the message; without it `warn` does nothing. */
  readonly warnMessage?: string;
  /** With `allow`: a notice put before a message that has links. */
  readonly allowMessage?: string;
}

/** What a user has set. Block beats allow; both beat the contact list. */
export interface RecipientEntry {
  /** Addresses, domains, or `*` for everybody. */
  readonly block?: readonly string[];
  readonly allow?: readonly string[];
  /** Addresses on the contact list. */
  readonly contacts?: readonly string[];
}
