// One rule of the document as it is asked: whom it names, and its place in the index. A rule that
// names both ends is found by one and checked by the other: by the end whose names fewer rules share,
// so that ten thousand rules from one domain to ten thousand others are not all asked each time.
import { EMPTY_LIST, readPatterns, type PlacedPattern } from './compile-partner.ts';
import type { Must, RuleEntry } from './document.ts';
import {
  cellOf,
  newDomainTable,
  putDomain,
  type Cell,
  type DomainTable,
  type Reach,
} from './domain-set.ts';
import { parsePattern, writePattern, type DomainPattern } from './domain.ts';
import { error, quoted, warn, type Place, type Report } from './finding.ts';
import { NameList } from './name-list.ts';
import { PROVE, TLS } from './obligation.ts';
import type { PolicySet, Rule } from './policy-set.ts';
import { REASONS } from './query.ts';
import { TRAFFIC, trafficBits } from './traffic.ts';

/** The rule, put into the set's index. */
export function compileRule(entry: RuleEntry, set: PolicySet, place: Place, report: Report): Rule {
  checkId(entry.id, place, report);
  checkSubject(entry, place, report);
  checkLists(entry, set, place, report);
  const named = namedBy(entry, set, place, report);
  const end = foundBy(named, set.index);
  const otherEnd = end === 'from' ? 'to' : end === 'to' ? 'from' : undefined;
  const list = named[end];
  const others = otherEnd === undefined ? undefined : named[otherEnd];
  const other = others === undefined ? undefined : tableOf(others, entry.effect, report);
  const names: Record<Rule['end'], NameList | undefined> = { ...NO_NAMES };
  const rule: Rule = {
    id: entry.id,
    effect: entry.effect,
    end,
    other,
    partner: entry.partner,
    traffic: trafficBits(entry.traffic ?? TRAFFIC),
    must: (entry.must ?? []).reduce((bits, word) => bits | MUST_BITS[word], 0),
    names,
    note: entry.note,
    by: Object.freeze([entry.id] as const),
  };
  if (list !== undefined) {
    putAll(set.index, list, rule, entry.effect, report);
    names[end] = namesIn(set.index, list);
  }
  if (otherEnd !== undefined && others !== undefined && other !== undefined)
    names[otherEnd] = namesIn(other, others);
  return rule;
}

function namesIn({ cells }: DomainTable<unknown>, { patterns }: PlacedNames): NameList {
  const written = patterns.map(({ pattern }) => pattern);
  return new NameList(cells, written);
}

const NO_NAMES: Rule['names'] = { either: undefined, from: undefined, to: undefined };

/** Names, and where in the document they stand. */
interface PlacedNames {
  readonly place: Place;
  readonly patterns: readonly PlacedPattern[];
}

type Named = Readonly<Record<Rule['end'], PlacedNames | undefined>>;

function checkId(id: string, parent: Place, report: Report): void {
  if (!RESERVED.has(id)) return;
  const place = { parent, key: 'id' };
  error(report, 'reserved-id', place, `${quoted(id)} is what verdicts say without a rule`);
}

function checkSubject(entry: RuleEntry, place: Place, report: Report): void {
  const ends = entry.from ?? entry.to;
  const ways = [entry.domains, entry.partner, ends].filter((way) => way !== undefined).length;
  if (ways === 0) {
    const text = 'A rule names domains, a partner, from or to; "*" stands for everybody';
    error(report, 'subject-missing', place, text);
  }
  if (ways > 1) {
    error(report, 'subject-twice', place, 'A rule names domains, or a partner, or from and to');
  }
}

/** A forbid that matches nothing would let through what its writer meant to keep out. */
function checkLists(entry: RuleEntry, set: PolicySet, parent: Place, report: Report): void {
  const tell = entry.effect === 'forbid' ? error : warn;
  for (const key of ['domains', 'from', 'to', 'traffic'] as const) {
    if (entry[key]?.length === 0) tell(report, 'empty-list', { parent, key }, EMPTY_LIST);
  }
  if (entry.must?.length === 0) warn(report, 'empty-list', { parent, key: 'must' }, EMPTY_LIST);
  if (entry.partner === undefined || set.partners.get(entry.partner)?.domains.length !== 0) return;
  const text = `The partner ${quoted(entry.partner)} has no domains`;
  tell(report, 'empty-list', { parent, key: 'partner' }, text);
}

function namedBy(entry: RuleEntry, set: PolicySet, parent: Place, report: Report): Named {
  const list = (key: 'domains' | 'from' | 'to'): PlacedNames | undefined => {
    const texts = entry[key];
    const place = { parent, key };
    return texts === undefined
      ? undefined
      : { place, patterns: readPatterns(texts, place, report) };
  };
  const partner =
    entry.partner === undefined ? undefined : partnerList(entry.partner, set, parent, report);
  return { either: list('domains') ?? partner, from: list('from'), to: list('to') };
}

function partnerList(id: string, set: PolicySet, parent: Place, report: Report): PlacedNames {
  const place = { parent, key: 'partner' };
  const partner = set.partners.get(id);
  if (partner === undefined)
    error(report, 'unknown-partner', place, `No partner is called ${quoted(id)}`);
  const patterns = (partner?.domains ?? []).flatMap((text, key) => {
    const pattern = parsePattern(text);
    return pattern === undefined ? [] : [{ pattern, key }];
  });
  return { place, patterns };
}

/** The end to look the rule up by; of both, the one whose names fewer rules share so far. */
function foundBy({ either, from, to }: Named, index: DomainTable<Rule>): Rule['end'] {
  if (either !== undefined) return 'either';
  if (from === undefined) return 'to';
  return to === undefined || crowd(from, index) <= crowd(to, index) ? 'from' : 'to';
}

function crowd({ patterns }: PlacedNames, index: DomainTable<Rule>): number {
  return patterns.reduce((most, { pattern }) => {
    const cell = index.cells.get(pattern.name);
    return Math.max(most, (cell?.at.length ?? 0) + (cell?.below.length ?? 0));
  }, 0);
}

function tableOf(list: PlacedNames, effect: Rule['effect'], report: Report): DomainTable<true> {
  const table = newDomainTable<true>();
  putAll(table, list, true, effect, report);
  table.cells.trim();
  return table;
}

/** A million names share the three cells made here. */
function putAll<T>(
  table: DomainTable<T>,
  { place, patterns }: PlacedNames,
  value: T,
  effect: Rule['effect'],
  report: Report,
): void {
  const cells: Record<Reach, Cell<T>> = {
    at: cellOf(value, 'at'),
    below: cellOf(value, 'below'),
    'at-and-below': cellOf(value, 'at-and-below'),
  };
  for (const { pattern, key } of patterns) {
    if (putDomain(table, pattern.name, cells[reachOf(pattern, effect)])) continue;
    const text = `${quoted(writePattern(pattern))} is here twice`;
    warn(report, 'duplicate-domain', { parent: place, key }, text);
  }
}

/** What is forbidden at a name is forbidden below it as well; a permit is exact. */
function reachOf(pattern: DomainPattern, effect: Rule['effect']): Reach {
  if (pattern.below) return 'below';
  return effect === 'forbid' ? 'at-and-below' : 'at';
}

const MUST_BITS: Readonly<Record<Must, number>> = {
  tls: TLS,
  certificate: TLS | PROVE.certificate,
};
const RESERVED: ReadonlySet<string> = new Set(Object.values(REASONS));
