// What a MESSAGE body may be: RFC 7572 §7 obliges to text/plain. Read beside it are text/html, message/cpim
// and multiparts of these, and text/rtf of peers that are known to write it; everything else is answered 415
// with Accept, and nothing is guessed from the octets. Which part of several counts is parts.ts, what CPIM headers say is cpim-headers.ts.
import { type Headers, type MediaType, param, type Request } from '@interwork/sip';
import type { XmlElement } from '@interwork/xmpp';
import { type CpimHeader, NS_CPIM, readCpim } from '../body/cpim.ts';
import { htmlToXhtml } from '../body/html-read.ts';
import { DEFAULT_PART_LIMITS, type Part } from '../body/mime.ts';
import { readMultipart } from '../body/multipart.ts';
import { rtfToText } from '../body/rtf-read.ts';
import { xhtmlToText } from '../body/rich-text.ts';
import { decodeText, xmlText } from '../body/text.ts';
import type { Reading } from '../crossing.ts';
import { NOTHING, type Loss, type Refusal, refused } from '../translation.ts';
import { alternativeOf, firstOf } from './parts.ts';
import { SIGN_TYPES } from './sign-in.ts';

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
  ...SIGN_TYPES,
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
  readonly reading: Reading;
}

/** How bodies are read of whom nothing is known. */
const STRICT: Reading = {
  acceptTypes: ACCEPTED_TYPES,
  htmlLineEnds: 'blank',
  lastLineEnd: 'content',
  styleParam: undefined,
};

/**
 * The text of a MESSAGE, or why it is not carried.
 * @spec RFC 7572 §7
 * @spec RFC 3428 §9
 */
export function readBody(
  { headers, body }: Pick<Request, 'headers' | 'body'>,
  reading: Reading = STRICT,
): ReadBody | Refusal {
  if (body.length === 0) return bodyOf('', undefined, NOTHING);
  if (headers.contentType === undefined) return unsupported('no Content-Type', reading);
  const { depth } = DEFAULT_PART_LIMITS;
  return readPart({ headers, content: body }, { depth, isWrapped: false, reading });
}

function readPart(part: Part, level: Level): ReadBody | Refusal {
  const { headers } = part;
  if (!isIdentity(headers))
    return refused('content-encoding', undefined, [{ name: 'Accept-Encoding', value: 'identity' }]);
  if (mustBeHandled(headers)) return disposed(level.reading);
  const type = headers.contentType ?? DEFAULT_TYPE;
  if ('kind' in type) return unsupported('Content-Type cannot be read', level.reading);
  const name = `${type.type}/${type.subtype}`;
  const read = isRead(name, level.reading) ? READERS[name] : undefined;
  if (read === undefined || (level.depth === 0 && type.type !== 'text'))
    return unsupported(name, level.reading);
  const body = read(part, type, { ...level, depth: level.depth - 1 });
  if (body.kind === 'body') body.headers ??= headers;
  return body;
}

/** What everybody may send, and what this kind of peer may. */
function isRead(name: string, { acceptTypes }: Reading): boolean {
  if (!Object.hasOwn(READERS, name)) return false;
  return ACCEPTED_TYPES.includes(name) || acceptTypes.includes(name);
}

type Reader = (part: Part, type: MediaType, level: Level) => ReadBody | Refusal;

