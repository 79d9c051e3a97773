// Single DER values as TypeScript ones: INTEGER, BOOLEAN, BIT STRING, strings and times, each at its
// offset among octets that passed the strict reader. What is not exactly the type asked for, or not in
// DER's one form, is `undefined`; the caller names the field. Two departures that public roots show are
// let pass, each said where it is. Object identifiers: oid.ts.

import { asciiOf, bmpOf, compareBytes, latin1Of, utf8Of } from './bytes.ts';
import { NONE, TAG, contentAt, derFault, endAt, firstIn, nextOf, tagAt, wholeOf } from './der.ts';
import { instantOf } from './time.ts';
import type { Instant } from './time.ts';

/** Where the content of a DER INTEGER in its one shortest form begins; `NONE` when it is not one. */
export function integerAt(bytes: Uint8Array, at: number): number {
  if (tagAt(bytes, at) !== TAG.integer) return NONE;
  const from = contentAt(bytes, at);
  const length = endAt(bytes, at) - from;
  if (length === 0) return NONE;
  const first = bytes[from] ?? 0;
  const isPadding = first === (length > 1 && (bytes[from + 1] ?? 0) >= 0x80 ? 0xff : 0);
  return length > 1 && isPadding ? NONE : from;
}

/** A small INTEGER, 0 to 2^31-1. */
export function smallAt(bytes: Uint8Array, at: number): number | undefined {
  const from = integerAt(bytes, at);
  if (from < 0) return undefined;
  const to = endAt(bytes, at);
  if (to - from > 4 || (bytes[from] ?? 0) >= 0x80) return undefined;
  let value = 0;
  for (let i = from; i < to; i += 1) value = value * 256 + (bytes[i] ?? 0);
  return value;
}

/** A BOOLEAN whose default is false: DER writes true as FF, and a default not at all. */
export function flagAt(bytes: Uint8Array, at: number): true | undefined {
  if (tagAt(bytes, at) !== TAG.boolean || bytes[at + 1] !== 1) return undefined;
  return bytes[at + 2] === 0xff ? true : undefined;
}

/**
 * Where the octets of a BIT STRING without unused bits begin, as keys and signatures are; `NONE` when it is none.
 */
export function wholeBitsAt(bytes: Uint8Array, at: number): number {
  if (tagAt(bytes, at) !== TAG.bitString) return NONE;
  const from = contentAt(bytes, at);
  return from === endAt(bytes, at) || bytes[from] !== 0 ? NONE : from + 1;
}

/**
 * The names of the bits set in a named BIT STRING, bits without a name left out; unused bits must be zero and one at least
 * be set. Zero bits behind the last one that is set are let pass, though DER (X.690 §11.2.2) leaves them out: two roots
 * that come with Node have them, and they change no meaning.
 */
export function namedBitsAt<T>(
  bytes: Uint8Array,
  at: number,
  names: readonly T[],
): readonly T[] | undefined {
  const from = contentAt(bytes, at) + 1;
  const to = endAt(bytes, at);
  if (tagAt(bytes, at) !== TAG.bitString || to <= from) return undefined;
  const unused = bytes[from - 1] ?? 0;
  const last = bytes[to - 1] ?? 0;
  if (unused > 7 || (last & ((1 << unused) - 1)) !== 0) return undefined;
  const set: T[] = [];
  let any = 0;
  for (let i = from; i < to; i += 1) {
    const octet = bytes[i] ?? 0;
    any |= octet;
    for (let bit = 0; bit < 8; bit += 1) {
      const name = (octet & (0x80 >> bit)) === 0 ? undefined : names[(i - from) * 8 + bit];
      if (name !== undefined) set.push(name);
    }
  }
  return any === 0 ? undefined : set;
}

/**
 * Where the one DER value begins that fills the content of the value at `at`, so many octets left out in front (one for
 * the unused bits of a BIT STRING); `NONE` when anything else is there.
 */
export function insideAt(bytes: Uint8Array, at: number, skipped = 0): number {
  if (at < 0) return NONE;
  const from = contentAt(bytes, at) + skipped;
  return derFault(bytes, undefined, from, endAt(bytes, at)) === undefined ? from : NONE;
}

/** The text of any of the string types of names. @spec RFC 5280 §4.1.2.4 */
export function stringAt(bytes: Uint8Array, at: number): string | undefined {
  const from = contentAt(bytes, at);
  const to = endAt(bytes, at);
  switch (tagAt(bytes, at)) {
    case TAG.utf8:
      return asciiOf(bytes, from, to) ?? utf8Of(bytes.subarray(from, to));
    case TAG.printable:
    case TAG.ia5:
      return asciiOf(bytes, from, to);
    case TAG.teletex:
      return latin1Of(bytes.subarray(from, to));
    case TAG.bmp:
      return bmpOf(bytes.subarray(from, to));
    case TAG.universal:
      return wideOf(bytes.subarray(from, to));
    default:
      return undefined;
  }
}

/**
 * UTCTime or GeneralizedTime, to the second and in UTC. GeneralizedTime is let pass before 2050 too,
 * where the profile asks for UTCTime: a root that comes with Node has it, and the instant is plain.
 * @spec RFC 5280 §4.1.2.5
 */
export function timeAt(bytes: Uint8Array, at: number): Instant | undefined {
  const tag = tagAt(bytes, at);
  if (tag !== TAG.utcTime && tag !== TAG.generalizedTime) return undefined;
  const yearDigits = tag === TAG.utcTime ? 2 : 4;
  // the length, in its short form: two digits for each of five parts, and Z
  if (bytes[at + 1] !== yearDigits + 11) return undefined;
  const from = at + 2;
  const rest = from + yearDigits;
  if (bytes[rest + 10] !== LETTER_Z) return undefined;
  const year =
    yearDigits === 2 ? digits(bytes, from) : digits(bytes, from) * 100 + digits(bytes, from + 2);
  return instantOf(
    (yearDigits === 4 ? 0 : year < 50 ? 2000 : 1900) + year,
    digits(bytes, rest),
    digits(bytes, rest + 2),
    digits(bytes, rest + 4),
    digits(bytes, rest + 6),
    digits(bytes, rest + 8),
  );
}

/** Two of them; not a number when one is no digit. */
function digits(bytes: Uint8Array, at: number): number {
  const high = (bytes[at] ?? 0) - 48;
  const low = (bytes[at + 1] ?? 0) - 48;
  return high >= 0 && high <= 9 && low >= 0 && low <= 9 ? high * 10 + low : Number.NaN;
}

function wideOf(bytes: Uint8Array): string | undefined {
  if (bytes.length % 4 !== 0) return undefined;
  const narrow = new Uint8Array(bytes.length / 2);
  for (let i = 0; i < bytes.length; i += 4) {
    if (bytes[i] !== 0 || bytes[i + 1] !== 0) return undefined;
    narrow[i / 2] = bytes[i + 2] ?? 0;
    narrow[i / 2 + 1] = bytes[i + 3] ?? 0;
  }
  return bmpOf(narrow);
}

/** Whether the components of a SET OF ascend by their octets, as DER has them. */
export function isAscending(bytes: Uint8Array, set: number): boolean {
  const end = endAt(bytes, set);
  let before = firstIn(bytes, set);
  for (let at = nextOf(bytes, before, end); at >= 0; at = nextOf(bytes, at, end)) {
    if (compareBytes(wholeOf(bytes, before), wholeOf(bytes, at)) > 0) return false;
    before = at;
  }
  return true;
}

const LETTER_Z = 0x5a;
