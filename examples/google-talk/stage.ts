// The stage: a SIP company, Google Talk as it was, the same service as it would be today, and the gateway between them, on
// free ports of the loopback. Everything is real but the people.
import { nodeCrypto } from '@interwork/certs/node';
import { type IssueOptions, makeAuthority } from '@interwork/certs/testing';
import {
  CARRIED_EVENTS,
  CARRIED_METHODS,
  declineRequest,
  Gateway,
  type Hooks,
  linkRulesBy,
  memoryStore,
} from '@interwork/core';
import type { Rail } from '@interwork/core/ladder';
import { drawToken, judgesFor, mac, run, steadyClock } from '@interwork/core/node';
import type { Target } from '@interwork/sip';
import { listenSip, type SipEdge } from '@interwork/sip/node';
import { playOn as playSip, SipDomain, type SipUser } from '@interwork/sip/testing';
import type { LinkRules } from '@interwork/xmpp';
import { listenXmpp, type XmppEdge } from '@interwork/xmpp/node';
import { playOn as playXmpp, XmppScript, type XmppUser } from '@interwork/xmpp/testing';
import { Watch } from '../two-companies/watch.ts';
import { CONTOSO, GMAIL, policy, TODAY } from './policy.ts';

const GATEWAY = `gw.${CONTOSO}`;

export const RAILS: readonly Rail[] = [
  { id: 'sip', lines: ['SIP company', CONTOSO, 'mutual TLS'] },
  { id: 'gateway', lines: ['gateway', GATEWAY, 'judges, decides, explains'] },
  { id: 'xmpp', lines: ['Google Talk', GMAIL, 'plain TCP, dialback'] },
];

/** A service that speaks XMPP. */
export interface XmppService {
  readonly user: (name: string) => XmppUser;
  readonly send: (from: string, to: string, text: string) => void;
}

/** All of it. */
export interface Stage {
  readonly alice: SipUser;
  readonly gmail: XmppService;
  readonly today: XmppService;
  readonly watch: Watch;
  /** Alice writes; the answer is the final status, or what failed. */
  readonly write: (to: string, text: string) => Promise<number | string>;
  /** Lets out what all people have done. */
  readonly step: () => void;
  readonly close: () => Promise<void>;
}

/** Builds the stage. */
export async function setStage(): Promise<Stage> {
  const watch = new Watch({ rails: RAILS });
  const ground = makeGround();
  const set = policy();
  const sip = await ground.sip(GATEWAY, { dns: [GATEWAY, CONTOSO] });
  const xmpp = await ground.xmpp(
    CONTOSO,
    { dns: [CONTOSO] },
    linkRulesBy(() => set),
  );
  const office = await ground.sip(CONTOSO, { dns: [CONTOSO], uri: [`sip:${CONTOSO}`] });
  const gateway = new Gateway({
    sipDomains: [CONTOSO],
    xmppDomains: ['*'],
    policy: set,
    routes: { [CONTOSO]: [hop(portOf(office), CONTOSO)] },
    instance: 'google-talk',
    secret: drawToken(),
    mac,
    drawToken,
    traces: 'full',
    presence: {
      host: GATEWAY,
      ports: { tls: portOf(sip) },
      jitter: Math.random,
      waits: { interval: 0 },
    },
  });
  const store = memoryStore({ max: 1_000 });
  const onTrace: Hooks['onTrace'] = (trace) => watch.trace(trace);
  const running = run(watch.recording.over(gateway), { sip, xmpp }, { onTrace, store });

  const toGateway = [hop(portOf(sip), GATEWAY)];
  const people = new SipDomain({ domain: CONTOSO, drawToken, route: () => toGateway });
  const steps = [playSip(watch.over(office), people, steadyClock)];
  const step = (): void => {
    for (const one of steps) one();
  };
  const service = async (domain: string, rules: LinkRules): Promise<XmppService & Closing> => {
    const edge = await ground.xmpp(domain, { dns: [domain] }, () => rules);
    const users = new XmppScript(domain, { clock: steadyClock });
    steps.push(playXmpp(watch.over(edge), users));
    return {
      user: (name) => users.user(name),
      send: (from, to, text) => {
        users.send({ from, to, text });
        step();
      },
      close: () => edge.close(),
    };
  };
  const gmail = await service(GMAIL, { tls: 'never', sasl: 'never', dialback: true });
  const today = await service(TODAY, { tls: 'required', sasl: 'required', dialback: false });
  const alice = people.user('alice');
  for (const one of [gmail, today]) one.user('carol').login('phone');
  return {
    alice,
    gmail,
    today,
    watch,
    step,
    write: (to, text) => {
      const sent = people.script.send({ from: alice.address, to, text }, toGateway);
      step();
      return watch.until(() => sent.response?.status ?? sent.failed?.reason);
    },
    close: async () =>
      void (await Promise.all([running, office, gmail, today].map((one) => one.close()))),
  };
}

interface Closing {
  readonly close: () => Promise<void>;
}

/** An authority that all trust, names of the loopback, and how an edge is opened there. */
function makeGround() {
  const authority = makeAuthority({ crypto: nodeCrypto, now: Date.now(), name: 'Both trust it' });
  const judges = judgesFor([authority.certificate.pem]);
  const places = new Map<string, number>();
  const tlsOf = (options: IssueOptions) => {
    const { keyPem: key, certPem: cert } = authority.issue(options);
    return { key, cert };
  };
  const listen = { address: LOOPBACK, port: 0 };
  return {
    sip: (host: string, certificate: IssueOptions): Promise<SipEdge> =>
      listenSip({
        host,
        listen: [{ ...listen, transport: 'tls' }],
        tls: { both: tlsOf(certificate) },
        judge: judges.sip,
        methods: CARRIED_METHODS,
        events: CARRIED_EVENTS,
        decline: declineRequest,
      }),
    xmpp: async (
      domain: string,
      certificate: IssueOptions,
      rules: (partner: string) => LinkRules,
    ): Promise<XmppEdge> => {
      const edge = await listenXmpp({
        domains: [domain],
        listen: [listen],
        tls: { both: tlsOf(certificate) },
        judge: judges.xmpp,
        secret: `the dialback secret of ${domain}`,
        rules,
        locate: async (name) => {
          const port = places.get(name);
          return port === undefined ? 'not-found' : [{ address: LOOPBACK, port, direct: false }];
        },
      });
      places.set(domain, portOf(edge));
      return edge;
    },
  };
}

function portOf(edge: SipEdge | XmppEdge): number {
  return edge.listening[0]?.port ?? 0;
}

function hop(port: number, name: string): Target {
  return { transport: 'tls', address: LOOPBACK, port, references: [name] };
}

const LOOPBACK = '127.0.0.1';
