// Who may come in: the connections of strangers, counted from their first moment by where they come from, and
// the TLS handshakes that are not done. Without it one address could hold every socket with handshakes it never
// ends, and the endpoint, which sees only what stands, would not know. The endpoint's own bounds come after.
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { plainAddress } from './wire.ts';

/** What a gate holds people to. */
export interface GateLimits {
  readonly connections: number;
  readonly connectionsPerRemote: number;
  readonly handshakes: number;
  readonly handshakeTime: number;
}

/** Told of a connection that was not let in, and of the bound that was full; it is still there. */
export type TurnAway = (socket: Socket, bound: 'connectionsPerRemote' | 'handshakes') => void;

export class Gate {
  readonly #limits: GateLimits;
  readonly #turnAway: TurnAway;
  readonly #maxHandshakes: number;
  readonly #perNetwork = new Map<string, number>();
  /** The ends of handshakes, by the ends of their sockets. */
  readonly #handshakes = new Map<string, () => void>();

  constructor(limits: GateLimits, turnAway: TurnAway) {
    this.#limits = limits;
    this.#turnAway = turnAway;
    this.#maxHandshakes = Math.min(limits.handshakes, Math.ceil(limits.connections / 2));
  }

  get counts(): { readonly handshakes: number; readonly networks: number } {
    return { handshakes: this.#handshakes.size, networks: this.#perNetwork.size };
  }

  /** Counts a connection until it closes. False when there are too many from there, and it is destroyed. */
  admit(socket: Socket): boolean {
    const { remoteAddress } = socket;
    const network = remoteAddress === undefined ? undefined : networkOf(remoteAddress);
    const count = network === undefined ? 0 : this.#countOf(network);
    if (network === undefined) {
      socket.destroy();
      return false;
    }
    if (count >= this.#limits.connectionsPerRemote) {
      this.#turnAway(socket, 'connectionsPerRemote');
      socket.destroy();
      return false;
    }
    this.#perNetwork.set(network, count + 1);
    socket.once('close', () => this.#leave(network));
    return true;
  }

  /**
   * The same for one that begins with TLS: it has `handshakeTime` in all, however it uses it, and is
   * destroyed at once when too many handshakes go on.
   */
  admitHandshake(socket: Socket): boolean {
    if (!this.admit(socket)) return false;
    if (this.#handshakes.size >= this.#maxHandshakes) {
      this.#turnAway(socket, 'handshakes');
      socket.destroy();
      return false;
    }
    const ends = endsOf(socket);
    const timer = setTimeout(() => socket.destroy(), this.#limits.handshakeTime);
    const end = (): void => {
      clearTimeout(timer);
      socket.off('close', end);
      this.#handshakes.delete(ends);
    };
    this.#handshakes.set(ends, end);
    socket.once('close', end);
    return true;
  }

  /** The handshake is done. */
  shaken(socket: TLSSocket): void {
    this.#handshakes.get(endsOf(socket))?.();
  }

  #leave(network: string): void {
    const rest = this.#countOf(network) - 1;
    if (rest > 0) this.#perNetwork.set(network, rest);
    else this.#perNetwork.delete(network);
  }

  #countOf(network: string): number {
    return this.#perNetwork.get(network) ?? 0;
  }
}

/** Who is counted as one: an IPv4 address, or the /64 of an IPv6 address, of which anyone has a whole one. */
export function networkOf(address: string): string {
  const plain = plainAddress(address);
  if (!plain.includes(':')) return plain;
  const [before = '', after] = plain.split('::');
  const head = groupsOf(before);
  const tail = groupsOf(after ?? '');
  const gap = after === undefined ? 0 : Math.max(8 - head.length - tail.length, 0);
  const groups = [...head, ...Array.from({ length: gap }, () => '0'), ...tail];
  return `${groups.slice(0, 4).join(':')}::/64`;
}

function groupsOf(text: string): readonly string[] {
  return text === '' ? [] : text.split(':');
}

/** Two sockets have the same only if one is the TLS of the other. */
function endsOf(socket: Socket): string {
  const { localAddress, localPort, remoteAddress, remotePort } = socket;
  return `${localAddress}/${localPort}/${remoteAddress}/${remotePort}`;
}
