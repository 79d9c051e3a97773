// One MIME entity: header fields, a blank line, content. RFC 2045 §3, as SIP carries it: octets as they are,
// lines that end in CRLF. What its types mean is rules/content.ts.
import { type HeaderField, headersOf, type Headers, type MediaType } from '@interwork/sip';
import { decodeUtf8, encodeUtf8 } from '@interwork/xmpp';
import { MisuseError } from '../misuse.ts';

/** A part of a body. */
export interface Part {
  readonly headers: Headers;
  readonly content: Uint8Array;
}

/** A part to be written. */
export interface PartDraft {
  readonly fields: readonly HeaderField[];
  readonly content: Uint8Array;
}

/** What parts may be. */
export interface PartLimits {
  /** Parts of one multipart: a message has two renderings and a signature. */
  readonly parts: number;
  /** Multiparts and wrappers within each other. */
  readonly depth: number;
  /** Octets of the header of one part. */
  readonly headerOctets: number;
  /** Header fields of one part. */
  readonly fields: number;
}

/** The bounds used for parts. */
export const DEFAULT_PART_LIMITS: PartLimits = {
  parts: 20,
  depth: 3,
  headerOctets: 8192,
  fields: 40,
};

/**
 * A MIME entity; `undefined` when its header is malformed or too large.
 * @spec RFC 2045 §3
 */
export function readPart(
  octets: Uint8Array,
  limits: PartLimits = DEFAULT_PART_LIMITS,
): Part | undefined {
  const head = readHead(octets, limits.headerOctets);
  if (head === undefined) return undefined;
  const fields = fieldsOf(head.lines, limits.fields);
  return fields && { headers: headersOf(fields), content: octets.subarray(head.end) };
}

/** A MIME entity as octets; controls in a value become one space. A name that is none is misuse. */
export function writePart({ fields, content }: PartDraft): Uint8Array {
  const head = fields.map(({ name, value }) => {
    if (!TOKEN.test(name)) throw new MisuseError('header-name', 'a field name must be a token');
    return `${name}: ${value.replace(CONTROLS, ' ')}\r\n`;
  });
  return joined([encodeUtf8(`${head.join('')}\r\n`), content]);
}

/** A media type by itself; `undefined` when it is malformed. */
export function readMediaType(text: string): MediaType | undefined {
  const type = headersOf([{ name: 'Content-Type', value: text }]).contentType;
  return type === undefined || 'kind' in type ? undefined : type;
}

/** The lines before a blank one, and where what follows it begins. */
export interface Head {
  readonly lines: readonly string[];
  readonly end: number;
}

/** The head of octets; `undefined` when it has no end within the limit or is not UTF-8. */
export function readHead(octets: Uint8Array, most: number): Head | undefined {
  if (octets[0] === CR && octets[1] === LF) return { lines: [], end: 2 };
  const end = blankLine(octets, Math.min(octets.length, most));
  const text = end < 0 ? undefined : decodeUtf8(octets.subarray(0, end));
  return text === undefined ? undefined : { lines: text.split('\r\n'), end: end + 4 };
}

function blankLine(octets: Uint8Array, most: number): number {
  for (let at = 0; at + 3 < most; at++) {
    if (octets[at] !== CR || octets[at + 1] !== LF) continue;
    if (octets[at + 2] === CR && octets[at + 3] === LF) return at;
  }
  return -1;
}

/** Fields of lines, folds undone. @spec RFC 5322 §2.2.3 */
function fieldsOf(lines: readonly string[], most: number): readonly HeaderField[] | undefined {
  const fields: { name: string; value: string }[] = [];
  for (const line of lines) {
    const last = fields.at(-1);
    if (/^[ \t]/.test(line) && last !== undefined) {
      last.value = `${last.value} ${line.trim()}`;
      continue;
    }
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(colon, 0)).trimEnd();
    if (!TOKEN.test(name) || fields.length === most) return undefined;
    fields.push({ name, value: line.slice(colon + 1).trim() });
  }
  return fields;
}

/** Octets one after the other. */
export function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

const CR = 0x0d;
const LF = 0x0a;
/** What a header name is made of in SIP and in MIME. */
const TOKEN = /^[\w.!%*+`'~-]{1,64}$/;
const CONTROLS = /[\0-\x1f\x7f]+/g;
