// A SIP domain with presence, an XMPP domain with rosters and a gateway with a store between them, in virtual time.
// The two domains are models of their own, written from the RFCs; the gateway may be killed and started again.
import { makeAuthority } from '@interwork/certs/testing';
import { judgeFor } from '@interwork/certs';
import { nodeCrypto } from '@interwork/certs/node';
import {
  type AskStore,
  CARRIED_EVENTS,
  CARRIED_METHODS,
  CARRIED_UNANSWERED,
  type CrossingTrace,
  Gateway,
  type GatewayOptions,
  type Hooks,
  type Running,
} from '@interwork/core';
import { mac } from '@interwork/core/node';
import { ProcessClock, virtualStore, World } from '@interwork/core/testing';
import { policyOf } from '@interwork/policy/testing';
import { SipEndpoint, type Target } from '@interwork/sip';
import { SipDomain, type SipUser } from '@interwork/sip/testing';
import { XmppEndpoint } from '@interwork/xmpp';
import { nodeDigest } from '@interwork/xmpp/node';
import { playOn as playXmpp, XmppScript, type XmppUser } from '@interwork/xmpp/testing';

export const SIP = 'example.net';
export const XMPP = 'example.com';
const GATEWAY = `gw.${SIP}`;
const START = Date.UTC(2026, 10, 27, 12);

/** What may be different in one town. */
export interface TownOptions {
  readonly gateway?: Partial<GatewayOptions>;
  readonly store?: (world: World) => AskStore;
  readonly hooks?: Partial<Hooks>;
  /** Another company in the place of the model, with its certificates. */
  readonly company?: (world: World, chain: readonly Uint8Array[]) => void;
}

export class PresenceTown {
  readonly world = new World({ start: START });
  readonly sip: SipDomain;
  readonly xmpp: XmppScript;
  readonly romeo: SipUser;
  readonly juliet: XmppUser;
  readonly traces: CrossingTrace[] = [];
  gateway: Gateway;
  readonly #options: TownOptions;
  readonly #store: AskStore;
  readonly #parts: ReturnType<typeof certificates>;
  readonly #steps: readonly (() => void)[];
  #running: Running;
  #process: ProcessClock;

  constructor(options: TownOptions = {}) {
    const { world } = this;
    this.#options = options;
    this.#parts = certificates();
    this.#store = options.store?.(world) ?? virtualStore({ clock: world.clock, max: 10_000 });
    const { clock, drawToken } = world;
    const route = (): readonly Target[] => [targetAt('192.0.2.2', GATEWAY)];
    const contactHost = `192.0.2.1:5061;transport=tls`;
    this.sip = new SipDomain({ domain: SIP, drawToken, route, contactHost });
    this.xmpp = new XmppScript(XMPP, { clock: () => clock.now });
    this.romeo = this.sip.user('romeo');
    this.juliet = this.xmpp.user('juliet');
    const { judges, chains } = this.#parts;
    const server = world.xmpp({
      address: '192.0.2.3',
      port: 5269,
      chain: chains.xmpp,
      endpoint: new XmppEndpoint({
        drawToken,
        digest: nodeDigest,
        judge: judges.xmpp,
        domains: (domain) => domain === XMPP,
        secret: 'a secret of the other company',
      }),
    });
    world.dns.set(SIP, [{ address: '192.0.2.2', port: 5269, direct: false }]);
    world.dns.set(XMPP, [{ address: '192.0.2.3', port: 5269, direct: false }]);
    this.#steps = [this.#company(), playXmpp(server, this.xmpp)];
    this.#process = new ProcessClock(clock);
    [this.gateway, this.#running] = this.#start();
  }

  #company(): () => void {
    const { world } = this;
    const { judges, chains } = this.#parts;
    if (this.#options.company !== undefined) {
      this.#options.company(world, chains.sip);
      return () => {};
    }
    const company = world.sip({
      address: '192.0.2.1',
      listen: [{ transport: 'tls', port: 5061 }],
      judge: judges.sip,
      chain: chains.sip,
      endpoint: endpointAt(SIP, world.drawToken),
    });
    return world.play(company, this.sip);
  }

