// The history of a configuration: one draft, and what was published, under numbers that only rise. Every step is a pure
// function of what there was, and leaves a record of who did what, when, and what became different. Undoing is publishing
// what held before under a new number, so nothing that was is ever rewritten. A history is plain JSON (read-history.ts);
// where it is kept, and that two steps do not overtake each other, is the host's store.
import { newReport, type Finding } from '../finding.ts';
import { readJson } from '../json.ts';
import { loadPolicy } from '../load.ts';
import { DEFAULT_LIMITS } from '../limits.ts';
import { MisuseError } from '../misuse.ts';
import { changesBetween, type Change } from './changes.ts';
import { DEFAULT_HISTORY_LIMITS, type HistoryLimits } from './history-limits.ts';
import { authorize, LYNC_ROLES, type Actor, type Role, type RoleAction } from './roles.ts';

/** A configuration, what it was, and who made it so. */
export interface ConfigurationHistory {
  readonly version: 1;
  /** What was published and is kept, the newest last. The newest holds. */
  readonly snapshots: readonly Snapshot[];
  readonly draft?: Draft;
  /** What was done and is kept, the newest last. */
  readonly records: readonly HistoryRecord[];
}

/** One published configuration. It never changes. */
export interface Snapshot {
  readonly version: 1;
  /** From one, and one more each time. */
  readonly number: number;
  /** Of the text, as the host computes it. */
  readonly digest: string;
  /** The document, as JSON text. */
  readonly text: string;
  readonly by: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** A configuration that is being made. */
export interface Draft {
  readonly text: string;
  /** The number of what held when it was written; 0 where nothing did. */
  readonly basedOn: number;
  readonly by: string;
  readonly at: number;
}

/** That something was done. */
export interface HistoryRecord {
  readonly kind: 'edit' | 'publish' | 'undo';
  readonly by: string;
  /** The roles by which they might. */
  readonly roles: readonly string[];
  readonly at: number;
  /** The number that was published, or that an edited draft is based on. */
  readonly number: number;
  /** The number whose configuration an undo published anew. */
  readonly restored?: number;
  /** From the draft before, or else from what held; from what held where something was published. */
  readonly changes: readonly Change[];
  /** Further changes that are not listed. */
  readonly untold: number;
}

/** Who takes a step, and when. */
export interface By {
  readonly actor: Actor;
  /** Epoch milliseconds. */
  readonly now: number;
  /** Default {@link LYNC_ROLES}. */
  readonly roles?: readonly Role[];
  readonly limits?: Partial<HistoryLimits>;
}

/** A step that was taken, or why not. */
export type HistoryStep =
  | {
      readonly kind: 'done';
      readonly history: ConfigurationHistory;
      readonly record: HistoryRecord;
    }
  | HistoryRefusal;

/** A step that was not taken. */
export interface HistoryRefusal {
  readonly kind: 'refused';
  readonly code:
    | 'forbidden'
    | 'no-draft'
    | 'stale' // something was published since the draft was written
    | 'nothing-changed'
    | 'does-not-load'
    | 'not-kept'; // a number that never was, or that is no longer kept
  readonly reason: string;
  /** Where the document does not load. */
  readonly findings?: readonly Finding[];
}

/** A history in which nothing has happened. */
export function newHistory(): ConfigurationHistory {
  return { version: 1, snapshots: [], records: [] };
}

/** The configuration that holds. */
export function newestOf({ snapshots }: ConfigurationHistory): Snapshot | undefined {
  return snapshots.at(-1);
}

/** Writes the draft anew. It may be unfinished, but has to be JSON. */
export function editDraft(history: ConfigurationHistory, text: string, by: By): HistoryStep {
  const permitted = ask(['edit'], by);
  if (permitted.kind === 'refused') return permitted;
  const newest = newestOf(history);
  const number = newest?.number ?? 0;
  // A draft of before the newest is nothing to go by: writing it again is how it is kept.
  const current = history.draft?.basedOn === number ? history.draft : newest;
  const before = current?.text;
  if (before === text) return refuse('nothing-changed', 'It is what was there');
  const value = parsed(text);
  if (value === undefined) return refuse('does-not-load', 'It is not JSON');
  const draft = { text, basedOn: number, by: by.actor.name, at: by.now };
  const { changes, untold } = changesTo(before, value, by);
  const record = { ...recordOf('edit', permitted.roles, by), number, changes, untold };
  return done({ ...history, draft }, record, by);
}

/** Publishes the draft under the next number. `digest` is that of the draft's text. */
export function publishDraft(history: ConfigurationHistory, digest: string, by: By): HistoryStep {
  const { draft } = history;
  const newest = newestOf(history);
  if (draft === undefined) return refuse('no-draft', 'There is no draft');
  if (draft.basedOn !== (newest?.number ?? 0)) {
    return refuse('stale', `Number ${newest?.number} was published since the draft was written`);
  }
  if (draft.text === newest?.text) return refuse('nothing-changed', 'It is what holds');
  return publish(history, 'publish', { text: draft.text, digest }, by);
}

/** Publishes what a number was, under the next one. The draft stays, and is stale. */
export function undoTo(history: ConfigurationHistory, number: number, by: By): HistoryStep {
  const restored = history.snapshots.find((snapshot) => snapshot.number === number);
  if (restored === undefined) return refuse('not-kept', `Number ${number} is not kept`);
  if (restored.text === newestOf(history)?.text)
    return refuse('nothing-changed', 'It is what holds');
  return publish(history, 'undo', restored, by, number);
}

function publish(
  history: ConfigurationHistory,
  kind: 'publish' | 'undo',
  { text, digest }: Pick<Snapshot, 'text' | 'digest'>,
  by: By,
  restored?: number,
): HistoryStep {
  if (digest === '') throw new MisuseError('no-digest', 'A snapshot has the digest of its text');
  const newest = newestOf(history);
  const { changes, untold } = changesTo(newest?.text, parsed(text), by);
  const permitted = ask(actionsOf(changes, untold), by);
  if (permitted.kind === 'refused') return permitted;
  const loaded = loadPolicy(text);
  if (loaded.kind === 'findings') {
    return { ...refuse('does-not-load', 'It has errors'), findings: loaded.findings };
  }
  const number = (newest?.number ?? 0) + 1;
  const { actor, now } = by;
  const snapshot: Snapshot = { version: 1, number, digest, text, by: actor.name, at: now };
  const { draft, ...rest } = history;
  const kept = kind === 'undo' && draft !== undefined ? { draft } : {};
  const record = {
    ...recordOf(kind, permitted.roles, by),
    number,
    ...(restored === undefined ? {} : { restored }),
    changes,
    untold,
  };
  const snapshots = [...history.snapshots, snapshot].slice(-limitsOf(by).snapshots);
  return done({ ...rest, ...kept, snapshots }, record, by);
}

/** What has to be permitted: publishing, and where more than our own domains changed, changing whom users may reach. */
function actionsOf(changes: readonly Change[], untold: number): readonly RoleAction[] {
  const isAccess = untold > 0 || changes.some(({ path }) => !path.startsWith(TOPOLOGY));
  return isAccess ? ['publish', 'change-access'] : ['publish'];
}

function ask(
  actions: readonly RoleAction[],
  { actor, roles = LYNC_ROLES }: By,
): HistoryRefusal | { readonly kind: 'permitted'; readonly roles: readonly string[] } {
  const verdicts = actions.map((action) => authorize(actor, action, roles));
  const forbid = verdicts.find(({ effect }) => effect === 'forbid');
  if (forbid !== undefined) return refuse('forbidden', forbid.reason);
  const by = verdicts.flatMap((verdict) => (verdict.effect === 'permit' ? verdict.by : []));
  return { kind: 'permitted', roles: [...new Set(by)] };
}

function recordOf<K extends HistoryRecord['kind']>(kind: K, roles: readonly string[], by: By) {
  return { kind, by: by.actor.name, roles, at: by.now };
}

function done(history: ConfigurationHistory, record: HistoryRecord, by: By): HistoryStep {
  const records = [...history.records, record].slice(-limitsOf(by).records);
  return { kind: 'done', history: { ...history, records }, record };
}

function changesTo(before: string | undefined, after: unknown, by: By) {
  return changesBetween(before === undefined ? {} : parsed(before), after, limitsOf(by).changes);
}

/** The value of JSON text, or undefined where it is none; within the bounds of a policy document. */
function parsed(text: string): unknown {
  const report = newReport(1);
  const root = readJson(text, DEFAULT_LIMITS, report);
  return root === undefined || report.errors > 0 ? undefined : (JSON.parse(text) as unknown);
}

function limitsOf({ limits }: By): HistoryLimits {
  return { ...DEFAULT_HISTORY_LIMITS, ...limits };
}

function refuse(code: HistoryRefusal['code'], reason: string): HistoryRefusal {
  return { kind: 'refused', code, reason };
}

const TOPOLOGY = '/federation/localDomains';
