// A host of the configuration as peers are told it. Operators write addresses as everywhere else and names in their own
// script; in SIP names are A-labels, and an address that stands for all, or that has a zone, means nothing to anybody else.
import { BlockList, isIP } from 'node:net';
import { normalizeDomain } from '@interwork/policy';

/** An address, or a name as A-labels; `undefined` for what no peer could use. */
export function toldHost(host: string): string | undefined {
  const version = isIP(host);
  if (version === 0) return normalizeDomain(host);
  const isEvery = EVERY.check(host, version === 6 ? 'ipv6' : 'ipv4');
  return isEvery || host.includes('%') ? undefined : host;
}

/** The same as it stands in a Via. @spec RFC 3261 §25.1 */
export function writtenHost(host: string): string {
  return isIP(host) === 6 ? `[${host}]` : host;
}

/** However they are written. */
const EVERY = new BlockList();
EVERY.addAddress('0.0.0.0', 'ipv4');
EVERY.addAddress('::', 'ipv6');
