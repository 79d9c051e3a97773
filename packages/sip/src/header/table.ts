// The headers of one message, lazily: places in the decoded head, text on request, typed values on first
// use and then from their slot. RFC 3261 §7.3, §20. A class, because what was read once is remembered.

import { type Cursor, cursorOf, atEnd, takeNext } from '../cursor.ts';
import { fault, type Fault } from '../fault.ts';
import { STAR } from '../grammar.ts';
import { FOLDED, STRIDE, unfold } from '../head.ts';
import { DEFAULT_LIMITS, type SipLimits } from '../limits.ts';
import type {
  CSeq,
  HeaderField,
  Headers,
  MediaType,
  NameAddr,
  ParamValue,
  Read,
  Via,
  Warning,
} from '../message.ts';
import { takeNameAddr } from '../name-addr.ts';
import { takeRoute } from '../route.ts';
import { type FieldNames, isAmong } from './field-names.ts';
import { FIRST_REPEATABLE, HEADER, headerId, headerName, sameName, UNKNOWN } from './names.ts';
import * as values from './values.ts';

/** Headers over the text they were received in. */
export class HeaderTable implements Headers {
  readonly #text: string;
  readonly #marks: readonly number[];
  readonly #limits: SipLimits;
  /** What was read, at the number of the first line of its name. */
  readonly #slots: unknown[] = [];
  /** A bit for each known header that is there: below 32, and from there. Most that are asked for are not. */
  #single = 0;
  #repeatable = 0;

  constructor(text: string, marks: readonly number[], limits: SipLimits = DEFAULT_LIMITS) {
    this.#text = text;
    this.#marks = marks;
    this.#limits = limits;
    for (let i = 0; i < marks.length; i += STRIDE) {
      const id = numberOf(marks, i);
      if (id < FIRST_REPEATABLE) this.#single |= 1 << id;
      else if (id !== UNKNOWN) this.#repeatable |= 1 << (id - FIRST_REPEATABLE);
    }
  }

  text(name: string): string | undefined {
    const mark = this.#find(name, 0);
    return mark < 0 ? undefined : this.#value(mark);
  }

