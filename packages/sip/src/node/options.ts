// What a host tells `listenSip`, and what it gets back. Types, and the bounds of the sockets.
import type { SipEndpointOptions, SipEvent, SipInput, Transport } from '../endpoint/types.ts';
import type { Judge } from '../judge.ts';

/** One key and its certificates, leaf first, as PEM. */
export interface TlsPair {
  readonly key: string;
  readonly cert: string;
}

/** What we show to peers; `client` is another pair for the connections we open. */
export interface TlsCredentials extends TlsPair {
  readonly client?: TlsPair;
}

/** A place to listen at. */
export interface ListenPlace {
  readonly transport: Transport;
  /** Default: every IPv4 address for udp, every address for tcp and tls. */
  readonly address?: string;
  /** 0 takes a free one. */
  readonly port: number;
}

/** What `listenSip` is told. */
export interface ListenOptions
  extends Partial<Omit<SipEndpointOptions, 'host' | 'ports'>>,
    Pick<SipEndpointOptions, 'host'> {
  readonly listen: readonly ListenPlace[];
  /** Needed for tls, in either direction. */
  readonly tls?: TlsCredentials;
  /** Needed for tls, in either direction. */
  readonly judge?: Judge;
  /** Milliseconds; must never step back. Default: `performance.now`. */
  readonly clock?: () => number;
  /** Milliseconds for a connection with its TLS handshake. */
  readonly connectTimeout?: number;
  readonly sockets?: Partial<SocketLimits>;
}

/** A SIP endpoint with its sockets. */
export interface SipEdge {
  /** Begins to take connections and octets, and tells what happens, in order. */
  start(take: (event: SipEvent) => void): void;
  send(input: SipInput): void;
  /** Drains, then ends everything; resolves when no socket and no timer is left. */
  close(): Promise<void>;
  readonly listening: readonly Required<ListenPlace>[];
  /** Other credentials, for connections from now on. Throws what OpenSSL says of a bad pair. */
  replaceTls(tls: TlsCredentials): void;
}

/** Bounds of the sockets of one edge. */
export interface SocketLimits {
  /**
   * Octets that may wait for a peer that does not read, before its connection is cut: a burst of twenty
   * thousand messages passes.
   */
  readonly writeBuffer: number;
  /** Milliseconds a peer gets for its TLS handshake. */
  readonly handshakeTime: number;
  /** Milliseconds a closing connection gets to take what was written. */
  readonly lingerTime: number;
}

/** The bounds used where the host names none. */
export const DEFAULT_SOCKET_LIMITS: SocketLimits = {
  writeBuffer: 8 * 1024 * 1024,
  handshakeTime: 10_000,
  lingerTime: 2_000,
};

/** Milliseconds: a peer that is there answers within a few round trips, and the endpoint waits longer. */
export const DEFAULT_CONNECT_TIMEOUT = 10_000;
