// Tokens to elements: nesting, namespaces (Namespaces in XML 1.0), limits. Gives whole elements of one
// level: children of the root in a stream, the root itself in a document.
// Once something is wrong nothing more is read.
import type { Fault } from '../fault.ts';
import type { XmlLimits } from '../limits.ts';
import { type AttributeMap, appendText, attributeMap, type XmlElement } from './element.ts';
import { badFormat, notWellFormed, overLimit } from './faults.ts';
import { Input } from './input.ts';
import {
  colonOf,
  declare,
  declaredSince,
  isForbidden,
  outermost,
  resolve,
  type Scope,
} from './scope.ts';
import { Tokenizer, type Token } from './tokenizer.ts';

/** What happened, in order. A fault is the last of them. */
export type XmlEvent = StreamOpen | StreamElement | StreamClose | Fault;

/** The opening tag of the stream. @spec RFC 6120 §4.2 */
export interface StreamOpen {
  readonly kind: 'stream-open';
  readonly name: string;
  readonly ns: string;
  readonly attrs: Readonly<Record<string, string>>;
  /** The default namespace declared on it, which the stanzas inherit; empty when there is none. */
  readonly defaultNs: string;
  /** The prefixes declared on it and their namespaces. */
  readonly prefixes: Readonly<Record<string, string>>;
}

/** A whole child of the stream. */
export interface StreamElement {
  readonly kind: 'element';
  readonly element: XmlElement;
}

/** The closing tag of the stream. @spec RFC 6120 §4.4 */
export interface StreamClose {
  readonly kind: 'stream-close';
}

interface Growing {
  readonly name: string;
  readonly ns: string;
  readonly attrs: AttributeMap;
  readonly children: (XmlElement | string)[];
}

const CLOSE: StreamClose = { kind: 'stream-close' };

/** Reads elements just inside the level `floor`: 1 for a stream, 0 for a document. */
export class TreeReader {
  limits: XmlLimits;
  readonly #floor: number;
  readonly #outermost: Scope;
  readonly #input: Input = new Input();
  readonly #tokens: Tokenizer = new Tokenizer(this.#input);
  #isDone = false;
  #rootSeen = false;
  #closePending = false;
  /** The open elements, outermost first: names as written, scopes, and trees (none below the floor). */
  readonly #names: string[] = [];
  readonly #scopes: Scope[] = [];
  readonly #growing: (Growing | undefined)[] = [];
  /** The tag being read. */
  #tagName = '';
  #attributeNames: string[] = [];
  #attributeValues: string[] = [];
  /** How many of them belong to this tag: the lists live as long as a stanza, since emptying is dear. */
  #attributeCount = 0;

  constructor(limits: XmlLimits, floor: number, defaultNs: string = '') {
    this.limits = limits;
    this.#floor = floor;
    this.#outermost = outermost(defaultNs);
  }

