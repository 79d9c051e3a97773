// Stream reader. API.
import type { Fault } from '../fault.ts';
import type { XmlLimits } from '../limits.ts';
import type { XmlElement } from './element.ts';

/** What happened on a stream, in order. A fault is the last of them. */
export type XmlEvent = StreamOpen | StreamElement | StreamClose | Fault;

/** The opening tag of the stream. */
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

/** The closing tag of the stream. */
export interface StreamClose {
  readonly kind: 'stream-close';
}

/** Reads one stream. Bytes go in by `push`, events come out of `next`, which reads only as far as the event it gives. */
export class XmlReader {
  constructor(_limits?: Partial<XmlLimits>) {}
  /** Takes bytes, cut anywhere. After a fault they are dropped. */
  push(_bytes: Uint8Array): void {}
  /** The next event, or undefined until more bytes come. */
  next(): XmlEvent | undefined {
    return undefined;
  }
  /** Begins a new document with the bytes not yet read (stream restart). */
  reset(): void {}
  /** Drops bytes not yet read and begins a new document (after TLS was agreed on). */
  discard(): void {}
  /** Changes limits from the next byte on. */
  setLimits(_limits: Partial<XmlLimits>): void {}
  /** Whether every byte that was pushed has been read, and no stanza is half there. */
  get isIdle(): boolean {
    return true;
  }
}
