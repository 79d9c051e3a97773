// Message, presence and iq: typed views of an element, and drafts of messages. RFC 6120 §8, and
// RFC 6121 §5.2 (message) and §4.7 (presence). The element stays there for what has no field here.
import { isFault, stanzaFault, streamFault, type Fault } from './fault.ts';
import { Jid } from './jid.ts';
import { isContentNamespace, NS } from './namespaces.ts';
import { type LangText, readStanzaError, type StanzaError } from './stanza-error.ts';
import { child, element, elementsOf, textOf, type XmlElement } from './xml/element.ts';
import { parseXml } from './xml/parse.ts';
import { writeXml } from './xml/write.ts';

export type { LangText } from './stanza-error.ts';

/** What all three kinds have. */
interface Head {
  readonly from: Jid | undefined;
  readonly to: Jid | undefined;
  /** The language of the stanza: its own `xml:lang`, else that of the stream. */
  readonly lang: string | undefined;
  /** Set only when `type` is `error`. */
  readonly error: StanzaError | undefined;
  readonly element: XmlElement;
}

/** What a message is for. @spec RFC 6121 §5.2.2 */
export type MessageType = 'normal' | 'chat' | 'groupchat' | 'headline' | 'error';

/** A message stanza. @spec RFC 6121 §5.2 */
export interface Message extends Head {
  readonly kind: 'message';
  readonly id: string | undefined;
  readonly type: MessageType;
  /** Whether the type was written, rather than `normal` by default. */
  readonly hasType: boolean;
  readonly bodies: readonly LangText[];
  readonly subjects: readonly LangText[];
  readonly thread: string | undefined;
}

/** What a presence stanza says; `available` is the one without a type. @spec RFC 6121 §4.7.1 */
export type PresenceType =
  | 'available'
  | 'unavailable'
  | 'subscribe'
  | 'subscribed'
  | 'unsubscribe'
  | 'unsubscribed'
  | 'probe'
  | 'error';

/** How available. @spec RFC 6121 §4.7.2.1 */
export type Show = 'away' | 'chat' | 'dnd' | 'xa';

/** A presence stanza. @spec RFC 6121 §4.7 */
export interface Presence extends Head {
  readonly kind: 'presence';
  readonly id: string | undefined;
  readonly type: PresenceType;
  /** Undefined when absent or not one of the four. */
  readonly show: Show | undefined;
  readonly statuses: readonly LangText[];
  /** -128 to 127; 0 when absent or unreadable. */
  readonly priority: number;
}

/** What an iq stanza is. @spec RFC 6120 §8.2.3 */
export type IqType = 'get' | 'set' | 'result' | 'error';

/** An iq stanza. @spec RFC 6120 §8.2.3 */
export interface Iq extends Head {
  readonly kind: 'iq';
  readonly id: string;
  readonly type: IqType;
  /** The one child that is not an error; always there for `get` and `set`. */
  readonly payload: XmlElement | undefined;
}

/** One of the three kinds of stanza. */
export type Stanza = Message | Presence | Iq;

/** What a stanza inherits from where it stands. */
export interface StanzaContext {
  /** The `xml:lang` of the stream. */
  readonly lang?: string;
}

/**
 * A typed view of a stanza, or what is wrong with it. Text without a namespace is read as `jabber:client`.
 *
 * @example
 * ```ts
 * import { isFault, parseStanza } from '@interwork/xmpp';
 *
 * const stanza = parseStanza("<message to='b@s.example'><body>hi</body></message>");
 * if (isFault(stanza)) console.log(stanza.code, stanza.spec);
 * else if (stanza.kind === 'message') console.log(stanza.bodies[0]?.text);
 * ```
 * @spec RFC 6120 §8.1
 */
export function parseStanza(input: XmlElement | string, context?: StanzaContext): Stanza | Fault {
  const el = typeof input === 'string' ? parseXml(input, undefined, NS.client) : input;
  if (isFault(el)) return el;
  return stanzaOf(el, addressOf(el.attrs['from']), addressOf(el.attrs['to']), context?.lang);
}

