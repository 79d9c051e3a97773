// A strict reader of DER (X.690 §8 and §10) within bounds: definite, shortest lengths only, one
// octet tags only, nothing cut off and nothing behind the end. It knows shapes, not meanings;
// primitive.ts reads the single values.

import { DEFAULT_LIMITS } from './budget.ts';
import type { CertLimits } from './budget.ts';
import { fault } from './fault.ts';
import type { Fault } from './fault.ts';

/** One DER value. A view of the octets it was read from. */
export interface DerNode {
  readonly kind: 'der';
  /** The identifier octet: class, constructed bit and tag number. */
  readonly tag: number;
  /** Header and content. */
  readonly whole: Uint8Array;
  readonly content: Uint8Array;
  /** The values inside; empty for a primitive value. */
  readonly children: readonly DerNode[];
}

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

/**
 * Reads exactly one DER value that fills `bytes`; faults as values, time linear in the octets.
 * @spec RFC 5280 §4.1
 */
export function readDer(bytes: Uint8Array, limits: DerLimits = DEFAULT_LIMITS): DerNode | Fault {
  const reader: Reader = {
    bytes,
    left: limits.maxNodes,
    maxDepth: limits.maxDepth,
    fault: undefined,
  };
  const node = readNode(reader, 0, bytes.length, 0);
  if (node === undefined) return reader.fault ?? bad(0, 'cannot be read');
  if (node.whole.length !== bytes.length)
    return bad(node.whole.length, 'has octets behind its end');
  return node;
}

interface Reader {
  readonly bytes: Uint8Array;
  left: number;
  readonly maxDepth: number;
  fault: Fault | undefined;
}

function readNode(r: Reader, at: number, end: number, depth: number): DerNode | undefined {
  if (depth > r.maxDepth) return refuse(r, at, 'is nested too deep');
  r.left -= 1;
  if (r.left < 0) return refuse(r, at, 'holds too many values');
  const tag = r.bytes[at] ?? 0;
  if (at + 2 > end) return refuse(r, at, 'is cut off in a header');
  if ((tag & 0x1f) === 0x1f) return refuse(r, at, 'uses a tag of more than one octet');
  if (tag === 0) return refuse(r, at, 'holds an end-of-contents mark');
  const content = contentStart(r, at, end);
  if (content < 0) return undefined;
  const stop = content + lengthAt(r.bytes, at + 1, content);
  if (stop > end) return refuse(r, at, 'announces more octets than there are');
  const children = (tag & 0x20) === 0 ? NONE : readChildren(r, content, stop, depth + 1);
  if (children === undefined) return undefined;
  return {
    kind: 'der',
    tag,
    whole: r.bytes.subarray(at, stop),
    content: r.bytes.subarray(content, stop),
    children,
  };
}

function readChildren(
  r: Reader,
  start: number,
  end: number,
  depth: number,
): readonly DerNode[] | undefined {
  const children: DerNode[] = [];
  for (let at = start; at < end; ) {
    const child = readNode(r, at, end, depth);
    if (child === undefined) return undefined;
    children.push(child);
    at += child.whole.length;
  }
  return children;
}

/**
 * Where the content begins, the form of the length being the shortest there is; -1 when it is not.
 */
function contentStart(r: Reader, at: number, end: number): number {
  const first = r.bytes[at + 1] ?? 0;
  if (first < 0x80) return at + 2;
  const octets = first & 0x7f;
  if (octets === 0) return no(r, at, 'has an indefinite length');
  if (octets > 4) return no(r, at, 'has a length of more than four octets');
  if (at + 2 + octets > end) return no(r, at, 'is cut off in a length');
  const high = r.bytes[at + 2] ?? 0;
  if (high === 0 || (octets === 1 && high < 0x80))
    return no(r, at, 'has a length that is not the shortest form');
  return at + 2 + octets;
}

function lengthAt(bytes: Uint8Array, at: number, content: number): number {
  if (content === at + 1) return bytes[at] ?? 0;
  let length = 0;
  for (let i = at + 1; i < content; i += 1) length = length * 256 + (bytes[i] ?? 0);
  return length;
}

function refuse(r: Reader, at: number, text: string): undefined {
  r.fault ??= bad(at, text);
  return undefined;
}

function no(r: Reader, at: number, text: string): number {
  refuse(r, at, text);
  return -1;
}

const bad = (at: number, text: string): Fault =>
  fault('bad-der', 'RFC 5280 §4.1', `octet ${at}`, `The DER at octet ${at} ${text}.`);

const NONE: readonly DerNode[] = [];
