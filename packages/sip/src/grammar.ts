// RFC 3261 §25.1: the character classes, as one table of bits, and the runs made of them.
// Readers over a whole value stand in cursor.ts; hosts in host.ts.

/** Bits of the class table. */
export const TOKEN = 1;
export const WORD = 2;
export const USER = 4;
export const PASSWORD = 8;
/** `paramchar` of a URI. */
export const URI_PARAM = 16;
/** `hname` and `hvalue` of a URI. */
export const URI_HEADER = 32;
/** `uric`, and what RFC 3986 added for IPv6 and fragments. */
export const URIC = 64;
/** `gen-value` that is no quoted string: a token or a host. */
export const GEN_VALUE = 128;

const ALPHANUM = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const UNRESERVED = `${ALPHANUM}-_.!~*'()`;
const TOKEN_TEXT = `${ALPHANUM}-.!%*_+\`'~`;

const CLASSES: Uint8Array = classTable([
  [TOKEN, TOKEN_TEXT],
  [WORD, `${TOKEN_TEXT}()<>:\\"/[]?{}`],
  [USER, `${UNRESERVED}&=+$,;?/`],
  [PASSWORD, `${UNRESERVED}&=+$,`],
  [URI_PARAM, `${UNRESERVED}[]/:&+$`],
  [URI_HEADER, `${UNRESERVED}[]/?:+$`],
  [URIC, `${UNRESERVED};/?:@&=+$,[]#`],
  [GEN_VALUE, `${TOKEN_TEXT}[]:`],
]);

/** Whether a character is of the class. */
export function isIn(code: number, bit: number): boolean {
  return code < 128 && ((CLASSES[code] as number) & bit) !== 0;
}

/** Where the run of that class ends that begins at `at`. */
export function runEnd(text: string, at: number, end: number, bit: number): number {
  let i = at;
  while (i < end && isIn(text.charCodeAt(i), bit)) i++;
  return i;
}

/** As `runEnd`, where a percent escape counts as one character of the class. */
export function escapedRunEnd(text: string, at: number, end: number, bit: number): number {
  let i = at;
  while (i < end) {
    const code = text.charCodeAt(i);
    if (isIn(code, bit)) i++;
    else if (code === PERCENT && isEscape(text, i, end)) i += 3;
    else break;
  }
  return i;
}

/** Whether two hex digits follow the percent sign at `at`. */
export function isEscape(text: string, at: number, end: number): boolean {
  return at + 2 < end && isHex(text.charCodeAt(at + 1)) && isHex(text.charCodeAt(at + 2));
}

/** A number of decimal digits only, at most `max`; -1 otherwise. Leading zeros are read. */
export function readNumber(text: string, start: number, end: number, max: number): number {
  if (start >= end) return -1;
  let number = 0;
  for (let i = start; i < end; i++) {
    const digit = text.charCodeAt(i) - DIGIT_0;
    if (digit < 0 || digit > 9) return -1;
    number = number * 10 + digit;
    if (number > max) return -1;
  }
  return number;
}

/** Where the run of decimal digits ends that begins at `at`. */
export function digitsEnd(text: string, at: number, end: number): number {
  let i = at;
  while (i < end && isDigit(text.charCodeAt(i))) i++;
  return i;
}

export function isDigit(code: number): boolean {
  return code >= DIGIT_0 && code <= 0x39;
}

export function isAlpha(code: number): boolean {
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x7a;
}

export function isHex(code: number): boolean {
  const lower = code | 0x20;
  return isDigit(code) || (lower >= 0x61 && lower <= 0x66);
}

/** What no header value may hold outside a quoted pair: C0 without the tab, and DEL. */
export function isControl(code: number): boolean {
  return (code < 0x20 && code !== TAB) || code === 0x7f;
}

/** Without the blanks (space and tab, nothing else) at either end. */
export function trimBlanks(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text.charCodeAt(start))) start++;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return start === 0 && end === text.length ? text : text.slice(start, end);
}

export function isBlank(code: number): boolean {
  return code === SPACE || code === TAB;
}

/** Every control character becomes one space: what a host hands in never becomes structure. */
export function scrubControls(text: string): string {
  for (let i = 0; i < text.length; i++) {
    if (isControl(text.charCodeAt(i))) return scrubFrom(text, i);
  }
  return text;
}

function scrubFrom(text: string, at: number): string {
  let out = text.slice(0, at);
  for (let i = at; i < text.length; i++) {
    out += isControl(text.charCodeAt(i)) ? ' ' : text.charAt(i);
  }
  return out;
}

export const TAB = 0x09;
export const LF = 0x0a;
export const CR = 0x0d;
export const SPACE = 0x20;
export const QUOTE = 0x22;
export const PERCENT = 0x25;
export const STAR = 0x2a;
export const COMMA = 0x2c;
export const SLASH = 0x2f;
export const DIGIT_0 = 0x30;
export const COLON = 0x3a;
export const SEMICOLON = 0x3b;
export const LESS = 0x3c;
export const EQUALS = 0x3d;
export const GREATER = 0x3e;
export const QUESTION = 0x3f;
export const AT = 0x40;
export const OPEN_BRACKET = 0x5b;
export const BACKSLASH = 0x5c;
export const PAREN = 0x28;

function classTable(rows: readonly (readonly [number, string])[]): Uint8Array {
  const table = new Uint8Array(128);
  for (const [bit, members] of rows) {
    for (let i = 0; i < members.length; i++) {
      const code = members.charCodeAt(i);
      table[code] = (table[code] as number) | bit;
    }
  }
  return table;
}
