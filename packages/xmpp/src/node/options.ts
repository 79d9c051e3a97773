// What a host tells `listenXmpp`, and what it gets back. Types, and the bounds of the sockets.
import type { XmppEndpointOptions, XmppEvent, XmppInput } from '../endpoint/io.ts';
import type { XmppCounts } from '../endpoint.ts';
import type { TlsRole } from '../server-link.ts';
import type { Locate } from './locate.ts';

/** One key and its certificates, leaf first, as PEM. */
export interface TlsPair {
  readonly key: string;
  readonly cert: string;
}

/** A pair that is told from others by its name. */
export interface NamedPair extends TlsPair {
  readonly name: string;
}

/** A handshake that is about to begin. */
export interface TlsOccasion {
  /** Ours. */
  readonly role: TlsRole;
  /** The name under which we are called (SNI), or in which we call. */
  readonly local: string | undefined;
  /** Whom we call. */
  readonly peer: string | undefined;
}

/** What we show to peers: a pair for each role; or one for both, which has to be said. */
export type TlsCredentials = TlsByRole | TlsForBoth;

/** Two pairs, as public authorities issue them: theirs is for servers alone. */
export interface TlsByRole extends TlsChoice {
  /** Shown to those who call us. */
  readonly server: TlsPair;
  /** Shown to those whom we call. */
  readonly client: TlsPair;
}

/** One pair that our partners take in both roles. */
export interface TlsForBoth extends TlsChoice {
  readonly both: TlsPair;
}

/** Pairs beside the usual ones. */
export interface TlsChoice {
  /**
   * Other pairs, by name, role and peer: asked for each handshake; `undefined` leaves it at the usual ones. Must be pure,
   * and give the same object for the same pair. @spec RFC 6066 §3
   */
  readonly choose?: (occasion: TlsOccasion) => NamedPair | undefined;
}

/** A place to listen at. */
export interface ListenPlace {
  /** Default: every address. */
  readonly address?: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** TLS from the first byte. @spec XEP-0368 §2 */
  readonly direct?: boolean;
}

/** What `listenXmpp` is told: what the endpoint is told, and where to listen. */
export interface ListenOptions
  extends Omit<XmppEndpointOptions, 'domains' | 'drawToken' | 'digest'> {
  /** Our domains (A-labels, lower case), or a question that answers whether one is ours. */
  readonly domains: readonly string[] | ((domain: string) => boolean);
  readonly listen: readonly ListenPlace[];
  /** Needed unless `rules` say that TLS is never used. */
  readonly tls?: TlsCredentials;
  /** Where the servers of a domain are. Default: SRV records by node:dns, see `dnsLocate`. */
  readonly locate?: Locate;
  /**
   * Whether the default `locate` may lead to private addresses, loopback, and names of one label. For intranets and
   * tests only: strangers choose the domains that are looked up. Default: no.
   */
  readonly allowPrivate?: boolean;
  /** Milliseconds; must never step back. Default: `performance.now`. */
  readonly clock?: () => number;
  readonly drawToken?: () => string;
  /** Milliseconds for a TCP connection. */
  readonly connectTimeout?: number;
  readonly sockets?: Partial<SocketLimits>;
}

/** An XMPP endpoint with its sockets. */
export interface XmppEdge {
  /** Begins to take connections and octets, and tells what happens, in order. */
  start(take: (event: XmppEvent) => void): void;
  send(input: XmppInput): void;
  /** Closes all streams, then everything else; resolves when no socket and no timer is left. */
  close(): Promise<void>;
  readonly listening: readonly Required<ListenPlace>[];
  /** How much it holds, table by table; all zero once it is closed. */
  readonly counts: XmppEdgeCounts;
  /** Other credentials, for handshakes from now on. Throws what OpenSSL says of a bad pair. */
  replaceTls(tls: TlsCredentials): void;
}

/** How much an edge holds, table by table. */
export interface XmppEdgeCounts extends XmppCounts {
  /** Sockets, from the first moment of each to its last. */
  readonly sockets: number;
}

/** Bounds of each socket. */
export interface SocketLimits {
  /** Octets that wait for a peer from which on it is not read, until all of these are gone. */
  readonly pauseReading: number;
  /** Milliseconds a peer may stay unread for that, before its connection is cut. */
  readonly pausedTime: number;
  /** Octets that may wait for a peer that does not read, before its connection is cut. */
  readonly writeBuffer: number;
  /** Milliseconds from the first octet of TLS that is due to the end of the handshake. */
  readonly handshakeTime: number;
  /** Milliseconds a closing connection gets to take what was written. */
  readonly lingerTime: number;
}

/** The defaults, each with its reason. */
export const DEFAULT_SOCKET_LIMITS: SocketLimits = {
  /** Octets. Far below `writeBuffer`: what has been read by then may still be answered, and others write, too. */
  pauseReading: 1_048_576,
  /** ms. Two peers full of each other's stanzas wait for each other; one that reads takes 18 kB a second. */
  pausedTime: 60_000,
  /** Octets. Some 20,000 messages written in one turn; a peer that leaves so much unread is stuck. */
  writeBuffer: 4_194_304,
  /** ms. As long as connecting gets: another server of the domain can be tried while a stanza waits. */
  handshakeTime: 10_000,
  /** ms. A round trip or two. */
  lingerTime: 2_000,
};

/** ms. The same as the endpoint's own bound. */
export const DEFAULT_CONNECT_TIMEOUT = 10_000;
