// Domain names in the one form that is compared: A-labels, lower case, no trailing dot. IDNA is UTS
// 46 with every check on, then what IDNA2008 does not allow is taken out (RFC 5892). Plain names
// never reach it. Refused, not mended: IP addresses in any notation, ports, blanks, percent signs.

import tr46 from 'tr46';
import { isAllowedLabel } from './idna-label.ts';

/**
 * A domain as A-labels in lower case, one trailing dot taken off; `undefined` when it is not a host
 * name: an IP address, an empty or over-long label, a character that IDNA or the host name rule
 * forbids.
 * @spec RFC 9525 §6.3, RFC 5280 §7.2
 */
export function normalizeDomain(text: string): string | undefined {
  if (text.length > MAX_TEXT) return undefined;
  const name = text.endsWith('.') ? text.slice(0, -1) : text;
  const ascii = isPlainName(name) ? name.toLowerCase() : mapped(name);
  // also after mapping, which makes digits of wide digits
  return ascii === undefined || endsInNumber(ascii) ? undefined : ascii;
}

/** What is not plain, by IDNA: its A-labels, if every U-label behind them is allowed. */
function mapped(name: string): string | undefined {
  const ascii = tr46.toASCII(name, STRICT);
  if (ascii === null || ascii === '') return undefined;
  const { domain, error } = tr46.toUnicode(ascii, STRICT);
  return !error && domain.split('.').every(isAllowedLabel) ? ascii : undefined;
}

/** Letters, digits, hyphens and dots, with nothing for IDNA to decide. */
function isPlainName(name: string): boolean {
  if (name.length > MAX_NAME) return false;
  let label = 0;
  for (let at = 0; at <= name.length; at += 1) {
    const code = at === name.length ? DOT : name.charCodeAt(at);
    if (code === DOT) {
      if (!isPlainLabel(name, label, at)) return false;
      label = at + 1;
    } else if (!isLetterDigitHyphen(code)) return false;
  }
  return true;
}

/** Hyphens in the third and fourth place make an A-label, or one that IDNA refuses. */
function isPlainLabel(name: string, start: number, end: number): boolean {
  if (end === start || end - start > MAX_LABEL) return false;
  if (name.charCodeAt(start) === HYPHEN || name.charCodeAt(end - 1) === HYPHEN) return false;
  if (end - start < 4) return true;
  return name.charCodeAt(start + 2) !== HYPHEN || name.charCodeAt(start + 3) !== HYPHEN;
}

function isLetterDigitHyphen(code: number): boolean {
  const lower = code | 0x20;
  return (lower >= 0x61 && lower <= 0x7a) || (code >= 0x30 && code <= 0x39) || code === HYPHEN;
}

/**
 * Whether the last label is a number, decimal or hexadecimal. No domain ends so, but every notation
 * of an IPv4 address does: `127.1`, `0x7f.1`, `2130706433`.
 */
function endsInNumber(name: string): boolean {
  return NUMBER.test(name.slice(name.lastIndexOf('.') + 1));
}

const STRICT = {
  checkBidi: true,
  checkHyphens: true,
  checkJoiners: true,
  useSTD3ASCIIRules: true,
  verifyDNSLength: true,
  transitionalProcessing: false,
} as const;
const NUMBER = /^(?:\d+|0x[0-9a-f]*)$/;
const DOT = 0x2e;
const HYPHEN = 0x2d;
const MAX_LABEL = 63;
const MAX_NAME = 253;
/** UTF-16 units before IDNA: the octets that an XMPP domain may have (RFC 7622 §3.2). */
const MAX_TEXT = 1023;
