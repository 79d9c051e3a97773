// Lync's objects, read, into the form that is asked. Names are normalised, defaults filled in as the product has them.
// What objects say against each other is for whoever checks the document (check.ts); a name that is none has been
// reported by the descriptor and is left out here.
import { normalizeDomain } from '../domain.ts';
import type { Report } from '../finding.ts';
import type { Partner } from '../policy-set.ts';
import type { DomainTable } from '../domain-set.ts';
import type { ReadFederation } from '../read.ts';
import { compileAccess } from './compile-access.ts';
import { compileAllowed } from './compile-allowed.ts';
import { compileEdge } from './compile-edge.ts';
import { compileHosting, compilePublic } from './compile-providers.ts';
import { compileRecipients } from './compile-recipients.ts';
import { compileXmppGateway, compileXmppPartners } from './compile-xmpp.ts';
import type { Federation } from './compiled.ts';
import type { ArchivingEntry, ImFilterEntry } from './document.ts';

/** The compiled form. `partners` are the document's own, who may say how links are made as well. */
export function compileFederation(
  entry: ReadFederation,
  partners: DomainTable<Partner>,
  report: Report,
): Federation {
  const allowed = compileAllowed(entry.allowedDomains ?? []);
  const xmppGateway = compileXmppGateway(entry.xmppGateway);
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
    archiving: compileArchiving(entry.archiving),
    imFilter: compileFilter(entry.imFilter),
    mediaEncryption: entry.mediaEncryption ?? 'requireEncryption',
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

function compileArchiving(entry: ArchivingEntry | undefined): Required<ArchivingEntry> | undefined {
  if (entry === undefined) return undefined;
  return {
    archiveInternal: false,
    archiveExternal: false,
    enableArchiving: 'none',
    blockOnArchiveFailure: false,
    keepArchivingDataForDays: 14,
    archiveDuplicateMessages: true,
    ...entry,
  };
}

function compileFilter(entry: ImFilterEntry | undefined): Required<ImFilterEntry> | undefined {
  if (entry === undefined) return undefined;
  return { action: 'block', prefixes: [], warnMessage: '', allowMessage: '_', ...entry };
}
