// What is written of roles, histories and replicas, read back: each record says its version, and is read by a descriptor, so
// that a record somebody changed is findings and never half of one.
import { error, findingsOf, newReport, type Findings, type Report } from '../finding.ts';
import { lineAt, readJson } from '../json.ts';
import { DEFAULT_LIMITS, type PolicyLimits } from '../limits.ts';
import { readShape } from '../read-shape.ts';
import type { Field, FieldsOf, Shape } from '../shape.ts';
import type { Change } from './changes.ts';
import type { ConfigurationHistory, Draft, HistoryRecord, Snapshot } from './history.ts';
import type { Replica, ReplicaReport } from './replica.ts';

/** A history out of its JSON text, or findings. */
export function readHistory(
  text: string,
  limits?: Partial<PolicyLimits>,
): { readonly kind: 'history'; readonly history: ConfigurationHistory } | Findings {
  const read = readRecord(text, HISTORY, limits, checkOrder);
  if (read.kind === 'findings') return read;
  return { kind: 'history', history: read.value as ConfigurationHistory };
}

/** A snapshot out of its JSON text, which an edge is given; or findings. */
export function readSnapshot(
  text: string,
  limits?: Partial<PolicyLimits>,
): { readonly kind: 'snapshot'; readonly snapshot: Snapshot } | Findings {
  const read = readRecord(text, SNAPSHOT, limits);
  return read.kind === 'findings' ? read : { kind: 'snapshot', snapshot: read.value as Snapshot };
}

/** What a replica has, out of its JSON text; or findings. */
export function readReplica(
  text: string,
  limits?: Partial<PolicyLimits>,
): { readonly kind: 'replica'; readonly replica: Replica } | Findings {
  const read = readRecord(text, REPLICA, limits);
  return read.kind === 'findings' ? read : { kind: 'replica', replica: read.value as Replica };
}

/** What a replica reported, out of its JSON text; or findings. */
export function readReport(
  text: string,
  limits?: Partial<PolicyLimits>,
): { readonly kind: 'report'; readonly report: ReplicaReport } | Findings {
  const read = readRecord(text, REPORT, limits);
  return read.kind === 'findings' ? read : { kind: 'report', report: read.value as ReplicaReport };
}

type Check = (value: unknown, report: Report) => void;

function readRecord(
  text: string,
  shape: Shape,
  limits: Partial<PolicyLimits> | undefined,
  check?: Check,
): { readonly kind: 'read'; readonly value: unknown } | Findings {
  const bounds = { ...DEFAULT_LIMITS, ...limits };
  const report = newReport(bounds.findings);
  const root = readJson(text, bounds, report);
  const value = root === undefined ? undefined : readShape(root, shape, undefined, report);
  if (report.errors === 0) check?.(value, report);
  if (report.errors === 0) return { kind: 'read', value };
  return { kind: 'findings', findings: findingsOf(report, (place) => lineAt(root, place)) };
}

/** Numbers of snapshots only rise. */
function checkOrder(value: unknown, report: Report): void {
  const { snapshots } = value as ConfigurationHistory;
  for (const [at, { number }] of snapshots.entries()) {
    const before = snapshots[at - 1]?.number ?? 0;
    if (number > before) continue;
    const place = {
      parent: { parent: { parent: undefined, key: 'snapshots' }, key: at },
      key: 'number',
    };
    error(report, 'out-of-range', place, `Expected a number above ${before}`);
  }
}

const MOST = Number.MAX_SAFE_INTEGER;
const VERSION: Field & { required: true } = {
  shape: { kind: 'choice', of: [1] },
  required: true,
  about: 'Always 1.',
};
const TEXT: Shape = { kind: 'text', max: DEFAULT_LIMITS.characters };

const INSTANT: Shape = { kind: 'count', min: 0, max: MOST };
const NUMBER: Shape = { kind: 'count', min: 1, max: MOST };
const COUNT: Shape = { kind: 'count', min: 0, max: MOST };

