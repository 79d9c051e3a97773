// The stage: a SIP company with presence, an XMPP company with rosters, a Redis, and gateways between them, on free
// ports of the loopback. What stands for a load balancer is `places`: the SIP company and the XMPP company both find
// whatever gateway comes first in it, and the next one when that is gone.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeCrypto } from '@interwork/certs/node';
import { makeAuthority } from '@interwork/certs/testing';
import { drawToken, judgesFor, steadyClock } from '@interwork/core/node';
import type { SipEvent, Target } from '@interwork/sip';
import { listenSip } from '@interwork/sip/node';
import { playOn as playSip, PRESENCE_METHODS, SipDomain } from '@interwork/sip/testing';
import type { XmppEvent } from '@interwork/xmpp';
import { listenXmpp } from '@interwork/xmpp/node';
import { playOn as playXmpp, XmppScript } from '@interwork/xmpp/testing';
import { type GatewayProcess, kill, startGateway, startRedis } from './processes.ts';
import { Tally } from './tally.ts';

export const SIP = 'desk.example';
export const XMPP = 'chat.example';
/** The name that stands in the Contacts of every gateway, and leads to any of them. */
const GATEWAY = `gw.${SIP}`;
const LOOPBACK = '127.0.0.1';
/** Milliseconds: between two looks at what the companies' users want, and over which a gateway that begins asks again. */
const TICK = 20;
const AFRESH = 5_000;

/** All of it. */
export interface Stage {
  readonly sip: SipDomain;
  readonly xmpp: XmppScript;
  readonly tally: Tally;
  readonly gateways: readonly GatewayProcess[];
  /** Lets both companies do what their users want. */
  readonly step: () => void;
  /** Ends the gateway that the XMPP company is connected to with SIGKILL, and puts another in its place. */
  readonly replaceFirst: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Builds it with so many gateways. */
export async function setStage(count: number): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'shared-state-'));
  const gateways: GatewayProcess[] = [];
  const companies = await openCompanies(gateways, folder);
  const redis = await startRedis(folder);
  const file = join(folder, 'gateway.json');
  writeFileSync(file, JSON.stringify(configuration(companies.ports, redis.url)));
  for (let n = 0; n < count; n++) gateways.push(await startGateway(file));
  const replaceFirst = async (): Promise<void> => {
    const [first] = gateways;
    if (first !== undefined) await kill(first);
    gateways[0] = await startGateway(file);
  };
  const close = async (): Promise<void> => {
    for (const gateway of gateways) await kill(gateway);
    await Promise.all([companies.close(), kill(redis)]);
    rmSync(folder, { recursive: true, force: true });
  };
  const { sip, xmpp, tally, step } = companies;
  return { sip, xmpp, tally, gateways, step, replaceFirst, close };
}

async function openCompanies(gateways: readonly GatewayProcess[], folder: string) {
  const authority = makeAuthority({ crypto: nodeCrypto, now: Date.now() });
  const judges = judgesFor([authority.certificate.pem]);
  const ours = authority.issue({ dns: [GATEWAY, SIP] });
  const files = {
    'ca.pem': authority.certificate.pem,
    'gw.pem': ours.certPem,
    'gw.key': ours.keyPem,
  };
  for (const [name, text] of Object.entries({ ...files, 'policy.json': JSON.stringify(POLICY) }))
    writeFileSync(join(folder, name), text);

  const tally = new Tally();
  const sipEdge = await listenSip({
    host: LOOPBACK,
    listen: [{ transport: 'tls', address: LOOPBACK, port: 0 }],
    tls: { both: pairOf(authority.issue({ dns: [SIP], uri: [`sip:${SIP}`] })) },
    judge: judges.sip,
    methods: PRESENCE_METHODS,
    events: ['presence'],
  });
  const xmppEdge = await listenXmpp({
    domains: [XMPP],
    listen: [{ address: LOOPBACK, port: 0 }],
    tls: { both: pairOf(authority.issue({ dns: [XMPP] })) },
    judge: judges.xmpp,
    secret: 'a secret of the XMPP company',
    locate: async () =>
      gateways.map(({ ports }) => ({ address: LOOPBACK, port: ports.xmpp, direct: false })),
  });
  const ports = { sip: portOf(sipEdge), xmpp: portOf(xmppEdge) };
  let turn = 0;
  const sip = new SipDomain({
    domain: SIP,
    drawToken,
    contactHost: `${LOOPBACK}:${ports.sip};transport=tls`,
    // Whatever host and port stand in a Contact of ours: each request goes to the next gateway in turn.
    route: () => targetsFrom(gateways, turn++),
  });
  const xmpp = new XmppScript(XMPP, { clock: steadyClock });
  const steps = [
    playSip(
      counted<SipEvent, Parameters<typeof sipEdge.send>[0]>(sipEdge, (event) => tally.sip(event)),
      sip,
      steadyClock,
    ),
    playXmpp(
      counted<XmppEvent, Parameters<typeof xmppEdge.send>[0]>(xmppEdge, (event) =>
        tally.xmpp(event),
      ),
      xmpp,
    ),
  ];
  const step = (): void => {
    for (const one of steps) one();
  };
  const timer = setInterval(step, TICK);
  const close = async (): Promise<void> => {
    clearInterval(timer);
    await Promise.all([sipEdge.close(), xmppEdge.close()]);
  };
  return { sip, xmpp, tally, ports, step, close };
}

/** All gateways, beginning with another one each time. */
function targetsFrom(gateways: readonly GatewayProcess[], turn: number): readonly Target[] {
  const first = turn % gateways.length;
  return [...gateways.slice(first), ...gateways.slice(0, first)].map(({ ports }) => ({
    transport: 'tls',
    address: LOOPBACK,
    port: ports.sip,
    references: [GATEWAY],
  }));
}

function counted<Event, Input>(
  edge: { start(take: (event: Event) => void): void; send(input: Input): void },
  count: (event: Event) => void,
): typeof edge {
  return {
    send: (input) => edge.send(input),
    start: (take) =>
      edge.start((event) => {
        count(event);
        take(event);
      }),
  };
}

function configuration(ports: { sip: number; xmpp: number }, redis: string): object {
  const at = (port: number) => ({ address: LOOPBACK, port });
  return {
    version: 1,
    domains: { sip: [SIP], xmpp: [XMPP] },
    sip: {
      listen: [{ transport: 'tls', ...at(0) }],
      routes: { [SIP]: [{ transport: 'tls', ...at(ports.sip) }] },
    },
    presence: { host: GATEWAY },
    xmpp: { s2s: { listen: [at(0)], routes: { [XMPP]: [at(ports.xmpp)] } } },
    tls: {
      sip: { both: { certificate: 'gw.pem', key: 'gw.key' } },
      xmpp: { both: { certificate: 'gw.pem', key: 'gw.key' } },
      authorities: ['ca.pem'],
    },
    policy: 'policy.json',
    state: { redis },
    limits: { presenceWaits: { afresh: AFRESH } },
  };
}

const POLICY = {
  version: 1,
  default: 'deny',
  rules: [{ id: 'friends', effect: 'permit', domains: [XMPP] }],
};

function pairOf(issued: { readonly keyPem: string; readonly certPem: string }) {
  return { key: issued.keyPem, cert: issued.certPem };
}

function portOf({
  listening,
}: {
  readonly listening: readonly { readonly port: number }[];
}): number {
  return listening[0]?.port ?? 0;
}
