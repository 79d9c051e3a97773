// Rich text beside a text that the host has looked at: it goes along only where it says nothing that the text does not, the
// addresses of its links among it. Whoever looks is shown the text; what rich text says otherwise, he has not seen.
import { param, type RequestDraft } from '@interwork/sip';
import { child, decodeUtf8, textOf, type XmlElement } from '@interwork/xmpp';
import { htmlToXhtml } from '../body/html-read.ts';
import { NS_XHTML, NS_XHTML_IM } from '../body/markup.ts';
import { readMediaType } from '../body/mime.ts';
import { readMultipart } from '../body/multipart.ts';
import { xhtmlToText } from '../body/rich-text.ts';
import { lostOfHtml } from '../rules/content.ts';
import type { Loss } from '../translation.ts';

/** Whether the rich text of a stanza says what its body does not. */
export function stanzaSaysMore(element: XmlElement): boolean {
  const html = child(element, 'html', NS_XHTML_IM);
  const rich = html && child(html, 'body', NS_XHTML);
  if (rich === undefined) return html !== undefined;
  const body = child(element, 'body');
  return saysMore(rich, body === undefined ? '' : textOf(body));
}

/** The same of a request of ours, whose alternatives are the text and its rendering. */
export function requestSaysMore({ body, contentType }: RequestDraft): boolean {
  const type = contentType === undefined ? undefined : readMediaType(contentType);
  if (type?.type !== 'multipart' || body === undefined) return false;
  const [plain, rendered] = readMultipart(body, param(type.params, 'boundary') ?? '') ?? [];
  const rich = htmlToXhtml(decodeUtf8(rendered?.content ?? NOTHING) ?? '');
  const text = plain === undefined ? undefined : decodeUtf8(plain.content);
  return rich === undefined || text === undefined || saysMore(rich.body, text);
}

/** That rich text stays behind. */
export const LOST_RENDERING: Loss = lostOfHtml('other-words');

function saysMore(rich: XmlElement, text: string): boolean {
  return !spaced(text).includes(spaced(xhtmlToText(rich)));
}

function spaced(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

const NOTHING = new Uint8Array(0);
