// The Access Edge with every default filled in, as Set-CsAccessEdgeConfiguration has them.
import { normalizeDomain } from '../domain.ts';
import type { Edge } from './compiled.ts';
import type { AccessEdgeEntry, EdgeEntry } from './document.ts';

/** What an Access Edge is where nothing is written: closed. */
export const EDGE: Required<EdgeEntry> = {
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

/** The edge, whole. */
export function compileEdge(entry: AccessEdgeEntry): Edge {
  if (entry.routing === 'useDefaultRouting') {
    return {
      ...EDGE,
      verificationLevel: 'useSourceVerification',
      isPublicProvider: false,
      ...entry,
      defaultRouteFqdn: normalizeDomain(entry.defaultRouteFqdn) ?? '',
    };
  }
  return {
    ...EDGE,
    enablePartnerDiscovery: false,
    discoveredPartnerVerificationLevel: 'useSourceVerification',
    beClearingHouse: false,
    ...entry,
  };
}
