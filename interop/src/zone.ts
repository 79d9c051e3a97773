// The names of one world: what everybody's DNS says when nothing is wrong.
import type { Record } from './dns.ts';
import type { Link } from './links.ts';
import { HOST, NAME, PORT, SIP, XMPP } from './places.ts';

/** All records for a link. */
export function zoneOf(link: Link): readonly Record[] {
  return [...addresses(), ...xmppPlaces(link), ...sipPlaces()];
}

/** Where the hosts are. */
export function addresses(): readonly Record[] {
  return [
    { kind: 'address', name: NAME.gateway, address: HOST.gateway },
    { kind: 'address', name: NAME.xmpp, address: HOST.xmpp },
    { kind: 'address', name: NAME.proxy, address: HOST.proxy },
    { kind: 'address', name: `dead.${XMPP}`, address: HOST.dead },
  ];
}

/** Where XMPP finds both domains. */
export function xmppPlaces({ join }: Link): readonly Record[] {
  const direct = join === 'direct';
  const place = (domain: string, target: string): Record => ({
    kind: 'srv',
    name: `_xmpp${direct ? 's' : ''}-server._tcp.${domain}`,
    target,
    port: direct ? PORT.directServer : PORT.server,
  });
  return [place(SIP, NAME.gateway), place(`gone.${SIP}`, NAME.gateway), place(XMPP, NAME.xmpp)];
}

/** Where SIP finds its domain. */
export function sipPlaces(): readonly Record[] {
  return [
    {
      kind: 'naptr',
      name: SIP,
      order: 10,
      service: 'SIPS+D2T',
      replacement: `_sips._tcp.${SIP}`,
    },
    { kind: 'srv', name: `_sips._tcp.${SIP}`, target: NAME.proxy, port: PORT.sips },
  ];
}
