// Changes of Lync's objects, by the prefix of the id that decided: what may let through what an object keeps out, and
// what may keep out what it lets through.
import type { Change } from './change.ts';
import { federated, type Federated } from './federated.ts';
import { lessAccess, moreAccess } from './proposals-access.ts';
import { blocking, lessAllowed, moreAllowed, unblocking } from './proposals-domain.ts';
import { closing, opening, strangers, undiscovering } from './proposals-edge.ts';
import { listing } from './proposals-listing.ts';
import {
  hostingOn,
  lessOfProvider,
  moreOfProvider,
  rerouting,
  sharing,
} from './proposals-provider.ts';
import { lessWanted, moreWanted } from './proposals-recipient.ts';
import { verifyingAll } from './proposals-verification.ts';
import { lessPartner } from './proposals-xmpp.ts';
import type { Situation } from './proposals.ts';

/** Changes of the objects that decided. */
export function objectProposals(situation: Situation): readonly Change[] {
  const found = federated(situation);
  if (found === undefined) return [];
  const { effect, by } = situation.verdict;
  const table = effect === 'permit' ? LESS : MORE;
  const changes = by.flatMap((id) => {
    const [prefix = '', ...name] = id.split(':');
    return (table.get(prefix) ?? []).flatMap((propose) => propose(found, name.join(':')));
  });
  if (effect === 'forbid') return changes;
  return [...changes, ...lessWanted(found), ...blocking(found), ...closing(found)];
}

type Propose = (situation: Federated, name: string) => readonly Change[];

/** What lets more through. */
const MORE: ReadonlyMap<string, readonly Propose[]> = new Map<string, readonly Propose[]>([
  ['default', [listing, hostingOn]],
  ['access-edge', [opening]],
  ['clearing-house', [strangers]],
  ['local-domain', [sharing]],
  ['blocked-domain', [unblocking]],
  ['allowed-domain', [moreAllowed]],
  ['discovery', [listing, verifyingAll]],
  ['public-provider', [moreOfProvider]],
  ['hosting-provider', [listing, moreOfProvider]],
  ['default-route', [rerouting, verifyingAll]],
  ['external-access', [moreAccess]],
  ['recipient', [moreWanted]],
]);

/** What lets less through. */
const LESS: ReadonlyMap<string, readonly Propose[]> = new Map<string, readonly Propose[]>([
  ['allowed-domain', [lessAllowed]],
  ['discovery', [undiscovering]],
  ['public-provider', [lessOfProvider]],
  ['hosting-provider', [lessOfProvider]],
  ['xmpp-partner', [lessPartner]],
  ['external-access', [lessAccess]],
]);