  all(name: string): readonly string[] {
    const found: string[] = [];
    for (let mark = this.#find(name, 0); mark >= 0; mark = this.#find(name, mark + STRIDE)) {
      found.push(this.#value(mark));
    }
    return found;
  }

  fields(): readonly HeaderField[] {
    const text = this.#text;
    const marks = this.#marks;
    const fields: HeaderField[] = [];
    for (let i = 0; i < marks.length; i += STRIDE) {
      const name = text.slice(marks[i + 1], marks[i + 2]);
      fields.push({ name, value: text.slice(marks[i + 3], marks[i + 4]) });
    }
    return fields;
  }

  /** The header lines octet for octet, line ends included, but without Content-Length and what is named. */
  lines(one?: FieldNames, other?: FieldNames): string {
    const text = this.#text;
    const marks = this.#marks;
    let from = marks[1] ?? text.length;
    let out = '';
    for (let i = 0; i < marks.length; i += STRIDE) {
      if (!this.#isLeftOut(i, one) && !this.#isLeftOut(i, other)) continue;
      out += text.slice(from, marks[i + 1]);
      from = marks[i + 1 + STRIDE] ?? text.length;
    }
    return out + text.slice(from);
  }

  #isLeftOut(mark: number, names: FieldNames | undefined): boolean {
    const marks = this.#marks;
    const id = numberOf(marks, mark);
    if (id === HEADER.contentLength) return true;
    if (names === undefined) return false;
    return isAmong(names, id, this.#text, marks[mark + 1] as number, marks[mark + 2] as number);
  }

  get from(): Read<NameAddr> {
    return this.#one(HEADER.from, values.readParty);
  }
  get to(): Read<NameAddr> {
    return this.#one(HEADER.to, values.readParty);
  }
  get via(): Read<readonly Via[]> {
    return this.#list(HEADER.via, values.takeVia, this.#limits.viaValues);
  }
  get cseq(): Read<CSeq> {
    return this.#one(HEADER.cseq, values.readCSeq);
  }
  get callId(): Read<string> {
    return this.#one(HEADER.callId, values.readCallId);
  }
  get maxForwards(): Read<number> {
    return this.#one(HEADER.maxForwards, values.readMaxForwards);
  }
  get contact(): Read<readonly NameAddr[] | '*'> {
    const mark = this.#first(HEADER.contact, 0);
    if (mark < 0) return undefined;
    if (this.#text.charCodeAt(this.#marks[mark + 3] as number) !== STAR) {
      return this.#list(HEADER.contact, takeNameAddr, this.#limits.listValues);
    }
    const alone = this.#value(mark) === '*' && this.#first(HEADER.contact, mark + STRIDE) < 0;
    return alone ? '*' : fault('header-value', 'Contact');
  }
  get route(): Read<readonly NameAddr[]> {
    return this.#list(HEADER.route, takeRoute, this.#limits.listValues);
  }
  get recordRoute(): Read<readonly NameAddr[]> {
    return this.#list(HEADER.recordRoute, takeRoute, this.#limits.listValues);
  }
  get replyTo(): Read<NameAddr> {
    return this.#one(HEADER.replyTo, values.readAddress);
  }
  get contentType(): Read<MediaType> {
    return this.#one(HEADER.contentType, values.readMediaType);
  }
  get contentLength(): Read<number> {
    return this.#one(HEADER.contentLength, values.readContentLength);
  }
  get contentEncoding(): Read<readonly string[]> {
    return this.#list(HEADER.contentEncoding, values.takeFoldedWord, this.#limits.listValues);
  }
  get contentLanguage(): Read<readonly string[]> {
    return this.#list(HEADER.contentLanguage, values.takeWord, this.#limits.listValues);
  }
  get contentDisposition(): Read<ParamValue> {
    return this.#one(HEADER.contentDisposition, values.readParamValue);
  }
  get subject(): Read<string> {
    return this.#one(HEADER.subject, values.readText);
  }
  get require(): Read<readonly string[]> {
    return this.#list(HEADER.require, values.takeFoldedWord, this.#limits.listValues);
  }
  get supported(): Read<readonly string[]> {
    return this.#optionalList(HEADER.supported, values.takeFoldedWord);
  }
  get proxyRequire(): Read<readonly string[]> {
    return this.#list(HEADER.proxyRequire, values.takeFoldedWord, this.#limits.listValues);
  }
  get unsupported(): Read<readonly string[]> {
    return this.#list(HEADER.unsupported, values.takeFoldedWord, this.#limits.listValues);
  }
  get allow(): Read<readonly string[]> {
    return this.#optionalList(HEADER.allow, values.takeWord);
  }
  get allowEvents(): Read<readonly string[]> {
    return this.#list(HEADER.allowEvents, values.takeWord, this.#limits.listValues);
  }
  get accept(): Read<readonly MediaType[]> {
    return this.#optionalList(HEADER.accept, values.takeMediaType);
  }
  get expires(): Read<number> {
    return this.#one(HEADER.expires, values.readSeconds);
  }
  get minExpires(): Read<number> {
    return this.#one(HEADER.minExpires, values.readSeconds);
  }
  get retryAfter(): Read<number> {
    return this.#one(HEADER.retryAfter, values.readRetryAfter);
  }
  get date(): Read<number> {
    return this.#one(HEADER.date, values.readDate);
  }
  get warning(): Read<readonly Warning[]> {
    return this.#list(HEADER.warning, values.takeWarning, this.#limits.listValues);
  }
  get reason(): Read<readonly ParamValue[]> {
    return this.#list(HEADER.reason, values.takeParamValue, this.#limits.listValues);
  }
  get event(): Read<ParamValue> {
    return this.#one(HEADER.event, values.readParamValue);
  }
  get subscriptionState(): Read<ParamValue> {
    return this.#one(HEADER.subscriptionState, values.readParamValue);
  }
  get userAgent(): Read<string> {
    return this.#one(HEADER.userAgent, values.readText);
  }
  get server(): Read<string> {
    return this.#one(HEADER.server, values.readText);
  }

  #one<T>(id: number, read: (c: Cursor) => T | undefined): Read<T> {
    const mark = this.#first(id, 0);
    if (mark < 0) return undefined;
    const slot = this.#slots[mark / STRIDE];
    if (slot !== undefined) return slot as T | Fault;
    const value = read(this.#cursor(mark)) ?? fault('header-value', headerName(id));
    this.#slots[mark / STRIDE] = value;
    return value;
  }

  #list<T>(id: number, takeOne: (c: Cursor) => T | undefined, most: number): Read<readonly T[]> {
    const mark = this.#first(id, 0);
    if (mark < 0) return undefined;
    const slot = this.#slots[mark / STRIDE];
    if (slot !== undefined) return slot as readonly T[] | Fault;
    const value = this.#readList(id, mark, takeOne, most);
    this.#slots[mark / STRIDE] = value;
    return value;
  }

  /** Allow, Accept and Supported may be there and empty. */
  #optionalList<T>(id: number, takeOne: (c: Cursor) => T | undefined): Read<readonly T[]> {
    const mark = this.#first(id, 0);
    if (mark < 0) return undefined;
    if (this.#first(id, mark + STRIDE) < 0 && this.#value(mark) === '') return [];
    return this.#list(id, takeOne, this.#limits.listValues);
  }

  /** Several lines of one name are one list. @spec RFC 3261 §7.3.1 */
  #readList<T>(
    id: number,
    first: number,
    takeOne: (c: Cursor) => T | undefined,
    most: number,
  ): readonly T[] | Fault {
    let list: T[] = [];
    for (let mark = first; mark >= 0; mark = this.#first(id, mark + STRIDE)) {
      const c = this.#cursor(mark);
      let more: boolean | undefined = true;
      while (more === true) {
        if (list.length === most) return fault('too-many-values', headerName(id));
        const value = takeOne(c);
        if (value === undefined) return fault('header-value', headerName(id));
        // One is what there mostly is, and a list that is pushed to has room for many.
        if (list.length === 0) list = [value];
        else list.push(value);
        more = takeNext(c);
      }
      if (more === undefined || !atEnd(c)) return fault('header-value', headerName(id));
    }
    return list;
  }

