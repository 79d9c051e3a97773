// Roles that somebody has written down, as JSON: read by a descriptor, like a policy, and never half.
import { error, findingsOf, newReport, type Findings, type Report } from '../finding.ts';
import { lineAt, readJson, type JsonNode } from '../json.ts';
import { nodeOf } from '../json-value.ts';
import { DEFAULT_LIMITS, type PolicyLimits } from '../limits.ts';
import { readShape } from '../read-shape.ts';
import type { FieldsOf, Shape } from '../shape.ts';
import { LYNC_ROLES, ROLE_ACTIONS, type Role } from './roles.ts';

/** Roles as an administrator writes them. */
export interface RolesDocument {
  readonly version: 1;
  /** Whether Lync's own roles hold beside these. */
  readonly lync: boolean;
  readonly roles: readonly Role[];
}

/** Roles that have been read. */
export interface Roles {
  readonly kind: 'roles';
  readonly roles: readonly Role[];
}

/** The roles of a document, JSON text or a value that is what JSON text would give; or what is wrong with it. */
export function loadRoles(document: unknown, limits?: Partial<PolicyLimits>): Roles | Findings {
  const bounds = { ...DEFAULT_LIMITS, ...limits };
  const report = newReport(bounds.findings);
  const root =
    typeof document === 'string'
      ? readJson(document, bounds, report)
      : nodeOf(document, bounds, report);
  const roles = root === undefined ? [] : rolesOf(root, report);
  if (report.errors === 0) return { kind: 'roles', roles };
  return { kind: 'findings', findings: findingsOf(report, (place) => lineAt(root, place)) };
}

function rolesOf(root: JsonNode, report: Report): readonly Role[] {
  const read = readShape(root, DOCUMENT, undefined, report);
  if (report.errors > 0) return [];
  const { lync, roles } = read as RolesDocument;
  const all = [...(lync ? LYNC_ROLES : []), ...roles];
  const taken = new Set(lync ? LYNC_ROLES.map(({ id }) => id) : []);
  for (const [at, { id, groups }] of roles.entries()) {
    const place = { parent: { parent: undefined, key: 'roles' }, key: at };
    if (taken.has(id))
      error(report, 'duplicate-id', { parent: place, key: 'id' }, `"${id}" is taken`);
    if (groups.length === 0) {
      error(report, 'empty-list', { parent: place, key: 'groups' }, 'It would be everybody’s role');
    }
    taken.add(id);
  }
  return all;
}

const GROUP: Shape = {
  kind: 'words',
  expected: 'the name of a group, up to 256 characters',
  holds: (text) => text.length <= 256 && /\S/.test(text),
};

const ROLE: FieldsOf<Role> = {
  id: { shape: { kind: 'id' }, required: true, about: 'Named in verdicts and records.' },
  groups: {
    shape: { kind: 'list', of: GROUP },
    required: true,
    about: 'The groups that somebody has to be in, all of them.',
  },
  may: {
    shape: { kind: 'list', of: { kind: 'choice', of: ROLE_ACTIONS } },
    required: true,
    about: 'What that lets them do.',
  },
};

const FIELDS: FieldsOf<RolesDocument> = {
  version: { shape: { kind: 'choice', of: [1] }, required: true, about: 'Always 1.' },
  lync: { shape: { kind: 'flag' }, required: true, about: "Whether Lync's own roles hold too." },
  roles: {
    shape: { kind: 'list', of: { kind: 'object', fields: ROLE } },
    required: true,
    about: 'Further roles.',
  },
};

const DOCUMENT: Shape = { kind: 'object', fields: FIELDS };
