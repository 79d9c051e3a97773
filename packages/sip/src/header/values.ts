// How single header values read: Via, CSeq, media types and the small ones. RFC 3261 §20, §25.1.
// Addresses are name-addr.ts. Every reader gives `undefined` for a value that is not as the grammar has it.

import {
  atEnd,
  codeAt,
  type Cursor,
  cursorOf,
  skipBlanks,
  take,
  takeParams,
  takeQuoted,
  takeToken,
} from '../cursor.ts';
import {
  COLON,
  digitsEnd,
  isBlank,
  isControl,
  PAREN,
  readNumber,
  runEnd,
  SEMICOLON,
  SLASH,
  WORD,
  AT,
} from '../grammar.ts';
import { hostEnd, hostOf, portOf } from '../host.ts';
import {
  type CSeq,
  type MediaType,
  type NameAddr,
  type Param,
  param,
  type ParamValue,
  type Via,
  type Warning,
} from '../message.ts';
import { takeNameAddr } from '../name-addr.ts';

/** From or To: a tag, if there is one, is a token. @spec RFC 3261 §19.3 */
export function readParty(c: Cursor): NameAddr | undefined {
  const address = takeNameAddr(c);
  if (address === undefined || !atEnd(c)) return undefined;
  const tag = param(address.params, 'tag');
  return tag === undefined || isToken(tag) ? address : undefined;
}

/** One address and nothing else. */
export function readAddress(c: Cursor): NameAddr | undefined {
  const address = takeNameAddr(c);
  return atEnd(c) ? address : undefined;
}

/**
 * One Via value. Brackets round the address in `received` are taken off: they are read, never sent.
 *
 * @spec RFC 3261 §20.42
 * @spec RFC 5118 §4.5
 */
export function takeVia(c: Cursor): Via | undefined {
  skipBlanks(c);
  if (c.text.startsWith(USUAL, c.at)) {
    c.at += USUAL.length;
    skipBlanks(c);
  } else if (takeToken(c).toUpperCase() !== 'SIP' || !take(c, SLASH)) return undefined;
  else if (takeToken(c) !== '2.0' || !take(c, SLASH)) return undefined;
  return takeSentBy(c);
}

/** What nearly every Via begins with. */
const USUAL = 'SIP/2.0/';

/** The topmost Via of a version we do not speak: the way back for a 505. */
export function readForeignVia(text: string): Via | undefined {
  const c = cursorOf(text);
  if (takeToken(c).toUpperCase() !== 'SIP' || !take(c, SLASH)) return undefined;
  return takeToken(c) === '' || !take(c, SLASH) ? undefined : takeSentBy(c);
}

function takeSentBy(c: Cursor): Via | undefined {
  const transport = takeToken(c).toUpperCase();
  if (transport === '' || !isBlank(codeAt(c))) return undefined;
  skipBlanks(c);
  const end = hostEnd(c.text, c.at, c.end);
  const host = hostOf(c.text.slice(c.at, end));
  c.at = end;
  const port = take(c, COLON) ? takePort(c) : undefined;
  if (host === undefined || port === -1) return undefined;
  const params = takeParams(c);
  return params === undefined || !areViaParams(params)
    ? undefined
    : { transport, host, port, params: withoutBrackets(params) };
}

function takePort(c: Cursor): number {
  const start = c.at;
  c.at = digitsEnd(c.text, start, c.end);
  return portOf(c.text, start, c.at);
}

/** @spec RFC 3581 §3 */
function areViaParams(params: readonly Param[]): boolean {
  const rport = param(params, 'rport');
  const branch = param(params, 'branch');
  const received = param(params, 'received');
  return (
    (rport === undefined || rport === '' || portOf(rport, 0, rport.length) > 0) &&
    (branch === undefined || isToken(branch)) &&
    (received === undefined || isAddress(received))
  );
}

function isAddress(text: string): boolean {
  return hostOf(text) !== undefined || hostOf(`[${text}]`) !== undefined;
}

function withoutBrackets(params: readonly Param[]): readonly Param[] {
  if (!param(params, 'received')?.startsWith('[')) return params;
  return params.map((one) =>
    one.name === 'received' ? { name: one.name, value: one.value?.slice(1, -1) } : one,
  );
}

/** @spec RFC 3261 §20.16 */
export function readCSeq(c: Cursor): CSeq | undefined {
  const number = takeNumber(c, MAX_CSEQ);
  const end = c.at;
  skipBlanks(c);
  const blank = c.at > end;
  const method = takeToken(c);
  return number < 0 || !blank || method === '' || !atEnd(c) ? undefined : { number, method };
}

/** @spec RFC 3261 §20.8 */
export function readCallId({ text, at: start, end }: Cursor): string | undefined {
  const at = runEnd(text, start, end, WORD);
  if (at === start) return undefined;
  if (at === end) return text.slice(start, end);
  if (text.charCodeAt(at) !== AT || at + 1 === end) return undefined;
  return runEnd(text, at + 1, end, WORD) === end ? text.slice(start, end) : undefined;
}

/** @spec RFC 3261 §20.22 */
export function readMaxForwards({ text, at, end }: Cursor): number | undefined {
  return positive(readNumber(text, at, end, 255));
}

/** Digits only, and no more than can be counted exactly. @spec RFC 3261 §20.14 */
export function readContentLength({ text, at, end }: Cursor): number | undefined {
  return positive(readNumber(text, at, end, MAX_LENGTH));
}

