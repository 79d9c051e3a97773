// Characters to tokens: XML 1.0 §2 without what RFC 6120 §11.1 forbids. Any cut of the text gives the
// same tokens but for text, which comes in as many pieces as there were.
// Theory: one state per place in the grammar; each state reads a run of characters and keeps the
// part that has not ended in `#held`, so no character is looked at twice and work is linear.
// Nesting, names with prefixes and limits are the tree reader's business. The file is long because the
// states are one machine over the same private fields; references and the declaration stand apart.
import type { Fault } from '../fault.ts';
import { isNamePart, isNameStart } from './characters.ts';
import { declarationFault } from './declaration.ts';
import { notWellFormed, restrictedXml } from './faults.ts';
import { Reference } from './reference.ts';

/**
 * What was read. `open`, `close` and `attribute` set `name`; `attribute`, `text` and `escaped` set
 * `value`; `fault` sets `fault`. `escaped` is text from a reference or a CDATA section.
 */
export type Token =
  | 'open'
  | 'attribute'
  | 'open-end'
  | 'empty-end'
  | 'close'
  | 'text'
  | 'escaped'
  | 'more'
  | 'fault';

const START = 0;
const DECLARATION = 1;
const TEXT = 2;
const LESS_THAN = 3;
const OPEN_NAME = 4;
const IN_TAG = 5;
const ATTRIBUTE_NAME = 6;
const BEFORE_EQUALS = 7;
const BEFORE_VALUE = 8;
const VALUE = 9;
const EMPTY_END = 10;
const CLOSE_NAME = 11;
const CLOSE_END = 12;
const EXCLAMATION = 13;
const CDATA_START = 14;
const CDATA = 15;
const REFERENCE = 16;
const FAILED = 17;

const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const QUOTE = 0x22;
const AMPERSAND = 0x26;
const APOSTROPHE = 0x27;
const SLASH = 0x2f;
const COLON = 0x3a;
const LT = 0x3c;
const EQUALS = 0x3d;
const GT = 0x3e;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

/** Characters below 128 that end a plain run: 1 in text, 2 in attribute values. */
const STOPS: Uint8Array = new Uint8Array(128).fill(3, 0, 0x20);
for (const c of [LT, AMPERSAND]) STOPS[c] = 3;
for (const c of [GT, CLOSE_BRACKET]) STOPS[c] = 1;
for (const c of [QUOTE, APOSTROPHE]) STOPS[c] = 2;

/** Reads the tokens of one document after another. */
export class Tokenizer {
  /** The name as written, prefix included. */
  name = '';
  value = '';
  fault: Fault | undefined;

  readonly #queue: string[] = [];
  #chunk = '';
  #at = 0;
  /** Characters before the chunk, since the beginning. */
  #passed = 0;
  #state: number = START;
  #held = '';
  /** Where the measured stretch began, and its bytes beyond one for each character. */
  #mark = 0;
  #extraBytes = 0;
  #quote = 0;
  #afterSpace = false;
  /** What a reference stands in: TEXT or VALUE. */
  #around: number = TEXT;
  readonly #reference: Reference = new Reference();
  /** The offset after the last run of `]`, and how many they are. */
  #bracketsEnd = -1;
  #brackets = 0;
  /** The offset after the last carriage return. */
  #returnEnd = -1;

  /** Takes text that has no lone surrogates. */
  feed(text: string): void {
    if (text !== '') this.#queue.push(text);
  }

  /** Characters read so far. */
  get offset(): number {
    return this.#passed + this.#at;
  }

  /** Whether everything fed has been read and no markup is half there. */
  get isBetween(): boolean {
    const done = this.#at === this.#chunk.length && this.#queue.length === 0;
    return done && this.#held === '' && (this.#state === TEXT || this.#state === START);
  }

  /** Begins to measure here. */
  mark(): void {
    this.#mark = this.offset;
    this.#extraBytes = 0;
  }

  /** Where the mark is. */
  get markOffset(): number {
    return this.#mark;
  }

  /** Bytes in UTF-8 read since the mark. */
  get bytesSinceMark(): number {
    return this.offset - this.#mark + this.#extraBytes;
  }

