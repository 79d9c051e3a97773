// A gateway between a site that speaks as Lync does, proved by its address, and XMPP domains, proved by dialback. The
// sockets are real.
import { makeAuthority } from '@interwork/certs/testing';
import { nodeCrypto } from '@interwork/certs/node';
import {
  CARRIED_METHODS,
  CARRIED_UNANSWERED,
  Gateway,
  memoryStore,
  type Running,
  type Store,
  type Trace,
} from '@interwork/core';
import { drawToken, judgesFor, mac, run } from '@interwork/core/node';
import { policyOf } from '@interwork/policy/testing';
import { listenSip } from '@interwork/sip/node';
import { listenXmpp } from '@interwork/xmpp/node';

export const SIP = 'contoso.test';
export const XMPP = 'prosody.test';
/** Where the gateway is. */
export const GATEWAY = '127.0.0.1';
/** Where the site is. */
export const SITE = '127.0.0.3';
export const SIP_PORT = 5060;
export const XMPP_PORT = 5270;

/** How it is run. */
export interface LyncGatewayOptions {
  /** The transport of what it sends first. */
  readonly transport?: 'udp' | 'tcp';
  readonly onTrace?: (trace: Trace) => void;
  /** What outlives it; memory when absent. */
  readonly store?: Store;
  /** How the site speaks; as Lync does when absent. */
  readonly dialect?: 'lync' | 'standard';
}

/** Starts it. */
export async function startLyncGateway(options: LyncGatewayOptions): Promise<Running> {
  const { transport = 'udp', dialect = 'lync', onTrace = () => {} } = options;
  const authority = makeAuthority({ crypto: nodeCrypto, now: Date.now() });
  const { keyPem, certPem } = authority.issue({ dns: [SIP] });
  const sip = await listenSip({
    host: GATEWAY,
    listen: (['udp', 'tcp'] as const).map((one) => ({
      transport: one,
      address: GATEWAY,
      port: SIP_PORT,
    })),
    methods: CARRIED_METHODS,
    unanswered: CARRIED_UNANSWERED,
    decline: (request, flow) => gateway.decline(request, flow),
    describe: (request, flow) => gateway.describe(request, flow),
  });
  const xmpp = await listenXmpp({
    domains: [SIP],
    listen: [{ address: GATEWAY, port: XMPP_PORT }],
    tls: { both: { key: keyPem, cert: certPem } },
    judge: judgesFor([authority.certificate.pem]).xmpp,
    secret: 'a dialback secret of the gateway',
    allowPrivate: true,
  });
  const store = options.store ?? memoryStore({ max: 1_000 });
  const place = { host: GATEWAY, ports: { udp: SIP_PORT, tcp: SIP_PORT }, jitter: Math.random };
  const gateway = new Gateway({
    sipDomains: [SIP],
    xmppDomains: ['*'],
    policy: policyOf({
      partners: {
        site: { domains: [SIP], via: 'sip', prove: 'address', addresses: [`${SITE}/32`] },
        prosody: { domains: [XMPP], via: 'xmpp' },
      },
      rules: [{ id: 'prosody', effect: 'permit', partner: 'prosody' }],
    }),
    routes: { [SIP]: [{ transport, address: SITE, port: SIP_PORT, references: [] }] },
    dialects: { [SIP]: dialect },
    imdnDomains: dialect === 'standard' ? [SIP] : [],
    believesDatagrams: true,
    instance: 'gw-lync',
    secret: 'a secret of the gateway',
    mac,
    drawToken,
    traces: 'full',
    lastingStore: options.store !== undefined,
    presence: place,
    chat: place,
  });
  return run(gateway, { sip, xmpp }, { onTrace, store });
}
