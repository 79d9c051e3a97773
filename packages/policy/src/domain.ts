// Domain names as policies compare them: A-labels, lower case, no trailing dot. IDNA is UTS 46 with
// every check on, then what IDNA2008 does not allow is taken out (RFC 5892). Plain names never reach
// it. Refused, not mended: blanks, percent signs, user parts, ports, IP literals in any notation.
import tr46 from 'tr46';
import { isAllowedLabel } from './idna-label.ts';

/**
 * The one form of a domain name, or undefined when it is none. `Bücher.Example.` and
 * `xn--bcher-kva.example` are the same name.
 * @spec RFC 5890 §2.3.2.1
 * @spec RFC 1035 §2.3.4
 */
export function normalizeDomain(text: string): string | undefined {
  if (text.length > MAX_TEXT) return undefined;
  const last = text.length - 1;
  const name = text.charCodeAt(last) === 0x2e ? text.slice(0, last) : text;
  const plain = plainName(name);
  if (plain === LOWER) return name;
  const ascii = plain === MIXED ? name.toLowerCase() : mapped(name);
  // also after mapping, which makes digits of wide digits
  return ascii === undefined || endsInNumber(ascii) ? undefined : ascii;
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

/** What is not plain, by IDNA: its A-labels, if every U-label behind them is allowed. */
function mapped(name: string): string | undefined {
  const ascii = tr46.toASCII(name, STRICT);
  if (ascii === null || ascii === '') return undefined;
  const { domain, error } = tr46.toUnicode(ascii, STRICT);
  return !error && domain.split('.').every(isAllowedLabel) ? ascii : undefined;
}

/** A normalised name as people read it, with U-labels. @spec RFC 5890 §2.3.2.1 */
export function unicodeDomain(name: string): string {
  return name.includes('xn--') ? tr46.toUnicode(name, STRICT).domain : name;
}

/**
 * Whether it is letters, digits, hyphens and dots with nothing for IDNA to decide, and whether some of the letters are
 * capitals. In one walk, for it is asked of both ends of everything that crosses. Hyphens in the third and fourth place
 * make an A-label, or one that IDNA refuses.
 */
function plainName(name: string): typeof LOWER | typeof MIXED | undefined {
  if (name.length > MAX_NAME) return undefined;
  let found: typeof LOWER | typeof MIXED = LOWER;
  let label = 0;
  let before = DOT;
  for (let at = 0; at < name.length; at += 1) {
    const kind = KINDS[name.charCodeAt(at)] ?? OTHER;
    if (kind === CAPITAL) found = MIXED;
    else if (kind === HYPHEN) {
      if (before === DOT || (before === HYPHEN && at - label === 3)) return undefined;
    } else if (kind === DOT) {
      if (before === DOT || before === HYPHEN || at - label > MAX_LABEL) return undefined;
      label = at + 1;
    } else if (kind === OTHER) return undefined;
    before = kind;
  }
  if (before === DOT || before === HYPHEN || name.length - label > MAX_LABEL) return undefined;
  return found === LOWER && isDigit(name.charCodeAt(label)) && endsInNumber(name) ? MIXED : found;
}

/**
 * Whether the last label is a number, decimal or hexadecimal. No domain ends so, but every notation
 * of an IPv4 address does: `127.1`, `0x7f.1`, `2130706433`.
 */
function endsInNumber(name: string): boolean {
  const last = name.lastIndexOf('.') + 1;
  return isDigit(name.charCodeAt(last)) && NUMBER.test(name.slice(last));
}

function isDigit(code: number): boolean {
  return code >= DIGIT_0 && code <= DIGIT_9;
}

const EVERYTHING: DomainPattern = { name: '', below: true };
const STRICT = {
  checkBidi: true,
  checkHyphens: true,
  checkJoiners: true,
  useSTD3ASCIIRules: true,
  verifyDNSLength: true,
  transitionalProcessing: false,
} as const;
const NUMBER = /^(?:\d+|0x[0-9a-f]*)$/;
const DIGIT_0 = 0x30;
const DIGIT_9 = 0x39;
/** What `plainName` finds: a name as it is compared, or one that wants another look. */
const LOWER = 1;
const MIXED = 2;
/** What it tells characters apart by: a letter or digit, a capital, a hyphen, a dot, anything else. */
const OTHER = 0;
const CAPITAL = 2;
const HYPHEN = 3;
const DOT = 4;
const KINDS: Uint8Array = Uint8Array.from({ length: 128 }, (_, code) => {
  if (code >= 0x41 && code <= 0x5a) return CAPITAL;
  if ((code >= 0x61 && code <= 0x7a) || (code >= DIGIT_0 && code <= DIGIT_9)) return 1;
  if (code === 0x2d) return HYPHEN;
  return code === 0x2e ? DOT : OTHER;
});
const MAX_LABEL = 63;
const MAX_NAME = 253;
/** UTF-16 units before IDNA: the octets that an XMPP domain may have (RFC 7622 §3.2). */
const MAX_TEXT = 1023;
