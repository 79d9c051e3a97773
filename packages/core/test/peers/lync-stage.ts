// A site that is SIPp, a real Prosody with people online, the gateway between them, and a DNS that knows both; one of each
// for a test file.
import { makeAuthority } from '@interwork/certs/testing';
import { nodeCrypto } from '@interwork/certs/node';
import type { CrossingTrace, Trace } from '@interwork/core';
import { Bell } from '../../../../test-kit/bell.ts';
import { Client } from './client.ts';
import { serveDns } from './dns.ts';
import { GATEWAY, SIP, SIP_PORT, SITE, startLyncGateway, XMPP, XMPP_PORT } from './lync-gateway.ts';
import { startProsody } from './prosody.ts';
import { type Sipp, startSipp, type Step } from './sipp.ts';

export const AMY = `amy@${SIP}`;
export const ROMEO = `romeo@${XMPP}`;

/** Prosody and its people, and names for everybody. */
export interface Town {
  login(resource: string, user?: string): Promise<Client>;
  close(): Promise<void>;
}

/** Starts Prosody and the DNS; a gateway is somebody else's. */
export async function startTown(): Promise<Town> {
  const authority = makeAuthority({ crypto: nodeCrypto, now: Date.now() });
  const { keyPem, certPem } = authority.issue({ dns: [XMPP] });
  const at = (port: number, target: string) => ({ priority: 0, weight: 0, port, target });
  const dns = await serveDns({
    [`_xmpp-server._tcp.${SIP} SRV`]: at(XMPP_PORT, `gw.${SIP}`),
    [`gw.${SIP} A`]: GATEWAY,
    [`_xmpp-server._tcp.${XMPP} SRV`]: at(5269, `im.${XMPP}`),
    [`im.${XMPP} A`]: GATEWAY,
  });
  const prosody = await startProsody({
    domains: [XMPP],
    users: ['romeo', 'juliet'],
    keyPem,
    certPem,
    trusts: authority.certificate.pem,
    secureAuth: false,
  });
  const clients: Client[] = [];
  return {
    login: async (resource, user = 'romeo') => {
      const client = await Client.login(user, XMPP, resource);
      clients.push(client);
      return client;
    },
    close: async () => {
      for (const client of clients) client.close();
      await prosody.close();
      await dns.close();
    },
  };
}

/** A town with a gateway that runs here. */
export interface LyncStage extends Town {
  readonly traces: readonly CrossingTrace[];
  /** SIPp at the site, which calls the gateway. */
  calls(steps: readonly Step[], transport?: 'udp' | 'tcp'): Promise<Sipp>;
  /** SIPp at the site, which is called. */
  isCalled(steps: readonly Step[], calls?: number): Promise<Sipp>;
  /** Resolves once so many messages, of the site or to it, behind the first `from` crossings have been answered. */
  answered(many: number, from: number, way?: CrossingTrace['direction']): Promise<void>;
}

/** Starts all of it. */
export async function startLyncStage(
  transport: 'udp' | 'tcp' = 'udp',
  dialect: 'lync' | 'standard' = 'lync',
): Promise<LyncStage> {
  const town = await startTown();
  const bell = new Bell();
  const traces: CrossingTrace[] = [];
  const onTrace = (trace: Trace): void => {
    if (trace.kind === 'crossing') traces.push(trace);
    bell.ring();
  };
  const gateway = await startLyncGateway({ transport, dialect, onTrace });
  return {
    ...town,
    traces,
    calls: (steps, by = transport) => startSipp(steps, { ...siteBy(by), place: PLACE }),
    isCalled: (steps, calls = 1) => startSipp(steps, { ...siteBy(transport), calls }),
    answered: async (many, from, way = 'sip-to-xmpp') => {
      const isOne = ({ direction, traffic, outcome }: CrossingTrace): boolean =>
        direction === way &&
        traffic === 'message' &&
        (outcome === 'delivered' || outcome === 'handed-over');
      await bell.until(() => traces.slice(from).filter(isOne).length >= many || undefined);
    },
    close: async () => {
      await gateway.close();
      await town.close();
    },
  };
}

/** SIPp at the site. */
export function siteBy(transport: 'udp' | 'tcp') {
  return { address: SITE, port: SIP_PORT, transport } as const;
}

/** The gateway, as the site calls it. */
export const PLACE = `${GATEWAY}:${SIP_PORT}`;
