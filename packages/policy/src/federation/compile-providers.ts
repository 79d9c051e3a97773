// Public and hosting providers by the name of their server. A public provider that is switched off is kept: its server is
// still a public provider's, and nobody else's. A hosting provider that is switched off is as if it were not written.
import { normalizeDomain } from '../domain.ts';
import type { HostingProvider, PublicProvider } from './compiled.ts';
import type { HostingProviderEntry, PublicProviderEntry } from './document.ts';
import { filled, filledPublicProvider, type Filled } from './filled.ts';

/** Public providers; one without a server is recognised by nothing. */
export function compilePublic(
  entries: readonly PublicProviderEntry[],
): ReadonlyMap<string, PublicProvider> {
  const table = new Map<string, PublicProvider>();
  for (const entry of entries) {
    const whole = filledPublicProvider(entry);
    const proxyFqdn = normalizeDomain(whole.proxyFqdn ?? '');
    if (proxyFqdn !== undefined) table.set(proxyFqdn, publicProvider(whole, proxyFqdn));
  }
  return table;
}

function publicProvider(entry: Filled<'publicProvider'>, proxyFqdn: string): PublicProvider {
  const excluded = entry.nameDecorationExcludedDomainList;
  return {
    id: `public-provider:${entry.identity}`,
    preset: entry.preset,
    proxyFqdn,
    enabled: entry.enabled,
    verificationLevel: entry.verificationLevel,
    routingDomain: normalizeDomain(entry.nameDecorationRoutingDomain ?? ''),
    excluded: excluded.flatMap((text) => normalizeDomain(text) ?? []),
  };
}

/** Hosting providers that are switched on. */
export function compileHosting(
  entries: readonly HostingProviderEntry[],
): ReadonlyMap<string, HostingProvider> {
  const table = new Map<string, HostingProvider>();
  for (const written of entries) {
    const entry = filled('hostingProvider', written);
    const proxyFqdn = normalizeDomain(entry.proxyFqdn);
    if (!entry.enabled || proxyFqdn === undefined) continue;
    table.set(proxyFqdn, {
      id: `hosting-provider:${entry.identity}`,
      proxyFqdn,
      enabledSharedAddressSpace: entry.enabledSharedAddressSpace,
      hostsOCSUsers: entry.hostsOCSUsers,
      verificationLevel: entry.verificationLevel,
    });
  }
  return table;
}
