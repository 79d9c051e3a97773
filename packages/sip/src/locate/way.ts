// What a URI itself says about the way to it: host, port, and the transports that may be used. RFC 3263
// §4 and §4.1, before anything is asked.
import type { Transport } from '../endpoint/types.ts';
import { hostOf, isIpv4, isIpv6 } from '../host.ts';
import { param } from '../message.ts';
import { normalEscapes } from '../percent.ts';
import type { SipUri, Uri } from '../uri.ts';
import { hostName, withoutDot } from './name.ts';
import type { LocateOptions, NotLocatedReason } from './types.ts';

/** Where to, as far as known without DNS. */
export interface Way {
  /** A name, or an IP address without brackets. */
  readonly host: string;
  readonly isNumeric: boolean;
  readonly port: number | undefined;
  /** Those that may be used, in our preference; at least one. */
  readonly transports: readonly Transport[];
  /** The one to use where nothing tells: the parameter's, or else UDP if we may. */
  readonly usual: Transport;
  /** Whether the URI names its transport, so that NAPTR has nothing to add. */
  readonly isNamed: boolean;
  readonly references: readonly string[];
}

/**
 * The way to a URI, or to a domain, which is taken as `sip:<domain>`; the reason when there is none.
 *
 * @spec RFC 3263 §4
 */
export function wayTo(subject: Uri | string, options: LocateOptions): Way | NotLocatedReason {
  const uri = typeof subject === 'string' ? domainUri(subject) : subject;
  if (uri.kind === 'other') return 'scheme';
  const host = bareHost(param(uri.params, 'maddr') ?? uri.host);
  const domain = bareHost(uri.host);
  if (host === undefined || domain === undefined) return 'name';
  const wanted = wantedBy(uri);
  const transports = allowed(uri, wanted, options);
  const usual = transports.find((one) => one === (wanted ?? 'udp')) ?? transports[0];
  if (usual === undefined) return 'transport';
  return {
    host,
    isNumeric: isNumeric(host),
    port: uri.port,
    transports,
    usual,
    isNamed: wanted !== undefined,
    references: options.references ?? [domain],
  };
}

/** The port where nothing names one. @spec RFC 3263 §4.2 */
export function defaultPort(transport: Transport): number {
  return transport === 'tls' ? 5061 : 5060;
}

function domainUri(domain: string): SipUri {
  const host = isIpv6(domain) ? `[${domain}]` : domain;
  return {
    kind: 'sip',
    scheme: 'sip',
    user: undefined,
    password: undefined,
    host,
    port: undefined,
    params: [],
    headers: undefined,
  };
}

function wantedBy(uri: SipUri): string | undefined {
  const value = param(uri.params, 'transport');
  return value === undefined ? undefined : normalEscapes(value).toLowerCase();
}

/** For a sips URI only TLS, whatever is configured. @spec RFC 3263 §4.1 */
function allowed(
  uri: SipUri,
  wanted: string | undefined,
  options: LocateOptions,
): readonly Transport[] {
  const isTlsOnly = uri.scheme === 'sips' || options.requireTls !== false;
  return (options.transports ?? TRANSPORTS).filter(
    (one) => (one === 'tls' || !isTlsOnly) && (wanted === undefined || carries(one, wanted)),
  );
}

/** TLS runs over TCP, so it serves who wants that. @spec RFC 3263 §4.2 */
function carries(transport: Transport, wanted: string): boolean {
  return transport === wanted || (transport === 'tls' && wanted === 'tcp');
}

function bareHost(text: string): string | undefined {
  const host = hostOf(text);
  if (host === undefined) return undefined;
  if (host.startsWith('[')) return host.slice(1, -1);
  return isIpv4(host) ? host : hostName(withoutDot(host));
}

function isNumeric(host: string): boolean {
  return isIpv4(host) || isIpv6(host);
}

const TRANSPORTS: readonly Transport[] = ['tls', 'tcp', 'udp'];
