// A virtual network for endpoints: performs what they put out, in order, under a clock that only moves when told.
// Certificates are texts: the domains they speak for, or `!` and a domain for one that no judge accepts.
import { createHash, createHmac } from 'node:crypto';
import {
  type Digest,
  isFault,
  Jid,
  type Judge,
  type LinkRules,
  messageElement,
  type StanzaCommand,
  XmppEndpoint,
  type XmppEndpointOptions,
  type XmppEvent,
  type XmppInput,
  type XmppOutput,
  type XmppTarget,
} from '@interwork/xmpp';

export const testDigest: Digest = {
  sha1: (text) => createHash('sha1').update(text).digest('hex'),
  sha256: (text) => createHash('sha256').update(text).digest('hex'),
  hmacSha256: (key, text) => createHmac('sha256', key).update(text).digest('hex'),
  equal: (a, b) => a === b,
};

/** Accepts a certificate text for the domains it lists. */
export const testJudge: Judge = (presented, _role, reference) => {
  const text = new TextDecoder().decode(presented[0] ?? new Uint8Array());
  const names = text.startsWith('!') ? [] : text.split(',').filter((name) => name !== '');
  const accepted = reference === undefined ? names.length > 0 : names.includes(reference);
  const code = text.startsWith('!') ? 'unknown-issuer' : 'name-mismatch';
  const faults = accepted ? [] : [{ code, field: 'certificate', text: 'It is not accepted.' }];
  return { accepted, proved: accepted ? names : [], certificate: text, faults };
};

let tokens = 0;
export const drawTestToken = (): string => `token${String((tokens += 1)).padStart(26, '0')}`;

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
export const textOfBytes = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

export function jid(text: string): Jid {
  const parsed = Jid.parse(text);
  if (isFault(parsed)) throw new Error(`${text}: ${parsed.text}`);
  return parsed;
}

export function im(from: string, to: string, body: string, context: unknown = body): StanzaCommand {
  const element = messageElement({
    from,
    to,
    type: 'chat',
    bodies: [{ lang: undefined, text: body }],
  });
  return { kind: 'stanza', element, from: jid(from), to: jid(to), context };
}

export interface NodeOptions extends Partial<Omit<XmppEndpointOptions, 'domains' | 'rules'>> {
  readonly domains: readonly string[];
  readonly certificate?: string;
  readonly rules?: Partial<LinkRules>;
}

/** One server: its endpoint, what it put out for its host, and the wire as it saw it. */
export interface TestNode {
  readonly name: string;
  readonly address: string;
  readonly endpoint: XmppEndpoint;
  readonly certificate: string;
  readonly events: XmppEvent[];
  readonly sent: { stream: string; text: string }[];
}

interface Wire {
  readonly ends: readonly [TestNode, TestNode];
  readonly id: string;
  readonly tls: Set<TestNode>;
  isOpen: boolean;
}

const DEFAULT_RULES: LinkRules = {
  tls: 'required',
  sasl: 'optional',
  dialback: true,
  management: false, // tests of it switch it on
};

export class Net {
  now = 0;
  readonly nodes = new Map<string, TestNode>();
  readonly dns = new Map<string, readonly XmppTarget[] | 'not-found' | 'failed' | 'silent'>();
  readonly wires = new Map<string, Wire>();
  /** Addresses that refuse, or never answer. */
  readonly down = new Map<string, 'refused' | 'silent'>();
  /** Sees each piece on its way; may change it, or cut the wire by returning undefined. */
  onSend: (from: TestNode, text: string, stream: string) => string | undefined = (_from, text) =>
    text;
  readonly #jobs: (() => void)[] = [];
  #serial = 0;

  add(name: string, options: NodeOptions): TestNode {
    const { domains, certificate = domains.join(','), rules, ...rest } = options;
    const endpoint = new XmppEndpoint({
      drawToken: drawTestToken,
      digest: testDigest,
      secret: `secret of ${name}`,
      judge: testJudge,
      ...rest,
      domains: (domain) => domains.includes(domain),
      rules: () => ({ ...DEFAULT_RULES, ...rules }),
    });
    const node = {
      name,
      address: `10.0.0.${this.nodes.size + 1}`,
      endpoint,
      certificate,
      events: [],
      sent: [],
    };
    this.nodes.set(node.address, node);
    for (const domain of domains)
      this.dns.set(domain, [{ address: node.address, port: 5269, direct: false }]);
    return node;
  }

  /** Gives one input, then lets everything happen that follows from it. */
  give(node: TestNode, input: XmppInput): void {
    this.#enter(node, input);
    this.settle();
  }

  /** Gives one input; what follows from it happens later. */
  begin(node: TestNode, input: XmppInput): void {
    this.#enter(node, input);
  }

