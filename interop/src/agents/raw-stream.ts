// A connection that speaks literal XML, as an intruder would: nothing of ours writes or reads it but this.
import { connect, type Socket } from 'node:net';
import { connect as secure } from 'node:tls';
import type { Credential } from '../certificates.ts';
import { within } from '../process.ts';

/** One connection. */
export class RawStream {
  said = '';
  #socket: Socket;
  #isOver = false;
  readonly #waiting = new Set<() => void>();

  constructor(address: string, port: number) {
    this.#socket = connect(port, address);
    this.#listen();
  }

  /** Opens a stream from one domain to another. */
  open(from: string, to: string): void {
    this.say(
      `<?xml version='1.0'?><stream:stream xmlns='jabber:server' xmlns:db='jabber:server:dialback' ` +
        `xmlns:stream='http://etherx.jabber.org/streams' from='${from}' to='${to}' version='1.0'>`,
    );
  }

  say(text: string): void {
    if (!this.#isOver) this.#socket.write(text);
  }

  /** Waits until the peer has said something; `'over'` when it closed instead. */
  async until(pattern: RegExp): Promise<'said' | 'over'> {
    const coming = async (): Promise<'said' | 'over'> => {
      for (;;) {
        if (pattern.test(this.said)) return 'said';
        if (this.#isOver) return 'over';
        await new Promise<void>((resolve) => this.#waiting.add(resolve));
      }
    };
    return within(`the gateway to say ${pattern}, after ${this.said.slice(-300)}`, coming());
  }

  /** STARTTLS, with a certificate or none; then an opened stream with its features. */
  async startTls(from: string, to: string, credential?: Credential): Promise<void> {
    this.open(from, to);
    await this.until(/<\/stream:features>/);
    this.say(`<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>`);
    await this.until(/<proceed/);
    this.said = '';
    this.#socket.removeAllListeners();
    this.#socket = secure({
      socket: this.#socket,
      rejectUnauthorized: false,
      ...(credential === undefined ? {} : { key: credential.keyPem, cert: credential.certPem }),
    });
    this.#listen();
    this.open(from, to);
    await this.until(/<\/stream:features>|<stream:features\/>/);
  }

  close(): void {
    this.#socket.destroy();
  }

  #listen(): void {
    this.#socket.on('data', (bytes: Buffer) => {
      this.said += bytes.toString();
      this.#wake();
    });
    for (const end of ['end', 'error', 'close'])
      this.#socket.on(end, () => {
        this.#isOver = true;
        this.#wake();
      });
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }
}
