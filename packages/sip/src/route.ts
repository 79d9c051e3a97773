// One value of Route or Record-Route. RFC 3261 §20.30, §20.34. Most are somebody else's, to be repeated as they were written
// (relay.ts has their texts), and what their parameters say only their writer reads. So a value of a parameter may hold more
// here than §25.1 has it: every visible character that separates nothing. Where a route leads is read as everywhere.
import {
  atEnd,
  codeAt,
  type Cursor,
  cursorOf,
  skipBlanks,
  takeParams,
  takeQuoted,
} from './cursor.ts';
import { fault, type Fault } from './fault.ts';
import { COMMA, QUOTE, URI_PARAM } from './grammar.ts';
import type { NameAddr, Param } from './message.ts';
import { isBracketed, type Reading, takeNameAddr } from './name-addr.ts';
import { percentEncode } from './percent.ts';
import { parseUri, readUri, type Uri } from './uri.ts';

/**
 * Reads one value of Route or Record-Route, or says what is wrong with it. Departs from §25.1: a value of a parameter may
 * hold any visible character but `"`, `,`, `;`, `<`, `>` and the backslash, in a URI none of `@` and `?` either, where it
 * reads as its percent escape.
 *
 * @spec RFC 3261 §20.30
 * @spec RFC 3261 §8.2.2
 */
export function parseRoute(text: string): NameAddr | Fault {
  const cursor = cursorOf(text);
  const address = takeRoute(cursor);
  return address === undefined || !atEnd(cursor) ? fault('name-addr') : address;
}

/** The same up to a comma or the end. Only the form with angle brackets, as the grammar wants it. */
export function takeRoute(c: Cursor): NameAddr | undefined {
  skipBlanks(c);
  const start = c.at;
  if (!isBracketed(c)) return undefined;
  const address = takeNameAddr(c);
  skipBlanks(c);
  if (address !== undefined && (codeAt(c) === -1 || codeAt(c) === COMMA)) return address;
  c.at = start;
  return takeNameAddr(c, OF_OTHERS);
}

/** The URI with what may not stand in its parameters escaped, so that nothing of it can be taken for anything else. */
function readUriOfOthers(text: string, start: number, end: number): Uri | Fault {
  const uri = text.slice(start, end);
  const from = uri.indexOf(';', uri.indexOf('@') + 1);
  const isPlain = from >= 0 && opaqueEnd(uri, from, uri.length, IN_URI) === uri.length;
  if (!isPlain) return readUri(text, start, end);
  return parseUri(uri.slice(0, from) + uri.slice(from).split(';').map(escaped).join(';'));
}

function escaped(one: string): string {
  const equals = one.indexOf('=');
  if (equals < 0) return one;
  const value = percentEncode(one.slice(equals + 1), URI_PARAM);
  return value === '' ? one.slice(0, equals) : `${one.slice(0, equals)}=${value}`;
}

function takeParamsOfOthers(c: Cursor): readonly Param[] | undefined {
  return takeParams(c, takeValue);
}

function takeValue(c: Cursor): string | undefined {
  if (codeAt(c) === QUOTE) return takeQuoted(c);
  const start = c.at;
  c.at = opaqueEnd(c.text, start, c.end, SEPARATORS);
  return c.text.slice(start, c.at);
}

/** Where the run of visible characters ends that are none of these. */
function opaqueEnd(text: string, start: number, end: number, but: string): number {
  let at = start;
  while (at < end && isVisible(text.charCodeAt(at)) && !but.includes(text.charAt(at))) at++;
  return at;
}

function isVisible(code: number): boolean {
  return code > 0x20 && code < 0x7f;
}

const OF_OTHERS: Reading = { uri: readUriOfOthers, params: takeParamsOfOthers };
/** What ends a value, or hides what does. */
const SEPARATORS = '",;<>\\';
/** Within a URI, whose parameters are read together: what may begin another part of it, too. */
const IN_URI = '",<>\\@?';
