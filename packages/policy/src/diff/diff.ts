// Which crossings of a sample a new policy decides otherwise. What changes in the same way, by the same rules, is told
// together. A sample is made in sample.ts, or by whoever knows which crossings matter.
import { evaluate } from '../evaluate.ts';
import type { PolicySet } from '../policy-set.ts';
import type { Obligation, Query, Verdict } from '../query.ts';

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

/** Crossings that change in the same way. */
export interface Difference {
  readonly kind: DifferenceKind;
  /** The verdicts on the first of them. */
  readonly before: Verdict;
  readonly after: Verdict;
  readonly crossings: readonly Query[];
}

/** What of the verdict is another; the first that holds. `reasons`: the same is decided, by other rules. */
export type DifferenceKind = 'permitted' | 'forbidden' | 'obligations' | 'reasons';

/** Asks both policies about each crossing of a sample. */
export function diff(before: PolicySet, after: PolicySet, sample: readonly Query[]): PolicyDiff {
  const groups = new Map<string, Group>();
  for (const query of sample) {
    const pair = { before: evaluate(before, query), after: evaluate(after, query) };
    const kind = kindOf(pair);
    if (kind !== undefined) put(groups, { kind, ...pair, crossings: [] }, query);
  }
  const differences = [...groups.values()].toSorted(byWeight);
  const changed = differences.reduce((sum, { crossings }) => sum + crossings.length, 0);
  return { kind: 'diff', asked: sample.length, changed, differences };
}

interface Pair {
  readonly before: Verdict;
  readonly after: Verdict;
}

interface Group extends Difference {
  readonly crossings: Query[];
}

function put(groups: Map<string, Group>, fresh: Group, query: Query): void {
  const key = JSON.stringify([fresh.kind, outcomeOf(fresh.before), outcomeOf(fresh.after)]);
  const group = groups.get(key) ?? fresh;
  if (group === fresh) groups.set(key, group);
  group.crossings.push(query);
}

function kindOf({ before, after }: Pair): DifferenceKind | undefined {
  if (before.effect !== after.effect) return after.effect === 'permit' ? 'permitted' : 'forbidden';
  if (JSON.stringify(before.must) !== JSON.stringify(after.must)) return 'obligations';
  return JSON.stringify(outcomeOf(before)) === JSON.stringify(outcomeOf(after))
    ? undefined
    : 'reasons';
}

/** What crossings that change together have in common. */
function outcomeOf({ effect, by, must, level, diagnostics }: Verdict): unknown {
  return [effect, by, must.map(withoutNames), level, diagnostics];
}

/** An obligation that names a domain is the same one for another domain. */
function withoutNames(obligation: Obligation): unknown {
  return { ...obligation, domain: undefined, names: undefined };
}

function byWeight(one: Difference, other: Difference): number {
  return (
    KINDS.indexOf(one.kind) - KINDS.indexOf(other.kind) ||
    other.crossings.length - one.crossings.length
  );
}

const KINDS: readonly DifferenceKind[] = ['permitted', 'forbidden', 'obligations', 'reasons'];
