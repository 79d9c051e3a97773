// Federation parts of documents as fast-check makes them: every object and field that Lync has, each there or not, with
// texts that want to be something else.
import type {
  AccessEdgeEntry,
  ExternalAccessPolicyEntry,
  FederationEntry,
  HostingProviderEntry,
  PublicProviderEntry,
  XmppPartnerEntry,
} from '@interwork/policy';
import fc from 'fast-check';

const domain = fc
  .stringMatching(/^[a-z][a-z0-9]{0,8}(?:-[a-z0-9]{1,4})?$/)
  .map((label) => `${label}.example`);
const flag = fc.boolean();
const count = fc.integer({ min: 1, max: 3600 });
const verification = fc.constantFrom(
  'alwaysVerifiable',
  'alwaysUnverifiable',
  'useSourceVerification',
);
const negotiation = fc.constantFrom('required', 'optional', 'notSupported');

/** Texts: anything, and what ends a string, a line or a command somewhere. */
export const hostile: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ maxLength: 40 }),
  fc.constantFrom(
    "'; Remove-CsUser -Identity * #",
    '\u2019; calc; \u2018',
    '\u201B\u201A"\u201C$(calc)`n',
    '\r\nRemove-CsAllowedDomain -Identity a.example',
    '\u0085\u2028\u2029\u0000',
    '--% & calc',
    "' + (calc) + '",
    '_x000D_ <Obj> ]]> &amp;',
    '\uD800 alone',
  ),
);

/** What may be the name of a provider, a policy or a site. */
const name = hostile
  .map((text) => text.replaceAll(/\p{Cc}/gu, '').trim())
  .filter((text) => text !== '');
const names = <T>(value: fc.Arbitrary<T>) =>
  fc
    .uniqueArray(fc.tuple(name, value), {
      minLength: 1,
      maxLength: 3,
      selector: ([key]) => key.toLowerCase(),
    })
    .map((rows) => Object.fromEntries(rows));
const listed = <T>(value: fc.Arbitrary<T>, key: (one: T) => string) =>
  fc.uniqueArray(value, { maxLength: 3, selector: (one) => key(one).toLowerCase() });

const both = {
  allowFederatedUsers: flag,
  allowOutsideUsers: flag,
  allowAnonymousUsers: flag,
  enableArchivingDisclaimer: flag,
  markSourceVerifiableOnOutgoingMessages: flag,
  outgoingTlsCountForFederatedPartners: fc.integer({ min: 1, max: 4 }),
  enableDiscoveredPartnerContactsLimit: flag,
  maxContactsPerDiscoveredPartner: count,
  discoveredPartnerStandardRate: count,
  discoveredPartnerReportPeriodMinutes: count,
  keepCrlsUpToDateForPeers: flag,
  maxAcceptedCertificatesStored: count,
  maxRejectedCertificatesStored: count,
  certificatesDeletedPercentage: fc.integer({ min: 1, max: 100 }),
};

const accessEdge: fc.Arbitrary<AccessEdgeEntry> = fc.oneof(
  fc.record(
    {
      routing: fc.constant('useDnsSrvRouting' as const),
      enablePartnerDiscovery: flag,
      discoveredPartnerVerificationLevel: verification,
      beClearingHouse: flag,
      ...both,
    },
    { requiredKeys: ['routing'] },
  ),
  fc.record(
    {
      routing: fc.constant('useDefaultRouting' as const),
      defaultRouteFqdn: domain,
      verificationLevel: verification,
      isPublicProvider: flag,
      ...both,
    },
    { requiredKeys: ['routing', 'defaultRouteFqdn'] },
  ),
);

const allowed = fc.record(
  {
    domain,
    proxyFqdn: domain,
    verificationLevel: verification,
    markForMonitoring: flag,
    comment: hostile,
  },
  { requiredKeys: ['domain'] },
);
const blocked = fc.record({ domain, comment: hostile }, { requiredKeys: ['domain'] });
const url = fc.constantFrom('https://a.example/i.png', "http://a.example/o'hara");