/** The same for whoever has read its addresses; `lang` is that of the stream. */
export function stanzaOf(
  el: XmlElement,
  from: Jid | Fault | undefined,
  to: Jid | Fault | undefined,
  lang: string | undefined,
): Stanza | Fault {
  if (!isContentNamespace(el.ns)) return unknownStanza(el);
  if (isFault(from)) return badFrom(from);
  if (isFault(to)) return badTo(to);
  const head = headOf(el, from, to, lang);
  if (el.name === 'message') return messageOf(el, head);
  if (el.name === 'presence') return presenceOf(el, head);
  return el.name === 'iq' ? iqOf(el, head) : unknownStanza(el);
}

function unknownStanza(el: XmlElement): Fault {
  const text = `A ${el.name} element is not a stanza.`;
  return streamFault(
    'unsupported-stanza-type',
    'unsupported-stanza-type',
    'RFC 6120 §4.9.3.24',
    text,
  );
}

function headOf(
  el: XmlElement,
  from: Jid | undefined,
  to: Jid | undefined,
  streamLang: string | undefined,
): Head {
  const error = el.attrs['type'] === 'error' ? readStanzaError(el) : undefined;
  return { from, to, lang: el.attrs['xml:lang'] ?? streamLang, error, element: el };
}

function addressOf(text: string | undefined): Jid | Fault | undefined {
  return text === undefined ? undefined : Jid.parse(text);
}

/** Nobody could be answered, so this ends the stream. @spec RFC 6120 §4.9.3.7 */
function badFrom(fault: Fault): Fault {
  return streamFault(
    'improper-addressing',
    'improper-addressing',
    'RFC 6120 §8.1.2',
    fault.text,
    'from',
  );
}

/** @spec RFC 6120 §8.3.3.8 */
function badTo(fault: Fault): Fault {
  return stanzaFault('bad-jid', 'jid-malformed', 'modify', 'RFC 6120 §8.3.3.8', fault.text, 'to');
}

function messageOf(el: XmlElement, head: Head): Message {
  const type = el.attrs['type'];
  const thread = child(el, 'thread');
  return {
    kind: 'message',
    from: head.from,
    to: head.to,
    id: el.attrs['id'],
    type: isMessageType(type) ? type : 'normal',
    hasType: type !== undefined,
    lang: head.lang,
    bodies: textsOf(el, 'body', head.lang),
    subjects: textsOf(el, 'subject', head.lang),
    thread: thread === undefined ? undefined : textOf(thread),
    error: head.error,
    element: el,
  };
}

function textsOf(el: XmlElement, name: string, lang: string | undefined): readonly LangText[] {
  const texts: LangText[] = [];
  for (const node of el.children) {
    if (typeof node === 'string' || node.name !== name || node.ns !== el.ns) continue;
    texts.push({ lang: node.attrs['xml:lang'] ?? lang, text: textOf(node) });
  }
  return texts;
}

/** A type that nobody knows is `normal`. @spec RFC 6121 §5.2.2 */
function isMessageType(type: string | undefined): type is MessageType {
  switch (type) {
    case 'normal':
    case 'chat':
    case 'groupchat':
    case 'headline':
    case 'error':
      return true;
    default:
      return false;
  }
}

function presenceOf(el: XmlElement, head: Head): Presence | Fault {
  const type = el.attrs['type'] ?? 'available';
  if (!isPresenceType(type) || el.attrs['type'] === 'available') return badPresence(type);
  const show = child(el, 'show');
  const shown = show === undefined ? undefined : textOf(show);
  return {
    kind: 'presence',
    from: head.from,
    to: head.to,
    id: el.attrs['id'],
    type,
    lang: head.lang,
    show: isShow(shown) ? shown : undefined,
    statuses: textsOf(el, 'status', head.lang),
    priority: priorityOf(child(el, 'priority')),
    error: head.error,
    element: el,
  };
}

function badPresence(type: string): Fault {
  const text = `Presence of type ${type} is not defined.`;
  return stanzaFault('bad-stanza', 'bad-request', 'modify', 'RFC 6121 §4.7.1', text, 'type');
}

