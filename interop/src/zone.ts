// The names of one world: what everybody's DNS says when nothing is wrong.
import type { Record } from './dns.ts';
import type { Link } from './links.ts';
import { HOST, NAME, OURS, PORT, SIP, XMPP } from './places.ts';

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
    { kind: 'address', name: NAME.dead, address: HOST.dead },
  ];
}

/** Where XMPP finds the domains; the XMPP company's at `first` before its real place, where that is given. */
export function xmppPlaces({ join }: Link, first?: string): readonly Record[] {
  const direct = join === 'direct';
  const place = (domain: string, target: string, priority = 5): Record => ({
    kind: 'srv',
    name: `_xmpp${direct ? 's' : ''}-server._tcp.${domain}`,
    target,
    port: direct ? PORT.directServer : PORT.server,
    priority,
  });
  return [
    ...OURS.map((domain) => place(domain, NAME.gateway)),
    place(XMPP, NAME.xmpp),
    ...(first === undefined ? [] : [place(XMPP, first, 0)]),
    // Offers nothing, although there is an address.
    ...['', 's'].map(
      (s): Record => ({ kind: 'srv', name: `_xmpp${s}-server._tcp.closed.example` }),
    ),
    { kind: 'address', name: 'closed.example', address: HOST.xmpp },
  ];
}

/** Where SIP finds its domain; at `first` before its real place, where that is given. */
export function sipPlaces(first?: string): readonly Record[] {
  const place = (target: string, priority: number): Record => ({
    kind: 'srv',
    name: `_sips._tcp.${SIP}`,
    target,
    port: PORT.sips,
    priority,
  });
  return [
    { kind: 'naptr', name: SIP, order: 10, service: 'SIPS+D2T', replacement: `_sips._tcp.${SIP}` },
    place(NAME.proxy, 5),
    ...(first === undefined ? [] : [place(first, 0)]),
    { kind: 'srv', name: `_sips._tcp.closed.${SIP}` },
    { kind: 'address', name: `closed.${SIP}`, address: HOST.proxy },
  ];
}
