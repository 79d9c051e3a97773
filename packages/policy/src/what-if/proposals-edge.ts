// Changes of the Access Edge and of which domains are our own. They touch everybody.
import { quoted } from '../finding.ts';
import type { About, Change } from './change.ts';
import { adding, setting, type Federated } from './federated.ts';

const flag = (text: string): About => ({
  kind: 'set-flag',
  reach: 'everybody',
  text,
});

/** The master switch, on. */
export function opening(situation: Federated): readonly Change[] {
  const about = flag('Open the Access Edge: set allowFederatedUsers to true.');
  return [setting(situation, ['accessEdge', 'allowFederatedUsers'], true, about)];
}

/** The master switch, off. */
export function closing(situation: Federated): readonly Change[] {
  const about = flag('Close the Access Edge: set allowFederatedUsers to false.');
  return [setting(situation, ['accessEdge', 'allowFederatedUsers'], false, about)];
}

/** Partner discovery, where the edge finds partners by DNS at all. */
export function discovering(situation: Federated): readonly Change[] {
  const { accessEdge } = situation.entry;
  if (accessEdge.routing !== 'useDnsSrvRouting' || accessEdge.enablePartnerDiscovery === true)
    return [];
  const about = flag('Let partners be discovered: set enablePartnerDiscovery to true.');
  return [setting(situation, ['accessEdge', 'enablePartnerDiscovery'], true, about)];
}

/** No more partner discovery. */
export function undiscovering(situation: Federated): readonly Change[] {
  const about = flag('Let partners not be discovered: set enablePartnerDiscovery to false.');
  return [setting(situation, ['accessEdge', 'enablePartnerDiscovery'], false, about)];
}

/** For what is between strangers: one of them is ours after all, or they may. */
export function strangers(situation: Federated): readonly Change[] {
  const { query, entry } = situation;
  const own = [query.from, query.to].map((domain) =>
    adding(situation, ['localDomains'], domain, {
      kind: 'set-names',
      reach: 'everybody',
      text: `Add ${quoted(domain)} to our own domains (localDomains).`,
    }),
  );
  if (entry.accessEdge.routing !== 'useDnsSrvRouting') return own;
  const about = flag('Let strangers talk to each other: set beClearingHouse to true.');
  return [...own, setting(situation, ['accessEdge', 'beClearingHouse'], true, about)];
}
