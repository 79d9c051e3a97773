// A network without sockets: addresses, ports, connections that keep order, datagrams that need not
// arrive, and a TLS that consists of what each side presents (the judging is real, the cipher is not).
import type { VirtualClock } from './clock.ts';

/** Where something listens or comes from. */
export interface Place {
  readonly address: string;
  readonly port: number;
}

/** How the network behaves. Looked at whenever something is sent: what changes in it holds from then on. */
export interface NetworkOptions {
  /** Milliseconds from one host to another. Default 1. Connections keep their order when it changes. */
  readonly latency?: number;
  /** Octets delivered at once, at most; a small number cuts messages anywhere. Default no limit. */
  readonly split?: number;
  /** Whether a datagram is lost. Default never. */
  readonly lose?: () => boolean;
  /** How many milliseconds later than others each copy of a datagram arrives. Default one copy, in time. */
  readonly scatter?: () => readonly number[];
  /** Sees everything that is sent, whether it arrives or not. */
  readonly tap?: (from: Place, to: Place, bytes: Uint8Array) => void;
}

/** One end of a connection. */
export interface Pipe {
  readonly local: Place;
  readonly remote: Place;
  /** What arrives, and the end. Set once. */
  listen(on: PipeEvents): void;
  send(bytes: Uint8Array): void;
  /** Begins TLS by showing a chain; `secured` comes when the other end has done so too. */
  secure(chain: readonly Uint8Array[]): void;
  close(): void;
}

/** What somebody shows in TLS at this moment. */
export function chainOf({
  chain,
}: {
  readonly chain: readonly Uint8Array[] | (() => readonly Uint8Array[]);
}): readonly Uint8Array[] {
  return typeof chain === 'function' ? chain() : chain;
}

/** What happens at one end of a connection. */
export interface PipeEvents {
  bytes(bytes: Uint8Array): void;
  secured?(peer: readonly Uint8Array[]): void;
  closed(): void;
}

type Accept = (pipe: Pipe) => void;
type Receive = (from: Place, bytes: Uint8Array) => void;

/** The network. */
export class VirtualNetwork {
  readonly #clock: VirtualClock;
  readonly #options: NetworkOptions;
  readonly #listeners = new Map<string, Accept>();
  readonly #datagrams = new Map<string, Receive>();
  readonly #ends = new Set<End>();
  /** What waits in each direction that is parted. */
  readonly #parted = new Map<string, (() => void)[]>();
  /** How often each address has gone down: what a host began before that is not its successor's. */
  readonly #downs = new Map<string, number>();
  #nextPort = 40_000;

  constructor(clock: VirtualClock, options: NetworkOptions = {}) {
    this.#clock = clock;
    this.#options = options;
  }

  /** Connections that are open, counted by their ends. */
  get open(): number {
    return this.#ends.size;
  }

  /** Accepts connections at a place. */
  listen(place: Place, accept: Accept): void {
    this.#listeners.set(key(place), accept);
  }

  /** Stops accepting there and cuts every connection of that address: the host is gone. */
  down(address: string): void {
    this.#downs.set(address, this.#downsOf(address) + 1);
    for (const table of [this.#listeners, this.#datagrams]) {
      for (const place of table.keys()) if (place.startsWith(`${address} `)) table.delete(place);
    }
    for (const end of this.#ends) {
      if (end.local.address === address) end.close();
    }
  }

  /** Cuts every connection of that address: what is on its way is lost, and both ends are told. It still listens. */
  cut(address: string): void {
    for (const end of this.#ends) {
      if (end.local.address === address) end.sever();
    }
  }

  /** From now on nothing arrives over the connections that address has, and no end is told. */
  stall(address: string): void {
    for (const end of this.#ends) {
      if (end.local.address === address || end.remote.address === address) end.stall();
    }
  }

  /**
   * From now on nothing gets from one address to the other: datagrams are lost, what connections carry waits, and no
   * connection comes to be.
   */
  part(from: string, to: string): void {
    const way = `${from} ${to}`;
    if (!this.#parted.has(way)) this.#parted.set(way, []);
  }

  /** Ends that; what waited arrives. */
  heal(from: string, to: string): void {
    const waiting = this.#parted.get(`${from} ${to}`) ?? [];
    this.#parted.delete(`${from} ${to}`);
    for (const run of waiting) run();
  }

  /** Connects; `done` gets the connection, or nothing when nobody listens there. */
  connect(from: string, to: Place, done: (pipe: Pipe | undefined) => void): void {
    const local = { address: from, port: this.#nextPort++ };
    const began = this.#downsOf(from);
    const isThere = (): boolean => this.#downsOf(from) === began;
    this.#later(() => {
      if (!isThere()) return;
      if (this.#isParted(from, to.address) || this.#isParted(to.address, from)) {
        this.#clock.after(CONNECT_TIMEOUT, () => isThere() && done(undefined));
        return;
      }
      const accept = this.#listeners.get(key(to));
      const [near, far] = accept === undefined ? [undefined, undefined] : this.#pair(local, to);
      if (far !== undefined) accept?.(far);
      this.#later(() => isThere() && done(near));
    });
  }

  /** Receives datagrams at a place. */
  bind(place: Place, receive: Receive): void {
    this.#datagrams.set(key(place), receive);
  }

  /** Sends a datagram, which arrives or does not. */
  datagram(from: Place, to: Place, bytes: Uint8Array): void {
    this.#options.tap?.(from, to, bytes);
    if (this.#options.lose?.() === true || this.#isParted(from.address, to.address)) return;
    for (const late of this.#options.scatter?.() ?? IN_TIME)
      this.#later(() => this.#datagrams.get(key(to))?.(from, bytes), late);
  }

  #isParted(from: string, to: string): boolean {
    return this.#parted.has(`${from} ${to}`);
  }

  #downsOf(address: string): number {
    return this.#downs.get(address) ?? 0;
  }

  #pair(local: Place, remote: Place): [End, End] {
    const ground: Ground = {
      ends: this.#ends,
      tap: this.#options.tap,
      split: () => this.#options.split ?? Infinity,
      later: (run) => this.#later(run),
      carry: (from, to, after, run) => {
        const due = Math.max(after, this.#clock.now + (this.#options.latency ?? 1));
        this.#clock.at(due, () => {
          const waiting = this.#parted.get(`${from} ${to}`);
          if (waiting === undefined) run();
          else waiting.push(run);
        });
        return due;
      },
    };
    const near = new End(local, remote, ground);
    const far = new End(remote, local, ground);
    near.peer = far;
    far.peer = near;
    return [near, far];
  }

  #later(run: () => void, more = 0): void {
    this.#clock.after((this.#options.latency ?? 1) + more, run);
  }
}

