// A tree to text, through ltx: `xmlns` only where it changes, prefixes only for attributes of other
// namespaces. Whatever is handed in, what comes out parses as one element in restricted XML.
import { Element } from 'ltx';
import { MisuseError } from '../fault.ts';
import { isContentNamespace, NS } from '../namespaces.ts';
import { cleanText, isNcName } from './characters.ts';
import { attributeMap, isAttributeKey, type XmlElement } from './element.ts';

/** Deepest tree that is written; deeper than any reader's limit, shallow enough to recurse. */
const DEEPEST = 256;

/**
 * An element as text. With `parentNs`, the default namespace where the text will stand, that one is
 * not declared again; and a stanza of one content namespace is written in that of the stream.
 * @spec RFC 6120 §4.8.3
 */
export function writeXml(el: XmlElement, parentNs?: string): string {
  const out = new Pieces();
  toLtx(el, parentNs).write((piece) => out.add(piece));
  return out.text;
}

/** A stanza of another content namespace is moved into that of the stream. */
function toLtx(el: XmlElement, parentNs: string = ''): Element {
  const renames = el.ns !== parentNs && isContentNamespace(el.ns) && isContentNamespace(parentNs);
  return converted(el, parentNs, renames ? el.ns : undefined, renames ? parentNs : '', 0);
}

function converted(
  el: XmlElement,
  parentNs: string,
  renamed: string | undefined,
  ours: string,
  depth: number,
): Element {
  if (depth > DEEPEST) throw new MisuseError('too-deep', 'The tree is too deep to be written.');
  if (!isNcName(el.name)) throw new MisuseError('bad-name', `Not an XML name: ${el.name}`);
  const inside = el.ns === renamed ? renamed : undefined;
  const ns = inside === undefined ? el.ns : ours;
  const out = opened(el.name, ns, parentNs);
  const innerNs = ns === NS.xml ? parentNs : ns;
  addAttributes(el, out);
  for (const node of el.children) {
    if (typeof node === 'string') out.children.push(cleanText(node));
    else out.children.push(converted(node, innerNs, inside, ours, depth + 1));
  }
  return out;
}

function opened(name: string, ns: string, parentNs: string): Element {
  if (ns === NS.xmlns) throw new MisuseError('bad-namespace', 'No element is in that namespace.');
  const out = new Element(ns === NS.xml ? `xml:${name}` : name);
  out.attrs = attributeMap();
  if (ns !== NS.xml && ns !== parentNs) out.attrs['xmlns'] = cleanText(ns);
  return out;
}

function addAttributes(el: XmlElement, out: Element): void {
  let foreign = 0;
  for (const key in el.attrs) {
    if (!isAttributeKey(key)) throw new MisuseError('bad-name', `Not an attribute name: ${key}`);
    const value = cleanText(el.attrs[key] as string);
    if (key.startsWith('{')) addForeign(key, value, `a${(foreign += 1)}`, out);
    else out.attrs[key] = value;
  }
}

function addForeign(key: string, value: string, prefix: string, out: Element): void {
  const end = key.lastIndexOf('}');
  out.attrs[`xmlns:${prefix}`] = cleanText(key.slice(1, end));
  out.attrs[`${prefix}:${key.slice(end + 1)}`] = value;
}

/**
 * Takes the pieces that ltx writes. ltx leaves tabs and line ends as they are, which a reader turns
 * into spaces in attributes and into line feeds in text; here they become references first.
 */
class Pieces {
  text = '';
  #last = '';
  add(piece: string): void {
    this.text += this.#last === '="' ? withReferences(piece, true) : withReferences(piece, false);
    this.#last = piece;
  }
}

function withReferences(piece: string, isValue: boolean): string {
  let out = '';
  let from = 0;
  for (let i = 0; i < piece.length; i += 1) {
    const c = piece.charCodeAt(i);
    if (c >= 0x20 || (!isValue && c !== 0xd)) continue;
    out += `${piece.slice(from, i)}&#${c};`;
    from = i + 1;
  }
  return from === 0 ? piece : out + piece.slice(from);
}
