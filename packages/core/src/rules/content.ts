// What a MESSAGE body may be: RFC 7572 §7 obliges to text/plain. Read beside it are text/html, message/cpim
// and multiparts of these; everything else is answered 415 with Accept, and nothing is guessed from the
// octets. Which part of several counts is parts.ts, what CPIM headers say is cpim-headers.ts.
import { type Headers, type MediaType, param, type Request } from '@interwork/sip';
import type { XmlElement } from '@interwork/xmpp';
import { type CpimHeader, NS_CPIM, readCpim } from '../body/cpim.ts';
import { htmlToXhtml } from '../body/html-read.ts';
import { DEFAULT_PART_LIMITS, type Part } from '../body/mime.ts';
import { readMultipart } from '../body/multipart.ts';
import { xhtmlToText } from '../body/rich-text.ts';
import { decodeText, xmlText } from '../body/text.ts';
import { NOTHING, type Loss, type Refusal, refused } from '../translation.ts';
import { alternativeOf, firstOf } from './parts.ts';

/**
 * The content types a MESSAGE may have: what Accept names. Hand them to `listenSip` or `SipEndpoint` as
 * `accept`, so that OPTIONS is answered alike.
 * @spec RFC 3428 §9
 */
export const ACCEPTED_TYPES: readonly string[] = [
  'text/plain',
  'text/html',
  'message/cpim',
  'multipart/alternative',
  'multipart/mixed',
  'multipart/related',
  'multipart/signed',
];

/** A body that can be carried. What surrounds it adds the last two on the way out, once. */
export interface ReadBody {
  readonly kind: 'body';
  readonly text: string;
  /** A sanitised `body` of XHTML, where there was one. */
  readonly rich: XmlElement | undefined;
  /** What a CPIM wrapper says of the message. */
  wrapper: readonly CpimHeader[] | undefined;
  /** The headers of the part the text is from. */
  headers: Headers | undefined;
  readonly lost: readonly Loss[];
}

/** A body, or a part of one, within others. */
export interface Level {
  /** How many more may be within it. */
  readonly depth: number;
  readonly isWrapped: boolean;
}

/**
 * The text of a MESSAGE, or why it is not carried.
 * @spec RFC 7572 §7
 * @spec RFC 3428 §9
 */
export function readBody({ headers, body }: Request): ReadBody | Refusal {
  if (body.length === 0) return bodyOf('', undefined, NOTHING);
  if (headers.contentType === undefined) return unsupported('no Content-Type');
  return readPart(
    { headers, content: body },
    { depth: DEFAULT_PART_LIMITS.depth, isWrapped: false },
  );
}

function readPart(part: Part, level: Level): ReadBody | Refusal {
  const { headers } = part;
  if (!isIdentity(headers))
    return refused('content-encoding', undefined, [{ name: 'Accept-Encoding', value: 'identity' }]);
  if (mustBeHandled(headers)) return disposed();
  const type = headers.contentType ?? DEFAULT_TYPE;
  if ('kind' in type) return unsupported('Content-Type cannot be read');
  const name = `${type.type}/${type.subtype}`;
  const read = Object.hasOwn(READERS, name) ? READERS[name] : undefined;
  if (read === undefined || (level.depth === 0 && type.type !== 'text')) return unsupported(name);
  const body = read(part, type, { depth: level.depth - 1, isWrapped: level.isWrapped });
  if (body.kind === 'body') body.headers ??= headers;
  return body;
}

type Reader = (part: Part, type: MediaType, level: Level) => ReadBody | Refusal;

/** @spec RFC 2046 §5.1.3 */
const READERS: Readonly<Record<string, Reader>> = {
  'text/plain': plainText,
  'text/html': html,
  'message/cpim': cpim,
  'multipart/alternative': (part, type, level) =>
    multipart(part, type, (parts) => alternativeOf(parts, (one) => readPart(one, level))),
  'multipart/mixed': first,
  'multipart/related': first,
  'multipart/signed': first,
};

function first(part: Part, type: MediaType, level: Level): ReadBody | Refusal {
  return multipart(part, type, (parts) => firstOf(parts, (one) => readPart(one, level)));
}

function plainText({ content }: Part, type: MediaType): ReadBody | Refusal {
  const text = textOf(content, type);
  if (typeof text !== 'string') return text;
  const carried = xmlText(text);
  const changed = carried.includes('\uFFFD') && !text.includes('\uFFFD');
  return bodyOf(carried, undefined, changed ? LOST_CONTROLS : NOTHING);
}

function bodyOf(text: string, rich: XmlElement | undefined, lost: readonly Loss[]): ReadBody {
  return { kind: 'body', text, rich, wrapper: undefined, headers: undefined, lost };
}

