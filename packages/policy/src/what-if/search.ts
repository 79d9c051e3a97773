// What would have to change for a verdict to be the other one. Proposals are changes that may help; each is made,
// loaded and asked, and only what then flips is told. Where no single change is enough (a switch is off, and the domain
// is not listed either), those that bring another reason to light are kept and changed further.
//
// Bounded by the documents that are tried, since each is loaded whole. Of the changes that lead to the same reason
// only the smallest are followed, so that four things to do do not become ten thousand ways to do them.
import type { PolicyDocument } from '../document.ts';
import { evaluate } from '../evaluate.ts';
import type { Facts } from '../federation/facts.ts';
import type { Findings } from '../finding.ts';
import { loadPolicy } from '../load.ts';
import type { PolicySet } from '../policy-set.ts';
import type { Query, Verdict } from '../query.ts';
import { applyChange, REACHES, type Change } from './change.ts';
import { proposalsFor } from './proposals.ts';

/** Bounds on looking for changes. */
export interface WhatIfLimits {
  /** Documents that are made and loaded. A load takes what the document takes: a second for a million names. */
  readonly tried: number;
  /** Changes that are made together where one is not enough: a switch, a domain, a policy and its grant. */
  readonly together: number;
  /** Ways that are told. Nobody chooses among more. */
  readonly ways: number;
  /** Ways to the same reason that are followed further. */
  readonly alike: number;
}

/** What `whatIf` uses where it is told nothing. */
export const DEFAULT_WHAT_IF_LIMITS: WhatIfLimits = { tried: 256, together: 4, ways: 12, alike: 2 };

/** A way to the other verdict. */
export interface Way {
  /** To be made in this order. More than one only where no single one is enough. */
  readonly changes: readonly Change[];
  /** What is answered then. */
  readonly verdict: Verdict;
}

/** What would flip a verdict. */
export interface WhatIf {
  readonly kind: 'what-if';
  /** What is answered now. */
  readonly verdict: Verdict;
  /** The smallest first. */
  readonly ways: readonly Way[];
  /** Ways that were found and are not told. */
  readonly untold: number;
  /** Whether everything was tried that had been proposed. */
  readonly complete: boolean;
}

/**
 * The changes of a document that would flip its verdict on a crossing, each one proved: the changed document was made,
 * loaded and asked. Findings when the document does not load as it is.
 */
export function whatIf(
  document: PolicyDocument,
  query: Query,
  facts: Facts = {},
  limits?: Partial<WhatIfLimits>,
): WhatIf | Findings {
  const set = loadPolicy(document);
  if (set.kind === 'findings') return set;
  const verdict = evaluate(set, query, facts);
  const search: Search = {
    limits: { ...DEFAULT_WHAT_IF_LIMITS, ...limits },
    query,
    facts,
    wanted: verdict.effect === 'permit' ? 'forbid' : 'permit',
    left: limits?.tried ?? DEFAULT_WHAT_IF_LIMITS.tried,
    complete: true,
  };
  const found = waysFrom([{ document, set, verdict, changes: [] }], search).toSorted(bySize);
  const ways = found
    .slice(0, search.limits.ways)
    .map(({ changes, verdict }) => ({ changes, verdict }));
  return {
    kind: 'what-if',
    verdict,
    ways,
    untold: found.length - ways.length,
    complete: search.complete,
  };
}

interface Search {
  readonly limits: WhatIfLimits;
  readonly query: Query;
  readonly facts: Facts;
  readonly wanted: Verdict['effect'];
  /** Documents that may still be made. */
  left: number;
  complete: boolean;
}

/** A changed document and what it answers. */
interface Stand extends Way {
  readonly document: PolicyDocument;
  readonly set: PolicySet;
}

/** The ways with the fewest changes: one more each time, until some flip. */
function waysFrom(stands: readonly Stand[], search: Search): readonly Stand[] {
  if (stands.length === 0) return [];
  const next = stands.flatMap((stand) => tried(stand, search)).toSorted(bySize);
  const flipped = next.filter(({ verdict }) => verdict.effect === search.wanted);
  if (flipped.length > 0) return unique(flipped);
  const deeper = smallestOfEach(next, search.limits.alike);
  if (deeper[0]?.changes.length !== search.limits.together) return waysFrom(deeper, search);
  search.complete = false;
  return [];
}

/** What each proposal makes of a document, if it makes another answer of it. */
function tried(stand: Stand, search: Search): readonly Stand[] {
  const { document, set, verdict, changes } = stand;
  const { query, facts } = search;
  const seen = reasonOf(verdict);
  return proposalsFor({ document, set, verdict, query, facts }).flatMap((change) => {
    const after = changedBy(change, document, search);
    if (after === undefined || reasonOf(after.verdict) === seen) return [];
    return [{ ...after, changes: [...changes, change] }];
  });
}

function changedBy(
  change: Change,
  before: PolicyDocument,
  search: Search,
): Omit<Stand, 'changes'> | undefined {
  if (search.left === 0) search.complete = false;
  if (search.left === 0) return undefined;
  search.left -= 1;
  const document = applyChange(before, change);
  const set = loadPolicy(document);
  if (set.kind === 'findings') return undefined;
  return { document, set, verdict: evaluate(set, search.query, search.facts) };
}

/** Why, as one text: two stands with the same one need the same further changes. */
function reasonOf({ effect, by, level, diagnostics }: Verdict): string {
  return JSON.stringify([effect, by, level, diagnostics]);
}

function smallestOfEach(stands: readonly Stand[], alike: number): readonly Stand[] {
  const counts = new Map<string, number>();
  return unique(stands).filter(({ verdict }) => {
    const reason = reasonOf(verdict);
    const count = (counts.get(reason) ?? 0) + 1;
    counts.set(reason, count);
    return count <= alike;
  });
}

/** The same changes in another order are the same way. */
function unique(stands: readonly Stand[]): readonly Stand[] {
  const key = ({ changes }: Stand): string =>
    JSON.stringify(changes.map(({ text }) => text).toSorted());
  return [
    ...new Map(stands.toReversed().map((stand) => [key(stand), stand])).values(),
  ].toReversed();
}

function bySize(one: Way, other: Way): number {
  return one.changes.length - other.changes.length || sizeOf(one) - sizeOf(other);
}

/** The widest reach counts more than all others together. */
function sizeOf({ changes }: Way): number {
  return changes.reduce((size, { reach }) => size + 8 ** REACHES.indexOf(reach), 0);
}
