// What would have to change for a forbid to be a permit, as far as the set alone can tell. Changes that are proved by
// making them are what-if's, which needs the document.
import { quoted } from '../finding.ts';
import { nearPermits } from '../near.ts';
import type { PolicySet } from '../policy-set.ts';
import { REASONS, type Query, type Verdict } from '../query.ts';
import type { Step } from '../steps-of.ts';
import { causeOf } from './cause.ts';
import { subjectOf } from './rule.ts';

/** What would have to change, in the order in which it would help. */
export function advice(
  set: PolicySet,
  query: Query,
  verdict: Verdict,
  steps: readonly Step[],
): readonly string[] {
  const { effect, by, unknown = [] } = verdict;
  if (effect === 'permit' || by.some((id) => BEYOND_RULES.has(id))) return [];
  if (unknown.length > 0) return [ONCE_KNOWN];
  if (by.includes(REASONS.default)) return [...nearMisses(set, query), needsPermit(set)];
  const rules = by.filter((id) => set.rules.has(id));
  if (rules.length > 0) return [withoutRules(rules, verdict, set)];
  return [...new Set(by.map((id) => objectAdvice(id, query, steps)))];
}

function withoutRules(rules: readonly string[], { skipped }: Verdict, set: PolicySet): string {
  const what = rules.length === 1 ? `rule ${rules[0]}` : `rules ${rules.join(', ')}`;
  const rest = skipped.length > 0 ? `${skipped.join(', ')} would permit it` : otherwise(set);
  return `Without ${what}, ${rest}.`;
}

/** Permits that name an end and yet do not speak of this crossing. */
function nearMisses(set: PolicySet, query: Query): readonly string[] {
  const rules = [query.from, query.to].flatMap((domain) => nearPermits(set, domain));
  const near = [...new Set(rules)].slice(0, SHOWN);
  return near.map((rule) => `Near: rule ${rule.id} permits ${subjectOf(rule)}, but not this.`);
}

function otherwise({ federation }: PolicySet): string {
  return federation === undefined ? NO_PERMIT : 'the other objects would decide';
}

function needsPermit({ federation }: PolicySet): string {
  return federation === undefined ? NEEDS_PERMIT : NEEDS_LISTING;
}

function objectAdvice(id: string, query: Query, steps: readonly Step[]): string {
  const at = id.indexOf(':');
  const prefix = at === -1 ? id : id.slice(0, at);
  return ADVICE.get(prefix)?.(id.slice(at + 1)) ?? causeOf(id, steps, query).remedy;
}

/** By the prefix of the id; what is not here depends on the cause. */
const ADVICE: ReadonlyMap<string, (name: string) => string> = new Map<
  string,
  (name: string) => string
>([
  ['access-edge', () => 'To permit it, set allowFederatedUsers of the Access Edge to true.'],
  [
    'clearing-house',
    () =>
      'To permit it, list our own domain in localDomains, or let the edge be a clearing house (beClearingHouse).',
  ],
  [
    'local-domain',
    () => 'It can only come by an enabled hosting provider with enabledSharedAddressSpace.',
  ],
  [
    'blocked-domain',
    (name) =>
      `To permit it, take ${quoted(name)} from the blocked domains; the other lists decide then.`,
  ],
  [
    'external-access',
    () =>
      'To permit it, grant our user a policy with the flag that is missing, or set it in theirs.',
  ],
  [
    'recipient',
    (name) =>
      name === 'block'
        ? 'Only the recipient can change that.'
        : 'The recipient has to add or allow the sender.',
  ],
]);
const SHOWN = 5;
const ONCE_KNOWN = 'Once that is known, the answer may be another.';
const NEEDS_PERMIT = 'To permit it, add a permit that names both its domain and its traffic.';
const NEEDS_LISTING =
  'To permit it, allow the SIP domain, make the XMPP domain a partner, or add a permit that names both its domain and its traffic.';
const NO_PERMIT = 'the default would hold';
const BEYOND_RULES: ReadonlySet<string> = new Set([
  REASONS.malformedDomain,
  REASONS.unknownTraffic,
  REASONS.wrongSide,
  REASONS.foreignAddress,
]);