function isPresenceType(type: string): type is PresenceType {
  switch (type) {
    case 'available':
    case 'unavailable':
    case 'subscribe':
    case 'subscribed':
    case 'unsubscribe':
    case 'unsubscribed':
    case 'probe':
    case 'error':
      return true;
    default:
      return false;
  }
}

function isShow(text: string | undefined): text is Show {
  return text === 'away' || text === 'chat' || text === 'dnd' || text === 'xa';
}

const PRIORITY = /^[ \t\n]{0,8}[-+]?0{0,8}[0-9]{1,3}[ \t\n]{0,8}$/;

/** @spec RFC 6121 §4.7.2.3 */
function priorityOf(el: XmlElement | undefined): number {
  const text = el === undefined ? '' : textOf(el);
  const priority = PRIORITY.test(text) ? Number(text) : 0;
  return priority >= -128 && priority <= 127 ? priority : 0;
}

/** @spec RFC 6120 §8.2.3 */
function iqOf(el: XmlElement, head: Head): Iq | Fault {
  const { id, type } = el.attrs;
  if (id === undefined || id === '') return badIq('An iq needs an id.', 'id');
  if (!isIqType(type)) return badIq('An iq is a get, a set, a result or an error.', 'type');
  const children = elementsOf(el);
  const payloads =
    type === 'error'
      ? children.filter((node) => node.name !== 'error' || node.ns !== el.ns)
      : children;
  if (payloads.length > 1) return badIq('An iq has one child.', 'payload');
  const payload = payloads[0];
  if (payload === undefined && (type === 'get' || type === 'set'))
    return badIq('A request has a child.', 'payload');
  const { from, to, lang, error } = head;
  return { kind: 'iq', from, to, id, type, lang, payload, error, element: el };
}

function isIqType(type: string | undefined): type is IqType {
  return type === 'get' || type === 'set' || type === 'result' || type === 'error';
}

function badIq(text: string, at: string): Fault {
  return stanzaFault('bad-stanza', 'bad-request', 'modify', 'RFC 6120 §8.2.3', text, at);
}

/** A stanza as text; with `parentNs` as it stands in a stream of that namespace. */
export function writeStanza(stanza: Stanza | XmlElement, parentNs?: string): string {
  return writeXml('element' in stanza ? stanza.element : stanza, parentNs);
}

/** What a message to be sent is made of. */
export interface MessageDraft {
  readonly from: Jid | string;
  readonly to: Jid | string;
  readonly id?: string | undefined;
  readonly type?: MessageType | undefined;
  readonly lang?: string | undefined;
  readonly bodies: readonly LangText[];
  readonly subjects?: readonly LangText[];
  readonly thread?: string | undefined;
  /** Children that have no field here, in order, after the others. */
  readonly extra?: readonly XmlElement[];
}

/** A message element of a draft, in `jabber:client`. @spec RFC 6121 §5.2 */
export function messageElement(draft: MessageDraft): XmlElement {
  const { from, to, id, type, lang, thread } = draft;
  const children: XmlElement[] = [];
  if (draft.subjects !== undefined) addTexts(children, 'subject', draft.subjects, lang);
  addTexts(children, 'body', draft.bodies, lang);
  if (thread !== undefined) children.push(element('thread', NS.client, {}, [thread]));
  if (draft.extra !== undefined) for (const el of draft.extra) children.push(el);
  const attrs = { from: addressText(from), to: addressText(to), id, type, 'xml:lang': lang };
  return element('message', NS.client, attrs, children);
}

function addTexts(
  children: XmlElement[],
  name: string,
  texts: readonly LangText[],
  lang: string | undefined,
): void {
  for (const text of texts) children.push(textElement(name, text, lang));
}

function addressText(address: Jid | string): string {
  return typeof address === 'string' ? address : address.full;
}

function textElement(name: string, text: LangText, lang: string | undefined): XmlElement {
  const own = text.lang === lang ? undefined : text.lang;
  return element(name, NS.client, { 'xml:lang': own }, [text.text]);
}