/** @spec RFC 3261 §20.19 */
export function readSeconds({ text, at, end }: Cursor): number | undefined {
  return positive(readNumber(text, at, end, MAX_SECONDS));
}

/** Seconds; a comment and parameters may follow and are not kept. @spec RFC 3261 §20.33 */
export function readRetryAfter(c: Cursor): number | undefined {
  const seconds = takeNumber(c, MAX_SECONDS);
  skipBlanks(c);
  if (seconds < 0 || (codeAt(c) === PAREN && !takeComment(c))) return undefined;
  return takeParams(c) === undefined || !atEnd(c) ? undefined : seconds;
}

/** Comments nest, so they are counted, not recursed into. */
function takeComment(c: Cursor): boolean {
  let depth = 0;
  for (let i = c.at; i < c.end; i++) {
    const one = c.text.charAt(i);
    if (one === '\\') i++;
    else if (one === '(') depth++;
    else if (one === ')' && --depth === 0) {
      c.at = i + 1;
      return true;
    }
  }
  return false;
}

export function readMediaType(c: Cursor): MediaType | undefined {
  const media = takeMediaType(c);
  if (media === undefined || !atEnd(c) || media.params.some((one) => one.value === undefined)) {
    return undefined;
  }
  return media;
}

/** A media type or range; `*` is a token, so ranges read as types do. @spec RFC 3261 §20.1 */
export function takeMediaType(c: Cursor): MediaType | undefined {
  skipBlanks(c);
  const type = takeToken(c).toLowerCase();
  if (type === '' || !take(c, SLASH)) return undefined;
  const subtype = takeToken(c).toLowerCase();
  const params = takeParams(c);
  return subtype === '' || params === undefined ? undefined : { type, subtype, params };
}

export function readParamValue(c: Cursor): ParamValue | undefined {
  const value = takeParamValue(c);
  return atEnd(c) ? value : undefined;
}

/** A token with parameters. */
export function takeParamValue(c: Cursor): ParamValue | undefined {
  skipBlanks(c);
  const value = takeToken(c);
  const params = takeParams(c);
  return value === '' || params === undefined ? undefined : { value, params };
}

/** A token as written. */
export function takeWord(c: Cursor): string | undefined {
  skipBlanks(c);
  const word = takeToken(c);
  return word === '' ? undefined : word;
}

/** A token that compares without case, in lower case. */
export function takeFoldedWord(c: Cursor): string | undefined {
  return takeWord(c)?.toLowerCase();
}

/** @spec RFC 3261 §20.43 */
export function takeWarning(c: Cursor): Warning | undefined {
  skipBlanks(c);
  const first = c.at;
  const code = takeNumber(c, 999);
  if (code < 0 || c.at - first !== 3 || !isBlank(codeAt(c))) return undefined;
  skipBlanks(c);
  const start = c.at;
  while (c.at < c.end && isAgentChar(c.text.charCodeAt(c.at))) c.at++;
  const agent = c.text.slice(start, c.at);
  skipBlanks(c);
  const text = takeQuoted(c);
  return agent === '' || text === undefined ? undefined : { code, agent, text };
}

function isAgentChar(code: number): boolean {
  return code > 0x20 && code < 0x7f && code !== 0x22 && code !== 0x2c && code !== SEMICOLON;
}

/** Descriptive text: anything but controls. */
export function readText({ text, at, end }: Cursor): string | undefined {
  for (let i = at; i < end; i++) if (isControl(text.charCodeAt(i))) return undefined;
  return text.slice(at, end);
}

/** Milliseconds since 1970 of a date in GMT, and only GMT. @spec RFC 3261 §20.17 */
export function readDate(c: Cursor): number | undefined {
  const text = c.text.slice(c.at, c.end);
  if (text.length !== 29 || !text.endsWith(' GMT') || text.slice(3, 5) !== ', ') return undefined;
  if (!WEEKDAYS.includes(text.slice(0, 3))) return undefined;
  const month = MONTHS.indexOf(text.slice(8, 11));
  const day = readNumber(text, 5, 7, 31);
  const year = readNumber(text, 12, 16, 9999);
  const hour = readNumber(text, 17, 19, 23);
  const minute = readNumber(text, 20, 22, 59);
  const second = readNumber(text, 23, 25, 60);
  const marks =
    text.charAt(7) + text.charAt(11) + text.charAt(16) + text.charAt(19) + text.charAt(22);
  if (month < 0 || marks !== '   ::' || day < 1 || year < 1970) return undefined;
  if (hour < 0 || minute < 0 || second < 0) return undefined;
  const midnight = Date.UTC(year, month, day);
  if (new Date(midnight).getUTCDate() !== day) return undefined;
  return midnight + ((hour * 60 + minute) * 60 + second) * 1000;
}

function isToken(text: string): boolean {
  const c = cursorOf(text);
  return takeToken(c) !== '' && c.at === text.length;
}

/** Digits, and the number that they are: at most `max`, or -1. */
function takeNumber(c: Cursor, max: number): number {
  const start = c.at;
  c.at = digitsEnd(c.text, start, c.end);
  return readNumber(c.text, start, c.at, max);
}

function positive(number: number): number | undefined {
  return number < 0 ? undefined : number;
}

/** @spec RFC 3261 §8.1.1.5 */
const MAX_CSEQ = 2 ** 31 - 1;
const MAX_SECONDS = 2 ** 32 - 1;
const MAX_LENGTH = 2 ** 31 - 1;
const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
