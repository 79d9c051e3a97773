// A world in one process: virtual time, network and names, on which SIP endpoints, XMPP endpoints and
// gateways run without sockets. The same seed and script give the same bytes.
import type { SipEvent, SipInput } from '@interwork/sip';
import type { XmppEvent, XmppInput } from '@interwork/xmpp';
import { type Drivable, drive } from '../drive.ts';
import { type Edge, type Edges, type Hooks, type Running, wire } from '../gateway/wire.ts';
import type { GatewayEvent, GatewayOutput } from '../gateway/event.ts';
import { type HostClock, VirtualClock } from './clock.ts';
import { type NetworkOptions, VirtualNetwork } from './network.ts';
import { sipHost, type SipHostOptions } from './sip-host.ts';
import { type VirtualDns, xmppHost, type XmppHostOptions } from './xmpp-host.ts';

/** How a world begins. */
export interface WorldOptions extends NetworkOptions {
  /** The first instant (epoch ms). Default the beginning of 2026. */
  readonly start?: number;
}

/** What a host is, beside the world it stands in. `clock`: its process's own, where that is not the world's. */
export type HostOptions<T> = Omit<T, 'clock' | 'network' | 'dns'> & {
  readonly clock?: HostClock;
};

/** Something scripted that is played on an edge. */
export interface Playable<Event, Command> {
  receive(now: number, event: Event | { readonly kind: 'tick' }): void;
  next(): Command | undefined;
  /** Milliseconds; `Infinity` when idle. */
  readonly wakeAt: number;
}

/** Virtual time, network and names. */
export class World {
  readonly clock: VirtualClock;
  readonly network: VirtualNetwork;
  /** XMPP servers by domain (A-label). */
  readonly dns: VirtualDns = new Map();
  #tokens = 0;

  /** `options` stay in the network's sight: what they say by a getter may change. */
  constructor(options: WorldOptions = {}) {
    this.clock = new VirtualClock(options.start ?? Date.UTC(2026, 0, 1));
    this.network = new VirtualNetwork(this.clock, options);
  }

  /** A token of this world: unlike every other of it, the same in every run. */
  readonly drawToken = (): string => {
    this.#tokens += 1;
    return `w${this.#tokens.toString(36).padStart(27, '0')}`;
  };

  /** Puts a SIP endpoint on the network. */
  sip(options: HostOptions<SipHostOptions>): Edge<SipEvent, SipInput> {
    return sipHost({ clock: this.clock, ...options, network: this.network });
  }

  /** Puts an XMPP endpoint on the network. */
  xmpp(options: HostOptions<XmppHostOptions>): Edge<XmppEvent, XmppInput> {
    return xmppHost({ clock: this.clock, ...options, network: this.network, dns: this.dns });
  }

  /** Runs a gateway between two edges. */
  run(
    gateway: Drivable<GatewayEvent, GatewayOutput>,
    edges: Edges,
    hooks: Hooks = {},
    clock: HostClock = this.clock,
  ): Running {
    return wire(gateway, edges, clock.timing, hooks);
  }

  /**
   * Plays something scripted on an edge, by this clock. The function it returns is to be called when a test has had
   * it do something.
   */
  play<Event, Command>(
    edge: Edge<Event, Command>,
    script: Playable<Event, Command>,
    clock: HostClock = this.clock,
  ): () => void {
    const feed = drive<Event, Command>(script, (command) => edge.send(command), clock.timing);
    edge.start(feed);
    return () => feed({ kind: 'tick' });
  }
}