  settle(): void {
    for (let job = this.#jobs.shift(); job !== undefined; job = this.#jobs.shift()) job();
  }

  /** Lets time pass, waking whoever asked for it. */
  pass(ms: number): void {
    const until = this.now + ms;
    for (let rounds = 0; rounds < 10_000; rounds += 1) {
      const due = [...this.nodes.values()].map((node) => node.endpoint.wakeAt);
      const next = Math.min(...due);
      if (next > until) break;
      this.now = Math.max(this.now, next);
      for (const node of this.nodes.values())
        if (node.endpoint.wakeAt <= this.now) this.give(node, { kind: 'tick' });
    }
    this.now = until;
  }

  /** Cuts every wire between two nodes. */
  cut(): void {
    for (const wire of this.wires.values()) this.#cutWire(wire);
    this.settle();
  }

  #enter(node: TestNode, input: XmppInput): void {
    node.endpoint.receive(this.now, input);
    for (let out = node.endpoint.next(); out !== undefined; out = node.endpoint.next())
      this.#perform(node, out);
  }

  #later(node: TestNode, input: XmppInput): void {
    this.#jobs.push(() => this.#enter(node, input));
  }

  #perform(node: TestNode, out: XmppOutput): void {
    switch (out.kind) {
      case 'send':
        return this.#send(node, out.stream, out.bytes);
      case 'locate': {
        const targets = this.dns.get(out.domain) ?? 'not-found';
        if (targets !== 'silent')
          this.#later(node, { kind: 'located', domain: out.domain, targets });
        return;
      }
      case 'connect':
        return this.#connect(node, out.connect, out.target);
      case 'start-tls':
        return this.#startTls(node, out.stream);
      case 'disconnect':
        return this.#hangUp(node, out.stream);
      default:
        node.events.push(out);
    }
  }

  #connect(node: TestNode, connect: string, target: XmppTarget): void {
    const peer = this.nodes.get(target.address);
    const down = this.down.get(target.address);
    if (down === 'silent') return;
    if (peer === undefined || down === 'refused')
      return this.#later(node, { kind: 'connect-failed', connect, reason: 'refused' });
    this.#serial += 1;
    const stream = `w${this.#serial}`;
    const wire: Wire = { ends: [node, peer], id: stream, tls: new Set(), isOpen: true };
    this.wires.set(stream, wire);
    const { direct } = target;
    this.#later(peer, {
      kind: 'accepted',
      stream,
      remote: { address: node.address, port: 40_000 + this.#serial },
      direct,
    });
    this.#later(node, {
      kind: 'connected',
      connect,
      stream,
      remote: { address: peer.address, port: 5269 },
    });
    if (direct) this.#jobs.push(() => wire.ends.forEach((end) => this.#startTls(end, stream)));
  }

  #startTls(node: TestNode, stream: string): void {
    const wire = this.wires.get(stream);
    if (wire === undefined || !wire.isOpen) return;
    wire.tls.add(node);
    if (wire.tls.size < 2) return;
    const [a, b] = wire.ends;
    for (const [end, other] of [
      [a, b],
      [b, a],
    ] as const) {
      const presented = other.certificate === '' ? [] : [bytesOf(other.certificate)];
      this.#later(end, { kind: 'secured', stream, presented });
    }
  }

  #send(node: TestNode, stream: string, bytes: Uint8Array): void {
    const wire = this.wires.get(stream);
    node.sent.push({ stream, text: textOfBytes(bytes) });
    if (wire === undefined || !wire.isOpen) return;
    const text = this.onSend(node, textOfBytes(bytes), stream);
    if (text === undefined) return this.#cutWire(wire);
    const peer = wire.ends[0] === node ? wire.ends[1] : wire.ends[0];
    if (text !== '') this.#later(peer, { kind: 'bytes', stream, bytes: bytesOf(text) });
  }

  #hangUp(node: TestNode, stream: string): void {
    const wire = this.wires.get(stream);
    if (wire === undefined || !wire.isOpen) return;
    wire.isOpen = false;
    this.wires.delete(stream);
    const peer = wire.ends[0] === node ? wire.ends[1] : wire.ends[0];
    this.#later(peer, { kind: 'closed', stream });
  }

  #cutWire(wire: Wire): void {
    wire.isOpen = false;
    this.wires.delete(wire.id);
    for (const end of wire.ends)
      this.#later(end, { kind: 'closed', stream: wire.id, reason: 'reset' });
  }
}

/** The fates a node was told, as `context: fate [reason]`. */
export function fatesOf(node: TestNode): string[] {
  return node.events.flatMap((event) =>
    event.kind === 'fate'
      ? [
          `${String(event.context)}: ${event.fate}${event.reason === undefined ? '' : ` ${event.reason}`}`,
        ]
      : [],
  );
}

/** The stanzas a node was handed, as `from: body (proof)`. */
export function stanzasOf(node: TestNode): string[] {
  return node.events.flatMap((event) =>
    event.kind === 'stanza' && event.stanza.kind === 'message'
      ? [
          `${event.from.full}: ${event.stanza.bodies[0]?.text ?? event.stanza.type} (${event.link.proof})`,
        ]
      : [],
  );
}

/** The conditions of the faults a node met. */
export function faultsOf(node: TestNode): string[] {
  return node.events.flatMap((event) => (event.kind === 'fault' ? [event.fault.code] : []));
}
