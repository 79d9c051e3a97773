// Finding a domain's server by DNS: RFC 6120 §3.2, RFC 2782 (order of SRV records). SRV for `_xmpp-server._tcp`, and
// the domain's own addresses on port 5269 when there is none. Direct TLS (XEP-0368) is asked for when told. Whoever
// claims a domain has us call what its DNS says, so that must not lead into our own network: addresses.ts.
import { Resolver } from 'node:dns/promises';
import type { XmppTarget } from '../endpoint/io.ts';
import { isPublic } from './addresses.ts';

/** What a lookup came to. */
export type Located = readonly XmppTarget[] | 'not-found' | 'failed';

/** Finds the servers of a domain (A-labels). */
export type Locate = (domain: string) => Promise<Located>;

/** One SRV record (RFC 2782). */
export interface SrvRecord {
  readonly name: string;
  readonly port: number;
  readonly priority: number;
  /** Its share among those of one priority. */
  readonly weight: number;
}

/** How {@link dnsLocate} looks. */
export interface LocateOptions {
  /** Asks for direct TLS (XEP-0368) as well. */
  readonly direct?: boolean;
  /** From 0 to 1, for weights. */
  readonly random: () => number;
  /**
   * Follows the DNS of a domain to loopback, link-local, private and other addresses that are not of the Internet, and
   * to names of one label. For intranets and tests: elsewhere any stranger who claims a domain of his has us call
   * what he likes within our network. Default: no.
   */
  readonly allowPrivate?: boolean;
  /** Resolvers to ask, as `address` or `address:port`. Default: those of the machine. Not with `resolver`. */
  readonly servers?: readonly string[];
  /** Default: one of node:dns, which reads no hosts file and appends no search domain. */
  readonly resolver?: Pick<Resolver, 'resolveSrv' | 'resolve4' | 'resolve6'>;
}

/** A lookup by node:dns, down to addresses, so that what is called is what was looked at. */
export function dnsLocate(options: LocateOptions): Locate {
  const { allowPrivate = false, random } = options;
  const resolver = options.resolver ?? newResolver(options.servers);
  return async (domain) => {
    const plain = await srv(resolver, `_xmpp-server._tcp.${domain}`);
    const direct =
      options.direct === true ? await srv(resolver, `_xmpps-server._tcp.${domain}`) : [];
    const offered = [...offeredBy(plain, false), ...offeredBy(direct, true)];
    if (plain === 'failed' && offered.length === 0) return 'failed';
    const places =
      plain.length === 0 && offered.length === 0
        ? [{ name: domain, port: 5269, direct: false }]
        : ordered(offered, random, MOST_NAMES);
    return targetsOf(resolver, places, allowPrivate);
  };
}

/** Throws what node:dns says of a server that is no address. */
function newResolver(servers: readonly string[] | undefined): Resolver {
  const resolver = new Resolver({ timeout: 3_000, tries: 2 });
  if (servers !== undefined) resolver.setServers(servers);
  return resolver;
}

/**
 * By priority, and by chance according to weight within one: the usage rules of RFC 2782. Each one looks at all that are
 * left, so of thousands, as a stranger may publish them, only as many should be asked for as are called.
 */
export function ordered<T extends SrvRecord>(
  records: readonly T[],
  random: () => number,
  most: number = records.length,
): T[] {
  const left = records.toSorted((a, b) => a.priority - b.priority || a.weight - b.weight);
  const chosen: T[] = [];
  for (let first = left[0]; first !== undefined && chosen.length < most; first = left[0]) {
    const peers = left.filter((record) => record.priority === first.priority);
    const picked = pick(peers, random());
    left.splice(left.indexOf(picked), 1);
    chosen.push(picked);
  }
  return chosen;
}

function pick<T extends SrvRecord>(peers: readonly T[], chance: number): T {
  const total = peers.reduce((sum, record) => sum + record.weight, 0);
  let at = Math.floor(chance * (total + 1));
  for (const record of peers) {
    at -= record.weight;
    if (at <= 0) return record;
  }
  return peers[peers.length - 1] as T;
}

interface Offer extends SrvRecord {
  readonly direct: boolean;
}

/** A record for the root says: not offered. @spec RFC 6120 §3.2.1; XEP-0368 §3 */
function offeredBy(records: readonly SrvRecord[] | 'failed', direct: boolean): Offer[] {
  if (records === 'failed') return [];
  const named = records.filter(({ name }) => name !== '' && name !== '.');
  return named.map((record) => ({ ...record, direct }));
}

async function srv(
  resolver: Pick<Resolver, 'resolveSrv'>,
  name: string,
): Promise<readonly SrvRecord[] | 'failed'> {
  try {
    return await resolver.resolveSrv(name);
  } catch (error) {
    return isAbsent(error) ? [] : 'failed';
  }
}

/** A name to be looked up, and where to call its addresses. */
type Place = Pick<Offer, 'name' | 'port' | 'direct'>;

/** The addresses of one name after those of the other. @spec RFC 6120 §3.2.1, §3.2.2 */
async function targetsOf(
  resolver: Addresses,
  places: readonly Place[],
  allowPrivate: boolean,
): Promise<Located> {
  const found = await Promise.all(
    places.map(async ({ name, port, direct }) => {
      const addresses = await addressesOf(resolver, name.replace(/\.$/, ''), allowPrivate);
      if (addresses === 'failed') return addresses;
      return addresses.map((address) => ({ address, port, direct }));
    }),
  );
  const targets = found.flatMap((some) => (some === 'failed' ? [] : some));
  if (targets.length > 0) return targets;
  return found.includes('failed') ? 'failed' : 'not-found';
}

/** A few of each family in turn, so that a family that does not work here costs one try before the other's. */
async function addressesOf(
  resolver: Addresses,
  name: string,
  allowPrivate: boolean,
): Promise<readonly string[] | 'failed'> {
  if (!allowPrivate && !name.includes('.')) return [];
  const answers = await Promise.allSettled([resolver.resolve6(name), resolver.resolve4(name)]);
  const families = answers.map((answer) =>
    answer.status === 'fulfilled'
      ? answer.value.filter((address) => allowPrivate || isPublic(address))
      : [],
  );
  const broken = answers.some((answer) => answer.status === 'rejected' && !isAbsent(answer.reason));
  if (broken && families.every((family) => family.length === 0)) return 'failed';
  const turns = Array.from({ length: MOST_ADDRESSES }, (_, turn) => turn);
  return turns.flatMap((turn) => families.flatMap((family) => family.slice(turn, turn + 1)));
}

type Addresses = Pick<Resolver, 'resolve4' | 'resolve6'>;

function isAbsent(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENOTFOUND' || code === 'ENODATA';
}

/** Count. As many as an endpoint tries for one connection; a stranger may publish more. */
const MOST_NAMES = 8;
/** Count, of each family for one name; so the next name gets its turn. */
const MOST_ADDRESSES = 2;
