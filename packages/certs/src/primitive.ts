// Single DER values as TypeScript ones: OBJECT IDENTIFIER, INTEGER, BOOLEAN, BIT STRING, strings
// and times. What is not exactly the type asked for, or not in DER's one form, is `undefined`; the
// caller names the field. Two departures that public roots show are let pass, each said where it is.

import { asciiOf, bmpOf, compareBytes, latin1Of, utf8Of } from './bytes.ts';
import { TAG, readDer } from './der.ts';
import type { DerNode } from './der.ts';
import { isFault } from './fault.ts';
import { instantOf } from './time.ts';
import type { Instant } from './time.ts';

/** An OBJECT IDENTIFIER in dotted form. */
export function oidOf(node: DerNode | undefined): string | undefined {
  return node?.tag === TAG.oid ? oidText(node.content) : undefined;
}

/**
 * The content of an OBJECT IDENTIFIER in dotted form; arcs of any size, at most 64 octets in all.
 */
export function oidText(content: Uint8Array): string | undefined {
  if (
    content.length === 0 ||
    content.length > MAX_OID ||
    (content[content.length - 1] ?? 0) >= 0x80
  )
    return undefined;
  let text = '';
  let arc = 0n;
  let fresh = true;
  for (const byte of content) {
    if (fresh && byte === 0x80) return undefined;
    arc = (arc << 7n) | BigInt(byte & 0x7f);
    fresh = byte < 0x80;
    if (!fresh) continue;
    text += text === '' ? firstArcs(arc) : `.${arc}`;
    arc = 0n;
  }
  return text;
}

const firstArcs = (arc: bigint): string =>
  arc < 40n ? `0.${arc}` : arc < 80n ? `1.${arc - 40n}` : `2.${arc - 80n}`;

/** The octets of a DER INTEGER in its one shortest form. */
export function integerOf(node: DerNode | undefined): Uint8Array | undefined {
  if (node?.tag !== TAG.integer || node.content.length === 0) return undefined;
  const [first = 0, second] = node.content;
  const padded =
    second !== undefined && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80));
  return padded ? undefined : node.content;
}

/** A small INTEGER, 0 to 2^31-1. */
export function smallOf(node: DerNode | undefined): number | undefined {
  const octets = integerOf(node);
  if (octets === undefined || octets.length > 4 || (octets[0] ?? 0) >= 0x80) return undefined;
  let value = 0;
  for (const byte of octets) value = value * 256 + byte;
  return value;
}

/** A BOOLEAN whose default is false: DER writes true as FF, and a default not at all. */
export function flagOf(node: DerNode | undefined): true | undefined {
  if (node?.tag !== TAG.boolean || node.content.length !== 1) return undefined;
  return node.content[0] === 0xff ? true : undefined;
}

/** The octets of a BIT STRING without unused bits, as keys and signatures are. */
export function wholeBitsOf(node: DerNode | undefined): Uint8Array | undefined {
  if (node?.tag !== TAG.bitString || node.content.length < 1 || node.content[0] !== 0)
    return undefined;
  return node.content.subarray(1);
}

/**
 * The numbers of the bits set in a named BIT STRING; unused bits must be zero. Zero bits behind the
 * last one that is set are let pass, though DER (X.690 §11.2.2) leaves them out: two roots that come
 * with Node have them, and they change no meaning.
 */
export function namedBitsOf(node: DerNode | undefined): readonly number[] | undefined {
  if (node?.tag !== TAG.bitString || node.content.length < 1) return undefined;
  const unused = node.content[0] ?? 0;
  const octets = node.content.subarray(1);
  const last = octets[octets.length - 1] ?? 0;
  if (unused > 7 || (octets.length === 0 && unused > 0) || (last & ((1 << unused) - 1)) !== 0)
    return undefined;
  const bits: number[] = [];
  for (let i = 0; i < octets.length * 8; i += 1) {
    if ((((octets[i >> 3] ?? 0) >> (7 - (i & 7))) & 1) === 1) bits.push(i);
  }
  return bits;
}

/** The DER value inside an OCTET STRING's content. */
export function insideOf(content: Uint8Array): DerNode | undefined {
  const node = readDer(content);
  return isFault(node) ? undefined : node;
}

/** The text of any of the string types of names. @spec RFC 5280 §4.1.2.4 */
export function stringOf(node: DerNode): string | undefined {
  switch (node.tag) {
    case TAG.utf8:
      return utf8Of(node.content);
    case TAG.printable:
    case TAG.ia5:
      return asciiOf(node.content);
    case TAG.teletex:
      return latin1Of(node.content);
    case TAG.bmp:
      return bmpOf(node.content);
    case TAG.universal:
      return wideOf(node.content);
    default:
      return undefined;
  }
}

/**
 * UTCTime or GeneralizedTime, to the second and in UTC. GeneralizedTime is let pass before 2050 too,
 * where the profile asks for UTCTime: a root that comes with Node has it, and the instant is plain.
 * @spec RFC 5280 §4.1.2.5
 */
export function timeOf(node: DerNode | undefined): Instant | undefined {
  if (node?.tag !== TAG.utcTime && node?.tag !== TAG.generalizedTime) return undefined;
  const text = asciiOf(node.content) ?? '';
  const yearDigits = node.tag === TAG.utcTime ? 2 : 4;
  if (text.length !== yearDigits + 11 || !text.endsWith('Z')) return undefined;
  const year = digits(text, 0, yearDigits);
  const century = yearDigits === 4 ? 0 : year < 50 ? 2000 : 1900;
  const part = (index: number): number => digits(text, yearDigits + index * 2, 2);
  return instantOf(century + year, part(0), part(1), part(2), part(3), part(4));
}

function digits(text: string, at: number, count: number): number {
  let value = 0;
  for (let i = at; i < at + count; i += 1) {
    const digit = text.charCodeAt(i) - 48;
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
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
export function isAscending(components: readonly DerNode[]): boolean {
  for (let i = 1; i < components.length; i += 1) {
    const [before, after] = [components[i - 1], components[i]];
    if (before !== undefined && after !== undefined && compareBytes(before.whole, after.whole) > 0)
      return false;
  }
  return true;
}

// a UUID below 2.25 takes 20 octets
const MAX_OID = 64;
