// The meetings that Lync's objects may be about: listed domains, users of providers, and what the Access Edge decides for
// strangers. Those of our own users are in entries-users.ts.
import type { FederationEntry } from '../federation/document.ts';
import { filledPublicProvider } from '../federation/filled.ts';
import { userEntries } from './entries-users.ts';
import { around, STRANGER, type Entry, type Meeting } from './meeting.ts';

/** Every entry of the federation part that names somebody. */
export function federationEntries(
  federation: FederationEntry,
  ours: readonly string[],
): readonly Entry[] {
  const { accessEdge, localDomains, allowedDomains = [] } = federation;
  const { blockedDomains = [], xmppPartners = [] } = federation;
  const entry = (value: unknown, ...names: readonly string[]): Entry => ({
    text: JSON.stringify(value),
    meetings: () => around(names, ours),
  });
  return [
    {
      text: JSON.stringify([accessEdge, localDomains]),
      meetings: () => each([STRANGER, ...ours], ours),
    },
    ...serversOf(federation).map(([server, value]) => ({
      text: JSON.stringify(value),
      meetings: () => each([hostedBy(server)], ours),
    })),
    ...xmppPartners.map((one) => entry(one, one.domain, ...(one.additionalDomains ?? []))),
    ...allowedDomains.map((one) => entry(one, one.domain)),
    ...blockedDomains.map((one) => entry(['blocked', one], one.domain)),
    ...userEntries(federation, ours[0] ?? STRANGER, foreignOf(federation)),
  ];
}

/** Each of the names, and nothing beside it, with each of our own domains. */
function* each(names: readonly string[], ours: readonly string[]): Iterable<Meeting> {
  for (const domain of names) for (const other of ours) yield [{ domain }, { domain: other }];
}

/** The servers of public and hosting providers, each with its entry. */
export function serversOf(federation: FederationEntry): readonly (readonly [string, unknown])[] {
  const { publicProviders = [], hostingProviders = [] } = federation;
  return [...publicProviders.map(filledPublicProvider), ...hostingProviders].flatMap((entry) =>
    entry.proxyFqdn === undefined ? [] : [[entry.proxyFqdn, entry] as const],
  );
}

/** A domain whose SRV record is taken to name a provider's server. */
export function hostedBy(server: string): string {
  return `hosted.${server}`;
}

/** One foreign domain of each kind. */
function foreignOf(federation: FederationEntry): readonly string[] {
  const { allowedDomains = [], xmppPartners = [] } = federation;
  return [
    ...[...allowedDomains.slice(0, 1), ...xmppPartners.slice(0, 1)].map(({ domain }) => domain),
    ...serversOf(federation)
      .slice(0, MAX_PROVIDERS)
      .map(([server]) => hostedBy(server)),
    STRANGER,
  ];
}

/** Providers whose users meet each of ours. */
const MAX_PROVIDERS = 4;
