// Two SIP companies, a public provider and the edge of one of them, in the virtual world: Contoso's users are behind an
// inner server, the others outside. What DNS and users say is in tables that a test changes.
import { judgeFor } from '@interwork/certs';
import { nodeCrypto } from '@interwork/certs/node';
import { makeAuthority } from '@interwork/certs/testing';
import {
  type CrossingTrace,
  type DutyAnswer,
  EDGE_METHODS,
  EDGE_UNANSWERED,
  type EdgeOptions,
  Gateway,
  type GatewayOptions,
  type Hooks,
  proxiesBy,
  type Running,
  type Trace,
} from '@interwork/core';
import { mac } from '@interwork/core/node';
import { World } from '@interwork/core/testing';
import type { FederationEntry, PolicyDocument, PolicySet, Relation } from '@interwork/policy';
import { policyOf } from '@interwork/policy/testing';
import { SipEndpoint, type SipEvent, type SipInput, type Target } from '@interwork/sip';
import { SipDomain, type Sent } from '@interwork/sip/testing';
import { crossings } from './federation.ts';

export const EDGE = 'edge.contoso.example';
const EPOCH = Date.UTC(2026, 10, 27);
const SECRET = 'a secret of these tests';

/** Everything that is written on the wire, as text, with where it went. */
export interface Written {
  readonly from: string;
  readonly to: string;
  readonly text: string;
}

/** One organisation: its server, its users, and where it stands. */
export interface Org {
  readonly domain: SipDomain;
  readonly server: string;
  readonly address: string;
  /** Does what its users were told to do. */
  readonly step: () => void;
}

const PLACES = {
  contoso: { domain: 'contoso.example', server: 'pool.contoso.example', address: '10.0.0.1' },
  fabrikam: { domain: 'fabrikam.example', server: 'sip.fabrikam.example', address: '192.0.2.10' },
  litware: { domain: 'litware.example', server: 'sip.litware.example', address: '192.0.2.11' },
  msn: { domain: 'msn.example', server: 'federation.msn.example', address: '192.0.2.20' },
  adatum: { domain: 'adatum.example', server: 'gw.eu.adatum.example', address: '192.0.2.30' },
} as const;
export type Name = keyof typeof PLACES;

/** What a test may have different. */
export interface EdgeWorldOptions {
  readonly policy?: Partial<PolicyDocument>;
  readonly edge?: Partial<EdgeOptions>;
  readonly gateway?: Partial<GatewayOptions>;
  readonly onCrossing?: Hooks['onCrossing'];
  /** Names in the certificates of servers, where they are not their own. */
  readonly certificates?: Partial<Record<Name, readonly string[]>>;
  readonly split?: number;
}

/** What Lync's objects say by default. */
export const FEDERATION: FederationEntry = {
  localDomains: ['contoso.example'],
  accessEdge: { routing: 'useDnsSrvRouting', allowFederatedUsers: true },
  allowedDomains: [
    { domain: 'fabrikam.example', verificationLevel: 'alwaysVerifiable' },
    {
      domain: 'litware.example',
      proxyFqdn: 'sip.litware.example',
      verificationLevel: 'alwaysVerifiable',
    },
    { domain: 'adatum.example', verificationLevel: 'alwaysVerifiable' },
  ],
  blockedDomains: [{ domain: 'spam.example' }],
  publicProviders: [
    {
      identity: 'msn',
      proxyFqdn: 'federation.msn.example',
      enabled: true,
      verificationLevel: 'alwaysVerifiable',
      nameDecorationRoutingDomain: 'msn.example',
      nameDecorationExcludedDomainList: ['msn.example', 'outlook.example'],
    },
  ],
};

/** The world of an edge. */
export class EdgeWorld {
  readonly world: World;
  readonly orgs: Readonly<Record<Name, Org>>;
  readonly gateway: Gateway;
  readonly running: Running;
  readonly traces: Trace[] = [];
  readonly written: Written[] = [];
  /** What DNS says, by domain; hosts of `_sipfederationtls`. */
  readonly srv = new Map<string, readonly string[] | undefined>();
  readonly relations = new Map<string, Relation>();
  /** What the host does with a message. */
  duty: (kind: string) => DutyAnswer = () => ({ kind: 'duty', result: 'done' });
  /** Questions that the host was asked. */
  readonly asked: string[] = [];
  readonly policy: PolicySet;

