// A sample of crossings made from documents: each domain they name, what lies below it and its neighbour, as sender and
// as recipient, for every kind of traffic, by every way. Always the same for the same documents.
import type { PolicyDocument } from '../document.ts';
import { normalizeDomain } from '../domain.ts';
import type { Query } from '../query.ts';
import { TRAFFIC } from '../traffic.ts';
import { namedIn, type Named } from './named.ts';

/** Crossings to ask about, and how much of the documents they stand for. */
export interface Sample {
  readonly crossings: readonly Query[];
  /** Crossings that were left out, some of them counted twice: the documents name more than the limit allows. */
  readonly left: number;
}

/** Crossings in a sample where nothing else is asked: some hundred domains, asked in less than a second. */
export const DEFAULT_SAMPLE_SIZE = 50_000;

/**
 * A sample for comparing documents: entries that are not in all of them come first. With one document, its own
 * entries in their order.
 */
export function crossingsOf(
  documents: readonly PolicyDocument[],
  size: number = DEFAULT_SAMPLE_SIZE,
): Sample {
  const each = WAYS.length * TRAFFIC.length;
  const taken = new Map<string, Pair>();
  let left = 0;
  for (const pair of pairsOf(documents)) {
    const key = pair.join(' ');
    if (taken.has(key)) continue;
    if (taken.size < Math.floor(size / each)) taken.set(key, pair);
    else left += each;
  }
  return { crossings: [...taken.values()].flatMap(crossingsBetween), left };
}

type Pair = readonly [from: string, to: string];

function* pairsOf(documents: readonly PolicyDocument[]): Iterable<Pair> {
  for (const { names, pairs } of changedFirst(documents.map(namedIn))) {
    for (const [from, to] of pairs) yield* bothWays(from, to);
    for (const name of names)
      for (const variant of variants(name)) yield* bothWays(variant, STRANGER);
  }
}

function* bothWays(one: string, other: string): Iterable<Pair> {
  yield [one, other];
  yield [other, one];
}

function changedFirst(documents: readonly (readonly Named[])[]): readonly Named[] {
  const counts = new Map<string, number>();
  const all = documents.flat();
  for (const { text } of all) counts.set(text, (counts.get(text) ?? 0) + 1);
  const isKept = ({ text }: Named): boolean => (counts.get(text) ?? 0) >= documents.length;
  if (documents.length < 2) return all;
  return [...all.filter((named) => !isKept(named)), ...all.filter(isKept)];
}

/** The name, one below it, and one that only looks as if it were. */
function variants(name: string): readonly string[] {
  return [name, `sub.${name}`, `not${name}`].filter((one) => normalizeDomain(one) !== undefined);
}

function crossingsBetween([from, to]: Pair): readonly Query[] {
  return WAYS.flatMap((way) => TRAFFIC.map((traffic) => ({ from, to, ...way, traffic })));
}

const WAYS: readonly Pick<Query, 'via' | 'toward'>[] = [{ via: 'sip' }, { via: 'xmpp' }];
/** Whom no document names (RFC 2606 §2). */
const STRANGER = 'nobody.invalid';
