// Preparing the two free parts of an address: the localpart by UsernameCaseMapped, the resourcepart by
// OpaqueString (RFC 8265 §3.3 and §4.2). Domains are idna.ts. ASCII, the common case, takes a way
// without tables or normalisation.
import { isWellFormed, utf8Length } from './bytes.ts';
import { fitsBidiRule } from './precis/bidi.ts';
import { hasIdentifierCodes, isFreeform, isIdentifier } from './precis/classes.ts';

/** Bytes in UTF-8 that a part of an address may have. @spec RFC 7622 §3.1 */
export const LONGEST_PART = 1023;

/** What a localpart may not hold though its profile allows it. @spec RFC 7622 §3.3.1 */
const EXCLUDED = '"&\'/:<>@';
const ASCII_LOCAL: Uint8Array = new Uint8Array(128).fill(1, 0x21, 0x7f);
for (let i = 0; i < EXCLUDED.length; i += 1) ASCII_LOCAL[EXCLUDED.charCodeAt(i)] = 0;

/** A localpart, prepared and enforced; undefined when it cannot be one. @spec RFC 7622 §3.3 */
export function prepareLocal(text: string): string | undefined {
  if (text === '' || text.length > LONGEST_PART) return undefined;
  for (let i = 0; i < text.length; i += 1) {
    const c = text.charCodeAt(i);
    if (c >= 0x80) return enforceLocal(text);
    if (ASCII_LOCAL[c] === 0) return undefined;
  }
  return text.toLowerCase();
}

/**
 * Width, case, normalisation, direction, in this order. The class is asked before and after: letters
 * that decompose must not come in, and the result must stand on its own.
 * @spec RFC 8265 §3.3.3
 */
function enforceLocal(text: string): string | undefined {
  if (!isWellFormed(text)) return undefined;
  const wide = mapWidth(text);
  if (!hasIdentifierCodes(wide)) return undefined;
  const local = toLower(wide).normalize('NFC');
  return isIdentifier(local) && hasNoneExcluded(local) && fitsBidiRule(local) && fits(local)
    ? local
    : undefined;
}

/** Fullwidth and halfwidth code points to their ordinary forms. @spec RFC 8265 §3.3.1 */
function mapWidth(text: string): string {
  return text.replace(/[\uff01-\uffee\u3000]/g, (character) => character.normalize('NFKC'));
}

/**
 * Lower case by code point: no final sigma by its place in a word, as RFC 7622 §3.5 has it.
 * @spec RFC 8264 §5.2.3
 */
function toLower(text: string): string {
  let lower = '';
  for (const character of text) lower += character.toLowerCase();
  return lower;
}

function hasNoneExcluded(text: string): boolean {
  for (let i = 0; i < EXCLUDED.length; i += 1) if (text.includes(EXCLUDED.charAt(i))) return false;
  return true;
}

function fits(text: string): boolean {
  return text !== '' && utf8Length(text) <= LONGEST_PART;
}

/**
 * A resourcepart, prepared and enforced; undefined when it cannot be one. It does not begin with a
 * space, as the tables of RFC 7622 §3.5 have it.
 * @spec RFC 7622 §3.4
 */
export function prepareResource(text: string): string | undefined {
  if (text === '' || text.length > LONGEST_PART || text.charCodeAt(0) === 0x20) return undefined;
  for (let i = 0; i < text.length; i += 1) {
    const c = text.charCodeAt(i);
    if (c >= 0x80) return enforceResource(text);
    if (c < 0x20 || c === 0x7f) return undefined;
  }
  return text;
}

/** Spaces become the ASCII one, then normalisation. @spec RFC 8265 §4.2.2 */
function enforceResource(text: string): string | undefined {
  if (!isWellFormed(text) || !isFreeform(text)) return undefined;
  const resource = text.replace(/\p{Zs}/gu, ' ').normalize('NFC');
  return isFreeform(resource) && !resource.startsWith(' ') && fits(resource) ? resource : undefined;
}
