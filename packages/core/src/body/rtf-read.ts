// The plain text of RTF, as Microsoft's clients send it: text, line ends and the characters it names; formatting, fonts and
// pictures are passed over. One step for each octet of the text, whatever it holds: nothing is read twice, and the only
// thing that grows beside the text is one entry for each open group, which is bounded.
// The format is the Rich Text Format specification 1.9.1; its characters beyond ASCII are \u or Windows-1252.

/** What RTF may cost to read. */
export interface RtfLimits {
  /** Groups within each other. Word nests a dozen. */
  readonly depth: number;
}

/** The bounds used for RTF. */
export const DEFAULT_RTF_LIMITS: RtfLimits = { depth: 64 };

/** What RTF says. */
export interface RtfText {
  readonly kind: 'text';
  readonly text: string;
  /** Names of what was there and has no place in text. */
  readonly lost: readonly string[];
}

/** Why it cannot be read. */
export interface RtfFault {
  readonly kind: 'malformed' | 'too-deep';
}

/** Reads RTF, handed in one character for each octet; a fault when it is none, does not end, or nests too deep. */
export function rtfToText(rtf: string, limits: RtfLimits = DEFAULT_RTF_LIMITS): RtfText | RtfFault {
  if (!/^\{\\rtf(?![a-z])/i.test(rtf)) return { kind: 'malformed' };
  const reader = new RtfReader(rtf);
  do {
    if (!reader.step()) return { kind: 'malformed' };
    if (reader.depth > limits.depth) return { kind: 'too-deep' };
  } while (reader.depth > 0);
  return { kind: 'text', text: reader.text, lost: reader.lost };
}

/** What holds within one group and ends with it. */
interface Group {
  /** Nothing in it is text. */
  readonly isHidden: boolean;
  /** Characters that stand behind each \u for those who cannot read it. */
  readonly fallback: number;
}

class RtfReader {
  readonly #rtf: string;
  readonly #groups: Group[] = [];
  readonly #pieces: string[] = [];
  readonly #lost = new Set<string>();
  #at = 0;
  #isWindows1252 = true;
  #group: Group = { isHidden: false, fallback: 1 };
  /** Characters still to be passed over behind a \u. */
  #skip = 0;

  constructor(rtf: string) {
    this.#rtf = rtf;
  }

  get depth(): number {
    return this.#groups.length;
  }

  /** What was said; the line that the last paragraph ends is not begun. */
  get text(): string {
    return this.#pieces.join('').replace(/\n$/, '');
  }

  get lost(): readonly string[] {
    return [...this.#lost];
  }

  /** Takes one brace, one control or one run of text; `false` where there is none, or none that can be read. */
  step(): boolean {
    switch (this.#rtf[this.#at]) {
      case undefined:
        return false;
      case '{':
        return this.#open();
      case '}':
        return this.#close();
      case '\\':
        return this.#control();
      default:
        return this.#plain();
    }
  }

  #open(): boolean {
    this.#at += 1;
    this.#skip = 0;
    this.#groups.push(this.#group);
    return true;
  }

  #close(): boolean {
    this.#at += 1;
    this.#skip = 0;
    this.#group = this.#groups.pop() ?? this.#group;
    return true;
  }

  /** Line ends between are nobody's. */
  #plain(): boolean {
    TEXT.lastIndex = this.#at;
    const run = TEXT.exec(this.#rtf)?.[0] ?? '';
    this.#at += run.length;
    const text = run.replace(/[\r\n\0]/g, '');
    const passed = Math.min(this.#skip, text.length);
    this.#skip -= passed;
    this.#say(this.#decoded(text.slice(passed)));
    return true;
  }

  #control(): boolean {
    WORD.lastIndex = this.#at;
    const word = WORD.exec(this.#rtf);
    if (word === null) return this.#symbol();
    this.#at += word[0].length;
    this.#word(word[1] as string, word[2] === undefined ? undefined : Number(word[2]));
    return true;
  }

  /** `false` where nothing stands behind the backslash, or no octet. */
  #symbol(): boolean {
    const sign = this.#rtf[this.#at + 1];
    if (sign === undefined) return false;
    this.#at += 2;
    if (sign === "'") return this.#octet();
    if (sign === '*') this.#group = { ...this.#group, isHidden: true };
    else this.#character(Object.hasOwn(SYMBOLS, sign) ? (SYMBOLS[sign] as string) : '');
    return true;
  }

  #octet(): boolean {
    const hex = this.#rtf.slice(this.#at, this.#at + 2);
    if (!/^[\da-f]{2}$/i.test(hex)) return false;
    this.#at += 2;
    this.#character(this.#decoded(String.fromCharCode(Number.parseInt(hex, 16))));
    return true;
  }

  #word(name: string, value: number | undefined): void {
    if (HIDDEN.has(name)) return this.#hide(name);
    if (name === 'u') return this.#unicode(value ?? 0);
    if (name === 'uc') this.#group = { ...this.#group, fallback: clamp(value ?? 1) };
    else if (name === 'bin') this.#at += Math.max(0, value ?? 0);
    else if (name === 'ansicpg') this.#isWindows1252 = value === 1252;
    else if (Object.hasOwn(WORDS, name)) this.#character(WORDS[name] as string);
    else if (FORMATTING.has(name)) this.#lose('formatting');
  }

  #hide(name: string): void {
    if (name === 'pict' || name === 'object') this.#lose('picture');
    this.#group = { ...this.#group, isHidden: true };
  }

  /** A unit of UTF-16, written as a signed number. */
  #unicode(value: number): void {
    this.#say(String.fromCharCode(value & 0xffff));
    this.#skip = this.#group.fallback;
  }

  /** One that was named; behind a \u it may be what others were to read. */
  #character(text: string): void {
    if (this.#skip > 0) this.#skip -= 1;
    else this.#say(text);
  }

  /** Of other code pages only what all of them have is read. */
  #decoded(text: string): string {
    if (this.#isWindows1252) return inWindows1252(text);
    const read = text.replace(/[\x80-\xff]/g, '\ufffd');
    if (read !== text) this.#lose('code-page');
    return read;
  }

  #say(text: string): void {
    if (!this.#group.isHidden && text !== '') this.#pieces.push(text);
  }

  #lose(what: string): void {
    if (!this.#group.isHidden) this.#lost.add(what);
  }
}

