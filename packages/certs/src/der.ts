// A strict reader of DER (X.690 §8 and §10) within bounds: definite, shortest lengths only, one
// octet tags only, nothing cut off and nothing behind the end. One pass looks at every header and
// keeps nothing; where a value, its content and its neighbour begin is told by the octets themselves
// from then on, so that a value is a number, the offset of its first octet. It knows shapes, not
// meanings; primitive.ts reads the single values. The same as a tree of objects: der-node.ts.

import { DEFAULT_LIMITS } from './budget.ts';
import type { CertLimits } from './budget.ts';
import { fault } from './fault.ts';
import type { Fault } from './fault.ts';

/** Bounds of one reading. */
export type DerLimits = Pick<CertLimits, 'maxDepth' | 'maxNodes'>;

/** Identifier octets met in certificates. */
export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  utf8: 0x0c,
  printable: 0x13,
  teletex: 0x14,
  ia5: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  universal: 0x1c,
  bmp: 0x1e,
  sequence: 0x30,
  set: 0x31,
} as const;

/** The offset of a value that is not there; its tag reads as 0, which no value has. */
export const NONE = -1;

/**
 * What keeps `bytes` between the two offsets from being exactly one DER value; `undefined` when
 * nothing does. Only then may the functions below be asked. Time linear in the octets.
 * @spec RFC 5280 §4.1
 */
export function derFault(
  bytes: Uint8Array,
  limits: DerLimits = DEFAULT_LIMITS,
  from = 0,
  to: number = bytes.length,
): Fault | undefined {
  const { maxNodes, maxDepth } = limits;
  const pass: Pass = { bytes, left: maxNodes, maxDepth, at: from, wrong: '' };
  // what stands behind the value is not looked at
  const end = Math.min(to, endAt(bytes, from));
  if (from === to) no(pass, from, CUT_OFF);
  else passOver(pass, from, end, 0);
  if (pass.wrong !== '') return bad(pass.at - from, pass.wrong);
  return end === to ? undefined : bad(end - from, 'has octets behind its end');
}

/** The identifier octet: class, constructed bit and tag number. */
export const tagAt = (bytes: Uint8Array, at: number): number => (at < 0 ? 0 : (bytes[at] ?? 0));

/** Where the content begins. */
export function contentAt(bytes: Uint8Array, at: number): number {
  const first = bytes[at + 1] ?? 0;
  return first < 0x80 ? at + 2 : at + 2 + (first & 0x7f);
}

/** Where the value ends, and its neighbour begins. */
export function endAt(bytes: Uint8Array, at: number): number {
  const first = bytes[at + 1] ?? 0;
  return first < 0x80 ? at + 2 + first : longEnd(bytes, at, first & 0x7f);
}

/** The first value inside; {@link NONE} for an empty value and for a primitive one. */
export function firstIn(bytes: Uint8Array, at: number): number {
  if ((tagAt(bytes, at) & CONSTRUCTED) === 0) return NONE;
  return bytes[at + 1] === 0 ? NONE : contentAt(bytes, at);
}

/** The value behind this one among those that end together; {@link NONE} behind the last. */
export function nextOf(bytes: Uint8Array, at: number, end: number): number {
  if (at < 0) return NONE;
  const next = endAt(bytes, at);
  return next < end ? next : NONE;
}

/** How many values are inside, counted no further than one more than `most`. */
export function countIn(bytes: Uint8Array, at: number, most: number): number {
  const end = endAt(bytes, at);
  let count = 0;
  for (let one = firstIn(bytes, at); one >= 0 && count <= most; one = nextOf(bytes, one, end))
    count += 1;
  return count;
}

/** The octets of a value, header and content. A view. */
export const wholeOf = (bytes: Uint8Array, at: number): Uint8Array =>
  bytes.subarray(at, endAt(bytes, at));

/** The content alone. A view. */
export const contentOf = (bytes: Uint8Array, at: number): Uint8Array =>
  bytes.subarray(contentAt(bytes, at), endAt(bytes, at));

interface Pass {
  readonly bytes: Uint8Array;
  left: number;
  readonly maxDepth: number;
  /** The first value that is wrong, and what is; empty while nothing is. */
  at: number;
  wrong: string;
}

/** Whether all the values between two offsets are strict, and those inside them. */
function passOver(pass: Pass, from: number, end: number, depth: number): boolean {
  const { bytes } = pass;
  if (depth > pass.maxDepth && from < end) return no(pass, from, 'is nested too deep');
  for (let at = from; at < end; ) {
    pass.left -= 1;
    if (pass.left < 0) return no(pass, at, 'holds too many values');
    if (at + 2 > end) return no(pass, at, CUT_OFF);
    const tag = bytes[at] ?? 0;
    if ((tag & 0x1f) === 0x1f) return no(pass, at, 'uses a tag of more than one octet');
    if (tag === 0) return no(pass, at, 'holds an end-of-contents mark');
    const first = bytes[at + 1] ?? 0;
    if (first >= 0x80 && !isLongForm(pass, at, end, first & 0x7f)) return false;
    const stop = first < 0x80 ? at + 2 + first : longEnd(bytes, at, first & 0x7f);
    if (stop > end) return no(pass, at, 'announces more octets than there are');
    const isMade = (tag & CONSTRUCTED) !== 0;
    if (isMade && !passOver(pass, contentAt(bytes, at), stop, depth + 1)) return false;
    at = stop;
  }
  return true;
}

/** Whether the length, in so many octets, is in the shortest form there is. */
function isLongForm(pass: Pass, at: number, end: number, octets: number): boolean {
  if (octets === 0) return no(pass, at, 'has an indefinite length');
  if (octets > 4) return no(pass, at, 'has a length of more than four octets');
  if (at + 2 + octets > end) return no(pass, at, 'is cut off in a length');
  const high = pass.bytes[at + 2] ?? 0;
  const isShortest = high !== 0 && (octets > 1 || high >= 0x80);
  return isShortest || no(pass, at, 'has a length that is not the shortest form');
}

/** A length above 2^31 does not wrap: it is beyond every end. */
function longEnd(bytes: Uint8Array, at: number, octets: number): number {
  const high = bytes[at + 2] ?? 0;
  if (octets === 1) return at + 3 + high;
  if (octets === 2) return at + 4 + (high << 8) + (bytes[at + 3] ?? 0);
  let length = 0;
  for (let i = at + 2; i < at + 2 + octets; i += 1) length = length * 256 + (bytes[i] ?? 0);
  return at + 2 + octets + length;
}

function no(pass: Pass, at: number, wrong: string): false {
  pass.at = at;
  pass.wrong = wrong;
  return false;
}

const bad = (at: number, text: string): Fault =>
  fault('bad-der', 'RFC 5280 §4.1', `octet ${at}`, `The DER at octet ${at} ${text}.`);

/** The bit of the identifier octet that says that values are inside. */
const CONSTRUCTED = 0x20;
const CUT_OFF = 'is cut off in a header';
