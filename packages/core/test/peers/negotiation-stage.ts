// A gateway whose partners are the rows of the negotiation table, and a real Prosody of every kind, each with a domain for
// every row: a link of its own for every combination, and none that another one has left behind.
import { type Authority, makeAuthority } from '@interwork/certs/testing';
import { nodeCrypto } from '@interwork/certs/node';
import { type CrossingTrace, type Edges, Gateway, linkRulesBy, type Trace } from '@interwork/core';
import { drawToken, judgesFor, mac, run, steadyClock } from '@interwork/core/node';
import { policyOf } from '@interwork/policy/testing';
import type { SipEdge } from '@interwork/sip/node';
import { playOn, SipScript } from '@interwork/sip/testing';
import type { LinkFacts } from '@interwork/xmpp';
import { listenXmpp, type XmppEdge } from '@interwork/xmpp/node';
import { Bell } from '../../../../test-kit/bell.ts';
import { Client, conditionOf } from './client.ts';
import { serveDns } from './dns.ts';
import { closedIn, type Direction, methodIn } from './negotiation-log.ts';
import { type Peer, PEERS, settingsOf } from './negotiation-peers.ts';
import type { Form, Method, Row } from './negotiation-rows.ts';
import { type Prosody, startProsody } from './prosody.ts';
import { listen, rung } from './stage.ts';

const SIP = 'contoso.test';
const LOOPBACK = '127.0.0.1';
const ALICE = `alice@${SIP}`;

/** One link that is to come about, or not. */
export interface Pairing {
  readonly row: Row;
  readonly peer: Peer;
}

/** What became of a message from Alice. */
export type Sent =
  | { readonly kind: 'arrived'; readonly method: Method }
  | { readonly kind: 'refused'; readonly status: number; readonly reason: string | undefined };

/** What became of a message from Bob. */
export type Came =
  | { readonly kind: 'arrived'; readonly method: Method; readonly link: LinkFacts }
  | {
      readonly kind: 'refused';
      readonly condition: string;
      readonly reason: string;
      /** Codes that the gateway's traces have for the domain. */
      readonly told: readonly string[];
    };

/** All of it, running. */
export interface NegotiationStage {
  /** Alice of the SIP company writes to Bob at the domain, and then Bob to her. */
  both(pairing: Pairing): Promise<{ readonly toBob: Sent; readonly toAlice: Came }>;
  close(): Promise<void>;
}

/** Starts everything. */
export async function negotiationStage(
  rows: readonly Row[],
  form: Form,
): Promise<NegotiationStage> {
  const bell = new Bell();
  const known = authority('The authority both know');
  const dns = await serveDns(zoneOf(rows));
  const prosodys = await startAll(rows, known, bell.ring);
  const traces: Trace[] = [];
  const links = new Map<string, LinkFacts>();
  const policy = policyOf(form(rows, domainsOf));
  const [companyEdge, sip] = [await listen(known, [SIP]), await listen(known, [`gw.${SIP}`])];
  const ours = known.issue({ dns: [SIP] });
  const xmpp = await listenXmpp({
    domains: [SIP],
    listen: [{ address: LOOPBACK, port: 5270 }],
    tls: { both: { key: ours.keyPem, cert: ours.certPem } },
    judge: judgesFor([known.certificate.pem]).xmpp,
    secret: 'a dialback secret of the gateway',
    allowPrivate: true,
    rules: linkRulesBy(() => policy),
  });
  const gateway = new Gateway({
    sipDomains: [SIP],
    xmppDomains: ['*'],
    policy,
    routes: { [SIP]: [targetOf(companyEdge, SIP)] },
    instance: 'gw-negotiation',
    secret: 'a secret of the gateway',
    mac,
    drawToken,
  });
  const onTrace = (trace: Trace): void => {
    traces.push(trace);
    bell.ring();
  };
  const running = run(gateway, { sip, xmpp: watched(xmpp, links) }, { onTrace });
  const company = new SipScript(SIP);
  company.addUser('alice');
  const step = playOn(rung(companyEdge, bell), company, steadyClock);

  const method = (of: Pairing, direction: Direction): Promise<Method> =>
    bell.until(() => methodIn(logOf(prosodys, of.peer), direction, domainOf(of), SIP));
  const traceOf = (of: Pairing): Promise<CrossingTrace> =>
    bell.until(() =>
      traces.find(
        (trace) =>
          trace.kind === 'crossing' &&
          trace.direction === 'sip-to-xmpp' &&
          trace.to.endsWith(`@${domainOf(of)}`),
      ),
    ) as Promise<CrossingTrace>;
  const toBob = async (of: Pairing, bob: Client): Promise<Sent> => {
    const draft = { from: ALICE, to: `bob@${domainOf(of)}`, text: domainOf(of) };
    const sent = company.send(draft, [targetOf(sip, `gw.${SIP}`)]);
    step();
    const status = await bell.until(() => sent.response?.status);
    const { reasons } = await traceOf(of);
    if (status !== 202) return { kind: 'refused', status, reason: reasons[0] };
    await bob.until(() => bob.texts(ALICE).includes(domainOf(of)));
    return { kind: 'arrived', method: await method(of, 'incoming') };
  };
  const toAlice = async (of: Pairing, bob: Client): Promise<Came> => {
    const domain = domainOf(of);
    bob.send(`<message to='${ALICE}' id='b1'><body>${domain}</body></message>`);
    const arrived = bell.until(() => company.texts('alice').find((text) => text === domain));
    const refused = bob.until((el) => el.attrs['id'] === 'b1' && el.attrs['type'] === 'error');
    const told = await Promise.race([arrived, refused]);
    if (typeof told === 'string') {
      const link = await bell.until(() => links.get(domain));
      return { kind: 'arrived', method: await method(of, 'outgoing'), link };
    }
    const reason = await bell.until(() => closedIn(logOf(prosodys, of.peer), domain, SIP));
    const condition = conditionOf(told) ?? '';
    return { kind: 'refused', condition, reason, told: codesFor(traces, domain) };
  };
  return {
    both: async (of) => {
      const bob = await Client.login('bob', domainOf(of), 'desk', of.peer.address);
      const sent = await toBob(of, bob);
      const came = await toAlice(of, bob);
      bob.close();
      return { toBob: sent, toAlice: came };
    },
    close: async () => {
      await running.close();
      await companyEdge.close();
      await Promise.all([...prosodys.values()].map((prosody) => prosody.close()));
      await dns.close();
    },
  };
}

