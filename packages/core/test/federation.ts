// Two companies and the gateway between them, once in the virtual world and once over real sockets, behind
// one face: the flows of flows.test.ts run on both.
import { makeAuthority, type Issued, type IssueOptions } from '@interwork/certs/testing';
import { judgeFor } from '@interwork/certs';
import { nodeCrypto } from '@interwork/certs/node';
import {
  type CrossingTrace,
  Gateway,
  type GatewayOptions,
  type Hooks,
  type Running,
  type Trace,
} from '@interwork/core';
import { drawToken, mac, run, steadyClock } from '@interwork/core/node';
import { World } from '@interwork/core/testing';
import { policyOf } from '@interwork/policy/testing';
import { type Judge, SipEndpoint, type SipEvent, type Target } from '@interwork/sip';
import { listenSip } from '@interwork/sip/node';
import {
  type EdgeLike as SipEdgeLike,
  playOn as playSip,
  type Sent as SipSent,
  SipScript,
} from '@interwork/sip/testing';
import {
  type LinkRules,
  type XmlElement,
  XmppEndpoint,
  type XmppEvent,
  type XmppTarget,
} from '@interwork/xmpp';
import { listenXmpp, nodeDigest } from '@interwork/xmpp/node';
import {
  type EdgeLike as XmppEdgeLike,
  playOn as playXmpp,
  type Sent as XmppSent,
  XmppScript,
} from '@interwork/xmpp/testing';
import { Bell } from '../../../test-kit/bell.ts';

export const SIP = 'contoso.example';
export const XMPP = 'gtalk.example';
export const GATEWAY = `gw.${SIP}`;
const EPOCH = Date.UTC(2026, 10, 23);
const SECRET = 'a secret of these tests';

/** What may be different in one federation. */
export interface FederationOptions {
  /** What the SIP company shows in TLS. Default an honest certificate for its domain. */
  readonly sipCertificate?: IssueOptions;
  /** What the XMPP company shows in TLS. */
  readonly xmppCertificate?: IssueOptions;
  readonly rules?: LinkRules;
  readonly gateway?: Partial<GatewayOptions>;
  readonly hooks?: Hooks;
  /** Octets the virtual network delivers at once. */
  readonly split?: number;
}

/** Two companies and a gateway that runs. */
export interface Federation {
  readonly sip: SipScript;
  readonly xmpp: XmppScript;
  readonly traces: readonly Trace[];
  readonly gateway: Gateway;
  /** A SIP user sends; the answer is the final status, or what failed. */
  sipSends(from: string, to: string, text: string, draft?: object): Promise<number | string>;
  /** An XMPP user sends; the answer is what became of the stanza. */
  xmppSends(from: string, to: string, text: string, more?: { thread?: string }): Promise<XmppSent>;
  /** The XMPP company sends any stanza. */
  xmppSays(element: XmlElement): void;
  /** What `find` gives, once it does. */
  until<T>(find: () => T | undefined): Promise<T>;
  /** Another policy is in force. */
  replacePolicy(policy: GatewayOptions['policy']): void;
  /** The XMPP company's server goes away. */
  xmppGone(): Promise<void>;
  close(): Promise<void>;
}

/** The crossings among traces. */
export function crossings(traces: readonly Trace[]): readonly CrossingTrace[] {
  return traces.flatMap((trace) => (trace.kind === 'crossing' ? [trace] : []));
}

/** Everything both kinds of federation are made of. */
interface Parts {
  readonly sip: SipScript;
  readonly xmpp: XmppScript;
  readonly certificates: Record<'sip' | 'xmpp' | 'gateway', Issued>;
  readonly judges: Record<'sip' | 'xmpp', Judge>;
  readonly traces: Trace[];
  readonly gateway: (routes: readonly Target[], token: () => string) => Gateway;
}

function partsOf(options: FederationOptions, now: number): Parts {
  const authority = makeAuthority({ crypto: nodeCrypto, now });
  const shared = { anchors: [authority.certificate.der], clock: () => now, crypto: nodeCrypto };
  const sip = new SipScript(SIP);
  const xmpp = new XmppScript(XMPP);
  for (const user of ['alice', "d'arc", 'busy']) sip.addUser(user);
  for (const user of ['bob', 'd\\27artagnan']) xmpp.addUser(user);
  xmpp.addUser('away', []);
  sip.answer('busy', { status: 486 });
  return {
    sip,
    xmpp,
    traces: [],
    certificates: {
      sip: authority.issue(options.sipCertificate ?? { dns: [SIP], uri: [`sip:${SIP}`] }),
      xmpp: authority.issue(options.xmppCertificate ?? { dns: [XMPP] }),
      gateway: authority.issue({ dns: [GATEWAY, SIP] }),
    },
    judges: {
      sip: judgeFor({ service: 'sip', ...shared }),
      xmpp: judgeFor({ service: 'xmpp-server', ...shared }),
    },
    gateway: (targets, token) =>
      new Gateway({
        sipDomains: [SIP],
        xmppDomains: ['*'],
        policy: policyOf({
          rules: [
            { id: 'contoso-gtalk', effect: 'permit', domains: [XMPP, 'nowhere.example'] },
            { id: 'no-spam', effect: 'forbid', domains: ['spam.example'] },
          ],
        }),
        routes: { [SIP]: targets },
        instance: 'gw-flows',
        secret: SECRET,
        mac,
        drawToken: token,
        traces: 'full',
        ...options.gateway,
      }),
  };
}

