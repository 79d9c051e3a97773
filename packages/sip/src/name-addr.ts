// Addresses in headers: a display name, a URI, and the header's own parameters. RFC 3261 §20.10, §25.1.
// Without angle brackets every parameter is the header's, and the URI may hold no comma, `?` or `;`.

import {
  atEnd,
  codeAt,
  type Cursor,
  cursorOf,
  quote,
  skipBlanks,
  takeParams,
  takeQuoted,
  writeParams,
} from './cursor.ts';
import { fault, type Fault } from './fault.ts';
import {
  COMMA,
  isBlank,
  LESS,
  QUESTION,
  QUOTE,
  runEnd,
  SEMICOLON,
  TOKEN,
  trimBlanks,
} from './grammar.ts';
import type { NameAddr, Param } from './message.ts';
import { readUri, type Uri, writeUri } from './uri.ts';

/** How what stands within brackets, and behind them, is read. */
export interface Reading {
  readonly uri: (text: string, start: number, end: number) => Uri | Fault;
  readonly params: (c: Cursor) => readonly Param[] | undefined;
}

/**
 * Reads one address such as `"Ann" <sip:ann@a.example>;tag=1` or `sip:ann@a.example;tag=1`, or says what is wrong with it.
 *
 * @spec RFC 3261 §20.10
 */
export function parseNameAddr(text: string): NameAddr | Fault {
  const cursor = cursorOf(text);
  const address = takeNameAddr(cursor);
  return address === undefined || !atEnd(cursor) ? fault('name-addr') : address;
}

/**
 * Writes an address, always in angle brackets and with the display name in quotes.
 *
 * @spec RFC 3261 §20.10
 */
export function writeNameAddr(address: NameAddr): string {
  const display = address.display === undefined ? '' : `${quote(address.display)} `;
  return `${display}<${writeUri(address.uri)}>${writeParams(address.params)}`;
}

/** Reads either form and stops before a comma or the end. */
export function takeNameAddr(c: Cursor, reading: Reading = BY_GRAMMAR): NameAddr | undefined {
  skipBlanks(c);
  if (codeAt(c) === QUOTE) {
    const display = takeQuoted(c);
    skipBlanks(c);
    return display === undefined ? undefined : takeBracketed(c, display, reading);
  }
  const start = c.at;
  const end = wordsEnd(c.text, start, c.end);
  if (end === c.end || c.text.charCodeAt(end) !== LESS) return takeBare(c);
  c.at = end;
  const display = end === start ? undefined : trimBlanks(c.text.slice(start, end));
  return takeBracketed(c, display, reading);
}

/** Whether what is to be read has the form with angle brackets, if any. */
export function isBracketed({ text, at, end }: Cursor): boolean {
  const words = wordsEnd(text, at, end);
  return words < end && (text.charCodeAt(at) === QUOTE || text.charCodeAt(words) === LESS);
}

/** The last token of a display name may touch the bracket. @spec RFC 4475 §3.1.1.6 */
function wordsEnd(text: string, start: number, end: number): number {
  let at = start;
  for (;;) {
    at = runEnd(text, at, end, TOKEN);
    if (at === end || !isBlank(text.charCodeAt(at))) return at;
    while (at < end && isBlank(text.charCodeAt(at))) at++;
  }
}

function takeBracketed(
  c: Cursor,
  display: string | undefined,
  reading: Reading,
): NameAddr | undefined {
  if (codeAt(c) !== LESS) return undefined;
  const close = c.text.indexOf('>', c.at);
  if (close < 0 || close >= c.end) return undefined;
  const uri = reading.uri(c.text, c.at + 1, close);
  if (uri.kind === 'fault') return undefined;
  c.at = close + 1;
  const params = reading.params(c);
  return params === undefined ? undefined : { display, uri, params };
}

function takeBare(c: Cursor): NameAddr | undefined {
  const end = bareEnd(c.text, c.at, c.end);
  const uri = readUri(c.text, c.at, end);
  if (uri.kind === 'fault') return undefined;
  c.at = end;
  const params = takeParams(c);
  return params === undefined ? undefined : { display: undefined, uri, params };
}

/** A question mark is left outside, where nothing will take it: such a URI wants brackets. */
function bareEnd(text: string, start: number, end: number): number {
  let at = start;
  while (at < end) {
    const code = text.charCodeAt(at);
    if (code === SEMICOLON || code === COMMA || code === QUESTION || isBlank(code)) break;
    at++;
  }
  return at;
}

const BY_GRAMMAR: Reading = { uri: readUri, params: takeParams };
