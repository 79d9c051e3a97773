// The tree: elements with local names and resolved namespaces, made only of what XML can carry.
// Reading it from the wire is reader.ts, writing it write.ts. No prefix survives but `xml:`:
// an attribute of another namespace has the key `{namespace}name`.
import { MisuseError } from '../fault.ts';
import { NS } from '../namespaces.ts';
import { cleanText, isNcName } from './characters.ts';

/** An element whose names are local and whose namespace is resolved. Text children never touch. */
export interface XmlElement {
  readonly name: string;
  readonly ns: string;
  /** By local name; `xml:lang` stays so; of another namespace: `{namespace}name`. Inherits nothing. */
  readonly attrs: Readonly<Record<string, string>>;
  readonly children: readonly (XmlElement | string)[];
}

/** Attributes that can be filled: inherits nothing, so that `constructor` is a name like any other. */
export type AttributeMap = Record<string, string>;

const Attributes = function Attributes() {} as unknown as new () => AttributeMap;
Attributes.prototype = Object.freeze(Object.create(null));

/** An empty attribute map. */
export function attributeMap(): AttributeMap {
  return new Attributes();
}

/**
 * Makes an element. Attributes and children that are undefined are left out; characters that XML
 * cannot carry become U+FFFD; a name that XML does not allow is misuse.
 */
export function element(
  name: string,
  ns: string,
  attrs?: Readonly<Record<string, string | undefined>>,
  children?: readonly (XmlElement | string | undefined)[],
): XmlElement {
  if (!isNcName(name)) throw new MisuseError('bad-name', `Not an XML name: ${name}`);
  if (ns === NS.xmlns) throw new MisuseError('bad-namespace', 'No element is in that namespace.');
  return { name, ns: cleanText(ns), attrs: checkedAttributes(attrs), children: joined(children) };
}

function checkedAttributes(
  attrs: Readonly<Record<string, string | undefined>> | undefined,
): AttributeMap {
  const checked = attributeMap();
  for (const key in attrs) {
    const value = attrs[key];
    if (value === undefined) continue;
    if (!isAttributeKey(key)) throw new MisuseError('bad-name', `Not an attribute name: ${key}`);
    checked[key] = cleanText(value);
  }
  return checked;
}

/** Whether a key can stand in `attrs`: a local name, `xml:…`, or `{namespace}name`; never `xmlns`. */
export function isAttributeKey(key: string): boolean {
  if (key.startsWith('xml:')) return isNcName(key.slice(4));
  if (!key.startsWith('{')) return key !== 'xmlns' && isNcName(key);
  const end = key.lastIndexOf('}');
  return isForeign(key.slice(1, end)) && isNcName(key.slice(end + 1));
}

function isForeign(ns: string): boolean {
  return ns !== '' && ns !== NS.xml && ns !== NS.xmlns && cleanText(ns) === ns;
}

function joined(
  children: readonly (XmlElement | string | undefined)[] | undefined,
): (XmlElement | string)[] {
  const kept: (XmlElement | string)[] = [];
  if (children === undefined) return kept;
  for (const child of children) {
    if (child === undefined) continue;
    if (typeof child === 'string') appendText(kept, cleanText(child));
    else kept.push(child);
  }
  return kept;
}

/** Adds text to children being filled, so that no two texts touch and none is empty. */
export function appendText(children: (XmlElement | string)[], text: string): void {
  if (text === '') return;
  const last = children.length - 1;
  const before = children[last];
  if (typeof before === 'string') children[last] = before + text;
  else children.push(text);
}

/** The first child element of that name; in the parent's namespace unless another is given. */
export function child(el: XmlElement, name: string, ns: string = el.ns): XmlElement | undefined {
  for (const node of el.children) {
    if (typeof node !== 'string' && node.name === name && node.ns === ns) return node;
  }
  return undefined;
}

/** All child elements of that name, in order; in the parent's namespace unless another is given. */
export function childrenOf(
  el: XmlElement,
  name: string,
  ns: string = el.ns,
): readonly XmlElement[] {
  const found: XmlElement[] = [];
  for (const node of el.children) {
    if (typeof node !== 'string' && node.name === name && node.ns === ns) found.push(node);
  }
  return found;
}

/** All child elements, without the text between them. */
export function elementsOf(el: XmlElement): readonly XmlElement[] {
  const found: XmlElement[] = [];
  for (const node of el.children) if (typeof node !== 'string') found.push(node);
  return found;
}

/** The text directly inside an element; text of its child elements is not part of it. */
export function textOf(el: XmlElement): string {
  let text = '';
  for (const node of el.children) if (typeof node === 'string') text += node;
  return text;
}
