// Everything that a person could read in a body that passes as it came: the texts and attributes of a document, its comments,
// or the body as it is where it is none. Left out is what its format says by words of its own, as a moment or an address. What
// is no text at all cannot be looked at.
import type { Headers, Request } from '@interwork/sip';
import { decodeUtf8, instantOf, type XmlElement } from '@interwork/xmpp';
import { readDocument } from '../body/document.ts';
import { type Refusal, refused } from '../translation.ts';

/** The texts in a body, each once; or why nobody can look at it. */
export function textsIn({ headers, body }: Pick<Request, 'headers' | 'body'>): Texts | Refusal {
  if (body.length === 0) return NONE;
  if (!isUncoded(headers))
    return refused('content-encoding', undefined, [{ name: 'Accept-Encoding', value: 'identity' }]);
  const text = decodeUtf8(body);
  if (text === undefined || text.includes('\0'))
    return refused('malformed-body', headers.text('content-type'));
  const root = readDocument(body, LIMITS);
  const found = 'children' in root ? [...textsUnder(root), ...besides(text)] : [text];
  return new Set(found.map((one) => one.trim()).filter((one) => one !== ''));
}

/** Texts, each once. */
export type Texts = ReadonlySet<string>;

function isUncoded({ contentEncoding: codings }: Headers): boolean {
  if (codings === undefined) return true;
  return 'every' in codings && codings.every((coding) => coding === 'identity');
}

/** In the order in which they stand there; what is said in pieces is one. */
function* textsUnder({ attrs, children, name }: XmlElement): Iterable<string> {
  for (const [key, value] of Object.entries(attrs))
    if (!isKnown(ATTRIBUTES, key, value)) yield value;
  const text = children.filter((one) => typeof one === 'string').join('');
  if (!isKnown(ELEMENTS, name, text.trim())) yield text;
  for (const one of children) if (typeof one !== 'string') yield* textsUnder(one);
}

/** Comments, and names of namespaces that are none. */
function* besides(text: string): Iterable<string> {
  for (let at = text.indexOf('<!--'); at >= 0; ) {
    const end = text.indexOf('-->', at);
    yield text.slice(at + 4, end < 0 ? undefined : end);
    at = end < 0 ? end : text.indexOf('<!--', end);
  }
  for (const [, one, other = ''] of text.matchAll(NAMESPACE))
    if (!URI.test(one ?? other)) yield one ?? other;
}

function isKnown(table: Known, name: string, text: string): boolean {
  return Object.hasOwn(table, name) && table[name]?.(text) === true;
}

type Known = Readonly<Record<string, (text: string) => boolean>>;

const fits =
  (pattern: RegExp) =>
  (text: string): boolean =>
    pattern.test(text);
const isMoment = (text: string): boolean => instantOf(text) !== undefined;
/** Without blanks. */
const URI = /^(?:[a-z][a-z0-9.+-]*:[\x21-\x7e]*)?$/i;
const isAddress = fits(/^(?:im|pres|sips?|tel|mailto|xmpp):[\x21-\x7e]{1,512}$/i);

/** @spec RFC 3863 §4.1 */
const ELEMENTS: Known = {
  basic: fits(/^(?:open|closed)$/),
  contact: isAddress,
  timestamp: isMoment,
  show: fits(/^(?:away|chat|dnd|xa)$/),
};
const ATTRIBUTES: Known = {
  id: fits(/^[\w.-]{1,256}$/),
  entity: isAddress,
  uri: isAddress,
  priority: fits(/^[01](?:\.\d{1,3})?$/),
  'xml:lang': fits(/^[a-z]{1,8}(?:-[a-z0-9]{1,8}){0,7}$/i),
  since: isMoment,
  until: isMoment,
};
const NAMESPACE = /\sxmlns(?::[^\s=]{1,64})?\s{0,16}=\s{0,16}(?:"([^"]*)"|'([^']*)')/g;
/** As much as a SIP message may hold. */
const LIMITS = { depth: 64, stanzaBytes: 262_144 };
const NONE: Texts = new Set();
