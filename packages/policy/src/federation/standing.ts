// What a foreign end is to Lync's objects: a user of a public or hosting provider, of an allowed or discovered domain, of an
// XMPP partner, or nobody's. A server is known by the names of its certificate where it has shown them; where it has not,
// by the way that leads to it, and then what it must show becomes an obligation. How ways are tested is servers.ts.
import { REASONS, type End } from '../query.ts';
import type { PeerClass } from './access.ts';
import { listedAllowed } from './addresses.ts';
import { sideOf, type Case, type Objection, type Standing } from './case.ts';
import type { HostingProvider, PublicProvider } from './compiled.ts';
import { DIAGNOSTICS } from './diagnostics.ts';
import type { Filled } from './filled.ts';
import { directlyIn, recordsOf, serverAmong, shownBy, showsAny } from './servers.ts';

/** The standing of the end that is not ours. */
export function standingOf(c: Case, end: End): Standing {
  if (sideOf(c, end) === 'xmpp') return ofXmppPartner(c, end);
  const { edge } = c.federation;
  if (edge.routing === 'useDefaultRouting') return onDefaultRoute(c, end, edge);
  return byShownServer(c, end) ?? byRoute(c, end);
}

function ofXmppPartner(c: Case, end: End): Standing {
  const partner = c.federation.xmppPartners.get(c.heard[end]);
  if (partner === undefined) return nobodys(c, end, 'xmpp');
  return standing('xmpp', `xmpp-partner:${partner.domain}`, partner.domain);
}

/** Everything goes to one server and comes from it. */
function onDefaultRoute(c: Case, end: End, edge: Filled<'defaultRouteEdge'>): Standing {
  const peers = edge.isPublicProvider ? 'public' : 'federated';
  const found = standing(peers, 'default-route', edge.defaultRouteFqdn);
  found.level = edge.verificationLevel;
  found.source = 'directPartner';
  if (edge.isPublicProvider) found.network = 'publiccloud';
  return through(c, end, found, [edge.defaultRouteFqdn]);
}

/** What comes by a provider's server is the provider's, whichever domain it names. */
function byShownServer(c: Case, end: End): Standing | undefined {
  const names = end === 'from' ? shownBy(c, end) : undefined;
  if (names === undefined) return undefined;
  const open = serverAmong(c.federation.publicProviders, names);
  if (open !== undefined) return ofPublicProvider(c, end, open);
  const hosting = serverAmong(c.federation.hostingProviders, names);
  return hosting === undefined ? undefined : ofHostingProvider(c, end, hosting);
}

/** By the way that leads to its domain: the partner's own server, or SRV records. */
function byRoute(c: Case, end: End): Standing {
  const { allowed, publicProviders } = c.federation;
  const domain = c.heard[end];
  const exact = allowed.get(domain);
  const name = exact === undefined ? listedAllowed(c.federation, domain) : domain;
  const entry = exact ?? (name === undefined ? undefined : allowed.get(name));
  if (name === undefined || entry === undefined) return byRecords(c, end, discovered(c, end));
  const found = standing('federated', `allowed-domain:${name}`, name);
  found.level = entry.verificationLevel;
  if (entry.proxyFqdn === undefined) return byRecords(c, end, found);
  const open = publicProviders.get(entry.proxyFqdn);
  if (open !== undefined) return ofPublicProvider(c, end, open);
  found.source = 'directPartner';
  return through(c, end, found, [entry.proxyFqdn]);
}

/** A domain that nobody listed; undefined where such are not looked for. */
function discovered(c: Case, end: End): Standing | undefined {
  const { edge } = c.federation;
  if (edge.routing !== 'useDnsSrvRouting' || !edge.enablePartnerDiscovery) return undefined;
  const found = standing('federated', 'discovery', c.heard[end]);
  found.level = edge.discoveredPartnerVerificationLevel;
  found.isDiscovered = true;
  return found;
}

