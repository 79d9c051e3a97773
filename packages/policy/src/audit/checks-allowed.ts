// The audit of allowed domains where partners are discovered as well: what an entry refuses or holds that would pass if
// the domain were not listed. Levels are compared by the table that decides (verification.ts). An entry lifts the bounds of
// discovered partners and sets none, so there is nothing to compare in those.
import { normalizeDomain } from '../domain.ts';
import { listedAbove } from '../federation/addresses.ts';
import type { AllowedDomainEntry, VerificationLevel } from '../federation/document.ts';
import { filled, filledAccessEdge } from '../federation/filled.ts';
import { stricterMarks } from '../federation/verification.ts';
import type { Audited, Check, Sight } from './check.ts';

/** The checks of allowed domains against discovery. */
export const ALLOWED_CHECKS: readonly Check[] = [
  {
    code: 'stricter-than-discovered',
    severity: 'medium',
    risk: 'The entry looks as if it opened something, and refuses or holds senders whom discovery would let through.',
    remedy:
      'Set "verificationLevel" to that of discovered partners, or remove the entry, unless this domain is meant to be believed less.',
    *find(audited) {
      for (const { at, entry, discovered } of besideDiscovery(audited)) {
        const level = filled('allowedDomain', entry).verificationLevel;
        const marks = stricterMarks(level, discovered);
        if (marks.length > 0)
          yield {
            at: entry.verificationLevel === undefined ? at : [...at, 'verificationLevel'],
            evidence: `${entry.domain} is ${level}, discovered it would be ${discovered}: it makes a difference where the mark is ${marks.join(' or ')}`,
          };
      }
    },
  },
  {
    code: 'one-server-alone',
    severity: 'low',
    risk: 'Any other server of the domain is refused, though its SRV record may name it and discovery would take it.',
    remedy: 'Remove "proxyFqdn" unless the domain is meant to have this one server.',
    *find(audited) {
      for (const { at, entry } of besideDiscovery(audited)) {
        if (entry.proxyFqdn !== undefined)
          yield {
            at: [...at, 'proxyFqdn'],
            evidence: `${entry.domain} is taken from ${entry.proxyFqdn} alone`,
          };
      }
    },
  },
];

/** An allowed domain that would be discovered if it were not listed. */
interface Beside {
  readonly at: Sight['at'];
  readonly entry: AllowedDomainEntry;
  /** How far it would be believed then. */
  readonly discovered: VerificationLevel;
}

/** Whoever is blocked would not be discovered either. */
function* besideDiscovery({ document: { federation }, set }: Audited): Iterable<Beside> {
  const edge = federation && filledAccessEdge(federation.accessEdge);
  if (edge?.routing !== 'useDnsSrvRouting' || !edge.enablePartnerDiscovery) return;
  const discovered = edge.discoveredPartnerVerificationLevel;
  const blocked = set.federation?.blocked ?? new Set();
  for (const [key, entry] of (federation?.allowedDomains ?? []).entries()) {
    if (listedAbove(blocked, normalizeDomain(entry.domain) ?? entry.domain) !== undefined) continue;
    yield { at: ['federation', 'allowedDomains', key], entry, discovered };
  }
}