const SNAPSHOT_FIELDS: FieldsOf<Snapshot> = {
  version: VERSION,
  number: { shape: NUMBER, required: true, about: 'Its number.' },
  digest: { shape: TEXT, required: true, about: 'The digest of its text.' },
  text: { shape: TEXT, required: true, about: 'The document.' },
  by: { shape: TEXT, required: true, about: 'Who published it.' },
  at: { shape: INSTANT, required: true, about: 'When, in epoch milliseconds.' },
};

const DRAFT_FIELDS: FieldsOf<Draft> = {
  text: { shape: TEXT, required: true, about: 'The document.' },
  basedOn: { shape: COUNT, required: true, about: 'The number that held when it was written.' },
  by: { shape: TEXT, required: true, about: 'Who wrote it.' },
  at: { shape: INSTANT, required: true, about: 'When, in epoch milliseconds.' },
};

const CHANGE_FIELDS: FieldsOf<Change> = {
  kind: {
    shape: { kind: 'choice', of: ['added', 'removed', 'changed'] },
    required: true,
    about: 'What happened there.',
  },
  path: { shape: TEXT, required: true, about: 'Where.' },
  before: { shape: TEXT, about: 'What was there.' },
  after: { shape: TEXT, about: 'What is there.' },
};

const RECORD_FIELDS: FieldsOf<HistoryRecord> = {
  kind: {
    shape: { kind: 'choice', of: ['edit', 'publish', 'undo'] },
    required: true,
    about: 'What was done.',
  },
  by: { shape: TEXT, required: true, about: 'Who did it.' },
  roles: {
    shape: { kind: 'list', of: TEXT },
    required: true,
    about: 'The roles by which they might.',
  },
  at: { shape: INSTANT, required: true, about: 'When, in epoch milliseconds.' },
  number: { shape: COUNT, required: true, about: 'The number it is about.' },
  restored: { shape: NUMBER, about: 'The number that was published anew.' },
  changes: {
    shape: { kind: 'list', of: { kind: 'object', fields: CHANGE_FIELDS } },
    required: true,
    about: 'What became different.',
  },
  untold: { shape: COUNT, required: true, about: 'Changes that are not listed.' },
};

const HISTORY_FIELDS: FieldsOf<ConfigurationHistory> = {
  version: VERSION,
  snapshots: {
    shape: { kind: 'list', of: { kind: 'object', fields: SNAPSHOT_FIELDS } },
    required: true,
    about: 'What was published.',
  },
  draft: { shape: { kind: 'object', fields: DRAFT_FIELDS }, about: 'What is being made.' },
  records: {
    shape: { kind: 'list', of: { kind: 'object', fields: RECORD_FIELDS } },
    required: true,
    about: 'What was done.',
  },
};

const REPLICA_FIELDS: FieldsOf<Replica> = {
  version: VERSION,
  fqdn: { shape: TEXT, required: true, about: 'Its name.' },
  productVersion: { shape: TEXT, required: true, about: 'What it runs.' },
  configVersion: { shape: COUNT, required: true, about: 'The number it has.' },
  digest: { shape: TEXT, about: 'The digest of its text.' },
  text: { shape: TEXT, about: 'The document it has.' },
  at: { shape: INSTANT, about: 'When it was loaded, in epoch milliseconds.' },
};

const REPORT_FIELDS: FieldsOf<ReplicaReport> = {
  version: VERSION,
  fqdn: { shape: TEXT, required: true, about: 'Its name.' },
  productVersion: { shape: TEXT, required: true, about: 'What it runs.' },
  configVersion: { shape: COUNT, required: true, about: 'The number it has.' },
  digest: { shape: TEXT, about: 'The digest of what it has.' },
  at: { shape: INSTANT, required: true, about: 'When it reported, in epoch milliseconds.' },
};

const HISTORY: Shape = { kind: 'object', fields: HISTORY_FIELDS };
const SNAPSHOT: Shape = { kind: 'object', fields: SNAPSHOT_FIELDS };
const REPLICA: Shape = { kind: 'object', fields: REPLICA_FIELDS };
const REPORT: Shape = { kind: 'object', fields: REPORT_FIELDS };
