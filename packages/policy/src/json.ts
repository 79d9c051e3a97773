// JSON text to nodes that know their line. `JSON.parse` would do but for three things that an
// administrator needs: duplicate keys are seen, every value has a line, and depth and size are
// bounded before anything is built. Members stand in a Map, so no key has a meaning of its own.
// A document that somebody else has parsed becomes the same nodes in json-value.ts.
import type { PolicyLimits } from './limits.ts';
import { error, quoted, type Place, type Report } from './finding.ts';

/** One JSON value and the line it starts on. */
export type JsonNode = JsonObject | JsonArray | JsonScalar;

export interface JsonObject {
  readonly kind: 'object';
  readonly line: number | undefined;
  readonly members: ReadonlyMap<string, JsonNode>;
}

export interface JsonArray {
  readonly kind: 'array';
  readonly line: number | undefined;
  readonly items: readonly JsonNode[];
}

export interface JsonScalar {
  readonly kind: 'scalar';
  readonly line: number | undefined;
  readonly value: string | number | boolean | null;
}

/** The document as nodes, or undefined when the report says why not. */
export function readJson(text: string, limits: PolicyLimits, report: Report): JsonNode | undefined {
  if (text.length > limits.characters) {
    error(report, 'too-large', undefined, `Over ${limits.characters} characters`);
    return undefined;
  }
  const at = text.startsWith('\uFEFF') ? 1 : 0;
  const cursor: Cursor = { text, at, line: 1, left: limits.values, depth: limits.depth, report };
  const node = readValue(cursor, undefined);
  if (node === undefined) return undefined;
  skipSpace(cursor);
  return cursor.at === text.length ? node : stop(cursor, undefined, 'the end of the document');
}

/** The line of a place: its own, or that of the nearest thing around it. */
export function lineAt(root: JsonNode | undefined, place: Place | undefined): number | undefined {
  return nodeAt(root, place)?.line;
}

function nodeAt(root: JsonNode | undefined, place: Place | undefined): JsonNode | undefined {
  if (place === undefined) return root;
  const around = nodeAt(root, place.parent);
  if (around?.kind === 'object') return around.members.get(String(place.key)) ?? around;
  if (around?.kind === 'array') return around.items[Number(place.key)] ?? around;
  return around;
}

interface Cursor {
  readonly text: string;
  at: number;
  line: number;
  /** Values that may still come. */
  left: number;
  /** Levels that may still open. */
  depth: number;
  readonly report: Report;
}

function readValue(cursor: Cursor, place: Place | undefined): JsonNode | undefined {
  skipSpace(cursor);
  if (!within(cursor, place)) return undefined;
  const { text, at, line } = cursor;
  switch (text[at]) {
    case '{':
      return nested(cursor, place, readObject);
    case '[':
      return nested(cursor, place, readArray);
    case '"': {
      const value = readString(cursor, place);
      return value === undefined ? undefined : { kind: 'scalar', line, value };
    }
    default:
      return readWord(cursor, place);
  }
}

function within(cursor: Cursor, place: Place | undefined): boolean {
  cursor.left -= 1;
  if (cursor.left < 0) error(cursor.report, 'too-large', place, 'Too many values', cursor.line);
  return cursor.left >= 0;
}

function nested(
  cursor: Cursor,
  place: Place | undefined,
  read: (cursor: Cursor, place: Place | undefined) => JsonNode | undefined,
): JsonNode | undefined {
  if (cursor.depth === 0) {
    error(cursor.report, 'too-deep', place, 'Too many values within each other', cursor.line);
    return undefined;
  }
  cursor.depth -= 1;
  cursor.at += 1;
  const node = read(cursor, place);
  cursor.depth += 1;
  return node;
}

function readObject(cursor: Cursor, place: Place | undefined): JsonObject | undefined {
  const { line } = cursor;
  const members = new Map<string, JsonNode>();
  if (takes(cursor, '}')) return { kind: 'object', line, members };
  do {
    if (readMember(cursor, place, members) === undefined) return undefined;
  } while (takes(cursor, ','));
  if (!takes(cursor, '}')) return stop(cursor, place, 'a comma or the closing brace');
  return { kind: 'object', line, members };
}