  /** Begins another document with what has not been read. */
  restart(): void {
    if (this.#state === FAILED) return;
    this.#state = START;
    this.#held = '';
    this.mark();
  }

  /** Drops what has not been read. */
  discard(): void {
    this.#at = this.#chunk.length;
    this.#queue.length = 0;
  }

  /** Reads up to the end of the next token. */
  next(): Token {
    let token: Token | undefined;
    while (token === undefined) {
      if (this.#state === FAILED) return 'fault';
      if (this.#at === this.#chunk.length && !this.#advance()) return 'more';
      token = this.#step(this.#chunk.charCodeAt(this.#at));
    }
    return token;
  }

  #advance(): boolean {
    this.#passed += this.#chunk.length;
    this.#chunk = this.#queue.shift() ?? '';
    this.#at = 0;
    return this.#chunk !== '';
  }

  #step(c: number): Token | undefined {
    switch (this.#state) {
      case TEXT:
        return this.#readText();
      case VALUE:
        return this.#readValue();
      case IN_TAG:
        return this.#readInTag(c);
      case OPEN_NAME:
        return this.#readName() ? this.#endOpenName() : undefined;
      case ATTRIBUTE_NAME:
        return this.#readName() ? this.#endAttributeName() : undefined;
      case CLOSE_NAME:
        return this.#readName() ? this.#endCloseName() : undefined;
      case LESS_THAN:
        return this.#readLessThan(c);
      case BEFORE_EQUALS:
        return this.#readEquals(c);
      case BEFORE_VALUE:
        return this.#readQuote(c);
      case EMPTY_END:
        return c === GT ? this.#end('empty-end') : this.#bad('After / in a tag comes >.');
      case CLOSE_END:
        return this.#readCloseEnd(c);
      default:
        return this.#stepRare(c);
    }
  }

  #stepRare(c: number): Token | undefined {
    switch (this.#state) {
      case START:
        return this.#readStart(c);
      case DECLARATION:
        return this.#readDeclaration(c);
      case EXCLAMATION:
        return this.#readExclamation(c);
      case CDATA_START:
        return this.#readCdataStart(c);
      case CDATA:
        return this.#readCdata();
      default:
        return this.#readReference(c);
    }
  }

  // Text

  #readText(): Token | undefined {
    const chunk = this.#chunk;
    const start = this.#at;
    let i = start;
    while (i < chunk.length) {
      const c = chunk.charCodeAt(i);
      if (c < 0x80 ? (STOPS[c] as number) & 1 && !this.#staysText(c, i) : !this.#countWide(c))
        break;
      i += 1;
    }
    this.#at = i;
    if (i === start) return this.#endText(chunk.charCodeAt(i));
    this.value = chunk.slice(start, i);
    return 'text';
  }

  /** Whether a character that might end a run of text does not. */
  #staysText(c: number, i: number): boolean {
    if (c === CLOSE_BRACKET) return this.#noteBracket(i);
    if (c === GT) return !this.#followsBrackets(i);
    return c === TAB || (c === LF && this.#returnEnd !== this.#passed + i);
  }

