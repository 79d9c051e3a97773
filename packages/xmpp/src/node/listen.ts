// `listenXmpp`: an `XmppEndpoint` with its sockets and its DNS. It decides nothing of XMPP: octets, connections and answers
// go in, and what comes out is done, in order (turns.ts). The clock is monotonic, so that a step of the wall clock reaches
// no stream.
import { randomInt } from 'node:crypto';
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
import { Turns } from './turns.ts';

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
  readonly #locate: Locate;
  readonly #endpoint: XmppEndpoint;
  readonly #turns: Turns<XmppInput, XmppOutput>;
  #take: ((event: XmppEvent) => void) | undefined;
  #isClosed = false;
  #closing: Promise<void> | undefined;
  #whenClosed: (() => void) | undefined;

  constructor(options: ListenOptions) {
    this.#options = options;
    const { allowPrivate = false } = options;
    this.#locate = options.locate ?? dnsLocate({ random, allowPrivate });
    this.#sockets = new Sockets(options, (input) => this.#turns.take(input));
    this.#endpoint = makeEndpoint(options);
    this.#turns = new Turns(this.#endpoint, (out) => this.#perform(out), options.clock);
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
    this.#turns.command(input);
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
      this.#turns.command({ kind: 'close' });
    });
    this.#isClosed = true;
    this.#turns.stop();
    await this.#sockets.close();
    await stopped;
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
    if (!this.#isClosed) this.#turns.take({ kind: 'located', domain, targets });
  }

  #tell(event: XmppEvent): void {
    try {
      this.#take?.(event);
    } finally {
      if (event.kind === 'closed') this.#whenClosed?.();
    }
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