  /** Takes text without lone surrogates, cut anywhere. */
  feed(text: string): void {
    if (!this.#isDone) this.#input.feed(text);
  }

  get offset(): number {
    return this.#input.offset;
  }

  /** Whether all was read and nothing above the floor is half there. */
  get isIdle(): boolean {
    return this.#tokens.isBetween && this.#names.length <= this.#floor && !this.#closePending;
  }

  /** Begins a new document with what has not been read. */
  restart(): void {
    this.#names.length = 0;
    this.#scopes.length = 0;
    this.#growing.length = 0;
    this.#rootSeen = false;
    this.#closePending = false;
    this.#tokens.restart();
  }

  /** Drops what has not been read. */
  discard(): void {
    this.#input.discard();
  }

  /** The next event; undefined until there is more. */
  next(): XmlEvent | undefined {
    if (this.#isDone) return undefined;
    if (this.#closePending) return this.#leave();
    for (;;) {
      const token = this.#tokens.next();
      const event = this.#sizeFault(token) ?? this.#take(token);
      if (event !== undefined) return event.kind === 'fault' ? this.#fail(event) : event;
      if (token === 'more') return undefined;
    }
  }

  #fail(fault: Fault): Fault {
    this.#isDone = true;
    this.#input.discard();
    this.restart();
    return fault;
  }

  /** Asked before anything else is made of a token, so that cuts do not decide which fault is seen. */
  #sizeFault(token: Token): Fault | undefined {
    const isHeader = this.#names.length < this.#floor;
    const limit = isHeader ? this.limits.headerBytes : this.limits.stanzaBytes;
    if (token === 'text' || this.#input.bytesSinceMark <= limit) return undefined;
    const what = isHeader ? 'The stream header' : 'The element';
    return overLimit('too-large', `${what} is larger than ${limit} bytes.`, this.#input.markOffset);
  }

  #take(token: Token): XmlEvent | undefined {
    switch (token) {
      case 'text':
        return this.#text(this.#tokens.value);
      case 'open':
        return this.#open(this.#tokens.name);
      case 'attribute':
        return this.#attribute(this.#tokens.name, this.#tokens.value);
      case 'open-end':
        return this.#enter();
      case 'empty-end':
        return this.#enterEmpty();
      case 'close':
        return this.#close(this.#tokens.name);
      case 'escaped':
        return this.#escaped(this.#tokens.value);
      case 'fault':
        return this.#tokens.fault;
      case 'more':
        return undefined;
    }
  }

  #text(text: string): XmlEvent | undefined {
    const growing = this.#growing[this.#growing.length - 1];
    if (growing !== undefined) {
      appendText(growing.children, text);
      return undefined;
    }
    const blank = blankLength(text);
    if (blank < text.length) return this.#strayText(this.offset - text.length + blank);
    this.#input.mark();
    return undefined;
  }

  #escaped(text: string): XmlEvent | undefined {
    const growing = this.#growing[this.#growing.length - 1];
    if (growing === undefined) return this.#strayText(this.offset);
    appendText(growing.children, text);
    return undefined;
  }

  /** White space alone may stand between stanzas. @spec RFC 6120 §11.7 */
  #strayText(offset: number): Fault {
    if (this.#names.length === 0) return notWellFormed('Text outside the root element.', offset);
    return badFormat('Text between stanzas.', offset);
  }

