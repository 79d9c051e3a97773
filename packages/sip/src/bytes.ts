// Octets and text. The only pure file that knows `Buffer`; it declares the little it uses of it.
// Uint8Arrays go in and come out: nobody else needs to know what they are made of.

interface Octets extends Uint8Array {
  indexOf(what: Uint8Array | number, from?: number): number;
  toString(encoding?: 'utf8', start?: number, end?: number): string;
  write(text: string, at: number, encoding: 'utf8' | 'latin1'): number;
  compare(other: Uint8Array): number;
}

declare const Buffer: {
  isBuffer(bytes: Uint8Array): bytes is Octets;
  from(buffer: ArrayBufferLike, offset: number, length: number): Octets;
  from(text: string, encoding: 'utf8'): Octets;
  allocUnsafe(length: number): Octets;
  byteLength(text: string, encoding: 'utf8'): number;
};

/** Where the empty line after the headers begins (its first CR is the last line's), or -1. */
export function emptyLineAt(bytes: Uint8Array, from: number): number {
  return octetsOf(bytes).indexOf(EMPTY_LINE, from);
}

/** Octets as UTF-8; malformed ones become U+FFFD, which `isUtf8` tells from an honest one. */
export function textOf(bytes: Uint8Array, start: number, end: number): string {
  return octetsOf(bytes).toString('utf8', start, end);
}

/** Whether octets are the UTF-8 of that text, and hence well formed. */
export function isUtf8(bytes: Uint8Array, start: number, end: number, text: string): boolean {
  return Buffer.from(text, 'utf8').compare(bytes.subarray(start, end)) === 0;
}

/** A text as UTF-8 with octets behind it, in one piece. */
export function join(head: string, body: Uint8Array): Uint8Array {
  const length = Buffer.byteLength(head, 'utf8');
  const out = Buffer.allocUnsafe(length + body.length);
  out.write(head, 0, length === head.length ? 'latin1' : 'utf8');
  if (body.length > 0) out.set(body, length);
  return out;
}

/** A text as UTF-8. */
export function bytesOf(text: string): Uint8Array {
  return Buffer.from(text, 'utf8');
}

/** Room for octets that are written at once. */
export function room(length: number): Uint8Array {
  return Buffer.allocUnsafe(length);
}

function octetsOf(bytes: Uint8Array): Octets {
  return Buffer.isBuffer(bytes)
    ? bytes
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

const EMPTY_LINE = new Uint8Array([13, 10, 13, 10]);
