// One connection as the edge sees it: octets in order both ways, first in the clear and then, once told, under TLS;
// writes of one turn in one piece; an end that comes even if the peer does not. A peer that does not read what waits
// for it is not read itself, since what is read may be answered, and at last it is cut.
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { XmppInput } from '../endpoint/io.ts';
import type { Remote } from '../server-link.ts';
import type { SocketLimits, TlsCredentials } from './options.ts';
import { type Handshake, presentedBy, startTls } from './tls.ts';

/** What a socket may tell the edge. */
export type Feed = (input: XmppInput) => void;

/** A connection, in the clear or under TLS. */
export class Wire {
  readonly id: string;
  readonly remote: Remote;
  readonly #raw: Socket;
  readonly #feed: Feed;
  readonly #limits: SocketLimits;
  #socket: Socket;
  /** What was written in this turn, and how many octets that is. */
  #pieces: Uint8Array[] = [];
  #octets = 0;
  #isEnding = false;
  #isPaused = false;
  #isClosed = false;
  #isSecured = false;
  #isTls = false;
  #reason: string | undefined;
  #handshakeTimer: NodeJS.Timeout | undefined;
  #pauseTimer: NodeJS.Timeout | undefined;

  constructor(socket: Socket, id: string, remote: Remote, limits: SocketLimits, feed: Feed) {
    this.id = id;
    this.remote = remote;
    this.#raw = socket;
    this.#socket = socket;
    this.#limits = limits;
    this.#feed = feed;
    socket.setNoDelay(true);
  }

  /** Begins to watch; `closed` is fed once and last, whatever ends the connection. */
  watch(): void {
    this.#raw.on('error', this.#note);
    this.#raw.on('drain', this.#drained);
    this.#raw.once('close', () => this.#closed());
  }

