// Hosts and ports, as they stand in URIs and in Via. RFC 3261 §25.1 with RFC 5118 §4.10 and RFC 1123 §2.1.
// Names that are not ASCII never get here: they are A-labels in SIP.

import { COLON, digitsEnd, isAlpha, isDigit, isHex, OPEN_BRACKET, readNumber } from './grammar.ts';

/** Where the host ends that begins at `at`; what lies between is not yet checked. */
export function hostEnd(text: string, at: number, end: number): number {
  if (text.charCodeAt(at) === OPEN_BRACKET) {
    const close = text.indexOf(']', at);
    return close < 0 || close >= end ? end : close + 1;
  }
  let i = at;
  while (i < end && isHostChar(text.charCodeAt(i))) i++;
  return i;
}

/**
 * A host in lower case, or `undefined` when it is none. A last label may begin with a digit but may not be
 * digits only, so that nothing is both a name and a broken IPv4 address.
 *
 * @spec RFC 3261 §25.1
 */
export function hostOf(text: string): string | undefined {
  if (text.length === 0 || text.length > MAX_HOST) return undefined;
  if (text.charCodeAt(0) === OPEN_BRACKET) return ipv6Reference(text.toLowerCase());
  return isIpv4(text) || isName(text) ? text.toLowerCase() : undefined;
}

/** A port from 1 to 65535; -1 for anything else. */
export function portOf(text: string, start: number, end: number): number {
  const port = end - start > 5 ? -1 : readNumber(text, start, end, 65_535);
  return port === 0 ? -1 : port;
}

/** Whether a text is an IPv4 address: four numbers up to 255. */
export function isIpv4(text: string): boolean {
  let at = 0;
  for (let part = 0; part < 4; part++) {
    const end = digitsEnd(text, at, text.length);
    if (end - at > 3 || readNumber(text, at, end, 255) < 0) return false;
    if (part < 3 && text.charCodeAt(end) !== DOT) return false;
    at = end + 1;
  }
  return at === text.length + 1;
}

/** Whether a text is an IPv6 address without brackets or zone. */
export function isIpv6(text: string): boolean {
  if (text.length > 45) return false;
  const gap = text.indexOf('::');
  if (gap < 0) return groupsIn(text) === 8;
  if (text.indexOf('::', gap + 1) >= 0) return false;
  const before = gap === 0 ? 0 : groupsIn(text.slice(0, gap), false);
  const after = gap + 2 === text.length ? 0 : groupsIn(text.slice(gap + 2));
  return before >= 0 && after >= 0 && before + after < 8;
}

/**
 * RFC 3261's own grammar asks for three colons before an embedded IPv4 address; they are read as two.
 *
 * @spec RFC 5118 §4.10
 */
function ipv6Reference(text: string): string | undefined {
  if (!text.endsWith(']')) return undefined;
  const triple = text.indexOf(':::');
  const inner =
    triple > 0 && isIpv4(text.slice(triple + 3, -1))
      ? text.slice(1, triple) + text.slice(triple + 1, -1)
      : text.slice(1, -1);
  return isIpv6(inner) ? `[${inner}]` : undefined;
}

/** The number of 16-bit groups in a list without `::`; -1 when it is no such list. */
function groupsIn(text: string, mayEndInIpv4 = true): number {
  let groups = 0;
  let at = 0;
  for (;;) {
    let end = at;
    while (end < text.length && isHex(text.charCodeAt(end))) end++;
    if (end < text.length && text.charCodeAt(end) !== COLON) {
      return mayEndInIpv4 && isIpv4(text.slice(at)) ? groups + 2 : -1;
    }
    if (end === at || end - at > 4) return -1;
    groups++;
    if (end === text.length) return groups;
    at = end + 1;
  }
}

/** Labels of letters, digits and inner hyphens, 63 long at most; the last has a letter, and a dot may stand behind it. */
function isName(text: string): boolean {
  const end = text.charCodeAt(text.length - 1) === DOT ? text.length - 1 : text.length;
  let start = 0;
  let last = DOT;
  let hasLetter = false;
  for (let i = 0; i < end; i++) {
    const code = text.charCodeAt(i);
    if (isAlpha(code)) hasLetter = true;
    else if (code === DOT) {
      if (last === DOT || last === HYPHEN || i - start > MAX_LABEL) return false;
      start = i + 1;
      hasLetter = false;
    } else if (!isDigit(code) && (code !== HYPHEN || last === DOT)) return false;
    last = code;
  }
  return hasLetter && last !== HYPHEN && end - start <= MAX_LABEL;
}

function isHostChar(code: number): boolean {
  return isAlpha(code) || isDigit(code) || code === DOT || code === HYPHEN;
}

const MAX_HOST = 255;
const MAX_LABEL = 63;
const DOT = 0x2e;
const HYPHEN = 0x2d;
