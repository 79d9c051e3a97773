// UDP: one socket for each place we listen at, also for what we send. Datagrams get through or not;
// nothing here waits, and a full queue loses them as the network would.
import { createSocket, type Socket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { Flow, SocketAddress, Target } from '../endpoint/types.ts';
import { plainAddress, type Feed } from './wire.ts';

export class UdpPlace {
  readonly family: 4 | 6;
  readonly #socket: Socket;
  readonly #queueBytes: number;
  #local: SocketAddress = { address: '0.0.0.0', port: 0 };

  constructor(address: string | undefined, queueBytes: number) {
    this.family = address !== undefined && isIP(address) === 6 ? 6 : 4;
    this.#queueBytes = queueBytes;
    this.#socket = createSocket({
      type: this.family === 6 ? 'udp6' : 'udp4',
      recvBufferSize: RECEIVE_BUFFER,
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

  read(feed: Feed): void {
    this.#socket.on('message', (bytes, { address, port }) => {
      feed({ kind: 'bytes', flow: this.flowTo(plainAddress(address), port), bytes });
    });
  }

  flowTo(address: string, port: number): Flow {
    const id = `udp-${this.#local.port}/${address}/${port}`;
    return { id, transport: 'udp', remote: { address, port }, local: this.#local, proved: [] };
  }

  send(remote: SocketAddress, bytes: Uint8Array): void {
    if (this.#socket.getSendQueueSize() > this.#queueBytes || remote.port === 0) return;
    this.#socket.send(bytes, remote.port, remote.address, () => undefined);
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
  for (const place of places) {
    const address = await addressOf(target.address, place.family);
    if (address !== undefined) return place.flowTo(address, target.port);
  }
  return undefined;
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

/** Octets the system may hold for us, as far as it lets us ask: bursts come faster than turns. */
const RECEIVE_BUFFER = 4 * 1024 * 1024;
