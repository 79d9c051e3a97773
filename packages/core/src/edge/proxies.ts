// Which requests from SIP the edge relays, told before anything of them is checked: those for a SIP domain, and those that
// come back by an entry of ours. Everything else is the gateway's own to answer.
import type { IncomingRequest } from '@interwork/sip';
import { normalizeDomain } from '@interwork/xmpp';
import { domainsOf } from '../gateway/env.ts';
import type { GatewayOptions } from '../gateway/options.ts';
import { type Sides, sidesOf } from '../gateway/sides.ts';
import { personOf } from './people.ts';
import { isRoutedByUs } from './route.ts';

/** What this is decided by. */
export type ProxyOptions = Pick<
  GatewayOptions,
  'sipDomains' | 'xmppDomains' | 'edge' | 'presence' | 'chat' | 'mac' | 'secret'
>;

/** The answer for each request: hand it to the SIP endpoint as `proxies`. Without an edge nothing is relayed. */
export function proxiesBy(options: ProxyOptions): (request: IncomingRequest) => boolean {
  const { edge } = options;
  if (edge === undefined) return () => false;
  const fqdn = normalizeDomain(edge.fqdn) ?? edge.fqdn;
  const sides = sidesOf(options.sipDomains, options.xmppDomains);
  const own = domainsOf(edge.ownDomains);
  const hosts = domainsOf([edge.fqdn, ...hostOf(options)]);
  return (request) => {
    if (isRoutedByUs(request, fqdn, options)) return true;
    const domain = personOf(request.uri)?.domain;
    if (domain === undefined || hosts.has(domain)) return false;
    return own.has(domain) || isSip(domain, sides);
  };
}

/** Where both sides take any domain, one that is not named is the other side's. */
function isSip(domain: string, sides: Sides): boolean {
  return (
    sides.names('sip', domain) || (sides.serves('sip', domain) && !sides.serves('xmpp', domain))
  );
}

/** The hosts of our own Contacts are ourselves. */
function hostOf({ chat, presence }: ProxyOptions): readonly string[] {
  return [presence, chat].flatMap((place) => (place === undefined ? [] : [place.host]));
}