/** Both forms, as rich text must have them; refused when nothing is left of it. @spec XEP-0071 §8 */
function html({ content }: Part, type: MediaType): ReadBody | Refusal {
  const text = textOf(content, type);
  if (typeof text !== 'string') return text;
  const rich = htmlToXhtml(text);
  if (rich === undefined)
    return refused('too-large', 'the HTML has no body, or too many or too deep elements');
  const plain = xhtmlToText(rich.body);
  if (plain === '' && rich.lost.length > 0) return unsupported('HTML without text');
  return bodyOf(plain, rich.body, rich.lost.map(lostOfHtml));
}

/** What HTML says that XHTML-IM has no place for. */
export function lostOfHtml(what: string): Loss {
  return { what: `html:${what}`, spec: 'XEP-0071 §7.8' };
}

/** @spec RFC 3862 §4.7 */
function cpim({ content }: Part, _type: MediaType, level: Level): ReadBody | Refusal {
  if (level.isWrapped) return unsupported('message/cpim within message/cpim');
  const message = readCpim(content);
  if (message === undefined) return refused('malformed-body', 'message/cpim');
  const unknown = message.required.find(({ ns, name }) => ns !== NS_CPIM || !UNDERSTOOD.has(name));
  if (unknown !== undefined) return unsupported(`CPIM header ${unknown.name}`);
  if (message.content.headers.contentType === undefined) return unsupported('no Content-Type');
  const body = readPart(message.content, { ...level, isWrapped: true });
  if (body.kind === 'body') body.wrapper = message.headers;
  return body;
}

/** @spec RFC 2046 §5.1.1 */
function multipart(
  { content }: Part,
  type: MediaType,
  choose: (parts: readonly Part[]) => ReadBody | Refusal,
): ReadBody | Refusal {
  const parts = readMultipart(content, param(type.params, 'boundary') ?? '');
  return parts === undefined ? refused('malformed-body', 'multipart') : choose(parts);
}

/** A body that must be handled for a purpose other than to be shown. @spec RFC 5621 §8 */
function mustBeHandled({ contentDisposition: disposition }: Headers): boolean {
  if (disposition === undefined) return false;
  if (!('value' in disposition)) return true;
  if (SHOWN.has(disposition.value.toLowerCase())) return false;
  return param(disposition.params, 'handling')?.toLowerCase() !== 'optional';
}

function disposed(): Refusal {
  return refused('content-disposition', undefined, ACCEPT);
}

function textOf(octets: Uint8Array, type: MediaType): string | Refusal {
  const charset = charsetOf(type);
  const text = decodeText(octets, charset);
  if (typeof text === 'string') return text;
  return text.kind === 'malformed'
    ? refused('malformed-body', charset)
    : unsupported(`charset ${charset}`);
}

function unsupported(what: string): Refusal {
  return refused('content-type', what, ACCEPT);
}

/** @spec RFC 3261 §7.4.1 */
function charsetOf(type: MediaType): string {
  return param(type.params, 'charset')?.toLowerCase() ?? 'utf-8';
}

/** Neither compressed nor written in letters. @spec RFC 3261 §21.4.13 */
function isIdentity(headers: Headers): boolean {
  const encodings = headers.contentEncoding;
  const transfer = headers.text('content-transfer-encoding')?.toLowerCase() ?? 'binary';
  if (!PLAIN_TRANSFER.has(transfer)) return false;
  return (
    encodings === undefined ||
    ('every' in encodings && encodings.every((coding) => coding === 'identity'))
  );
}

/** What is lost when characters that XML cannot hold were replaced. */
export const LOST_CONTROLS: readonly Loss[] = [
  { what: 'control-characters', spec: 'RFC 6120 §11.1' },
];

/** What leaves the octets as they are. */
const PLAIN_TRANSFER: ReadonlySet<string> = new Set(['7bit', '8bit', 'binary']);
/** What is for people to see. @spec RFC 3261 §20.11 */
const SHOWN: ReadonlySet<string> = new Set(['render', 'inline']);
/** What a part is that does not say. @spec RFC 2046 §5.1 */
const DEFAULT_TYPE: MediaType = { type: 'text', subtype: 'plain', params: [] };
const ACCEPT: NonNullable<Refusal['headers']> = [
  { name: 'Accept', value: ACCEPTED_TYPES.join(', ') },
];
/** @spec RFC 3862 §4 */
const UNDERSTOOD: ReadonlySet<string> = new Set([
  'From',
  'To',
  'cc',
  'DateTime',
  'Subject',
  'NS',
  'Require',
]);
