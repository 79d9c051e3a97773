// Messages out of one TCP or TLS connection. RFC 3261 §7.5, §18.3; RFC 5626 §3.5.1 for the keep-alives.
// What comes out depends on the octets, never on how they were cut. Each octet is looked at once while a
// head is incomplete, a head is read once, and a message too large is refused by its Content-Length, before
// it is there. Once the framing is lost nothing more is read.

import { emptyLineAt, room } from './bytes.ts';
import { fault, type Fault } from './fault.ts';
import { CR, LF } from './grammar.ts';
import { type Head, readHead } from './head.ts';
import { limitsOf, type SipLimits } from './limits.ts';
import type { Salvage, SipMessage } from './message.ts';
import { messageOf } from './parse.ts';
import { salvage } from './salvage.ts';

/** What comes out of a stream. */
export type FramerEvent =
  | { readonly kind: 'message'; readonly message: SipMessage }
  /** A double CRLF between messages: answer with one CRLF. */
  | { readonly kind: 'ping' }
  /** A broken message; `fatal`: answer what was salvaged, then close, for nothing more is read. */
  | {
      readonly kind: 'broken';
      readonly fault: Fault;
      readonly salvage: Salvage | undefined;
      readonly fatal: boolean;
    };

/**
 * Messages out of one stream: `push` octets, then `next` until `undefined`. Octets pushed are the framer's
 * from then on, since bodies are views of them.
 *
 * @spec RFC 3261 §18.3
 */
export class Framer {
  readonly #limits: SipLimits;
  #bytes: Uint8Array = NOTHING;
  #start = 0;
  #end = 0;
  /** No empty line begins before this place. */
  #searched = 0;
  /** The head whose body is not all there yet, and where that body begins. */
  #head: Head | undefined;
  #bodyStart = 0;
  /** Line ends seen since the last message. */
  #lineEnds = 0;
  #lost = false;
  /** Whether `#bytes` is room of our own, with a free end. */
  #owned = false;

  constructor(limits?: Partial<SipLimits>) {
    this.#limits = limitsOf(limits);
  }

  /** Takes octets as they came. Ignored once the framing is lost. */
  push(bytes: Uint8Array): void {
    if (this.#lost || bytes.length === 0) return;
    if (this.#start === this.#end) this.#adopt(bytes);
    else this.#append(bytes);
  }

  /** The next thing found, or `undefined` until more octets come. */
  next(): FramerEvent | undefined {
    if (this.#lost) return undefined;
    if (this.#head !== undefined) return this.#finish(this.#head);
    const between = this.#skipLineEnds();
    if (between !== undefined) return between;
    if (this.#start !== this.#end) return this.#readHead();
    this.#adopt(NOTHING);
    return undefined;
  }

  /** Octets held until the message they belong to is whole. */
  get pending(): number {
    return this.#end - this.#start;
  }

  #adopt(bytes: Uint8Array): void {
    this.#bytes = bytes;
    this.#start = 0;
    this.#end = bytes.length;
    this.#searched = 0;
    this.#owned = false;
  }

  /** What was handed out is never written over: a full buffer is left to its views and a new one begun. */
  #append(bytes: Uint8Array): void {
    const pending = this.#end - this.#start;
    if (this.#bytes.length - this.#end < bytes.length || !this.#owned) {
      const wider = room(this.#roomFor(pending + bytes.length));
      wider.set(this.#bytes.subarray(this.#start, this.#end), 0);
      this.#searched -= this.#start;
      this.#bodyStart -= this.#start;
      this.#bytes = wider;
      this.#start = 0;
      this.#end = pending;
      this.#owned = true;
    }
    this.#bytes.set(bytes, this.#end);
    this.#end += bytes.length;
  }

  /** Twice what is there, so that copying stays cheap, but not past the longest message. */
  #roomFor(needed: number): number {
    return Math.max(MIN_ROOM, needed, Math.min(2 * needed, this.#limits.messageBytes));
  }

  /** One CRLF is a pong or a habit, two are a ping. @spec RFC 5626 §4.4.1 */
  #skipLineEnds(): FramerEvent | undefined {
    while (this.#start < this.#end && this.#bytes[this.#start] === CR) {
      if (this.#start + 1 === this.#end) return undefined;
      if (this.#bytes[this.#start + 1] !== LF) return this.#lose(fault('bare-line-end'));
      this.#start += 2;
      this.#lineEnds++;
      if (this.#lineEnds < 2) continue;
      this.#lineEnds = 0;
      return { kind: 'ping' };
    }
    return undefined;
  }

  #readHead(): FramerEvent | undefined {
    const { headBytes, messageBytes } = this.#limits;
    const from = Math.max(this.#start, this.#searched);
    const end = emptyLineAt(this.#bytes.subarray(0, this.#end), from);
    if (end < 0) {
      this.#searched = Math.max(this.#start, this.#end - 3);
      return this.pending > headBytes ? this.#lose(fault('head-too-large')) : undefined;
    }
    const head = readHead(this.#bytes, this.#start, end + 2, this.#limits);
    if (head.kind === 'fault') return this.#lose(head);
    if (head.contentLength < 0) return this.#lose(fault('content-length-missing'));
    if (end + 4 - this.#start + head.contentLength > messageBytes) {
      return this.#lose(fault('message-too-large'));
    }
    this.#bodyStart = end + 4;
    this.#head = head;
    return this.#finish(head);
  }

  #finish(head: Head): FramerEvent | undefined {
    const bodyEnd = this.#bodyStart + head.contentLength;
    if (bodyEnd > this.#end) return undefined;
    const message = messageOf(head, this.#bytes.subarray(this.#bodyStart, bodyEnd), this.#limits);
    if (message.kind === 'fault' && message.code === 'start-line') return this.#lose(message);
    const start = this.#start;
    this.#head = undefined;
    this.#lineEnds = 0;
    this.#start = bodyEnd;
    this.#searched = bodyEnd;
    if (message.kind !== 'fault') return { kind: 'message', message };
    const saved = salvage(this.#bytes.subarray(start, this.#bodyStart), this.#limits);
    return { kind: 'broken', fault: message, salvage: saved, fatal: false };
  }

  #lose(why: Fault): FramerEvent {
    const saved = salvage(this.#bytes.subarray(this.#start, this.#end), this.#limits);
    this.#lost = true;
    this.#bytes = NOTHING;
    this.#start = 0;
    this.#end = 0;
    return { kind: 'broken', fault: why, salvage: saved, fatal: true };
  }
}

const NOTHING = new Uint8Array(0);
const MIN_ROOM = 1024;
