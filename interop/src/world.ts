// One world: two companies with real servers, a gateway between them, and a DNS that knows all. Started for one link,
// gone with its namespace.
import { type Certificates, makeCertificates } from './certificates.ts';
import { type Dns, startDns } from './dns.ts';
import { makeFolder } from './folder.ts';
import type { Gateway, GatewayOptions, MakeGateway } from './gateways/gateway.ts';
import type { Link } from './links.ts';
import { startUserAgents, type UserAgents } from './agents/sipp.ts';
import { type People, startPeople } from './agents/people.ts';
import { startXmppClients, type XmppClient, type XmppClients } from './agents/xmpp-clients.ts';
import { makeEjabberd } from './servers/ejabberd.ts';
import { makeKamailio, type Proxy } from './servers/kamailio.ts';
import { makePresenceServer, type PresenceServer } from './servers/presence-server.ts';
import { makeProsody } from './servers/prosody.ts';
import type { XmppServer } from './servers/xmpp-server.ts';
import { zoneOf } from './zone.ts';

/** The peers of a gateway, and the gateway. */
export interface World {
  readonly link: Link;
  readonly certificates: Certificates;
  readonly gateway: Gateway;
  readonly server: XmppServer;
  readonly proxy: Proxy;
  readonly dns: Dns;
  /** The users of the SIP domain. */
  readonly agents: UserAgents;
  /** Those of its users who have presence, and the server that has it for some of them. */
  readonly people: People;
  readonly presence: PresenceServer;
  readonly clients: XmppClients;
  /** A user of the XMPP domain who is online; another one when the server was restarted. */
  bob: XmppClient;
  stop(): Promise<void>;
}

/** Users of the SIP domain who are registered, by their address' user part; `silent` and `sNNN` answer so. */
export const SIP_USERS = [
  'alice',
  'many',
  'silent',
  's403',
  's404',
  's480',
  's486',
  's500',
  's503',
  's603',
  "o'brien",
  'two%20words',
  'fifty%25',
];
/** A user of the SIP domain whom the registrar knows and who is not registered. */
export const AWAY = 'away';
/** Users of the XMPP domain, each for one case about presence or sessions. */
export const CONTACTS: readonly string[] = Array.from({ length: 80 }, (_, n) => `contact${n + 1}`);
/** Users of the XMPP domain, by their localpart. */
export const XMPP_USERS = [
  'bob',
  'carol',
  'd\\27artagnan',
  'two\\20words',
  'fifty%',
  'müller',
  ...CONTACTS,
];

/** Starts everything. */
export async function startWorld(link: Link, make: MakeGateway): Promise<World> {
  const folder = makeFolder();
  const certificates = makeCertificates();
  const dns = await startDns(zoneOf(link));
  const server = makeServer({ link, certificates, folder });
  const proxy = makeKamailio({
    folder,
    join: link.sip,
    root: certificates.root,
    away: [AWAY],
    credential: certificates.issue('proxy'),
  });
  const presence = makePresenceServer(folder);
  await Promise.all([server.start(), proxy.start(), presence.start()]);
  const gateway = make(gatewayOptions({ link, certificates, folder }));
  const [agents, people, clients] = await Promise.all([
    startUserAgents(folder, SIP_USERS),
    startPeople(link.sip === 'udp' ? 'udp' : 'tcp'),
    startXmppClients(),
    gateway.start(),
  ]);
  const bob = await clients.login('bob');
  return {
    link,
    certificates,
    gateway,
    server,
    proxy,
    dns,
    agents,
    people,
    presence,
    clients,
    bob,
    stop: async () => {
      await Promise.all([clients.stop(), agents.stop(), people.stop(), gateway.kill()]);
      await Promise.all([server.stop(), proxy.stop(), presence.stop(), dns.stop()]);
      folder.remove();
    },
  };
}

type Setting = Pick<GatewayOptions, 'link' | 'folder'> & { readonly certificates: Certificates };

function makeServer({ link, certificates, folder }: Setting): XmppServer {
  const make = link.server === 'prosody' ? makeProsody : makeEjabberd;
  return make({
    folder,
    join: link.join,
    users: XMPP_USERS,
    root: certificates.root,
    credential: certificates.issue('server', proofOf(link)),
  });
}

function gatewayOptions({ link, certificates, folder }: Setting): GatewayOptions {
  return {
    link,
    folder,
    root: certificates.root,
    sip: certificates.issue('gateway-sip'),
    xmpp: certificates.issue('gateway-xmpp', proofOf(link)),
  };
}

/** Where dialback is to be the proof, no certificate on either side is one. */
function proofOf({ join }: Link): 'good' | 'unknown-issuer' {
  return join === 'dialback' ? 'unknown-issuer' : 'good';
}
