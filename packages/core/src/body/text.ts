// A text body between its octets and a string: the character sets a message may come in, decoded
// strictly, and the line ends and characters each protocol wants. HTML is not read here.
import { decodeUtf8 } from '@interwork/xmpp';

/** What decoding gives: the text, or that the set is not known, or that the octets do not hold to it. */
export type Decoded = string | { readonly kind: 'unknown-charset' | 'malformed' };

/**
 * The text of octets in a character set (its name in lower case).
 * @spec RFC 3261 §7.4.1
 */
export function decodeText(octets: Uint8Array, charset: string): Decoded {
  switch (charset) {
    case 'utf-8':
      return decodeUtf8(octets) ?? MALFORMED;
    case 'us-ascii':
      return octets.every((octet) => octet < 0x80) ? latin1(octets) : MALFORMED;
    case 'iso-8859-1':
      return latin1(octets);
    default:
      return UNKNOWN;
  }
}

/**
 * Text fit for XML and its line ends: CRLF and CR become LF; what XML cannot hold becomes U+FFFD.
 * @spec RFC 6120 §11.1
 */
export function xmlText(text: string): string {
  return isPlain(text) ? text : text.replace(/\r\n?/g, '\n').replace(NOT_XML, '\uFFFD');
}

/** Whether a text holds neither a control character nor anything near what XML cannot hold. */
function isPlain(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit < 0x20 && unit !== 0x0a && unit !== 0x09) return false;
    if (unit >= 0xd800 && (unit <= 0xdfff || unit >= 0xfffe)) return false;
  }
  return true;
}

function latin1(octets: Uint8Array): string {
  const parts: string[] = [];
  for (let at = 0; at < octets.length; at += PART) {
    parts.push(String.fromCharCode(...octets.subarray(at, at + PART)));
  }
  return parts.join('');
}

/** Octets turned to characters in one call. */
const PART = 4096;
const UNKNOWN = { kind: 'unknown-charset' } as const;
const MALFORMED = { kind: 'malformed' } as const;
/** Everything outside XML 1.0's Char. */
const NOT_XML = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu;
