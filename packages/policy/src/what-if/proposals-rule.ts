// Changes of a document's own rules: a rule more, a rule less, one that speaks of less traffic or names somebody less.
// Rules that nearly permit something are in proposals-near.ts.
import type { RuleEntry } from '../document.ts';
import { normalizeDomain, parsePattern } from '../domain.ts';
import { quoted } from '../finding.ts';
import { REASONS, type Query } from '../query.ts';
import { TRAFFIC } from '../traffic.ts';
import { appending, putting, removing, type Change } from './change.ts';
import type { Situation } from './proposals.ts';

/** Changes of rules that may turn a verdict. */
export function ruleProposals(situation: Situation): readonly Change[] {
  const { verdict, document } = situation;
  const deciding = document.rules.filter(({ id }) => verdict.by.includes(id));
  const lesser = deciding.flatMap((rule) => lessOf(rule, situation));
  const byDefault = verdict.by.includes(REASONS.default);
  if (verdict.effect === 'permit')
    return [newRule('forbid', situation), ...lesser, ...(byDefault ? [defaultTo('deny')] : [])];
  if (byDefault) return [newRule('permit', situation), defaultTo('permit')];
  // Where an object of Lync's has something against it, a rule may still permit.
  const mayHelp = situation.set.federation !== undefined && deciding.length === 0;
  return mayHelp ? [newRule('permit', situation)] : lesser;
}

function defaultTo(value: 'deny' | 'permit'): Change {
  return {
    kind: 'set-default',
    reach: 'everybody',
    text: `Let the default be to ${value}, for everything that no rule speaks of.`,
    patch: [{ op: 'replace', path: '/default', value }],
  };
}

/** A rule for this crossing alone. */
function newRule(effect: RuleEntry['effect'], { document, set, query }: Situation): Change {
  const { from, to, traffic } = query;
  const id = newId(`new-${effect}`, set.rules);
  const rule: RuleEntry = { id, effect, from: [from], to: [to], traffic: [traffic] };
  return {
    kind: 'add-rule',
    reach: 'pair',
    text: `Add a rule that ${effect}s ${traffic} from ${quoted(from)} to ${quoted(to)}.`,
    patch: [appending(document, ['rules'], rule)],
  };
}

function newId(word: string, taken: ReadonlyMap<string, unknown>): string {
  let id = word;
  for (let count = 2; taken.has(id); count += 1) id = `${word}-${count}`;
  return id;
}

/** The rule without this traffic, without this name, not at all. */
function lessOf(rule: RuleEntry, { document, query }: Situation): readonly Change[] {
  const at = document.rules.indexOf(rule);
  const unnamed = FIELDS.flatMap((field) => withoutName(rule, field, at, query));
  const removal: Change = {
    kind: 'remove-rule',
    reach: 'some',
    text: `Remove rule ${rule.id}.`,
    patch: [removing(['rules', at])],
  };
  return [...unnamed, ...withoutTraffic(rule, at, document, query), removal];
}

function withoutTraffic(
  rule: RuleEntry,
  at: number,
  document: Situation['document'],
  query: Query,
): readonly Change[] {
  const rest = (rule.traffic ?? TRAFFIC).filter((kind) => kind !== query.traffic);
  if (rest.length === 0) return [];
  return [
    {
      kind: 'set-traffic',
      reach: 'some',
      text: `Let rule ${rule.id} speak of ${rest.join(', ')}, but not of ${query.traffic}.`,
      patch: [putting(document, ['rules', at, 'traffic'], rest)],
    },
  ];
}

function withoutName(rule: RuleEntry, field: Field, at: number, query: Query): readonly Change[] {
  const list = rule[field] ?? [];
  const names = field === 'domains' ? [query.from, query.to] : [query[field]];
  const found = [...list.keys()].filter((key) =>
    names.some((name) => isNamed(list[key] ?? '', rule.effect, name)),
  );
  // An empty list would forbid nothing, or permit nothing: then the rule may as well go.
  if (found.length === 0 || found.length === list.length) return [];
  const words = found.map((key) => quoted(list[key] ?? '')).join(' and ');
  return [
    {
      kind: 'set-names',
      reach: 'some',
      text: `Take ${words} out of rule ${rule.id} (${field}).`,
      patch: found.toReversed().map((key) => removing(['rules', at, field, key])),
    },
  ];
}

/** Whether a rule that has this pattern speaks of the domain. */
function isNamed(text: string, effect: RuleEntry['effect'], domain: string): boolean {
  const pattern = parsePattern(text);
  const name = normalizeDomain(domain);
  if (pattern === undefined || name === undefined) return false;
  const isBelow = pattern.name === '' || name.endsWith(`.${pattern.name}`);
  if (pattern.below) return isBelow;
  return name === pattern.name || (effect === 'forbid' && isBelow);
}

type Field = (typeof FIELDS)[number];
const FIELDS = ['domains', 'from', 'to'] as const;