  constructor(options: EdgeWorldOptions = {}) {
    this.world = new World({
      start: EPOCH,
      tap: (from, to, bytes) => void this.written.push(writtenOf(from.address, to.address, bytes)),
      ...(options.split === undefined ? {} : { split: options.split }),
    });
    for (const { domain, server } of Object.values(PLACES)) this.srv.set(domain, [server]);
    this.srv.set('outlook.example', ['federation.msn.example']);
    this.srv.set('tailspin.example', ['federation.msn.example']);
    this.policy = policyOf(options.policy ?? { federation: FEDERATION });
    const authority = makeAuthority({ crypto: nodeCrypto, now: EPOCH });
    const judge = judgeFor({
      service: 'sip',
      anchors: [authority.certificate.der],
      clock: () => this.world.clock.now,
      crypto: nodeCrypto,
    });
    const chainOf = (dns: readonly string[]) => authority.issue({ dns }).chain;
    const listen = [{ transport: 'tls', port: 5061 }] as const;

    const org = (name: Name): Org => {
      const place = PLACES[name];
      const domain = new SipDomain({
        domain: place.domain,
        drawToken: this.world.drawToken,
        route: () => [TO_EDGE],
      });
      const endpoint = new SipEndpoint({
        drawToken: this.world.drawToken,
        host: place.server,
        ports: { tls: 5061 },
        methods: EDGE_METHODS.filter((method) => method !== 'BENOTIFY'),
        unanswered: EDGE_UNANSWERED,
      });
      const chain = chainOf(options.certificates?.[name] ?? [place.server]);
      const host = this.world.sip({ address: place.address, endpoint, chain, judge, listen });
      const step = this.world.play<SipEvent, SipInput>(host, domain);
      return { ...place, domain, step };
    };
    this.orgs = {
      contoso: org('contoso'),
      fabrikam: org('fabrikam'),
      litware: org('litware'),
      msn: org('msn'),
      adatum: org('adatum'),
    };

    const gatewayOptions: GatewayOptions = {
      sipDomains: ['*'],
      xmppDomains: ['jabber.example'],
      policy: this.policy,
      instance: 'gw-edge',
      secret: SECRET,
      mac,
      drawToken: this.world.drawToken,
      traces: 'full',
      ...options.gateway,
      edge: {
        ownDomains: ['contoso.example'],
        fqdn: EDGE,
        ports: { tls: 5061 },
        innerHops: [{ target: targetOf('contoso') }],
        ...options.edge,
      },
    };
    this.gateway = new Gateway(gatewayOptions);
    const endpoint = new SipEndpoint({
      drawToken: this.world.drawToken,
      host: EDGE,
      ports: { tls: 5061 },
      methods: EDGE_METHODS,
      unanswered: EDGE_UNANSWERED,
      proxies: proxiesBy(gatewayOptions),
      decline: (request, flow) => this.gateway.decline(request, flow),
    });
    const sip = this.world.sip({
      address: EDGE_ADDRESS,
      endpoint,
      chain: chainOf([EDGE]),
      judge,
      listen,
    });
    this.endpoint = endpoint;
    const xmpp = { start: () => {}, send: () => {}, close: async () => {} };
    this.running = this.world.run(this.gateway, { sip, xmpp }, this.#hooks(options));
  }

  readonly endpoint: SipEndpoint;

  #hooks({ onCrossing }: EdgeWorldOptions): Hooks {
    return {
      ...(onCrossing === undefined ? {} : { onCrossing }),
      onTrace: (trace) => void this.traces.push(trace),
      route: (domain, reply) => reply(this.#routeOf(domain)),
      duty: ({ duty, message }, reply) => {
        this.asked.push(
          `${duty.kind} ${message.direction} ${message.from} ${message.to} ${message.text}`,
        );
        reply(this.duty(duty.kind));
      },
      fact: (question, reply) => {
        this.asked.push(
          `${question.kind} ${question.kind === 'srv' ? question.domain : question.user}`,
        );
        if (question.kind === 'srv')
          reply({
            kind: 'srv',
            records: this.srv.get(question.domain)?.map((host) => ({ host, port: 5061 })),
          });
        else if (question.kind === 'grant') reply({ kind: 'grant', grant: {} });
        else {
          const relation = this.relations.get(`${question.user} ${question.contact}`) ?? 'none';
          reply({ kind: 'relation', relation });
        }
      },
    };
  }

  /** As a locator would find it: the server that DNS names, expected to be the domain itself. */
  #routeOf(domain: string): readonly Target[] {
    return (this.srv.get(domain) ?? []).flatMap((host) =>
      Object.values(PLACES)
        .filter(({ server }) => server === host)
        .map(({ address }) => ({ transport: 'tls', address, port: 5061, references: [domain] })),
    );
  }

  /** Users do what they were told, and time passes until `done`, or for a minute. */
  run(done: () => boolean = () => false): void {
    const end = this.world.clock.now + 60_000;
    this.world.clock.runUntil(() => {
      for (const { step } of Object.values(this.orgs)) step();
      return done() || this.world.clock.now >= end;
    });
  }

  /** Lets so many milliseconds pass. */
  pass(milliseconds: number): void {
    for (const { step } of Object.values(this.orgs)) step();
    this.world.clock.advance(milliseconds);
    for (const { step } of Object.values(this.orgs)) step();
  }

  /** A user sends a MESSAGE, or whatever the draft makes of it. */
  sends(name: Name, from: string, to: string, text = 'hi', draft: object = {}): Sent {
    const sent = this.orgs[name].domain.script.send({ from, to, text, draft }, [TO_EDGE]);
    this.run(() => sent.response !== undefined || sent.failed !== undefined);
    return sent;
  }

  /** The crossings so far. */
  get crossings(): readonly CrossingTrace[] {
    return crossings(this.traces);
  }

  /** What an organisation was sent by the edge, requests or responses. */
  toldTo(name: Name): readonly string[] {
    const { address } = PLACES[name];
    return this.written
      .filter(({ from, to, text }) => from === EDGE_ADDRESS && to === address && text !== '')
      .map(({ text }) => text);
  }
}

const EDGE_ADDRESS = '203.0.113.1';
export const TO_EDGE: Target = {
  transport: 'tls',
  address: EDGE_ADDRESS,
  port: 5061,
  references: [EDGE],
};

function targetOf(name: Name): Target {
  const { address, server } = PLACES[name];
  return { transport: 'tls', address, port: 5061, references: [server] };
}

function writtenOf(from: string, to: string, bytes: Uint8Array): Written {
  return { from, to, text: new TextDecoder().decode(bytes) };
}

/** The value of a header in a message, `undefined` when it is not there. */
export function fieldIn(text: string | undefined, name: string): string | undefined {
  const found = new RegExp(`^${name}[ \t]*:[ \t]*(.*?)\r?$`, 'im').exec(text ?? '');
  return found?.[1];
}