function clamp(count: number): number {
  return Math.min(Math.max(count, 0), 8);
}

function inWindows1252(text: string): string {
  return text.replace(/[\x80-\x9f]/g, (one) => HIGH[one.charCodeAt(0) - 0x80] as string);
}

const TEXT = /[^\\{}]+/y;
/** A control word with its number, and the blank that ends it. */
const WORD = /\\([A-Za-z]{1,32})(-?\d{1,10})? ?/y;

/** What Windows-1252 has where ISO 8859-1 has controls; U+FFFD where it has nothing. */
const HIGH =
  '\u20ac\ufffd\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\ufffd\u017d\ufffd' +
  '\ufffd\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\ufffd\u017e\u0178';

const SYMBOLS: Readonly<Record<string, string>> = {
  '\\': '\\',
  '{': '{',
  '}': '}',
  '~': '\u00a0',
  _: '\u2011',
  '\n': '\n',
  '\r': '\n',
};

const WORDS: Readonly<Record<string, string>> = {
  par: '\n',
  line: '\n',
  sect: '\n',
  page: '\n',
  row: '\n',
  cell: '\t',
  tab: '\t',
  emdash: '\u2014',
  endash: '\u2013',
  emspace: '\u2003',
  enspace: '\u2002',
  bullet: '\u2022',
  lquote: '\u2018',
  rquote: '\u2019',
  ldblquote: '\u201c',
  rdblquote: '\u201d',
};

/** Groups whose content is not for the reader. */
const HIDDEN: ReadonlySet<string> = new Set([
  'fonttbl',
  'colortbl',
  'stylesheet',
  'listtable',
  'info',
  'pict',
  'object',
  'fldinst',
  'header',
  'footer',
  'footnote',
  'generator',
  'themedata',
]);

const FORMATTING: ReadonlySet<string> = new Set(['b', 'i', 'ul', 'strike', 'cf', 'f', 'fs']);
