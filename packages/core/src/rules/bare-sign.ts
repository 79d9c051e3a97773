// Whether a sign says nothing but what it is: that somebody composes, or what became of a message, as RFC 3994, RFC 5438 and
// the wrapper of RFC 3862 have words for it. What a person could read beside that is people's words, and a sign has none. What
// the sign says is sign-in.ts.
import type { Headers, MediaType, Request } from '@interwork/sip';
import { instantOf } from '@interwork/xmpp';
import { type BareFormat, isBare } from '../body/bare-document.ts';
import { type CpimHeader, NS_CPIM, readCpim } from '../body/cpim.ts';
import { bareImdn, IMDN_TYPE, NS_IMDN_HEADERS } from '../body/imdn.ts';
import { bareIsComposing, IS_COMPOSING_TYPE } from '../body/is-composing.ts';
import { readHead } from '../body/mime.ts';
import { ACCEPTED_TYPES } from './content.ts';

/** Whether it is a sign with nothing beside it. @spec RFC 3994 §3.4 */
export function isBareSign({ headers, body }: Pick<Request, 'headers' | 'body'>): boolean {
  if (headers.text('subject') !== undefined) return false;
  const format = formatOf(headers);
  if (format !== undefined) return isBare(body, format);
  const wrapper = isOf(headers, 'message/cpim') && hasBareLines(body) ? readCpim(body) : undefined;
  if (wrapper === undefined || !areBare(wrapper.headers)) return false;
  const part = wrapper.content;
  const within = part.headers.fields().every(isBareField) ? formatOf(part.headers) : undefined;
  return within !== undefined && isBare(part.content, within);
}

/** Whether a body is of that type, which says nothing but that. */
export function isOf({ contentType: type }: Headers, name: string): boolean {
  if (type === undefined || 'kind' in type) return false;
  return `${type.type}/${type.subtype}` === name && type.params.every(isUtf8);
}

function isUtf8({ name, value }: MediaType['params'][number]): boolean {
  return name.toLowerCase() === 'charset' && value?.toLowerCase() === 'utf-8';
}

function formatOf(headers: Headers): BareFormat | undefined {
  if (isOf(headers, IS_COMPOSING_TYPE)) return COMPOSING;
  return isOf(headers, IMDN_TYPE) ? NOTIFICATION : undefined;
}

/** Names without parameters, and no namespace but the one that notifications have. @spec RFC 3862 §3.4 */
function hasBareLines(body: Uint8Array): boolean {
  const head = readHead(body, MOST_HEAD);
  return head !== undefined && head.lines.every((line) => NAMESPACE.test(line) || LINE.test(line));
}

function areBare(headers: readonly CpimHeader[]): boolean {
  const names = new Set(headers.map(({ ns, name }) => `${ns} ${name}`));
  return names.size === headers.length && headers.every(isBareHeader);
}

function isBareHeader({ ns, name, value }: CpimHeader): boolean {
  if (ns === NS_IMDN_HEADERS) return IMDN_HEADERS.has(name) && ONE_WORD.test(value);
  if (ns !== NS_CPIM) return false;
  if (name === 'DateTime') return instantOf(value.trim()) !== undefined;
  return PEOPLE.has(name) && PERSON.test(value);
}

/** A field of the part within: its type is looked at by itself. */
function isBareField({ name, value }: { readonly name: string; readonly value: string }): boolean {
  const known = name.toLowerCase();
  if (known === 'content-type') return true;
  return Object.hasOwn(FIELDS, known) && FIELDS[known]?.test(value) === true;
}

/** The types of messages that are read, and the first half of any: nobody is asked about a message of another. */
function isTypeOfMessage(text: string): boolean {
  const type = text.toLowerCase();
  return ACCEPTED_TYPES.includes(type) || HALVES.has(type);
}

/** The top level of RFC 2045 and RFC 2046. */
const HALVES: ReadonlySet<string> = new Set([
  'application',
  'audio',
  'image',
  'message',
  'model',
  'multipart',
  'text',
  'video',
]);
const COMPOSING = bareIsComposing(isTypeOfMessage);
const NOTIFICATION = bareImdn();
/** Who it is from and to, by whatever name, as in the request around it. */
const PEOPLE: ReadonlySet<string> = new Set(['From', 'To']);
const PERSON = /^[^<>]{0,64}<[^<>\s]{1,256}>$/;
const ONE_WORD = /^[\x21-\x7e]{1,512}$/;
/** @spec RFC 5438 §6 */
const IMDN_HEADERS: ReadonlySet<string> = new Set([
  'Message-ID',
  'Original-Message-ID',
  'Original-To',
  'IMDN-Record-Route',
  'IMDN-Route',
]);
const FIELDS: Readonly<Record<string, RegExp>> = {
  'content-disposition': /^notification$/i,
  'content-length': /^\d{1,9}$/,
  'content-transfer-encoding': /^(?:7bit|8bit|binary)$/i,
};
const NAMESPACE = /^NS: (?:\w{1,8} ?)?<urn:ietf:params:imdn>$/;
const LINE = /^(?!NS:|Require:)[\w.-]{1,64}: /;
/** Octets. */
const MOST_HEAD = 8192;
