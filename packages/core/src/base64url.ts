// Octets as text that needs no escape in a URI, without padding. RFC 4648 §5.

/** @spec RFC 4648 §5 */
export function toBase64url(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const [a, b, c] = [bytes[at] ?? 0, bytes[at + 1] ?? 0, bytes[at + 2] ?? 0];
    text += PAIRS[(a << 4) | (b >> 4)];
    text += PAIRS[((b & 15) << 8) | c];
  }
  return text.slice(0, Math.ceil((bytes.length * 4) / 3));
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
/** Two digits for each twelve bits: half as many pieces to put together. */
const PAIRS: readonly string[] = Array.from(
  { length: 4096 },
  (_, bits) => ALPHABET.charAt(bits >> 6) + ALPHABET.charAt(bits & 63),
);
