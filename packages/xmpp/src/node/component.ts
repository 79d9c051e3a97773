// `connectComponent`: an `XmppComponent` with its one socket. It decides nothing of XMPP; what it puts out is done in order
// (turns.ts). The clock is monotonic, so that a step of the wall clock reaches no stream.
import { randomInt } from 'node:crypto';
import { XmppComponent } from '../component.ts';
import type { ComponentOptions, ComponentState } from '../component/record.ts';
import type { XmppEvent, XmppInput, XmppOutput } from '../endpoint/io.ts';
import { MisuseError } from '../fault.ts';
import { nodeDigest } from './digest.ts';
import type { ListenOptions, SocketLimits, XmppEdge } from './options.ts';
import { Sockets } from './sockets.ts';
import { Turns } from './turns.ts';

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
  readonly #turns: Turns<XmppInput, XmppOutput>;
  #take: ((event: XmppEvent) => void) | undefined;
  #closing: Promise<void> | undefined;
  #whenClosed: (() => void) | undefined;

  constructor(options: ConnectComponentOptions) {
    const { host: address, port } = options;
    const server = { address, port };
    this.#component = new XmppComponent({ random, ...options, server, digest: nodeDigest });
    this.#turns = new Turns(this.#component, (out) => this.#perform(out), options.clock);
    this.#sockets = new Sockets(callingOnly(options), (input) => this.#turns.take(input));
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
    this.#turns.take({ kind: 'tick' });
  }

  send(input: XmppInput): void {
    if (this.#take === undefined) throw new MisuseError('not-started', 'call start() first');
    this.#turns.command(input);
  }

  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  async #end(): Promise<void> {
    this.#take ??= () => undefined;
    await new Promise<void>((resolve) => {
      this.#whenClosed = resolve;
      this.#turns.command({ kind: 'close' });
    });
    this.#turns.stop();
    await this.#sockets.close();
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

  #tell(event: XmppEvent): void {
    try {
      this.#take?.(event);
    } finally {
      if (event.kind === 'closed') this.#whenClosed?.();
    }
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
