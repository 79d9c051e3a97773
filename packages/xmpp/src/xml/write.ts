// A tree to text: `xmlns` only where it changes, prefixes only for attributes of other namespaces. Whatever is handed in,
// what comes out parses as one element in restricted XML. What must be escaped is escaped by ltx.
import { escapeXML, escapeXMLText } from 'ltx';
import { MisuseError } from '../fault.ts';
import { isContentNamespace, NS } from '../namespaces.ts';
import { cleanText, CR, isNcName, SPACE, STOPS } from './characters.ts';
import { isAttributeKey, type XmlElement } from './element.ts';

/** Deepest tree that is written; deeper than any reader's limit, shallow enough to recurse. */
const DEEPEST = 256;

/**
 * An element as text. With `parentNs`, the default namespace where the text will stand, that one is
 * not declared again; and a stanza of one content namespace is written in that of the stream.
 * @spec RFC 6120 §4.8.3
 */
export function writeXml(el: XmlElement, parentNs: string = ''): string {
  const renames = el.ns !== parentNs && isContentNamespace(el.ns) && isContentNamespace(parentNs);
  return written(el, parentNs, renames ? el.ns : undefined, renames ? parentNs : '', 0);
}

/** `renamed` is the namespace of a stanza that stands as `ours` here. */
function written(
  el: XmlElement,
  parentNs: string,
  renamed: string | undefined,
  ours: string,
  depth: number,
): string {
  if (depth > DEEPEST) throw new MisuseError('too-deep', 'The tree is too deep to be written.');
  const inside = el.ns === renamed ? renamed : undefined;
  const ns = inside === undefined ? el.ns : ours;
  const tag = tagOf(el.name, ns);
  const opened = `<${tag}${declaration(ns, parentNs)}${attributesOf(el)}`;
  if (el.children.length === 0) return `${opened}/>`;
  const innerNs = ns === NS.xml ? parentNs : ns;
  let content = '';
  for (const node of el.children) {
    if (typeof node === 'string') content += textOf(node);
    else content += written(node, innerNs, inside, ours, depth + 1);
  }
  return `${opened}>${content}</${tag}>`;
}

function tagOf(name: string, ns: string): string {
  if (!isNcName(name)) throw new MisuseError('bad-name', `Not an XML name: ${name}`);
  if (ns === NS.xmlns) throw new MisuseError('bad-namespace', 'No element is in that namespace.');
  return ns === NS.xml ? `xml:${name}` : name;
}

function declaration(ns: string, parentNs: string): string {
  return ns === NS.xml || ns === parentNs ? '' : ` xmlns="${valueOf(ns)}"`;
}

function attributesOf({ attrs }: XmlElement): string {
  let out = '';
  let foreign = 0;
  for (const key in attrs) {
    if (!isAttributeKey(key)) throw new MisuseError('bad-name', `Not an attribute name: ${key}`);
    const value = valueOf(attrs[key] as string);
    if (key.startsWith('{')) out += foreignAttribute(key, value, `a${(foreign += 1)}`);
    else out += ` ${key}="${value}"`;
  }
  return out;
}

function foreignAttribute(key: string, value: string, prefix: string): string {
  const end = key.lastIndexOf('}');
  const ns = valueOf(key.slice(1, end));
  return ` xmlns:${prefix}="${ns}" ${prefix}:${key.slice(end + 1)}="${value}"`;
}

/** A text between tags. */
function textOf(text: string): string {
  const look = lookAt(text);
  if (look === PLAIN) return text;
  return look === MARKUP
    ? escapeXMLText(text)
    : withReferences(escapeXMLText(cleanText(text)), false);
}

/** A text between the quotes of an attribute. */
function valueOf(text: string): string {
  const look = lookAt(text);
  if (look === PLAIN) return text;
  return look === MARKUP ? escapeXML(text) : withReferences(escapeXML(cleanText(text)), true);
}

/** One look, since it is asked of everything that leaves: most is written as it is, and most of the rest is only escaped. */
function lookAt(text: string): number {
  let look = PLAIN;
  for (let i = 0; i < text.length; i += 1) {
    const c = text.charCodeAt(i);
    if (c < SPACE || c >= 0xd800) return CHARACTERS;
    if (c < 0x80 && STOPS[c] !== 0) look = MARKUP;
  }
  return look;
}

const PLAIN = 0;
/** It holds what is markup. */
const MARKUP = 1;
/** It may hold what XML cannot carry, or what a reader would make something else of. */
const CHARACTERS = 2;

/** Tabs and line ends, which a reader turns into spaces in attributes and into line feeds in text, as references. */
function withReferences(text: string, isValue: boolean): string {
  let out = '';
  let from = 0;
  for (let i = 0; i < text.length; i += 1) {
    const c = text.charCodeAt(i);
    if (c >= SPACE || (!isValue && c !== CR)) continue;
    out += `${text.slice(from, i)}&#${c};`;
    from = i + 1;
  }
  return from === 0 ? text : out + text.slice(from);
}
