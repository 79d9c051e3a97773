// The gateway of the stage, over a store in a file: it may end, and another one begin in its place.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Gateway, type GatewayOptions, type Trace } from '@interwork/core';
import { drawToken, fileStore, mac, run } from '@interwork/core/node';
import { loadPolicy, type PolicySet } from '@interwork/policy';
import { type Ground, portOf } from './ground.ts';
import { POLICY } from './policy.ts';

export const CONTOSO = 'contoso.example';
export const GATEWAY = 'gw.contoso.example';

/** A gateway that runs. */
export interface RunningGateway {
  /** Where it takes SIP. */
  readonly port: number;
  /** Ends it, and begins another that has nothing of it but its store. */
  readonly restart: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Begins a gateway; `routes` is asked for once its port is known to those who are to be reached. */
export async function beginGateway(
  ground: Ground,
  tell: (trace: Trace) => void,
  routes: (port: number) => Promise<GatewayOptions['routes']>,
): Promise<RunningGateway> {
  const folder = mkdtempSync(join(tmpdir(), 'two-companies-'));
  const issued = ground.authority.issue({ dns: [GATEWAY, CONTOSO] });
  const open = async (ports: { readonly sip: number; readonly xmpp: number }) => ({
    sip: await ground.openSip(GATEWAY, issued, ports.sip),
    xmpp: await ground.openXmpp(CONTOSO, issued, ports.xmpp),
    store: await fileStore({ file: join(folder, 'state'), max: 1_000 }),
  });
  const first = await open({ sip: 0, xmpp: 0 });
  const ports = { sip: portOf(first.sip), xmpp: portOf(first.xmpp) };
  const options = optionsFor(ports.sip, await routes(ports.sip));

  const begin = ({ store, ...edges }: Awaited<ReturnType<typeof open>>) => {
    const running = run(new Gateway(options), edges, { onTrace: tell, store });
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
function optionsFor(port: number, routes: GatewayOptions['routes']): GatewayOptions {
  return {
    sipDomains: [CONTOSO, 'fabrikam.example'],
    xmppDomains: ['*'],
    policy: policy(),
    ...(routes && { routes }),
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
