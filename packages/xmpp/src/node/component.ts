// `connectComponent`: an `XmppComponent` with its one socket and the one timer it needs. It decides nothing of XMPP. The
// clock is monotonic, so that a step of the wall clock reaches no stream.
import { randomInt } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { XmppComponent } from '../component.ts';
import type { ComponentOptions, ComponentState } from '../component/record.ts';
import type { XmppEvent, XmppInput, XmppOutput } from '../endpoint/io.ts';
import { MisuseError } from '../fault.ts';
import { nodeDigest } from './digest.ts';
import type { ListenOptions, SocketLimits, XmppEdge } from './options.ts';
import { Sockets } from './sockets.ts';

/** What `connectComponent` is told: what the component is told, and where its server is. */
export interface ConnectComponentOptions extends Omit<ComponentOptions, 'server' | 'digest'> {
  /** A name or an address of the server: loopback, or a network that is trusted. */
  readonly host: string;
  readonly port: number;
  /** Milliseconds; must never step back. Default: `performance.now`. */
  readonly clock?: () => number;
  /** Milliseconds for a TCP connection. */
  readonly connectTimeout?: number;
  readonly sockets?: Partial<SocketLimits>;
}

/** A component with its socket: an {@link XmppEdge} that listens nowhere and has no TLS to replace. */
export interface ComponentEdge extends Omit<XmppEdge, 'replaceTls' | 'counts'> {
  /** Where it stands with its server; stanzas go out at once when `ready`. */
  readonly state: ComponentState;
  readonly counts: ComponentEdgeCounts;
}

/** How much a component's edge holds. */
export interface ComponentEdgeCounts {
  /** Stanzas that wait for the server. */
  readonly queued: number;
  /** Sockets, from the first moment of each to its last. */
  readonly sockets: number;
}

/**
 * Sits a domain behind an XMPP server. The server is called at `start`, and again whenever the connection is lost.
 * For loopback or a trusted network only: nothing is encrypted, whoever is on the way reads and writes everything, and
 * the server is believed about every sender. Rejects with a `MisuseError`; that the server is away or refuses the
 * secret is told by `fault` events and by fates.
 * @spec XEP-0114 §3, §4
 */
export function connectComponent(options: ConnectComponentOptions): Promise<ComponentEdge> {
  return new Promise((resolve) => resolve(new Edge(options)));
}

class Edge implements ComponentEdge {
  readonly listening: XmppEdge['listening'] = [];
  readonly #component: XmppComponent;
  readonly #sockets: Sockets;
  readonly #clock: () => number;
  readonly #inputs: XmppInput[] = [];
  #take: ((event: XmppEvent) => void) | undefined;
  #isPumping = false;
  #isClosed = false;
  #timer: NodeJS.Timeout | undefined;
  #timerAt = NEVER;
  #closing: Promise<void> | undefined;
  #whenClosed: (() => void) | undefined;

  constructor(options: ConnectComponentOptions) {
    const { host: address, port } = options;
    const server = { address, port };
    this.#clock = options.clock ?? (() => performance.now());
    this.#component = new XmppComponent({ random, ...options, server, digest: nodeDigest });
    this.#sockets = new Sockets(callingOnly(options), (input) => this.#feed(input));
  }

  get state(): ComponentState {
    return this.#component.state;
  }

  get counts(): ComponentEdgeCounts {
    return { queued: this.#component.queued, sockets: this.#sockets.size };
  }

  start(take: (event: XmppEvent) => void): void {
    if (this.#take !== undefined) throw new MisuseError('started', 'the edge has been started');
    this.#take = take;
    this.#feed({ kind: 'tick' });
  }

  send(input: XmppInput): void {
    if (this.#take === undefined) throw new MisuseError('not-started', 'call start() first');
    this.#feed(input);
  }

  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  async #end(): Promise<void> {
    this.#take ??= () => undefined;
    await new Promise<void>((resolve) => {
      this.#whenClosed = resolve;
      this.#feed({ kind: 'close' });
    });
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#sockets.close();
  }

  /** One input at a time: what a host says from within an event waits for its turn. */
  #feed(input: XmppInput): void {
    this.#inputs.push(input);
    if (this.#isPumping) return;
    this.#isPumping = true;
    try {
      this.#pump();
    } finally {
      this.#isPumping = false;
      this.#arm();
    }
  }

  #pump(): void {
    const component = this.#component;
    for (let input = this.#inputs.shift(); input !== undefined; input = this.#inputs.shift()) {
      component.receive(this.#clock(), input);
      for (let out = component.next(); out !== undefined; out = component.next())
        this.#perform(out);
    }
  }

  #perform(output: XmppOutput): void {
    switch (output.kind) {
      case 'send':
        return this.#sockets.write(output.stream, output.bytes);
      case 'disconnect':
        return this.#sockets.end(output.stream);
      case 'connect':
        return this.#sockets.connect(output);
      case 'start-tls':
      case 'locate':
        return undefined; // a component asks for neither
      default:
        return this.#tell(output);
    }
  }

  /** A host that throws is told so by its process, and the other events still come. */
  #tell(event: XmppEvent): void {
    try {
      this.#take?.(event);
    } catch (error) {
      queueMicrotask(() => {
        throw error;
      });
    }
    if (event.kind === 'closed') this.#whenClosed?.();
  }

  /** A timer that fires too early costs one tick; moving it for each stanza would cost more. */
  #arm(): void {
    const at = this.#component.wakeAt;
    if (this.#isClosed || at >= this.#timerAt) return;
    clearTimeout(this.#timer);
    this.#timerAt = at;
    const wait = Math.min(Math.max(Math.ceil(at - this.#clock()), 0), MAX_WAIT);
    this.#timer = setTimeout(() => {
      this.#timerAt = NEVER;
      this.#feed({ kind: 'tick' });
    }, wait);
  }
}

/** Sockets that call and never listen: nobody is judged, no domain is ours to be called for. */
function callingOnly(options: ConnectComponentOptions): ListenOptions {
  const { connectTimeout, sockets } = options;
  return {
    domains: [],
    listen: [],
    secret: '',
    judge: () => ({ accepted: false, proved: [], certificate: 'none', faults: [] }),
    ...(connectTimeout === undefined ? {} : { connectTimeout }),
    ...(sockets === undefined ? {} : { sockets }),
  };
}

/** From 0 to 1. */
function random(): number {
  return randomInt(2 ** 32) / 2 ** 32;
}

const NEVER = Number.POSITIVE_INFINITY;

/** The longest wait `setTimeout` can hold. */
const MAX_WAIT = 2 ** 31 - 1;