/** The part of a federation that is the same whatever carries it. */
function faceOf(
  parts: Parts,
  gateway: Gateway,
  target: Target,
  steps: { readonly sip: () => void; readonly xmpp: () => void },
): Pick<Federation, 'sip' | 'xmpp' | 'traces' | 'gateway' | 'xmppSays'> & {
  sipSent: (from: string, to: string, text: string, draft: object) => SipSent;
  xmppSent: (from: string, to: string, text: string, more: { thread?: string }) => XmppSent;
} {
  return {
    sip: parts.sip,
    xmpp: parts.xmpp,
    traces: parts.traces,
    gateway,
    xmppSays: (element) => {
      parts.xmpp.sendElement(element);
      steps.xmpp();
    },
    sipSent: (from, to, text, draft) => {
      const sent = parts.sip.send({ from, to, text, draft }, [target]);
      steps.sip();
      return sent;
    },
    xmppSent: (from, to, text, more) => {
      const sent = parts.xmpp.send({ from, to, text, ...more });
      steps.xmpp();
      return sent;
    },
  };
}

const outcome = (sent: SipSent): number | string | undefined =>
  sent.response?.status ?? sent.failed?.reason;

/** A federation in the virtual world. */
export async function virtualFederation(options: FederationOptions = {}): Promise<Federation> {
  const parts = partsOf(options, EPOCH);
  const world = new World({
    start: EPOCH,
    ...(options.split === undefined ? {} : { split: options.split }),
  });
  const { drawToken: token } = world;
  const link = { drawToken: token, digest: nodeDigest, judge: parts.judges.xmpp };
  const sipPlace = { listen: [{ transport: 'tls', port: 5061 }] as const, judge: parts.judges.sip };
  const endpointAt = (host: string): SipEndpoint =>
    new SipEndpoint({ drawToken: token, host, ports: { tls: 5061 } });

  const company = world.sip({
    ...sipPlace,
    address: '192.0.2.1',
    endpoint: endpointAt(SIP),
    chain: parts.certificates.sip.chain,
  });
  const gatewaySip = world.sip({
    ...sipPlace,
    address: '192.0.2.2',
    endpoint: endpointAt(GATEWAY),
    chain: parts.certificates.gateway.chain,
  });
  const gatewayXmpp = world.xmpp({
    address: '192.0.2.2',
    port: 5269,
    endpoint: new XmppEndpoint({
      ...link,
      domains: (domain) => domain === SIP,
      secret: SECRET,
      ...rulesOf(options),
    }),
    chain: parts.certificates.gateway.chain,
  });
  const server = world.xmpp({
    address: '192.0.2.3',
    port: 5269,
    endpoint: new XmppEndpoint({
      ...link,
      domains: (domain) => domain === XMPP,
      secret: 'a secret of the other company',
    }),
    chain: parts.certificates.xmpp.chain,
  });
  world.dns.set(SIP, [{ address: '192.0.2.2', port: 5269, direct: false }]);
  world.dns.set(XMPP, [{ address: '192.0.2.3', port: 5269, direct: false }]);

  const gateway = parts.gateway(
    [{ transport: 'tls', address: '192.0.2.1', port: 5061, references: [SIP] }],
    token,
  );
  const running = world.run(
    gateway,
    { sip: gatewaySip, xmpp: gatewayXmpp },
    { ...options.hooks, onTrace: (trace) => void parts.traces.push(trace) },
  );
  const steps = {
    sip: playSip(company, parts.sip, () => world.clock.now),
    xmpp: playXmpp(server, parts.xmpp),
  };
  const face = faceOf(
    parts,
    gateway,
    { transport: 'tls', address: '192.0.2.2', port: 5061, references: [GATEWAY] },
    steps,
  );
  const until = async <T>(find: () => T | undefined): Promise<T> => {
    await Promise.resolve(); // whatever else is sent now is sent before time goes on
    world.clock.runUntil(() => {
      steps.sip();
      return find() !== undefined;
    });
    const found = find();
    if (found === undefined)
      throw new Error('it did not happen within two minutes of virtual time');
    return found;
  };
  return {
    ...face,
    until,
    sipSends: (from, to, text, draft = {}) => {
      const sent = face.sipSent(from, to, text, draft);
      return until(() => outcome(sent));
    },
    xmppSends: async (from, to, text, more = {}) => {
      const sent = face.xmppSent(from, to, text, more);
      await until(() => sent.fate);
      return sent;
    },
    replacePolicy: (policy) => running.replacePolicy(policy),
    xmppGone: async () => world.network.down('192.0.2.3'),
    close: async () => {
      const closing = Promise.all([running.close(), company.close(), server.close()]);
      const pump = async (): Promise<void> => {
        for (let round = 0; round < 100; round++) {
          world.clock.advance(1000);
          await Promise.resolve();
        }
      };
      await Promise.all([closing, pump()]);
    },
  };
}

