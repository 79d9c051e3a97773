// What DNS says: a first target that is dead, and a domain that says it offers nothing. RFC 2782, RFC 3263 §4.3.
import { HOST, NAME, SIP } from '../places.ts';
import type { Record } from '../dns.ts';
import type { World } from '../world.ts';
import { addresses, sipPlaces, xmppPlaces, zoneOf } from '../zone.ts';
import { type Case, overSipTls, overStreams } from './case.ts';
import { deliverToXmpp, mark, reachSip, refusedToSip, refusedToXmpp } from './sending.ts';

export const PLACES: readonly Case[] = [
  {
    id: 'srv-none-xmpp',
    title:
      'an XMPP domain whose SRV target is “.”: the SIP sender is told, and no address is tried',
    on: overStreams,
    run: (world) => refusedToSip(world, 'sip:x@closed.example', [404, 480, 504]),
  },
  {
    id: 'srv-none-sip',
    title: 'a SIP domain whose SRV target is “.”: the XMPP sender is told, and no address is tried',
    on: (link) => overStreams(link) && overSipTls(link),
    run: async (world) => {
      await refusedToXmpp(world, `x@closed.${SIP}`);
    },
  },
  {
    id: 'srv-failover-xmpp',
    title: 'the XMPP domain’s first SRV target is dead: the second one gets the message',
    on: overStreams,
    when: 'last',
    run: async (world) => {
      await withZone(world, [...addresses(), ...xmppPlaces(world.link, NAME.dead), ...sipPlaces()]);
      await deliverToXmpp(world, mark());
      await asBefore(world);
    },
  },
  {
    id: 'srv-failover-sip',
    title: 'the SIP domain’s first SRV target is dead: the second one gets the message',
    on: overSipTls,
    when: 'last',
    run: async (world) => {
      await withZone(world, [...addresses(), ...xmppPlaces(world.link), ...sipPlaces(NAME.dead)]);
      await reachSip(world);
      await asBefore(world);
    },
  },
  {
    id: 'ipv6',
    title: 'the XMPP domain’s host has an IPv6 address only',
    on: overStreams,
    when: 'last',
    run: async (world) => {
      const moved = addresses().filter(({ name }) => name !== NAME.xmpp);
      const host: Record = { kind: 'address', name: NAME.xmpp, address: HOST.xmpp6 };
      await withZone(world, [...moved, host, ...xmppPlaces(world.link), ...sipPlaces()]);
      await deliverToXmpp(world, mark());
      await asBefore(world);
    },
  },
];

/** Other names from now on, for a gateway that has not asked yet. */
async function withZone(world: World, zone: readonly Record[]): Promise<void> {
  await world.gateway.terminate();
  await world.dns.serve(zone);
  await world.gateway.start();
}

async function asBefore(world: World): Promise<void> {
  await world.dns.serve(zoneOf(world.link));
}
