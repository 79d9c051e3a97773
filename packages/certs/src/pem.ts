// PEM text to DER: RFC 7468 blocks, strictly base64 inside, any text between blocks skipped. Keys
// are never read here.

import { DEFAULT_LIMITS } from './budget.ts';
import { fault } from './fault.ts';
import type { Fault } from './fault.ts';

/**
 * The DER of every block with this label, in order; a block that does not end or is not base64 is a
 * fault.
 * @spec RFC 7468 §2
 */
export function readPem(
  text: string,
  label: string = 'CERTIFICATE',
  maxBytes: number = DEFAULT_LIMITS.maxPemBytes,
): readonly Uint8Array[] | Fault {
  if (text.length > maxBytes) {
    return fault(
      'too-large',
      'RFC 7468 §2',
      'pem',
      `The PEM text has more than ${maxBytes} octets.`,
    );
  }
  const begin = `-----BEGIN ${label}-----`;
  const end = `-----END ${label}-----`;
  const blocks: Uint8Array[] = [];
  for (let at = text.indexOf(begin); at >= 0; ) {
    const stop = text.indexOf(end, at);
    if (stop < 0) return badPem(at, 'does not end');
    const der = fromBase64(text, at + begin.length, stop);
    if (der === undefined) return badPem(at, 'is not base64');
    blocks.push(der);
    at = text.indexOf(begin, stop + end.length);
  }
  return blocks;
}

/** DER as one PEM block, 64 characters a line. */
export function writePem(der: Uint8Array, label: string = 'CERTIFICATE'): string {
  const text = toBase64(der);
  let lines = '';
  for (let at = 0; at < text.length; at += 64) lines += `${text.slice(at, at + 64)}\n`;
  return `-----BEGIN ${label}-----\n${lines}-----END ${label}-----\n`;
}

/**
 * Canonical base64 between two places of a text, blanks and line ends skipped; `undefined` for
 * anything else.
 */
export function fromBase64(
  text: string,
  start = 0,
  end: number = text.length,
): Uint8Array | undefined {
  const out = new Uint8Array(Math.ceil(((end - start) * 3) / 4));
  let length = 0;
  let bits = 0;
  let held = 0;
  let padding = 0;
  for (let i = start; i < end; i += 1) {
    const unit = text.charCodeAt(i);
    if (unit === 0x20 || unit === 0x0a || unit === 0x0d || unit === 0x09) continue;
    if (unit === 0x3d) {
      padding += 1;
      continue;
    }
    const value = VALUE[unit] ?? -1;
    if (value < 0 || padding > 0) return undefined;
    held = ((held << 6) | value) & 0xffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    out[length] = (held >> bits) & 0xff;
    length += 1;
  }
  const wanted = bits === 0 ? 0 : bits === 4 ? 2 : bits === 2 ? 1 : -1;
  if (padding !== wanted || (held & ((1 << bits) - 1)) !== 0) return undefined;
  return out.slice(0, length);
}

/** Octets as base64 without line ends. */
export function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const [a = 0, b, c] = bytes.subarray(i, i + 3);
    text += ALPHABET.charAt(a >> 2) + ALPHABET.charAt(((a & 3) << 4) | ((b ?? 0) >> 4));
    text += b === undefined ? '=' : ALPHABET.charAt(((b & 15) << 2) | ((c ?? 0) >> 6));
    text += c === undefined ? '=' : ALPHABET.charAt(c & 63);
  }
  return text;
}

const badPem = (at: number, text: string): Fault =>
  fault('bad-pem', 'RFC 7468 §2', `character ${at}`, `The PEM block at character ${at} ${text}.`);

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const VALUE: readonly number[] = Array.from({ length: 128 }, (_, unit) =>
  ALPHABET.indexOf(String.fromCharCode(unit)),
);
