// What a host says of its SIP edge, looked at once and kept as it is asked: which domains are ours, which connections are
// inner ones, under which name we are reached.
import { type FieldNames, type Flow, type Target, type Transport } from '@interwork/sip';
import { addressIn, type AddressSet, addressSet, readNetwork } from '@interwork/policy';
import { normalizeDomain } from '@interwork/xmpp';
import { domainsOf } from '../gateway/env.ts';
import { MisuseError } from '../misuse.ts';
import { type Heading, stopping } from './header-table.ts';

/** The SIP edge of a gateway. */
export interface EdgeOptions {
  /** Our own SIP domains: their users are behind the inner hops, and nobody outside is one of them. */
  readonly ownDomains: readonly string[];
  /** The name under which servers on both sides reach us. */
  readonly fqdn: string;
  /** The ports at which we listen under that name. */
  readonly ports: Readonly<Partial<Record<Transport, number>>>;
  /** The servers of ours that requests for our domains go to, in order, and that ours come from. */
  readonly innerHops: readonly InnerHop[];
  /** `public` lets outsiders see diagnostics without names of servers. Default `withheld`. */
  readonly diagnosticsOutward?: 'withheld' | 'public';
  /** The header in which edges mark their users. Default `ms-asserted-verification-level`. */
  readonly markHeader?: string;
  readonly limits?: Partial<EdgeLimits>;
}

/** One server of ours. */
export interface InnerHop {
  readonly target: Target;
  /** Names whose certificate makes a TLS connection an inner one. Default the references of the target. */
  readonly names?: readonly string[];
  /** Addresses and networks from which a connection without TLS is an inner one. Default none. */
  readonly addresses?: readonly string[];
}

/** Counts, at most. */
export interface EdgeLimits {
  /** Requests that are being relayed. Beyond it the sender is answered 503. */
  readonly openRelays: number;
  /** Of these, from one domain: a quarter, so that one that is dead or floods leaves room for the others. */
  readonly perDomain: number;
}

/** The bounds used unless the host says otherwise. */
export const DEFAULT_EDGE_LIMITS: EdgeLimits = { openRelays: 20_000, perDomain: 5_000 };

/** Which side of the edge a connection is on. */
export type Leg = 'inner' | 'outer';

/** The options as they are asked. */
export interface EdgeSettings {
  readonly options: EdgeOptions;
  readonly own: ReadonlySet<string>;
  readonly fqdn: string;
  readonly innerTargets: readonly Target[];
  readonly showsDiagnostics: boolean;
  readonly markHeader: string;
  readonly limits: EdgeLimits;
  legOf(flow: Flow, believesDatagrams: boolean): Leg;
  /** The names that go no further on a way, with these besides. */
  stopping(heading: Heading, besides: readonly string[]): FieldNames;
}

/** Looks at the options; what contradicts itself is the host's mistake. */
export function edgeSettings(options: EdgeOptions): EdgeSettings {
  const { innerHops, diagnosticsOutward, markHeader = DEFAULT_MARK_HEADER } = options;
  const fqdn = normalizeDomain(options.fqdn);
  if (fqdn === undefined) throw new MisuseError('malformed-domain', 'fqdn must be a host name');
  if (options.ownDomains.length === 0 || options.ownDomains.some((name) => !isDomain(name)))
    throw new MisuseError('malformed-domain', 'ownDomains must be domains, one at least');
  if (innerHops.length === 0) throw new MisuseError('inner-hops', 'an edge needs an inner hop');
  const names = domainsOf(innerHops.flatMap((hop) => hop.names ?? hop.target.references));
  const addresses = addressesOf(innerHops.flatMap((hop) => hop.addresses ?? []));
  const showsDiagnostics = diagnosticsOutward === 'public';
  const sets = new Map<string, FieldNames>();
  // a header name that is none is told here, and not at the first request
  stopping('inward', showsDiagnostics, [markHeader]);
  return {
    options,
    own: domainsOf(options.ownDomains),
    fqdn,
    innerTargets: innerHops.map(({ target }) => target),
    showsDiagnostics,
    markHeader,
    limits: limitsOf(options.limits),
    legOf: (flow, believes) => (isInner(flow, names, addresses, believes) ? 'inner' : 'outer'),
    stopping: (heading, besides) => {
      const key = [heading, ...besides].join(' ');
      const known = sets.get(key);
      if (known !== undefined) return known;
      const made = stopping(heading, showsDiagnostics, [markHeader, ...besides]);
      sets.set(key, made);
      return made;
    },
  };
}

/** By what the connection has proved, or where it comes from; never by what is said on it. */
function isInner(
  { transport, proved, remote }: Flow,
  names: ReadonlySet<string>,
  addresses: AddressSet,
  believesDatagrams: boolean,
): boolean {
  if (transport === 'tls') return proved.some((name) => names.has(name));
  if (transport === 'udp' && !believesDatagrams) return false;
  return addressIn(addresses, remote.address);
}

function addressesOf(texts: readonly string[]): AddressSet {
  return addressSet(
    texts.map((text) => {
      const range = readNetwork(text);
      if (typeof range === 'string')
        throw new MisuseError('malformed-address', `${text} is no address or network`);
      return range;
    }),
  );
}

function limitsOf(given: Partial<EdgeLimits> = {}): EdgeLimits {
  const limits = { ...DEFAULT_EDGE_LIMITS, ...given };
  for (const [name, value] of Object.entries(limits))
    if (!(value >= 0)) throw new MisuseError('malformed-bound', `${name} must be a number from 0`);
  return limits;
}

function isDomain(name: string): boolean {
  return normalizeDomain(name) !== undefined;
}

const DEFAULT_MARK_HEADER = 'ms-asserted-verification-level';
