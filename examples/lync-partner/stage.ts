// The stage: a Lync site's edge as a script, an XMPP domain, and the gateway between them, on free ports of the loopback.
// The partner's end is text on a socket and shares nothing with the library (lync-edge.ts); everything else is real but
// the people.
import { nodeCrypto } from '@interwork/certs/node';
import { makeAuthority } from '@interwork/certs/testing';
import {
  CARRIED_EVENTS,
  CARRIED_METHODS,
  CARRIED_UNANSWERED,
  Gateway,
  type Hooks,
  memoryStore,
} from '@interwork/core';
import type { Rail } from '@interwork/core/ladder';
import { drawToken, judgesFor, mac, run, steadyClock } from '@interwork/core/node';
import { listenSip } from '@interwork/sip/node';
import { listenXmpp } from '@interwork/xmpp/node';
import { playOn, XmppScript } from '@interwork/xmpp/testing';
import { Watch } from '../two-companies/watch.ts';
import { LyncEdge } from './lync-edge.ts';
import { CONTOSO, FABRIKAM, policy } from './policy.ts';

const GATEWAY = `sip.${FABRIKAM}`;
const EDGE = `sip.${CONTOSO}`;
const LOOPBACK = '127.0.0.1';

export const RAILS: readonly Rail[] = [
  { id: 'sip', lines: ['Lync site', CONTOSO, 'mutual TLS'] },
  { id: 'gateway', lines: ['gateway', GATEWAY, 'judges, decides, explains'] },
  { id: 'xmpp', lines: ['XMPP domain', FABRIKAM, 'certificate'] },
];

/** All of it. */
export interface Stage {
  readonly amy: LyncEdge;
  readonly fabrikam: XmppScript;
  readonly watch: Watch;
  /** Lets out what people of the XMPP domain have done. */
  readonly step: () => void;
  readonly close: () => Promise<void>;
}

/** Builds the stage. */
export async function setStage(): Promise<Stage> {
  const watch = new Watch({ rails: RAILS });
  const authority = makeAuthority({ crypto: nodeCrypto, now: Date.now(), name: 'Both trust it' });
  const judges = judgesFor([authority.certificate.pem]);
  const ours = authority.issue({ dns: [GATEWAY, FABRIKAM, CONTOSO] });
  const theirs = authority.issue({ dns: [EDGE] });
  const domain = authority.issue({ dns: [FABRIKAM] });
  const amy = await LyncEdge.open({
    domain: CONTOSO,
    user: 'amy',
    key: theirs.keyPem,
    cert: theirs.certPem,
    ca: authority.certificate.pem,
    onMessage: () => watch.happened(),
  });

  const places = new Map<string, number>();
  const locate = async (name: string) => {
    const port = places.get(name);
    return port === undefined
      ? ('not-found' as const)
      : [{ address: LOOPBACK, port, direct: false }];
  };
  const listen = { address: LOOPBACK, port: 0 };
  const sip = await listenSip({
    host: GATEWAY,
    listen: [{ ...listen, transport: 'tls' }],
    tls: { both: { key: ours.keyPem, cert: ours.certPem } },
    judge: judges.sip,
    methods: CARRIED_METHODS,
    events: CARRIED_EVENTS,
    unanswered: CARRIED_UNANSWERED,
    decline: (request, flow) => gateway.decline(request, flow),
    describe: (request, flow) => gateway.describe(request, flow),
  });
  const xmppOf = async (name: string, key: string, cert: string) => {
    const secret = `the dialback secret of ${name}`;
    const tls = { both: { key, cert } };
    const options = { domains: [name], listen: [listen], tls, judge: judges.xmpp, secret, locate };
    const edge = await listenXmpp(options);
    places.set(name, edge.listening[0]?.port ?? 0);
    return edge;
  };
  const xmpp = await xmppOf(CONTOSO, ours.keyPem, ours.certPem);
  const office = await xmppOf(FABRIKAM, domain.keyPem, domain.certPem);

  const place = { host: GATEWAY, ports: { tls: sip.listening[0]?.port ?? 0 }, jitter: Math.random };
  const gateway = new Gateway({
    sipDomains: [CONTOSO],
    xmppDomains: [FABRIKAM],
    policy: policy(),
    routes: {
      [CONTOSO]: [{ transport: 'tls', address: LOOPBACK, port: amy.port, references: [EDGE] }],
    },
    instance: 'lync-partner',
    secret: drawToken(),
    mac,
    drawToken,
    traces: 'full',
    presence: { ...place, waits: { interval: 0 } },
    chat: place,
  });
  const onTrace: Hooks['onTrace'] = (trace) => watch.trace(trace);
  const store = memoryStore({ max: 1_000 });
  const running = run(watch.recording.over(gateway), { sip, xmpp }, { onTrace, store });

  const fabrikam = new XmppScript(FABRIKAM, { clock: steadyClock });
  const step = playOn(watch.over(office), fabrikam);
  fabrikam.user('romeo').login('phone');
  await amy.connect(place.ports.tls, GATEWAY);
  return {
    amy,
    fabrikam,
    watch,
    step,
    close: async () => {
      await running.close();
      await Promise.all([amy.close(), office.close()]);
    },
  };
}