/**
 * On a loaded machine an error may take longer than a sender is made to wait for one; here it is waited for until the
 * barrier behind the message has come back.
 */
const PATIENT = { answer: 20_000 } as const;

/** A federation over real sockets on the loopback. */
export async function realFederation(options: FederationOptions = {}): Promise<Federation> {
  const gatewayOptions = { waits: PATIENT, ...options.gateway };
  const parts = partsOf({ ...options, gateway: gatewayOptions }, Date.now());
  const bell = new Bell();
  const places: Record<string, readonly XmppTarget[]> = {};
  const locate = async (domain: string): Promise<readonly XmppTarget[] | 'not-found'> =>
    places[domain] ?? 'not-found';
  const tlsOf = (issued: Issued): { key: string; cert: string } => ({
    key: issued.keyPem,
    cert: issued.certPem,
  });
  const loopback = { address: '127.0.0.1', port: 0 };
  const sipOf = (host: string, issued: Issued) =>
    listenSip({
      host,
      listen: [{ ...loopback, transport: 'tls' }],
      tls: { both: tlsOf(issued) },
      judge: parts.judges.sip,
    });
  const xmppOf = (domain: string, issued: Issued, secret: string, more = {}) =>
    listenXmpp({
      domains: [domain],
      listen: [loopback],
      tls: { both: tlsOf(issued) },
      judge: parts.judges.xmpp,
      secret,
      locate,
      timers: { queue: QUEUE },
      ...more,
    });

  const company = await sipOf(SIP, parts.certificates.sip);
  const gatewaySip = await sipOf(GATEWAY, parts.certificates.gateway);
  const gatewayXmpp = await xmppOf(SIP, parts.certificates.gateway, SECRET, rulesOf(options));
  const server = await xmppOf(XMPP, parts.certificates.xmpp, 'a secret of the other company');
  places[SIP] = [
    { address: '127.0.0.1', port: gatewayXmpp.listening[0]?.port ?? 0, direct: false },
  ];
  places[XMPP] = [{ address: '127.0.0.1', port: server.listening[0]?.port ?? 0, direct: false }];

  const targetAt = (port: number, name: string): Target => ({
    transport: 'tls',
    address: '127.0.0.1',
    port,
    references: [name],
  });
  const gateway = parts.gateway([targetAt(company.listening[0]?.port ?? 0, SIP)], drawToken);
  const running: Running = run(
    gateway,
    { sip: gatewaySip, xmpp: gatewayXmpp },
    {
      ...options.hooks,
      onTrace: (trace) => {
        parts.traces.push(trace);
        bell.ring();
      },
    },
  );
  const steps = {
    sip: playSip(rungSip(company, bell), parts.sip, steadyClock),
    xmpp: playXmpp(rungXmpp(server, bell), parts.xmpp),
  };
  const face = faceOf(parts, gateway, targetAt(gatewaySip.listening[0]?.port ?? 0, GATEWAY), steps);
  return {
    ...face,
    until: (find) => bell.until(find),
    sipSends: (from, to, text, draft = {}) => {
      const sent = face.sipSent(from, to, text, draft);
      return bell.until(() => outcome(sent));
    },
    xmppSends: async (from, to, text, more = {}) => {
      const sent = face.xmppSent(from, to, text, more);
      await bell.until(() => sent.fate);
      return sent;
    },
    replacePolicy: (policy) => running.replacePolicy(policy),
    xmppGone: () => server.close(),
    close: async () => {
      await Promise.all([running.close(), company.close(), server.close()]);
    },
  };
}

function rulesOf(options: FederationOptions): { rules?: () => LinkRules } {
  const { rules } = options;
  return rules === undefined ? {} : { rules: () => rules };
}

/** An edge that rings after each event it has told. */
function rungSip(edge: SipEdgeLike, bell: Bell): SipEdgeLike {
  return {
    send: (input) => edge.send(input),
    start: (take) =>
      edge.start((event: SipEvent) => {
        take(event);
        bell.ring();
      }),
  };
}

function rungXmpp(edge: XmppEdgeLike, bell: Bell): XmppEdgeLike {
  return {
    send: (input) => edge.send(input),
    start: (take) =>
      edge.start((event: XmppEvent) => {
        take(event);
        bell.ring();
      }),
  };
}

/** Milliseconds that a stanza waits for a server that has gone: real ones here. */
const QUEUE = 6_000;
