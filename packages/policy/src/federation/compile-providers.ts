// Public and hosting providers by the name of their server. A public provider that is switched off is kept: its server is
// still a public provider's, and nobody else's. A hosting provider that is switched off is as if it were not written.
import { normalizeDomain } from '../domain.ts';
import type { HostingProvider, PublicProvider } from './compiled.ts';
import type { HostingProviderEntry, PublicProviderEntry } from './document.ts';

/** Public providers; one without a server is recognised by nothing. */
export function compilePublic(
  entries: readonly PublicProviderEntry[],
): ReadonlyMap<string, PublicProvider> {
  const table = new Map<string, PublicProvider>();
  for (const entry of entries) {
    const proxyFqdn = normalizeDomain(entry.proxyFqdn ?? '');
    if (proxyFqdn !== undefined) table.set(proxyFqdn, publicProvider(entry, proxyFqdn));
  }
  return table;
}

function publicProvider(entry: PublicProviderEntry, proxyFqdn: string): PublicProvider {
  const excluded = entry.nameDecorationExcludedDomainList ?? [];
  return {
    id: `public-provider:${entry.identity}`,
    preset: entry.preset,
    proxyFqdn,
    enabled: entry.enabled,
    verificationLevel: entry.verificationLevel ?? 'alwaysUnverifiable',
    routingDomain: normalizeDomain(entry.nameDecorationRoutingDomain ?? ''),
    excluded: excluded.flatMap((text) => normalizeDomain(text) ?? []),
  };
}

/** Hosting providers that are switched on. */
export function compileHosting(
  entries: readonly HostingProviderEntry[],
): ReadonlyMap<string, HostingProvider> {
  const table = new Map<string, HostingProvider>();
  for (const entry of entries) {
    const proxyFqdn = normalizeDomain(entry.proxyFqdn);
    if (entry.enabled !== true || proxyFqdn === undefined) continue;
    table.set(proxyFqdn, {
      id: `hosting-provider:${entry.identity}`,
      proxyFqdn,
      enabledSharedAddressSpace: entry.enabledSharedAddressSpace ?? false,
      hostsOCSUsers: entry.hostsOCSUsers ?? false,
      verificationLevel: entry.verificationLevel ?? 'alwaysVerifiable',
    });
  }
  return table;
}