const publicProvider: fc.Arbitrary<PublicProviderEntry> = fc.record(
  {
    identity: name,
    proxyFqdn: domain,
    enabled: flag,
    verificationLevel: verification,
    iconUrl: url,
    nameDecorationDomain: domain,
    nameDecorationRoutingDomain: domain,
    nameDecorationExcludedDomainList: fc.array(domain, { maxLength: 3 }),
    enableSkypeIdRouting: flag,
    enableSkypeDirectorySearch: flag,
  },
  { requiredKeys: ['identity', 'proxyFqdn', 'enabled'] },
);

const hostingProvider: fc.Arbitrary<HostingProviderEntry> = fc.record(
  {
    identity: name,
    proxyFqdn: domain,
    enabled: flag,
    enabledSharedAddressSpace: flag,
    hostsOCSUsers: flag,
    isLocal: flag,
    verificationLevel: verification,
    autodiscoverUrl: url,
    sipClientPort: count,
  },
  { requiredKeys: ['identity', 'proxyFqdn'] },
);

const policy: fc.Arbitrary<ExternalAccessPolicyEntry> = fc.record(
  {
    enableFederationAccess: flag,
    enableXmppAccess: flag,
    enablePublicCloudAccess: flag,
    enablePublicCloudAudioVideoAccess: flag,
    enableOutsideAccess: flag,
    description: hostile,
  },
  { requiredKeys: [] },
);

const xmppPartner: fc.Arbitrary<XmppPartnerEntry> = fc.record(
  {
    domain,
    additionalDomains: fc.array(domain, { maxLength: 3 }),
    partnerType: fc.constantFrom('federated', 'publicVerified', 'publicUnverified'),
    tlsNegotiation: negotiation,
    saslNegotiation: negotiation,
    supportDialbackNegotiation: flag,
    enableKeepAlive: flag,
    connectionLimit: count,
    proxyFqdn: domain,
    description: hostile,
  },
  { requiredKeys: ['domain'] },
);

/** A federation part of which Lync has a place for everything. */
export const federation: fc.Arbitrary<FederationEntry> = fc.record(
  {
    localDomains: fc.uniqueArray(domain, { minLength: 1, maxLength: 3 }),
    accessEdge,
    allowedDomains: listed(allowed, (one) => one.domain),
    blockedDomains: listed(blocked, (one) => one.domain),
    publicProviders: listed(publicProvider, ({ identity }) => identity),
    hostingProviders: listed(hostingProvider, ({ identity }) => identity),
    externalAccess: fc.record(
      {
        global: policy,
        sites: names(policy),
        users: names(policy),
        granted: fc
          .uniqueArray(fc.tuple(domain, name), { minLength: 1, selector: ([one]) => one })
          .map((rows) => Object.fromEntries(rows.map(([at, to]) => [`ann@${at}`, to]))),
      },
      { requiredKeys: [] },
    ),
    xmppPartners: listed(xmppPartner, (one) => one.domain),
    xmppGateway: fc.record(
      {
        connectionLimit: count,
        partnerConnectionLimit: count,
        keepAliveInterval: count,
        streamEstablishmentTimeout: count,
        streamInactivityTimeout: count,
        subscriptionRefreshInterval: count,
        enableLoggingAllMessageBodies: flag,
      },
      { requiredKeys: [] },
    ),
    archiving: fc.record(
      {
        archiveInternal: flag,
        archiveExternal: flag,
        enableArchiving: fc.constantFrom('none', 'imOnly', 'imAndWebConf'),
        blockOnArchiveFailure: flag,
        keepArchivingDataForDays: fc.integer({ min: 1, max: 2562 }),
        archiveDuplicateMessages: flag,
      },
      { requiredKeys: [] },
    ),
    imFilter: fc.record(
      {
        enabled: flag,
        action: fc.constantFrom('allow', 'block', 'warn'),
        prefixes: fc.array(hostile, { maxLength: 3 }),
        warnMessage: hostile,
        allowMessage: hostile,
      },
      { requiredKeys: ['enabled'] },
    ),
    mediaEncryption: fc.constantFrom(
      'requireEncryption',
      'supportEncryption',
      'doNotSupportEncryption',
    ),
  },
  { requiredKeys: ['localDomains', 'accessEdge'] },
);
