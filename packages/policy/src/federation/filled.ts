// Entries of Lync's objects in which everything that has a default is there. The defaults are the table of
// defaults.ts, what providers of old bring along is presets.ts.
import { LYNC_DEFAULTS, type LyncDefaults } from './defaults.ts';
import type {
  AccessEdgeEntry,
  AllowedDomainEntry,
  ArchivingEntry,
  DefaultRouteEdgeEntry,
  DnsSrvEdgeEntry,
  ExternalAccessPolicyEntry,
  FederationEntry,
  HostingProviderEntry,
  ImFilterEntry,
  PublicProviderEntry,
  XmppGatewayEntry,
  XmppPartnerEntry,
} from './document.ts';
import { PRESETS } from './presets.ts';

/** The entries that have defaults, by the names of the table. */
export interface DefaultedEntries {
  readonly federation: FederationEntry;
  readonly dnsSrvEdge: DnsSrvEdgeEntry;
  readonly defaultRouteEdge: DefaultRouteEdgeEntry;
  readonly allowedDomain: AllowedDomainEntry;
  readonly publicProvider: PublicProviderEntry;
  readonly hostingProvider: HostingProviderEntry;
  readonly externalAccessPolicy: ExternalAccessPolicyEntry;
  readonly xmppPartner: XmppPartnerEntry;
  readonly xmppGateway: XmppGatewayEntry;
  readonly archiving: ArchivingEntry;
  readonly imFilter: ImFilterEntry;
}

/** An entry in which every field that has a default is there. */
export type Filled<K extends keyof DefaultedEntries> = DefaultedEntries[K] & LyncDefaults[K];

/** The Access Edge with every default, by its way to route. */
export type FilledAccessEdge = Filled<'dnsSrvEdge'> | Filled<'defaultRouteEdge'>;

/** An entry, with its defaults where nothing is written. */
export function filled<K extends keyof DefaultedEntries>(
  kind: K,
  entry: DefaultedEntries[K],
): Filled<K> {
  return { ...LYNC_DEFAULTS[kind], ...entry };
}

/** The Access Edge with the defaults of its way to route. */
export function filledAccessEdge(entry: AccessEdgeEntry): FilledAccessEdge {
  return entry.routing === 'useDnsSrvRouting'
    ? filled('dnsSrvEdge', entry)
    : filled('defaultRouteEdge', entry);
}

/** A public provider: what is written, then what its preset says, then the defaults. */
export function filledPublicProvider(entry: PublicProviderEntry): Filled<'publicProvider'> {
  const preset = entry.preset === undefined ? {} : PRESETS[entry.preset];
  return filled('publicProvider', { ...preset, ...entry });
}
