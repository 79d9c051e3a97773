// RFC 7572  Single instant messages.   §4 XMPP to SIP, §5 SIP to XMPP, §6 size, §7 content types.
// Sessions (RFC 7573) are not carried here. Departures: subject lines, language choice, delay
// (docs/departures.md). Who may send, and how the answer travels back, is gateway/'s.
import type { IncomingRequest, RequestDraft } from '@interwork/sip';
import {
  element,
  type LangText,
  type Message,
  type MessageDraft,
  type XmlElement,
} from '@interwork/xmpp';
import type { CpimHeader } from '../body/cpim.ts';
import { type ImdnRequest, readImdnRequest } from '../body/imdn.ts';
import { NS_XHTML_IM } from '../body/markup.ts';
import type { Crossing } from '../crossing.ts';
import {
  NOTHING,
  type Loss,
  type Refusal,
  refused,
  type Translation,
  translated,
} from '../translation.ts';
import { xmlText } from '../body/text.ts';
import { LOST_CONTROLS, type ReadBody, readBody } from './content.ts';
import { lostOfWrapper, sentAt, subjectsOf } from './cpim-headers.ts';
import { delayOf } from './delay.ts';
import { languageTag } from './language.ts';
import { pathElements, pathHeaders } from './path.ts';
import { wishesOf } from './receipt.ts';
import { contentToSip, type SipContent } from './rich-message.ts';
import { callIdToThread, threadToCallId } from './thread.ts';

/**
 * A message stanza as a SIP MESSAGE, with what was lost; or a refusal, which says what its sender is to be told.
 *
 * @example
 * ```ts
 * import { crossingBetween, messageToSip } from '@interwork/core';
 * import { Jid, parseStanza } from '@interwork/xmpp';
 *
 * const stanza = parseStanza("<message from='a@x.example' to='b@s.example'><body>hi</body></message>");
 * const [from, to] = [Jid.parse('a@x.example'), Jid.parse('b@s.example')];
 * if (stanza.kind !== 'message' || from.kind !== 'jid' || to.kind !== 'jid') throw new Error('not a message');
 * const crossing = crossingBetween(from, to, { id: 'm1', now: Date.now() });
 * if (crossing.kind === 'fault') throw new Error(crossing.text);
 * const translation = messageToSip(stanza, crossing);
 * if (translation.kind === 'refusal') console.log(translation.code, translation.text);
 * else console.log(translation.value.method, translation.lost);
 * ```
 * @spec RFC 7572 §4
 */
export function messageToSip(m: Message, x: Crossing): Translation<RequestDraft> | Refusal {
  if (m.type === 'groupchat') return refused('groupchat');
  const body = chosen(m.bodies, m.lang);
  const subject = chosen(m.subjects, m.lang);
  const callId = m.thread === undefined ? undefined : threadToCallId(m.thread);
  const language = languageTag(body?.lang ?? m.lang);
  const content = contentToSip(m, body?.text, x);
  const draft: RequestDraft = {
    method: 'MESSAGE',
    uri: x.to.sip, //                                               to           Request-URI
    to: { display: undefined, uri: x.to.sip, params: [] }, //       to           To
    from: { display: undefined, uri: x.from.sip, params: [] }, //   from         From, resource as gr   (1)
    branch: x.id, //                                                id           transaction identifier
    contentType: content.type, //                                   <html/>      text/html beside the text
    body: content.octets, //                                        <body/>      body of MESSAGE
    subject: subject === undefined ? undefined : oneLine(subject.text), //  <subject/>   Subject
    callId, //                                                      <thread/>    Call-ID
    language, //                                                    xml:lang     Content-Language
    headers: pathHeaders(x.path),
  };
  if ((draft.subject?.length ?? 0) > MAX_SUBJECT)
    return refused('too-large', `a subject has ${MAX_SUBJECT} characters at most`);
  if (requestOctets(draft) <= x.maxPagerOctets)
    return translated(draft, lostToSip(m, x, callId, content));
  if (content.isRich) return messageToSip(m, { ...x, html: undefined });
  return refused('too-large', `the limit is ${x.maxPagerOctets} octets`);
}

