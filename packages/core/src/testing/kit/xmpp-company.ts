// A company that speaks XMPP.
import { XmppEndpoint, type XmppEvent, type XmppInput } from '@interwork/xmpp';
import { XmppScript } from '@interwork/xmpp/testing';
import { Company, type Site } from './company.ts';
import { XMPP_PORT } from './names.ts';
import { xmppArrivals, xmppPerson } from './xmpp-person.ts';

/** Opens a company that speaks XMPP. */
export function xmppCompany(site: Site): Company {
  const { world, domain, address, around } = site;
  const model = new XmppScript(domain, { clock: () => world.clock.now });
  return new Company(site, {
    speaks: 'xmpp',
    model,
    person: (name) => {
      const user = xmppPerson(model, name, around);
      const look = xmppArrivals(model, name, around.post);
      return { user, look, back: () => user.shows('available') };
    },
    open: (chain) => {
      const endpoint = endpointOf(site);
      const edge = world.xmpp({ address, port: XMPP_PORT, chain, endpoint });
      return world.play(edge, playable(model));
    },
  });
}

function endpointOf({ world, crypto, judges, domain }: Site): XmppEndpoint {
  return new XmppEndpoint({
    drawToken: world.drawToken,
    digest: crypto.digest,
    judge: judges.xmpp,
    domains: (name) => name === domain,
    secret: `a secret of ${domain}`,
  });
}

function playable(script: XmppScript): {
  receive(now: number, event: XmppEvent | { readonly kind: 'tick' }): void;
  next(): XmppInput | undefined;
  readonly wakeAt: number;
} {
  return {
    receive: (_now, event) => {
      if (event.kind !== 'tick') script.take(event);
    },
    next: () => script.next(),
    wakeAt: Infinity,
  };
}
