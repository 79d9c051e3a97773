// Allowed domains by name. A million of them say the same, mostly: entries that do are one value, so that each costs its
// name and a place in the table.
import { normalizeDomain } from '../domain.ts';
import { NameTable } from '../name-table.ts';
import type { AllowedDomain } from './compiled.ts';
import type { AllowedDomainEntry } from './document.ts';
import { filled } from './filled.ts';

/** The table. Of a name that is here twice the first entry holds; that it is, is a finding of the check. */
export function compileAllowed(
  entries: readonly AllowedDomainEntry[],
): ReadonlyMap<string, AllowedDomain> {
  const table = new NameTable<AllowedDomain>();
  const alike = new Map<string, AllowedDomain>();
  for (const entry of entries) {
    const name = normalizeDomain(entry.domain);
    if (name !== undefined && !table.has(name))
      table.set(name, shared(allowedDomain(entry), alike));
  }
  table.trim();
  return table;
}

function allowedDomain(entry: AllowedDomainEntry): AllowedDomain {
  const { proxyFqdn, comment, ...rest } = filled('allowedDomain', entry);
  return {
    proxyFqdn: proxyFqdn === undefined ? undefined : normalizeDomain(proxyFqdn),
    verificationLevel: rest.verificationLevel,
    includeSubdomains: rest.includeSubdomains,
    markForMonitoring: rest.markForMonitoring,
    comment,
  };
}

/** One value for all that say the same; what has words or a server of its own is its own. */
function shared(domain: AllowedDomain, alike: Map<string, AllowedDomain>): AllowedDomain {
  if (domain.proxyFqdn !== undefined || domain.comment !== undefined) return domain;
  const { verificationLevel, includeSubdomains, markForMonitoring } = domain;
  const key = `${verificationLevel} ${includeSubdomains} ${markForMonitoring}`;
  const there = alike.get(key);
  if (there !== undefined) return there;
  alike.set(key, domain);
  return domain;
}
