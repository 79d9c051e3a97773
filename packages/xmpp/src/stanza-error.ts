// Stanza errors: the 22 conditions, reading them leniently, writing them, answering with them.
// RFC 6120 §8.3. Stream errors are fault.ts and the stream's business.
import type { Fault, FaultAnswer, StanzaErrorType } from './fault.ts';
import { NS } from './namespaces.ts';
import { child, element, elementsOf, textOf, type XmlElement } from './xml/element.ts';

export type { StanzaErrorType } from './fault.ts';

/** Text with its language, where one is known (RFC 5646 tag, as written). */
export interface LangText {
  readonly lang: string | undefined;
  readonly text: string;
}

/**
 * The 22 defined conditions with the type each is sent with unless told otherwise.
 * @spec RFC 6120 §8.3.3
 */
export const CONDITIONS: Readonly<Record<Condition, StanzaErrorType>> = {
  'bad-request': 'modify',
  conflict: 'cancel',
  'feature-not-implemented': 'cancel',
  forbidden: 'auth',
  gone: 'cancel',
  'internal-server-error': 'cancel',
  'item-not-found': 'cancel',
  'jid-malformed': 'modify',
  'not-acceptable': 'modify',
  'not-allowed': 'cancel',
  'not-authorized': 'auth',
  'policy-violation': 'modify',
  'recipient-unavailable': 'wait',
  redirect: 'modify',
  'registration-required': 'auth',
  'remote-server-not-found': 'cancel',
  'remote-server-timeout': 'wait',
  'resource-constraint': 'wait',
  'service-unavailable': 'cancel',
  'subscription-required': 'auth',
  'undefined-condition': 'cancel',
  'unexpected-request': 'wait',
};

/** One of the defined conditions. */
export type Condition =
  | 'bad-request'
  | 'conflict'
  | 'feature-not-implemented'
  | 'forbidden'
  | 'gone'
  | 'internal-server-error'
  | 'item-not-found'
  | 'jid-malformed'
  | 'not-acceptable'
  | 'not-allowed'
  | 'not-authorized'
  | 'policy-violation'
  | 'recipient-unavailable'
  | 'redirect'
  | 'registration-required'
  | 'remote-server-not-found'
  | 'remote-server-timeout'
  | 'resource-constraint'
  | 'service-unavailable'
  | 'subscription-required'
  | 'undefined-condition'
  | 'unexpected-request';

/** An error as read from a stanza. @spec RFC 6120 §8.3.2 */
export interface StanzaError {
  readonly type: StanzaErrorType;
  readonly condition: Condition;
  readonly text?: LangText;
  /** Where to go instead: a URI, with `gone` and `redirect` only. */
  readonly address?: string;
  /** The entity that raised the error, when it says so. */
  readonly by?: string;
  /** The condition of the application's own namespace, when there is one. */
  readonly application?: XmlElement;
}

/** An error to be sent; `type` is the condition's own unless given. */
export interface StanzaErrorDraft {
  readonly condition: Condition;
  readonly type?: StanzaErrorType;
  readonly text?: LangText | string;
  readonly address?: string;
  readonly by?: string;
  readonly application?: XmlElement;
}

/** Whether a text names one of the defined conditions. */
export function isCondition(name: string): name is Condition {
  return Object.hasOwn(CONDITIONS, name);
}

/**
 * The error inside a stanza of type `error`. An unknown condition reads as `undefined-condition`, a
 * missing or unknown type as that of the condition; undefined when there is no error element.
 * @spec RFC 6120 §8.3.2
 */
export function readStanzaError(stanza: XmlElement): StanzaError | undefined {
  const el = child(stanza, 'error');
  if (el === undefined) return undefined;
  const defined = definedCondition(el);
  const condition =
    defined !== undefined && isCondition(defined.name) ? defined.name : 'undefined-condition';
  const type = el.attrs['type'];
  return {
    type: type !== undefined && isErrorType(type) ? type : CONDITIONS[condition],
    condition,
    ...optional('text', errorText(el)),
    ...optional('address', addressOf(condition, defined)),
    ...optional('by', el.attrs['by']),
    ...optional('application', applicationCondition(el)),
  };
}

function optional<K extends string, V>(key: K, value: V | undefined): { readonly [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [P in K]?: V });
}

function definedCondition(error: XmlElement): XmlElement | undefined {
  return elementsOf(error).find((el) => el.ns === NS.stanzas && el.name !== 'text');
}

function applicationCondition(error: XmlElement): XmlElement | undefined {
  return elementsOf(error).find((el) => el.ns !== NS.stanzas);
}

function errorText(error: XmlElement): LangText | undefined {
  const el = child(error, 'text', NS.stanzas);
  return el === undefined ? undefined : { lang: el.attrs['xml:lang'], text: textOf(el) };
}

function addressOf(condition: Condition, el: XmlElement | undefined): string | undefined {
  if (el === undefined || (condition !== 'gone' && condition !== 'redirect')) return undefined;
  const address = textOf(el).trim();
  return address === '' ? undefined : address;
}

function isErrorType(type: string): type is StanzaErrorType {
  return (
    type === 'auth' ||
    type === 'cancel' ||
    type === 'continue' ||
    type === 'modify' ||
    type === 'wait'
  );
}

/** The error element for a stanza in the namespace `ns`. @spec RFC 6120 §8.3.2 */
export function errorElement(error: StanzaErrorDraft, ns: string): XmlElement {
  const { condition, address, by } = error;
  const type = error.type ?? CONDITIONS[condition];
  const where = condition === 'gone' || condition === 'redirect' ? address : undefined;
  const text = typeof error.text === 'string' ? { lang: undefined, text: error.text } : error.text;
  return element('error', ns, { type, by }, [
    element(condition, NS.stanzas, {}, [where]),
    text && element('text', NS.stanzas, { 'xml:lang': text.lang }, [text.text]),
    error.application,
  ]);
}

/**
 * The stanza that answers another with an error: addresses swapped, id kept, nothing else returned.
 * Undefined for what must not be answered so: errors, and results of an iq.
 * @spec RFC 6120 §8.3.1
 */
export function errorReply(
  stanza: { readonly element: XmlElement } | XmlElement,
  error: StanzaErrorDraft | Fault,
): XmlElement | undefined {
  const el = 'element' in stanza ? stanza.element : stanza;
  const { type, from, to, id } = el.attrs;
  if (type === 'error' || (el.name === 'iq' && type === 'result')) return undefined;
  const draft = 'answer' in error ? draftOf(error) : error;
  if (draft === undefined) return undefined;
  const attrs = { from: to, to: from, id, type: 'error' };
  return element(el.name, el.ns, attrs, [errorElement(draft, el.ns)]);
}

function draftOf(fault: Fault): StanzaErrorDraft | undefined {
  const answer: FaultAnswer = fault.answer;
  if (answer.kind !== 'stanza-error' || !isCondition(answer.condition)) return undefined;
  return { condition: answer.condition, type: answer.type, text: fault.text };
}
