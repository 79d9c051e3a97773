// Runs of plain characters: a name, text, an attribute value, the inside of a CDATA section. Each reads on to the
// first character that may end it or to the end of the chunk, and counts bytes on the way. What ends a run, and
// whether it may, is for the tokenizer to say.
import {
  AMPERSAND,
  APOSTROPHE,
  COLON,
  isNamePart,
  LT,
  QUOTE,
  STOPS,
  STOPS_TEXT,
  STOPS_VALUE,
} from './characters.ts';
import type { Input } from './input.ts';

/** The part of a name, prefix included, that stands here. */
export function nameRun(input: Input): string {
  const { chunk, at } = input;
  let i = at;
  while (i < chunk.length) {
    const c = chunk.charCodeAt(i);
    if (!isNamePart(c) && c !== COLON) break;
    if (c >= 0x80) input.countWide(c);
    i += 1;
  }
  input.at = i;
  return chunk.slice(at, i);
}

/** Text up to markup, a reference, a line end to be looked at, or what XML does not allow. */
export function textRun(input: Input): string {
  const { chunk, at } = input;
  let i = at;
  while (i < chunk.length) {
    const c = chunk.charCodeAt(i);
    if (c >= 0x80 ? !input.countWide(c) : isStop(c, STOPS_TEXT) && !input.staysText(c, i)) break;
    i += 1;
  }
  input.at = i;
  return chunk.slice(at, i);
}

/** The same inside a CDATA section, where markup and references are text. */
export function cdataRun(input: Input): string {
  const { chunk, at } = input;
  let i = at;
  while (i < chunk.length) {
    const c = chunk.charCodeAt(i);
    if (c >= 0x80 ? !input.countWide(c) : isStop(c, STOPS_TEXT) && !staysCdata(input, c, i)) break;
    i += 1;
  }
  input.at = i;
  return chunk.slice(at, i);
}

/** The same in an attribute value, up to the quote that began it. */
export function valueRun(input: Input, quote: number): string {
  const { chunk, at } = input;
  let i = at;
  while (i < chunk.length) {
    const c = chunk.charCodeAt(i);
    if (c >= 0x80 ? !input.countWide(c) : isStop(c, STOPS_VALUE) && !isOtherQuote(c, quote)) break;
    i += 1;
  }
  input.at = i;
  return chunk.slice(at, i);
}

function isStop(c: number, mark: number): boolean {
  return ((STOPS[c] as number) & mark) !== 0;
}

function staysCdata(input: Input, c: number, i: number): boolean {
  return c === LT || c === AMPERSAND || input.staysText(c, i);
}

function isOtherQuote(c: number, quote: number): boolean {
  return (c === QUOTE || c === APOSTROPHE) && c !== quote;
}
