// A company that speaks SIP, and the endpoint that both its server and the gateway have.
import { SipEndpoint, type Transport } from '@interwork/sip';
import { SipDomain } from '@interwork/sip/testing';
import { CARRIED_EVENTS, CARRIED_METHODS } from '../../rules/unsupported-request.ts';
import type { World } from '../world.ts';
import { Company, type Site } from './company.ts';
import { sipArrivals, sipPerson } from './sip-person.ts';

/** Opens a company that speaks SIP. */
export function sipCompany(site: Site): Company {
  const { world, domain, address, transport, around, judges } = site;
  const contactHost = `${address}:${SIP_PORTS[transport]};transport=${transport}`;
  const { drawToken } = world;
  const model = new SipDomain({ domain, drawToken, route: around.route, contactHost });
  return new Company(site, {
    speaks: 'sip',
    model,
    person: (name) => {
      const user = sipPerson(model, name, around);
      const look = sipArrivals(model, name, around.post);
      return { user, look, back: () => user.account.login() };
    },
    open: (chain) => {
      const endpoint = sipEndpoint(world, domain);
      const edge = world.sip({ address, endpoint, listen: SIP_PLACES, chain, judge: judges.sip });
      return world.play(edge, model);
    },
  });
}

/** An endpoint that takes what a gateway carries. */
export function sipEndpoint(world: World, host: string): SipEndpoint {
  return new SipEndpoint({
    drawToken: world.drawToken,
    host,
    ports: SIP_PORTS,
    methods: CARRIED_METHODS,
    events: CARRIED_EVENTS,
  });
}

/** Where SIP is listened for. */
export const SIP_PORTS: Readonly<Record<Transport, number>> = { udp: 5060, tcp: 5060, tls: 5061 };
export const SIP_PLACES: readonly { readonly transport: Transport; readonly port: number }[] = [
  { transport: 'udp', port: SIP_PORTS.udp },
  { transport: 'tcp', port: SIP_PORTS.tcp },
  { transport: 'tls', port: SIP_PORTS.tls },
];
