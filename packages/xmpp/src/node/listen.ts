// `listenXmpp`: an `XmppEndpoint` with its sockets, its DNS and the one timer it needs. It decides nothing of XMPP:
// octets, connections, answers and the clock go in, and what comes out is done, in order. The clock is
// monotonic, so that a step of the wall clock reaches no stream.
import { randomInt } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { XmppEndpoint } from '../endpoint.ts';
import type { XmppEvent, XmppInput, XmppOutput } from '../endpoint/io.ts';
import { MisuseError } from '../fault.ts';
import { guardedHosts, guardedRules } from '../stream/guard.ts';
import { checkCredentials } from './credentials.ts';
import { nodeDigest } from './digest.ts';
import { dnsLocate, type Locate, type Located } from './locate.ts';
import type {
  ListenOptions,
  ListenPlace,
  TlsCredentials,
  XmppEdge,
  XmppEdgeCounts,
} from './options.ts';
import { Sockets } from './sockets.ts';
import { drawToken } from './token.ts';
import type { Handshake } from './tls.ts';

/**
 * Opens every place to listen at, or none. Nothing is read before `start`. Rejects with the error of
 * the socket that could not be opened, or with a `MisuseError`.
 * @spec RFC 6120 §3.2
 */
export async function listenXmpp(options: ListenOptions): Promise<XmppEdge> {
  if (options.tls === undefined && options.rules === undefined)
    throw new MisuseError('tls-options', 'give `tls`, or `rules` that do without');
  if (options.tls !== undefined) checkCredentials(options.tls);
  const edge = new Edge(options);
  try {
    await edge.listen();
  } catch (error) {
    await edge.close();
    throw error;
  }
  return edge;
}

class Edge implements XmppEdge {
  readonly #options: ListenOptions;
  readonly #sockets: Sockets;
  readonly #clock: () => number;
  readonly #locate: Locate;
  readonly #endpoint: XmppEndpoint;
  readonly #inputs: XmppInput[] = [];
  #take: ((event: XmppEvent) => void) | undefined;
  #isPumping = false;
  #isClosed = false;
  #timer: NodeJS.Timeout | undefined;
  #timerAt = NEVER;
  #closing: Promise<void> | undefined;
  #whenClosed: (() => void) | undefined;

  constructor(options: ListenOptions) {
    this.#options = options;
    this.#clock = options.clock ?? (() => performance.now());
    const { allowPrivate = false } = options;
    this.#locate = options.locate ?? dnsLocate({ random, allowPrivate });
    this.#sockets = new Sockets(options, (input) => this.#feed(input));
    this.#endpoint = makeEndpoint(options);
  }

  get listening(): readonly Required<ListenPlace>[] {
    return this.#sockets.places;
  }

  get counts(): XmppEdgeCounts {
    return { ...this.#endpoint.counts, sockets: this.#sockets.size };
  }

  async listen(): Promise<void> {
    for (const place of this.#options.listen) await this.#sockets.listen(place);
  }

  start(take: (event: XmppEvent) => void): void {
    if (this.#take !== undefined) throw new MisuseError('started', 'the edge has been started');
    this.#take = take;
    this.#sockets.start();
  }

  send(input: XmppInput): void {
    if (this.#take === undefined) throw new MisuseError('not-started', 'call start() first');
    this.#feed(input);
  }

  replaceTls(tls: TlsCredentials): void {
    this.#sockets.replaceTls(tls);
  }

  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  async #end(): Promise<void> {
    if (this.#take === undefined) this.start(() => undefined);
    const stopped = this.#sockets.stopListening();
    await new Promise<void>((resolve) => {
      this.#whenClosed = resolve;
      this.#feed({ kind: 'close' });
    });
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#sockets.close();
    await stopped;
    clearTimeout(this.#timer);
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
    const endpoint = this.#endpoint;
    for (let input = this.#inputs.shift(); input !== undefined; input = this.#inputs.shift()) {
      endpoint.receive(this.#clock(), input);
      for (let output = endpoint.next(); output !== undefined; output = endpoint.next()) {
        this.#perform(output);
      }
    }
  }

  #perform(output: XmppOutput): void {
    switch (output.kind) {
      case 'send':
        return this.#sockets.write(output.stream, output.bytes);
      case 'start-tls':
        return this.#sockets.startTls(output.stream, handshakeOf(output));
      case 'disconnect':
        return this.#sockets.end(output.stream);
      case 'connect':
        return this.#sockets.connect(output);
      case 'locate':
        return void this.#lookUp(output.domain);
      default:
        return this.#tell(output);
    }
  }

  async #lookUp(domain: string): Promise<void> {
    const targets = await this.#locate(domain).catch((): Located => 'failed');
    if (!this.#isClosed) this.#feed({ kind: 'located', domain, targets });
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
    const at = this.#endpoint.wakeAt;
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

function handshakeOf({
  role,
  local,
  domain,
}: Extract<XmppOutput, { kind: 'start-tls' }>): Omit<Handshake, 'direct'> {
  return { role, local, peer: role === 'client' ? domain : undefined };
}

function makeEndpoint(options: ListenOptions): XmppEndpoint {
  const { domains, rules } = options;
  const isOurs = typeof domains === 'function' ? guardedHosts(domains) : isOneOf(new Set(domains));
  const guarded = rules === undefined ? {} : { rules: guardedRules(rules) };
  const own = { ...guarded, domains: isOurs, digest: nodeDigest };
  return new XmppEndpoint({ drawToken, random, ...options, ...own });
}

function isOneOf(names: ReadonlySet<string>): (domain: string) => boolean {
  return (domain) => names.has(domain);
}

/** From 0 to 1. */
function random(): number {
  return randomInt(2 ** 32) / 2 ** 32;
}

const NEVER = Number.POSITIVE_INFINITY;

/** The longest wait `setTimeout` can hold. */
const MAX_WAIT = 2 ** 31 - 1;
