// The text that is read: pieces in order, where we stand in them, how many bytes it is since a mark, and what must be
// remembered of the characters before, since a text may be cut between any two. What they mean is the tokenizer's.
import { CLOSE_BRACKET, GT, LF, TAB } from './characters.ts';

/** Text in pieces, and a place in it that only moves forwards. */
export class Input {
  /** The piece being read, and where. */
  chunk = '';
  at = 0;
  readonly #queue: string[] = [];
  /** Characters before the chunk, since the beginning. */
  #passed = 0;
  /** Where the measured stretch began, and its bytes beyond one for each character. */
  #mark = 0;
  #extraBytes = 0;
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
    return this.#passed + this.at;
  }

  /** Whether everything fed has been read. */
  get isRead(): boolean {
    return this.at === this.chunk.length && this.#queue.length === 0;
  }

  /** On to the next piece; false when there is none. */
  advance(): boolean {
    this.#passed += this.chunk.length;
    this.chunk = this.#queue.shift() ?? '';
    this.at = 0;
    return this.chunk !== '';
  }

  /** Drops what has not been read. */
  discard(): void {
    this.at = this.chunk.length;
    this.#queue.length = 0;
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

  /** Counts the bytes of a character above ASCII; false when XML does not allow it. */
  countWide(c: number): boolean {
    if (c >= 0xfffe) return false;
    this.#extraBytes += c < 0x800 || (c >= 0xd800 && c <= 0xdfff) ? 1 : 2;
    return true;
  }

  /** Remembers that a carriage return stands just before here. */
  noteReturn(): void {
    this.#returnEnd = this.offset;
  }

  /** Whether the character at `i` of the chunk comes right after a carriage return. */
  followsReturn(i: number): boolean {
    return this.#returnEnd === this.#passed + i;
  }

  /** Whether a character that might end a run of text, at `i` of the chunk, does not. */
  staysText(c: number, i: number): boolean {
    if (c === CLOSE_BRACKET) return this.#noteBracket(i);
    if (c === GT) return !this.#followsBrackets(i);
    return c === TAB || (c === LF && !this.followsReturn(i));
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
}
