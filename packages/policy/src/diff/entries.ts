// The entries of a document that name somebody, with whom they may meet.
import type { PolicyDocument, RuleEntry } from '../document.ts';
import { federationEntries } from './entries-federation.ts';
import { around, MAX_OURS, plainName, STRANGER, type Entry, type Meeting } from './meeting.ts';

/** Every entry of a document that names somebody. */
export function entriesOf(document: PolicyDocument): readonly Entry[] {
  const { federation, partners = {}, rules } = document;
  const others = federation?.localDomains.slice(0, MAX_OURS) ?? [STRANGER];
  return [
    ...(federation === undefined ? [] : federationEntries(federation, others)),
    ...Object.entries(partners).map((entry) => ({
      text: JSON.stringify(entry),
      meetings: () => around(entry[1].domains, others),
    })),
    ...rules.map((rule) => ({
      text: JSON.stringify(rule),
      meetings: () => byRule(rule, others),
    })),
  ];
}

function* byRule(rule: RuleEntry, others: readonly string[]): Iterable<Meeting> {
  const { domains = [], from = [], to = [] } = rule;
  for (const one of from.slice(0, MAX_PAIRED))
    for (const other of to.slice(0, MAX_PAIRED)) yield* between(one, other);
  for (const names of [domains, from, to]) yield* around(names, others);
}

function* between(one: string, other: string): Iterable<Meeting> {
  const [from, to] = [plainName(one), plainName(other)];
  if (from !== undefined && to !== undefined) yield [{ domain: from }, { domain: to }];
}

/** Names of each end of a rule that are paired. */
const MAX_PAIRED = 8;
