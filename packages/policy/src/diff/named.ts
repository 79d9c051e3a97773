// The domains a document names, entry by entry, in one spelling. Entries that stand alike in every document are told
// apart from those that differ, so that a bounded sample begins with what was changed.
import type { PolicyDocument, RuleEntry } from '../document.ts';
import { parsePattern } from '../domain.ts';

/** An entry of a document and whom it names. */
export interface Named {
  /** The entry as text: alike in two documents, nothing in it was changed. */
  readonly text: string;
  /** Names without `*.`; normalised. */
  readonly names: readonly string[];
  /** Pairs that an entry names together, from the one to the other. */
  readonly pairs: readonly (readonly [string, string])[];
}

/** Every entry of a document that names domains. */
export function namedIn(document: PolicyDocument): readonly Named[] {
  const partners = Object.entries(document.partners ?? {}).map((entry) => ({
    text: JSON.stringify(entry),
    names: plain(entry[1].domains),
    pairs: [],
  }));
  return [...partners, ...document.rules.map(namedByRule)];
}

function namedByRule(rule: RuleEntry): Named {
  const { domains = [], from = [], to = [] } = rule;
  return {
    text: JSON.stringify(rule),
    names: plain([...domains, ...from, ...to]),
    pairs: pairsOf(plain(from), plain(to)),
  };
}

function pairsOf(from: readonly string[], to: readonly string[]): Named['pairs'] {
  return from
    .slice(0, MAX_PAIRED)
    .flatMap((one) => to.slice(0, MAX_PAIRED).map((other) => [one, other] as const));
}

/** The names of patterns; what is none, and `*`, names nobody. */
function plain(patterns: readonly string[]): readonly string[] {
  return patterns.flatMap((text) => {
    const name = parsePattern(text)?.name ?? '';
    return name === '' ? [] : [name];
  });
}

/** Names of each end of a rule that are paired. */
const MAX_PAIRED = 8;
