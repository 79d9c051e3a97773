// Lync's objects, read, into the form that is asked: names normalised, everything filled in that has a default (filled.ts).
// What objects say against each other is for whoever checks the document (check.ts); a name that is none has been
// reported by the descriptor and is left out here.
import { normalizeDomain } from '../domain.ts';
import type { Report } from '../finding.ts';
import type { Partner } from '../policy-set.ts';
import type { DomainTable } from '../domain-set.ts';
import type { ReadFederation } from '../read.ts';
import { compileAccess } from './compile-access.ts';
import { compileAllowed } from './compile-allowed.ts';
import { compileHosting, compilePublic } from './compile-providers.ts';
import { compileRecipients } from './compile-recipients.ts';
import { compileXmppPartners } from './compile-xmpp.ts';
import type { Federation } from './compiled.ts';
import { LYNC_DEFAULTS } from './defaults.ts';
import type { AccessEdgeEntry } from './document.ts';
import { filled, filledAccessEdge, type FilledAccessEdge } from './filled.ts';

/** The compiled form. `partners` are the document's own, who may say how links are made as well. */
export function compileFederation(
  entry: ReadFederation,
  partners: DomainTable<Partner>,
  report: Report,
): Federation {
  const allowed = compileAllowed(entry.allowedDomains ?? []);
  const xmppGateway = filled('xmppGateway', entry.xmppGateway ?? {});
  return {
    localDomains: namesOf(entry.localDomains),
    edge: compileEdge(entry.accessEdge),
    allowed,
    allowsBelow: [...allowed.values()].some(({ includeSubdomains }) => includeSubdomains),
    blocked: namesOf((entry.blockedDomains ?? []).map(({ domain }) => domain)),
    publicProviders: compilePublic(entry.publicProviders ?? []),
    hostingProviders: compileHosting(entry.hostingProviders ?? []),
    xmppPartners: compileXmppPartners(entry.xmppPartners ?? [], xmppGateway, partners, report),
    xmppGateway,
    access: compileAccess(entry.externalAccess),
    recipients: compileRecipients(entry.recipients),
    archiving: entry.archiving && filled('archiving', entry.archiving),
    imFilter: entry.imFilter && filled('imFilter', entry.imFilter),
    mediaEncryption: entry.mediaEncryption ?? LYNC_DEFAULTS.federation.mediaEncryption,
  };
}

function namesOf(texts: readonly string[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const text of texts) {
    const name = normalizeDomain(text);
    if (name !== undefined) names.add(name);
  }
  return names;
}

/** With the server's name as it is compared. */
function compileEdge(entry: AccessEdgeEntry): FilledAccessEdge {
  const edge = filledAccessEdge(entry);
  return edge.routing === 'useDefaultRouting'
    ? { ...edge, defaultRouteFqdn: normalizeDomain(edge.defaultRouteFqdn) ?? '' }
    : edge;
}