/** What a sender asks to be told of a message, where that is asked of its reader. */
export interface AskedFor {
  readonly request?: ImdnRequest;
}

/**
 * A SIP MESSAGE as a message stanza, with what was lost; or a refusal. No `type` is written (note 2 of Table 2).
 * @spec RFC 7572 §5
 */
export function messageToXmpp(
  r: IncomingRequest,
  x: Crossing,
): (Translation<MessageDraft> & AskedFor) | Refusal {
  const content = readBody(r.request, x.reading);
  if (content.kind === 'refusal') return content;
  const { headers } = r.request;
  const wrapper = content.wrapper ?? NO_WRAPPER;
  const written = textHeader(headers.subject);
  const subject = written === undefined ? undefined : xmlText(written);
  const language = firstOf(headers.contentLanguage) ?? firstOf(content.headers?.contentLanguage);
  const delay = delayOf(r, x, sentAt(wrapper));
  const request = x.asks === true ? readImdnRequest(wrapper) : undefined;
  const draft: MessageDraft = {
    from: x.from.jid, //                                           From         from, gr as resource   (1)
    to: x.to.jid, //                                               Request-URI  to
    id: x.id, //                                                   transaction  id
    thread: callIdToThread(r.callId), //                           Call-ID      <thread/>
    bodies: [plain(content.text)], //                              body         <body/>
    subjects: subjectsIn(wrapper, subject), //                     Subject      <subject/>
    lang: languageTag(textHeader(language)), //                    Content-Language  xml:lang
    extra: extraOf(richElement(content), delay, x.path, request && wishesOf(request)),
  };
  const lost =
    wrapper.length === 0 ? content.lost : [...content.lost, ...lostOfWrapper(wrapper, x)];
  const all = lostToXmpp(r, subject === written ? lost : [...lost, ...LOST_CONTROLS]);
  return { ...translated(draft, all), ...(request && { request }) };
}

/** The subjects of a wrapper, which is nearer to the text; else that of the request. */
function subjectsIn(
  wrapper: readonly CpimHeader[],
  subject: string | undefined,
): readonly LangText[] {
  const wrapped = wrapper.length === 0 ? NO_TEXTS : subjectsOf(wrapper);
  if (wrapped.length > 0) return wrapped;
  return subject === undefined || subject === '' ? NO_TEXTS : [plain(subject)];
}

const NO_TEXTS: readonly LangText[] = [];

const NO_WRAPPER: readonly CpimHeader[] = [];

const NO_WISHES: readonly XmlElement[] = [];

/** What stands behind the text. */
function extraOf(
  rich: XmlElement | undefined,
  delay: XmlElement | undefined,
  path: readonly string[],
  wishes: readonly XmlElement[] = NO_WISHES,
): readonly XmlElement[] {
  const passed = pathElements(path);
  if (rich === undefined && delay === undefined && wishes.length === 0) return passed;
  return [rich, delay, ...wishes, ...passed].filter((one) => one !== undefined);
}

/** @spec XEP-0071 §5 */
function richElement({ rich }: ReadBody): XmlElement | undefined {
  return rich === undefined || rich.children.length === 0
    ? undefined
    : element('html', NS_XHTML_IM, undefined, [rich]);
}

/**
 * Of texts in several languages the one SIP has room for: the stanza's own language, else one that
 * names none, else the first.
 */
function chosen(texts: readonly LangText[], lang: string | undefined): LangText | undefined {
  let none: LangText | undefined;
  for (const text of texts) {
    if (text.lang !== undefined && text.lang === lang) return text;
    if (text.lang === undefined) none ??= text;
  }
  return none ?? texts[0];
}

