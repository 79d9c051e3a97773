// A world of SIP companies: the gateway program at the edge of ours, its server behind it, and a server at the border of
// each partner.
import { makeAuthority } from '@interwork/certs/testing';
import { nodeCrypto } from '@interwork/certs/node';
import { missing } from '../namespace.mjs';
import { startDns } from '../src/dns.ts';
import { makeFolder } from '../src/folder.ts';
import { XMPP } from '../src/places.ts';
import { makeProsody } from '../src/servers/prosody.ts';
import type { XmppServer } from '../src/servers/xmpp-server.ts';
import { type Border, startBorder } from './border-kamailio.ts';
import { type Company, CONTOSO, GATEWAY, PARTNERS, type PartnerKind, zone } from './companies.ts';
import { type EdgeGateway, startEdgeGateway } from './edge-gateway.ts';
import { openUsers, type Users } from './user.ts';

/** Why these worlds cannot be here, or undefined. Where real servers are required, peers.mjs has looked before. */
export const why: string | undefined = missing(['kamailio', 'dnsmasq']);

/** What to put behind the name of what is skipped for it. */
export const skipped = why === undefined ? '' : ` (skipped: ${why})`;

/** All of it, running. */
export interface World {
  readonly gateway: EdgeGateway;
  readonly inner: Border;
  readonly partners: Readonly<Record<PartnerKind, Border>>;
  readonly users: Users;
  /** Starts an XMPP partner, a Prosody that proves itself by certificate; each user's password is the name. */
  xmppPartner(users: readonly string[]): Promise<XmppServer>;
  stop(): Promise<void>;
}

/** Starts everything. */
export async function startWorld(policy: object): Promise<World> {
  const folder = makeFolder();
  const authority = makeAuthority({ crypto: nodeCrypto, now: Date.now() });
  const root = authority.certificate.pem;
  const dns = await startDns(zone(), '127.0.0.1');
  const border = (company: Company): Promise<Border> => {
    const credential = authority.issue({ dns: company.certified ?? [company.name] });
    return startBorder({ folder, company, credential, root, next: GATEWAY });
  };
  const kinds = Object.keys(PARTNERS) as PartnerKind[];
  // The domain is what XMPP looks for, the name what SIP does.
  const credential = authority.issue({ dns: [GATEWAY.name, CONTOSO.domain] });
  const [gateway, inner, ...borders] = await Promise.all([
    startEdgeGateway({ folder, credential, root, policy }),
    border(CONTOSO),
    ...kinds.map((kind) => border(PARTNERS[kind])),
  ]);
  const users = await openUsers('127.0.0.5');
  const partners = Object.fromEntries(kinds.map((kind, n) => [kind, borders[n]]));
  return {
    gateway,
    inner,
    partners: partners as Readonly<Record<PartnerKind, Border>>,
    users,
    xmppPartner: async (names) => {
      const theirs = authority.issue({ domain: XMPP, dns: [XMPP] });
      const join = 'external';
      const server = makeProsody({ folder, join, users: names, credential: theirs, root });
      await server.start();
      return server;
    },
    stop: async () => {
      users.close();
      await Promise.all([gateway, inner, ...borders].map((one) => one.stop()));
      await dns.stop();
      folder.remove();
    },
  };
}