  #endText(c: number): Token | undefined {
    if (c === LT) return this.#goTo(LESS_THAN);
    if (c === AMPERSAND) return this.#beginReference(TEXT);
    if (c === CR) return this.#readReturn();
    if (c === LF) return this.#goTo(TEXT);
    return this.#bad(c === GT ? 'Text holds ]]>.' : 'A character that XML does not allow.');
  }

  /** A carriage return, alone or before a line feed, is a line feed. XML 1.0 §2.11. */
  #readReturn(): Token {
    this.#at += 1;
    this.#returnEnd = this.offset;
    this.value = '\n';
    return 'text';
  }

  #noteBracket(i: number): true {
    const offset = this.#passed + i;
    this.#brackets = this.#bracketsEnd === offset ? this.#brackets + 1 : 1;
    this.#bracketsEnd = offset + 1;
    return true;
  }

  #followsBrackets(i: number): boolean {
    return this.#brackets > 1 && this.#bracketsEnd === this.#passed + i;
  }

  /** Counts the bytes of a character above ASCII; false when XML does not allow it. */
  #countWide(c: number): boolean {
    if (c >= 0xfffe) return false;
    this.#extraBytes += c < 0x800 || (c >= 0xd800 && c <= 0xdfff) ? 1 : 2;
    return true;
  }

  // Tags

  #readLessThan(c: number): Token | undefined {
    if (isNameStart(c)) {
      this.#state = OPEN_NAME;
      return this.#readName() ? this.#endOpenName() : undefined;
    }
    if (c === SLASH) return this.#goTo(CLOSE_NAME);
    if (c === 0x21) return this.#goTo(EXCLAMATION);
    if (c === 0x3f) return this.#restricted('Processing instructions are not allowed.');
    return this.#bad('After < comes a name.');
  }

  /** Reads name characters; true when the name has ended within the chunk. */
  #readName(): boolean {
    const chunk = this.#chunk;
    const start = this.#at;
    let i = start;
    while (i < chunk.length) {
      const c = chunk.charCodeAt(i);
      if (!isNamePart(c) && c !== COLON) break;
      if (c >= 0x80) this.#countWide(c);
      i += 1;
    }
    this.#at = i;
    this.#held += chunk.slice(start, i);
    return i < chunk.length;
  }

  #endOpenName(): Token | undefined {
    this.#takeName();
    this.#afterSpace = false;
    this.#state = IN_TAG;
    return 'open';
  }

  /** Goes on into the value at once where `=` and a quote follow, as they nearly always do. */
  #endAttributeName(): Token | undefined {
    this.#takeName();
    this.#state = BEFORE_EQUALS;
    if (this.#chunk.charCodeAt(this.#at) !== EQUALS) return undefined;
    this.#goTo(BEFORE_VALUE);
    const quote = this.#chunk.charCodeAt(this.#at);
    if (quote !== QUOTE && quote !== APOSTROPHE) return undefined;
    this.#quote = quote;
    this.#goTo(VALUE);
    return this.#readValue();
  }

  #endCloseName(): Token | undefined {
    this.#takeName();
    this.#state = CLOSE_END;
    return this.#readCloseEnd(this.#chunk.charCodeAt(this.#at));
  }

  #takeName(): void {
    this.name = this.#held;
    this.#held = '';
  }

  #readInTag(c: number): Token | undefined {
    if (isSpace(c)) {
      this.#afterSpace = true;
      return this.#goTo(IN_TAG);
    }
    if (c === GT) return this.#end('open-end');
    if (c === SLASH) return this.#goTo(EMPTY_END);
    if (!isNameStart(c)) return this.#bad('In a tag stand attributes.');
    if (!this.#afterSpace) return this.#bad('Attributes are parted by white space.');
    this.#state = ATTRIBUTE_NAME;
    return this.#readName() ? this.#endAttributeName() : undefined;
  }

  #readEquals(c: number): Token | undefined {
    if (isSpace(c)) return this.#goTo(BEFORE_EQUALS);
    return c === EQUALS ? this.#goTo(BEFORE_VALUE) : this.#bad('After an attribute name comes =.');
  }

  #readQuote(c: number): Token | undefined {
    if (isSpace(c)) return this.#goTo(BEFORE_VALUE);
    if (c !== QUOTE && c !== APOSTROPHE) return this.#bad('Attribute values are quoted.');
    this.#quote = c;
    return this.#goTo(VALUE);
  }

  #readValue(): Token | undefined {
    const chunk = this.#chunk;
    const start = this.#at;
    let i = start;
    while (i < chunk.length) {
      const c = chunk.charCodeAt(i);
      if (c < 0x80 ? (STOPS[c] as number) & 2 && !this.#staysValue(c) : !this.#countWide(c)) break;
      i += 1;
    }
    this.#at = i;
    this.#held += chunk.slice(start, i);
    return i === chunk.length ? undefined : this.#endValueRun(chunk.charCodeAt(i));
  }

  #staysValue(c: number): boolean {
    return (c === QUOTE || c === APOSTROPHE) && c !== this.#quote;
  }

  #endValueRun(c: number): Token | undefined {
    if (c === this.#quote) return this.#endValue();
    if (c === AMPERSAND) return this.#beginReference(VALUE);
    if (isSpace(c)) return this.#readValueSpace(c);
    return this.#bad(
      c === LT ? 'An attribute value holds <.' : 'A character that XML does not allow.',
    );
  }

  #endValue(): Token {
    this.#at += 1;
    this.value = this.#held;
    this.#held = '';
    this.#afterSpace = false;
    this.#state = IN_TAG;
    return 'attribute';
  }

  /** White space in a value is a space; CR LF is one. XML 1.0 §3.3.3. */
  #readValueSpace(c: number): undefined {
    const follows = c === LF && this.#returnEnd === this.offset;
    if (!follows) this.#held += ' ';
    this.#at += 1;
    if (c === CR) this.#returnEnd = this.offset;
  }

  #readCloseEnd(c: number): Token | undefined {
    if (isSpace(c)) return this.#goTo(CLOSE_END);
    if (this.name === '' || !isNameStart(this.name.charCodeAt(0)))
      return this.#bad('After </ comes a name.');
    return c === GT ? this.#end('close') : this.#bad('A closing tag has a name only.');
  }

  // CDATA sections, and what is refused at sight

  #readExclamation(c: number): Token | undefined {
    if (c === OPEN_BRACKET) return this.#goTo(CDATA_START);
    if (c === 0x2d) return this.#restricted('Comments are not allowed.');
    if (c === 0x44) return this.#restricted('Document types are not allowed.');
    return this.#bad('After <! comes [CDATA[.');
  }

  #readCdataStart(c: number): Token | undefined {
    if (c !== 'CDATA['.charCodeAt(this.#held.length)) return this.#bad('After <! comes [CDATA[.');
    this.#held += this.#chunk.charAt(this.#at);
    if (this.#held.length < 6) return this.#goTo(CDATA_START);
    this.#held = '';
    this.#goTo(CDATA);
    this.value = '';
    return 'escaped';
  }

  #readCdata(): Token | undefined {
    const chunk = this.#chunk;
    const start = this.#at;
    let i = start;
    while (i < chunk.length) {
      const c = chunk.charCodeAt(i);
      if (c < 0x80 ? (STOPS[c] as number) & 1 && !this.#staysCdata(c, i) : !this.#countWide(c))
        break;
      i += 1;
    }
    this.#at = i;
    this.#held += chunk.slice(start, i);
    return i === chunk.length ? undefined : this.#endCdataRun(chunk.charCodeAt(i));
  }

  #staysCdata(c: number, i: number): boolean {
    return c === LT || c === AMPERSAND || this.#staysText(c, i);
  }

  #endCdataRun(c: number): Token | undefined {
    if (c === LF) return this.#goTo(CDATA);
    if (c === CR) {
      this.#held += '\n';
      this.#goTo(CDATA);
      this.#returnEnd = this.offset;
      return undefined;
    }
    if (c !== GT) return this.#bad('A character that XML does not allow.');
    this.value = this.#held.slice(0, -2);
    this.#held = '';
    return this.#end('escaped');
  }

  // References

  #beginReference(around: number): undefined {
    this.#around = around;
    this.#reference.begin();
    return this.#goTo(REFERENCE);
  }

  #readReference(c: number): Token | undefined {
    const state = this.#reference.take(c);
    if (state === 'bad') return this.#bad('A reference to no character that XML allows.');
    if (state === 'unknown')
      return this.#restricted('Only the five predefined entities are allowed.');
    if (c >= 0x80) this.#countWide(c);
    return state === 'done' ? this.#endReference() : this.#goTo(REFERENCE);
  }

  #endReference(): Token | undefined {
    this.#goTo(this.#around);
    this.value = this.#reference.text;
    if (this.#around === TEXT) return 'escaped';
    this.#held += this.value;
    return undefined;
  }

  // The beginning

  #readStart(c: number): Token | undefined {
    if (c === LT && this.#held === '') {
      this.#held = '<';
      return this.#goTo(START);
    }
    const second = this.#held !== '';
    this.#held = '';
    if (second && c === 0x3f) return this.#goTo(DECLARATION);
    this.#state = second ? LESS_THAN : TEXT;
    return undefined;
  }

  #readDeclaration(c: number): Token | undefined {
    const read = this.#held.length;
    if (read < 3 ? c !== 'xml'.charCodeAt(read) : read === 3 && !isSpace(c)) {
      return this.#restricted('Processing instructions are not allowed.');
    }
    const end = this.#chunk.indexOf('>', this.#at);
    const until = read < 4 ? this.#at + 1 : end < 0 ? this.#chunk.length : end;
    this.#held += this.#chunk.slice(this.#at, until);
    this.#at = until;
    return until === end ? this.#endDeclaration() : undefined;
  }

  #endDeclaration(): Token | undefined {
    const fault = declarationFault(this.#held, this.offset);
    if (fault !== undefined) return this.#fail(fault);
    this.#held = '';
    return this.#goTo(TEXT);
  }

  // What every state does at its end

  #goTo(state: number): undefined {
    this.#at += 1;
    this.#state = state;
  }

  #end(token: Token): Token {
    this.#goTo(TEXT);
    return token;
  }

  #bad(text: string): Token {
    return this.#fail(notWellFormed(text, this.offset));
  }

  #restricted(text: string): Token {
    return this.#fail(restrictedXml(text, this.offset));
  }

  #fail(fault: Fault): Token {
    this.#state = FAILED;
    this.#held = '';
    this.discard();
    this.fault = fault;
    return 'fault';
  }
}

function isSpace(c: number): boolean {
  return c === SPACE || c === LF || c === TAB || c === CR;
}
