// The audit of a document's own partners: how they are proved, and how links with them are kept.
import { valuesFor } from '../domain-set.ts';
import { PROVE } from '../obligation.ts';
import type { Partner, PolicySet } from '../policy-set.ts';
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
    remedy: 'Set "tls" to "required".',
    find: (audited) =>
      partnersWhere(
        audited,
        ({ links }) => links.tls === 'never',
        () => 'never uses TLS',
      ),
  },
  {
    code: 'tls-optional',
    severity: 'medium',
    risk: 'Whoever stands in between can take the offer of TLS away, and nobody notices.',
    remedy: 'Set "tls" to "required".',
    find: (audited) =>
      partnersWhere(
        audited,
        ({ links }) => links.tls === 'optional',
        () => 'may go without TLS',
      ),
  },
  {
    code: 'dialback-alone',
    severity: 'medium',
    risk: 'Its domain is proved by DNS alone, so whoever can forge an answer of DNS is the partner.',
    remedy: 'Let it show a certificate: "sasl" to "optional" or "required".',
    find: (audited) =>
      partnersWhere(
        audited,
        ({ links }) => links.sasl === 'never',
        () => 'is proved by dialback alone',
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

/** Whether some permit lets it in and asks no certificate. */
function isUnproved({ prove, links, domains }: Partner, set: PolicySet): boolean {
  if (prove !== undefined || links.sasl === 'required') return false;
  return domains.some((name) =>
    valuesFor(set.index, name === '*' ? '' : name).some(
      ({ effect, must }) => effect === 'permit' && (must & PROVE.certificate) === 0,
    ),
  );
}