/** Milliseconds until a connection to where nothing gets is given up. */
const CONNECT_TIMEOUT = 10_000;

const IN_TIME: readonly number[] = [0];

/** What the ends of connections stand on. */
interface Ground {
  readonly ends: Set<End>;
  readonly tap: NetworkOptions['tap'];
  readonly split: () => number;
  readonly later: (run: () => void) => void;
  /** Does something at the other address, when it gets there, not before an instant; answers when that is. */
  readonly carry: (from: string, to: string, after: number, run: () => void) => number;
}

class End implements Pipe {
  readonly local: Place;
  readonly remote: Place;
  peer: End | undefined;
  readonly #ground: Ground;
  #due = 0;
  #on: PipeEvents | undefined;
  readonly #early: (() => void)[] = [];
  #shown: readonly Uint8Array[] | undefined;
  #ended = false;
  #stalled = false;

  constructor(local: Place, remote: Place, ground: Ground) {
    this.local = local;
    this.remote = remote;
    this.#ground = ground;
    ground.ends.add(this);
  }

  listen(on: PipeEvents): void {
    this.#on = on;
    for (const run of this.#early.splice(0)) run();
  }

  send(bytes: Uint8Array): void {
    if (this.#ended) return;
    const copy = bytes.slice();
    this.#ground.tap?.(this.local, this.remote, copy);
    const split = this.#ground.split();
    for (let at = 0; at < copy.length; at += split) {
      const part = copy.subarray(at, Math.min(at + split, copy.length));
      this.#reach((peer) => peer.#arrive(() => peer.#on?.bytes(part)));
    }
  }

  secure(chain: readonly Uint8Array[]): void {
    this.#shown = chain;
    const theirs = this.peer === undefined ? undefined : this.peer.#shown;
    if (theirs === undefined) return;
    this.#ground.later(() => this.#arrive(() => this.#on?.secured?.(theirs)));
    this.#reach((other) => other.#arrive(() => other.#on?.secured?.(chain)));
  }

  close(): void {
    if (this.#ended) return;
    this.#finish();
    this.#reach((peer) => peer.#lost());
  }

  /** The connection breaks between the two. */
  sever(): void {
    const { peer } = this;
    if (this.#ended) return;
    this.#finish();
    this.#ground.later(() => this.#arriveLast());
    peer?.sever();
  }

  /** What is sent from here on, and what is on its way, goes nowhere. */
  stall(): void {
    this.#stalled = true;
  }

  #lost(): void {
    if (this.#ended) return;
    this.#finish();
    this.#arriveLast();
  }

  #finish(): void {
    this.#ended = true;
    this.#ground.ends.delete(this);
  }

  #arriveLast(): void {
    if (this.#on === undefined) this.#early.push(() => this.#on?.closed());
    else this.#on.closed();
  }

  #reach(run: (peer: End) => void): void {
    const { local, remote } = this;
    this.#due = this.#ground.carry(local.address, remote.address, this.#due, () => {
      if (this.peer !== undefined) run(this.peer);
    });
  }

  #arrive(run: () => void): void {
    if (this.#ended || this.#stalled) return;
    if (this.#on === undefined) this.#early.push(run);
    else run();
  }
}

function key(place: Place): string {
  return `${place.address} ${place.port}`;
}
