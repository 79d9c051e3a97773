// URIs: reading, writing and comparing them. RFC 3261 §19.1.
// Any scheme but sip and sips is kept as text; what a tel URI says is tel.ts, an im or pres URI mailbox.ts.

import { fault, type Fault, isFault } from './fault.ts';
import {
  AT,
  COLON,
  EQUALS,
  escapedRunEnd,
  isAlpha,
  isDigit,
  PASSWORD,
  QUESTION,
  SEMICOLON,
  URI_HEADER,
  URI_PARAM,
  URIC,
  USER,
  digitsEnd,
} from './grammar.ts';
import { addDistinct, type Distinct } from './distinct.ts';
import { hostEnd, hostOf, portOf } from './host.ts';
import { parseMailbox } from './mailbox.ts';
import { type Param, param } from './message.ts';
import { normalEscapes, percentEncode } from './percent.ts';
import { equalTel, parseTel } from './tel.ts';

/** A sip or sips URI. @spec RFC 3261 §19.1.1 */
export interface SipUri {
  readonly kind: 'sip';
  readonly scheme: 'sip' | 'sips';
  /** As written, percent escapes kept; case matters. */
  readonly user: string | undefined;
  /** As written, percent escapes kept. */
  readonly password: string | undefined;
  /** Lower case; an IPv6 address is in brackets. */
  readonly host: string;
  /** 1 to 65535. */
  readonly port: number | undefined;
  /** Values keep their percent escapes; names are decoded. */
  readonly params: readonly Param[];
  /** What follows `?`, as written. It never becomes headers of a message. */
  readonly headers: string | undefined;
}

/** Any other URI (im, pres, tel and the rest), checked for its characters and kept as text. */
export interface OtherUri {
  readonly kind: 'other';
  /** Lower case. */
  readonly scheme: string;
  /** The whole URI as written, scheme included. */
  readonly text: string;
}

/** Either kind of URI. */
export type Uri = SipUri | OtherUri;

/**
 * Reads one whole URI. Blanks, control characters, a second `@`, port 0 and doubled parameters are faults.
 *
 * @spec RFC 3261 §19.1.1
 */
export function parseUri(text: string): Uri | Fault {
  return readUri(text, 0, text.length);
}

/** The same between two places of a text. */
export function readUri(text: string, start: number, end: number): Uri | Fault {
  const colon = schemeEnd(text, start, end);
  if (colon < 0) return fault('uri', 'scheme');
  const scheme = text.slice(start, colon).toLowerCase();
  if (scheme === 'sip' || scheme === 'sips') return readSipUri(text, colon + 1, end, scheme);
  const read = escapedRunEnd(text, colon + 1, end, URIC);
  if (read !== end || end === colon + 1) return fault('uri', 'characters');
  return { kind: 'other', scheme, text: text.slice(start, end) };
}

/**
 * Writes a URI that reads back as the same one. Characters that may not stand where they are handed in
 * become percent escapes.
 *
 * @spec RFC 3261 §19.1.2
 */
export function writeUri(uri: Uri): string {
  if (uri.kind === 'other') return percentEncode(uri.text, URIC);
  let out = uri.scheme === 'sips' ? 'sips:' : 'sip:';
  if (uri.user !== undefined && uri.user !== '') {
    out += percentEncode(uri.user, USER);
    if (uri.password !== undefined) out += `:${percentEncode(uri.password, PASSWORD)}`;
    out += '@';
  }
  out += percentEncode(uri.host, URI_PARAM);
  if (uri.port !== undefined) out += `:${Number(uri.port)}`;
  for (let i = 0; i < uri.params.length; i++) out += writeParam(uri.params[i] as Param);
  if (uri.headers !== undefined) out += `?${writeHeaders(uri.headers)}`;
  return out;
}

/**
 * Whether two URIs name the same thing: by RFC 3261's rules for sip and sips, by RFC 3966's for tel, by the
 * mailbox for im and pres, letter by letter otherwise.
 *
 * @spec RFC 3261 §19.1.4
 * @spec RFC 3966 §4
 */
