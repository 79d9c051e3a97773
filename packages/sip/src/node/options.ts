// What a host tells `listenSip`, and what it gets back: types, the bounds of the sockets, and the look at
// them before any socket is opened.
import { checkFunction, checkOptions, checkPort } from '../endpoint/options.ts';
import type {
  DrawToken,
  SipCounts,
  SipEndpointOptions,
  SipEvent,
  SipInput,
  Transport,
} from '../endpoint/types.ts';
import { MisuseError } from '../fault.ts';
import type { Judge, TlsRole } from '../judge.ts';
import { bound, filled } from '../limits.ts';

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
  readonly transport: Transport;
  /** Default: every IPv4 address for udp, every address for tcp and tls. */
  readonly address?: string;
  /** 0 takes a free one. */
  readonly port: number;
}

/** What `listenSip` is told. */
export interface ListenOptions
  extends Partial<Omit<SipEndpointOptions, 'host' | 'ports' | 'shownTo'>>,
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
  /** Throws `MisuseError` at once, also from within an event, where the input itself waits for its turn. */
  send(input: SipInput): void;
  /** Drains, then ends everything; resolves when no socket and no timer is left. */
  close(): Promise<void>;
  readonly listening: readonly Required<ListenPlace>[];
  /** How much is held at this moment; all zero when nothing goes on. */
  readonly counts: SipEdgeCounts;
  /** Other credentials, for connections from now on. Throws what OpenSSL says of a bad pair. */
  replaceTls(tls: TlsCredentials): void;
}

/** How much an edge holds, table by table. */
export interface SipEdgeCounts extends SipCounts {
  /** Stream sockets, from the first moment of each to its last; one that TLS runs over counts beside its TLS. */
  readonly sockets: number;
  /** TLS handshakes of strangers that go on. */
  readonly handshakes: number;
  /** Remote networks with connections to us. */
  readonly networks: number;
  /** Octets that wait for peers to read. */
  readonly writing: number;
}

/** Bounds of the sockets of one edge. */
export interface SocketLimits {
  /**
   * Octets that wait for a peer from which on requests to it are held back, until all of these are gone: some
   * hundred messages keep any connection busy.
   */
  readonly holdBack: number;
  /**
   * Octets that wait for a peer from which on it is not read: each request read is a response written. Well
   * above `holdBack`, so that two peers full of each other's requests still read.
   */
  readonly pauseReading: number;
  /** Octets that may wait for a peer that does not read, before its connection is cut: ten thousand responses. */
  readonly writeBuffer: number;
  /**
   * TLS handshakes of strangers that may go on at once, and never more than half of `connections`: what is
   * not done proves nothing, and must leave room for those who have proved something.
   */
  readonly handshakes: number;
  /** Milliseconds a peer gets for its whole TLS handshake, however slowly it talks. */
  readonly handshakeTime: number;
  /** Milliseconds a closing connection gets to take what was written. */
  readonly lingerTime: number;
}

/** The bounds used where the host names none. */
export const DEFAULT_SOCKET_LIMITS: SocketLimits = {
  holdBack: 256 * 1024,
  pauseReading: 1024 * 1024,
  writeBuffer: 8 * 1024 * 1024,
  handshakes: 1_000,
  handshakeTime: 10_000,
  lingerTime: 2_000,
};

/** Milliseconds: a peer that is there answers within a few round trips, and the endpoint waits longer. */
export const DEFAULT_CONNECT_TIMEOUT = 10_000;

/** What of these options is the endpoint's. */
export function endpointOptions(
  options: ListenOptions & Partial<Pick<SipEndpointOptions, 'shownTo'>>,
  drawToken: DrawToken,
  ports: SipEndpointOptions['ports'],
): SipEndpointOptions {
  return { ...options, drawToken: options.drawToken ?? drawToken, ports };
}

/** Throws `MisuseError` for options that cannot be meant. */
export function checkListenOptions(options: ListenOptions): void {
  checkOptions(endpointOptions(options, () => '', {}));
  if (!Array.isArray(options.listen)) throw new MisuseError('listen', 'listen must be a list');
  for (const place of options.listen) checkPlace(place, options);
  filled(DEFAULT_SOCKET_LIMITS, options.sockets);
  bound('connectTimeout', options.connectTimeout ?? DEFAULT_CONNECT_TIMEOUT);
  if (options.clock !== undefined) checkFunction('clock', options.clock);
  if (options.judge !== undefined) checkFunction('judge', options.judge);
}

function checkPlace({ transport, port }: ListenPlace, { tls, judge }: ListenOptions): void {
  if (!TRANSPORTS.includes(transport)) {
    throw new MisuseError('transport', 'a place is listened at over udp, tcp or tls');
  }
  checkPort(port, 0);
  if (transport !== 'tls' || (tls !== undefined && judge !== undefined)) return;
  throw new MisuseError('tls-options', 'listening on tls needs `tls` and `judge`');
}

const TRANSPORTS: readonly string[] = ['udp', 'tcp', 'tls'];
