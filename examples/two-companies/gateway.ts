// The gateway of the stage, over a store in a file: it may end, and another one begin in its place.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Gateway, type GatewayOptions, type Hooks, proxiesBy } from '@interwork/core';
import { drawToken, fileStore, mac, run } from '@interwork/core/node';
import { loadPolicy, type PolicySet } from '@interwork/policy';
import type { Target } from '@interwork/sip';
import { type Ground, portOf, type Relaying } from './ground.ts';
import { POLICY } from './policy.ts';
import type { Watch } from './watch.ts';

export const CONTOSO = 'contoso.example';
export const GATEWAY = 'gw.contoso.example';

/** Domains whose users speak SIP, too. */
const SIP_PARTNERS = [
  'fabrikam.example',
  'litware.example',
  'tailspin.example',
  'adatum.example',
  'cloud.example',
];

/** A gateway that runs. */
export interface RunningGateway {
  /** Where it takes SIP. */
  readonly port: number;
  /** Ends it, and begins another that has nothing of it but its store. */
  readonly restart: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** What the gateway knows of others: our own server, and how partners are found. */
export interface Around extends Pick<Hooks, 'route' | 'fact'> {
  readonly inner: Target;
}

/** Begins a gateway; those who are to be reached are asked for once its own port is known to them. */
export async function beginGateway(
  ground: Ground,
  watch: Pick<Watch, 'recording' | 'trace'>,
  around: (port: number) => Promise<Around>,
): Promise<RunningGateway> {
  const folder = mkdtempSync(join(tmpdir(), 'two-companies-'));
  const issued = ground.authority.issue({ dns: [GATEWAY, CONTOSO] });
  let gateway: Gateway | undefined;
  const relaying: Relaying = {
    proxies: (request) => proxies(request),
    decline: (request, flow) => gateway?.decline(request, flow),
  };
  const open = async (ports: { readonly sip: number; readonly xmpp: number }) => ({
    sip: await ground.openSip(GATEWAY, issued, ports.sip, relaying),
    xmpp: await ground.openXmpp(CONTOSO, issued, ports.xmpp),
    store: await fileStore({ file: join(folder, 'state'), max: 1_000 }),
  });
  const first = await open({ sip: 0, xmpp: 0 });
  const ports = { sip: portOf(first.sip), xmpp: portOf(first.xmpp) };
  const { inner, ...hooks } = await around(ports.sip);
  const options = optionsFor(ports.sip, inner);
  const proxies = proxiesBy(options);

  const begin = ({ store, ...edges }: Awaited<ReturnType<typeof open>>) => {
    gateway = new Gateway(options);
    const onTrace: Hooks['onTrace'] = (trace) => watch.trace(trace);
    const running = run(watch.recording.over(gateway), edges, { onTrace, store, ...hooks });
    return async (): Promise<void> => {
      await running.close();
      await store.close();
    };
  };
  let end = begin(first);
  return {
    port: ports.sip,
    restart: async () => {
      await end();
      end = begin(await open(ports));
    },
    close: async () => {
      await end();
      rmSync(folder, { recursive: true });
    },
  };
}

/** What every gateway of this place is told, the first and those after it. */
function optionsFor(port: number, inner: Target): GatewayOptions {
  return {
    sipDomains: [CONTOSO, ...SIP_PARTNERS],
    xmppDomains: ['*'],
    policy: policy(),
    routes: { [CONTOSO]: [inner] },
    edge: {
      ownDomains: [CONTOSO],
      fqdn: GATEWAY,
      ports: { tls: port },
      innerHops: [{ target: inner }],
    },
    instance: 'two-companies',
    secret: drawToken(),
    mac,
    drawToken,
    traces: 'full',
    lastingStore: true,
    presence: {
      host: GATEWAY,
      ports: { tls: port },
      jitter: Math.random,
      // Spectators wait for no pause between two NOTIFYs; phones are glad of the usual one.
      waits: { interval: 0 },
    },
  };
}

function policy(): PolicySet {
  const loaded = loadPolicy(JSON.stringify(POLICY));
  if (loaded.kind === 'policy') return loaded;
  throw new Error(loaded.findings.map((finding) => `${finding.path}: ${finding.text}`).join('\n'));
}