export function equalUri(a: Uri, b: Uri): boolean {
  if (a.kind === 'other' || b.kind === 'other') {
    return a.kind === 'other' && b.kind === 'other' && sameOther(a, b);
  }
  return (
    a.scheme === b.scheme &&
    a.host === b.host &&
    a.port === b.port &&
    sameText(a.user, b.user) &&
    sameText(a.password, b.password) &&
    sameParams(a.params, b.params) &&
    sameParams(b.params, a.params) &&
    sameHeaders(a.headers, b.headers)
  );
}

/** The value of a URI parameter, escapes kept; `''` when it has none, `undefined` when it is not there. */
export function uriParam(uri: Uri, name: string): string | undefined {
  return uri.kind === 'sip' ? param(uri.params, name) : undefined;
}

function schemeEnd(text: string, start: number, end: number): number {
  if (start === end || !isAlpha(text.charCodeAt(start))) return -1;
  for (let i = start + 1; i < end; i++) {
    const code = text.charCodeAt(i);
    if (code === COLON) return i;
    if (!isAlpha(code) && !isDigit(code) && !'+-.'.includes(text.charAt(i))) return -1;
  }
  return -1;
}

/** No `@` may stand raw behind the user part, so the first one ends it. */
function readSipUri(
  text: string,
  start: number,
  end: number,
  scheme: 'sip' | 'sips',
): SipUri | Fault {
  const at = atSign(text, start, end);
  const userEnd = at < 0 ? start : escapedRunEnd(text, start, at, USER);
  const secret = userEnd < at && text.charCodeAt(userEnd) === COLON;
  if (at >= 0 && !isUserinfo(text, start, userEnd, at, secret)) return fault('uri', 'user');
  const place = readHostPort(text, at < 0 ? start : at + 1, end);
  if (typeof place === 'string') return fault('uri', place);
  const read: Distinct = { params: NO_PARAMS, names: undefined };
  const paramsEnd = readParams(text, place.end, end, read);
  if (paramsEnd < 0) return fault('uri', 'parameters');
  const query = paramsEnd < end && text.charCodeAt(paramsEnd) === QUESTION;
  if (query ? !isHeaders(text, paramsEnd + 1, end) : paramsEnd !== end) {
    return fault('uri', query ? 'headers' : 'host');
  }
  return {
    kind: 'sip',
    scheme,
    user: at < 0 ? undefined : text.slice(start, userEnd),
    password: secret ? text.slice(userEnd + 1, at) : undefined,
    host: place.host,
    port: place.port,
    params: read.params,
    headers: query ? text.slice(paramsEnd + 1, end) : undefined,
  };
}

/** Where the first `@` stands; -1 for none. Nothing behind the end is looked at: there is a whole head. */
function atSign(text: string, start: number, end: number): number {
  for (let i = start; i < end; i++) if (text.charCodeAt(i) === AT) return i;
  return -1;
}

interface HostPort {
  readonly host: string;
  readonly port: number | undefined;
  readonly end: number;
}

/** The name of the part that is wrong, if one is. */
function readHostPort(text: string, start: number, end: number): HostPort | 'host' | 'port' {
  const stop = hostEnd(text, start, end);
  const host = hostOf(text.slice(start, stop));
  if (host === undefined) return 'host';
  if (stop === end || text.charCodeAt(stop) !== COLON) return { host, port: undefined, end: stop };
  const digits = digitsEnd(text, stop + 1, end);
  const port = portOf(text, stop + 1, digits);
  return port < 0 ? 'port' : { host, port, end: digits };
}

/** The password is what follows the first raw colon. */
function isUserinfo(
  text: string,
  start: number,
  end: number,
  at: number,
  secret: boolean,
): boolean {
  if (end === start) return false;
  return secret ? escapedRunEnd(text, end + 1, at, PASSWORD) === at : end === at;
}

