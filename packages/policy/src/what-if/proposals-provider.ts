// Changes of public and hosting providers, and of the default route.
import { quoted } from '../finding.ts';
import { puttingAll, type Change } from './change.ts';
import { foreignEnds, isName, serversOf, setting, type Federated } from './federated.ts';
import { verifying } from './proposals-verification.ts';

/** The provider on, or believed otherwise. */
export function moreOfProvider(situation: Federated, identity: string): readonly Change[] {
  return placesOf(situation, identity).flatMap((place) => [
    switching(situation, place, true),
    ...verifying(situation, place.keys, place.whom),
  ]);
}

/** The provider off. */
export function lessOfProvider(situation: Federated, identity: string): readonly Change[] {
  return placesOf(situation, identity).map((place) => switching(situation, place, false));
}

/** Hosting providers that are off, and whose server is that of a foreign end, on. */
export function hostingOn(situation: Federated): readonly Change[] {
  const servers = foreignEnds(situation).flatMap(({ domain }) => serversOf(situation, domain));
  return (situation.entry.hostingProviders ?? [])
    .filter(
      ({ enabled, proxyFqdn }) =>
        enabled !== true && servers.some((name) => isName(proxyFqdn, name)),
    )
    .flatMap(({ identity }) => placesOf(situation, identity))
    .map((place) => switching(situation, place, true));
}

/** Between our own domains: a hosting provider that has users of ours. */
export function sharing(situation: Federated): readonly Change[] {
  const { document, entry } = situation;
  return (entry.hostingProviders ?? []).slice(0, MAX_PROVIDERS).map(({ identity }, at) => ({
    kind: 'set-flag',
    reach: 'everybody',
    text: `Let hosting provider ${quoted(identity)} have users of our own domains: set ${SHARING.join(', ')} to true.`,
    patch: puttingAll(
      document,
      SHARING.map((field) => [['federation', 'hostingProviders', at, field], true]),
    ),
  }));
}

/** The default route to the server that was seen. */
export function rerouting(situation: Federated): readonly Change[] {
  const { peerNames = [] } = situation.query;
  return peerNames.slice(0, MAX_PROVIDERS).map((name) =>
    setting(situation, ['accessEdge', 'defaultRouteFqdn'], name, {
      kind: 'set-server',
      reach: 'everybody',
      text: `Let ${quoted(name)} be the server of the default route (defaultRouteFqdn).`,
    }),
  );
}

interface Place {
  readonly keys: readonly [list: string, at: number];
  readonly whom: string;
}

/** Where a provider stands; identities are unique among both kinds. */
function placesOf({ entry }: Federated, identity: string): readonly Place[] {
  return (['publicProviders', 'hostingProviders'] as const).flatMap((list) =>
    [...(entry[list] ?? []).keys()].flatMap((at) => {
      if (entry[list]?.[at]?.identity !== identity) return [];
      const kind = list === 'publicProviders' ? 'public' : 'hosting';
      return [{ keys: [list, at], whom: `${kind} provider ${quoted(identity)}` } as const];
    }),
  );
}

function switching(situation: Federated, { keys, whom }: Place, on: boolean): Change {
  return setting(situation, [...keys, 'enabled'], on, {
    kind: 'set-flag',
    reach: 'some',
    text: `Turn ${whom} ${on ? 'on' : 'off'} (enabled).`,
  });
}

const SHARING = ['enabled', 'enabledSharedAddressSpace', 'hostsOCSUsers'];
/** Providers, or names of a server, that are tried. */
const MAX_PROVIDERS = 5;