  #open(name: string): Fault | undefined {
    if (this.#names.length === 0 && this.#rootSeen) {
      return notWellFormed('A second root element.', this.offset);
    }
    if (this.#names.length >= this.limits.depth) {
      return overLimit('too-deep', `Elements nest deeper than ${this.limits.depth}.`, this.offset);
    }
    this.#tagName = name;
    this.#attributeCount = 0;
    return this.#nameFault(name);
  }

  #nameFault(name: string): Fault | undefined {
    if (name.length <= this.limits.nameLength) return undefined;
    return overLimit('too-large', 'A name is too long.', this.offset);
  }

  #attribute(name: string, value: string): Fault | undefined {
    const count = this.#attributeCount;
    if (count >= this.limits.attributes) {
      return overLimit('too-many-attributes', 'An element has too many attributes.', this.offset);
    }
    if (value.length > this.limits.valueLength) {
      return overLimit('too-large', 'An attribute value is too long.', this.offset);
    }
    this.#attributeNames[count] = name;
    this.#attributeValues[count] = value;
    this.#attributeCount = count + 1;
    return this.#nameFault(name);
  }

  /** The opening tag has ended: names get their namespaces, and the element stands in the tree. */
  #enter(): XmlEvent | undefined {
    const outer = this.#scopes[this.#scopes.length - 1] ?? this.#outermost;
    const scope = this.#declared(outer);
    if ('kind' in scope) return scope;
    const built = this.#build(scope);
    if ('kind' in built) return built;
    this.#rootSeen = true;
    this.#names.push(this.#tagName);
    this.#scopes.push(scope);
    const isInside = this.#names.length > this.#floor;
    this.#growing.push(isInside ? built : undefined);
    return isInside ? undefined : this.#openStream(built, scope);
  }

  #enterEmpty(): XmlEvent | undefined {
    const event = this.#enter();
    if (event === undefined) return this.#leave();
    this.#closePending = event.kind === 'stream-open';
    return event;
  }

  #openStream(root: Growing, scope: Scope): StreamOpen {
    this.#input.mark();
    const prefixes = attributeMap();
    for (let at: Scope = scope; at.outer !== undefined; at = at.outer) {
      if (at.prefix !== '') prefixes[at.prefix] = at.ns;
    }
    const { name, ns, attrs } = root;
    return { kind: 'stream-open', name, ns, attrs, defaultNs: scope.defaultNs, prefixes };
  }

  #declared(outer: Scope): Scope | Fault {
    let scope = outer;
    for (let i = 0; i < this.#attributeCount; i += 1) {
      const prefix = declaredPrefix(this.#attributeNames[i] as string);
      if (prefix === undefined) continue;
      const ns = this.#attributeValues[i] as string;
      if (isForbidden(prefix, ns)) return this.#bad('A namespace declaration that is forbidden.');
      if (declaredSince(scope, outer, prefix)) return this.#bad('A prefix is declared twice.');
      scope = declare(scope, prefix, ns);
    }
    if (scope.size > this.limits.prefixes) {
      return overLimit('too-many-attributes', 'Too many namespaces are declared.', this.offset);
    }
    return scope;
  }

  #build(scope: Scope): Growing | Fault {
    const name = this.#tagName;
    const colon = colonOf(name);
    if (colon === -2) return this.#bad('An element name with colons.');
    const ns = colon < 0 ? scope.defaultNs : resolve(scope, name.slice(0, colon));
    if (ns === undefined) return this.#bad('A prefix that is not declared.');
    const attrs = attributeMap();
    const fault = this.#fill(attrs, scope);
    if (fault !== undefined) return fault;
    return { name: colon < 0 ? name : name.slice(colon + 1), ns, attrs, children: [] };
  }

  #fill(attrs: AttributeMap, scope: Scope): Fault | undefined {
    for (let i = 0; i < this.#attributeCount; i += 1) {
      const name = this.#attributeNames[i] as string;
      if (declaredPrefix(name) !== undefined) continue;
      const key = attributeKey(name, scope);
      if (key === undefined) return this.#bad('An attribute prefix that is not declared.');
      if (attrs[key] !== undefined) return this.#bad('An attribute stands twice.');
      attrs[key] = this.#attributeValues[i] as string;
    }
    return undefined;
  }

  #close(name: string): XmlEvent | undefined {
    if (this.#names[this.#names.length - 1] !== name)
      return this.#bad('A closing tag that closes nothing open.');
    return this.#leave();
  }

  #leave(): XmlEvent | undefined {
    this.#names.pop();
    this.#scopes.pop();
    const element = this.#growing.pop();
    if (element === undefined) return this.#closeStream();
    const parent = this.#growing[this.#growing.length - 1];
    if (parent !== undefined) {
      parent.children.push(element);
      return undefined;
    }
    this.#input.mark();
    this.#attributeNames = [];
    this.#attributeValues = [];
    return { kind: 'element', element };
  }

  #closeStream(): StreamClose {
    this.#closePending = false;
    this.#input.mark();
    return CLOSE;
  }

  #bad(text: string): Fault {
    return notWellFormed(text, this.offset);
  }
}

/** The prefix an attribute declares, empty for the default namespace; undefined for other attributes. */
function declaredPrefix(name: string): string | undefined {
  if (name.charCodeAt(0) !== 0x78 || !name.startsWith('xmlns')) return undefined;
  if (name.length === 5) return '';
  return name.charCodeAt(5) === 0x3a && colonOf(name) > 0 ? name.slice(6) : undefined;
}

/** The key of an attribute in the tree; undefined when its name has no meaning. */
function attributeKey(name: string, scope: Scope): string | undefined {
  const colon = colonOf(name);
  if (colon === -1) return name;
  if (colon === -2) return undefined;
  if (name.startsWith('xml:')) return name;
  const ns = resolve(scope, name.slice(0, colon));
  return ns === undefined ? undefined : `{${ns}}${name.slice(colon + 1)}`;
}

/** How many characters of white space a text begins with. */
function blankLength(text: string): number {
  let i = 0;
  while (i < text.length && BLANKS.includes(text.charAt(i))) i += 1;
  return i;
}

const BLANKS = ' \t\r\n';
