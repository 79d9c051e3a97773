// A place in one unfolded header value, and the productions of RFC 3261 §25.1 that move it forward.
// Every reader here is linear, and none reads past the end. The value is read where it stands in the head: a piece cut out
// of a text is a reference to it, which costs at each character.

import { addDistinct, type Distinct } from './distinct.ts';
import {
  BACKSLASH,
  COMMA,
  EQUALS,
  GEN_VALUE,
  isBlank,
  isControl,
  isIn,
  QUOTE,
  runEnd,
  SEMICOLON,
  TOKEN,
} from './grammar.ts';
import type { Param } from './message.ts';

/** Where a reader is in a value. */
export interface Cursor {
  readonly text: string;
  at: number;
  /** Where the value ends. */
  readonly end: number;
}

/** The whole of a text, or what stands between two places of it. */
export function cursorOf(text: string, at = 0, end: number = text.length): Cursor {
  return { text, at, end };
}

export function atEnd(c: Cursor): boolean {
  skipBlanks(c);
  return c.at >= c.end;
}

export function skipBlanks(c: Cursor): void {
  while (c.at < c.end && isBlank(c.text.charCodeAt(c.at))) c.at++;
}

/** The character at the place; -1 at the end. */
export function codeAt(c: Cursor): number {
  return c.at < c.end ? c.text.charCodeAt(c.at) : -1;
}

/** Takes a separator with the blanks round it. */
export function take(c: Cursor, code: number): boolean {
  skipBlanks(c);
  if (codeAt(c) !== code) return false;
  c.at++;
  skipBlanks(c);
  return true;
}

/** A token; empty when there is none. */
export function takeToken(c: Cursor): string {
  const start = c.at;
  c.at = runEnd(c.text, start, c.end, TOKEN);
  return c.text.slice(start, c.at);
}

/** The content of a quoted string, its escapes undone; `undefined` when it is not well formed. */
export function takeQuoted(c: Cursor): string | undefined {
  if (codeAt(c) !== QUOTE) return undefined;
  const start = c.at + 1;
  for (let i = start; i < c.end; i++) {
    const code = c.text.charCodeAt(i);
    if (code === BACKSLASH) return takeEscaped(c, start, i);
    if (isControl(code)) return undefined;
    if (code !== QUOTE) continue;
    c.at = i + 1;
    return c.text.slice(start, i);
  }
  return undefined;
}

/** From the first escape on. A backslash may hide any ASCII character but CR and LF. */
function takeEscaped(c: Cursor, start: number, first: number): string | undefined {
  let out = '';
  let from = start;
  for (let i = first; i < c.end; i++) {
    const code = c.text.charCodeAt(i);
    if (code === QUOTE) {
      c.at = i + 1;
      return out + c.text.slice(from, i);
    }
    if (code === BACKSLASH) {
      if (i + 1 >= c.end || c.text.charCodeAt(i + 1) >= 0x80) return undefined;
      out += c.text.slice(from, i);
      from = i + 1;
      i++;
    } else if (isControl(code)) return undefined;
  }
  return undefined;
}

/**
 * The parameters of a header value, each once; `undefined` when they are malformed. `takeValue` reads what stands behind
 * the equals sign.
 *
 * @spec RFC 3261 §7.3.1
 */
export function takeParams(
  c: Cursor,
  takeValue: (c: Cursor) => string | undefined = takeGenValue,
): readonly Param[] | undefined {
  if (!take(c, SEMICOLON)) return NO_PARAMS;
  const read: Distinct = { params: [], names: undefined };
  do {
    const name = takeToken(c).toLowerCase();
    if (name === '') return undefined;
    const valued = take(c, EQUALS);
    const value = valued ? takeValue(c) : undefined;
    if (valued && value === undefined) return undefined;
    if (!addDistinct(read, name, value)) return undefined;
  } while (take(c, SEMICOLON));
  return read.params;
}

/** A token, a host or a quoted string. */
function takeGenValue(c: Cursor): string | undefined {
  if (codeAt(c) === QUOTE) return takeQuoted(c);
  const start = c.at;
  c.at = runEnd(c.text, start, c.end, GEN_VALUE);
  return c.at === start ? undefined : c.text.slice(start, c.at);
}

/** A parameter as text; what is no token or host goes into quotes. */
export function writeParams(params: readonly Param[]): string {
  let out = '';
  for (let i = 0; i < params.length; i++) {
    const one = params[i] as Param;
    const name = tokenOf(one.name);
    if (one.value === undefined) out += `;${name}`;
    else out += `;${name}=${isGenValue(one.value) ? one.value : quote(one.value)}`;
  }
  return out;
}

/** A quoted string; control characters become spaces. */
export function quote(text: string): string {
  let out = '"';
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === QUOTE || code === BACKSLASH) out += `\\${text.charAt(i)}`;
    else out += isControl(code) ? ' ' : text.charAt(i);
  }
  return `${out}"`;
}

/** A token made of a text: what may not stand in one becomes `-`. */
export function tokenOf(text: string): string {
  if (text !== '' && runEnd(text, 0, text.length, TOKEN) === text.length) return text;
  let out = '';
  for (let i = 0; i < text.length; i++) {
    out += isIn(text.charCodeAt(i), TOKEN) ? text.charAt(i) : '-';
  }
  return out === '' ? '-' : out;
}

/** Takes the comma between two values; `false` at the end of the value, `undefined` at anything else. */
export function takeNext(c: Cursor): boolean | undefined {
  if (take(c, COMMA)) return true;
  return atEnd(c) ? false : undefined;
}

function isGenValue(text: string): boolean {
  return text !== '' && runEnd(text, 0, text.length, GEN_VALUE) === text.length;
}

const NO_PARAMS: readonly Param[] = [];
