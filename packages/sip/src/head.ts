// The head of a message: from its octets to one decoded text and the places of its header lines.
// RFC 3261 §7.3, §25.1. What the values mean is read later (header/table.ts); what stands here is only
// what framing and safety need: line ends, names, controls, UTF-8, doubles and Content-Length.

import { isUtf8, textOf } from './bytes.ts';
import { cursorOf } from './cursor.ts';
import { fault, type Fault } from './fault.ts';
import {
  BACKSLASH,
  COLON,
  CR,
  isBlank,
  isControl,
  LF,
  QUOTE,
  runEnd,
  SPACE,
  TAB,
  TOKEN,
} from './grammar.ts';
import { FIRST_REPEATABLE, HEADER, headerId, headerName, UNKNOWN } from './header/names.ts';
import { readContentLength } from './header/values.ts';
import type { SipLimits } from './limits.ts';

/** A scanned head. Of each line: number of the header, name's start and end, value's start and end. */
export interface Head {
  readonly kind: 'head';
  readonly text: string;
  /** Where the start line ends. */
  readonly startLineEnd: number;
  readonly marks: readonly number[];
  /** -1 when there is none. */
  readonly contentLength: number;
  /** What is wrong with the message, though its end can still be told. */
  readonly fault: Fault | undefined;
}

/** Numbers per line in `marks`. */
export const STRIDE = 5;

/** Added to a header's number when its value is folded. */
export const FOLDED = 0x1000;

/**
 * Scans octets from the start line up to and with the line end of the last header. A fault returned means
 * that nobody can tell where the message ends; other faults are in `Head.fault`.
 *
 * @spec RFC 3261 §7.3
 */
export function readHead(
  bytes: Uint8Array,
  start: number,
  end: number,
  limits: SipLimits,
): Head | Fault {
  if (end - start > limits.headBytes) return fault('head-too-large');
  const text = textOf(bytes, start, end);
  const startLineEnd = text.indexOf('\r\n');
  if (startLineEnd < 0) return fault('start-line');
  const scan = scanOf(text, startLineEnd + 2, limits);
  const broken = scanLines(scan);
  if (broken !== undefined) return broken;
  const contentLength = contentLengthOf(scan);
  if (typeof contentLength === 'object') return contentLength;
  return {
    kind: 'head',
    text,
    startLineEnd,
    marks: marksOf(scan),
    contentLength,
    fault: faultOf(scan, bytes, start, end),
  };
}

interface Scan {
  readonly text: string;
  readonly limits: SipLimits;
  /** Where `marks` are written, and how many of them there are. */
  readonly marks: number[];
  length: number;
  at: number;
  /** Bits of the single headers seen, and of those seen again. */
  seen: number;
  doubled: number;
  /** A control was met and must be looked at again; the start line's are its reader's. */
  suspect: boolean;
}

function scanOf(text: string, at: number, limits: SipLimits): Scan {
  return { text, limits, marks: SCRATCH, length: 0, at, seen: 0, doubled: 0, suspect: false };
}

/** A list as long as it need be: one that had grown by pushing would have more than twice the room. */
function marksOf(scan: Scan): readonly number[] {
  const marks = scan.marks.slice(0, scan.length);
  if (SCRATCH.length > LONGEST_SCRATCH) SCRATCH.length = LONGEST_SCRATCH;
  return marks;
}

/** Where every scan writes its marks; each ends before the next begins. */
const SCRATCH: number[] = [];
/** Numbers that it keeps room for. */
const LONGEST_SCRATCH = 1000;

/** Header lines alone, as a host hands them in. */
export function scanFields(text: string, limits: SipLimits): readonly number[] | Fault {
  const scan = scanOf(text, 0, limits);
  return scanLines(scan) ?? marksOf(scan);
}

function scanLines(scan: Scan): Fault | undefined {
  const end = scan.text.length;
  while (scan.at < end) {
    if (scan.length === scan.limits.fields * STRIDE) return fault('too-many-fields');
    const broken = scanLine(scan);
    if (broken !== undefined) return broken;
  }
  return undefined;
}

/** Blanks may stand before the colon, but no line end. @spec RFC 3261 §25.1 */
function scanLine(scan: Scan): Fault | undefined {
  const { text } = scan;
  const nameStart = scan.at;
  const nameEnd = runEnd(text, nameStart, text.length, TOKEN);
  let colon = nameEnd;
  while (isBlank(text.charCodeAt(colon))) colon++;
  if (nameEnd === nameStart || text.charCodeAt(colon) !== COLON) return fault('header-line');
  let valueStart = colon + 1;
  while (isBlank(text.charCodeAt(valueStart))) valueStart++;
  const id = headerId(text, nameStart, nameEnd);
  const mark = scan.length;
  const { marks } = scan;
  marks[mark] = id;
  marks[mark + 1] = nameStart;
  marks[mark + 2] = nameEnd;
  marks[mark + 3] = valueStart;
  marks[mark + 4] = 0;
  scan.length = mark + STRIDE;
  count(scan, id);
  scan.at = valueStart;
  return scanValue(scan, mark, nameStart);
}

