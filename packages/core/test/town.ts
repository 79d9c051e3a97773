// Two companies and a gateway on the loopback, with short times, so that what must end ends within a test; and partners
// of the gateway that are addressed but do not answer. Nothing here waits by a timer: every event rings a bell.
import { makeAuthority } from '@interwork/certs/testing';
import { nodeCrypto } from '@interwork/certs/node';
import { type CrossingTrace, Gateway } from '@interwork/core';
import { drawToken, judgesFor, mac, run, steadyClock } from '@interwork/core/node';
import { policyOf } from '@interwork/policy/testing';
import type { Target } from '@interwork/sip';
import { listenSip, type ListenOptions, type SipEdge } from '@interwork/sip/node';
import { playOn as playSip, type Sent, SipScript } from '@interwork/sip/testing';
import type { Message, XmppTarget } from '@interwork/xmpp';
import { listenXmpp, type XmppEdge } from '@interwork/xmpp/node';
import { playOn as playXmpp, XmppScript } from '@interwork/xmpp/testing';
import { Bell } from '../../../test-kit/bell.ts';

export const SIP = 'contoso.example';
export const XMPP = 'gtalk.example';
/** SIP domains whose next hop takes a connection and says nothing: over TCP, and where TLS is due. */
export const SILENT = 'silent.example';
export const STUCK = 'stuck.example';
/** An XMPP domain whose server takes a connection and says nothing. */
export const MUTE = 'mute.example';
export const LOOPBACK = '127.0.0.1';

/** Milliseconds that a peer gets for anything. */
const SHORT = 1_000;
const SIP_TIMES: Partial<ListenOptions> = {
  timers: { T1: 25, T2: 50, T4: 50 },
  connectTimeout: SHORT,
  limits: { messageTime: SHORT, idleTime: 2 * SHORT, blockedTime: SHORT, silentTime: SHORT },
  sockets: { handshakeTime: SHORT, lingerTime: 200 },
};
const XMPP_TIMES = {
  timers: {
    connect: SHORT,
    negotiation: SHORT,
    queue: 2 * SHORT,
    verification: SHORT,
    idle: SHORT,
    known: 2 * SHORT,
    shortestRest: 100,
    longestRest: 200,
  },
  connectTimeout: SHORT,
  sockets: { handshakeTime: SHORT, lingerTime: 200 },
} as const;

/** Where the gateway listens. */
export interface Port {
  readonly port: number;
  readonly kind: 'sip-tls' | 'sip-tcp' | 'sip-udp' | 'xmpp';
}

export type Town = Awaited<ReturnType<typeof townOf>>;

