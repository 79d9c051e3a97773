// The audit of a document's own partners: how they are proved, and how links with them are kept.
import { valuesFor } from '../domain-set.ts';
import type { XmppLinkRules } from '../link-rules.ts';
import { PROVE } from '../obligation.ts';
import { linkRulesOf, type Partner, type PolicySet } from '../policy-set.ts';
import type { Audited, Check, Sight } from './check.ts';

/** The checks of partners. */
export const PARTNER_CHECKS: readonly Check[] = [
  {
    code: 'partner-without-proof',
    severity: 'medium',
    risk: 'Nothing says how its domain is proved, so the weakest way of its protocol is enough.',
    remedy: 'Set "prove" to "certificate" at the partner, or ask the permits for it ("must").',
    find: (audited) =>
      partnersWhere(audited, isUnproved, () => 'is permitted, and "prove" is not set'),
  },
  {
    code: 'proof-by-address',
    severity: 'medium',
    risk: 'An address proves the network somebody is in, not who it is: whoever shares it or takes it over is the partner.',
    remedy: 'Set "prove" to "certificate".',
    find: (audited) =>
      partnersWhere(
        audited,
        ({ prove }) => prove === 'address',
        () => 'is proved by address',
      ),
  },
  {
    code: 'tls-never',
    severity: 'high',
    risk: 'Everything said on its links can be read and changed on the way.',
    remedy: 'Let TLS be required on its links.',
    find: (audited) => linksWhere(audited, ({ tls }) => tls === 'never', 'never uses TLS'),
  },
  {
    code: 'tls-optional',
    severity: 'medium',
    risk: 'Whoever stands in between can take the offer of TLS away, and nobody notices.',
    remedy: 'Let TLS be required on its links.',
    find: (audited) => linksWhere(audited, ({ tls }) => tls === 'optional', 'may go without TLS'),
  },
  {
    code: 'dialback-alone',
    severity: 'medium',
    risk: 'Its domain is proved by DNS alone, so whoever can forge an answer of DNS is the partner.',
    remedy:
      'Let SASL EXTERNAL be optional or required on its links, so that it can show a certificate.',
    find: (audited) =>
      linksWhere(audited, ({ sasl }) => sasl === 'never', 'is proved by dialback alone'),
  },
  {
    code: 'no-limits',
    severity: 'low',
    risk: 'A partner that is broken or taken over may send as much as its links carry.',
    remedy: 'Write "limits" at the partner.',
    find: (audited) =>
      partnersWhere(
        audited,
        ({ limits }) => limits === undefined,
        () => 'has no limits',
      ),
  },
];

function* partnersWhere(
  { set }: Audited,
  holds: (partner: Partner, set: PolicySet) => boolean,
  says: (partner: Partner) => string,
): Iterable<Sight> {
  for (const partner of set.partners.values()) {
    if (holds(partner, set))
      yield { at: ['partners', partner.id], evidence: `partner ${partner.id} ${says(partner)}` };
  }
}

/** Links with partners, and with XMPP partners of Lync's. */
function* linksWhere(
  { set, document }: Audited,
  holds: (links: XmppLinkRules) => boolean,
  says: string,
): Iterable<Sight> {
  for (const { id, links } of set.partners.values()) {
    if (holds(links)) yield { at: ['partners', id], evidence: `partner ${id} ${says}` };
  }
  for (const [key, { domain }] of (document.federation?.xmppPartners ?? []).entries()) {
    const at = ['federation', 'xmppPartners', key];
    if (holds(linkRulesOf(set, domain))) yield { at, evidence: `XMPP partner ${domain} ${says}` };
  }
}

/** Whether some permit lets it in and asks no certificate. */
function isUnproved({ prove, links, domains }: Partner, set: PolicySet): boolean {
  if (prove !== undefined || links.sasl === 'required') return false;
  return domains.some((name) =>
    valuesFor(set.index, name === '*' ? '' : name).some(
      ({ effect, must }) => effect === 'permit' && (must & PROVE.certificate) === 0,
    ),
  );
}
