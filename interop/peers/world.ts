// A world of SIP companies: the gateway program at the edge of ours, its server behind it, and a server at the border of
// each partner.
import { makeAuthority } from '@interwork/certs/testing';
import { nodeCrypto } from '@interwork/certs/node';
import { startDns } from '../src/dns.ts';
import { makeFolder } from '../src/folder.ts';
import { type Border, startBorder } from './border-kamailio.ts';
import { type Company, CONTOSO, GATEWAY, PARTNERS, type PartnerKind, zone } from './companies.ts';
import { type EdgeGateway, startEdgeGateway } from './edge-gateway.ts';
import { openUsers, type Users } from './user.ts';

/** All of it, running. */
export interface World {
  readonly gateway: EdgeGateway;
  readonly inner: Border;
  readonly partners: Readonly<Record<PartnerKind, Border>>;
  readonly users: Users;
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
  const credential = authority.issue({ dns: [GATEWAY.name] });
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
    stop: async () => {
      users.close();
      await Promise.all([gateway, inner, ...borders].map((one) => one.stop()));
      await dns.stop();
      folder.remove();
    },
  };
}
