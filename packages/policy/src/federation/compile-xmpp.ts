// XMPP partners by domain, and the gateway that talks to them. A partner's negotiation gives the rules of its links, which
// are asked for as any other partner's are (`linkRulesOf`); what a negotiation comes to is negotiation.ts.
import { valuesFor, type DomainTable } from '../domain-set.ts';
import { normalizeDomain } from '../domain.ts';
import { error, quoted, type Place, type Report } from '../finding.ts';
import { DEFAULT_XMPP_LINK_RULES, type XmppLinkRules } from '../link-rules.ts';
import type { Partner } from '../policy-set.ts';
import type { XmppPartner } from './compiled.ts';
import type { Negotiation, XmppPartnerEntry } from './document.ts';
import { filled, type Filled } from './filled.ts';

/** Partners by each of their domains. Of a domain that is here twice the first partner has it. */
export function compileXmppPartners(
  entries: readonly XmppPartnerEntry[],
  gateway: Filled<'xmppGateway'>,
  partners: DomainTable<Partner>,
  report: Report,
): ReadonlyMap<string, XmppPartner> {
  const table = new Map<string, XmppPartner>();
  for (const [key, entry] of entries.entries()) {
    const partner = xmppPartner(entry, gateway);
    for (const domain of partner.domains) {
      checkOwner(domain, partners, { parent: PARTNERS, key }, report);
      if (!table.has(domain)) table.set(domain, partner);
    }
  }
  return table;
}

function xmppPartner(written: XmppPartnerEntry, gateway: Filled<'xmppGateway'>): XmppPartner {
  const entry = filled('xmppPartner', written);
  const texts = [entry.domain, ...entry.additionalDomains];
  const domains = texts.flatMap((text) => normalizeDomain(text) ?? []);
  return {
    domain: domains[0] ?? '',
    domains,
    partnerType: entry.partnerType,
    enableKeepAlive: entry.enableKeepAlive,
    connectionLimit: entry.connectionLimit ?? gateway.partnerConnectionLimit,
    proxyFqdn: entry.proxyFqdn === undefined ? undefined : normalizeDomain(entry.proxyFqdn),
    links: linksOf(entry),
  };
}

/**
 * The rules of a negotiation: the methods that Lync's table has for it, no more and no fewer. EXTERNAL that is required
 * rules dialback out only under TLS that is required too; without TLS there is no EXTERNAL.
 */
function linksOf(entry: Filled<'xmppPartner'>): XmppLinkRules {
  const tls = DEGREE[entry.tlsNegotiation];
  const wanted = DEGREE[entry.saslNegotiation];
  const strict = tls === 'required' && wanted === 'required';
  const dialback = entry.supportDialbackNegotiation && !strict;
  if (tls === 'never') return { tls, sasl: 'never', dialback };
  return { tls, sasl: wanted === 'required' && dialback ? 'optional' : wanted, dialback };
}

const DEGREE = {
  required: 'required',
  optional: 'optional',
  notSupported: 'never',
} as const satisfies Record<Negotiation, XmppLinkRules['tls']>;

/** Links are described in one place: by the negotiation, or by an entry of `partners` for that very name. */
function checkOwner(
  domain: string,
  partners: DomainTable<Partner>,
  place: Place,
  report: Report,
): void {
  const owner = valuesFor(partners, domain)[0];
  if (owner === undefined || !owner.domains.includes(domain)) return;
  if (owner.prove === undefined && owner.links === DEFAULT_XMPP_LINK_RULES) return;
  const text = `Partner ${owner.id} says how links with ${quoted(domain)} are made (prove, xmpp) and this negotiation does too`;
  error(report, 'link-contradiction', place, text);
}

const PARTNERS: Place = { parent: { parent: undefined, key: 'federation' }, key: 'xmppPartners' };
