// One rule of the document as it is asked: whom it names, and its place in the index.
import { readPatterns, type PlacedPattern } from './compile-partner.ts';
import { TRAFFIC, type Must, type RuleEntry } from './document.ts';
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
import { PROVE, TLS } from './obligation.ts';
import type { PolicySet, Rule } from './policy-set.ts';
import { REASONS, type Traffic } from './query.ts';

/** The rule, put into the set's index. */
export function compileRule(entry: RuleEntry, set: PolicySet, place: Place, report: Report): Rule {
  checkId(entry.id, place, report);
  checkSubject(entry, place, report);
  const found = foundBy(entry, set, place, report);
  const both = entry.from === undefined ? undefined : entry.to;
  const rule: Rule = {
    id: entry.id,
    effect: entry.effect,
    end: endOf(entry),
    to: both === undefined ? undefined : tableOf(both, entry.effect, place, report),
    partner: entry.partner,
    traffic: trafficBits(entry.traffic ?? TRAFFIC),
    must: mustBits(entry.must ?? []),
    subject: found.map(({ pattern }) => writePattern(pattern)),
    note: entry.note,
    by: Object.freeze([entry.id]),
  };
  const at = { parent: place, key: subjectField(entry) };
  putAll(set.index, found, rule, entry.effect, at, report);
  return rule;
}

/** The bit of a kind of traffic, zero for a word that is none. */
export function trafficBit(traffic: Traffic): number {
  return BIT_OF.get(traffic) ?? 0;
}

function trafficBits(kinds: readonly Traffic[]): number {
  return kinds.reduce((bits, traffic) => bits | trafficBit(traffic), 0);
}

function mustBits(must: readonly Must[]): number {
  return must.reduce((bits, word) => bits | MUST_BITS[word], 0);
}

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

function subjectField(entry: RuleEntry): 'domains' | 'partner' | 'from' | 'to' {
  if (entry.domains !== undefined) return 'domains';
  if (entry.partner !== undefined) return 'partner';
  return entry.from === undefined ? 'to' : 'from';
}

function endOf(entry: RuleEntry): Rule['end'] {
  const field = subjectField(entry);
  return field === 'from' || field === 'to' ? field : 'either';
}

/** The patterns by which the rule will be found. */
function foundBy(
  entry: RuleEntry,
  set: PolicySet,
  place: Place,
  report: Report,
): readonly PlacedPattern[] {
  const field = subjectField(entry);
  const at = { parent: place, key: field };
  if (field !== 'partner') return readPatterns(entry[field] ?? [], at, report);
  const partner = set.partners.get(entry.partner ?? '');
  if (partner === undefined)
    error(report, 'unknown-partner', at, `No partner is called ${quoted(entry.partner ?? '')}`);
  return (partner?.domains ?? []).flatMap((text, key) => {
    const pattern = parsePattern(text);
    return pattern === undefined ? [] : [{ pattern, key }];
  });
}

function tableOf(
  texts: readonly string[],
  effect: Rule['effect'],
  parent: Place,
  report: Report,
): DomainTable<true> {
  const table = newDomainTable<true>();
  const at = { parent, key: 'to' };
  putAll(table, readPatterns(texts, at, report), true, effect, at, report);
  return table;
}

/** A million names share the three cells made here. */
function putAll<T>(
  table: DomainTable<T>,
  patterns: readonly PlacedPattern[],
  value: T,
  effect: Rule['effect'],
  parent: Place,
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
    warn(report, 'duplicate-domain', { parent, key }, text);
  }
}

/** What is forbidden at a name is forbidden below it as well; a permit is exact. */
function reachOf(pattern: DomainPattern, effect: Rule['effect']): Reach {
  if (pattern.below) return 'below';
  return effect === 'forbid' ? 'at-and-below' : 'at';
}

const BIT_OF: ReadonlyMap<string, number> = new Map(TRAFFIC.map((word, bit) => [word, 1 << bit]));
const MUST_BITS: Readonly<Record<Must, number>> = {
  tls: TLS,
  certificate: TLS | PROVE.certificate,
};
const RESERVED: ReadonlySet<string> = new Set(Object.values(REASONS));
