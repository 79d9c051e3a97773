// Which bounds a policy sets for what comes from somebody: those of a verdict's `rate`, and how many connections there may
// be. Counting is limiter.ts.
import { normalizeDomain } from './domain.ts';
import { DEFAULT_SUSPICIOUS_RATE, type TrafficLimits } from './limiter.ts';
import type { Rate } from './limiter-bucket.ts';
import { partnerAt, type PolicySet } from './policy-set.ts';
import type { FederationObligation } from './query.ts';

/** A verdict's `rate`: whom it counts, and as what. */
export type Counting = Extract<FederationObligation, { kind: 'rate' }>;

/** The bounds of whom a verdict counts: the Access Edge's for discovered partners, and those of its own entry for all. */
export function limitsOf(
  set: PolicySet,
  { class: kind, domain }: Pick<Counting, 'class' | 'domain'>,
): TrafficLimits {
  const own = ownLimits(set, domain);
  const edge = set.federation?.edge;
  if (kind !== 'discovered' || edge === undefined) return own;
  return {
    ...own,
    all: rateOf(edge.discoveredPartnerStandardRate, undefined),
    contacts: edge.enableDiscoveredPartnerContactsLimit
      ? edge.maxContactsPerDiscoveredPartner
      : undefined,
    suspicious: DEFAULT_SUSPICIOUS_RATE,
  };
}

/**
 * Connections that there may be with a domain: of its own entry, or as an XMPP partner, or for SIP partners what the Access
 * Edge opens; undefined where policy sets no bound.
 */
export function connectionLimitOf(set: PolicySet, domain: string): number | undefined {
  const name = normalizeDomain(domain);
  if (name === undefined) return undefined;
  const own = partnerAt(set, name)?.limits?.connections;
  const partner = set.federation?.xmppPartners.get(name)?.connectionLimit;
  const outgoing = set.federation?.edge.outgoingTlsCountForFederatedPartners;
  return own ?? partner ?? outgoing;
}

function ownLimits(set: PolicySet, domain: string): TrafficLimits {
  const name = normalizeDomain(domain);
  const limits = name === undefined ? undefined : partnerAt(set, name)?.limits;
  return {
    all: undefined,
    messages: rateOf(limits?.messagesPerSecond, limits?.messageBurst),
    subscriptions: rateOf(limits?.subscriptionsPerSecond, limits?.subscriptionBurst),
    perUser: rateOf(limits?.perUserMessagesPerSecond, limits?.perUserBurst),
    contacts: undefined,
    suspicious: undefined,
  };
}

/** A burst that is not written is as much as a second brings. */
function rateOf(perSecond: number | undefined, burst: number | undefined): Rate | undefined {
  return perSecond === undefined ? undefined : { perSecond, burst: burst ?? perSecond };
}
