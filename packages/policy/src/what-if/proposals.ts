// Which changes are worth trying against a verdict. Proposals are guesses, led by the ids of the verdict: whether one
// does anything is found by trying it (search.ts), so none of them decides a crossing by itself.
import type { PolicyDocument } from '../document.ts';
import type { Facts } from '../federation/facts.ts';
import type { PolicySet } from '../policy-set.ts';
import type { Query, Verdict } from '../query.ts';
import type { Change } from './change.ts';
import { nearProposals } from './proposals-near.ts';
import { objectProposals } from './proposals-object.ts';
import { partnerProposals } from './proposals-partner.ts';
import { ruleProposals } from './proposals-rule.ts';

/** A document, and what it answers to a query. */
export interface Situation {
  readonly document: PolicyDocument;
  readonly set: PolicySet;
  readonly verdict: Verdict;
  readonly query: Query;
  readonly facts: Facts;
}

/** Changes that may turn a verdict, or at least its reason. */
export function proposalsFor(situation: Situation): readonly Change[] {
  return PROPOSERS.flatMap((propose) => propose(situation));
}

const PROPOSERS = [ruleProposals, nearProposals, partnerProposals, objectProposals];
