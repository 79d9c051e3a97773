// `listenSip`: a `SipEndpoint` with its sockets. It decides nothing of SIP: octets and connections go in, and what
// comes out is done, in order (turns.ts). The clock is monotonic, so that a step of the wall clock reaches no transaction.
import { SipEndpoint } from '../endpoint.ts';
import { checkCommand } from '../endpoint/draft.ts';
import type {
  SipCounts,
  SipEndpointOptions,
  SipEvent,
  SipInput,
  SipOutput,
  Transport,
} from '../endpoint/types.ts';
import { MisuseError } from '../fault.ts';
import {
  checkListenOptions,
  endpointOptions,
  type ListenOptions,
  type ListenPlace,
  type SipEdge,
  type SipEdgeCounts,
  type TlsCredentials,
} from './options.ts';
import { Sockets } from './sockets.ts';
import { drawToken } from './token.ts';
import { Turns } from './turns.ts';

/**
 * Opens every place to listen at, or none. Nothing is read before `start`. Rejects with the error of
 * the socket that could not be opened, with what OpenSSL says of bad credentials, or, before anything is
 * opened, with a `MisuseError`.
 * @spec RFC 3261 §18.2.1
 */
export async function listenSip(options: ListenOptions): Promise<SipEdge> {
  checkListenOptions(options);
  const edge = new Edge(options);
  try {
    await edge.listen();
  } catch (error) {
    await edge.close();
    throw error;
  }
  return edge;
}

class Edge implements SipEdge {
  readonly #options: ListenOptions;
  readonly #sockets: Sockets;
  /** Once every place is open: it is told their ports. */
  #endpoint: SipEndpoint | undefined;
  #turns: Turns<SipInput, SipOutput> | undefined;
  #take: ((event: SipEvent) => void) | undefined;
  #closing: Promise<void> | undefined;
  #isDrained = false;
  #whenClosed: (() => void) | undefined;

  constructor(options: ListenOptions) {
    this.#options = options;
    this.#sockets = new Sockets(options, (input) =>
      this.#turns?.take(input, input.kind === 'bytes' ? input.bytes.length : 0),
    );
  }

  get listening(): readonly Required<ListenPlace>[] {
    return this.#sockets.places;
  }

  get counts(): SipEdgeCounts {
    return { ...(this.#endpoint?.counts ?? NOTHING), ...this.#sockets.counts };
  }

  async listen(): Promise<void> {
    for (const place of this.#options.listen) await this.#sockets.listen(place);
    const ports: Partial<Record<Transport, number>> = {};
    for (const { transport, port } of this.#sockets.places) ports[transport] ??= port;
    const shownTo: SipEndpointOptions['shownTo'] = (target, local) =>
      this.#sockets.shownTo(target, local);
    const options = endpointOptions({ ...this.#options, shownTo }, drawToken, ports);
    this.#endpoint = new SipEndpoint(options);
    this.#turns = new Turns(this.#endpoint, (out) => this.#perform(out), this.#options.clock);
  }

  start(take: (event: SipEvent) => void): void {
    if (this.#take !== undefined) throw new MisuseError('started', 'the edge has been started');
    this.#take = take;
    this.#sockets.start();
  }

  send(input: SipInput): void {
    if (this.#take === undefined) throw new MisuseError('not-started', 'call start() first');
    if (this.#turns?.isRunning === true) checkCommand(input);
    this.#turns?.command(input);
  }

  replaceTls(tls: TlsCredentials): void {
    this.#sockets.replaceTls(tls);
  }

  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  async #end(): Promise<void> {
    const stopped = this.#sockets.stopListening();
    if (this.#endpoint !== undefined) await this.#drained();
    await this.#sockets.close();
    await stopped;
    this.#turns?.stop();
  }

  /** Resolves when the endpoint has said `closed`, now or before. */
  async #drained(): Promise<void> {
    if (this.#take === undefined) this.start(() => undefined);
    if (this.#isDrained) return;
    await new Promise<void>((resolve) => {
      this.#whenClosed = resolve;
      this.#turns?.command({ kind: 'close' });
    });
  }

  #perform(output: SipOutput): void {
    if (output.kind === 'send') this.#sockets.write(output.flow, output.bytes);
    else if (output.kind === 'connect')
      this.#sockets.connect(output.connect, output.target, output.local);
    else if (output.kind === 'disconnect') this.#sockets.end(output.flow);
    else this.#tell(output);
  }

  #tell(event: SipEvent): void {
    if (event.kind === 'closed') this.#isDrained = true;
    try {
      this.#take?.(event);
    } finally {
      if (event.kind === 'closed') this.#whenClosed?.();
    }
  }
}

/** Before the endpoint is there. */
const NOTHING: SipCounts = {
  connections: 0,
  requests: 0,
  client: 0,
  connecting: 0,
  waiting: 0,
  heldBack: 0,
  blocked: 0,
  server: 0,
  unanswered: 0,
  keptBytes: 0,
};
