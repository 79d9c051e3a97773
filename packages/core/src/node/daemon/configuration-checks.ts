// What the fields of a configuration mean beside each other. Takes whatever could be read, so that these are
// told together with what could not: whatever is not there was reported before.
import { BlockList, isIP } from 'node:net';
import { normalizeDomain } from '@interwork/policy';
import type { Configuration, SipPart, XmppPart } from './configuration.ts';
import { pointer, type Tell } from './finding.ts';
import { toldHost } from './host.ts';
import { checkPairs } from './tls-checks.ts';
import { NO_SQLITE, nodeSqlite } from './state-sqlite.ts';

/** A value of which anything may be missing. */
export type Partly<T> =
  T extends ReadonlyMap<infer K, infer V>
    ? ReadonlyMap<K, Partly<V> | undefined>
    : T extends readonly (infer Item)[]
      ? readonly (Partly<Item> | undefined)[]
      : T extends object
        ? { readonly [K in keyof T]?: Partly<T[K]> | undefined }
        : T;

/** Tells everything that does not fit together. */
export function checkConfiguration(c: Partly<Configuration>, tell: Tell): void {
  checkDomains(c, tell);
  checkPlaces(c, tell);
  checkXmpp(c, tell);
  checkRoutes(c, tell);
  checkEdge(c, tell);
  checkTls(c, tell);
  checkPairs(c, tell);
  checkState(c, tell);
  checkHealth(c, tell);
}

function checkState({ state }: Partly<Configuration>, tell: Tell): void {
  if (state === undefined || state === 'memory') return;
  const { file, redis, sqlite } = state;
  oneOf('/state', { file, redis, sqlite }, tell);
  if (sqlite !== undefined && nodeSqlite() === undefined)
    tell('/state/sqlite', 'not-in-this-node', `This ${NO_SQLITE}`);
}

function checkDomains({ domains }: Partly<Configuration>, tell: Tell): void {
  const sip = named(domains?.sip);
  for (const side of ['sip', 'xmpp'] as const)
    if (domains?.[side]?.length === 0)
      tell(`/domains/${side}`, 'empty-list', 'Expected at least one domain, or *');
  for (const [at, domain] of (domains?.xmpp ?? []).entries()) {
    const name = normalizeDomain(domain ?? '*');
    if (name !== undefined && sip.has(name))
      tell(pointer('domains', 'xmpp', at), 'both-sides', 'This domain is among those of sip');
  }
}

function checkPlaces({ sip, xmpp }: Partly<Configuration>, tell: Tell): void {
  if (sip?.listen?.length === 0) tell('/sip/listen', 'empty-list', 'Expected at least one place');
  if (xmpp?.s2s?.listen?.length === 0)
    tell('/xmpp/s2s/listen', 'empty-list', 'Expected at least one place');
  if (sip?.listen !== undefined && sip.listen.length > 0 && viaHost(sip) === undefined)
    tell('/sip/host', 'no-host', 'Needed, since no listener is at an address that peers could use');
}

/** What stands in our Via, without brackets. */
export function viaHost({ host, listen }: Partly<SipPart>): string | undefined {
  if (host !== undefined) return toldHost(host);
  const address = listen?.find((place) => place?.address !== undefined)?.address;
  return address === undefined ? undefined : toldHost(address);
}

/** What stands in the Contacts of presence or of conversations. */
export function contactHost(
  sip: SipPart,
  { host }: { readonly host?: string } = {},
): string | undefined {
  return host === undefined ? viaHost(sip) : toldHost(host);
}

function checkXmpp({ xmpp, domains }: Partly<Configuration>, tell: Tell): void {
  if (xmpp === undefined) return;
  const { component, s2s } = xmpp;
  oneOf('/xmpp', { component, s2s }, tell);
  if (component !== undefined) {
    oneOf('/xmpp/component', { secret: component.secret, secretFile: component.secretFile }, tell);
    if (component.name !== undefined && !serves(domains?.sip, component.name))
      tell('/xmpp/component/name', 'not-served', 'This domain is not among /domains/sip');
  }
  if (s2s?.secret !== undefined && s2s.secretFile !== undefined)
    tell('/xmpp/s2s/secretFile', 'exactly-one', 'Either this or secret');
}

