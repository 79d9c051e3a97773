// Permits that nearly speak of a crossing: what stands at an end's name or one label up. For sentences and for
// proposals; a verdict never asks.
import { valuesFor } from './domain-set.ts';
import { normalizeDomain } from './domain.ts';
import type { PolicySet, Rule } from './policy-set.ts';

/** Permits that a domain is near to, most closely first; bounded. */
export function nearPermits(set: PolicySet, domain: string): readonly Rule[] {
  const name = normalizeDomain(domain) ?? '';
  const parent = name.slice(name.indexOf('.') + 1);
  const rules = [...valuesFor(set.index, name), ...valuesFor(set.index, parent)];
  return [...new Set(rules)].filter(({ effect }) => effect === 'permit').slice(0, MAX_NEAR);
}

/** Permits that are looked at for one domain. */
const MAX_NEAR = 5;
