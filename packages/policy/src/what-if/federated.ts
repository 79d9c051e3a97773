// A situation in which Lync's objects are asked: the compiled form and the entry beside each other, which ends are
// foreign, and how a field of an object becomes a change.
import { normalizeDomain } from '../domain.ts';
import type { Federation } from '../federation/compiled.ts';
import type { FederationEntry } from '../federation/document.ts';
import { sideToward } from '../own-rules.ts';
import type { End } from '../query.ts';
import { appending, putting, removing, type Change, type About } from './change.ts';
import type { Situation } from './proposals.ts';

/** A situation with Lync's objects. */
export interface Federated extends Situation {
  readonly entry: FederationEntry;
  readonly federation: Federation;
}

/** The situation as one with Lync's objects; undefined where the document has none. */
export function federated(situation: Situation): Federated | undefined {
  const { federation } = situation.set;
  const entry = situation.document.federation;
  return federation && entry && { ...situation, entry, federation };
}

/** The ends that are not ours, with their domains normalised. */
export function foreignEnds({ query, federation }: Federated): readonly Foreign[] {
  const ends: readonly End[] = ['from', 'to'];
  return ends.flatMap((end) => {
    const domain = normalizeDomain(query[end]);
    if (domain === undefined || federation.localDomains.has(domain)) return [];
    const side = end === 'from' ? query.via : sideToward(query);
    return [{ end, domain, side }];
  });
}

/** The address of our own user, as the query has it; undefined where there is none, or two. */
export function ourUser({ query, federation }: Federated): string | undefined {
  const ends: readonly End[] = ['from', 'to'];
  const users = ends.flatMap((end) => {
    const user = end === 'from' ? query.fromUser : query.toUser;
    const domain = normalizeDomain(query[end]) ?? '';
    return user && federation.localDomains.has(domain) ? [`${user}@${domain}`] : [];
  });
  return users.length === 1 ? users[0] : undefined;
}

/** An end that is not ours. */
export interface Foreign {
  readonly end: End;
  readonly domain: string;
  readonly side: 'sip' | 'xmpp';
}

/** Servers that may be the domain's: the names that one has shown, and its SRV record's. */
export function serversOf({ query, facts }: Situation, domain: string): readonly string[] {
  const names = [...(query.peerNames ?? []), ...(facts.srv?.get(domain) ?? [])];
  return [...new Set(names.flatMap((text) => normalizeDomain(text) ?? []))].slice(0, MAX_SERVERS);
}

/** Servers that are tried for one domain. */
const MAX_SERVERS = 2;

type Keys = readonly (string | number)[];

/** A change that sets a field below `federation`. */
export function setting({ document }: Federated, keys: Keys, value: unknown, about: About): Change {
  return { ...about, patch: [putting(document, ['federation', ...keys], value)] };
}

/** A change that adds to a list below `federation`. */
export function adding({ document }: Federated, keys: Keys, value: unknown, about: About): Change {
  return { ...about, patch: [appending(document, ['federation', ...keys], value)] };
}

/** A change that takes away the items of a list below `federation` for which a claim holds; none if it holds of none. */
export function dropping<T>(
  list: readonly T[] | undefined,
  keys: Keys,
  isMeant: (item: T) => boolean,
  about: About,
): readonly Change[] {
  const found = [...(list ?? []).entries()].filter(([, item]) => isMeant(item));
  if (found.length === 0) return [];
  const patch = found.toReversed().map(([at]) => removing(['federation', ...keys, at]));
  return [{ ...about, patch }];
}

/** Whether a domain of the document is this name. */
export function isName(text: string, name: string): boolean {
  return normalizeDomain(text) === name;
}
