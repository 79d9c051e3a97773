// One stream socket as the edge sees it: octets in order both ways, writes of one turn in one piece, a
// bound on what waits for a slow reader, and an end that comes even if the peer does not.
import type { Socket } from 'node:net';
import type { Flow, SipInput, SocketAddress, Transport } from '../endpoint/types.ts';
import type { SocketLimits } from './options.ts';

/** What a socket may tell the edge. */
export type Feed = (input: SipInput) => void;

export class Wire {
  readonly flow: Flow;
  /** Resolves when the socket has closed. */
  readonly gone: Promise<void>;
  readonly #socket: Socket;
  readonly #limits: SocketLimits;
  #isCorked = false;
  #sinceFlush = 0;
  #isEnding = false;
  #reason: string | undefined;

  constructor(socket: Socket, flow: Flow, limits: SocketLimits) {
    this.flow = flow;
    this.#socket = socket;
    this.#limits = limits;
    this.gone = new Promise((resolve) => {
      socket.once('close', () => resolve());
    });
    socket.setNoDelay(true);
  }

  /** Octets that wait for the peer. */
  get writing(): number {
    return this.#socket.writableLength;
  }

  /** Begins to read. `opened` is fed first and `closed` last, whatever ends the connection. */
  read(feed: Feed, connect: string | undefined): void {
    const { flow } = this;
    this.#socket.on('error', (error) => {
      this.#reason = error.message;
    });
    this.#socket.once('close', () => feed(closed(flow, this.#reason)));
    feed(connect === undefined ? { kind: 'opened', flow } : { kind: 'opened', flow, connect });
    if (this.#isEnding) return;
    this.#socket.on('data', (bytes: Uint8Array) => feed({ kind: 'bytes', flow, bytes }));
    this.#socket.on('end', () => this.end());
    this.#socket.resume();
  }

  write(bytes: Uint8Array): void {
    if (this.#socket.destroyed || !this.#socket.writable) return;
    this.#cork();
    this.#socket.write(bytes);
    this.#sinceFlush += bytes.length;
    if (this.#sinceFlush > FLUSH) this.#uncork();
    if (this.#socket.writableLength > this.#limits.writeBuffer) {
      this.#reason = 'The peer did not read what was sent.';
      this.#socket.destroy();
    }
  }

  /** Lets the peer take what was written, within a bound; what it still says is not read. */
  end(): void {
    if (this.#isEnding) return;
    this.#isEnding = true;
    this.#socket.removeAllListeners('data');
    this.#socket.resume();
    const linger = setTimeout(() => this.#socket.destroy(), this.#limits.lingerTime);
    this.#socket.once('close', () => clearTimeout(linger));
    this.#socket.destroySoon();
  }

  #cork(): void {
    if (this.#isCorked) return;
    this.#isCorked = true;
    this.#socket.cork();
    process.nextTick(() => this.#uncork());
  }

  /** A turn that writes much hands it on in pieces, so that only what the peer does not read piles up. */
  #uncork(): void {
    if (!this.#isCorked) return;
    this.#isCorked = false;
    this.#sinceFlush = 0;
    this.#socket.uncork();
  }
}

function closed(flow: Flow, reason: string | undefined): SipInput {
  return reason === undefined ? { kind: 'closed', flow } : { kind: 'closed', flow, reason };
}

/** The flow of a connected socket, the one of that number. `undefined` when it is already gone. */
export function flowOf(
  serial: number,
  socket: Socket,
  transport: Transport,
  proved: readonly string[],
): Flow | undefined {
  const remote = place(socket.remoteAddress, socket.remotePort);
  const local = place(socket.localAddress, socket.localPort);
  if (remote === undefined || local === undefined) return undefined;
  return { id: `${transport}-${serial}`, transport, remote, local, proved };
}

/** An IPv4 address that came through an IPv6 socket is that IPv4 address. */
export function plainAddress(address: string): string {
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address;
}

function place(address: string | undefined, port: number | undefined): SocketAddress | undefined {
  if (address === undefined || port === undefined) return undefined;
  return { address: plainAddress(address), port };
}

/** Octets written in one turn before they are handed on. */
const FLUSH = 65_536;
