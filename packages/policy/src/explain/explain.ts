// A verdict in sentences for an administrator: what was decided, at which step, by which rule or object, what has to
// hold or would have to be known, and what would have to change for it to be otherwise. Not for the person whose message
// it was. Each kind of sentence has a file beside this one.
import { normalizeDomain } from '../domain.ts';
import type { Facts } from '../federation/facts.ts';
import { quoted } from '../finding.ts';
import { partnerOf, type PolicySet } from '../policy-set.ts';
import { REASONS, type End, type Query, type Verdict } from '../query.ts';
import { stepsOf, type Step } from '../steps-of.ts';
import { advice } from './advice.ts';
import { linkSentences } from './link.ts';
import { objectSentence } from './object.ts';
import { obligationSentence } from './obligation.ts';
import { ruleSentence } from './rule.ts';
import { stepSentence } from './step.ts';
import { diagnosticsText, questionText } from './words.ts';

/** Why the verdict is what it is. Needs the set, the query and the facts that it came from. */
export function explain(
  set: PolicySet,
  query: Query,
  verdict: Verdict,
  facts?: Facts,
): readonly string[] {
  const steps = set.federation === undefined ? [] : stepsOf(set, query, facts);
  return [
    outcome(set, query, verdict),
    ...steps.filter((step) => step.outcome !== 'skip').map(stepSentence),
    ...verdict.by.map((id) => reason(set, query, verdict, id, steps)),
    ...missing(verdict),
    ...verdict.must.map((obligation) => obligationSentence(query, obligation)),
    ...linkSentences(set, query, verdict),
    ...advice(set, query, verdict, steps),
  ];
}

function outcome(set: PolicySet, query: Query, verdict: Verdict): string {
  const [from, to] = (['from', 'to'] as const).map((end) => quoted(whom(set, query, end)));
  return `${decision(verdict)}: ${query.traffic} from ${from} to ${to}.`;
}

function decision({ effect, level }: Verdict): string {
  const isPermit = effect === 'permit';
  if (level === undefined) return isPermit ? 'Permitted' : 'Forbidden';
  return isPermit ? `Permitted down to the ${level} level` : `Forbidden at the ${level} level`;
}

/** Users are named where something is decided for them. */
function whom({ federation }: PolicySet, query: Query, end: End): string {
  const user = end === 'from' ? query.fromUser : query.toUser;
  return federation === undefined || !user ? query[end] : `${user}@${query[end]}`;
}

function reason(
  set: PolicySet,
  query: Query,
  { effect }: Verdict,
  id: string,
  steps: readonly Step[],
): string {
  const rule = set.rules.get(id);
  if (rule !== undefined) return ruleSentence(rule);
  const { federation } = set;
  const decided = federation && { federation, query, effect, steps };
  return (decided && objectSentence(id, decided)) ?? builtIn(set, query, id);
}

function builtIn(set: PolicySet, query: Query, id: string): string {
  switch (id) {
    case REASONS.malformedDomain:
      return `Not a domain name: ${badDomains(query).map(quoted).join(', ')}.`;
    case REASONS.unknownTraffic:
      return 'No policy knows this kind of traffic.';
    case REASONS.wrongSide:
      return `It came by ${query.via}, and a partner at one end is set to the other side (via).`;
    case REASONS.foreignAddress:
      return `The address ${quoted(query.address ?? '')} is none of ${partnerName(set, query.from)}.`;
    default:
      return `${nothing(set)} speaks of it, and the default is to ${set.default === 'permit' ? 'permit' : 'deny'}.`;
  }
}

function nothing({ federation }: PolicySet): string {
  return federation === undefined
    ? 'No rule'
    : 'No rule, no listed domain, no partner and no provider';
}

function badDomains(query: Query): readonly string[] {
  return [query.from, query.to].filter((domain) => normalizeDomain(domain) === undefined);
}

function partnerName(set: PolicySet, domain: string): string {
  return `partner ${partnerOf(set, domain)?.id ?? quoted(domain)}`;
}

/** What is not known, and the number that Lync would give. */
function missing({ unknown = [], diagnostics }: Verdict): readonly string[] {
  const questions = [...new Set(unknown.map(questionText))].map(
    (text) => `It is not known ${text}.`,
  );
  if (diagnostics === undefined) return questions;
  return [...questions, `In ms-diagnostics it is ${diagnostics}: ${diagnosticsText(diagnostics)}.`];
}
