// The policies of users, and who was granted which, out of what Get-CsExternalAccessPolicy and Get-CsUser gave. Who is at
// which site no cmdlet says; a policy that nobody has as far as the files say is told.
import type { ExternalAccessEntry, ExternalAccessPolicyEntry } from '../federation/document.ts';
import type { LyncEntry } from './entry.ts';
import { lyncWarning } from './finding.ts';
import { entriesOf, type Gathering } from './gather.ts';
import { given } from './given.ts';
import { placeOf, type PolicyPlace } from './scope.ts';

/** The policies of users, or undefined where neither cmdlet was run. */
export function externalAccess(gathering: Gathering): ExternalAccessEntry | undefined {
  const policies = entriesOf(gathering, 'ExternalAccessPolicy');
  const users = entriesOf(gathering, 'User');
  if (policies === undefined && users === undefined) {
    const nowhere = { file: '', path: '', line: undefined };
    const text =
      'Get-CsExternalAccessPolicy is not among the files: nothing is decided for users, and each may do what the domain may';
    lyncWarning(gathering.report, 'no-external-access', nowhere, text);
    return undefined;
  }
  const placed = (policies ?? []).map(placedOf);
  const sites = named('site', placed);
  const granted = table((users ?? []).flatMap(grantOf)) ?? nobody(users, sites);
  tellUnassigned(gathering, placed, users !== undefined, granted !== undefined);
  return given<ExternalAccessEntry>({
    global: placed.find(({ place }) => place.kind === 'global')?.policy,
    sites,
    users: named('user', placed),
    granted,
    siteOf: undefined,
  });
}

/** That nobody was granted anything, which is not that it is not known; but who is at a site, the host may still say. */
function nobody(users: unknown, sites: unknown): Readonly<Record<string, string>> | undefined {
  return users === undefined || sites !== undefined ? undefined : {};
}

interface Placed {
  readonly place: PolicyPlace;
  readonly policy: ExternalAccessPolicyEntry;
  readonly spot: LyncEntry['spot'];
}

function placedOf({ identity, fields, spot }: LyncEntry): Placed {
  return { place: placeOf(identity), policy: fields, spot };
}

/** A document that says who was granted what says alone where somebody is, and no host is asked. */
function tellUnassigned(
  { report }: Gathering,
  placed: readonly Placed[],
  asked: boolean,
  granted: boolean,
): void {
  const site = placed.find(({ place }) => place.kind === 'site');
  if (site !== undefined) {
    const otherwise = granted
      ? 'or the global policy holds for whoever has none granted'
      : 'or have the host answer it';
    const text = `Who is at which site no cmdlet says: write siteOf, ${otherwise}`;
    lyncWarning(report, 'not-assigned', site.spot, text);
  }
  const user = placed.find(({ place }) => place.kind === 'user');
  if (user !== undefined && !asked) {
    const text = `Who was granted which policy is not here: add what ${GET_USERS} gives, or have the host answer it`;
    lyncWarning(report, 'not-assigned', user.spot, text);
  }
}

function named(kind: 'site' | 'user', placed: readonly Placed[]) {
  return table(
    placed.flatMap(({ place, policy }) =>
      place.kind === kind ? [[place.name, policy] as const] : [],
    ),
  );
}

function grantOf({ identity, fields }: LyncEntry): readonly (readonly [string, string])[] {
  const policy = fields['externalAccessPolicy'];
  if (typeof policy !== 'string' || policy === '') return [];
  const place = placeOf(policy);
  return [[identity, place.kind === 'user' ? place.name : policy]];
}

/** A table by name, or undefined when it is empty. */
function table<T>(
  rows: readonly (readonly [string, T])[],
): Readonly<Record<string, T>> | undefined {
  return rows.length === 0 ? undefined : Object.fromEntries(rows);
}

const GET_USERS = 'Get-CsUser | Select-Object SipAddress, ExternalAccessPolicy';
