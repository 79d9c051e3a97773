// Characters to tokens: XML 1.0 §2 without what RFC 6120 §11.1 forbids. Any cut of the text gives the
// same tokens but for text, which comes in as many pieces as there were.
// Theory: one state per place in the grammar; each state reads a run of characters and keeps the
// part that has not ended in `#held`, so no character is looked at twice and work is linear.
// Nesting, names with prefixes and limits are the tree reader's business. What is rare (references, CDATA
// sections, the declaration) is read by machines of its own; where we stand in the text is input.ts.
import type { Fault } from '../fault.ts';
import { Cdata } from './cdata.ts';
import {
  AMPERSAND,
  APOSTROPHE,
  CR,
  EQUALS,
  GT,
  isNameStart,
  isSpace,
  LF,
  LT,
  OPEN_BRACKET,
  QUOTE,
  SLASH,
} from './characters.ts';
import { Declaration } from './declaration.ts';
import { notWellFormed, restrictedXml } from './faults.ts';
import type { Input } from './input.ts';
import { Reference } from './reference.ts';
import { nameRun, textRun, valueRun } from './runs.ts';

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
const CDATA = 14;
const REFERENCE = 15;
const FAILED = 16;

/** Reads the tokens of one document after another. */
export class Tokenizer {
  /** The name as written, prefix included. */
  name = '';
  value = '';
  fault: Fault | undefined;

  readonly #input: Input;
  #state: number = START;
  #held = '';
  #quote = 0;
  #afterSpace = false;
  /** What a reference stands in: TEXT or VALUE. */
  #around: number = TEXT;
  readonly #reference: Reference = new Reference();
  readonly #cdata: Cdata = new Cdata();
  readonly #declaration: Declaration = new Declaration();

  constructor(input: Input) {
    this.#input = input;
  }

  /** Whether everything fed has been read and no markup is half there. */
  get isBetween(): boolean {
    return (
      this.#input.isRead && this.#held === '' && (this.#state === TEXT || this.#state === START)
    );
  }

  /** Begins another document with what has not been read. */
  restart(): void {
    if (this.#state === FAILED) return;
    this.#state = START;
    this.#held = '';
    this.#input.mark();
  }

  /** Reads up to the end of the next token. */
  next(): Token {
    const input = this.#input;
    let token: Token | undefined;
    while (token === undefined) {
      if (this.#state === FAILED) return 'fault';
      if (input.at === input.chunk.length && !input.advance()) return 'more';
      token = this.#step(input.chunk.charCodeAt(input.at));
    }
    return token;
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
        return this.#readDeclaration();
      case EXCLAMATION:
        return this.#readExclamation(c);
      case CDATA:
        return this.#readCdata();
      default:
        return this.#readReference(c);
    }
  }

  // Text

  #readText(): Token | undefined {
    const input = this.#input;
    this.value = textRun(input);
    return this.value === '' ? this.#endText(input.chunk.charCodeAt(input.at)) : 'text';
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
    this.#input.at += 1;
    this.#input.noteReturn();
    this.value = '\n';
    return 'text';
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
    const input = this.#input;
    this.#held += nameRun(input);
    return input.at < input.chunk.length;
  }

  #endOpenName(): Token | undefined {
    this.#takeName();
    this.#afterSpace = false;
    this.#state = IN_TAG;
    return 'open';
  }

  /** Goes on into the value at once where `=` and a quote follow, as they nearly always do. */
  #endAttributeName(): Token | undefined {
    const input = this.#input;
    this.#takeName();
    this.#state = BEFORE_EQUALS;
    if (input.chunk.charCodeAt(input.at) !== EQUALS) return undefined;
    this.#goTo(BEFORE_VALUE);
    const quote = input.chunk.charCodeAt(input.at);
    if (quote !== QUOTE && quote !== APOSTROPHE) return undefined;
    this.#quote = quote;
    this.#goTo(VALUE);
    return this.#readValue();
  }

  #endCloseName(): Token | undefined {
    this.#takeName();
    this.#state = CLOSE_END;
    return this.#readCloseEnd(this.#input.chunk.charCodeAt(this.#input.at));
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
    const input = this.#input;
    this.#held += valueRun(input, this.#quote);
    if (input.at === input.chunk.length) return undefined;
    return this.#endValueRun(input.chunk.charCodeAt(input.at));
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
    this.#input.at += 1;
    this.value = this.#held;
    this.#held = '';
    this.#afterSpace = false;
    this.#state = IN_TAG;
    return 'attribute';
  }

  /** White space in a value is a space; CR LF is one. XML 1.0 §3.3.3. */
  #readValueSpace(c: number): undefined {
    const follows = c === LF && this.#input.followsReturn(this.#input.at);
    if (!follows) this.#held += ' ';
    this.#input.at += 1;
    if (c === CR) this.#input.noteReturn();
  }

  #readCloseEnd(c: number): Token | undefined {
    if (isSpace(c)) return this.#goTo(CLOSE_END);
    if (this.name === '' || !isNameStart(this.name.charCodeAt(0)))
      return this.#bad('After </ comes a name.');
    return c === GT ? this.#end('close') : this.#bad('A closing tag has a name only.');
  }

  // CDATA sections, and what is refused at sight

  #readExclamation(c: number): Token | undefined {
    if (c === OPEN_BRACKET) {
      this.#cdata.begin();
      return this.#goTo(CDATA);
    }
    if (c === 0x2d) return this.#restricted('Comments are not allowed.');
    if (c === 0x44) return this.#restricted('Document types are not allowed.');
    return this.#bad('After <! comes [CDATA[.');
  }

  #readCdata(): Token | undefined {
    const state = this.#cdata.read(this.#input);
    if (state === 'more') return undefined;
    if (state === 'none') return this.#bad('After <! comes [CDATA[.');
    if (state === 'bad') return this.#bad('A character that XML does not allow.');
    this.value = this.#cdata.text;
    if (state === 'done') this.#state = TEXT;
    return 'escaped';
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
    if (c >= 0x80) this.#input.countWide(c);
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
    if (second && c === 0x3f) {
      this.#declaration.begin();
      return this.#goTo(DECLARATION);
    }
    this.#state = second ? LESS_THAN : TEXT;
    return undefined;
  }

  #readDeclaration(): Token | undefined {
    const state = this.#declaration.read(this.#input);
    if (state === 'instruction')
      return this.#restricted('Processing instructions are not allowed.');
    if (typeof state !== 'string') return this.#fail(state);
    if (state === 'done') this.#state = TEXT;
    return undefined;
  }

  // What every state does at its end

  #goTo(state: number): undefined {
    this.#input.at += 1;
    this.#state = state;
  }

  #end(token: Token): Token {
    this.#goTo(TEXT);
    return token;
  }

  #bad(text: string): Token {
    return this.#fail(notWellFormed(text, this.#input.offset));
  }

  #restricted(text: string): Token {
    return this.#fail(restrictedXml(text, this.#input.offset));
  }

  #fail(fault: Fault): Token {
    this.#state = FAILED;
    this.#held = '';
    this.#input.discard();
    this.fault = fault;
    return 'fault';
  }
}
