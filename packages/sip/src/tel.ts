// tel URIs: reading a telephone number with its parameters, writing it in one form, comparing two. RFC 3966 §3 and
// §4. Where a number leads is the host's business; a tel URI as it stands in a message is an `OtherUri`.
import { fault, type Fault } from './fault.ts';
import { escapedRunEnd, URI_PARAM, URIC } from './grammar.ts';
import { hostOf, isIpv4 } from './host.ts';
import { MAX_PARAMS } from './limits.ts';
import { type Param, param } from './message.ts';
import { normalEscapes, percentEncode } from './percent.ts';

/** A telephone number. @spec RFC 3966 §3 */
export interface TelUri {
  readonly kind: 'tel';
  /** Without visual separators, lower case: `+` and digits, or what a local number may be. */
  readonly number: string;
  /** What a local number belongs to: the start of a global one, or a domain; a global number has none. */
  readonly context: string | undefined;
  /** All others, names in lower case; an extension without visual separators. */
  readonly params: readonly Param[];
}

/**
 * Reads one whole tel URI. A local number without its context is a fault, and so is a doubled parameter.
 *
 * @spec RFC 3966 §3
 */
export function parseTel(text: string): TelUri | Fault {
  const plain = normalEscapes(text);
  if (plain.slice(0, 4).toLowerCase() !== 'tel:') return fault('uri', 'scheme');
  const [first = '', ...rest] = plain.slice(4).split(';');
  const number = withoutSeparators(first).toLowerCase();
  const isGlobal = isGlobalNumber(number);
  if (!isGlobal && !LOCAL.test(number)) return fault('uri', 'number');
  const params = paramsOf(rest);
  if (params === undefined) return fault('uri', 'parameters');
  const context = contextOf(param(params, CONTEXT));
  const hasContext = params.some(({ name }) => name === CONTEXT);
  if (isGlobal ? hasContext : context === undefined) return fault('uri', CONTEXT);
  return { kind: 'tel', number, context, params: params.filter(({ name }) => name !== CONTEXT) };
}

/**
 * Writes a number in the one form that can be compared letter by letter: subaddress and extension first,
 * then the context, then all others by name.
 *
 * @spec RFC 3966 §3
 */
export function writeTel(tel: TelUri): string {
  const ofNumber = tel.params.filter(({ name }) => FIRST.includes(name));
  const others = tel.params.filter(({ name }) => !FIRST.includes(name));
  const context = tel.context === undefined ? [] : [{ name: CONTEXT, value: tel.context }];
  const params = [...ofNumber.toSorted(byName), ...context, ...others.toSorted(byName)];
  return `tel:${percentEncode(tel.number, URIC)}${params.map(written).join('')}`;
}

/**
 * Whether two numbers are the same one, with the same parameters in any order and case.
 *
 * @spec RFC 3966 §4
 */
export function equalTel(a: TelUri, b: TelUri): boolean {
  return writeTel(a).toLowerCase() === writeTel(b).toLowerCase();
}

/** The parameters in their order; `undefined` when one of them is malformed or there twice. */
function paramsOf(parts: readonly string[]): readonly Param[] | undefined {
  const params: Param[] = [];
  for (const part of parts) {
    const one = paramOf(part);
    const isTwice = one !== undefined && param(params, one.name) !== undefined;
    if (one === undefined || isTwice || params.length === MAX_PARAMS) return undefined;
    params.push(one);
  }
  return params;
}

function paramOf(part: string): Param | undefined {
  const equals = part.indexOf('=');
  const name = (equals < 0 ? part : part.slice(0, equals)).toLowerCase();
  if (!NAME.test(name)) return undefined;
  if (equals < 0) return name === 'ext' || name === 'isub' ? undefined : { name, value: undefined };
  const value = part.slice(equals + 1);
  if (name === 'ext') return extension(value);
  const end = escapedRunEnd(value, 0, value.length, name === 'isub' ? URIC : URI_PARAM);
  return value === '' || end < value.length ? undefined : { name, value };
}

function extension(value: string): Param | undefined {
  const digits = withoutSeparators(value);
  return DIGITS.test(digits) ? { name: 'ext', value: digits } : undefined;
}

/** The start of a global number without separators, or a domain in lower case without its last dot. */
function contextOf(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  if (value.startsWith('+')) {
    const digits = withoutSeparators(value);
    return isGlobalNumber(digits) ? digits : undefined;
  }
  const host = hostOf(value.endsWith('.') ? value.slice(0, -1) : value);
  return host === undefined || host.startsWith('[') || isIpv4(host) ? undefined : host;
}

function written({ name, value }: Param): string {
  if (value === undefined) return `;${name}`;
  return `;${name}=${percentEncode(value, name === 'isub' ? URIC : URI_PARAM)}`;
}

function byName(a: Param, b: Param): number {
  return a.name < b.name ? -1 : 1;
}

function withoutSeparators(text: string): string {
  return text.replaceAll(/[-.()]/g, '');
}

function isGlobalNumber(text: string): boolean {
  return text.startsWith('+') && DIGITS.test(text.slice(1));
}

const CONTEXT = 'phone-context';
const FIRST: readonly string[] = ['isub', 'ext'];
const DIGITS = /^[0-9]+$/;
const LOCAL = /^[0-9a-f*#]+$/;
const NAME = /^[a-z0-9-]+$/;
