// Which domain stands on which side of the gateway. Names are compared in A-label form, lower case,
// one trailing dot off; a name that cannot be normalised stands nowhere.
import { normalizeDomain } from '@interwork/xmpp';
import { MisuseError } from '../misuse.ts';

/** The two sides of a gateway. */
export type Side = 'sip' | 'xmpp';

/** Answers where a domain stands. */
export interface Sides {
  /** Whether the side serves the domain, by name or because it takes any (`*`). */
  serves(side: Side, domain: string): boolean;
  /** Whether the domain was named for the side: such a domain is never believed from the other. */
  names(side: Side, domain: string): boolean;
}

/** The sides as configured. `*` stands for any domain that the other side does not name. */
export function sidesOf(sip: readonly string[], xmpp: readonly string[]): Sides {
  const named = { sip: namesOf(sip), xmpp: namesOf(xmpp) };
  const any = { sip: sip.includes('*'), xmpp: xmpp.includes('*') };
  for (const domain of named.sip) {
    if (named.xmpp.has(domain))
      throw new MisuseError('domain-on-both-sides', `${domain} is named on both sides`);
  }
  return {
    names: (side, domain) => named[side].has(domain),
    serves: (side, domain) =>
      named[side].has(domain) || (any[side] && !named[side === 'sip' ? 'xmpp' : 'sip'].has(domain)),
  };
}

function namesOf(domains: readonly string[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const domain of domains) {
    if (domain === '*') continue;
    const name = normalizeDomain(domain);
    if (name === undefined)
      throw new MisuseError('malformed-domain', `${domain} is no domain name`);
    names.add(name);
  }
  return names;
}
