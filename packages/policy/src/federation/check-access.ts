// External access policies, who has which, and what users have set: names of policies that are not there, switches that
// wait for another one, addresses that are said twice or of people who are not ours.
import { normalizeDomain } from '../domain.ts';
import { error, placeIn, quoted, warn, type Place, type Report } from '../finding.ts';
import type { ReadExternalAccess, ReadFederation } from '../read.ts';
import { readAddress } from './addresses.ts';
import type { ExternalAccessPolicyEntry } from './document.ts';

/** Tells what is said of users in vain. */
export function checkAccess(federation: ReadFederation, parent: Place, report: Report): void {
  const { localDomains, externalAccess, recipients } = federation;
  const local = new Set(localDomains.map((text) => normalizeDomain(text)));
  checkPeople(recipients, local, placeIn(parent, 'recipients'), report);
  if (externalAccess === undefined) return;
  const place = placeIn(parent, 'externalAccess');
  checkPolicies(externalAccess, place, report);
  checkIdle(externalAccess, place, report);
  checkNames(externalAccess, place, report);
  for (const key of ['granted', 'siteOf'] as const)
    checkPeople(externalAccess[key], local, placeIn(place, key), report);
}

function checkPolicies(
  { global, sites, users }: ReadExternalAccess,
  parent: Place,
  report: Report,
): void {
  if (global !== undefined) checkPolicy(global, placeIn(parent, 'global'), report);
  for (const [key, table] of [['sites', sites] as const, ['users', users] as const]) {
    for (const [name, policy] of table ?? [])
      checkPolicy(policy, placeIn(parent, key, name), report);
  }
}

/** A switch that waits for another one in the same policy. */
const WAITING = [
  ['enableXmppAccess', 'enableFederationAccess'],
  ['enablePublicCloudAudioVideoAccess', 'enablePublicCloudAccess'],
] as const;

function checkPolicy(policy: ExternalAccessPolicyEntry, place: Place, report: Report): void {
  for (const [key, needed] of WAITING) {
    if (policy[key] !== true || policy[needed] === true) continue;
    warn(report, 'idle-access', placeIn(place, key), `${key} holds only with ${needed}`);
  }
}

/** One of granted and siteOf is enough for no host to be asked for the other. */
function checkIdle(access: ReadExternalAccess, parent: Place, report: Report): void {
  for (const [key, said, unsaid] of TOLD_BY) {
    if ((access[key]?.size ?? 0) === 0) continue;
    if (access[said] === undefined || access[unsaid] !== undefined) continue;
    const text = `These hold for nobody: ${said} is written, so no host is asked, and ${unsaid} is not`;
    warn(report, 'idle-access', placeIn(parent, key), text);
  }
}

const TOLD_BY = [
  ['sites', 'granted', 'siteOf'],
  ['users', 'siteOf', 'granted'],
] as const;

/** A grant of what is not there would let the site's or the global policy hold, unseen. */
function checkNames(
  { sites, users, granted, siteOf }: ReadExternalAccess,
  parent: Place,
  report: Report,
): void {
  for (const [address, name] of granted ?? []) {
    if (users?.has(name) === true) continue;
    const text = `There is no policy ${quoted(name)} in users`;
    error(report, 'unknown-policy', placeIn(parent, 'granted', address), text);
  }
  for (const [whom, name] of siteOf ?? []) {
    if (sites?.has(name) === true) continue;
    const text = `There is no policy of a site ${quoted(name)}: the global one holds there`;
    warn(report, 'unknown-site', placeIn(parent, 'siteOf', whom), text);
  }
}

/** Keys are addresses or domains, in any spelling. */
function checkPeople(
  table: ReadonlyMap<string, unknown> | undefined,
  local: ReadonlySet<string | undefined>,
  parent: Place,
  report: Report,
): void {
  const seen = new Set<string>();
  for (const whom of table?.keys() ?? []) {
    const form = readAddress(whom) ?? normalizeDomain(whom) ?? whom;
    const place = placeIn(parent, whom);
    if (seen.has(form)) {
      error(report, 'duplicate-address', place, `${quoted(form)} is here twice`);
    } else if (!local.has(form.slice(form.lastIndexOf('@') + 1))) {
      warn(
        report,
        'not-local',
        place,
        `${quoted(form)} is in none of localDomains: it is never asked for`,
      );
    }
    seen.add(form);
  }
}
