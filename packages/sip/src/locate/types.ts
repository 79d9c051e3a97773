// What a `SipLocation` asks, what it is answered, and what it comes to. Types only. Records are those of
// RFC 2782 and RFC 3403 in these documents' own words; how they were fetched is the resolver's business.
import type { Target, Transport } from '../endpoint/types.ts';
import type { LocateLimits } from './limits.ts';

/** One question to DNS. `address`: A and AAAA. Names are in lower case, without the last dot. */
export interface LocateQuestion {
  readonly kind: 'naptr' | 'srv' | 'address';
  readonly name: string;
}

/** One NAPTR record (RFC 3403 §4); the numbers of its order and preference, lowest first. */
export interface NaptrRecord {
  readonly order: number;
  readonly preference: number;
  readonly flags: string;
  readonly service: string;
  readonly regexp: string;
  readonly replacement: string;
}

/** One SRV record (RFC 2782); a target of `.` or nothing says that the service is not offered. */
export interface SrvRecord {
  readonly priority: number;
  /** Its share among those of one priority. */
  readonly weight: number;
  readonly port: number;
  readonly target: string;
}

/**
 * The answer to a question, aliases followed. `not-found`: there is no such name or no such record.
 * `failed`: nobody can say. `ttl`: seconds, the least of the records.
 */
export type LocateAnswer =
  | { readonly kind: 'naptr'; readonly records: readonly NaptrRecord[]; readonly ttl: number }
  | { readonly kind: 'srv'; readonly records: readonly SrvRecord[]; readonly ttl: number }
  | { readonly kind: 'address'; readonly records: readonly string[]; readonly ttl: number }
  | { readonly kind: 'not-found'; readonly ttl?: number }
  | { readonly kind: 'failed' };

/** A target with the name its address was found under. */
export interface LocatedTarget extends Target {
  /**
   * The SRV target, or the host itself. Not proved by anything: it becomes one of the `references` only
   * if whoever asked puts it there.
   */
  readonly host: string;
}

/** What the targets rest on. Almost every domain has an `address`; that does not say that it speaks SIP. */
export type LocateEvidence = 'naptr' | 'srv' | 'address' | 'given';

/** A domain or URI was found. */
export interface Located {
  readonly kind: 'located';
  /** In the order they are to be tried; at least one; each address is an IP address. */
  readonly targets: readonly LocatedTarget[];
  readonly evidence: LocateEvidence;
  /** Seconds this may be kept; 0 for not at all. */
  readonly ttl: number;
}

/**
 * Why there are no targets. `scheme`: neither sip nor sips. `name`: not a host name. `transport`: none of
 * ours may carry it. `no-records`: DNS has nothing. `not-offered`: the domain says it has no such service.
 * `no-address`: hosts, but no address of them. `limit`: more questions than allowed. `dns`: a question failed.
 */
export type NotLocatedReason =
  | 'scheme'
  | 'name'
  | 'transport'
  | 'no-records'
  | 'not-offered'
  | 'no-address'
  | 'limit'
  | 'dns';

/** A domain or URI was not found, or nobody could say: then `failed`, and it is worth asking again. */
export interface NotLocated {
  readonly kind: 'not-found' | 'failed';
  readonly reason: NotLocatedReason;
  /** One English sentence. */
  readonly text: string;
  /** Seconds this may be kept. */
  readonly ttl: number;
}

/** What a location came to. */
export type LocateEnd = Located | NotLocated;

/** What a `SipLocation` is told once. */
export interface LocateOptions {
  /** From 0 to 1, for the weights of SRV records. */
  readonly random: () => number;
  /** What we can use, most liked first. Default: tls, tcp, udp. */
  readonly transports?: readonly Transport[];
  /** Whether nothing but TLS will do, for sip URIs and domains as well. Default true. */
  readonly requireTls?: boolean;
  /** Whether to ask for `_sipfederationtls._tcp` when `_sips._tcp` is not there. Default false. */
  readonly lync?: boolean;
  /** Whether a host without SRV records is tried by its own address. Default true. */
  readonly addressFallback?: boolean;
  /** Names a TLS peer may prove, the first also the SNI. Default: the host of the URI, as it stands there. */
  readonly references?: readonly string[];
  readonly limits?: Partial<LocateLimits>;
}