/** @spec RFC 2046 §5.1.3 */
const READERS: Readonly<Record<string, Reader>> = {
  'text/plain': plainText,
  'text/html': html,
  'text/rtf': rtf,
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

function plainText({ content }: Part, type: MediaType, level: Level): ReadBody | Refusal {
  const text = textOf(content, type, level.reading);
  if (typeof text !== 'string') return text;
  const { styleParam } = level.reading;
  const isStyled = styleParam !== undefined && param(type.params, styleParam) !== undefined;
  return plainOf(saidIn(text, level), isStyled ? LOST_STYLE : NOTHING);
}

/** The line end that stands before a boundary says something, unless the peer puts one there always. */
function saidIn(text: string, { depth, reading }: Level): string {
  const isPart = depth + 1 < DEFAULT_PART_LIMITS.depth;
  return isPart && reading.lastLineEnd === 'nothing' ? text.replace(/\r\n$/, '') : text;
}

function plainOf(text: string, lost: readonly Loss[]): ReadBody {
  const carried = xmlText(text);
  const changed = carried.includes('\uFFFD') && !text.includes('\uFFFD');
  return bodyOf(carried, undefined, changed ? [...lost, ...LOST_CONTROLS] : lost);
}

function bodyOf(text: string, rich: XmlElement | undefined, lost: readonly Loss[]): ReadBody {
  return { kind: 'body', text, rich, wrapper: undefined, headers: undefined, lost };
}

/** Both forms, as rich text must have them; refused when nothing is left of it. @spec XEP-0071 §8 */
function html({ content }: Part, type: MediaType, { reading }: Level): ReadBody | Refusal {
  const text = textOf(content, type, reading);
  if (typeof text !== 'string') return text;
  const rich = htmlToXhtml(reading.htmlLineEnds === 'nothing' ? text.replace(/[\r\n]/g, '') : text);
  if (rich === undefined)
    return refused('too-large', 'the HTML has no body, or too many or too deep elements');
  const plain = xhtmlToText(rich.body);
  if (plain === '' && rich.lost.length > 0) return unsupported('HTML without text', reading);
  return bodyOf(plain, rich.body, rich.lost.map(lostOfHtml));
}

/** What HTML says that XHTML-IM has no place for. */
export function lostOfHtml(what: string): Loss {
  return { what: `html:${what}`, spec: 'XEP-0071 §7.8' };
}

/** The text of RTF: its formatting has no other form here. */
function rtf({ content }: Part): ReadBody | Refusal {
  const octets = decodeText(content, 'iso-8859-1');
  const read = rtfToText(typeof octets === 'string' ? octets : '');
  if (read.kind === 'text') return plainOf(read.text, read.lost.map(lostOfRtf));
  return read.kind === 'too-deep'
    ? refused('too-large', 'the RTF nests too deep')
    : refused('malformed-body', 'text/rtf');
}

function lostOfRtf(what: string): Loss {
  return { what: `rtf:${what}`, spec: 'RFC 7572 §7' };
}

/** @spec RFC 3862 §4.7 */
function cpim({ content }: Part, _type: MediaType, level: Level): ReadBody | Refusal {
  const { reading } = level;
  if (level.isWrapped) return unsupported('message/cpim within message/cpim', reading);
  const message = readCpim(content);
  if (message === undefined) return refused('malformed-body', 'message/cpim');
  const unknown = message.required.find(({ ns, name }) => ns !== NS_CPIM || !UNDERSTOOD.has(name));
  if (unknown !== undefined) return unsupported(`CPIM header ${unknown.name}`, reading);
  if (message.content.headers.contentType === undefined)
    return unsupported('no Content-Type', reading);
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

function disposed(reading: Reading): Refusal {
  return refused('content-disposition', undefined, acceptOf(reading));
}

function textOf(octets: Uint8Array, type: MediaType, reading: Reading): string | Refusal {
  const charset = charsetOf(type);
  const text = decodeText(octets, charset);
  if (typeof text === 'string') return text;
  return text.kind === 'malformed'
    ? refused('malformed-body', charset)
    : unsupported(`charset ${charset}`, reading);
}

function unsupported(what: string, reading: Reading): Refusal {
  return refused('content-type', what, acceptOf(reading));
}

function acceptOf({ acceptTypes }: Reading): NonNullable<Refusal['headers']> {
  const types = new Set([...ACCEPTED_TYPES, ...acceptTypes]);
  return [{ name: 'Accept', value: [...types].join(', ') }];
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

const LOST_STYLE: readonly Loss[] = [{ what: 'text-style', spec: 'RFC 7572 §7' }];

/** What leaves the octets as they are. */
const PLAIN_TRANSFER: ReadonlySet<string> = new Set(['7bit', '8bit', 'binary']);
/** What is for people to see. @spec RFC 3261 §20.11 */
const SHOWN: ReadonlySet<string> = new Set(['render', 'inline']);
/** What a part is that does not say. @spec RFC 2046 §5.1 */
const DEFAULT_TYPE: MediaType = { type: 'text', subtype: 'plain', params: [] };
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