  /** Lets so many milliseconds pass. */
  pass(duration = 1_000): void {
    const end = this.world.clock.now + duration;
    for (;;) {
      for (const step of this.#steps) step();
      const left = end - this.world.clock.now;
      if (left <= 0) return;
      this.world.clock.advance(Math.min(left, STEP));
    }
  }

  /** The gateway ends without a word, and another one begins with what the store has. */
  restart(): void {
    this.#process.end();
    this.world.network.down('192.0.2.2');
    this.#process = new ProcessClock(this.world.clock);
    [this.gateway, this.#running] = this.#start();
  }

  replacePolicy(policy: GatewayOptions['policy']): void {
    this.#running.replacePolicy(policy);
  }

  async close(): Promise<void> {
    await this.#running.close();
  }

  /** The store as one process has it: what it has asked for is done, and told to nobody once it has ended. */
  #storeOf(clock: ProcessClock): AskStore {
    return (request, reply) =>
      this.#store(request, (answer) => clock.after(0, () => reply(answer)));
  }

  #start(): [Gateway, Running] {
    const { world } = this;
    const { drawToken } = world;
    const { judges, chains } = this.#parts;
    const clock = this.#process;
    const sip = world.sip({
      clock,
      address: '192.0.2.2',
      listen: [{ transport: 'tls', port: 5061 }],
      judge: judges.sip,
      chain: chains.gateway,
      endpoint: endpointAt(GATEWAY, drawToken),
    });
    const xmpp = world.xmpp({
      clock,
      address: '192.0.2.2',
      port: 5269,
      chain: chains.gateway,
      endpoint: new XmppEndpoint({
        drawToken,
        digest: nodeDigest,
        judge: judges.xmpp,
        domains: (domain) => domain === SIP,
        secret: 'a secret of these tests',
        acknowledge: 'handled',
      }),
    });
    const gateway = new Gateway({
      sipDomains: [SIP],
      xmppDomains: ['*'],
      policy: policyOf({ rules: [{ id: 'friends', effect: 'permit', domains: [XMPP] }] }),
      routes: { [SIP]: [targetAt('192.0.2.1', SIP)] },
      instance: 'gw',
      secret: 'a secret of these tests',
      mac,
      drawToken,
      lastingStore: true,
      traces: 'full',
      presence: { host: GATEWAY, ports: { tls: 5061 }, jitter: () => 0.5 },
      ...this.#options.gateway,
    });
    const onTrace = (trace: { readonly kind: string }): void => {
      if (trace.kind === 'crossing') this.traces.push(trace as CrossingTrace);
    };
    const hooks = { onTrace, store: this.#storeOf(clock), ...this.#options.hooks };
    return [gateway, world.run(gateway, { sip, xmpp }, hooks, clock)];
  }
}

function endpointAt(host: string, drawToken: () => string): SipEndpoint {
  return new SipEndpoint({
    drawToken,
    host,
    ports: { tls: 5061 },
    methods: CARRIED_METHODS,
    events: CARRIED_EVENTS,
    unanswered: CARRIED_UNANSWERED,
  });
}

function targetAt(address: string, name: string): Target {
  return { transport: 'tls', address, port: 5061, references: [name] };
}

function certificates() {
  const authority = makeAuthority({ crypto: nodeCrypto, now: START });
  const shared = {
    anchors: [authority.certificate.der],
    clock: () => START,
    crypto: nodeCrypto,
  };
  return {
    judges: {
      sip: judgeFor({ service: 'sip', ...shared }),
      xmpp: judgeFor({ service: 'xmpp-server', ...shared }),
    },
    chains: {
      sip: authority.issue({ dns: [SIP], uri: [`sip:${SIP}`] }).chain,
      xmpp: authority.issue({ dns: [XMPP] }).chain,
      gateway: authority.issue({ dns: [GATEWAY, SIP] }).chain,
    },
  };
}

/** Milliseconds between two looks at what the users want. */
const STEP = 10;