/** `deaf`: the port of a server that takes connections and says nothing. */
export async function townOf(deaf = 0) {
  const bell = new Bell();
  const authority = makeAuthority({ crypto: nodeCrypto, now: Date.now() });
  const judges = judgesFor([authority.certificate.der]);
  const tlsOf = (...dns: string[]) => {
    const { keyPem, certPem } = authority.issue({ dns });
    return { key: keyPem, cert: certPem };
  };
  const place = { address: LOOPBACK, port: 0 };
  const places: Record<string, readonly XmppTarget[]> = {
    [MUTE]: [{ address: LOOPBACK, port: deaf, direct: false }],
  };
  const sipOf = (
    host: string,
    transports: readonly ('tls' | 'tcp' | 'udp')[],
    times: Partial<ListenOptions>,
  ) =>
    listenSip({
      ...times,
      host,
      listen: transports.map((transport) => ({ ...place, transport })),
      tls: { both: tlsOf(host, SIP) },
      judge: judges.sip,
    });
  const xmppOf = (...domains: string[]) =>
    listenXmpp({
      ...XMPP_TIMES,
      domains,
      listen: [place],
      tls: { both: tlsOf(...domains) },
      judge: judges.xmpp,
      secret: `a secret of ${domains.join()}`,
      locate: async (name) => places[name] ?? 'not-found',
    });
  const before = sockets();
  const gatewaySip = await sipOf(`gw.${SIP}`, ['tls', 'tcp', 'udp'], SIP_TIMES);
  const gatewayXmpp = await xmppOf(SIP, SILENT, STUCK);
  const own = sockets() - before;
  const company = await sipOf(SIP, ['tls'], {});
  const server = await xmppOf(XMPP);
  const xmppPort = gatewayXmpp.listening[0]?.port ?? 0;
  for (const name of [SIP, SILENT, STUCK])
    places[name] = [{ address: LOOPBACK, port: xmppPort, direct: false }];
  places[XMPP] = [{ address: LOOPBACK, port: server.listening[0]?.port ?? 0, direct: false }];
  const traces: CrossingTrace[] = [];
  const gateway = new Gateway({
    sipDomains: [SIP, SILENT, STUCK],
    xmppDomains: [XMPP, MUTE],
    policy: policyOf({ rules: [{ id: 'all', effect: 'permit', domains: [XMPP, MUTE] }] }),
    routes: {
      [SIP]: [targetOf('tls', company.listening[0]?.port ?? 0, SIP)],
      [SILENT]: [targetOf('tcp', deaf, SILENT)],
      [STUCK]: [targetOf('tls', deaf, STUCK)],
    },
    instance: 'gw',
    secret: 'a secret of the gateway',
    mac,
    drawToken,
  });
  const running = run(
    gateway,
    { sip: gatewaySip, xmpp: gatewayXmpp },
    {
      onTrace: (trace) => {
        if (trace.kind === 'crossing') traces.push(trace);
        bell.ring();
      },
    },
  );
  const xmpp = new XmppScript(XMPP);
  xmpp.addUser('bob');
  const stepXmpp = playXmpp(rung(server, bell), xmpp);
  const gatewayTarget = targetOf('tls', gatewaySip.listening[0]?.port ?? 0, `gw.${SIP}`);
  const play = (edge: SipEdge) => {
    const script = new SipScript(SIP);
    script.addUser('alice');
    const step = playSip(rung(edge, bell), script, steadyClock);
    const send = (text: string, to = `bob@${XMPP}`): Sent => {
      const sent = script.send({ from: `alice@${SIP}`, to, text }, [gatewayTarget]);
      step();
      return sent;
    };
    return { script, send };
  };
  const { script: sip, send: sendSip } = play(company);
  const sendXmpp = (text: string, to = `alice@${SIP}`): void => {
    xmpp.send({ from: `bob@${XMPP}`, to, text, id: text });
    stepXmpp();
  };
  return {
    bell,
    gateway,
    sip,
    xmpp,
    traces,
    ports: portsOf(gatewaySip, gatewayXmpp),
    send: { sip: sendSip, xmpp: sendXmpp },
    /** A message each way, the one after the other, each seen to its end. */
    converse: async (text: string): Promise<void> => {
      const sent = sendSip(text);
      sendXmpp(text);
      const status = await bell.until(() => sent.response?.status ?? sent.failed?.reason);
      const arrived = await bell.until(
        () => sip.texts('alice').includes(text) || xmpp.errors('bob').find(isAbout(text)),
      );
      if (status !== 202 || arrived !== true)
        throw new Error(`${text}: ${status}, ${JSON.stringify(arrived)}`);
    },
    /** Another proxy of the company, with a connection of its own. */
    newcomer: async () => {
      const edge = await sipOf(SIP, ['tls'], {});
      return { ...play(edge), close: () => edge.close() };
    },
    /** Both companies go, and with them everything that the gateway holds for anybody: this says what is left. */
    emptied: async (): Promise<void> => {
      await Promise.all([company.close(), server.close()]);
      await untilTrue(bell, () => gateway.open === 0 && sockets() <= before + own);
      await untilTrue(bell, () =>
        countsOf(gatewaySip, gatewayXmpp, gateway).every(([, n]) => n === 0),
      );
    },
    /** Names and numbers of all that is held. */
    held: () => countsOf(gatewaySip, gatewayXmpp, gateway).filter(([, n]) => n !== 0),
    close: async (): Promise<void> => {
      await Promise.all([running.close(), company.close(), server.close()]);
      await untilTrue(bell, () => sockets() <= before);
    },
  };
}

const isAbout =
  (id: string) =>
  (error: Message): boolean =>
    error.id === id;

/** Stream and datagram sockets of this process, of both ends. */
export const sockets = (): number =>
  process.getActiveResourcesInfo().filter((kind) => /TCP|TLS|UDP/i.test(kind)).length;

/** Looks again whenever something happens, and after each turn of the loop in which sockets may have ended. */
export async function untilTrue(bell: Bell, find: () => boolean): Promise<void> {
  let turn = setImmediate(function again() {
    bell.ring();
    turn = setImmediate(again);
  });
  await bell.until(() => find() || undefined);
  clearImmediate(turn);
}

function countsOf(
  sip: SipEdge,
  xmpp: XmppEdge,
  gateway: Gateway,
): readonly (readonly [string, number])[] {
  // `told` is no table of what is open but a memory, bounded by its own limit: it outlives what it remembers.
  const { told: _told, ...open } = gateway.sizes;
  const tables = { sip: sip.counts, xmpp: xmpp.counts, gateway: open };
  return Object.entries(tables).flatMap(([of, counts]) =>
    Object.entries(counts).map(([name, n]) => [`${of} ${name}`, n as number] as const),
  );
}

function portsOf(sip: SipEdge, xmpp: XmppEdge): readonly Port[] {
  const sipPorts = sip.listening.map(
    ({ transport, port }): Port => ({ port, kind: `sip-${transport}` }),
  );
  return [...sipPorts, { port: xmpp.listening[0]?.port ?? 0, kind: 'xmpp' }];
}

function targetOf(transport: 'tls' | 'tcp', port: number, name: string): Target {
  return { transport, address: LOOPBACK, port, references: [name] };
}

/** The edge, with each event rung after it was taken. */
function rung<Event, Command>(
  edge: { start(take: (event: Event) => void): void; send(command: Command): void },
  bell: Bell,
) {
  return {
    start: (take: (event: Event) => void): void =>
      edge.start((event) => {
        take(event);
        bell.ring();
      }),
    send: (command: Command): void => edge.send(command),
  };
}
