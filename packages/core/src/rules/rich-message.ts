// The content of a MESSAGE made of a stanza: its text, and beside it the same as HTML where the stanza has
// XHTML-IM and the next hop is known to read it. And back to the text alone, for when that was a mistake.
import { param, type RequestDraft } from '@interwork/sip';
import {
  child,
  childrenOf,
  encodeUtf8,
  type Message,
  textOf,
  type XmlElement,
} from '@interwork/xmpp';
import { linkOf } from '../body/link.ts';
import { NS_XHTML, NS_XHTML_IM } from '../body/markup.ts';
import { type PartDraft, readMediaType } from '../body/mime.ts';
import { readMultipart, writeMultipart } from '../body/multipart.ts';
import { xhtmlToHtml, xhtmlToText } from '../body/rich-text.ts';
import { type RichText, sanitisedXhtml } from '../body/xhtml-im.ts';
import type { Crossing } from '../crossing.ts';
import type { Loss } from '../translation.ts';
import { lostOfHtml } from './content.ts';

/** A body with its type. */
export interface SipContent {
  readonly type: string;
  readonly octets: Uint8Array;
  /** Whether it has the rich rendering too. */
  readonly isRich: boolean;
  /** The children of the stanza that it has, beside the text. */
  readonly carried: readonly XmlElement[];
  readonly lost: readonly Loss[];
}

/**
 * Text, or text and HTML as alternatives, the best last.
 * @spec RFC 7572 §7
 * @spec RFC 2046 §5.1.4
 */
export function contentToSip(m: Message, text: string | undefined, x: Crossing): SipContent {
  const boundary = x.html?.boundary;
  const rich = boundary === undefined && text !== undefined ? undefined : richOf(m);
  const plain = withAddress(m, text ?? (rich === undefined ? '' : xhtmlToText(rich.body)));
  const address = addressIn(m) === undefined ? undefined : child(m.element, 'x', NS_OOB);
  const carried = address === undefined ? [] : [address];
  const alone = { type: PLAIN, octets: encodeUtf8(plain), isRich: false, carried, lost: [] };
  const html = child(m.element, 'html', NS_XHTML_IM);
  if (rich === undefined || html === undefined || boundary === undefined) return alone;
  const parts = [part(PLAIN, plain), part(HTML, xhtmlToHtml(rich.body))];
  const octets = rich.body.children.length === 0 ? undefined : writeMultipart(parts, boundary);
  if (octets === undefined) return alone;
  const type = `multipart/alternative;boundary="${boundary}"`;
  const lost = rich.lost.map(lostOfHtml);
  return { type, octets, isRich: true, carried: [...carried, html], lost };
}

/**
 * The same request as text alone, to be sent to whoever has refused it with 413, 415 or 488; `undefined`
 * when it is text already. Its HTML is a loss then.
 * @spec RFC 3261 §21.4.13
 */
export function toPlainText(draft: RequestDraft): RequestDraft | undefined {
  const boundary = boundaryOf(draft.contentType);
  const parts = boundary === undefined ? [] : readMultipart(draft.body ?? EMPTY, boundary);
  const text = parts?.[0]?.content;
  return text === undefined
    ? undefined
    : { ...draft, branch: undefined, contentType: PLAIN, body: text };
}

/**
 * Whether a stanza says anything: a text, a subject, or, which should not be but is, rich text or an
 * address alone.
 */
export function saysAnything(m: Message): boolean {
  if (m.bodies.length > 0 || m.subjects.length > 0 || addressIn(m) !== undefined) return true;
  const rich = richOf(m);
  return rich !== undefined && xhtmlToText(rich.body) !== '';
}

/** The rich rendering in the language of the stanza, else the first. @spec XEP-0071 §5 */
function richOf(m: Message): RichText | undefined {
  const html = child(m.element, 'html', NS_XHTML_IM);
  const bodies: readonly XmlElement[] =
    html === undefined ? [] : childrenOf(html, 'body', NS_XHTML);
  const body = bodies.find((one) => one.attrs['xml:lang'] === m.lang) ?? bodies[0];
  return body && sanitisedXhtml(body);
}

/** The text, and behind it the address of what is shared, unless it says that already. */
function withAddress(m: Message, text: string): string {
  const address = addressIn(m);
  if (address === undefined || text.includes(address)) return text;
  return text === '' ? address : `${text}\n${address}`;
}

function addressIn(m: Message): string | undefined {
  const shared = child(m.element, 'x', NS_OOB);
  const url = shared && child(shared, 'url');
  return url && linkOf(textOf(url));
}

function part(type: string, text: string): PartDraft {
  return { fields: [{ name: 'Content-Type', value: type }], content: encodeUtf8(text) };
}

function boundaryOf(contentType: string | undefined): string | undefined {
  const type = contentType === undefined ? undefined : readMediaType(contentType);
  return type?.type === 'multipart' ? param(type.params, 'boundary') : undefined;
}

/** The namespace in which the address of what is shared stands (XEP-0066). */
const NS_OOB = 'jabber:x:oob';
const PLAIN = 'text/plain;charset=UTF-8';
const HTML = 'text/html;charset=UTF-8';
const EMPTY = new Uint8Array();