function readMember(
  cursor: Cursor,
  parent: Place | undefined,
  members: Map<string, JsonNode>,
): JsonNode | undefined {
  skipSpace(cursor);
  const { line } = cursor;
  if (cursor.text[cursor.at] !== '"') return stop(cursor, parent, 'a name in double quotes');
  const key = readString(cursor, parent);
  if (key === undefined) return undefined;
  const place = { parent, key };
  if (!takes(cursor, ':')) return stop(cursor, place, 'a colon');
  if (members.has(key)) {
    error(cursor.report, 'duplicate-key', place, `${quoted(key)} is here twice`, line);
  }
  const node = readValue(cursor, place);
  if (node !== undefined) members.set(key, node);
  return node;
}

function readArray(cursor: Cursor, place: Place | undefined): JsonArray | undefined {
  const { line } = cursor;
  const items: JsonNode[] = [];
  if (takes(cursor, ']')) return { kind: 'array', line, items };
  do {
    const item = readValue(cursor, { parent: place, key: items.length });
    if (item === undefined) return undefined;
    items.push(item);
  } while (takes(cursor, ','));
  if (!takes(cursor, ']')) return stop(cursor, place, 'a comma or the closing bracket');
  return { kind: 'array', line, items };
}

/** The string that starts here; the cursor ends behind its closing quote. */
function readString(cursor: Cursor, place: Place | undefined): string | undefined {
  const { text } = cursor;
  const start = cursor.at;
  let end = start + 1;
  let escaped = false;
  for (let code = text.charCodeAt(end); code !== QUOTE; code = text.charCodeAt(end)) {
    // At the end of the text the code is NaN, which is not above anything either.
    if (!(code >= SPACE)) return stop(cursor, place, 'the closing quote on the same line');
    const length = code === BACKSLASH ? escapeLength(text, end + 1) : 1;
    if (length === 0) return stop(cursor, place, 'an escape that JSON knows');
    escaped ||= length > 1;
    end += length;
  }
  cursor.at = end + 1;
  if (!escaped) return text.slice(start + 1, end);
  return JSON.parse(text.slice(start, end + 1)) as string;
}

/** Length of an escape, its backslash included; zero when there is none of that name. */
function escapeLength(text: string, at: number): number {
  const letter = text[at] ?? ' ';
  if (letter === 'u') return HEX4.test(text.slice(at + 1, at + 5)) ? 6 : 0;
  return '"\\/bfnrt'.includes(letter) ? 2 : 0;
}

function readWord(cursor: Cursor, place: Place | undefined): JsonScalar | undefined {
  WORD.lastIndex = cursor.at;
  const word = WORD.exec(cursor.text)?.[0];
  if (word === undefined) return stop(cursor, place, 'a value');
  cursor.at += word.length;
  const value = JSON.parse(word) as number | boolean | null;
  return { kind: 'scalar', line: cursor.line, value };
}

function skipSpace(cursor: Cursor): void {
  for (; ; cursor.at += 1) {
    const code = cursor.text.charCodeAt(cursor.at);
    if (code === LINE_FEED) cursor.line += 1;
    else if (code !== SPACE && code !== TAB && code !== CARRIAGE_RETURN) return;
  }
}

function takes(cursor: Cursor, mark: string): boolean {
  skipSpace(cursor);
  if (cursor.text[cursor.at] !== mark) return false;
  cursor.at += 1;
  return true;
}

function stop(cursor: Cursor, place: Place | undefined, expected: string): undefined {
  error(cursor.report, 'not-json', place, `Expected ${expected}`, cursor.line);
  return undefined;
}

const TAB = 0x09;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** RFC 8259 §6, and the three words of §3. */
const WORD = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.+-])/y;
const HEX4 = /^[0-9A-Fa-f]{4}$/;
