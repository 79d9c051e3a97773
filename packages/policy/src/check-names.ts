// Names of a document that can be taken for one another, among those that it lets in: a warning, since both may be meant.
// What it forbids or blocks is not looked at, for that is how look-alikes are kept out. Only names
// that are not their own skeleton are kept, and one table of skeletons, so a million names are soon looked at.
import { disguiseOf, skeletonOf } from './domain-look-alike.ts';
import type { DomainLists, NamedDomains } from './federation/named.ts';
import { placeIn, quoted, warn, type Report } from './finding.ts';
import type { PolicySet, Rule } from './policy-set.ts';

/** Tells look-alikes in a document that has no errors. */
export function checkNames(
  federation: DomainLists | undefined,
  set: PolicySet,
  report: Report,
): void {
  const lists = namedIn(federation, set);
  const groups = new Map<string, Group>();
  const suspects = suspectsIn(lists, groups);
  if (suspects.length === 0) return;
  markPlain(lists, groups);
  for (const { name, group, list, index } of suspects) {
    const like = likeness(name, group);
    const text =
      like === undefined ? disguised(name) : `${quoted(name)} looks like ${quoted(like)}`;
    if (text !== undefined) warn(report, 'look-alike', list.placeOf(index), text);
  }
}

/** Names with one skeleton. */
interface Group {
  readonly skeleton: string;
  /** The first of them that is not its own skeleton. */
  readonly first: string;
  /** Whether the skeleton is itself named. */
  isPlain: boolean;
}

/** A name that is not its own skeleton, and where it stands. */
interface Suspect {
  readonly name: string;
  readonly group: Group;
  readonly list: NamedDomains;
  readonly index: number;
}

function suspectsIn(
  lists: readonly NamedDomains[],
  groups: Map<string, Group>,
): readonly Suspect[] {
  const suspects: Suspect[] = [];
  for (const list of lists) {
    for (const [index, text] of list.names.entries()) {
      const name = bare(text);
      const skeleton = skeletonOf(name);
      if (skeleton === name) continue;
      const group = groups.get(skeleton) ?? { skeleton, first: name, isPlain: false };
      groups.set(skeleton, group);
      suspects.push({ name, group, list, index });
    }
  }
  return suspects;
}

function markPlain(lists: readonly NamedDomains[], groups: ReadonlyMap<string, Group>): void {
  for (const { names } of lists) {
    for (const text of names) {
      const group = groups.get(bare(text));
      if (group !== undefined) group.isPlain = true;
    }
  }
}

function likeness(name: string, { skeleton, first, isPlain }: Group): string | undefined {
  if (isPlain) return skeleton;
  return first === name ? undefined : first;
}

function disguised(name: string): string | undefined {
  const disguise = disguiseOf(name);
  if (disguise === undefined) return undefined;
  return disguise === 'mixed-alphabets'
    ? `${quoted(name)} mixes letters of several alphabets`
    : `${quoted(name)} is in another alphabet, and can be read as ${quoted(skeletonOf(name))}`;
}

/** Our own names, partners, and what permits name. */
function namedIn(federation: DomainLists | undefined, set: PolicySet): readonly NamedDomains[] {
  const lists = federation ? [federation.local, federation.allowed, federation.xmpp] : [];
  for (const [id, { domains: names }] of set.partners)
    lists.push({ names, placeOf: (index) => placeIn(undefined, 'partners', id, 'domains', index) });
  for (const [key, rule] of [...set.rules.values()].entries())
    if (rule.effect === 'permit') lists.push(...namedBy(rule, key));
  return lists;
}

/** A rule of a partner names that partner's domains, which are looked at already. */
function namedBy({ names, partner }: Rule, key: number): readonly NamedDomains[] {
  return ENDS.flatMap(([end, field]) => {
    const list = names[end];
    if (list === undefined || (end === 'either' && partner !== undefined)) return [];
    return { names: [...list], placeOf: (index) => placeIn(undefined, 'rules', key, field, index) };
  });
}

const ENDS = [
  ['either', 'domains'],
  ['from', 'from'],
  ['to', 'to'],
] as const;

/** A pattern's name. */
function bare(pattern: string): string {
  return pattern.startsWith('*.') ? pattern.slice(2) : pattern;
}
