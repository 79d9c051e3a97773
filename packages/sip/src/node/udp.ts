// UDP: one socket for each place we listen at, also for what we send. Datagrams get through or not; nothing
// here waits, and a full queue loses them as the network would. What the system refuses to send is told.
import { createSocket, type Socket } from 'node:dgram';
import { lookup as lookUp, type LookupOneOptions } from 'node:dns';
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { Flow, SocketAddress, Target } from '../endpoint/types.ts';
import { plainAddress, type Feed } from './wire.ts';

export class UdpPlace {
  readonly family: 4 | 6;
  readonly #socket: Socket;
  readonly #queueBytes: number;
  #feed: Feed | undefined;
  #last: Flow | undefined;
  #local: SocketAddress = { address: '0.0.0.0', port: 0 };

  constructor(address: string | undefined, queueBytes: number) {
    this.family = address !== undefined && isIP(address) === 6 ? 6 : 4;
    this.#queueBytes = queueBytes;
    this.#socket = createSocket({
      type: this.family === 6 ? 'udp6' : 'udp4',
      recvBufferSize: RECEIVE_BUFFER,
      lookup: asWritten(),
    });
  }

  get local(): SocketAddress {
    return this.#local;
  }

  async bind(port: number, address: string | undefined): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#socket.once('error', reject);
      this.#socket.bind(address === undefined ? { port } : { port, address }, () => {
        this.#socket.off('error', reject);
        resolve();
      });
    });
    const { address: bound, port: taken } = this.#socket.address();
    this.#local = { address: bound, port: taken };
    this.#socket.on('error', () => undefined);
  }

  /** The families of address it can send to; `::` is both. */
  reaches(family: 4 | 6): boolean {
    return family === this.family || this.#local.address === '::';
  }

  read(feed: Feed): void {
    this.#feed = feed;
    this.#socket.on('message', (bytes, { address, port }) => {
      feed({ kind: 'bytes', flow: this.#flowFrom(plainAddress(address), port), bytes });
    });
  }

  /** Mostly the peer of the last one has sent this one too. */
  #flowFrom(address: string, port: number): Flow {
    const { remote } = this.#last ?? {};
    if (remote?.port !== port || remote.address !== address) this.#last = undefined;
    this.#last ??= this.flowTo(address, port);
    return this.#last;
  }

  flowTo(address: string, port: number): Flow {
    const id = `udp-${this.#local.address}/${this.#local.port}/${address}/${port}`;
    return { id, transport: 'udp', remote: { address, port }, local: this.#local, proved: [] };
  }

  send(flow: Flow, bytes: Uint8Array): void {
    const { address, port } = flow.remote;
    if (this.#socket.getSendQueueSize() > this.#queueBytes || port === 0) return;
    this.#socket.send(bytes, port, this.#asOurs(address), (error) => {
      if (error !== null) {
        this.#feed?.({ kind: 'unsent', flow, bytes, reason: error.message });
      }
    });
  }

  /** An IPv6 socket knows IPv4 addresses only in the dress of its own. */
  #asOurs(address: string): string {
    return this.family === 6 && isIP(address) === 4 ? `::ffff:${address}` : address;
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => this.#socket.close(() => resolve()));
  }
}

/** The address of a target, as one of the families we have a socket for. */
export async function resolveUdp(
  target: Target,
  places: readonly UdpPlace[],
): Promise<Flow | undefined> {
  for (const family of FAMILIES) {
    const fitting = places.filter((place) => place.reaches(family));
    const address = fitting.length === 0 ? undefined : await addressOf(target.address, family);
    if (address !== undefined) return placeTowards(address, fitting)?.flowTo(address, target.port);
  }
  return undefined;
}

/** A socket that is bound to loopback leads nowhere else. */
function placeTowards(address: string, places: readonly UdpPlace[]): UdpPlace | undefined {
  const isLocal = isLoopback(address);
  return places.find(({ local }) => isLoopback(local.address) === isLocal) ?? places[0];
}

function isLoopback(address: string): boolean {
  return address === '::1' || address.startsWith('127.');
}

async function addressOf(host: string, family: 4 | 6): Promise<string | undefined> {
  const written = isIP(host);
  if (written !== 0) return written === family ? host : undefined;
  try {
    return (await lookup(host, { family })).address;
  } catch {
    return undefined;
  }
}

/** IPv4 first: that is where SIP over UDP mostly lives. */
const FAMILIES = [4, 6] as const;

/** What is sent to is an address already: it goes out at once. Only a place to listen at may have a name. */
function asWritten(): (address: string, options: LookupOneOptions, found: Found) => void {
  // Mostly the next one goes where the last one went.
  let [last, family] = ['', 0];
  return (address, options, found) => {
    if (address !== last) [last, family] = [address, isIP(address)];
    if (family === 0) lookUp(address, options, found);
    else found(null, address, family);
  };
}

type Found = (error: NodeJS.ErrnoException | null, address: string, family: number) => void;

/** Octets the system may hold for us, as far as it lets us ask: bursts come faster than turns. */
const RECEIVE_BUFFER = 4 * 1024 * 1024;