  #value(mark: number): string {
    const marks = this.#marks;
    const text = this.#text.slice(marks[mark + 3], marks[mark + 4]);
    return ((marks[mark] as number) & FOLDED) === 0 ? text : unfold(text);
  }

  /** The value where it stands; on one line if it is folded. */
  #cursor(mark: number): Cursor {
    const marks = this.#marks;
    const isFolded = ((marks[mark] as number) & FOLDED) !== 0;
    return isFolded
      ? cursorOf(this.#value(mark))
      : cursorOf(this.#text, marks[mark + 3], marks[mark + 4]);
  }

  #find(name: string, from: number): number {
    const id = headerId(name, 0, name.length);
    if (id !== UNKNOWN) return this.#first(id, from);
    const lower = name.toLowerCase();
    const marks = this.#marks;
    for (let i = from; i < marks.length; i += STRIDE) {
      const start = marks[i + 1] as number;
      if ((marks[i + 2] as number) - start !== lower.length || numberOf(marks, i) !== UNKNOWN)
        continue;
      if (sameName(this.#text, start, lower)) return i;
    }
    return -1;
  }

  #has(id: number): boolean {
    return id < FIRST_REPEATABLE
      ? (this.#single & (1 << id)) !== 0
      : (this.#repeatable & (1 << (id - FIRST_REPEATABLE))) !== 0;
  }

  #first(id: number, from: number): number {
    if (!this.#has(id)) return -1;
    const marks = this.#marks;
    for (let i = from; i < marks.length; i += STRIDE) {
      if (numberOf(marks, i) === id) return i;
    }
    return -1;
  }
}

function numberOf(marks: readonly number[], mark: number): number {
  return (marks[mark] as number) & ~FOLDED;
}
