// A network without sockets: addresses, ports, connections that keep order, datagrams that need not
// arrive, and a TLS that consists of what each side presents (the judging is real, the cipher is not).
import type { VirtualClock } from './clock.ts';

/** Where something listens or comes from. */
export interface Place {
  readonly address: string;
  readonly port: number;
}

/** How the network behaves. */
export interface NetworkOptions {
  /** Milliseconds from one host to another. Default 1. */
  readonly latency?: number;
  /** Octets delivered at once, at most; a small number cuts messages anywhere. Default no limit. */
  readonly split?: number;
  /** Whether a datagram is lost. Default never. */
  readonly lose?: () => boolean;
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
    for (const place of this.#listeners.keys()) {
      if (place.startsWith(`${address} `)) this.#listeners.delete(place);
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

  /** Connects; `done` gets the connection, or nothing when nobody listens there. */
  connect(from: string, to: Place, done: (pipe: Pipe | undefined) => void): void {
    const local = { address: from, port: this.#nextPort++ };
    this.#later(() => {
      const accept = this.#listeners.get(key(to));
      const [near, far] = accept === undefined ? [undefined, undefined] : this.#pair(local, to);
      if (far !== undefined) accept?.(far);
      this.#later(() => done(near));
    });
  }

  /** Receives datagrams at a place. */
  bind(place: Place, receive: Receive): void {
    this.#datagrams.set(key(place), receive);
  }

  /** Sends a datagram, which arrives or does not. */
  datagram(from: Place, to: Place, bytes: Uint8Array): void {
    if (this.#options.lose?.() === true) return;
    this.#later(() => this.#datagrams.get(key(to))?.(from, bytes));
  }

  #pair(local: Place, remote: Place): [Pipe, Pipe] {
    const split = this.#options.split ?? Infinity;
    const near = new End(local, remote, this.#clock, this.#options.latency ?? 1, split, this.#ends);
    const far = new End(remote, local, this.#clock, this.#options.latency ?? 1, split, this.#ends);
    near.peer = far;
    far.peer = near;
    return [near, far];
  }

  #later(run: () => void): void {
    this.#clock.after(this.#options.latency ?? 1, run);
  }
}

class End implements Pipe {
  readonly local: Place;
  readonly remote: Place;
  peer: End | undefined;
  readonly #clock: VirtualClock;
  readonly #latency: number;
  readonly #split: number;
  readonly #all: Set<End>;
  #on: PipeEvents | undefined;
  readonly #early: (() => void)[] = [];
  #shown: readonly Uint8Array[] | undefined;
  #ended = false;
  #stalled = false;

  constructor(
    local: Place,
    remote: Place,
    clock: VirtualClock,
    latency: number,
    split: number,
    all: Set<End>,
  ) {
    this.local = local;
    this.remote = remote;
    this.#clock = clock;
    this.#latency = latency;
    this.#split = split;
    this.#all = all;
    all.add(this);
  }

  listen(on: PipeEvents): void {
    this.#on = on;
    for (const run of this.#early.splice(0)) run();
  }

  send(bytes: Uint8Array): void {
    if (this.#ended) return;
    const copy = bytes.slice();
    for (let at = 0; at < copy.length; at += this.#split) {
      const part = copy.subarray(at, Math.min(at + this.#split, copy.length));
      this.#reach((peer) => peer.#arrive(() => peer.#on?.bytes(part)));
    }
  }

  secure(chain: readonly Uint8Array[]): void {
    this.#shown = chain;
    const theirs = this.peer === undefined ? undefined : this.peer.#shown;
    if (theirs === undefined) return;
    this.#clock.after(this.#latency, () => this.#arrive(() => this.#on?.secured?.(theirs)));
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
    this.#clock.after(this.#latency, () => this.#arriveLast());
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
    this.#all.delete(this);
  }

  #arriveLast(): void {
    if (this.#on === undefined) this.#early.push(() => this.#on?.closed());
    else this.#on.closed();
  }

  #reach(run: (peer: End) => void): void {
    this.#clock.after(this.#latency, () => {
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