/** `found` is what it would be if its records are right; undefined: only a provider can speak for it. */
function byRecords(c: Case, end: End, found: Standing | undefined): Standing {
  const { publicProviders, hostingProviders } = c.federation;
  const isUnshown = end === 'to' || shownBy(c, end) === undefined;
  const hinges = isUnshown && publicProviders.size > 0;
  if (found === undefined && !hinges) return nobodys(c, end, 'federated');
  const domain = c.heard[end];
  const records = recordsOf(c, domain);
  if (records === 'unknown' || records === 'unresolved') {
    const what = found ?? nobodys(c, end, 'federated');
    if (hinges) what.peers = undefined;
    what.objection =
      records === 'unknown'
        ? { diagnostics: undefined, unknown: { kind: 'srv', domain }, isFinal: hinges }
        : { diagnostics: DIAGNOSTICS.noRecords, unknown: undefined, isFinal: hinges };
    return what;
  }
  if (isUnshown) {
    const open = serverAmong(publicProviders, records);
    if (open !== undefined) return ofPublicProvider(c, end, open);
    const hosting = serverAmong(hostingProviders, records);
    if (hosting !== undefined) return ofHostingProvider(c, end, hosting);
  }
  if (found === undefined) return nobodys(c, end, 'federated');
  const targets = directlyIn(domain, records);
  if (targets.length > 0) return through(c, end, found, targets);
  return objecting(found, records.length === 0 ? DIAGNOSTICS.noRecords : DIAGNOSTICS.foreignTarget);
}

function ofPublicProvider(c: Case, end: End, provider: PublicProvider): Standing {
  const found = standing('public', provider.id, provider.proxyFqdn);
  found.level = provider.verificationLevel;
  found.source = 'authorizedServer';
  found.network = 'publiccloud';
  found.provider = provider;
  if (!provider.enabled) {
    found.objection = { diagnostics: unrouted(end), unknown: undefined, isFinal: true };
    return found;
  }
  return through(c, end, found, [provider.proxyFqdn]);
}

/** A hosted domain is listed or discovered like any other. */
function ofHostingProvider(c: Case, end: End, provider: HostingProvider): Standing {
  const name = listedAllowed(c.federation, c.heard[end]);
  const isDiscovered = name === undefined && discovered(c, end) !== undefined;
  const found = standing('hosting', provider.id, name ?? c.heard[end]);
  found.level = provider.verificationLevel;
  found.source = 'authorizedServer';
  found.isDiscovered = isDiscovered;
  if (name === undefined && !isDiscovered) return objecting(found, unrouted(end));
  return through(c, end, found, [provider.proxyFqdn]);
}

/**
 * A hosting provider with users of our own domain; undefined where none shows itself. One that hosts other services,
 * such as voice mail, has nobody to write to.
 */
export function ofSharedSpace(c: Case): Standing | undefined {
  const provider = serverAmong(c.federation.hostingProviders, c.query.peerNames ?? []);
  if (provider === undefined || !provider.enabledSharedAddressSpace) return undefined;
  if (!provider.hostsOCSUsers && !isCall(c)) return undefined;
  const found = standing('hosting', provider.id, c.heard.from);
  found.level = provider.verificationLevel;
  found.source = 'authorizedServer';
  return found;
}

function isCall({ query }: Case): boolean {
  return query.traffic === 'audio' || query.traffic === 'video';
}

/** Nobody speaks for it. */
function nobodys(c: Case, end: End, peers: PeerClass): Standing {
  return objecting(standing(peers, REASONS.default, c.heard[end]), unrouted(end));
}

/** Reached by one of these servers, and by no other. */
function through(c: Case, end: End, found: Standing, servers: readonly string[]): Standing {
  const names = shownBy(c, end);
  if (names === undefined) found.servers = servers;
  else if (!showsAny(names, servers)) return objecting(found, DIAGNOSTICS.untrustedServer);
  return found;
}

function objecting(found: Standing, diagnostics: number | undefined): Standing {
  found.objection = { diagnostics, unknown: undefined, isFinal: false } satisfies Objection;
  return found;
}

/** The number for a way that is not there; of one that leads in nobody gives any. */
function unrouted(end: End): number | undefined {
  return end === 'to' ? DIAGNOSTICS.noRoute : undefined;
}

function standing(peers: PeerClass, by: string, countedAs: string): Standing {
  return {
    peers,
    by,
    ids: [by],
    objection: undefined,
    level: undefined,
    source: 'autoFederation',
    network: 'federation',
    servers: NONE,
    provider: undefined,
    isDiscovered: false,
    countedAs,
  };
}

const NONE: readonly never[] = Object.freeze([]);
