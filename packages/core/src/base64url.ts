// Octets as text that needs no escape in a URI, without padding. RFC 4648 §5.

/** @spec RFC 4648 §5 */
export function toBase64url(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const [a = 0, b = 0, c = 0] = bytes.subarray(at, at + 3);
    const word = (a << 16) | (b << 8) | c;
    const digits = Math.min(4, bytes.length - at + 1);
    for (let n = 0; n < digits; n += 1) text += ALPHABET.charAt((word >> (18 - 6 * n)) & 63);
  }
  return text;
}

/** The octets again; `undefined` for what no octets are written as. @spec RFC 4648 §5 */
export function fromBase64url(text: string): Uint8Array | undefined {
  if (text.length % 4 === 1) return undefined;
  const bytes = new Uint8Array((text.length * 3) >> 2);
  let word = 0;
  for (let at = 0; at < text.length; at += 1) {
    const digit = ALPHABET.indexOf(text.charAt(at));
    if (digit < 0) return undefined;
    word = ((word << 6) | digit) & 0xffffff;
    if (at % 4 > 0) bytes[(at * 3) >> 2] = octetOf(word, at % 4);
  }
  return toBase64url(bytes) === text ? bytes : undefined;
}

/** The octet that is complete with the digit at a place of its four: the second, third or fourth. */
function octetOf(word: number, place: number): number {
  return (word >> (6 - 2 * place)) & 255;
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
