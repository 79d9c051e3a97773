// A gateway over real sockets, with everything a host wants to hear of it.
// #region run
import { Gateway, type GatewayOptions, type Running } from '@interwork/core';
import {
  drawToken,
  fileStore,
  GatewayMetrics,
  type Judges,
  mac,
  type PinoLike,
  run,
} from '@interwork/core/node';
import type { PolicySet } from '@interwork/policy';
import { listenSip } from '@interwork/sip/node';
import { listenXmpp } from '@interwork/xmpp/node';

/** What a host has. */
export interface Host {
  readonly policy: PolicySet;
  readonly judges: Judges;
  readonly tls: { readonly key: string; readonly cert: string };
  /** Ports; 0 for any. */
  readonly ports: { readonly sip: number; readonly xmpp: number };
  readonly logger: PinoLike;
  /** Where state is kept. */
  readonly file: string;
}

/** A gateway that runs, and its numbers. */
export interface Live {
  readonly running: Running;
  readonly metrics: GatewayMetrics;
}

/** Runs a gateway for a SIP domain. */
export async function start({ policy, judges, tls, ports, logger, file }: Host): Promise<Live> {
  const options: GatewayOptions = {
    sipDomains: ['contoso.example'],
    xmppDomains: ['*'],
    policy,
    routes: {
      'contoso.example': [
        { transport: 'tls', address: '127.0.0.1', port: 5061, references: ['contoso.example'] },
      ],
    },
    instance: 'gw-1',
    secret: drawToken(),
    mac,
    drawToken,
  };
  const gateway = new Gateway(options);
  const sip = await listenSip({
    host: 'gw.contoso.example',
    listen: [{ transport: 'tls', address: '127.0.0.1', port: ports.sip }],
    tls: { both: tls },
    judge: judges.sip,
  });
  const xmpp = await listenXmpp({
    domains: ['contoso.example'],
    listen: [{ address: '127.0.0.1', port: ports.xmpp }],
    tls: { both: tls },
    judge: judges.xmpp,
    secret: drawToken(),
  });
  const metrics = new GatewayMetrics(gateway); // metrics.prometheus(), metrics.observe(meter)
  const store = await fileStore({ file, max: 100_000 });
  const running = run(gateway, { sip, xmpp }, { logger, metrics, store });
  return { running: { ...running, close: () => ended(running, store) }, metrics };
}
// #endregion

// #region end
/** Ends it within a bound, and says what became of everything that was open. */
async function ended(running: Running, store: { close(): Promise<void> }) {
  const closed = await running.close();
  for (const { direction, outcome, reason, count } of closed.ended)
    console.log(`${count} ${direction} ${outcome} ${reason}`);
  if (closed.inDoubt > 0) console.log(`${closed.inDoubt} were answered 202 and may be lost`);
  await store.close();
  return closed;
}
// #endregion
