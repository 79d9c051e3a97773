// The Access Edge beside the rest: objects that mean nothing while its master switch is off, and what it must not be
// without being meant.
import { placeIn, warn, type Place, type Report } from '../finding.ts';
import type { ReadFederation } from '../read.ts';
import type { AccessEdgeEntry } from './document.ts';

/** Tells what the edge makes idle, and how it opens more than one may think. */
export function checkEdge(federation: ReadFederation, parent: Place, report: Report): void {
  const { accessEdge, localDomains } = federation;
  const place = placeIn(parent, 'accessEdge');
  const waiting = WAITING.flatMap(([name, waits]) => (waits(federation) ? [name] : []));
  if (accessEdge.allowFederatedUsers !== true && waiting.length > 0) {
    const text = `allowFederatedUsers is not true, so ${waiting.join(', ')} let nobody in`;
    warn(report, 'federation-off', placeIn(place, 'allowFederatedUsers'), text);
  }
  if (accessEdge.routing === 'useDnsSrvRouting' && accessEdge.beClearingHouse === true) {
    const text = 'A clearing house carries messages between organisations neither of which is ours';
    warn(report, 'clearing-house', placeIn(place, 'beClearingHouse'), text);
  }
  if (localDomains.length === 0) {
    const text = 'Without local domains nothing that comes in is for us';
    warn(report, 'empty-list', placeIn(parent, 'localDomains'), text);
  }
}

/** What waits for the master switch, split domains too; not what is switched off by itself. */
const WAITING: readonly (readonly [string, (federation: ReadFederation) => boolean])[] = [
  ['allowedDomains', ({ allowedDomains = [] }) => allowedDomains.length > 0],
  ['publicProviders', ({ publicProviders = [] }) => publicProviders.some(isEnabled)],
  ['hostingProviders', ({ hostingProviders = [] }) => hostingProviders.some(isEnabled)],
  ['enablePartnerDiscovery', ({ accessEdge }) => isDiscovering(accessEdge)],
  ['xmppPartners', ({ xmppPartners = [] }) => xmppPartners.length > 0],
];

function isDiscovering(edge: AccessEdgeEntry): boolean {
  return edge.routing === 'useDnsSrvRouting' && edge.enablePartnerDiscovery === true;
}

function isEnabled({ enabled }: { readonly enabled?: boolean }): boolean {
  return enabled === true;
}
