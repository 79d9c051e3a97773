// Where the next hops of both sides are: the routes of the configuration, and DNS for every other domain.
// The asking is the edges' packages' own.
import { randomInt } from 'node:crypto';
import { Resolver } from 'node:dns/promises';
import type { Target } from '@interwork/sip';
import { type AskDns, dnsResolver, SipLocator } from '@interwork/sip/node';
import { normalizeDomain } from '@interwork/xmpp';
import { dnsLocate, type Locate } from '@interwork/xmpp/node';
import type { PolicySet } from '@interwork/policy';
import type { Configuration, SipRoute } from './configuration.ts';
import { serverOf } from './xmpp-partners.ts';

/** The next hops that are configured, by domain. */
export function sipRoutes({ sip }: Configuration): Readonly<Record<string, readonly Target[]>> {
  const routes: Record<string, readonly Target[]> = Object.create(null);
  for (const [domain, hops] of sip.routes ?? []) {
    const name = nameOf(domain);
    routes[name] = hops.map((hop) => targetOf(name, hop));
  }
  return routes;
}

function targetOf(
  domain: string,
  { transport, address, port, names = [domain] }: SipRoute,
): Target {
  return { transport, address, port, references: names.map(nameOf) };
}

/** Looks SIP domains up, and keeps what DNS said for as long as it holds. @spec RFC 3263 §4 */
export function sipLocator(configuration: Configuration): SipLocator {
  const { sip, edge, dns } = configuration;
  const ask = sipDns(configuration);
  const { requireTls = true, federation = edge !== undefined } = sip.dns ?? {};
  const { allowPrivate = false } = dns ?? {};
  return new SipLocator({ ask, requireTls, lync: federation, allowPrivate });
}

/** Who is asked about names for SIP. */
export function sipDns({ dns }: Configuration): AskDns {
  return dnsResolver(dns?.servers === undefined ? {} : { servers: dns.servers });
}

/** Finds XMPP servers: those of the configuration, then those of the policy. @spec RFC 6120 §3.2 */
export function xmppLocate({ xmpp, dns }: Configuration, policy: () => PolicySet): Locate {
  const routes = new Map(
    [...(xmpp.s2s?.routes ?? [])].map(([domain, places]) => [
      nameOf(domain),
      places.map(({ direct = false, ...place }) => ({ ...place, direct })),
    ]),
  );
  const resolver = new Resolver({ timeout: 3_000, tries: 2 });
  if (dns?.servers !== undefined) resolver.setServers(dns.servers);
  const { allowPrivate = false } = dns ?? {};
  const byDns = dnsLocate({ direct: true, allowPrivate, random, resolver });
  return async (domain) => routes.get(domain) ?? serverOf(policy(), domain) ?? byDns(domain);
}

/** A domain as it is compared. */
function nameOf(domain: string): string {
  return normalizeDomain(domain) ?? domain;
}

/** From 0 to 1. */
function random(): number {
  return randomInt(2 ** 32) / 2 ** 32;
}
