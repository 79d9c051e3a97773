// Octets to text and back, by hand: the pure part knows no Buffer and no TextDecoder. Text that is
// not what its type says is `undefined`, never a replacement character.

/** Whether two runs of octets are the same. Not for secrets. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i += 1) if (a[i] !== b[i]) return false;
  return true;
}

/** Whether two stretches of one run of octets are the same. */
export function equalRuns(
  bytes: Uint8Array,
  from: number,
  to: number,
  otherFrom: number,
  otherTo: number,
): boolean {
  if (to - from !== otherTo - otherFrom) return false;
  for (let i = 0; i < to - from; i += 1) if (bytes[from + i] !== bytes[otherFrom + i]) return false;
  return true;
}

/** Below, at or above zero, as the first octet that differs has it. Not for secrets. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i += 1) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** Joins runs of octets into one. */
export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Lower-case hexadecimal, two digits an octet. */
export function hexOf(bytes: Uint8Array, from = 0, to: number = bytes.length): string {
  let text = '';
  let i = from;
  // in pieces, so that a long text is not made of as many as it has octets
  for (; i + 4 <= to; i += 4) text += four(bytes, i);
  for (; i < to; i += 1) text += hex(bytes, i);
  return text;
}

const four = (bytes: Uint8Array, at: number): string =>
  hex(bytes, at) + hex(bytes, at + 1) + hex(bytes, at + 2) + hex(bytes, at + 3);

const hex = (bytes: Uint8Array, at: number): string => HEX[bytes[at] ?? 0] ?? '';

/** ASCII text, or `undefined` when an octet is above 127. */
export function asciiOf(
  bytes: Uint8Array,
  from = 0,
  to: number = bytes.length,
): string | undefined {
  return isAscii(bytes, from, to) ? textOf(bytes, from, to) : undefined;
}

/** Whether no octet is above 127. */
export function isAscii(bytes: Uint8Array, from: number, to: number): boolean {
  let all = 0;
  for (let i = from; i < to; i += 1) all |= bytes[i] ?? 0;
  return all <= 0x7f;
}

/** {@link hasControl} of ASCII, asked of the octets. */
export function hasControlOctet(bytes: Uint8Array, from: number, to: number): boolean {
  for (let i = from; i < to; i += 1) {
    const octet = bytes[i] ?? 0;
    if (octet < 0x20 || octet === 0x7f) return true;
  }
  return false;
}

/** One character an octet. */
export const latin1Of = (bytes: Uint8Array): string => textOf(bytes, 0, bytes.length);

/** One character an octet; eight, four, two to a call: a call for each costs three times as much. */
export function textOf(bytes: Uint8Array, from: number, to: number): string {
  let text = '';
  let i = from;
  for (; i + 8 <= to; i += 8)
    text += String.fromCharCode(
      bytes[i] ?? 0,
      bytes[i + 1] ?? 0,
      bytes[i + 2] ?? 0,
      bytes[i + 3] ?? 0,
      bytes[i + 4] ?? 0,
      bytes[i + 5] ?? 0,
      bytes[i + 6] ?? 0,
      bytes[i + 7] ?? 0,
    );
  if (i + 4 <= to) {
    text += String.fromCharCode(
      bytes[i] ?? 0,
      bytes[i + 1] ?? 0,
      bytes[i + 2] ?? 0,
      bytes[i + 3] ?? 0,
    );
    i += 4;
  }
  if (i + 2 <= to) {
    text += String.fromCharCode(bytes[i] ?? 0, bytes[i + 1] ?? 0);
    i += 2;
  }
  return i < to ? text + String.fromCharCode(bytes[i] ?? 0) : text;
}

/** The low octet of each character: the reverse of {@link latin1Of}. */
export function bytesOfLatin1(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i += 1) bytes[i] = text.charCodeAt(i) & 0xff;
  return bytes;
}

/**
 * UTF-8 text, or `undefined` for over-long forms, surrogates, stray or missing octets.
 * @spec RFC 3629 §3
 */
export function utf8Of(bytes: Uint8Array): string | undefined {
  let text = '';
  for (let i = 0; i < bytes.length; ) {
    const first = bytes[i] ?? 0;
    const more =
      first < 0x80
        ? 0
        : first < 0xc2
          ? -1
          : first < 0xe0
            ? 1
            : first < 0xf0
              ? 2
              : first < 0xf5
                ? 3
                : -1;
    if (more < 0 || i + more >= bytes.length) return undefined;
    let point = more === 0 ? first : first & (0x3f >> more);
    for (let k = 1; k <= more; k += 1) {
      const next = bytes[i + k] ?? 0;
      if ((next & 0xc0) !== 0x80) return undefined;
      point = (point << 6) | (next & 0x3f);
    }
    if (point < (LEAST[more] ?? 0) || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff))
      return undefined;
    text += String.fromCodePoint(point);
    i += more + 1;
  }
  return text;
}

/** Text as UTF-8; a lone surrogate becomes U+FFFD. */
export function bytesOfUtf8(text: string): Uint8Array {
  const out: number[] = [];
  for (const char of text) {
    const read = char.codePointAt(0) ?? 0;
    const point = read >= 0xd800 && read <= 0xdfff ? 0xfffd : read;
    if (point < 0x80) out.push(point);
    else if (point < 0x800) out.push(0xc0 | (point >> 6), tail(point));
    else if (point < 0x10000) out.push(0xe0 | (point >> 12), tail(point >> 6), tail(point));
    else out.push(0xf0 | (point >> 18), tail(point >> 12), tail(point >> 6), tail(point));
  }
  return Uint8Array.from(out);
}

/** Big-endian UTF-16 (BMPString), or `undefined` when the length is odd or a surrogate shows. */
export function bmpOf(bytes: Uint8Array): string | undefined {
  if (bytes.length % 2 !== 0) return undefined;
  let text = '';
  for (let i = 0; i < bytes.length; i += 2) {
    const unit = ((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0);
    if (unit >= 0xd800 && unit <= 0xdfff) return undefined;
    text += String.fromCharCode(unit);
  }
  return text;
}

/**
 * Whether a text holds a C0 or C1 control or DEL: no name may, and a NUL has fooled matchers
 * before.
 */
export function hasControl(text: string): boolean {
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i);
    if (unit < 0x20 || (unit >= 0x7f && unit <= 0x9f)) return true;
  }
  return false;
}

const tail = (point: number): number => 0x80 | (point & 0x3f);
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
// the least code point that needs so many continuation octets
const LEAST = [0, 0x80, 0x800, 0x10000];
