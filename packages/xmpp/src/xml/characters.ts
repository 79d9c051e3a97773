// Which characters XML 1.0 (fifth edition) allows where: Char (§2.2), NameStartChar and NameChar
// (§2.3), and names without a colon (Namespaces in XML 1.0 §3); names for those that mean something. Text is taken
// as UTF-16 units.

export const TAB = 0x09;
export const LF = 0x0a;
export const CR = 0x0d;
export const SPACE = 0x20;
export const QUOTE = 0x22;
export const AMPERSAND = 0x26;
export const APOSTROPHE = 0x27;
export const SLASH = 0x2f;
export const COLON = 0x3a;
export const LT = 0x3c;
export const EQUALS = 0x3d;
export const GT = 0x3e;
export const OPEN_BRACKET = 0x5b;
export const CLOSE_BRACKET = 0x5d;

/** Marks in {@link STOPS}: what ends a plain run in text, and in an attribute value. */
export const STOPS_TEXT = 1;
export const STOPS_VALUE = 2;
/** What each character below 128 ends. */
export const STOPS: Uint8Array = new Uint8Array(128).fill(STOPS_TEXT | STOPS_VALUE, 0, 0x20);
for (const c of [LT, AMPERSAND]) STOPS[c] = STOPS_TEXT | STOPS_VALUE;
for (const c of [GT, CLOSE_BRACKET]) STOPS[c] = STOPS_TEXT;
for (const c of [QUOTE, APOSTROPHE]) STOPS[c] = STOPS_VALUE;

/** Whether a unit is white space. */
export function isSpace(c: number): boolean {
  return c === SPACE || c === LF || c === TAB || c === CR;
}

const NAME_START = 1;
const NAME = 2;
const ASCII = new Uint8Array(128);
for (let c = 0x30; c <= 0x39; c += 1) ASCII[c] = NAME;
for (let c = 0x41; c <= 0x5a; c += 1) ASCII[c] = NAME_START | NAME;
for (let c = 0x61; c <= 0x7a; c += 1) ASCII[c] = NAME_START | NAME;
ASCII[0x2d] = NAME;
ASCII[0x2e] = NAME;
ASCII[0x5f] = NAME_START | NAME;

/** First and last of each range of NameStartChar above ASCII within the basic plane. */
const STARTS = [
  0xc0, 0xd6, 0xd8, 0xf6, 0xf8, 0x2ff, 0x370, 0x37d, 0x37f, 0x1fff, 0x200c, 0x200d, 0x2070, 0x218f,
  0x2c00, 0x2fef, 0x3001, 0xd7ff, 0xf900, 0xfdcf, 0xfdf0, 0xfffd,
] as const;

/** Whether a unit may begin a name; the colon is not among them. Surrogates below U+F0000 may. */
export function isNameStart(c: number): boolean {
  if (c < 0x80) return ((ASCII[c] as number) & NAME_START) !== 0;
  if (c >= 0xd800 && c <= 0xdb7f) return true;
  return isIn(STARTS, c);
}

/** Whether a unit may stand in a name after its first character; the colon is not among them. */
export function isNamePart(c: number): boolean {
  if (c < 0x80) return ((ASCII[c] as number) & NAME) !== 0;
  if (c === 0xb7 || (c >= 0x300 && c <= 0x36f) || c === 0x203f || c === 0x2040) return true;
  if (c >= 0xd800 && c <= 0xdfff) return c <= 0xdb7f || c >= 0xdc00;
  return isIn(STARTS, c);
}

function isIn(ranges: readonly number[], c: number): boolean {
  for (let i = 0; i < ranges.length; i += 2) {
    if (c < (ranges[i] as number)) return false;
    if (c <= (ranges[i + 1] as number)) return true;
  }
  return false;
}

/** Whether a code point may appear at all. */
export function isXmlChar(c: number): boolean {
  if (c < 0x20) return c === 0x9 || c === 0xa || c === 0xd;
  if (c < 0xd800) return true;
  return (c > 0xdfff && c < 0xfffe) || (c > 0xffff && c <= 0x10ffff);
}

/** Whether a text is a name without a colon. */
export function isNcName(text: string): boolean {
  if (text === '' || !isNameStart(text.charCodeAt(0)) || text.charCodeAt(0) === 0x3a) return false;
  for (let i = 1; i < text.length; i += 1) if (!isNamePart(text.charCodeAt(i))) return false;
  return text.charCodeAt(text.length - 1) < 0xd800 || cleanText(text) === text;
}

/** The text, with U+FFFD for each character that XML cannot carry. */
export function cleanText(text: string): string {
  let clean = '';
  let from = 0;
  for (let i = 0; i < text.length; i += 1) {
    const c = text.charCodeAt(i);
    if (c >= 0x20 && c < 0xd800) continue;
    const code = text.codePointAt(i) as number;
    if (!isXmlChar(code)) {
      clean += `${text.slice(from, i)}\ufffd`;
      from = i + 1;
    } else if (code > 0xffff) i += 1;
  }
  return from === 0 ? text : clean + text.slice(from);
}