/** Reads parameters and returns where they end; -1 when they are malformed. */
function readParams(text: string, start: number, end: number, read: Distinct): number {
  let at = start;
  while (at < end && text.charCodeAt(at) === SEMICOLON) {
    const nameEnd = escapedRunEnd(text, at + 1, end, URI_PARAM);
    const name = nameOf(text.slice(at + 1, nameEnd));
    const valued = nameEnd < end && text.charCodeAt(nameEnd) === EQUALS;
    at = valued ? escapedRunEnd(text, nameEnd + 1, end, URI_PARAM) : nameEnd;
    if (name === '' || (valued && at === nameEnd + 1)) return -1;
    const value = valued ? text.slice(nameEnd + 1, at) : undefined;
    if (!addDistinct(read, name, value)) return -1;
  }
  return at;
}

/** `%6C%72` is `lr`; a name that only an escape can hold keeps it. */
function nameOf(raw: string): string {
  return normalEscapes(raw).toLowerCase();
}

function isHeaders(text: string, start: number, end: number): boolean {
  let at = start;
  for (;;) {
    const nameEnd = escapedRunEnd(text, at, end, URI_HEADER);
    if (nameEnd === at || nameEnd === end || text.charCodeAt(nameEnd) !== EQUALS) return false;
    at = escapedRunEnd(text, nameEnd + 1, end, URI_HEADER);
    if (at === end) return true;
    if (text.charAt(at) !== '&') return false;
    at++;
  }
}

function writeParam(one: Param): string {
  const name = percentEncode(one.name, URI_PARAM);
  if (one.value === undefined || one.value === '') return `;${name}`;
  return `;${name}=${percentEncode(one.value, URI_PARAM)}`;
}

function writeHeaders(headers: string): string {
  return isHeaders(headers, 0, headers.length)
    ? headers
    : percentEncode(headers, URIC).replaceAll('#', '%23');
}

/** Letter by letter, or in the words of their scheme, where these fit. */
function sameOther(a: OtherUri, b: OtherUri): boolean {
  if (a.scheme !== b.scheme) return false;
  return tailOf(a) === tailOf(b) || (a.scheme === 'tel' ? sameTel(a, b) : sameMailbox(a, b));
}

function sameTel(a: OtherUri, b: OtherUri): boolean {
  const [one, other] = [parseTel(a.text), parseTel(b.text)];
  return !isFault(one) && !isFault(other) && equalTel(one, other);
}

function sameMailbox(a: OtherUri, b: OtherUri): boolean {
  const [one, other] = [parseMailbox(a.text), parseMailbox(b.text)];
  if (isFault(one) || isFault(other)) return false;
  const isSame = one.user === other.user && one.host === other.host;
  return isSame && sameHeaders(one.headers, other.headers);
}

function tailOf(uri: OtherUri): string {
  return normalEscapes(uri.text.slice(uri.scheme.length));
}

function sameText(a: string | undefined, b: string | undefined): boolean {
  return a === undefined || b === undefined ? a === b : normalEscapes(a) === normalEscapes(b);
}

/** A parameter of one side only matters if it changes where or how a request goes. */
function sameParams(ones: readonly Param[], others: readonly Param[]): boolean {
  for (const one of ones) {
    const other = param(others, one.name);
    if (other === undefined && MUST_MATCH.includes(one.name)) return false;
    if (other !== undefined && !sameFold(one.value ?? '', other)) return false;
  }
  return true;
}

function sameHeaders(a: string | undefined, b: string | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return headerSet(a) === headerSet(b);
}

function headerSet(headers: string): string {
  const parts = headers.split('&').map((one) => {
    const equals = one.indexOf('=');
    return normalEscapes(one.slice(0, equals)).toLowerCase() + normalEscapes(one.slice(equals));
  });
  return parts.toSorted().join('&');
}

function sameFold(a: string, b: string): boolean {
  return normalEscapes(a).toLowerCase() === normalEscapes(b).toLowerCase();
}

/** Shared by all that have none. Never added to. */
const NO_PARAMS: Param[] = [];
const MUST_MATCH = ['user', 'ttl', 'method', 'maddr', 'transport'];
