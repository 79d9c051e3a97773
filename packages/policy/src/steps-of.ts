// The way a verdict is found, for people to look at: each step by its name, in order, with what it found. Made by what
// `evaluate` runs; a document without Lync's objects has two steps.
import { normalizeDomain } from './domain.ts';
import { evaluate } from './evaluate.ts';
import { runSteps } from './federation/evaluate.ts';
import type { Facts, PolicyQuestion } from './federation/facts.ts';
import type { Outcome, StepName } from './federation/steps.ts';
import { hearRules } from './own-rules.ts';
import type { PolicySet } from './policy-set.ts';
import { REASONS, type Level, type Query, type Verdict } from './query.ts';
import { trafficBit } from './traffic.ts';

/** One step on the way to a verdict. */
export interface Step {
  readonly name: StepName;
  readonly level: Level;
  /** `pass`: looked, and neither permits nor forbids. `skip`: had nothing to look at. */
  readonly outcome: Outcome['outcome'];
  /** The ids that it speaks of. */
  readonly by?: readonly string[];
  /** The number by which Microsoft's servers say why. */
  readonly diagnostics?: number;
  /** What would have to be known. Then later steps are run too. */
  readonly unknown?: PolicyQuestion;
}

/** The steps of a crossing. The last that forbids is what `evaluate` gives; without one it is permitted. */
export function stepsOf(set: PolicySet, query: Query, facts?: Facts): readonly Step[] {
  const from = normalizeDomain(query.from);
  const to = normalizeDomain(query.to);
  const traffic = trafficBit(query.traffic);
  if (from === undefined || to === undefined || traffic === 0) {
    return [{ name: 'query', level: 'domain', outcome: 'forbid', by: evaluate(set, query).by }];
  }
  if (set.federation === undefined) return plainSteps(evaluate(set, query));
  const heard = hearRules(set, query, from, to, traffic);
  return runSteps(set, set.federation, query, facts, heard).map(([{ name, level }, found]) => ({
    name,
    level,
    outcome: found.outcome,
    ...(found.by === undefined ? {} : { by: found.by }),
    ...(found.diagnostics === undefined ? {} : { diagnostics: found.diagnostics }),
    ...(found.unknown === undefined ? {} : { unknown: found.unknown }),
  }));
}

/** What has to be known and is not: with the answers the verdict may be another. Mostly there is nothing. */
export function questionsOf(
  set: PolicySet,
  query: Query,
  facts?: Facts,
): readonly PolicyQuestion[] {
  return evaluate(set, query, facts).unknown ?? [];
}

/** Rules, and where none speaks the default. */
function plainSteps({ effect, by }: Verdict): readonly Step[] {
  const level = 'domain';
  if (!by.includes(REASONS.default)) return [{ name: 'own-rules', level, outcome: effect, by }];
  return [
    { name: 'own-rules', level, outcome: 'pass' },
    { name: 'domain', level, outcome: effect, by },
  ];
}
