// References: the five predefined entities and characters by number, XML 1.0 §4.1, read one unit at a
// time from after the `&`. Everything else with a good name is for RFC 6120 §11.1 to forbid.
import { isNamePart, isNameStart, isXmlChar } from './characters.ts';

/** `done` sets `text`; `unknown` is a good name of no predefined entity; `bad` is none of these. */
export type ReferenceState = 'more' | 'done' | 'unknown' | 'bad';

const ENTITIES: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  amp: '&',
  quot: '"',
  apos: "'",
};
const LONGEST_ENTITY = 4;

const HASH = 0x23;
const COLON = 0x3a;
const SEMICOLON = 0x3b;
const SMALL_X = 0x78;

/** Reads one reference after another. */
export class Reference {
  /** What the last one stands for. */
  text = '';
  /** 0 for a name, else the radix of the number. */
  #radix = 0;
  /** Units read; names are kept only as far as the longest that is known. */
  #read = 0;
  #name = '';
  #code = 0;
  #hasDigits = false;

  /** Begins after an ampersand. */
  begin(): void {
    this.#radix = 0;
    this.#read = 0;
    this.#name = '';
    this.#code = 0;
    this.#hasDigits = false;
  }

  /** Takes one UTF-16 unit. */
  take(c: number): ReferenceState {
    this.#read += 1;
    if (this.#read === 1 && c === HASH) {
      this.#radix = 10;
      return 'more';
    }
    if (this.#read === 2 && c === SMALL_X && this.#radix === 10) {
      this.#radix = 16;
      return 'more';
    }
    return this.#radix === 0 ? this.#takeName(c) : this.#takeDigit(c);
  }

  #takeName(c: number): ReferenceState {
    if (this.#read === 1 ? !isNameStart(c) : c !== SEMICOLON && c !== COLON && !isNamePart(c)) {
      return 'bad';
    }
    if (c === SEMICOLON) return this.#endName();
    if (this.#name.length <= LONGEST_ENTITY) this.#name += String.fromCharCode(c);
    return 'more';
  }

  #endName(): ReferenceState {
    if (!Object.hasOwn(ENTITIES, this.#name)) return 'unknown';
    this.text = ENTITIES[this.#name] as string;
    return 'done';
  }

  #takeDigit(c: number): ReferenceState {
    if (c === SEMICOLON) return this.#endNumber();
    const digit = digitOf(c);
    if (digit < 0 || digit >= this.#radix) return 'bad';
    this.#code = Math.min(this.#code * this.#radix + digit, 0x110000);
    this.#hasDigits = true;
    return 'more';
  }

  #endNumber(): ReferenceState {
    if (!this.#hasDigits || !isXmlChar(this.#code)) return 'bad';
    this.text = String.fromCodePoint(this.#code);
    return 'done';
  }
}

function digitOf(c: number): number {
  if (c >= 0x30 && c <= 0x39) return c - 0x30;
  const lower = c | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}
