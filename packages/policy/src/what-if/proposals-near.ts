// Permits that nearly speak of a crossing, made to speak of it: they name its domain but not its traffic, or the domain
// above it.
import { quoted } from '../finding.ts';
import { nearPermits } from '../near.ts';
import type { Rule } from '../policy-set.ts';
import { REASONS, type End } from '../query.ts';
import { appending, type Change } from './change.ts';
import type { Situation } from './proposals.ts';

/** Where nothing speaks of a crossing, the permits near it with more traffic or a name more. */
export function nearProposals(situation: Situation): readonly Change[] {
  if (!situation.verdict.by.includes(REASONS.default)) return [];
  const ends: readonly End[] = ['from', 'to'];
  return ends.flatMap((end) =>
    nearPermits(situation.set, situation.query[end]).flatMap((rule) => [
      ...withTraffic(rule, situation),
      ...withName(rule, end, situation),
    ]),
  );
}

function withTraffic(rule: Rule, { document, query }: Situation): readonly Change[] {
  const at = document.rules.findIndex(({ id }) => id === rule.id);
  const traffic = document.rules[at]?.traffic;
  if (traffic === undefined || traffic.includes(query.traffic)) return [];
  return [
    {
      kind: 'set-traffic',
      reach: 'some',
      text: `Let rule ${rule.id} speak of ${query.traffic} too.`,
      patch: [appending(document, ['rules', at, 'traffic'], query.traffic)],
    },
  ];
}

function withName(rule: Rule, end: End, { document, query }: Situation): readonly Change[] {
  const at = document.rules.findIndex(({ id }) => id === rule.id);
  const field = rule.names.either === undefined ? end : 'domains';
  if (field !== 'domains' && rule.names[field] === undefined) return [];
  const { partner } = rule;
  const keys = partner === undefined ? ['rules', at, field] : ['partners', partner, 'domains'];
  const whom = partner === undefined ? `rule ${rule.id} (${field})` : `partner ${partner}`;
  return [
    {
      kind: 'set-names',
      reach: 'some',
      text: `Add ${quoted(query[end])} to ${whom}.`,
      patch: [appending(document, keys, query[end])],
    },
  ];
}