function checkRoutes({ sip, xmpp, domains }: Partly<Configuration>, tell: Tell): void {
  const tables = [
    ['sip', '/sip/routes', sip?.routes],
    ['xmpp', '/xmpp/s2s/routes', xmpp?.s2s?.routes],
  ] as const;
  for (const [side, path, routes] of tables) {
    const seen = new Set<string>();
    for (const [domain, hops] of routes ?? []) {
      const place = path + pointer(domain);
      const name = normalizeDomain(domain) ?? domain;
      if (seen.has(name))
        tell(place, 'duplicate-key', 'This domain is there already, by another spelling');
      seen.add(name);
      if (hops?.length === 0) tell(place, 'empty-list', 'Expected at least one place');
      if (!serves(domains?.[side], domain))
        tell(place, 'not-served', `This domain is not among /domains/${side}`);
    }
  }
}

/** Whoever is let in as one of ours must be told apart from everybody else. */
function checkEdge({ edge, sip, domains }: Partly<Configuration>, tell: Tell): void {
  if (edge === undefined) return;
  if (edge.ownDomains?.length === 0)
    tell('/edge/ownDomains', 'empty-list', 'Expected at least one domain');
  for (const [at, domain] of (edge.ownDomains ?? []).entries())
    if (domain !== undefined && !serves(domains?.sip, domain))
      tell(
        pointer('edge', 'ownDomains', at),
        'not-served',
        'This domain is not among /domains/sip',
      );
  if (edge.innerHops?.length === 0)
    tell('/edge/innerHops', 'empty-list', 'Expected at least one place');
  for (const [at, hop] of (edge.innerHops ?? []).entries()) {
    const place = pointer('edge', 'innerHops', at);
    const told = hop?.transport === 'tls' ? 'names' : 'from';
    if (hop?.transport !== undefined && (hop[told] ?? []).length === 0)
      tell(
        `${place}/${told}`,
        'indistinct-hop',
        'Needed: nothing else tells this server from others',
      );
    if (hop?.transport === 'udp' && sip?.believesDatagrams !== true)
      tell(
        `${place}/from`,
        'indistinct-hop',
        'Tells nothing of datagrams without /sip/believesDatagrams',
      );
  }
}

/** TLS that has nothing to show. A client pair alone is not enough: the same names are proved both ways. */
function checkTls({ sip, edge, tls }: Partly<Configuration>, tell: Tell): void {
  const places = (sip?.listen ?? []).some((place) => place?.transport === 'tls');
  const routes = [
    ...[...(sip?.routes?.values() ?? [])].flatMap((hops) => hops ?? []),
    ...(edge?.innerHops ?? []),
  ];
  if ((places || routes.some((hop) => hop?.transport === 'tls')) && tls?.sip === undefined)
    tell('/tls/sip', 'tls-missing', 'Needed, since /sip speaks of tls');
}

function checkHealth({ health }: Partly<Configuration>, tell: Tell): void {
  if (health?.address === undefined || health.exposed === true) return;
  if (LOOPBACK.check(health.address, isIP(health.address) === 6 ? 'ipv6' : 'ipv4')) return;
  const text = 'Not loopback: anybody could read it. Say "exposed": true if that is meant';
  tell('/health/address', 'not-loopback', text);
}

/** Whether a list of domains speaks of one. Lists with something wrong in them speak of all. */
function serves(list: readonly (string | undefined)[] | undefined, domain: string): boolean {
  if (list === undefined || list.includes('*') || list.includes(undefined)) return true;
  return named(list).has(normalizeDomain(domain) ?? domain);
}

function named(list: readonly (string | undefined)[] | undefined): ReadonlySet<string> {
  return new Set(
    (list ?? []).flatMap((domain) =>
      domain === undefined || domain === '*' ? [] : [normalizeDomain(domain) ?? domain],
    ),
  );
}

function oneOf(path: string, fields: Readonly<Record<string, unknown>>, tell: Tell): void {
  const names = Object.keys(fields);
  if (names.filter((name) => fields[name] !== undefined).length === 1) return;
  tell(path, 'exactly-one', `Expected exactly one of ${names.join(' and ')}`);
}

/** Which of both the XMPP side is; only of a configuration without errors. */
export function xmppKind(xmpp: XmppPart): 'component' | 's2s' {
  return xmpp.component === undefined ? 's2s' : 'component';
}

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');
