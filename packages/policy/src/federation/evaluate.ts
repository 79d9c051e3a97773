// The steps, run: a verdict, or the sequence for people to look at. Both run the same table in the same order.
import { joined, type Heard } from '../own-rules.ts';
import type { PolicySet } from '../policy-set.ts';
import type { Level, Query, Verdict } from '../query.ts';
import { caseOf, type Case } from './case.ts';
import type { Federation } from './compiled.ts';
import type { Facts, PolicyQuestion } from './facts.ts';
import { mustOf } from './must.ts';
import { STEPS, type Outcome, type StepRow } from './steps.ts';

/** The verdict of own rules and Lync's objects together. */
export function evaluateFederated(
  set: PolicySet,
  federation: Federation,
  query: Query,
  facts: Facts | undefined,
  heard: Heard,
): Verdict {
  const c = caseOf(set, federation, query, facts, heard);
  let last: Decision | undefined;
  let unknown: readonly PolicyQuestion[] = NONE;
  let level: Level = 'domain';
  for (const row of STEPS) {
    const found = row.look(c);
    if (found.outcome === 'permit') level = row.level;
    if (found.outcome !== 'forbid') continue;
    last = { row, found };
    if (found.unknown === undefined) return forbidden(c, last, NONE);
    if (!unknown.includes(found.unknown)) unknown = [...unknown, found.unknown];
  }
  return last === undefined ? permitted(c, level) : forbidden(c, last, unknown);
}

/** The outcome of each step that was run. */
export function runSteps(
  set: PolicySet,
  federation: Federation,
  query: Query,
  facts: Facts | undefined,
  heard: Heard,
): readonly (readonly [StepRow, Outcome])[] {
  const c = caseOf(set, federation, query, facts, heard);
  const run: (readonly [StepRow, Outcome])[] = [];
  for (const row of STEPS) {
    const found = row.look(c);
    run.push([row, found]);
    if (found.outcome === 'forbid' && found.unknown === undefined) break;
  }
  return run;
}

/** The step that decides so far. */
interface Decision {
  readonly row: StepRow;
  readonly found: Outcome;
}

function permitted(c: Case, level: Level): Verdict {
  let by = c.permits;
  for (const id of c.agreed) by = joined(by, [id]);
  return { effect: 'permit', by, must: mustOf(c), skipped: NONE, level };
}

function forbidden(c: Case, { row, found }: Decision, unknown: readonly PolicyQuestion[]): Verdict {
  const { by = NONE, diagnostics } = found;
  const skipped = c.permits.length > 0 ? c.permits : c.heard.permit;
  return {
    effect: 'forbid',
    by,
    must: NONE,
    skipped,
    level: row.level,
    ...(diagnostics === undefined ? {} : { diagnostics }),
    ...(unknown.length === 0 ? {} : { unknown }),
  };
}

const NONE: readonly never[] = Object.freeze([]);
