// Multipart bodies: RFC 2046 §5.1.1, both ways. Which of the parts counts is rules/content.ts.
import { encodeUtf8 } from '@interwork/xmpp';
import {
  DEFAULT_PART_LIMITS,
  joined,
  type Part,
  type PartDraft,
  type PartLimits,
  readPart,
  writePart,
} from './mime.ts';

/**
 * The parts of a multipart; `undefined` when it is malformed, does not end, or has too many. What stands
 * before the first and behind the last delimiter is nobody's.
 * @spec RFC 2046 §5.1.1
 */
export function readMultipart(
  octets: Uint8Array,
  boundary: string,
  limits: PartLimits = DEFAULT_PART_LIMITS,
): readonly Part[] | undefined {
  if (!BOUNDARY.test(boundary)) return undefined;
  const delimiter = encodeUtf8(`--${boundary}`);
  const parts: Part[] = [];
  let line = nextDelimiter(octets, delimiter, 0);
  while (line !== undefined && !line.isLast) {
    const start = line.end;
    line = nextDelimiter(octets, delimiter, start);
    if (line === undefined || parts.length === limits.parts) return undefined;
    const part = readPart(octets.subarray(start, Math.max(start, line.start + 2)), limits);
    if (part === undefined) return undefined;
    parts.push(withoutLineEnd(part));
  }
  return line === undefined || parts.length === 0 ? undefined : parts;
}

/**
 * Parts as a multipart; `undefined` when the boundary is none or stands in one of them.
 * @spec RFC 2046 §5.1.1
 */
export function writeMultipart(
  parts: readonly PartDraft[],
  boundary: string,
): Uint8Array | undefined {
  const written = parts.map(writePart);
  const delimiter = encodeUtf8(`--${boundary}`);
  if (!BOUNDARY.test(boundary) || written.some((part) => indexOf(part, delimiter, 0) >= 0))
    return undefined;
  const between = encodeUtf8(`--${boundary}\r\n`);
  const pieces = written.flatMap((part) => [between, part, LINE_END]);
  return joined([...pieces, encodeUtf8(`--${boundary}--\r\n`)]);
}

/** A part was read with the line end of its delimiter, which ends the header of a part without content. */
function withoutLineEnd({ headers, content }: Part): Part {
  return { headers, content: content.subarray(0, Math.max(0, content.length - 2)) };
}

interface Delimiter {
  /** Where the content before it ends: the line end before a delimiter is the delimiter's. */
  readonly start: number;
  readonly end: number;
  readonly isLast: boolean;
}

/** The next delimiter line at or behind a place where a line begins. */
function nextDelimiter(octets: Uint8Array, mark: Uint8Array, from: number): Delimiter | undefined {
  for (let at = indexOf(octets, mark, from); at >= 0; at = indexOf(octets, mark, at + 1)) {
    const begins = at === from || (octets[at - 2] === CR && octets[at - 1] === LF);
    const line = begins ? lineBehind(octets, at + mark.length) : undefined;
    if (line !== undefined) return { start: at - 2, ...line };
  }
  return undefined;
}

/** The rest of a delimiter line: perhaps two dashes, blanks, the line's end; for the last also that of all. */
function lineBehind(octets: Uint8Array, from: number): Omit<Delimiter, 'start'> | undefined {
  const isLast = octets[from] === DASH && octets[from + 1] === DASH;
  let at = isLast ? from + 2 : from;
  while (octets[at] === SPACE || octets[at] === TAB) at++;
  if (octets[at] === CR && octets[at + 1] === LF) return { end: at + 2, isLast };
  return isLast && at === octets.length ? { end: at, isLast } : undefined;
}

function indexOf(octets: Uint8Array, mark: Uint8Array, from: number): number {
  const first = mark[0] as number;
  for (let at = octets.indexOf(first, from); at >= 0; at = octets.indexOf(first, at + 1)) {
    let same = 1;
    while (same < mark.length && octets[at + same] === mark[same]) same++;
    if (same === mark.length) return at;
  }
  return -1;
}

const [TAB, LF, CR, SPACE, DASH] = [0x09, 0x0a, 0x0d, 0x20, 0x2d];
const LINE_END: Uint8Array = encodeUtf8('\r\n');
/** 1 to 70 characters, the last of them no space. */
const BOUNDARY = /^[\w'()+,./:=? -]{0,69}[\w'()+,./:=?-]$/;
