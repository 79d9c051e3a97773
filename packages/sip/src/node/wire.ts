// One stream socket as the edge sees it: octets in order both ways, writes of one turn in one piece, and an
// end that comes even if the peer does not. For a peer that reads slowly there are three marks of what waits
// for it: first requests are held back, then it is not read, since each request read is a response written,
// and at last it is cut. They lie apart so that two peers full of each other's requests still read.
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
  #isFull = false;
  #isPaused = false;
  #feed: Feed | undefined;
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

  /**
   * Begins to read. `opened` is fed first and `closed` last, as soon as nothing can be written any more,
   * whatever ends the connection.
   */
  read(feed: Feed, connect: string | undefined): void {
    const { flow } = this;
    this.#feed = feed;
    this.#socket.on('error', (error) => {
      this.#reason = error.message;
    });
    this.#socket.once('close', () => this.#tellClosed());
    feed(connect === undefined ? { kind: 'opened', flow } : { kind: 'opened', flow, connect });
    if (this.#isEnding) return;
    this.#socket.on('data', (bytes: Uint8Array) => feed({ kind: 'bytes', flow, bytes }));
    this.#socket.on('end', () => {
      this.end();
      this.#tellClosed();
    });
    this.#socket.on('drain', () => this.#drained());
    this.#socket.resume();
  }

  write(bytes: Uint8Array): void {
    if (this.#socket.destroyed || !this.#socket.writable) return;
    this.#cork();
    this.#socket.write(bytes);
    this.#sinceFlush += bytes.length;
    if (this.#sinceFlush > FLUSH) this.#uncork();
    this.#checkMarks();
  }

  /** Lets the peer take what was written, within a bound; what it still says is not read. */
  end(): void {
    if (this.#isEnding) return;
    this.#isEnding = true;
    this.#isPaused = true;
    this.#socket.removeAllListeners('data');
    this.#socket.resume();
    const linger = setTimeout(() => this.#socket.destroy(), this.#limits.lingerTime);
    this.#socket.once('close', () => clearTimeout(linger));
    this.#socket.destroySoon();
  }

  #checkMarks(): void {
    const { holdBack, pauseReading, writeBuffer } = this.#limits;
    const waits = this.#socket.writableLength;
    // What the socket takes without a word drains without one, too: nothing may wait for that.
    const drains = this.#socket.writableNeedDrain;
    if (drains && waits > holdBack && !this.#isFull) {
      this.#isFull = true;
      this.#feed?.({ kind: 'full', flow: this.flow });
    }
    if (drains && waits > pauseReading && !this.#isPaused) {
      this.#isPaused = true;
      this.#socket.pause();
    }
    if (waits <= writeBuffer) return;
    this.#reason = 'The peer did not read what was sent.';
    this.#socket.destroy();
  }

  #drained(): void {
    if (this.#isEnding) return;
    if (this.#isPaused) this.#socket.resume();
    this.#isPaused = false;
    if (!this.#isFull) return;
    this.#isFull = false;
    this.#feed?.({ kind: 'drained', flow: this.flow });
  }

  #tellClosed(): void {
    const { flow } = this;
    const reason = this.#reason;
    this.#feed?.(
      reason === undefined ? { kind: 'closed', flow } : { kind: 'closed', flow, reason },
    );
    this.#feed = undefined;
  }

  #cork(): void {
    if (this.#isCorked) return;
    this.#isCorked = true;
    this.#socket.cork();
    setImmediate(() => this.#uncork());
  }

  /** A turn that writes much hands it on in pieces, so that only what the peer does not read piles up. */
  #uncork(): void {
    if (!this.#isCorked) return;
    this.#isCorked = false;
    this.#sinceFlush = 0;
    this.#socket.uncork();
  }
}

/** Where a socket is connected from and to, as far as it still knows. */
export type SocketEnds = Partial<
  Pick<Socket, 'remoteAddress' | 'remotePort' | 'localAddress' | 'localPort'>
>;

/** The flow of a connected socket, the one of that number. `undefined` when it is already gone. */
export function flowOf(
  serial: number,
  socket: SocketEnds,
  transport: Transport,
  proved: readonly string[],
  shown = '',
): Flow | undefined {
  const remote = place(socket.remoteAddress, socket.remotePort);
  const local = place(socket.localAddress, socket.localPort);
  if (remote === undefined || local === undefined) return undefined;
  const flow: Flow = { id: `${transport}-${serial}`, transport, remote, local, proved };
  return shown === '' ? flow : { ...flow, shown };
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
