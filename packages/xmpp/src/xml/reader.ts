// The stream reader: RFC 6120's restricted XML (§11) from bytes cut anywhere. UTF-8 is read strictly;
// what a stanza means, and which root is a stream, are for others to judge.
import { decodeChunk } from '../bytes.ts';
import { DEFAULT_LIMITS, type XmlLimits } from '../limits.ts';
import { unsupportedEncoding } from './faults.ts';
import { TreeReader, type XmlEvent } from './tree-reader.ts';

/**
 * Reads one stream. Bytes go in by `push`, events come out of `next`, which reads no further than the
 * event it gives: the bytes behind it may belong to another document (`reset`) or layer (`discard`).
 * @spec RFC 6120 §11.1
 */
export class XmlReader {
  readonly #tree: TreeReader;
  #rest: Uint8Array = new Uint8Array(0);
  #isBroken = false;
  #isDone = false;

  constructor(limits?: Partial<XmlLimits>) {
    this.#tree = new TreeReader({ ...DEFAULT_LIMITS, ...limits }, 1);
  }

  /** Takes bytes, cut anywhere. After a fault they are dropped. */
  push(bytes: Uint8Array): void {
    if (this.#isBroken || this.#isDone) return;
    const decoded = decodeChunk(this.#rest.length === 0 ? bytes : joined(this.#rest, bytes));
    this.#rest = decoded.rest;
    this.#isBroken = !decoded.good;
    this.#tree.feed(decoded.text);
  }

  /** The next event, or undefined until more bytes come. After a fault there is none. */
  next(): XmlEvent | undefined {
    if (this.#isDone) return undefined;
    const event = this.#tree.next() ?? this.#encodingFault();
    if (event?.kind === 'fault') this.#isDone = true;
    return event;
  }

  #encodingFault(): XmlEvent | undefined {
    if (!this.#isBroken) return undefined;
    return unsupportedEncoding('The bytes are not UTF-8.', this.#tree.offset);
  }

  /** Begins a new document with the bytes not yet read. @spec RFC 6120 §4.3.3 */
  reset(): void {
    this.#tree.restart();
  }

  /** Drops the bytes not yet read and begins a new document. @spec RFC 6120 §5.4.3.3 */
  discard(): void {
    this.#rest = new Uint8Array(0);
    this.#tree.discard();
    this.#tree.restart();
  }

  /** Changes limits for what is read from here on. */
  setLimits(limits: Partial<XmlLimits>): void {
    this.#tree.limits = { ...this.#tree.limits, ...limits };
  }

  /** Whether all bytes were read and nothing is half there: no stanza, tag or character. */
  get isIdle(): boolean {
    return this.#rest.length === 0 && !this.#isBroken && this.#tree.isIdle;
  }
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
