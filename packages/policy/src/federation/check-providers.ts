// Providers beside each other and beside the edge. A provider is known by its server alone, so no two may share one;
// identity and server are unique among public and hosting providers together, as New-CsPublicProvider and
// New-CsHostingProvider have it.
import { normalizeDomain } from '../domain.ts';
import { error, placeIn, quoted, warn, type Place, type Report } from '../finding.ts';
import type { ReadFederation } from '../read.ts';
import type { HostingProviderEntry, PublicProviderEntry } from './document.ts';
import { filledPublicProvider } from './filled.ts';

/** Tells providers that cannot be told apart, cannot be there, or no longer are. */
export function checkProviders(federation: ReadFederation, parent: Place, report: Report): void {
  const { publicProviders = [], hostingProviders = [] } = federation;
  const taken: Taken = { identities: new Map(), proxies: new Map() };
  for (const [key, entry] of publicProviders.entries()) {
    const place = placeIn(parent, 'publicProviders', key);
    const { proxyFqdn } = filledPublicProvider(entry);
    claim(taken, entry.identity, proxyFqdn, place, report);
    checkPublic(entry, proxyFqdn, place, report);
    checkDecoration(entry, federation, place, report);
  }
  for (const [key, entry] of hostingProviders.entries()) {
    const place = placeIn(parent, 'hostingProviders', key);
    claim(taken, entry.identity, entry.proxyFqdn, place, report);
    checkShape(entry, place, report);
  }
  checkSplit(hostingProviders, parent, report);
  checkDefaultRouting(federation, parent, report);
  checkAllowed(federation, taken, parent, report);
}

/** Identities in lower case and servers, and whose they are. */
interface Taken {
  readonly identities: Map<string, string>;
  readonly proxies: Map<string, string>;
}

function claim(
  { identities, proxies }: Taken,
  identity: string,
  proxyFqdn: string | undefined,
  place: Place,
  report: Report,
): void {
  const folded = identity.toLowerCase();
  if (identities.has(folded)) {
    const text = `${quoted(identity)} is the name of another provider`;
    error(report, 'duplicate-identity', placeIn(place, 'identity'), text);
  }
  identities.set(folded, identity);
  const proxy = normalizeDomain(proxyFqdn ?? '');
  if (proxy === undefined) return;
  const owner = proxies.get(proxy);
  if (owner === undefined) proxies.set(proxy, identity);
  else {
    const text = `${quoted(proxy)} is the server of ${quoted(owner)} already`;
    error(report, 'duplicate-proxy', placeIn(place, 'proxyFqdn'), text);
  }
}

function checkPublic(
  entry: PublicProviderEntry,
  proxyFqdn: string | undefined,
  place: Place,
  report: Report,
): void {
  if (proxyFqdn === undefined) {
    const text = '"proxyFqdn" is missing: a provider is recognised by its server';
    error(report, 'missing-field', placeIn(place, 'proxyFqdn'), text);
  }
  const { retiredOn } = filledPublicProvider(entry);
  if (!entry.enabled || retiredOn === undefined) return;
  const text = `${quoted(entry.identity)} is in use, and from ${retiredOn} on it does not exist`;
  warn(report, 'retired-provider', placeIn(place, 'enabled'), text);
}

function checkDecoration(
  entry: PublicProviderEntry,
  { localDomains }: ReadFederation,
  place: Place,
  report: Report,
): void {
  const { nameDecorationRoutingDomain: routing } = filledPublicProvider(entry);
  if (routing === undefined) {
    for (const key of ['nameDecorationDomain', 'nameDecorationExcludedDomainList'] as const) {
      if (entry[key] === undefined) continue;
      const text = 'Names are decorated only with a nameDecorationRoutingDomain';
      warn(report, 'decoration-incomplete', placeIn(place, key), text);
    }
    return;
  }
  const name = normalizeDomain(routing);
  if (!localDomains.some((domain) => normalizeDomain(domain) === name)) return;
  const text = `${quoted(routing)} is one of localDomains: decorated names would be ours`;
  error(report, 'local-domain-listed', placeIn(place, 'nameDecorationRoutingDomain'), text);
}

/** Direct, split with SIP users, split with other services; nothing else has a meaning. */
function checkShape(entry: HostingProviderEntry, place: Place, report: Report): void {
  if (entry.hostsOCSUsers !== true || entry.enabledSharedAddressSpace === true) return;
  const text =
    'hostsOCSUsers goes with enabledSharedAddressSpace: it tells who of ours lives there';
  error(report, 'undefined-hosting-shape', placeIn(place, 'hostsOCSUsers'), text);
}

function checkSplit(
  providers: readonly HostingProviderEntry[],
  parent: Place,
  report: Report,
): void {
  const split = [...providers.entries()].filter(([, one]) => one.enabled && one.hostsOCSUsers);
  for (const [key, { identity }] of split.slice(1)) {
    const place = placeIn(parent, 'hostingProviders', key, 'hostsOCSUsers');
    const text = `${quoted(identity)} is not the only one with users of our domains: who is where is not said`;
    warn(report, 'two-split-domains', place, text);
  }
}

function checkDefaultRouting(federation: ReadFederation, parent: Place, report: Report): void {
  if (federation.accessEdge.routing !== 'useDefaultRouting') return;
  for (const key of ['publicProviders', 'hostingProviders'] as const) {
    if ((federation[key]?.length ?? 0) === 0) continue;
    const text = `${key} are not possible with routing useDefaultRouting, also when switched off`;
    error(report, 'providers-with-default-routing', placeIn(parent, key), text);
  }
  if ((federation.allowedDomains?.length ?? 0) === 0) return;
  const text =
    'With routing useDefaultRouting everything goes to one server, whatever is listed here';
  warn(report, 'idle-allowed-domains', placeIn(parent, 'allowedDomains'), text);
}

/** Whoever comes by a provider's server is taken for the provider before partners are looked at. */
function checkAllowed(
  { allowedDomains = [] }: ReadFederation,
  { proxies }: Taken,
  parent: Place,
  report: Report,
): void {
  if (proxies.size === 0) return;
  for (const [key, { proxyFqdn }] of allowedDomains.entries()) {
    const owner = proxyFqdn && proxies.get(normalizeDomain(proxyFqdn) ?? '');
    if (owner === undefined || owner === '') continue;
    const text = `${quoted(proxyFqdn ?? '')} is the server of provider ${quoted(owner)}, whose rules hold then`;
    warn(report, 'proxy-of-provider', placeIn(parent, 'allowedDomains', key, 'proxyFqdn'), text);
  }
}
