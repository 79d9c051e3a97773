// The world of one run: a SIP domain and an XMPP domain with two people each, one or two gateway processes between
// them over one store, and everything by one seed. What people do is deeds.ts, what goes wrong faults.ts.
import type { AskStore } from '@interwork/core';
import { virtualStore, World } from '@interwork/core/testing';
import type { Target } from '@interwork/sip';
import { type PresentityManners, SipDomain, type SipUser } from '@interwork/sip/testing';
import { XmppEndpoint, type XmppEvent, type XmppInput } from '@interwork/xmpp';
import { nodeDigest } from '@interwork/xmpp/node';
import { XmppScript, type XmppUser } from '@interwork/xmpp/testing';
import { Chronicle } from './chronicle.ts';
import { GatewayPlace } from './gateway-place.ts';
import { linesOf, requestIn } from './ladder.ts';
import { Mail } from './mail.ts';
import {
  CERTIFICATES,
  EPOCH,
  GATEWAYS_AT,
  HOST,
  JUDGES,
  LISTEN,
  NAMES,
  SIP,
  SIP_AT,
  sipEndpoint,
  XMPP,
  XMPP_AT,
} from './places.ts';
import { Random } from '@interwork/core/testing';
import { fair, fateOf, Partings, scattered } from './weather.ts';
import { malformedIn } from './written.ts';

/** What is different from seed to seed. */
export interface TownOptions {
  readonly seed: number;
  readonly gateways: 1 | 2;
  readonly transport: 'udp' | 'tls';
  /** Milliseconds from one look for what is due to the next. */
  readonly poll: number;
  /** How SIP people treat those who watch them. */
  readonly manners: Partial<PresentityManners>;
  /** Octets that connections deliver at once, at most. */
  readonly split?: number;
  /** Whether a proxy of the SIP domain stays in the path of its dialogs. */
  readonly hasProxy: boolean;
  /** Whether what crosses is written down. */
  readonly isTold?: boolean;
}

/** The world of one run. */
export class Town {
  readonly options: TownOptions;
  readonly world: World;
  readonly weather = fair();
  readonly partings: Partings;
  readonly sip: SipDomain;
  readonly xmpp = new XmppScript(XMPP, { clock: () => this.world.clock.now });
  readonly gateways: readonly GatewayPlace[];
  readonly sipUsers: readonly SipUser[];
  readonly xmppUsers: readonly XmppUser[];
  /** What crossed and what was done, if it is told. */
  readonly ladder: string[] = [];
  /** When SIP requests of the gateways came by, copies left out: by their method. */
  readonly asked: { readonly at: number; readonly method: string }[] = [];
  /** Notes what may be seen now; to be called where more than one thing is shown at once. */
  learn: () => void = () => {};
  /** What people have done and shown. */
  readonly chronicle: Chronicle;
  /** What people have written to each other. */
  readonly mail: Mail = new Mail(this);
  /** What a gateway wrote that is not what it should be. */
  readonly malformed: string[] = [];
  readonly #branches = new Set<string>();
  readonly #chance: Random;
  readonly #store: AskStore;
  readonly #start: number;
  readonly #steps: (() => void)[] = [];

