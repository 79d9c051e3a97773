// A SIP server that wants sessions, as raw text, an XMPP domain and a gateway with a store between them, in virtual time.
// The gateway may be killed and started again.
import { makeAuthority } from '@interwork/certs/testing';
import { judgeFor } from '@interwork/certs';
import { nodeCrypto } from '@interwork/certs/node';
import {
  type AskStore,
  CARRIED_METHODS,
  type CrossingTrace,
  Gateway,
  type GatewayOptions,
  type Hooks,
  type Running,
} from '@interwork/core';
import { mac } from '@interwork/core/node';
import { ProcessClock, virtualStore, World } from '@interwork/core/testing';
import { policyOf } from '@interwork/policy/testing';
import { SipEndpoint } from '@interwork/sip';
import { writeStanza, XmppEndpoint } from '@interwork/xmpp';
import { nodeDigest } from '@interwork/xmpp/node';
import {
  type DomainMessage,
  playOn as playXmpp,
  type Received,
  type Sent,
  XmppScript,
} from '@interwork/xmpp/testing';
import { bodyOf, headerOf, RawPeer } from './raw-peer.ts';

export const SIP = 'contoso.example';
export const XMPP = 'fabrikam.example';
export const AMY = `amy@${SIP}`;
export const ROMEO = `romeo@${XMPP}`;
export const GATEWAY = `gw.${XMPP}`;
const START = Date.UTC(2026, 10, 27, 12);

/** What may be different in one town. */
export interface TownOptions {
  readonly gateway?: Partial<GatewayOptions>;
  readonly store?: (world: World) => AskStore;
  readonly chat?: Partial<NonNullable<GatewayOptions['chat']>>;
  readonly hooks?: Partial<Hooks>;
}

/** What Microsoft's clients offer. */
export const OFFER = [
  'v=0',
  'o=- 0 0 IN IP4 192.0.2.57',
  's=session',
  'c=IN IP4 192.0.2.57',
  't=0 0',
  'm=message 5060 sip null',
  'a=accept-types:text/plain text/html ',
  '',
].join('\r\n');

export class ChatTown {
  readonly world = new World({ start: START });
  readonly lync: RawPeer;
  readonly xmpp: XmppScript;
  readonly traces: CrossingTrace[] = [];
  gateway: Gateway;
  readonly #options: TownOptions;
  readonly #store: AskStore;
  readonly #parts: ReturnType<typeof certificates>;
  readonly #steps: readonly (() => void)[];
  #running: Running;
  #process: ProcessClock;
  #serial = 0;

