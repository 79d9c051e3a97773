// Whether an XML document says what its format has words for and nothing beside it: no other element, attribute or text, no
// comment, no section, no namespace that means nothing. What each format has words for is its own file's to say (RFC 3994,
// RFC 5438), and what becomes of a document that says more is the caller's.
import { decodeUtf8, type XmlElement } from '@interwork/xmpp';
import { readDocument } from './document.ts';

/** Whether a text is one that may stand there, blanks around it left out. */
export type Fits = (text: string) => boolean;

/** What may stand in an element: a text, or children by name, each once, of the same namespace. */
export interface BareElement {
  readonly text?: Fits;
  readonly attrs?: Readonly<Record<string, Fits>>;
  readonly children?: Readonly<Record<string, BareElement>>;
}

/** A format. */
export interface BareFormat extends BareElement {
  readonly name: string;
  readonly ns: string;
  /** Octets, at most. */
  readonly octets: number;
}

/** Whether it is a document of that format with nothing beside. */
export function isBare(body: Uint8Array, format: BareFormat): boolean {
  const { name, ns, octets } = format;
  const text = body.length > octets ? undefined : decodeUtf8(body);
  if (text === undefined || text.includes('<!') || !declaresOnly(text, ns)) return false;
  const root = readDocument(body, { depth: DEPTH, stanzaBytes: octets });
  return 'children' in root && root.name === name && root.ns === ns && isFit(root, format);
}

/** One of these words. */
export function oneOf(...words: readonly string[]): Fits {
  return (text) => words.includes(text);
}

/** A declaration of a namespace is no attribute: it is looked for in the document as it is written. */
function declaresOnly(text: string, ns: string): boolean {
  const others = text.replace(DECLARED, (all: string, one?: string, other?: string) =>
    [ns, NS_XSI].includes(one ?? other ?? '') ? '' : all,
  );
  return !others.includes('xmlns');
}

function isFit(element: XmlElement, { attrs = {}, children = {}, text = isBlank }: BareElement) {
  const elements = element.children.filter((one) => typeof one !== 'string');
  const said = element.children.filter((one) => typeof one === 'string').join('');
  const names = new Set(elements.map(({ name }) => name));
  return (
    names.size === elements.length &&
    (elements.length > 0 ? isBlank : text)(said.replace(AROUND, '')) &&
    Object.entries(element.attrs).every(([name, value]) => fitted(attrs, name)?.(value)) &&
    elements.every((one) => one.ns === element.ns && isChild(one, children))
  );
}

function isChild(one: XmlElement, children: NonNullable<BareElement['children']>): boolean {
  const within = fitted(children, one.name);
  return within !== undefined && isFit(one, within);
}

function fitted<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

function isBlank(text: string): boolean {
  return text === '';
}

/** By which a document may name its schema. */
export const SCHEMA_LOCATION = '{http://www.w3.org/2001/XMLSchema-instance}schemaLocation';
const NS_XSI = 'http://www.w3.org/2001/XMLSchema-instance';
/** Prefixes are short: a long one is a word. */
const DECLARED = /\sxmlns(?::\w{1,4})?[ \t\r\n]*=[ \t\r\n]*(?:"([^"]*)"|'([^']*)')/g;
const AROUND = /^[ \t\r\n]+|[ \t\r\n]+$/g;
/** Deeper than any of these formats. */
const DEPTH = 5;
