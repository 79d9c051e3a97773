// Percent escapes of URIs: decoding once, as strict UTF-8, and escaping what a class does not hold.

import { fault, type Fault } from './fault.ts';
import { escapedRunEnd, isAlpha, isDigit, isEscape, isIn, PERCENT } from './grammar.ts';

/**
 * Decodes every percent escape, once. A bad escape, or octets that are not UTF-8, are a fault.
 *
 * @spec RFC 3261 §19.1.2
 */
export function percentDecode(text: string): string | Fault {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return fault('percent-escape');
  }
}

/** Keeps what the class holds and escapes that are already there; escapes all else as UTF-8. */
export function percentEncode(text: string, bit: number): string {
  const legal = escapedRunEnd(text, 0, text.length, bit);
  if (legal === text.length) return text;
  let out = text.slice(0, legal);
  for (let i = legal; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (isIn(code, bit) || (code === PERCENT && isEscape(text, i, text.length))) {
      out += text.charAt(i);
    } else {
      const point = text.codePointAt(i) as number;
      out += escapesOf(point);
      if (point > 0xffff) i++;
    }
  }
  return out;
}

/**
 * The same text with escapes in one form, for comparing: unreserved characters plain, hex in upper case.
 *
 * @spec RFC 3261 §19.1.4
 */
export function normalEscapes(text: string): string {
  if (!text.includes('%')) return text;
  let out = '';
  for (let i = 0; i < text.length; i++) {
    if (text.charCodeAt(i) !== PERCENT || !isEscape(text, i, text.length)) {
      out += text.charAt(i);
      continue;
    }
    const code = Number.parseInt(text.slice(i + 1, i + 3), 16);
    out += isUnreserved(code) ? String.fromCharCode(code) : text.slice(i, i + 3).toUpperCase();
    i += 2;
  }
  return out;
}

function isUnreserved(code: number): boolean {
  return isAlpha(code) || isDigit(code) || "-_.!~*'()".includes(String.fromCharCode(code));
}

/** A lone surrogate becomes U+FFFD, as it would in UTF-8. */
function escapesOf(point: number): string {
  if (point < 0x80) return escape(point);
  if (point < 0x800) return escape(0xc0 | (point >> 6)) + tail(point);
  if (point >= 0xd800 && point <= 0xdfff) return '%EF%BF%BD';
  if (point < 0x10000) return escape(0xe0 | (point >> 12)) + tail(point >> 6) + tail(point);
  return escape(0xf0 | (point >> 18)) + tail(point >> 12) + tail(point >> 6) + tail(point);
}

function tail(bits: number): string {
  return escape(0x80 | (bits & 0x3f));
}

function escape(octet: number): string {
  return (octet < 16 ? '%0' : '%') + octet.toString(16).toUpperCase();
}
