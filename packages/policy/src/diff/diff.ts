// Which crossings of a sample a new policy decides otherwise. What changes in the same way, by the same rules, is told
// together. A sample is made in sample.ts, or by whoever knows which crossings matter.
import { evaluate } from '../evaluate.ts';
import type { PolicySet } from '../policy-set.ts';
import type { Obligation, Query, Verdict } from '../query.ts';
import type { Sample } from './sample.ts';

/** What a new policy changes. */
export interface PolicyDiff {
  readonly kind: 'diff';
  /** Crossings that were asked about. */
  readonly asked: number;
  /** Crossings that are decided otherwise. */
  readonly changed: number;
  /** What is let in now first, then what is kept out, then the rest; in each the largest first. */
  readonly differences: readonly Difference[];
}

/** Crossings that change in the same way: from the same ids to the same ids. */
export interface Difference {
  readonly kind: DifferenceKind;
  /** Obligations that are asked now and were not, and the other way round; only where both permit. */
  readonly gained: readonly Obligation[];
  readonly lost: readonly Obligation[];
  /** The verdicts on the first of them. */
  readonly before: Verdict;
  readonly after: Verdict;
  readonly crossings: readonly Query[];
}

/** What of the verdict is another; the first that holds. `reasons`: the same is decided, by other rules. */
export type DifferenceKind = 'permitted' | 'forbidden' | 'obligations' | 'reasons';

/** Asks both policies about each crossing of a sample. */
export function diff(before: PolicySet, after: PolicySet, sample: Sample): PolicyDiff {
  const { crossings, facts } = sample;
  const groups = new Map<string, Group>();
  for (const query of crossings) {
    const change = changeOf(evaluate(before, query, facts), evaluate(after, query, facts));
    if (change === undefined) continue;
    const key = keyOf(change);
    const group = groups.get(key) ?? { ...change, crossings: [] };
    groups.set(key, group);
    group.crossings.push(query);
  }
  const differences = [...groups.values()].toSorted(byWeight);
  const changed = differences.reduce((sum, group) => sum + group.crossings.length, 0);
  return { kind: 'diff', asked: crossings.length, changed, differences };
}

type Change = Omit<Difference, 'crossings'>;

interface Group extends Change {
  readonly crossings: Query[];
}

function changeOf(before: Verdict, after: Verdict): Change | undefined {
  const kind = kindOf(before, after);
  if (kind === undefined) return undefined;
  if (kind !== 'obligations') return { kind, gained: [], lost: [], before, after };
  const gained = beyond(after.must, before.must);
  return { kind, gained, lost: beyond(before.must, after.must), before, after };
}

function kindOf(before: Verdict, after: Verdict): DifferenceKind | undefined {
  if (before.effect !== after.effect) return after.effect === 'permit' ? 'permitted' : 'forbidden';
  if (JSON.stringify(before.must) !== JSON.stringify(after.must)) return 'obligations';
  return JSON.stringify(before.by) === JSON.stringify(after.by) ? undefined : 'reasons';
}

/** Obligations of the one that the other has not. */
function beyond(one: readonly Obligation[], other: readonly Obligation[]): readonly Obligation[] {
  const known = new Set(other.map((obligation) => JSON.stringify(obligation)));
  return one.filter((obligation) => !known.has(JSON.stringify(obligation)));
}

/** What crossings that change together have in common. An obligation that names a domain is the same one for another. */
function keyOf({ kind, gained, lost, before, after }: Change): string {
  const [more, less] = [gained, lost].map((list) =>
    list.map((obligation) => ({ ...obligation, domain: undefined, names: undefined })),
  );
  return JSON.stringify([kind, before.by, after.by, more, less]);
}

function byWeight(one: Difference, other: Difference): number {
  return (
    KINDS.indexOf(one.kind) - KINDS.indexOf(other.kind) ||
    other.crossings.length - one.crossings.length
  );
}

const KINDS: readonly DifferenceKind[] = ['permitted', 'forbidden', 'obligations', 'reasons'];