function codesFor(traces: readonly Trace[], domain: string): readonly string[] {
  const codes = traces.flatMap((trace) => {
    if (trace.kind === 'peer' && trace.domain === domain)
      return trace.faults.map(({ code }) => code);
    return trace.kind === 'fault' && trace.text.startsWith(`${domain} `) ? [trace.code] : [];
  });
  return [...new Set(codes)];
}

/** The domain that a peer has for a row. */
function domainOf({ row, peer }: Pairing): string {
  return `${row.id}.${peer.id}.test`;
}

function domainsOf(row: Row): readonly [string, ...string[]] {
  return PEERS.map((peer) => domainOf({ row, peer })) as [string, ...string[]];
}

function zoneOf(rows: readonly Row[]): Parameters<typeof serveDns>[0] {
  const srv = (port: number, target: string) => ({ priority: 0, weight: 0, port, target });
  return Object.fromEntries([
    [`_xmpp-server._tcp.${SIP} SRV`, srv(5270, `gw.${SIP}`)],
    [`gw.${SIP} A`, LOOPBACK],
    ...PEERS.flatMap((peer) => [
      [`im.${peer.id}.test A`, peer.address],
      ...rows.map((row) => [
        `_xmpp-server._tcp.${domainOf({ row, peer })} SRV`,
        srv(5269, `im.${peer.id}.test`),
      ]),
    ]),
  ]);
}

async function startAll(
  rows: readonly Row[],
  known: Authority,
  onLog: () => void,
): Promise<ReadonlyMap<Peer, Prosody>> {
  const stranger = authority('A stranger');
  const start = (peer: Peer): Promise<Prosody> => {
    const domains = rows.map((row) => domainOf({ row, peer }));
    const { keyPem, certPem } = (peer.certified ? known : stranger).issue({ dns: domains });
    const trusts = known.certificate.pem;
    const { address } = peer;
    const common = { domains, users: ['bob'], address, keyPem, certPem, trusts, onLog };
    return startProsody({ ...common, ...settingsOf(peer) });
  };
  return new Map(await Promise.all(PEERS.map(async (peer) => [peer, await start(peer)] as const)));
}

function authority(name: string): Authority {
  return makeAuthority({ crypto: nodeCrypto, now: Date.now(), name });
}

function logOf(prosodys: ReadonlyMap<Peer, Prosody>, peer: Peer): string {
  return prosodys.get(peer)?.log() ?? '';
}

function targetOf(edge: SipEdge, name: string) {
  const port = edge.listening[0]?.port ?? 0;
  return { transport: 'tls', address: LOOPBACK, port, references: [name] } as const;
}

/** The edge, with the facts of the link by which the last stanza of a domain came. */
function watched(edge: XmppEdge, links: Map<string, LinkFacts>): Edges['xmpp'] {
  const start: XmppEdge['start'] = (take) =>
    edge.start((event) => {
      if (event.kind === 'stanza') links.set(event.from.asciiDomain, event.link);
      take(event);
    });
  return { start, send: (input) => edge.send(input), close: () => edge.close() };
}
