// The fields of the Access Edge, as Set-CsAccessEdgeConfiguration has them in its two parameter sets: a field of the
// other way to route is refused, and told as such.
import { defaulting, type FieldsOf, type Shape } from '../shape.ts';
import { LYNC_DEFAULTS } from './defaults.ts';
import type { DefaultRouteEdgeEntry, DnsSrvEdgeEntry, EdgeEntry } from './document.ts';
import { FQDN } from './words.ts';

const FLAG: Shape = { kind: 'flag' };

/** How far a sender's own domain vouches for its users. */
export const VERIFICATION_LEVEL: Shape = {
  kind: 'choice',
  of: ['alwaysVerifiable', 'alwaysUnverifiable', 'useSourceVerification'],
};

const EDGE: FieldsOf<EdgeEntry> = {
  allowFederatedUsers: {
    shape: FLAG,
    about: 'The master switch of SIP federation, public providers and XMPP.',
  },
  allowOutsideUsers: {
    shape: FLAG,
    about: 'Whether our own users may log on from outside; no federation.',
  },
  allowAnonymousUsers: {
    shape: FLAG,
    about: 'Whether people without an account may join conferences.',
  },
  enableArchivingDisclaimer: {
    shape: FLAG,
    about: 'Whether federated partners are told that messages are archived.',
  },
  markSourceVerifiableOnOutgoingMessages: {
    shape: FLAG,
    about: 'Whether what leaves may be marked verified; false marks all of it unverified.',
  },
  outgoingTlsCountForFederatedPartners: {
    shape: { kind: 'count', min: 1, max: 4 },
    about: 'TLS connections to one partner.',
  },
  enableDiscoveredPartnerContactsLimit: {
    shape: FLAG,
    about: 'Whether discovered partners are kept from trying out our addresses.',
  },
  maxContactsPerDiscoveredPartner: {
    shape: { kind: 'count', min: 1, max: 1_000_000 },
    about: 'Distinct local addresses that one discovered partner may address.',
  },
  discoveredPartnerStandardRate: {
    shape: { kind: 'count', min: 1, max: 1_000_000 },
    about: 'Messages a second from one discovered partner.',
  },
  discoveredPartnerReportPeriodMinutes: {
    shape: { kind: 'count', min: 1, max: 525_600 },
    about: 'Minutes between two reports on discovered partners.',
  },
  keepCrlsUpToDateForPeers: {
    shape: FLAG,
    about: 'Whether revocation lists of partners are fetched anew as they run out.',
  },
  maxAcceptedCertificatesStored: {
    shape: { kind: 'count', min: 1, max: 1_000_000 },
    about: 'Certificates of partners remembered as good.',
  },
  maxRejectedCertificatesStored: {
    shape: { kind: 'count', min: 1, max: 1_000_000 },
    about: 'Certificates of partners remembered as bad.',
  },
  certificatesDeletedPercentage: {
    shape: { kind: 'count', min: 1, max: 100 },
    about: 'How much of a full store of certificates is forgotten at once, in percent.',
  },
};

const DNS_SRV: FieldsOf<DnsSrvEdgeEntry> = {
  routing: {
    shape: { kind: 'choice', of: ['useDnsSrvRouting'] },
    required: true,
    about: 'How partners are reached: by their SRV records.',
  },
  enablePartnerDiscovery: {
    shape: FLAG,
    about: 'Whether domains that are not listed may be discovered by SRV.',
  },
  discoveredPartnerVerificationLevel: {
    shape: VERIFICATION_LEVEL,
    about: 'How far discovered partners vouch for their users.',
  },
  beClearingHouse: {
    shape: FLAG,
    about: 'Whether it connects organisations with each other, so that To need not be ours.',
  },
  ...EDGE,
};

const DEFAULT_ROUTE: FieldsOf<DefaultRouteEdgeEntry> = {
  routing: {
    shape: { kind: 'choice', of: ['useDefaultRouting'] },
    required: true,
    about: 'How partners are reached: all through one server.',
  },
  defaultRouteFqdn: { shape: FQDN, required: true, about: 'The server that everything goes to.' },
  verificationLevel: {
    shape: VERIFICATION_LEVEL,
    about: 'How far that server vouches; here a missing mark means unverified.',
  },
  isPublicProvider: {
    shape: FLAG,
    about: 'Whether what is behind that server counts as a public provider.',
  },
  ...EDGE,
};

/** The Access Edge. */
export const ACCESS_EDGE: Shape = {
  kind: 'variant',
  by: 'routing',
  of: {
    useDnsSrvRouting: defaulting(DNS_SRV, LYNC_DEFAULTS.dnsSrvEdge),
    useDefaultRouting: defaulting(DEFAULT_ROUTE, LYNC_DEFAULTS.defaultRouteEdge),
  },
};
