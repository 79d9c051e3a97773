// The messages of a site's own trace: cut out of what its tools write. Three forms are read: the record log of Microsoft's
// servers ($$begin_record), lines of JSON with `raw`, and text in which messages stand one behind another, whatever is
// between them (a capture that was followed as text, a log). Nothing is mended but line ends and a Content-Length that a
// tool has made untrue; what such a message then says is replay.ts' to look at.
import { encodeUtf8 } from '@interwork/xmpp';
import { DEFAULT_REPLAY_LIMITS } from './limits.ts';

/** Which way a message went, seen from whoever made the trace. */
export type TraceDirection = 'in' | 'out' | 'unknown';

/** One message of a trace. */
export interface TraceMessage {
  readonly octets: Uint8Array;
  readonly direction: TraceDirection;
  /** The line of the trace on which it begins, from 1. */
  readonly line: number;
  /** Whether the trace's Content-Length was not that of its body, as tools make it that change line ends. */
  readonly isRecounted: boolean;
}

/** What a trace holds. */
export interface SiteTrace {
  readonly messages: readonly TraceMessage[];
  /** Why the rest was not read; `undefined` where all was. */
  readonly cut: 'too-long' | 'too-many' | undefined;
}

/** Reads a trace, whatever its form. Never throws: what is no message is passed over. */
export function readTrace(text: string): SiteTrace {
  const isLong = text.length > DEFAULT_REPLAY_LIMITS.traceChars;
  const lines = text.slice(0, DEFAULT_REPLAY_LIMITS.traceChars).split(/\r\n|\n|\r/);
  const found = formOf(lines)(lines);
  const isMany = found.length > DEFAULT_REPLAY_LIMITS.messages;
  return {
    messages: found.slice(0, DEFAULT_REPLAY_LIMITS.messages),
    cut: isLong ? 'too-long' : isMany ? 'too-many' : undefined,
  };
}

type Form = (lines: readonly string[]) => readonly TraceMessage[];

function formOf(lines: readonly string[]): Form {
  if (lines.some((line) => line.includes(RECORD_BEGIN))) return records;
  return lines.find((line) => line.trim() !== '')?.startsWith('{') === true ? jsonLines : texts;
}

/** One message a line, as `{"raw": "…", "direction": "in"}`. */
function jsonLines(lines: readonly string[]): readonly TraceMessage[] {
  return lines.flatMap((text, index) => {
    const entry = entryIn(text);
    if (entry === undefined) return [];
    const inner = texts(entry.raw.split(/\r\n|\n|\r/));
    return inner.map((one) => ({ ...one, direction: entry.direction, line: index + 1 }));
  });
}

function entryIn(text: string): { raw: string; direction: TraceDirection } | undefined {
  try {
    const entry = JSON.parse(text) as { raw?: unknown; direction?: unknown } | null;
    if (typeof entry?.raw !== 'string') return undefined;
    const { raw, direction } = entry;
    return { raw, direction: direction === 'in' || direction === 'out' ? direction : 'unknown' };
  } catch {
    return undefined;
  }
}

/** The log of Microsoft's servers: a record a message, its start line and its body named. */
function records(lines: readonly string[]): readonly TraceMessage[] {
  const found: TraceMessage[] = [];
  let begun: { line: number; direction: TraceDirection; text: string[] } | undefined;
  for (const [index, line] of lines.entries()) {
    if (line.includes(RECORD_BEGIN)) begun = { line: index + 1, direction: 'unknown', text: [] };
    else if (begun === undefined) continue;
    else if (line.includes(RECORD_END)) {
      const message = made(begun.text, begun.direction, begun.line);
      if (message !== undefined) found.push(message);
      begun = undefined;
    } else if (begun.text.length === 0) {
      const [, name = '', value = ''] = /^([A-Za-z-]+):\s*(.*)$/.exec(line) ?? [];
      if (name === 'Direction') begun.direction = value.startsWith('incoming') ? 'in' : 'out';
      if (name === 'Start-Line') begun.text.push(value);
    } else if (line.startsWith(RECORD_BODY))
      begun.text.push('', line.slice(RECORD_BODY.length).trimStart());
    else begun.text.push(line);
  }
  return found;
}

/** Messages one behind another: each begins with a start line. What a tool has put before its lines is taken away. */
function texts(lines: readonly string[]): readonly TraceMessage[] {
  const plain = lines.map((line) => line.replace(/^\t/, ''));
  const starts = plain.flatMap((line, index) => (START.test(line) ? [index] : []));
  return starts.flatMap((start, nth) => {
    const message = made(plain.slice(start, starts[nth + 1]), 'unknown', start + 1);
    return message === undefined ? [] : [message];
  });
}

/** The octets of a message of which the lines are known, and perhaps lines behind it that are none of it. */
function made(
  lines: readonly string[],
  direction: TraceDirection,
  line: number,
): TraceMessage | undefined {
  if (!START.test(lines[0] ?? '')) return undefined;
  const blank = lines.indexOf('');
  const head = lines.slice(0, blank === -1 ? lines.length : blank);
  const after = blank === -1 ? '' : lines.slice(blank + 1).join('\r\n');
  const told = lengthIn(head);
  const body = bodyOf(encodeUtf8(after), told);
  const isRecounted = told !== undefined && told !== body.length;
  const kept = isRecounted ? head.filter((one) => !LENGTH.test(one)) : head;
  const counted = isRecounted ? [`Content-Length: ${body.length}`] : [];
  const octets = encodeUtf8(`${[...kept, ...counted].join('\r\n')}\r\n\r\n`);
  return { octets: joined(octets, body), direction, line, isRecounted };
}

/** As many octets as were told, where they are there; all there is but blank lines at the end, where they are not. */
function bodyOf(after: Uint8Array, told: number | undefined): Uint8Array {
  if (told !== undefined && told <= after.length) return after.slice(0, told);
  let end = after.length;
  while (end > 0 && BLANK.has(after[end - 1] ?? 0)) end -= 1;
  return told === 0 ? new Uint8Array(0) : after.slice(0, end);
}

function lengthIn(head: readonly string[]): number | undefined {
  for (const line of head) {
    const told = LENGTH.exec(line)?.[1];
    if (told !== undefined) return Number(told);
  }
  return undefined;
}

function joined(head: Uint8Array, body: Uint8Array): Uint8Array {
  const all = new Uint8Array(head.length + body.length);
  all.set(head);
  all.set(body, head.length);
  return all;
}

const START = /^(?:SIP\/2\.0 \d{3}(?: |$)|[A-Z]{3,20} \S{1,2048} SIP\/2\.0$)/;
const LENGTH = /^(?:content-length|l)[ \t]*:[ \t]*(\d{1,9})[ \t]*$/i;
const RECORD_BEGIN = '$$begin_record';
const RECORD_END = '$$end_record';
const RECORD_BODY = 'Message-Body:';
const BLANK: ReadonlySet<number> = new Set([0x0a, 0x0d, 0x20, 0x09]);