  constructor(options: TownOptions) {
    this.options = options;
    this.#chance = new Random(options.seed + 1_000_000_007);
    this.world = new World({
      start: EPOCH,
      split: options.split ?? Infinity,
      scatter: () => scattered(this.weather, this.#chance),
      tap: (from, to, bytes) => this.#tap(from.address, to.address, bytes),
    });
    this.#start = this.world.clock.now;
    this.chronicle = new Chronicle(this.world.clock);
    this.partings = new Partings(this.world.network, this.world.clock);
    this.sip = this.#sipDomain();
    this.#xmppDomain();
    this.#store = this.#newStore();
    this.gateways = GATEWAYS_AT.slice(0, options.gateways).map(
      (address) => new GatewayPlace(this, address, this.#store),
    );
    for (const gateway of this.gateways) gateway.start();
    this.sipUsers = ['alice', 'arthur'].map((name) => this.sip.user(name));
    for (const user of this.sipUsers) user.behave(options.manners);
    this.xmppUsers = ['bob', 'beatrice'].map((name) => this.xmpp.user(name));
  }

  /** Hands in what people have done. */
  step(): void {
    for (const step of this.#steps) step();
  }

  /** Lets so many milliseconds pass. */
  pass(duration: number): void {
    this.step();
    this.world.clock.advance(duration);
  }

  /** The keys of all records; in fair weather. */
  records(): readonly string[] {
    let found: readonly string[] | undefined;
    this.#store({ kind: 'keys', prefix: '', cursor: undefined, limit: 1_000 }, (answer) => {
      if (answer.kind === 'keys') found = answer.page.keys;
    });
    this.world.clock.runUntil(() => found !== undefined, 1_000);
    return found ?? ['the store does not answer'];
  }

  /** Writes a line of the ladder. */
  tell(line: string): void {
    if (this.options.isTold !== true) return;
    const seconds = ((this.world.clock.now - this.#start) / 1000).toFixed(3);
    this.ladder.push(`${seconds.padStart(12)}  ${line}`);
  }

  #sipDomain(): SipDomain {
    const { world, options } = this;
    const { transport } = options;
    const domain = new SipDomain({
      domain: SIP,
      drawToken: world.drawToken,
      route: () => this.route(),
      contactHost: `${SIP};transport=${transport}`,
      ...(options.hasProxy ? { proxy: `sip:edge.${SIP};lr` } : {}),
    });
    const edge = world.sip({
      address: SIP_AT,
      endpoint: sipEndpoint(world, SIP),
      listen: LISTEN,
      chain: CERTIFICATES.sip.chain,
      judge: JUDGES.sip,
    });
    this.#steps.push(world.play(edge, domain));
    return domain;
  }

  #xmppDomain(): void {
    const { world, xmpp } = this;
    const edge = world.xmpp({
      address: XMPP_AT,
      port: 5269,
      endpoint: new XmppEndpoint({
        drawToken: world.drawToken,
        digest: nodeDigest,
        judge: JUDGES.xmpp,
        domains: (name) => name === XMPP,
        secret: 'a secret of the other company',
      }),
      chain: CERTIFICATES.xmpp.chain,
    });
    const script = {
      receive: (_now: number, event: XmppEvent | { readonly kind: 'tick' }): void => {
        if (event.kind !== 'tick') xmpp.take(event);
      },
      next: (): XmppInput | undefined => xmpp.next(),
      wakeAt: Number.POSITIVE_INFINITY,
    };
    this.#steps.push(world.play(edge, script));
    world.dns.set(XMPP, [{ address: XMPP_AT, port: 5269, direct: false }]);
    const places = GATEWAYS_AT.slice(0, this.options.gateways);
    world.dns.set(
      SIP,
      places.map((address) => ({ address, port: 5269, direct: false })),
    );
  }

  /** Where requests of the SIP domain go: either gateway first. */
  route(): readonly Target[] {
    const { gateways, transport } = this.options;
    const first = this.#chance.below(gateways);
    return GATEWAYS_AT.slice(0, gateways).map((_, at): Target => {
      const address = GATEWAYS_AT[(first + at) % gateways] ?? '';
      return { transport, address, port: transport === 'tls' ? 5061 : 5060, references: [HOST] };
    });
  }

  #newStore(): AskStore {
    return virtualStore({
      clock: this.world.clock,
      max: 1_000,
      delay: () => this.#chance.below(this.weather.storeDelay + 1),
      fate: () => fateOf(this.weather, this.#chance),
    });
  }

  #tap(from: string, to: string, bytes: Uint8Array): void {
    const text = new TextDecoder().decode(bytes);
    if (GATEWAYS_AT.includes(from)) this.malformed.push(...malformedIn(text));
    const request = to === SIP_AT ? requestIn(text) : undefined;
    if (request !== undefined && !this.#branches.has(request.branch)) {
      this.#branches.add(request.branch);
      this.asked.push({ at: this.world.clock.now, method: request.method });
    }
    if (this.options.isTold !== true) return;
    for (const line of linesOf(NAMES[from] ?? from, NAMES[to] ?? to, text)) this.tell(line);
  }
}
