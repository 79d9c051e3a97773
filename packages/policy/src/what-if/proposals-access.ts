// Changes of what our user may do outside: flags of the policy that decided, or another policy for this user alone. Who
// has which is written only where the document says it of anybody; a host that keeps it elsewhere is not overruled.
import { accessFlags, type AccessFlag } from '../federation/access-flags.ts';
import { accessAsked, accessBits, type PeerClass } from '../federation/access.ts';
import { readAddress } from '../federation/addresses.ts';
import type { ExternalAccessPolicyEntry } from '../federation/document.ts';
import { quoted } from '../finding.ts';
import { puttingAll, type Change } from './change.ts';
import { foreignEnds, ourUser, type Federated } from './federated.ts';

/** A policy that has the flags granted; or the flags that are missing, set. */
export function moreAccess(situation: Federated, scope: string): readonly Change[] {
  const needed = neededBits(situation);
  const missing = accessFlags(needed & ~accessBits(policyAt(situation, scope)));
  const flagged = missing.length === 0 ? [] : [flagging(situation, scope, missing, true)];
  return [...granting(situation, needed), ...(scope === 'unknown' ? [] : flagged)];
}

/** Each flag that is needed, off. */
export function lessAccess(situation: Federated, scope: string): readonly Change[] {
  const set = accessFlags(neededBits(situation) & accessBits(policyAt(situation, scope)));
  return set.map((flag) => flagging(situation, scope, [flag], false));
}

/** What the class of the foreign end asks of a policy. */
function neededBits(situation: Federated): number {
  return accessAsked(classOf(situation), situation.query.traffic);
}

function classOf(situation: Federated): PeerClass {
  const { verdict, federation } = situation;
  if (foreignEnds(situation).some(({ side }) => side === 'xmpp')) return 'xmpp';
  const { edge } = federation;
  if (edge.routing === 'useDefaultRouting' && edge.isPublicProvider) return 'public';
  const ids = [...verdict.by, ...verdict.skipped];
  return ids.some((id) => id.startsWith('public-provider:')) ? 'public' : 'federated';
}

/** The keys of a policy below `externalAccess`, from `global`, `site:X` or `user:X`. */
function keysOf(scope: string): readonly string[] {
  const at = scope.indexOf(':');
  return at === -1 ? [scope] : [`${scope.slice(0, at)}s`, scope.slice(at + 1)];
}

function policyAt({ entry }: Federated, scope: string): ExternalAccessPolicyEntry | undefined {
  const [kind, name = ''] = keysOf(scope);
  const { global, sites, users } = entry.externalAccess ?? {};
  return kind === 'global' ? global : (kind === 'sites' ? sites : users)?.[name];
}

function flagging(
  { document }: Federated,
  scope: string,
  flags: readonly AccessFlag[],
  on: boolean,
): Change {
  const keys = ['federation', 'externalAccess', ...keysOf(scope)];
  return {
    kind: 'set-flag',
    reach: scope === 'global' ? 'everybody' : 'some',
    text: `Set ${flags.join(' and ')} of ${whose(scope)} to ${on}.`,
    patch: puttingAll(
      document,
      flags.map((flag) => [[...keys, flag], on]),
    ),
  };
}

function whose(scope: string): string {
  const at = scope.indexOf(':');
  if (at === -1) return `the ${scope} external access policy`;
  return `the external access policy of ${scope.slice(0, at)} ${quoted(scope.slice(at + 1))}`;
}

/** Another policy for our user. */
function granting(situation: Federated, needed: number): readonly Change[] {
  const user = ourUser(situation);
  const { users = {}, sites = {}, granted, siteOf } = situation.entry.externalAccess ?? {};
  const names = Object.keys(users);
  const isElsewhere = granted === undefined && siteOf === undefined;
  if (user === undefined) return [];
  if (isElsewhere && names.length + Object.keys(sites).length > 0) return [];
  const fitting = names.filter((name) => (needed & ~accessBits(users[name])) === 0);
  if (fitting.length === 0) return [newPolicy(situation, user, needed)];
  return fitting.slice(0, MAX_POLICIES).map((name) => ({
    kind: 'grant-policy',
    reach: 'user',
    text: `Grant the external access policy ${quoted(name)} to ${quoted(user)}.`,
    patch: puttingAll(situation.document, [[grantKeys(situation, user), name]]),
  }));
}

function newPolicy(situation: Federated, user: string, needed: number): Change {
  const { users = {} } = situation.entry.externalAccess ?? {};
  let name = 'New policy';
  for (let count = 2; Object.hasOwn(users, name); count += 1) name = `New policy ${count}`;
  const flags = accessFlags(needed);
  const policy = Object.fromEntries(flags.map((flag) => [flag, true]));
  return {
    kind: 'grant-policy',
    reach: 'user',
    text: `Make an external access policy ${quoted(name)} with ${flags.join(' and ')}, and grant it to ${quoted(user)}.`,
    patch: puttingAll(situation.document, [
      [['federation', 'externalAccess', 'users', name], policy],
      [grantKeys(situation, user), name],
    ]),
  };
}

/** Where the document has the user's grant, whatever its spelling there. */
function grantKeys({ entry }: Federated, user: string): readonly string[] {
  const { granted = {} } = entry.externalAccess ?? {};
  const there = Object.keys(granted).find((text) => readAddress(text) === readAddress(user));
  return ['federation', 'externalAccess', 'granted', there ?? user];
}

/** Policies that are proposed to be granted. */
const MAX_POLICIES = 5;
