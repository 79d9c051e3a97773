// Octets to text, strictly. The only pure file of this package that knows `Buffer`; it declares the little it uses of it.

interface Octets extends Uint8Array {
  toString(encoding?: 'utf8'): string;
}

declare const Buffer: {
  from(buffer: ArrayBufferLike, offset: number, length: number): Octets;
  from(text: string, encoding: 'utf8'): Octets;
};

/** UTF-8 as text, or undefined for over-long forms, surrogates, stray or missing octets. */
export function utf8Of(bytes: Uint8Array): string | undefined {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  // Malformed octets become U+FFFD, which an honest text may hold too.
  return text.includes('\uFFFD') && !isUtf8(bytes, text) ? undefined : text;
}

function isUtf8(bytes: Uint8Array, text: string): boolean {
  const again = Buffer.from(text, 'utf8');
  return again.length === bytes.length && again.every((octet, at) => octet === bytes[at]);
}
