// The meetings of our own users: by the policy they have, by the site they are at, and with whom their lists name. Where
// the document does not say who has which policy, a user is made up for each, so that a change of one shows.
import type { FederationEntry, RecipientEntry } from '../federation/document.ts';
import { splitAddress } from '../federation/words.ts';
import { plainName, STRANGER, type Entry, type Meeting, type Someone } from './meeting.ts';

/** Every entry that is about users of ours. */
export function userEntries(
  federation: FederationEntry,
  ours: string,
  foreign: readonly string[],
): readonly Entry[] {
  const { externalAccess, recipients = {} } = federation;
  const { granted = {}, siteOf = {}, users = {}, sites = {} } = externalAccess ?? {};
  const known = [
    ...Object.entries(granted).map(([text, name]) => [text, name, users[name]] as const),
    ...Object.entries(siteOf).map(([text, name]) => [text, name, sites[name]] as const),
  ].map((value) => [value, someone(value[0], ours)] as const);
  const madeUp = madeUpUsers(federation).map(
    ({ user, policy }) => [[user, policy], { user, domain: ours }] as const,
  );
  return [
    ...[...madeUp, ...known].map(([value, user]) => ({
      text: JSON.stringify(value),
      meetings: () => withEach(user, foreign),
    })),
    ...Object.entries(recipients).map((entry) => ({
      text: JSON.stringify(entry),
      meetings: () => withNamed(someone(entry[0], ours), entry[1]),
    })),
  ];
}

/** A user who has a policy, or is at a site. */
export interface MadeUpUser {
  readonly user: string;
  readonly grant: { readonly policy?: string; readonly site?: string };
  readonly policy: unknown;
}

/** Somebody whom nothing is granted, and where the host keeps the grants one user for each policy. */
export function madeUpUsers({ externalAccess }: FederationEntry): readonly MadeUpUser[] {
  if (externalAccess === undefined) return [];
  const { global, sites = {}, users = {}, granted, siteOf } = externalAccess;
  const anybody = { user: 'anybody', grant: {}, policy: global };
  if (granted !== undefined || siteOf !== undefined) return [anybody];
  return [
    anybody,
    ...Object.entries(sites).map(([site, policy]) => ({
      user: `somebody at ${site}`,
      grant: { site },
      policy,
    })),
    ...Object.entries(users).map(([name, policy]) => ({
      user: `somebody with ${name}`,
      grant: { policy: name },
      policy,
    })),
  ];
}

function* withEach(user: Someone, foreign: readonly string[]): Iterable<Meeting> {
  for (const domain of foreign) yield [{ domain, user: OTHER }, user];
}

function* withNamed(user: Someone, entry: RecipientEntry): Iterable<Meeting> {
  const { block = [], allow = [], contacts = [] } = entry;
  for (const text of [...block, ...allow, ...contacts, STRANGER])
    yield [someone(text === '*' ? STRANGER : text, STRANGER), user];
}

/** Whom an address names; of a domain, somebody there. */
function someone(text: string, otherwise: string): Someone {
  return splitAddress(text) ?? { domain: plainName(text) ?? otherwise, user: OTHER };
}

/** The user part of whoever is not named. */
const OTHER = 'somebody';