  /** Begins to read in the clear. */
  read(): void {
    if (this.#isEnding || this.#isTls) return;
    this.#socket.on('data', this.#take);
    this.#socket.on('end', this.#end);
    if (!this.#isPaused) this.#socket.resume();
  }

  /** From here on every octet belongs to TLS. @spec RFC 6120 §5.4.2.3 */
  secure(credentials: TlsCredentials | undefined, handshake: Handshake): void {
    if (this.#isEnding) return;
    if (credentials === undefined) return this.#tellTls('There is no key for TLS.');
    this.#isTls = true;
    this.#readOn();
    this.#flush();
    this.#raw.off('data', this.#take).off('end', this.#end);
    try {
      const tls = startTls(this.#raw, credentials, handshake, () => this.#secured(tls));
      this.#watchTls(tls);
    } catch (error) {
      this.#tellTls(error instanceof Error ? error.message : 'TLS could not be begun.');
    }
  }

  #watchTls(tls: TLSSocket): void {
    this.#socket = tls;
    tls.on('error', this.#note);
    tls.on('drain', this.#drained);
    tls.once('close', () => this.#raw.destroy());
    this.#boundHandshake(tls);
  }

  /** A peer that goes silent or hangs up halfway ends the connection all the same. */
  #boundHandshake(tls: TLSSocket): void {
    const giveUp = (text: string): void => {
      if (!this.#isSecured && !this.#isEnding) this.#tellTls(text);
    };
    const { handshakeTime } = this.#limits;
    this.#handshakeTimer = setTimeout(() => giveUp('TLS was not set up in time.'), handshakeTime);
    tls.once('end', () => giveUp('The peer hung up while TLS was being set up.'));
  }

  write(bytes: Uint8Array): void {
    if (this.#socket.destroyed || !this.#socket.writable) return;
    if (this.#pieces.length === 0) setImmediate(() => this.#flush());
    this.#pieces.push(bytes);
    this.#octets += bytes.length;
    const { pauseReading, writeBuffer } = this.#limits;
    const waits = this.#socket.writableLength + this.#octets;
    if (waits > Math.min(pauseReading, writeBuffer)) this.#flush();
  }

  /** Lets the peer take what was written, within a bound; what it still says is not read. */
  end(): void {
    if (this.#isEnding) return;
    this.#isEnding = true;
    this.#readOn();
    if (this.#isTls && !this.#isSecured) return this.destroy();
    this.#socket.off('data', this.#take);
    this.#socket.resume();
    const linger = setTimeout(() => this.destroy(), this.#limits.lingerTime);
    this.#raw.once('close', () => clearTimeout(linger));
    this.#flush();
    this.#socket.destroySoon();
  }

  /** Tells when the socket has closed. */
  whenGone(tell: () => void): void {
    if (this.#raw.closed) tell();
    else this.#raw.once('close', tell);
  }

  /** Ends it now. */
  destroy(): void {
    this.#socket.destroy();
    this.#raw.destroy();
  }

  #secured(tls: TLSSocket): void {
    this.#isSecured = true;
    clearTimeout(this.#handshakeTimer);
    if (this.#isEnding) return;
    this.#feed({ kind: 'secured', stream: this.id, presented: presentedBy(tls) });
    tls.on('data', this.#take);
    tls.on('end', this.#end);
  }

  readonly #take = (bytes: Uint8Array): void => {
    this.#feed({ kind: 'bytes', stream: this.id, bytes });
  };

  /** A peer that will say nothing more may not read either: nothing is to be sent by this way any more. */
  readonly #end = (): void => {
    if (!this.#isEnding) this.#tellClosed('The peer ended the connection.');
    this.end();
  };

  readonly #note = (error: Error): void => {
    this.#reason ??= error.message;
    if (this.#isTls && !this.#isSecured) this.#tellTls(error.message);
  };

  #closed(): void {
    this.#isEnding = true;
    this.#readOn();
    clearTimeout(this.#handshakeTimer);
    this.#tellClosed();
  }

  #tellTls(text: string): void {
    this.#feed({ kind: 'tls-failed', stream: this.id, text });
  }

  #tellClosed(reason = this.#reason): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const { id: stream } = this;
    this.#feed(
      reason === undefined ? { kind: 'closed', stream } : { kind: 'closed', stream, reason },
    );
  }

  #checkMarks(): void {
    const { pauseReading, writeBuffer } = this.#limits;
    const waits = this.#socket.writableLength;
    if (waits > pauseReading) this.#pause();
    if (waits > writeBuffer) this.#giveUp();
  }

  /**
   * Only while a drain is to come. A peer that is not read cannot tell that it is gone, hence the bound.
   * @spec RFC 6120 §13.12
   */
  #pause(): void {
    if (this.#isPaused || this.#isEnding || !this.#socket.writableNeedDrain) return;
    this.#isPaused = true;
    this.#socket.pause();
    this.#pauseTimer = setTimeout(() => this.#giveUp(), this.#limits.pausedTime);
  }

  readonly #drained = (): void => {
    if (!this.#isPaused) return;
    this.#readOn();
    this.#socket.resume();
  };

  #readOn(): void {
    this.#isPaused = false;
    clearTimeout(this.#pauseTimer);
  }

  #giveUp(): void {
    this.#reason ??= 'The peer did not read what was sent.';
    this.destroy();
  }

  /** In one piece, since each costs the stream as much as many octets do; then it is seen what the peer does not take. */
  #flush(): void {
    const [pieces, octets] = [this.#pieces, this.#octets];
    const [first] = pieces;
    if (first === undefined) return;
    this.#pieces = [];
    this.#octets = 0;
    this.#socket.write(pieces.length === 1 ? first : Buffer.concat(pieces, octets));
    this.#checkMarks();
  }
}

/** Where a socket leads; an IPv4 address that came through an IPv6 socket is that IPv4 address. */
export function remoteOf(socket: Socket): Remote | undefined {
  const { remoteAddress: address, remotePort: port } = socket;
  if (address === undefined || port === undefined) return undefined;
  const mapped = address.startsWith('::ffff:') && address.includes('.');
  return { address: mapped ? address.slice(7) : address, port };
}
