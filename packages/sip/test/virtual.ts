// A network of endpoints in virtual time, for tests: addresses, datagrams that a test may lose,
// connections that always stand. Every event of an endpoint lands in its `events`.
import {
  type Flow,
  SipEndpoint,
  type SipEndpointOptions,
  type SipEvent,
  type SipInput,
  type Target,
} from '@interwork/sip';

export interface Host {
  readonly name: string;
  readonly address: string;
  readonly endpoint: SipEndpoint;
  readonly events: SipEvent[];
  /** Everything sent, in order, as text. */
  readonly sent: string[];
}

interface Delivery {
  readonly at: number;
  readonly to: Host;
  readonly input: SipInput;
}

/** Tokens that are fresh and always the same. */
export function tokens(seed: string): () => string {
  let drawn = 0;
  return () => `${seed}${String((drawn += 1)).padStart(26 - seed.length, '0')}`;
}

export class Network {
  now = 0;
  /** Milliseconds on the way. */
  delay = 10;
  /** Whether a datagram is lost. */
  loses: (text: string) => boolean = () => false;
  /** What becomes of a connect; a string is the reason it fails. */
  connects: (target: Target) => 'stands' | 'refused' | 'timeout' | 'never' = () => 'stands';
  readonly hosts: Host[] = [];
  #queue: Delivery[] = [];
  #flows = 0;
  /** The other end of each stream. */
  readonly #otherEnd = new Map<string, { readonly host: Host; readonly flow: Flow }>();

  add(name: string, options: Partial<SipEndpointOptions> = {}): Host {
    const address = `192.0.2.${this.hosts.length + 1}`;
    const endpoint = new SipEndpoint({
      drawToken: tokens(name),
      host: `${name}.example`,
      ports: { udp: 5060, tcp: 5060, tls: 5061 },
      ...options,
    });
    const host: Host = { name, address, endpoint, events: [], sent: [] };
    this.hosts.push(host);
    return host;
  }

  /** Hands one input in and carries out what comes of it. */
  feed(host: Host, input: SipInput): void {
    host.endpoint.receive(this.now, input);
    for (let out = host.endpoint.next(); out !== undefined; out = host.endpoint.next()) {
      if (out.kind === 'send') this.#send(host, out.flow, out.bytes);
      else if (out.kind === 'connect') this.#connect(host, out.connect, out.target);
      else if (out.kind === 'disconnect') this.#disconnect(out.flow);
      else host.events.push(out);
    }
  }

  /** Lets time pass until nothing is left to do, or until `until`. */
  run(until = Number.POSITIVE_INFINITY): void {
    for (;;) {
      const delivery = this.#queue.reduce<Delivery | undefined>(
        (first, next) => (first === undefined || next.at < first.at ? next : first),
        undefined,
      );
      const wake = Math.min(...this.hosts.map((host) => host.endpoint.wakeAt));
      const at = Math.min(delivery?.at ?? Number.POSITIVE_INFINITY, wake);
      if (at > until || at === Number.POSITIVE_INFINITY) break;
      this.now = Math.max(this.now, at);
      if (delivery !== undefined && delivery.at <= at) {
        this.#queue = this.#queue.filter((other) => other !== delivery);
        this.feed(delivery.to, delivery.input);
      } else {
        for (const host of this.hosts) {
          if (host.endpoint.wakeAt <= this.now) this.feed(host, { kind: 'tick' });
        }
      }
    }
    if (until !== Number.POSITIVE_INFINITY) this.now = until;
  }

  #send(from: Host, flow: Flow, bytes: Uint8Array): void {
    const text = new TextDecoder().decode(bytes);
    from.sent.push(text);
    if (flow.transport === 'udp') this.#datagram(from, flow, bytes, text);
    else {
      const end = this.#otherEnd.get(flow.id);
      if (end !== undefined) this.#later(end.host, { kind: 'bytes', flow: end.flow, bytes });
    }
  }

  #datagram(from: Host, flow: Flow, bytes: Uint8Array, text: string): void {
    const to = this.hosts.find((host) => host.address === flow.remote.address);
    if (to === undefined || this.loses(text)) return;
    this.#later(to, { kind: 'bytes', flow: udpFlow(to.address, from.address), bytes });
  }

  #connect(host: Host, connect: string, target: Target): void {
    const to = this.hosts.find((other) => other.address === target.address);
    const fate = to === undefined ? 'refused' : this.connects(target);
    if (fate === 'never') return;
    if (fate !== 'stands' || to === undefined) {
      this.#later(host, {
        kind: 'connect-failed',
        connect,
        reason: fate === 'timeout' ? fate : 'refused',
      });
    } else if (target.transport === 'udp') {
      this.#later(host, { kind: 'opened', connect, flow: udpFlow(host.address, to.address) });
    } else this.#stand(host, to, connect, target);
  }

  #stand(host: Host, to: Host, connect: string, { transport, port }: Target): void {
    this.#flows += 1;
    const here = { address: host.address, port: 40_000 + this.#flows };
    const there = { address: to.address, port };
    const id = `${transport}-${this.#flows}`;
    const isTls = transport === 'tls';
    const proved = (name: string) => (isTls ? [`${name}.example`] : []);
    const out: Flow = {
      id: `${id}a`,
      transport,
      remote: there,
      local: here,
      proved: proved(to.name),
    };
    const into: Flow = {
      id: `${id}b`,
      transport,
      remote: here,
      local: there,
      proved: proved(host.name),
    };
    this.#otherEnd.set(out.id, { host: to, flow: into });
    this.#otherEnd.set(into.id, { host, flow: out });
    this.#later(to, { kind: 'opened', flow: into });
    this.#later(host, { kind: 'opened', flow: out, connect });
  }

  #disconnect(flow: Flow): void {
    const end = this.#otherEnd.get(flow.id);
    if (end === undefined) return;
    this.#otherEnd.delete(flow.id);
    this.#otherEnd.delete(end.flow.id);
    this.#later(end.host, { kind: 'closed', flow: end.flow });
  }

  #later(to: Host, input: SipInput): void {
    this.#queue.push({ at: this.now + this.delay, to, input });
  }
}

export function udpFlow(local: string, remote: string, port = 5060): Flow {
  return {
    id: `udp/${remote}/${port}`,
    transport: 'udp',
    remote: { address: remote, port },
    local: { address: local, port: 5060 },
    proved: [],
  };
}

export function targetOf(host: Host, transport: Target['transport'] = 'udp'): Target {
  return {
    transport,
    address: host.address,
    port: transport === 'tls' ? 5061 : 5060,
    references: [`${host.name}.example`],
  };
}