function scanValue(scan: Scan, mark: number, lineStart: number): Fault | undefined {
  const { text, marks } = scan;
  for (let i = scan.at; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code >= SPACE && code !== 0x7f) continue;
    if (code !== CR) {
      if (code === LF) return fault('bare-line-end');
      if (code !== TAB) scan.suspect = true;
      continue;
    }
    if (text.charCodeAt(i + 1) !== LF) return fault('bare-line-end');
    if (isBlank(text.charCodeAt(i + 2))) {
      marks[mark] = (marks[mark] as number) | FOLDED;
      i += 2;
      continue;
    }
    marks[mark + 4] = valueEnd(text, marks[mark + 3] as number, i);
    scan.at = i + 2;
    return i - lineStart > scan.limits.fieldBytes ? fault('head-too-large') : undefined;
  }
  return fault('bare-line-end');
}

function valueEnd(text: string, start: number, lineEnd: number): number {
  let end = lineEnd;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return end;
}

function count(scan: Scan, id: number): void {
  if (id === UNKNOWN || id >= FIRST_REPEATABLE) return;
  const bit = 1 << id;
  scan.doubled |= scan.seen & bit;
  scan.seen |= bit;
}

/** Two lengths, even equal ones, leave the end of the message to taste. @spec RFC 4475 §3.3.9 */
function contentLengthOf(scan: Scan): number | Fault {
  const bit = 1 << HEADER.contentLength;
  if ((scan.seen & bit) === 0) return -1;
  if ((scan.doubled & bit) !== 0) return fault('duplicate-header', 'Content-Length');
  const { marks, text } = scan;
  for (let i = 0; i < scan.length; i += STRIDE) {
    if (((marks[i] as number) & ~FOLDED) !== HEADER.contentLength) continue;
    const value = unfold(text.slice(marks[i + 3], marks[i + 4]));
    return readContentLength(cursorOf(value)) ?? fault('content-length');
  }
  return -1;
}

function faultOf(scan: Scan, bytes: Uint8Array, start: number, end: number): Fault | undefined {
  const { text } = scan;
  if (text.includes('\ufffd') && !isUtf8(bytes, start, end, text)) return fault('utf8');
  if (scan.doubled !== 0) {
    return fault('duplicate-header', headerName(31 - Math.clz32(scan.doubled)));
  }
  return scan.suspect ? strayControl(scan) : undefined;
}

/** A control may only stand behind a backslash within a quoted string. @spec RFC 3261 §25.1 */
function strayControl(scan: Scan): Fault | undefined {
  const { text, marks } = scan;
  for (let i = 0; i < scan.length; i += STRIDE) {
    if (hasStrayControl(text, marks[i + 3] as number, marks[i + 4] as number)) {
      return fault('control-character');
    }
  }
  return undefined;
}

function hasStrayControl(text: string, start: number, end: number): boolean {
  let quoted = false;
  for (let i = start; i < end; i++) {
    const code = text.charCodeAt(i);
    if (code === QUOTE) quoted = !quoted;
    else if (code === BACKSLASH && quoted && text.charCodeAt(i + 1) !== CR) i++;
    else if (code === CR) i++;
    else if (isControl(code)) return true;
  }
  return false;
}

/**
 * A folded value on one line: each fold, with the blanks round it, becomes one space.
 *
 * @spec RFC 3261 §7.3.1
 */
export function unfold(text: string): string {
  let at = text.indexOf('\r\n');
  if (at < 0) return text;
  let out = '';
  let from = 0;
  while (at >= 0) {
    let end = at;
    while (end > from && isBlank(text.charCodeAt(end - 1))) end--;
    out += `${text.slice(from, end)} `;
    from = at + 2;
    while (isBlank(text.charCodeAt(from))) from++;
    at = text.indexOf('\r\n', from);
  }
  out += text.slice(from);
  return out.startsWith(' ') || out.endsWith(' ') ? trimmed(out) : out;
}

function trimmed(text: string): string {
  let start = 0;
  while (isBlank(text.charCodeAt(start))) start++;
  return text.slice(start, valueEnd(text, start, text.length));
}
