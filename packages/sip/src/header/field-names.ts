// A set of header names, made once and asked for every line of a message: a known name is a bit, any other is
// found by its length. It says nothing about values.

import { MisuseError } from '../fault.ts';
import { runEnd, TOKEN } from '../grammar.ts';
import { headerId, sameName, UNKNOWN } from './names.ts';

/** Names of header fields; a known one stands for its compact form too. Made by `fieldNames`. */
export interface FieldNames {
  readonly kind: 'field-names';
  /** The known ones, by their number. */
  readonly known: readonly boolean[];
  /** The others in lower case, by their length. */
  readonly others: readonly (readonly string[] | undefined)[];
}

/**
 * A set of header names. Throws `MisuseError` for one that is no token.
 *
 * @spec RFC 3261 §7.3.1
 */
export function fieldNames(names: readonly string[]): FieldNames {
  const known: boolean[] = [];
  const others: string[][] = [];
  for (const name of names) {
    if (name === '' || runEnd(name, 0, name.length, TOKEN) !== name.length) {
      throw new MisuseError('header-name', 'A header name must be a token.');
    }
    const id = headerId(name, 0, name.length);
    if (id === UNKNOWN) (others[name.length] ??= []).push(name.toLowerCase());
    else known[id] = true;
  }
  return { kind: 'field-names', known, others };
}

/** Whether the name between two places, which is the header of that number, is one of them. */
export function isAmong(
  { known, others }: FieldNames,
  id: number,
  text: string,
  start: number,
  end: number,
): boolean {
  if (id !== UNKNOWN) return known[id] === true;
  const alike = others[end - start];
  if (alike === undefined) return false;
  for (let i = 0; i < alike.length; i++) if (sameName(text, start, alike[i] as string)) return true;
  return false;
}
