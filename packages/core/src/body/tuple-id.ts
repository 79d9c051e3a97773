// Resources as identifiers of tuples and back: RFC 8048 §6.2 note 2. An identifier is an XML name, so what a name
// may not hold is escaped octet by octet; a long one is cut, and cannot be read back.
import { decodeUtf8, encodeUtf8 } from '@interwork/xmpp';
import { type CharacterSet, characterSet, isWithin } from '../characters.ts';

/** Characters of an identifier; one that would be longer is cut. */
export const MAX_TUPLE_ID = 128;

/**
 * The identifier of a resource: `ID-`, and the resource with `_xHH` for each octet that is no letter, digit,
 * dot, hyphen or underscore, and for an underscore before an `x`. A long one ends in a fingerprint behind `_x_`.
 * @spec RFC 8048 §6.2
 */
export function tupleIdOf(resource: string): string {
  const escaped = escapedName(resource);
  if (escaped.length <= MAX_TUPLE_ID - PREFIX.length) return PREFIX + escaped;
  const kept = escaped.slice(0, MAX_TUPLE_ID - PREFIX.length - CUT.length - FINGERPRINT);
  return PREFIX + kept.replace(HALF_ESCAPE, '') + CUT + fingerprint(resource);
}

/**
 * The resource of an identifier; undefined when it is none of ours, or was cut.
 * @spec RFC 8048 §6.2
 */
export function resourceOfTupleId(id: string): string | undefined {
  if (!id.startsWith(PREFIX) || id.includes(CUT)) return undefined;
  const escaped = id.slice(PREFIX.length);
  let isText = true;
  const resource = escaped.replace(ESCAPES, (found) => {
    const octets = found
      .split(ESCAPE)
      .slice(1)
      .map((pair) => Number.parseInt(pair, 16));
    const text = decodeUtf8(Uint8Array.from(octets));
    isText &&= text !== undefined;
    return text ?? '';
  });
  return isText ? resource : undefined;
}

/** A text in letters, digits, dots, hyphens and underscores, from which it can be read again. */
export function escapedName(text: string): string {
  if (isWithin(text, PLAIN) && !text.includes(ESCAPE)) return text;
  const octets = encodeUtf8(text);
  let escaped = '';
  for (const [at, octet] of octets.entries()) {
    const isPlain =
      octet < 0x80 && PLAIN[octet] === 1 && !(octet === UNDERSCORE && octets[at + 1] === X);
    escaped += isPlain ? String.fromCharCode(octet) : `${ESCAPE}${hex(octet, 2)}`;
  }
  return escaped;
}

function hex(number: number, digits: number): string {
  return number.toString(16).toUpperCase().padStart(digits, '0');
}

/** Tells long resources apart that begin alike; FNV-1a with two bases. */
function fingerprint(text: string): string {
  return [0x811c9dc5, 0x9747b28c].map((basis) => hex(fnv(text, basis), FINGERPRINT / 2)).join('');
}

function fnv(text: string, basis: number): number {
  let hash = basis;
  for (const octet of encodeUtf8(text)) hash = Math.imul(hash ^ octet, 0x01000193);
  return hash >>> 0;
}

const PREFIX = 'ID-';
const ESCAPE = '_x';
const UNDERSCORE = 0x5f;
const X = 0x78;
/** What no escaped text holds: behind it stands a fingerprint. */
const CUT = '_x_';
/** Characters of a fingerprint. */
const FINGERPRINT = 16;
const ESCAPES = /(?:_x[0-9A-Fa-f]{2})+/g;
/** An escape that a cut has left half. */
const HALF_ESCAPE = /_(?:x[0-9A-F]?)?$/;
const PLAIN: CharacterSet = characterSet('._-', 'both');