  constructor(options: TownOptions = {}) {
    const { world } = this;
    this.#options = options;
    this.#parts = certificates();
    this.#store = options.store?.(world) ?? virtualStore({ clock: world.clock, max: 10_000 });
    const { chains, judges } = this.#parts;
    const { clock, drawToken } = world;
    this.xmpp = new XmppScript(XMPP, { clock: () => clock.now });
    this.xmpp.addUser('romeo', ['phone', 'desk']);
    this.lync = new RawPeer(world, {
      address: '192.0.2.1',
      chain: chains.sip,
      to: { address: '192.0.2.2', port: 5061 },
    });
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
    this.#steps = [playXmpp(server, this.xmpp)];
    this.#process = new ProcessClock(clock);
    [this.gateway, this.#running] = this.#start(this.#process, '192.0.2.2');
  }

  /** Another process over the same store, which nobody connects to. */
  beside(): Gateway {
    return this.#start(new ProcessClock(this.world.clock), '192.0.2.4')[0];
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

  /** The XMPP user says something. */
  says(text: string, more: Partial<DomainMessage> = {}): Sent {
    const from = `${ROMEO}/phone`;
    const sent = this.xmpp.send({
      from,
      to: AMY,
      text,
      type: 'chat',
      id: `x${++this.#serial}`,
      ...more,
    });
    this.pass();
    return sent;
  }

  /** What the XMPP user was given, as `from type thread: text`, with chat states. */
  get heard(): readonly string[] {
    return this.xmpp.inbox('romeo').map(({ message, text }: Received) => {
      const state = message.element.children.find(
        (one) => typeof one !== 'string' && one.ns.endsWith('/chatstates'),
      );
      const said = typeof state === 'object' ? [`<${state.name}/>`] : [];
      return [text, ...said].filter((word) => word !== '').join(' ');
    });
  }

  /** The errors that came back to the XMPP user. */
  get errors(): readonly string[] {
    return this.xmpp.errors('romeo').map(({ error }) => error?.condition ?? '');
  }

  /** The gateway ends without a word, and another one begins with what the store has. */
  restart(): void {
    this.#process.end();
    this.world.network.down('192.0.2.2');
    this.lync.drop();
    this.#process = new ProcessClock(this.world.clock);
    [this.gateway, this.#running] = this.#start(this.#process, '192.0.2.2');
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

  #start(clock: ProcessClock, address: string): [Gateway, Running] {
    const { world } = this;
    const { drawToken } = world;
    const { chains, judges } = this.#parts;
    const sip = world.sip({
      clock,
      address,
      listen: [{ transport: 'tls', port: 5061 }],
      judge: judges.sip,
      chain: chains.gateway,
      endpoint: new SipEndpoint({
        drawToken,
        host: GATEWAY,
        ports: { tls: 5061 },
        methods: CARRIED_METHODS,
      }),
    });
    const xmpp = world.xmpp({
      clock,
      address,
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
      routes: {
        [SIP]: [{ transport: 'tls', address: '192.0.2.1', port: 5061, references: [SIP] }],
      },
      dialects: { [SIP]: 'lync' },
      instance: 'gw',
      secret: 'a secret of these tests',
      mac,
      drawToken,
      lastingStore: true,
      traces: 'full',
      chat: { host: GATEWAY, ports: { tls: 5061 }, jitter: () => 0.5, ...this.#options.chat },
      ...this.#options.gateway,
    });
    const onTrace = (trace: { readonly kind: string }): void => {
      if (trace.kind === 'crossing') this.traces.push(trace as CrossingTrace);
    };
    return [
      gateway,
      world.run(
        gateway,
        { sip, xmpp },
        { ...this.#options.hooks, onTrace, store: this.#storeOf(clock) },
        clock,
      ),
    ];
  }
}

/** A session of the SIP user, as its client sees it. */
export class LyncSession {
  readonly #town: ChatTown;
  readonly callId: string;
  #cseq: number;
  /** The dialog, once it stands. */
  #target = '';
  #local = '';
  #remote = '';

  constructor(town: ChatTown, callId: string, cseq = 1) {
    this.#town = town;
    this.callId = callId;
    this.#cseq = cseq;
  }

  /** Opens one: INVITE, and ACK once it is accepted. */
  static invite(
    town: ChatTown,
    callId: string,
    headers: readonly string[] = [],
    offer = OFFER,
  ): LyncSession {
    const session = new LyncSession(town, callId);
    session.#local = `<sip:${AMY}>;tag=amy-${callId};epid=9b6f316d27`;
    session.#remote = `<sip:${ROMEO}>`;
    session.#target = `sip:${ROMEO}`;
    town.lync.send(
      [
        ...session.head('INVITE', 1),
        'Contact: <sip:amy@contoso.example;opaque=user:epid:NXZdJKkTh4E717cpQ6kfjgAA;gruu>',
        'Supported: ms-embedded-first-message',
        'Content-Type: application/sdp',
        ...headers,
      ],
      offer,
    );
    town.pass();
    return session;
  }

  /** The final answer to its INVITE. */
  get answer(): string {
    const { lync } = this.#town;
    return (
      lync
        .all('SIP/2.0')
        .filter((text) => headerOf(text, 'call-id') === this.callId && /cseq: 1 INVITE/i.test(text))
        .filter((text) => !text.startsWith('SIP/2.0 1'))
        .at(-1) ?? ''
    );
  }

  acknowledge(): this {
    const { answer } = this;
    this.#remote = headerOf(answer, 'to');
    this.#target = /<(.*)>/.exec(headerOf(answer, 'contact'))?.[1] ?? '';
    this.#town.lync.send(this.head('ACK', 1));
    this.#town.pass();
    return this;
  }

  /** A session that was opened by an INVITE of ours and is accepted here. */
  static accept(
    town: ChatTown,
    invite: string,
    tag = 'amy-tag',
    headers: readonly string[] = [],
  ): LyncSession {
    const session = new LyncSession(town, headerOf(invite, 'call-id'), 100);
    session.#local = `${headerOf(invite, 'to')};tag=${tag}`;
    session.#remote = headerOf(invite, 'from');
    session.#target = /<(.*)>/.exec(headerOf(invite, 'contact'))?.[1] ?? '';
    const body = OFFER.replace('sip null', `sip sip:${AMY}`);
    town.lync.reply(
      invite,
      '200 OK',
      [
        'Contact: <sip:amy@contoso.example;opaque=user:epid:x;gruu>',
        'Content-Type: application/sdp',
        ...headers,
      ],
      body,
      tag,
    );
    town.pass();
    return session;
  }

  head(method: string, cseq = ++this.#cseq): readonly string[] {
    return [
      `${method} ${this.#target} SIP/2.0`,
      `Via: SIP/2.0/TLS 192.0.2.1:5061;branch=z9hG4bK${this.callId}${method}${cseq}`,
      'Max-Forwards: 70',
      `From: ${this.#local}`,
      `To: ${this.#remote}`,
      `Call-ID: ${this.callId}`,
      `CSeq: ${cseq} ${method}`,
    ];
  }

  /** A MESSAGE within it; the answer is its status line. */
  say(text: string): string {
    return this.request('MESSAGE', ['Content-Type: text/plain; charset=UTF-8'], text);
  }

  request(method: string, headers: readonly string[] = [], body = ''): string {
    const { lync } = this.#town;
    const lines = this.head(method);
    const cseq = lines.at(-1) ?? '';
    lync.send([...lines, ...headers], body);
    this.#town.pass();
    const answer = lync
      .all('SIP/2.0')
      .filter((one) => headerOf(one, 'call-id') === this.callId)
      .find((one) => one.includes(`\r\n${cseq}\r\n`));
    return answer?.split('\r\n')[0] ?? 'nothing';
  }

  /** What has come for it, as text. */
  get texts(): readonly string[] {
    return this.#town.lync
      .all('MESSAGE')
      .filter((text) => headerOf(text, 'call-id') === this.callId)
      .map(bodyOf);
  }
}

export function stanzaText(received: Received): string {
  return writeStanza(received.message);
}

function certificates() {
  const authority = makeAuthority({ crypto: nodeCrypto, now: START });
  const shared = { anchors: [authority.certificate.der], clock: () => START, crypto: nodeCrypto };
  return {
    judges: {
      sip: judgeFor({ service: 'sip', ...shared }),
      xmpp: judgeFor({ service: 'xmpp-server', ...shared }),
    },
    chains: {
      sip: authority.issue({ dns: [SIP], uri: [`sip:${SIP}`] }).chain,
      xmpp: authority.issue({ dns: [XMPP] }).chain,
      gateway: authority.issue({ dns: [GATEWAY, SIP, XMPP] }).chain,
    },
  };
}

/** Milliseconds between two looks at what the users want. */
const STEP = 10;