/** Text in the language of its stanza. */
function plain(text: string): LangText {
  return { lang: undefined, text };
}

/** A header is one line: runs of line breaks and tabs become one space. */
function oneLine(text: string): string {
  return text.replace(/[\t\r\n]+/g, ' ').trim();
}

/** Octets of the request as it will leave, with room for what the transaction adds. @spec RFC 3428 §8 */
export function requestOctets(draft: RequestDraft): number {
  const text =
    (draft.subject?.length ?? 0) * 3 +
    (draft.callId?.length ?? 32) +
    (draft.language?.length ?? 0) +
    (draft.contentType?.length ?? 0);
  return (
    ADDED_OCTETS +
    text +
    2 * uriOctets(draft.uri) +
    uriOctets(draft.from.uri) +
    (draft.body?.length ?? 0)
  );
}

function uriOctets(uri: RequestDraft['uri']): number {
  if (uri.kind === 'other') return uri.text.length;
  let params = 0;
  for (const { name, value } of uri.params) params += name.length + (value?.length ?? 0) + 2;
  return (uri.user?.length ?? 0) + uri.host.length + params + 12;
}

/** Characters of a subject: a header line that every SIP element reads, in any script. */
export const MAX_SUBJECT = 1000;

/** Request line, Via, Max-Forwards, CSeq, From tag, content headers and field names, at the most. */
const ADDED_OCTETS = 420;

function lostToSip(
  m: Message,
  { apart, silent }: Crossing,
  callId: string | undefined,
  content: SipContent,
): readonly Loss[] {
  const lost: Loss[] = [...content.lost];
  if (m.hasType && m.type !== 'normal') lost.push(LOST_TYPE);
  if (m.thread !== undefined && callId === undefined) lost.push(LOST_THREAD);
  if (m.bodies.length > 1 || m.subjects.length > 1) lost.push(LOST_LANGUAGES);
  for (const child of m.element.children) {
    if (typeof child === 'string' || CARRIED.has(child.name)) continue;
    if (silent?.has(child.ns) === true || apart?.has(child.ns) === true) continue;
    if (content.carried.includes(child)) continue;
    lost.push({ what: `element:${child.name}`.slice(0, 64), spec: 'RFC 7572 §4' });
    if (lost.length >= MAX_LOSSES) break;
  }
  return lost.length === 0 ? NOTHING : lost;
}

/** What a MESSAGE says that a stanza has no place for. */
function lostToXmpp(r: IncomingRequest, already: readonly Loss[]): readonly Loss[] {
  const { headers } = r.request;
  let lost: Loss[] | undefined;
  for (const name of NO_PLACE) {
    if (headers.text(name) !== undefined) (lost ??= [...already]).push(lostHeader(name));
  }
  if (r.from.display !== undefined) (lost ??= [...already]).push(lostHeader('display-name'));
  const languages = headers.contentLanguage;
  if (Array.isArray(languages) && languages.length > 1)
    (lost ??= [...already]).push(LOST_LANGUAGES);
  return lost ?? already;
}

function lostHeader(what: string): Loss {
  return { what, spec: 'RFC 7572 §5' };
}

const NO_PLACE: readonly string[] = ['expires', 'reply-to', 'priority'];

/** Losses listed for one message, at most. */
const MAX_LOSSES = 16;
const CARRIED: ReadonlySet<string> = new Set(['body', 'subject', 'thread']);
const LOST_TYPE: Loss = { what: 'type', spec: 'RFC 7572 §4' };
const LOST_THREAD: Loss = { what: 'thread', spec: 'RFC 7572 §4' };
const LOST_LANGUAGES: Loss = { what: 'alternate-languages', spec: 'RFC 7572 §8' };

function textHeader(value: string | { readonly kind: string } | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function firstOf<T>(values: readonly T[] | { readonly kind: string } | undefined): T | undefined {
  return Array.isArray(values) ? (values as readonly T[])[0] : undefined;
}
