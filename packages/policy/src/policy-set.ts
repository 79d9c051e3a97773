// A policy that has been loaded: rules and partners as they are asked, by domain. One exists only if
// its document was right. It never changes; a new one replaces it by assignment.
import type { AddressSet } from './address-set.ts';
import type { LimitsEntry } from './document.ts';
import { valuesFor, type DomainTable } from './domain-set.ts';
import { normalizeDomain } from './domain.ts';
import { listedAllowed } from './federation/addresses.ts';
import type { Federation, XmppPartner } from './federation/compiled.ts';
import type { Finding } from './finding.ts';
import { DEFAULT_XMPP_LINK_RULES, type XmppLinkRules } from './link-rules.ts';
import type { NameList } from './name-list.ts';
import type { Proof } from './query.ts';

/** A policy, ready to be asked. Made by `loadPolicy` alone. */
export interface PolicySet {
  readonly kind: 'policy';
  readonly default: 'permit' | 'forbid';
  /** By id, in the order of the document. */
  readonly partners: ReadonlyMap<string, Partner>;
  readonly rules: ReadonlyMap<string, Rule>;
  /** What the document's writer should look at. */
  readonly warnings: readonly Finding[];
  /** Rules by the domains they speak of. */
  readonly index: DomainTable<Rule>;
  /** Partners by their domains. */
  readonly partnerIndex: DomainTable<Partner>;
  /** Lync's objects, where the document has them. */
  readonly federation: Federation | undefined;
}

/** A partner: facts that hold for its domains whatever rule permits them. */
export interface Partner {
  readonly id: string;
  /** As written, but A-labels in lower case. */
  readonly domains: readonly string[];
  readonly via: 'sip' | 'xmpp' | undefined;
  readonly dialect: string | undefined;
  readonly prove: Proof | undefined;
  /** Host names, A-labels, that its certificate may carry instead of the domain. */
  readonly certificateNames: readonly string[];
  readonly addresses: AddressSet;
  /** What XMPP links with it may and must use: as written, the rest by `prove`. */
  readonly links: XmppLinkRules;
  /** How much may cross, as written. */
  readonly limits: LimitsEntry | undefined;
  readonly note: string | undefined;
}

/** A rule as it is asked. */
export interface Rule {
  readonly id: string;
  readonly effect: 'permit' | 'forbid';
  /** The end it is found by. */
  readonly end: 'either' | 'from' | 'to';
  /** Set when the rule names both ends: what the other one has to be in. */
  readonly other: DomainTable<true> | undefined;
  readonly partner: string | undefined;
  /** A bit for each kind of traffic, in the order of the document's words. */
  readonly traffic: number;
  /** What a permit asks of each end it names: `PROVE_CERTIFICATE` and `TLS` of obligation.ts. */
  readonly must: number;
  /** Whom it names, A-labels in lower case, for explaining. */
  readonly names: Readonly<Record<'either' | 'from' | 'to', NameList | undefined>>;
  readonly note: string | undefined;
  /** Its id alone, so that a verdict by one rule makes no list of its own. */
  readonly by: readonly [string];
}

/** The partner whose domain this is, the most closely fitting one. */
export function partnerOf(set: PolicySet, domain: string): Partner | undefined {
  const name = normalizeDomain(domain);
  return name === undefined ? undefined : partnerAt(set, name);
}

/** `partnerOf` for a name that is normalised already. */
export function partnerAt(set: PolicySet, name: string): Partner | undefined {
  return valuesFor(set.partnerIndex, name)[0];
}

/**
 * What XMPP links with a domain may and must use: the rules of the most closely fitting partner, the defaults for
 * a domain that is no partner's, and for what is no domain name (a peer that has not named itself). An XMPP partner of
 * Lync's is one for its very names.
 * @spec RFC 6120 §13.9; XEP-0178 §3; XEP-0220 §2.1
 */
export function linkRulesOf(set: PolicySet, domain: string): XmppLinkRules {
  const name = normalizeDomain(domain);
  if (name === undefined) return DEFAULT_XMPP_LINK_RULES;
  const federated = set.federation?.xmppPartners.get(name);
  return federated?.links ?? partnerAt(set, name)?.links ?? DEFAULT_XMPP_LINK_RULES;
}

/** The XMPP partner (Lync's) that a domain belongs to: its type, its server, its limits. */
export function xmppPartnerOf(set: PolicySet, domain: string): XmppPartner | undefined {
  const name = normalizeDomain(domain);
  return name === undefined ? undefined : set.federation?.xmppPartners.get(name);
}

/** The entry of Lync's allowed domains that a SIP domain is, or where one reaches below its name lies below. */
export function allowedDomainOf(set: PolicySet, domain: string): string | undefined {
  const name = normalizeDomain(domain);
  if (name === undefined || set.federation === undefined) return undefined;
  return listedAllowed(set.federation, name);
}

/** The server that a SIP domain is always reached by: its allowed domain's, or the default route. Otherwise: SRV. */
export function proxyOf(set: PolicySet, domain: string): string | undefined {
  const name = normalizeDomain(domain);
  const { federation } = set;
  if (name === undefined || federation === undefined) return undefined;
  const { edge, allowed } = federation;
  if (edge.routing === 'useDefaultRouting') return edge.defaultRouteFqdn;
  const listed = listedAllowed(federation, name);
  return listed === undefined ? undefined : allowed.get(listed)?.proxyFqdn;
}
