// Bytes and text: the only pure file that knows `Buffer`, of which it declares what it uses.
// UTF-8 is read strictly (RFC 3629): no overlong form, no surrogate, nothing above U+10FFFF.

interface NodeBuffer extends Uint8Array {
  toString(encoding?: 'utf8', start?: number, end?: number): string;
}
declare const Buffer: {
  isBuffer(bytes: Uint8Array): boolean;
  from(text: string, encoding: 'utf8'): NodeBuffer;
  from(memory: ArrayBufferLike, offset: number, length: number): NodeBuffer;
  byteLength(text: string, encoding: 'utf8'): number;
};

const SURROGATES = /[\ud800-\udfff]/;

/** Text as UTF-8; a lone surrogate becomes U+FFFD. */
export function encodeUtf8(text: string): Uint8Array {
  return Buffer.from(text, 'utf8');
}

/** How many bytes a text has in UTF-8. */
export function utf8Length(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}

/** Whether no surrogate stands alone, so that the text can be written as UTF-8 and read back. */
export function isWellFormed(text: string): boolean {
  return !SURROGATES.test(text) || firstLoneSurrogate(text) < 0;
}

function firstLoneSurrogate(text: string): number {
  for (let i = 0; i < text.length; i += 1) {
    const c = text.charCodeAt(i);
    if (c < 0xd800 || c > 0xdfff) continue;
    const low = c < 0xdc00 ? text.charCodeAt(i + 1) : 0;
    if (low < 0xdc00 || low > 0xdfff || Number.isNaN(low)) return i;
    i += 1;
  }
  return -1;
}

/** What was decoded: the text up to the end or the first fault, and the bytes of a cut character. */
export interface Decoded {
  readonly text: string;
  /** False when what follows `text` can never be UTF-8. */
  readonly good: boolean;
  /** Zero to three bytes at the end that begin a character. */
  readonly rest: Uint8Array;
}

const NO_BYTES = new Uint8Array(0);

/**
 * UTF-8 to text, as far as it is good; a character cut at the end is left in `rest`. The platform
 * decodes, and writes U+FFFD for what is not UTF-8; only where one stands is every byte looked at.
 * @spec RFC 3629 §4
 */
export function decodeChunk(bytes: Uint8Array): Decoded {
  const end = bytes.length - cutLength(bytes);
  const text = slice(bytes, end);
  if (text.includes('\ufffd')) return decodeStrictly(bytes);
  return { text, good: true, rest: end === bytes.length ? NO_BYTES : bytes.slice(end) };
}

/** How many bytes at the end begin a character that is not complete. */
function cutLength(bytes: Uint8Array): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back += 1) {
    const at = bytes.length - back;
    const byte = bytes[at] as number;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return sequenceAt(bytes, at) === CUT ? back : 0;
  }
  return 0;
}

function decodeStrictly(bytes: Uint8Array): Decoded {
  let i = 0;
  while (i < bytes.length) {
    const size = sequenceAt(bytes, i);
    if (size === BAD) return { text: slice(bytes, i), good: false, rest: NO_BYTES };
    if (size === CUT) return { text: slice(bytes, i), good: true, rest: bytes.slice(i) };
    i += size;
  }
  return { text: slice(bytes, i), good: true, rest: NO_BYTES };
}

/** UTF-8 to text; undefined when any of it is not UTF-8. @spec RFC 3629 §4 */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  const { text, good, rest } = decodeChunk(bytes);
  return good && rest.length === 0 ? text : undefined;
}

const CUT = -1;
const BAD = -2;

/** The size of the sequence at `i`, or CUT when it may be completed, or BAD. */
function sequenceAt(bytes: Uint8Array, i: number): number {
  const first = bytes[i] as number;
  if (first < 0x80) return 1;
  if (first < 0xc2 || first > 0xf4) return BAD;
  const size = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  const second = bytes[i + 1];
  if (second === undefined) return CUT;
  if (second < lowestSecond(first) || second > highestSecond(first)) return BAD;
  for (let k = 2; k < size; k += 1) {
    const next = bytes[i + k];
    if (next === undefined) return CUT;
    if ((next & 0xc0) !== 0x80) return BAD;
  }
  return size;
}

function lowestSecond(first: number): number {
  return first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
}

function highestSecond(first: number): number {
  return first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
}

function slice(bytes: Uint8Array, end: number): string {
  return octetsOf(bytes).toString('utf8', 0, end);
}

function octetsOf(bytes: Uint8Array): NodeBuffer {
  return Buffer.isBuffer(bytes)
    ? bytes
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
