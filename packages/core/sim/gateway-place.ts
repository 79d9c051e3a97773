// One gateway process of a run: it crashes, another is started in its place, and its clock may be wrong.
import { type AskStore, Gateway, type Running } from '@interwork/core';
import { mac } from '@interwork/core/node';
import { ProcessClock } from '@interwork/core/testing';
import { policyOf } from '@interwork/policy/testing';
import type { SipEndpoint } from '@interwork/sip';
import { XmppEndpoint } from '@interwork/xmpp';
import { nodeDigest } from '@interwork/xmpp/node';
import {
  CERTIFICATES,
  HOST,
  JUDGES,
  LISTEN,
  NAMES,
  SECRET,
  SIP,
  SIP_AT,
  sipEndpoint,
  XMPP,
} from './places.ts';
import { Random } from '@interwork/core/testing';
import type { Town, TownOptions } from './town.ts';

/** Where one gateway process stands; it may crash, and another is started in its place. */
export class GatewayPlace {
  readonly address: string;
  readonly #town: Town;
  readonly #store: AskStore;
  #running:
    | {
        readonly clock: ProcessClock;
        readonly gateway: Gateway;
        readonly sip: SipEndpoint;
        readonly running: Running;
      }
    | undefined;

  constructor(town: Town, address: string, store: AskStore) {
    this.#town = town;
    this.address = address;
    this.#store = store;
  }

  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  /** What its tables hold, by their names. */
  get sizes(): Readonly<Record<string, number>> {
    if (this.#running === undefined) return {};
    const { gateway, sip } = this.#running;
    const { told: _told, ...open } = gateway.sizes;
    const {
      keptBytes: _kept,
      connections: _connections,
      blocked: _blocked,
      ...counts
    } = sip.counts;
    return { ...open, ...counts };
  }

  /** Starts a process whose clock is so many milliseconds ahead, and which looks so often for what is due. */
  start(ahead = 0, poll = this.#town.options.poll): void {
    if (this.#running !== undefined) return;
    const { world, options } = this.#town;
    const clock = new ProcessClock(world.clock, ahead);
    const sip = sipEndpoint(world, HOST);
    const gateway = gatewayOf(this.#town, options, poll);
    const edges = {
      sip: world.sip({
        clock,
        address: this.address,
        endpoint: sip,
        listen: LISTEN,
        chain: CERTIFICATES.gateway.chain,
        judge: JUDGES.sip,
      }),
      xmpp: world.xmpp({
        clock,
        address: this.address,
        port: 5269,
        endpoint: new XmppEndpoint({
          drawToken: world.drawToken,
          digest: nodeDigest,
          judge: JUDGES.xmpp,
          domains: (name) => name === SIP,
          secret: SECRET,
        }),
        chain: CERTIFICATES.gateway.chain,
      }),
    };
    const store: AskStore = (request, reply) =>
      this.#store(request, (answer) => {
        if (this.#running?.clock === clock) reply(answer);
      });
    const onTrace = (trace: unknown): void => this.#trace(trace);
    const running = world.run(gateway, edges, { store, onTrace }, clock);
    this.#running = { clock, gateway, sip, running };
  }

  /** It takes nothing new, and ends what is open within a bound; its edges stay, since promises do not run in between. */
  drain(): void {
    void this.#running?.running.close();
  }

  /** Whether it holds nothing that somebody waits for. */
  get isDrained(): boolean {
    return (this.#running?.gateway.open ?? 0) === 0;
  }

  /** It is gone, with all that it had in memory. */
  crash(): void {
    this.#running?.clock.end();
    this.#running = undefined;
    this.#town.world.network.down(this.address);
  }

  /** Its clock jumps ahead. */
  leap(duration: number): void {
    this.#running?.clock.leap(duration);
  }

  #trace(trace: unknown): void {
    const { isTold } = this.#town.options;
    if (isTold === true) this.#town.tell(`${NAMES[this.address]}       ${JSON.stringify(trace)}`);
  }
}

function gatewayOf(town: Town, { transport }: TownOptions, poll: number): Gateway {
  const { world } = town;
  const jitter = new Random(town.options.seed + 77);
  return new Gateway({
    sipDomains: [SIP],
    xmppDomains: [XMPP],
    policy: policyOf({
      partners:
        transport === 'udp'
          ? { contoso: { domains: [SIP], prove: 'address', addresses: [SIP_AT] } }
          : {},
      rules: [{ id: 'contoso-gtalk', effect: 'permit', domains: [XMPP] }],
    }),
    routes: {
      [SIP]: [
        {
          transport,
          address: SIP_AT,
          port: transport === 'tls' ? 5061 : 5060,
          references: [SIP],
        },
      ],
    },
    instance: 'gw-simulated',
    secret: SECRET,
    mac,
    drawToken: world.drawToken,
    believesDatagrams: true,
    lastingStore: true,
    presence: {
      host: HOST,
      ports: { [transport]: transport === 'tls' ? 5061 : 5060 },
      jitter: () => jitter.next(),
      waits: { sign: SIGN, idle: IDLE },
      desk: { waits: { poll } },
    },
  });
}

/** How long nothing is heard of a user before a sign of life is asked for, and how long one who does not watch is remembered. */
const SIGN = 2 * 60 * 60 * 1000;
const IDLE = 3 * 60 * 60 * 1000;
