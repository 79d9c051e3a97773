// Who may meet whom because an entry of a document names one of them. Meetings are made one by one: an entry may name a
// million.
import { normalizeDomain, parsePattern } from '../domain.ts';

/** A domain, and somebody in it where that matters. */
export interface Someone {
  readonly domain: string;
  readonly user?: string;
}

/** Two who may meet, in either direction. */
export type Meeting = readonly [Someone, Someone];

/** An entry of a document, and the meetings that it may be about. */
export interface Entry {
  /** Alike in two documents: nothing in it was changed. */
  readonly text: string;
  readonly meetings: () => Iterable<Meeting>;
}

/** Each name, what lies below it and what only looks as if it did, with each of the others. */
export function* around(names: readonly string[], others: readonly string[]): Iterable<Meeting> {
  for (const text of names) {
    const name = plainName(text);
    if (name === undefined) continue;
    for (const domain of [name, `sub.${name}`, `not${name}`]) {
      if (normalizeDomain(domain) === undefined) continue;
      for (const other of others) yield [{ domain }, { domain: other }];
    }
  }
}

/** The name of a pattern, normalised; `*` names nobody. */
export function plainName(text: string): string | undefined {
  const name = parsePattern(text)?.name;
  return name === '' ? undefined : name;
}

/** Whom no document names (RFC 2606 §2). */
export const STRANGER = 'nobody.invalid';

/** Domains of our own that meet whoever is named. */
export const MAX_OURS = 2;
