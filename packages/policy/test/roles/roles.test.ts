// Who may do what: each actor by each action, roles that somebody wrote, and what is wrong with them.
import {
  authorize,
  loadRoles,
  LYNC_ROLES,
  ROLE_ACTIONS,
  type Actor,
  type Role,
  type RoleAction,
} from '@interwork/policy/roles';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const actor = (...groups: readonly string[]): Actor => ({ name: 'ann', groups });

describe('Lync’s roles', () => {
  const E = 'edit';
  const P = 'publish';
  const S = 'set-up-edge';
  const A = 'change-access';
  const R = 'check-replication';
  const ROWS: readonly (readonly [groups: readonly string[], may: readonly RoleAction[]])[] = [
    [[], []],
    [['Users'], [E]],
    [['Domain Admins'], []],
    [['RTCUniversalServerAdmins'], [A, R]],
    [
      ['Domain Admins', 'RTCUniversalServerAdmins'],
      [P, A, R],
    ],
    [['Administrators'], [S]],
    [['CSAdministrator'], [A, R]],
    [
      ['Domain Admins', 'CSAdministrator'],
      [A, R],
    ],
    [
      ['Users', 'Administrators'],
      [E, S],
    ],
    [
      ['Users', 'Domain Admins', 'RTCUniversalServerAdmins'],
      [E, P, A, R],
    ],
    [
      ['Users', 'Administrators', 'Domain Admins', 'RTCUniversalServerAdmins', 'CSAdministrator'],
      [E, P, S, A, R],
    ],
    [['CSViewOnlyAdministrator', 'RTCUniversalUserAdmins', 'Enterprise Admins'], []],
    // names are compared without case and blanks, and whole
    [
      ['DOMAINADMINS', 'rtcuniversalserveradmins'],
      [P, A, R],
    ],
    [['User', 'Administrator', 'Users2'], []],
  ];
  for (const [groups, may] of ROWS) {
    it.each(ROLE_ACTIONS)(`${groups.join(' + ') || 'nobody'}: %s`, (action) => {
      const { effect } = authorize(actor(...groups), action);
      expect(effect).toBe(may.includes(action) ? 'permit' : 'forbid');
    });
  }

  it('say by which role', () => {
    expect(authorize(actor('CSAdministrator', 'RTCUniversalServerAdmins'), A)).toEqual({
      effect: 'permit',
      by: ['cs-administrator', 'server-administrator'],
      reason: 'ann may change access settings: cs-administrator, server-administrator',
    });
  });

  it('say what is missing, for each way there is', () => {
    expect(authorize(actor('RTCUniversalServerAdmins'), P)).toEqual({
      effect: 'forbid',
      missing: [{ role: 'publisher', groups: ['Domain Admins'] }],
      reason: 'ann may not publish: not in Domain Admins (publisher)',
    });
    expect(authorize(actor(), R)).toEqual({
      effect: 'forbid',
      missing: [
        { role: 'server-administrator', groups: ['RTCUniversalServerAdmins'] },
        { role: 'cs-administrator', groups: ['CSAdministrator'] },
      ],
      reason:
        'ann may not check replication: not in RTCUniversalServerAdmins (server-administrator), nor in CSAdministrator (cs-administrator)',
    });
  });

  it('are no less with more groups', () => {
    const group = fc.constantFrom(...LYNC_ROLES.flatMap(({ groups }) => groups), 'Guests');
    const groups = fc.array(group);
    fc.assert(
      fc.property(groups, groups, fc.constantFrom(...ROLE_ACTIONS), (some, more, action) => {
        if (authorize(actor(...some), action).effect === 'forbid') return;
        expect(authorize(actor(...more, ...some), action).effect).toBe('permit');
      }),
    );
  });
});

describe('roles of one’s own', () => {
  const desk: Role = { id: 'desk', groups: ['Help Desk', 'Evening'], may: ['change-access'] };

  it('are read, beside Lync’s or instead of them', () => {
    const read = (lync: boolean) => loadRoles(JSON.stringify({ version: 1, lync, roles: [desk] }));
    expect(read(true)).toEqual({ kind: 'roles', roles: [...LYNC_ROLES, desk] });
    expect(read(false)).toEqual({ kind: 'roles', roles: [desk] });
    expect(loadRoles({ version: 1, lync: false, roles: [desk] })).toEqual(read(false));
  });

  it('hold like Lync’s', () => {
    expect(authorize(actor('help desk', 'evening'), 'change-access', [desk]).effect).toBe('permit');
    expect(authorize(actor('help desk'), 'change-access', [desk])).toMatchObject({
      missing: [{ role: 'desk', groups: ['Evening'] }],
    });
    expect(authorize(actor('help desk', 'evening'), 'publish', [desk])).toEqual({
      effect: 'forbid',
      missing: [],
      reason: 'ann may not publish: no role lets anybody',
    });
  });

  it('permit nobody without a group, however they came here', () => {
    const everybody: Role = { id: 'e', groups: [], may: ['publish'] };
    expect(authorize(actor('Users'), 'publish', [everybody]).effect).toBe('forbid');
  });

  const ROWS: readonly (readonly [text: string, code: string, path: string])[] = [
    ['{', 'not-json', ''],
    ['{"version":1,"lync":true}', 'missing-field', '/roles'],
    ['{"version":2,"lync":true,"roles":[]}', 'unknown-value', '/version'],
    [
      '{"version":1,"lync":true,"roles":[{"id":"a","groups":["x"]}]}',
      'missing-field',
      '/roles/0/may',
    ],
    [
      '{"version":1,"lync":true,"roles":[{"id":"a","groups":["x"],"may":["fly"]}]}',
      'unknown-value',
      '/roles/0/may/0',
    ],
    [
      '{"version":1,"lync":true,"roles":[{"id":"a","groups":[],"may":[]}]}',
      'empty-list',
      '/roles/0/groups',
    ],
    [
      '{"version":1,"lync":true,"roles":[{"id":"a","groups":[" "],"may":[]}]}',
      'malformed-text',
      '/roles/0/groups/0',
    ],
    [
      '{"version":1,"lync":true,"roles":[{"id":"editor","groups":["x"],"may":[]}]}',
      'duplicate-id',
      '/roles/0/id',
    ],
    [
      '{"version":1,"lync":false,"roles":[{"id":"a","groups":["x"],"may":[]},{"id":"a","groups":["x"],"may":[]}]}',
      'duplicate-id',
      '/roles/1/id',
    ],
  ];
  it.each(ROWS)('%s', (text, code, path) => {
    const read = loadRoles(text);
    expect(read).toMatchObject({ kind: 'findings', findings: [{ code, path }] });
  });
});
