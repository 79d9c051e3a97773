// Who may do what to a configuration. Lync splits it over teams: editing a topology and publishing it are two rights, setting
// up an edge is a third, and what users and partners may do outside is changed by yet others, as the pages on deploying
// federation in Lync Server 2013 say. A role is data: groups that somebody is in, all of them, and what that lets them do.
// Whether somebody is in a group is for the host to establish.

/** What somebody wants to do. */
export type RoleAction =
  /** Change a draft. */
  | 'edit'
  /** Make a draft, or what held before, the configuration that holds. */
  | 'publish'
  /** Load a published configuration on an edge, and assign its certificates. */
  | 'set-up-edge'
  /** Change whom users may reach outside: access settings, policies, domains, providers, partners. */
  | 'change-access'
  /** See whether every replica has the newest configuration. */
  | 'check-replication';

/** Every action, in the order of the pages. */
export const ROLE_ACTIONS: readonly RoleAction[] = [
  'edit',
  'publish',
  'set-up-edge',
  'change-access',
  'check-replication',
];

/** Somebody, and the groups the host has established that they are in. */
export interface Actor {
  /** As records show it. */
  readonly name: string;
  /** Compared without case and blanks: `Domain Admins` is `DomainAdmins`. */
  readonly groups: readonly string[];
}

/** A role: whoever is in all of its groups may do what it says. */
export interface Role {
  readonly id: string;
  readonly groups: readonly string[];
  readonly may: readonly RoleAction[];
}

/** Lync's roles. */
export const LYNC_ROLES: readonly Role[] = [
  { id: 'editor', groups: ['Users'], may: ['edit'] },
  { id: 'publisher', groups: ['Domain Admins', 'RTCUniversalServerAdmins'], may: ['publish'] },
  { id: 'edge-installer', groups: ['Administrators'], may: ['set-up-edge'] },
  {
    id: 'server-administrator',
    groups: ['RTCUniversalServerAdmins'],
    may: ['change-access', 'check-replication'],
  },
  {
    id: 'cs-administrator',
    groups: ['CSAdministrator'],
    may: ['change-access', 'check-replication'],
  },
];

/** Whether somebody may, and why. */
export type RoleVerdict =
  | {
      readonly effect: 'permit';
      /** The ids of the roles that permit it, sorted. */
      readonly by: readonly string[];
      readonly reason: string;
    }
  | {
      readonly effect: 'forbid';
      /** What is missing, for each role that would permit it: the groups they are not in. Empty: no role does. */
      readonly missing: readonly MissingGroups[];
      readonly reason: string;
    };

/** The groups somebody is not in, for a role that would permit what they want. */
export interface MissingGroups {
  readonly role: string;
  readonly groups: readonly string[];
}

/** Whether somebody may do something. Roles that are not Lync's are handed in, alone or beside {@link LYNC_ROLES}. */
export function authorize(
  actor: Actor,
  action: RoleAction,
  roles: readonly Role[] = LYNC_ROLES,
): RoleVerdict {
  const held = new Set(actor.groups.map(folded));
  const permitting = roles
    .filter(({ may, groups }) => may.includes(action) && groups.length > 0)
    .map(({ id, groups }) => ({
      role: id,
      groups: groups.filter((one) => !held.has(folded(one))),
    }));
  const by = permitting
    .filter(({ groups }) => groups.length === 0)
    .map(({ role }) => role)
    .toSorted();
  return by.length > 0
    ? { effect: 'permit', by, reason: `${actor.name} may ${SAID[action]}: ${by.join(', ')}` }
    : { effect: 'forbid', missing: permitting, reason: refusal(actor, action, permitting) };
}

function refusal({ name }: Actor, action: RoleAction, missing: readonly MissingGroups[]): string {
  const ways = missing.map(({ role, groups }) => `${groups.join(' and ')} (${role})`);
  const why = ways.length === 0 ? 'no role lets anybody' : `not in ${ways.join(', nor in ')}`;
  return `${name} may not ${SAID[action]}: ${why}`;
}

function folded(group: string): string {
  return group.toLowerCase().replaceAll(/\s/g, '');
}

const SAID: Readonly<Record<RoleAction, string>> = {
  edit: 'edit a draft',
  publish: 'publish',
  'set-up-edge': 'set up an edge',
  'change-access': 'change access settings',
  'check-replication': 'check replication',
};
