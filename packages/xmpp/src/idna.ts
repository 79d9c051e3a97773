// Domain names in their two forms: A-labels for DNS, certificates and comparing; U-labels for people
// and addresses. UTS 46 through tr46 with every check on, then what IDNA2008 does not allow is taken
// out (RFC 5892). Never through `node:url`, which decodes and cuts.
import tr46 from 'tr46';
import { isIdentifier } from './precis/classes.ts';

const STRICT = {
  checkBidi: true,
  checkHyphens: true,
  checkJoiners: true,
  useSTD3ASCIIRules: true,
  verifyDNSLength: true,
  transitionalProcessing: false,
} as const;

const LONGEST_NAME = 253;
const LONGEST_LABEL = 63;
/** Longest text worth mapping: 1023 bytes, RFC 7622 §3.2. */
const LONGEST_TEXT = 1023;

/** A domain name in both forms. */
export interface DomainForms {
  readonly ascii: string;
  readonly unicode: string;
}

/**
 * A domain name in A-labels, lower case, without the one trailing dot; undefined when it is no
 * domain name. Address literals, and names that might be taken for one, are not domain names.
 * @spec RFC 7622 §3.2
 */
export function normalizeDomain(text: string): string | undefined {
  return domainForms(text)?.ascii;
}

/** A domain name in both forms; undefined when it is no domain name. @spec RFC 7622 §3.2 */
export function domainForms(text: string): DomainForms | undefined {
  if (text.length > LONGEST_TEXT) return undefined;
  const name = text.endsWith('.') ? text.slice(0, -1) : text;
  const plain = plainName(name);
  if (plain !== undefined)
    return endsInNumber(plain) ? undefined : { ascii: plain, unicode: plain };
  const ascii = tr46.toASCII(name, STRICT);
  if (ascii === null || ascii === '' || endsInNumber(ascii)) return undefined;
  const unicode = shown(ascii);
  return unicode === undefined ? undefined : { ascii, unicode };
}

/** A name of letters, digits and hyphens in lower case; undefined for all that needs more thought. */
function plainName(name: string): string | undefined {
  if (name.length > LONGEST_NAME) return undefined;
  let start = 0;
  for (let i = 0; i <= name.length; i += 1) {
    const c = i === name.length ? DOT : name.charCodeAt(i);
    if (c === DOT) {
      if (!isPlainLabel(name, start, i)) return undefined;
      start = i + 1;
    } else if (!isLdh(c)) return undefined;
  }
  return name.toLowerCase();
}

const DOT = 0x2e;
const HYPHEN = 0x2d;

function isLdh(c: number): boolean {
  return (
    (c >= 0x61 && c <= 0x7a) || (c >= 0x30 && c <= 0x39) || c === HYPHEN || (c >= 0x41 && c <= 0x5a)
  );
}

/** One to 63 long, no hyphen at either end, none in both the third and fourth place. */
function isPlainLabel(name: string, start: number, end: number): boolean {
  const length = end - start;
  if (length < 1 || length > LONGEST_LABEL) return false;
  if (name.charCodeAt(start) === HYPHEN || name.charCodeAt(end - 1) === HYPHEN) return false;
  return !(
    length > 3 &&
    name.charCodeAt(start + 2) === HYPHEN &&
    name.charCodeAt(start + 3) === HYPHEN
  );
}

/** Whether a resolver might read the name as an IPv4 address, such as `0x7f.1`. */
function endsInNumber(name: string): boolean {
  const last = name.lastIndexOf('.') + 1;
  return isDigit(name.charCodeAt(last)) && NUMBER.test(name.slice(last));
}

function isDigit(c: number): boolean {
  return c >= 0x30 && c <= 0x39;
}

const NUMBER = /^(?:[0-9]+|0x[0-9a-f]*)$/;

/** The U-labels, each a label that IDNA2008 allows. @spec RFC 5892 §3 */
function shown(ascii: string): string | undefined {
  const { domain, error } = tr46.toUnicode(ascii, STRICT);
  if (error) return undefined;
  return domain.split('.').every(isAllowedLabel) ? domain : undefined;
}

/** Blocks of marks that RFC 5892 §2.4 leaves out though PRECIS does not. */
const IGNORED_BLOCKS = /[\u20d0-\u20ff\u{1d100}-\u{1d24f}]/u;

function isAllowedLabel(label: string): boolean {
  return isIdentifier(label) && !IGNORED_BLOCKS.test(label);
}
