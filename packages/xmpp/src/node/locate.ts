// Finding a domain's server by DNS: RFC 6120 §3.2, RFC 2782 (order of SRV records). SRV for `_xmpp-server._tcp`, and
// the domain's own addresses on port 5269 when there is none. Direct TLS (XEP-0368) is asked for when told.
import { Resolver } from 'node:dns/promises';
import type { XmppTarget } from '../endpoint/io.ts';

/** What a lookup came to. */
export type Located = readonly XmppTarget[] | 'not-found' | 'failed';

/** Finds the servers of a domain (A-labels). */
export type Locate = (domain: string) => Promise<Located>;

/** One SRV record (RFC 2782). */
export interface SrvRecord {
  readonly name: string;
  readonly port: number;
  readonly priority: number;
  readonly weight: number;
}

/** A lookup by node:dns. `direct`: ask for XEP-0368 as well. `random`: from 0 to 1, for weights. */
export function dnsLocate(options: {
  readonly direct?: boolean;
  readonly random: () => number;
  readonly resolver?: Pick<Resolver, 'resolveSrv' | 'resolve4' | 'resolve6'>;
}): Locate {
  const resolver = options.resolver ?? new Resolver({ timeout: 3_000, tries: 2 });
  return async (domain) => {
    const plain = await srv(resolver, `_xmpp-server._tcp.${domain}`);
    const direct =
      options.direct === true ? await srv(resolver, `_xmpps-server._tcp.${domain}`) : [];
    if (plain === 'failed') return 'failed';
    const offered = [...tagged(plain, false), ...(direct === 'failed' ? [] : tagged(direct, true))];
    if (offered.length === 0) return byAddress(resolver, domain);
    const targets = ordered(offered.filter(isOffered), options.random).map(toTarget);
    return targets.length === 0 ? 'not-found' : targets;
  };
}

/** By priority, and by chance according to weight within one: the usage rules of RFC 2782. */
export function ordered<T extends SrvRecord>(records: readonly T[], random: () => number): T[] {
  const left = records.toSorted((a, b) => a.priority - b.priority || a.weight - b.weight);
  const chosen: T[] = [];
  for (let first = left[0]; first !== undefined; first = left[0]) {
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

function tagged(records: readonly SrvRecord[], direct: boolean): Offer[] {
  return records.map((record) => ({ ...record, direct }));
}

/** A record for the root says: not offered. @spec RFC 6120 §3.2.1; XEP-0368 §3 */
function isOffered(record: SrvRecord): boolean {
  return record.name !== '' && record.name !== '.';
}

function toTarget(record: Offer): XmppTarget {
  return { address: record.name.replace(/\.$/, ''), port: record.port, direct: record.direct };
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

/** @spec RFC 6120 §3.2.2 */
async function byAddress(
  resolver: Pick<Resolver, 'resolve4' | 'resolve6'>,
  domain: string,
): Promise<Located> {
  const answers = await Promise.allSettled([resolver.resolve6(domain), resolver.resolve4(domain)]);
  const addresses = answers.flatMap((answer) =>
    answer.status === 'fulfilled' ? answer.value : [],
  );
  if (addresses.length > 0)
    return addresses.map((address) => ({ address, port: 5269, direct: false }));
  const absent = answers.every(
    (answer) => answer.status === 'fulfilled' || isAbsent(answer.reason),
  );
  return absent ? 'not-found' : 'failed';
}

function isAbsent(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENOTFOUND' || code === 'ENODATA';
}
