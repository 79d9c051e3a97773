// Why an object that speaks for a domain does not let a crossing through, and what would have to change: one row for each
// cause. The cause is found in the steps that were run.
import type { Query } from '../query.ts';
import type { Step } from '../steps-of.ts';
import { isObjection } from './step.ts';
import { diagnosticsText } from './words.ts';

/** A cause in words: the end of a sentence that names the object, and what to do. */
export interface Cause {
  readonly because: string;
  readonly remedy: string;
}

/** Why the object with this id did not let it through. */
export function causeOf(id: string, steps: readonly Step[], query: Query): Cause {
  const step = steps.find(
    (one) => one.by?.includes(id) === true && (isObjection(one) || one.outcome === 'forbid'),
  );
  if (step?.unknown !== undefined) return UNKNOWN;
  if (step?.name === 'verification') return NO_MARK;
  if (step?.name === 'capability') return incapable(query);
  const number = step?.diagnostics ?? 0;
  const remedy = REMEDIES.get(number);
  if (remedy !== undefined) return { because: diagnosticsText(number), remedy };
  return step?.outcome === 'forbid' && step.name !== 'domain' ? SWITCHED_OFF : NOT_LISTED;
}

function incapable({ traffic }: Query): Cause {
  return {
    because: `its users get no ${traffic}`,
    remedy: `Only a rule of our own that names ${traffic} permits it.`,
  };
}

const UNKNOWN: Cause = { because: 'something has to be known first', remedy: '' };
const NO_MARK: Cause = {
  because: "the sender's edge has not marked it as verified or unverified",
  remedy:
    'The partner has to mark what it sends, or the verificationLevel has to be another than useSourceVerification.',
};
const SWITCHED_OFF: Cause = { because: 'it is switched off', remedy: 'Set "enabled" to true.' };
const NOT_LISTED: Cause = {
  because: 'the domain is neither allowed nor may it be discovered',
  remedy: 'Allow the domain, or turn discovery on (enablePartnerDiscovery).',
};
const REMEDIES: ReadonlyMap<number, string> = new Map([
  [
    1008,
    'The partner has to publish _sipfederationtls._tcp in DNS, or an allowed domain has to name its server (proxyFqdn).',
  ],
  [
    1009,
    'The partner has to name a host directly in its domain, or an allowed domain has to name its server (proxyFqdn).',
  ],
  [
    1010,
    'The server has to show a certificate with that name, or proxyFqdn has to be the name that it shows.',
  ],
]);
