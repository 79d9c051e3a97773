// Domain names as policies compare them: A-labels, lower case, no trailing dot. IDNA goes through
// tr46 in its strict form; names that are plain already never reach it. Refused, not mended: blanks,
// percent signs, user parts, ports, IP literals in any notation, and what IDNA disallows.
import tr46 from 'tr46';

/**
 * The one form of a domain name, or undefined when it is none. `Bücher.Example.` and
 * `xn--bcher-kva.example` are the same name.
 * @spec RFC 5890 §2.3.2.1
 * @spec RFC 1035 §2.3.4
 */
export function normalizeDomain(text: string): string | undefined {
  if (text.length > MAX_TEXT) return undefined;
  const name = withoutLastDot(text);
  const kind = kindOf(name);
  if (kind === 'malformed') return undefined;
  const ascii = kind === 'idna' ? tr46.toASCII(name, STRICT) : name.toLowerCase();
  // Also after IDNA, which maps wide digits to digits: an address in disguise.
  return ascii === null || endsInNumber(ascii) ? undefined : ascii;
}

/** A name as a policy document gives it. `*` alone is the root, below which is everything. */
export interface DomainPattern {
  readonly name: string;
  /** Whether it was `*.name`: everything below the name, not the name. */
  readonly below: boolean;
}

/** `x`, `*.x` or `*`; undefined for anything else, also for a `*` in any other place. */
export function parsePattern(text: string): DomainPattern | undefined {
  if (text === '*') return EVERYTHING;
  const below = text.startsWith('*.');
  const name = normalizeDomain(below ? text.slice(2) : text);
  return name === undefined ? undefined : { name, below };
}

/** The pattern as it is written: with A-labels, lower case. */
export function writePattern(pattern: DomainPattern): string {
  if (pattern.name === '') return '*';
  return pattern.below ? `*.${pattern.name}` : pattern.name;
}

function withoutLastDot(text: string): string {
  return DOTS.includes(text.at(-1) ?? ' ') ? text.slice(0, -1) : text;
}

/** Letters, digits and hyphens are plain; for anything wider tr46 has to say. */
function kindOf(name: string): 'plain' | 'idna' | 'malformed' {
  let label = 0;
  for (let at = 0; at < name.length; at += 1) {
    const code = name.charCodeAt(at);
    if (code > 0x7f || isAceMark(name, at)) return 'idna';
    if (code === DOT) {
      if (!isLabel(name, label, at)) return 'malformed';
      label = at + 1;
    } else if (!isLetterDigitHyphen(code)) return 'malformed';
  }
  return isLabel(name, label, name.length) && name.length <= MAX_NAME ? 'plain' : 'malformed';
}

/** Third and fourth place hyphens: an A-label, or one that IDNA refuses. */
function isAceMark(name: string, at: number): boolean {
  if (name.charCodeAt(at) !== HYPHEN || name.charCodeAt(at + 1) !== HYPHEN) return false;
  return at >= 2 && (at === 2 || name.charCodeAt(at - 3) === DOT);
}

function isLabel(name: string, start: number, end: number): boolean {
  if (end === start || end - start > MAX_LABEL) return false;
  return name.charCodeAt(start) !== HYPHEN && name.charCodeAt(end - 1) !== HYPHEN;
}

function isLetterDigitHyphen(code: number): boolean {
  const lower = code | 0x20;
  return (lower >= 0x61 && lower <= 0x7a) || isDigit(code) || code === HYPHEN;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/**
 * Whether the last label is a number, decimal or hexadecimal. No domain ends so, but every notation
 * of an IPv4 address does: `127.1`, `0x7f.1`, `2130706433`.
 */
function endsInNumber(name: string): boolean {
  const start = name.lastIndexOf('.') + 1;
  return isDigit(name.charCodeAt(start)) && NUMBER.test(name.slice(start));
}

const EVERYTHING: DomainPattern = { name: '', below: true };
const STRICT = {
  checkBidi: true,
  checkHyphens: true,
  checkJoiners: true,
  useSTD3ASCIIRules: true,
  verifyDNSLength: true,
  transitionalProcessing: false,
  ignoreInvalidPunycode: false,
} as const;
/** What IDNA takes for a dot: RFC 3490 §3.1. */
const DOTS = '.\u3002\uFF0E\uFF61';
const NUMBER = /^(?:\d+|0x[0-9a-f]*)$/;
const DOT = 0x2e;
const HYPHEN = 0x2d;
const MAX_LABEL = 63;
const MAX_NAME = 253;
/** UTF-16 units before IDNA: no name within 253 octets is longer in any of its spellings. */
const MAX_TEXT = 1024;
