// Servers by the names they show and by the records that lead to them. Both sides of a federation call back: whoever sends
// from a domain must be a server that the domain's own SRV record names, directly in that domain.
import { normalizeDomain } from '../domain.ts';
import type { End } from '../query.ts';
import type { Case } from './case.ts';

/** The names shown by the server at an end, as they came; undefined when it has shown none yet. */
export function shownBy({ course, query }: Case, end: End): readonly string[] | undefined {
  const shownAt = course === 'out' || (course === 'through' && query.via !== 'sip') ? 'to' : 'from';
  return shownAt === end ? query.peerNames : undefined;
}

/** What the first of these names belongs to, in a table by server name. */
export function serverAmong<T>(
  table: ReadonlyMap<string, T>,
  names: readonly string[],
): T | undefined {
  if (table.size === 0) return undefined;
  for (const text of names) {
    const name = normalizeDomain(text);
    const found = name === undefined ? undefined : table.get(name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Whether one of the names shown is one of these servers. A wildcard is no name of a server. */
export function showsAny(names: readonly string[], servers: readonly string[]): boolean {
  for (const name of names) if (isAmong(servers, name)) return true;
  return names.some((text) => {
    const name = normalizeDomain(text);
    return name !== undefined && isAmong(servers, name);
  });
}

/** `includes` of a list of two or three, which the engine does not compile in place. */
function isAmong(servers: readonly string[], name: string): boolean {
  for (const server of servers) if (server === name) return true;
  return false;
}

/** The hosts that a domain's SRV record names; or that nobody has asked, or that DNS did not answer. */
export function recordsOf(
  { facts }: Case,
  domain: string,
): readonly string[] | 'unknown' | 'unresolved' {
  const records = facts.srv?.get(domain);
  if (records !== undefined) return records;
  return facts.srv?.has(domain) === true ? 'unresolved' : 'unknown';
}

/** Hosts that lie in exactly that domain: one label before it, no more. */
export function directlyIn(domain: string, hosts: readonly string[]): readonly string[] {
  let plain = 0;
  while (plain < hosts.length && isPlainly(domain, hosts[plain] as string)) plain += 1;
  if (plain === hosts.length) return hosts;
  const found: string[] = [];
  for (const text of hosts) {
    const host = isPlainly(domain, text) ? text : normalizeDomain(text);
    if (host !== undefined && isDirectlyIn(domain, host)) found.push(host);
  }
  return found;
}

/** Whether it lies there as it is written: letters and digits before the domain, which has been compared. */
function isPlainly(domain: string, host: string): boolean {
  const label = host.length - domain.length - 1;
  for (let at = 0; at < label; at += 1) if (!isLowerOrDigit(host.charCodeAt(at))) return false;
  return label > 0 && host.charCodeAt(label) === DOT && host.endsWith(domain);
}

function isLowerOrDigit(code: number): boolean {
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x30 && code <= 0x39);
}

function isDirectlyIn(domain: string, host: string): boolean {
  const label = host.length - domain.length - 1;
  return label > 0 && host.indexOf('.') === label && host.endsWith(domain);
}

const DOT = 0x2e;
