// OBJECT IDENTIFIERs (X.690 §8.19). Those that certificates have every day are known by their octets
// and need no text to be made; of the others the text is. A row missing in the table costs time, no
// more.

import { TAG, contentAt, endAt, tagAt } from './der.ts';

/** The dotted form of the OBJECT IDENTIFIER at `at`; `undefined` when it is none. */
export function oidAt(bytes: Uint8Array, at: number): string | undefined {
  if (tagAt(bytes, at) !== TAG.oid) return undefined;
  const from = contentAt(bytes, at);
  const to = endAt(bytes, at);
  return (
    knownText(bytes, from, to) ?? (isOid(bytes, from, to) ? textOf(bytes, from, to) : undefined)
  );
}

/** Whether an OBJECT IDENTIFIER stands at `at`, as {@link oidAt} has it. */
export function isOidAt(bytes: Uint8Array, at: number): boolean {
  return tagAt(bytes, at) === TAG.oid && isOid(bytes, contentAt(bytes, at), endAt(bytes, at));
}

/**
 * The content of an OBJECT IDENTIFIER in dotted form; arcs of any size, at most 64 octets in all.
 */
export function oidText(content: Uint8Array): string | undefined {
  const { length } = content;
  return isOid(content, 0, length) ? textOf(content, 0, length) : undefined;
}

/** Each arc in its shortest form, and the last one whole. */
function isOid(bytes: Uint8Array, from: number, to: number): boolean {
  if (from === to || to - from > MAX_OID || (bytes[to - 1] ?? 0) >= 0x80) return false;
  let fresh = true;
  for (let i = from; i < to; i += 1) {
    const byte = bytes[i] ?? 0;
    if (fresh && byte === 0x80) return false;
    fresh = byte < 0x80;
  }
  return true;
}

function textOf(bytes: Uint8Array, from: number, to: number): string {
  let text = '';
  let arc = 0n;
  for (let i = from; i < to; i += 1) {
    const byte = bytes[i] ?? 0;
    arc = (arc << 7n) | BigInt(byte & 0x7f);
    if (byte >= 0x80) continue;
    text += text === '' ? firstArcs(arc) : `.${arc}`;
    arc = 0n;
  }
  return text;
}

const firstArcs = (arc: bigint): string =>
  arc < 40n ? `0.${arc}` : arc < 80n ? `1.${arc - 40n}` : `2.${arc - 80n}`;

interface Known {
  readonly octets: Uint8Array;
  readonly text: string;
  /** Another in the same slot. */
  readonly next: Known | undefined;
}

function knownText(bytes: Uint8Array, from: number, to: number): string | undefined {
  let known = SLOTS[slotOf(bytes, from, to)];
  while (known !== undefined && !standsAt(bytes, from, to, known.octets)) known = known.next;
  return known?.text;
}

function standsAt(bytes: Uint8Array, from: number, to: number, octets: Uint8Array): boolean {
  if (octets.length !== to - from) return false;
  for (let i = 0; i < octets.length; i += 1) if (octets[i] !== bytes[from + i]) return false;
  return true;
}

/** The last two octets and the length tell the known ones apart well enough. */
function slotOf(bytes: Uint8Array, from: number, to: number): number {
  const before = to - from > 1 ? (bytes[to - 2] ?? 0) : 0;
  return ((bytes[to - 1] ?? 0) * 29 + before * 7 + (to - from) * 61) & (SLOT_COUNT - 1);
}

function slots(texts: readonly string[]): readonly (Known | undefined)[] {
  const made: (Known | undefined)[] = Array.from({ length: SLOT_COUNT }, () => undefined);
  for (const text of texts) {
    const octets = octetsOf(text);
    const slot = slotOf(octets, 0, octets.length);
    made[slot] = { octets, text, next: made[slot] };
  }
  return made;
}

/** Of arcs below 2^31. */
function octetsOf(text: string): Uint8Array {
  const [first = 0, second = 0, ...rest] = text.split('.').map(Number);
  const octets: number[] = [];
  for (const arc of [first * 40 + second, ...rest]) {
    const digits = [arc & 0x7f];
    for (let left = arc >>> 7; left > 0; left >>>= 7) digits.unshift(0x80 | (left & 0x7f));
    octets.push(...digits);
  }
  return Uint8Array.from(octets);
}

// a UUID below 2.25 takes 20 octets
const MAX_OID = 64;
const SLOT_COUNT = 256;
const SLOTS = slots([
  // attributes of names: CN, serialNumber, C, L, ST, street, O, OU, DC, emailAddress
  ...['3', '5', '6', '7', '8', '9', '10', '11'].map((last) => `2.5.4.${last}`),
  '0.9.2342.19200300.100.1.25',
  '1.2.840.113549.1.9.1',
  // extensions
  ...['14', '15', '17', '18', '19', '20', '21', '27', '28', '29'].map((last) => `2.5.29.${last}`),
  ...['30', '31', '32', '33', '35', '36', '37', '46', '54'].map((last) => `2.5.29.${last}`),
  '1.3.6.1.5.5.7.1.1',
  '1.3.6.1.4.1.11129.2.4.2',
  // purposes, ways of access, other names, policies of the public authorities
  ...['1', '2', '3', '4', '8', '9'].map((last) => `1.3.6.1.5.5.7.3.${last}`),
  ...['1', '2'].map((last) => `1.3.6.1.5.5.7.48.${last}`),
  ...['5', '7'].map((last) => `1.3.6.1.5.5.7.8.${last}`),
  ...['1', '2', '3'].map((last) => `2.23.140.1.2.${last}`),
  '2.23.140.1.1',
  '2.5.29.32.0',
  '2.5.29.37.0',
  // keys, curves, signatures, hashes
  ...['1', '5', '8', '10', '11', '12', '13'].map((last) => `1.2.840.113549.1.1.${last}`),
  '1.2.840.10045.2.1',
  '1.2.840.10045.3.1.7',
  ...['34', '35'].map((last) => `1.3.132.0.${last}`),
  ...['2', '3', '4'].map((last) => `1.2.840.10045.4.3.${last}`),
  ...['112', '113'].map((last) => `1.3.101.${last}`),
  ...['1', '2', '3'].map((last) => `2.16.840.1.101.3.4.2.${last}`),
]);
