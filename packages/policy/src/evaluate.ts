// May this cross? Forbid beats permit, order never matters, and where nothing speaks the default
// holds. Nothing is asked of a clock, a file or the network. What cannot be understood is forbidden.
// Where the document has Lync's objects, those decide together with its own rules: federation/steps.ts.
//
// Per query: two walks over suffixes of a name (domain-set.ts) and the rules that stand there.
// Made for it: the verdict, one record while it is found, and the suffixes themselves.
import { normalizeDomain } from './domain.ts';
import type { Facts } from './federation/facts.ts';
import { evaluateFederated } from './federation/evaluate.ts';
import { obligations } from './obligation.ts';
import { hearRules, type Heard } from './own-rules.ts';
import type { PolicySet } from './policy-set.ts';
import { REASONS, type Query, type Verdict } from './query.ts';
import { trafficBit } from './traffic.ts';

/**
 * Whether a crossing is permitted, by which rules, and what has to hold for it. Where there are Lync's objects, `facts` is
 * what was learned from outside: without what it takes the answer is forbid, and `unknown` names it.
 */
export function evaluate(set: PolicySet, query: Query, facts?: Facts): Verdict {
  const from = normalizeDomain(query.from);
  const to = normalizeDomain(query.to);
  if (from === undefined || to === undefined) return MALFORMED_DOMAIN;
  const traffic = trafficBit(query.traffic);
  if (traffic === 0) return UNKNOWN_TRAFFIC;
  const heard = hearRules(set, query, from, to, traffic);
  return set.federation === undefined
    ? decide(set, heard)
    : evaluateFederated(set, set.federation, query, facts, heard);
}

function decide(set: PolicySet, heard: Heard): Verdict {
  const { forbid, permit } = heard;
  if (forbid.length > 0) return { effect: 'forbid', by: forbid, must: NONE, skipped: permit };
  if (permit.length > 0) return permitted(heard, permit);
  return set.default === 'permit' ? permitted(heard, DEFAULT) : DENIED;
}

function permitted(heard: Heard, by: readonly string[]): Verdict {
  return { effect: 'permit', by, must: obligations(heard.must), skipped: NONE };
}

const NONE: readonly never[] = Object.freeze([]);
const DEFAULT: readonly string[] = Object.freeze([REASONS.default]);
const DENIED: Verdict = refusal(REASONS.default);
const MALFORMED_DOMAIN: Verdict = refusal(REASONS.malformedDomain);
const UNKNOWN_TRAFFIC: Verdict = refusal(REASONS.unknownTraffic);

function refusal(reason: string): Verdict {
  return Object.freeze({
    effect: 'forbid',
    by: Object.freeze([reason]),
    must: NONE,
    skipped: NONE,
  });
}
