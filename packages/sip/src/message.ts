// The nouns of SIP: requests, responses, their headers and the values in them; and the drafts a host
// hands in. Types only, but for `param`. Reading is parse.ts, writing is write.ts.
// RFC 3261 §7 (messages), §20 (headers).

import type { Fault } from './fault.ts';
import type { FieldNames } from './header/field-names.ts';
import type { Uri } from './uri.ts';

/** A request as it was received. @spec RFC 3261 §7.1 */
export interface Request {
  readonly kind: 'request';
  /** Case-sensitive. */
  readonly method: string;
  /** The Request-URI as written; `checkRequest` gives it typed. */
  readonly uri: string;
  readonly headers: Headers;
  /** A view of the octets that were parsed, not a copy. */
  readonly body: Uint8Array;
}

/** A response as it was received. @spec RFC 3261 §7.2 */
export interface Response {
  readonly kind: 'response';
  /** 100 to 699. */
  readonly status: number;
  readonly reason: string;
  readonly headers: Headers;
  /** A view of the octets that were parsed, not a copy. */
  readonly body: Uint8Array;
}

/** Either kind of message. */
export type SipMessage = Request | Response;

/** One parameter. Names compare without case and are kept in lower case; values of URIs keep their escapes. */
export interface Param {
  readonly name: string;
  /** `undefined` for a parameter without `=`. The quotes of a quoted string are gone. */
  readonly value: string | undefined;
}

/** An address in a header, with the header's own parameters. @spec RFC 3261 §20.10 */
export interface NameAddr {
  readonly display: string | undefined;
  readonly uri: Uri;
  readonly params: readonly Param[];
}

/** One hop of the way back. @spec RFC 3261 §20.42 */
export interface Via {
  /** Upper case, such as `TLS`. */
  readonly transport: string;
  /** Lower case; an IPv6 address is in brackets. */
  readonly host: string;
  readonly port: number | undefined;
  readonly params: readonly Param[];
}

/** The place of a request in the order of its sender. @spec RFC 3261 §20.16 */
export interface CSeq {
  /** Below 2^31. */
  readonly number: number;
  readonly method: string;
}

/** A media type or range; `type` and `subtype` are lower case. @spec RFC 3261 §20.15 */
export interface MediaType {
  readonly type: string;
  readonly subtype: string;
  readonly params: readonly Param[];
}

/** A word with parameters: Event, Reason, Content-Disposition and their kin. */
export interface ParamValue {
  /** As written. */
  readonly value: string;
  readonly params: readonly Param[];
}

/** What a peer says about a status, for people to read. @spec RFC 3261 §20.43 */
export interface Warning {
  /** Three digits. */
  readonly code: number;
  readonly agent: string;
  readonly text: string;
}

/** A header by name and text, as a host hands it in or gets it out. */
export interface HeaderField {
  readonly name: string;
  readonly value: string;
}

/** What a typed header reads as: its value, what is wrong with it, or `undefined` when it is not there. */
export type Read<T> = T | Fault | undefined;

/**
 * The headers of one message. Names match without case and in their compact form; values are typed on
 * first use. Headers with credentials (Authorization and its kin) stay text and are never split.
 *
 * @spec RFC 3261 §7.3
 */
export interface Headers {
  /** The first field of that name, unfolded and trimmed. */
  text(name: string): string | undefined;
  /** Each field line of that name, unfolded and trimmed, lists not split. */
  all(name: string): readonly string[];
  /** Every field in order, name and value as written; folds are kept, outer blanks are not. */
  fields(): readonly HeaderField[];

  readonly from: Read<NameAddr>;
  readonly to: Read<NameAddr>;
  /** Topmost first. */
  readonly via: Read<readonly Via[]>;
  readonly cseq: Read<CSeq>;
  readonly callId: Read<string>;
  /** 0 to 255. */
  readonly maxForwards: Read<number>;
  readonly contact: Read<readonly NameAddr[] | '*'>;
  readonly route: Read<readonly NameAddr[]>;
  readonly recordRoute: Read<readonly NameAddr[]>;
  readonly replyTo: Read<NameAddr>;
  readonly contentType: Read<MediaType>;
  /** Octets. */
  readonly contentLength: Read<number>;
  /** Lower case, in the order they were applied. */
  readonly contentEncoding: Read<readonly string[]>;
  readonly contentLanguage: Read<readonly string[]>;
  readonly contentDisposition: Read<ParamValue>;
  readonly subject: Read<string>;
  /** Option tags, lower case. */
  readonly require: Read<readonly string[]>;
  /** Option tags, lower case. */
  readonly supported: Read<readonly string[]>;
  /** Option tags, lower case. */
  readonly proxyRequire: Read<readonly string[]>;
  /** Option tags, lower case. */
  readonly unsupported: Read<readonly string[]>;
  /** Methods, as written. */
  readonly allow: Read<readonly string[]>;
  readonly allowEvents: Read<readonly string[]>;
  /** Media ranges; an empty list when the header is there and empty. */
  readonly accept: Read<readonly MediaType[]>;
  /** Seconds. */
  readonly expires: Read<number>;
  /** Seconds. */
  readonly minExpires: Read<number>;
  /** Seconds. */
  readonly retryAfter: Read<number>;
  /** Milliseconds since 1970. */
  readonly date: Read<number>;
  readonly warning: Read<readonly Warning[]>;
  /** @spec RFC 3326 §2 */
  readonly reason: Read<readonly ParamValue[]>;
  readonly event: Read<ParamValue>;
  readonly subscriptionState: Read<ParamValue>;
  readonly userAgent: Read<string>;
  readonly server: Read<string>;
}

/** A request with everything a UAS must have, typed. @spec RFC 3261 §8.1.1 */
export interface IncomingRequest {
  readonly request: Request;
  readonly method: string;
  readonly uri: Uri;
  readonly from: NameAddr;
  readonly to: NameAddr;
  readonly callId: string;
  readonly cseq: CSeq;
  /** `undefined` when an RFC 2543 peer sent none. */
  readonly maxForwards: number | undefined;
  /** The topmost one. */
  readonly via: Via;
}

/** A response with everything a UAC must have, typed. @spec RFC 3261 §8.1.3 */
export interface IncomingResponse {
  readonly response: Response;
  readonly status: number;
  readonly from: NameAddr;
  readonly to: NameAddr;
  readonly callId: string;
  readonly cseq: CSeq;
  /** The topmost one. */
  readonly via: Via;
}

/**
 * A request that a host wants sent; the endpoint adds Via, CSeq, Max-Forwards, Content-Length and, where it is
 * not given, the From tag. A control character in any value becomes one space. `undefined` is the same as
 * left out.
 */
export interface RequestDraft {
  readonly method: string;
  readonly uri: Uri;
  /** Without tag the endpoint draws one; within a dialog it has the dialog's. */
  readonly from: NameAddr;
  /** With a tag within a dialog only. */
  readonly to: NameAddr;
  readonly callId?: string | undefined;
  readonly cseq?: number | undefined;
  /** Appended to `z9hG4bK`; must be unique. */
  readonly branch?: string | undefined;
  readonly maxForwards?: number | undefined;
  readonly contentType?: string | undefined;
  /** Content-Language. */
  readonly language?: string | undefined;
  readonly subject?: string | undefined;
  readonly body?: Uint8Array | undefined;
  readonly headers?: readonly HeaderField[] | undefined;
}

/**
 * A response that a host wants sent; the rest is copied from the request. `undefined` is the same as
 * left out.
 */
export interface ResponseDraft {
  readonly status: number;
  /** The tag of To, where the request had none: what begins a dialog names its own. Drawn when left out. */
  readonly toTag?: string | undefined;
  readonly reason?: string | undefined;
  readonly contentType?: string | undefined;
  readonly body?: Uint8Array | undefined;
  readonly headers?: readonly HeaderField[] | undefined;
}

/**
 * A request on its way through: written as it was received, but for what stands here. The endpoint puts its own Via on
 * top.
 *
 * @spec RFC 3261 §16.6
 */
export interface ForwardDraft {
  readonly request: IncomingRequest;
  /** The address it came from, for the topmost Via. */
  readonly cameFrom: { readonly address: string; readonly port: number };
  /** What goes on: one less than what came. */
  readonly maxForwards: number;
  /** The Request-URI, as it is to be written; without, as it was. */
  readonly uri?: string | undefined;
  /** Fields that go no further. Via, Max-Forwards and Content-Length need not be among them. */
  readonly without?: FieldNames | undefined;
  /** Fields put before all that goes on, in order. */
  readonly headers?: readonly HeaderField[] | undefined;
  /** Another body. Its Content-Type, where that is another, is among the headers. */
  readonly body?: Uint8Array | undefined;
  /** A token put behind every branch of ours, so that a request that comes back is known. */
  readonly mark?: string | undefined;
}

/**
 * A response on its way back: written as it was received, with the Via of the request it answers in place of its own.
 *
 * @spec RFC 3261 §16.7
 */
export interface PassedResponse {
  readonly response: Response;
  /** Instead of the one received. */
  readonly status?: number | undefined;
  readonly reason?: string | undefined;
  /** Fields that go no further. Via and Content-Length need not be among them. */
  readonly without?: FieldNames | undefined;
  /** Fields put before all that goes on, in order. */
  readonly headers?: readonly HeaderField[] | undefined;
}

/** A request ready to be written. Text in place of a typed value is written as it is. */
export interface WireRequest {
  readonly kind: 'wire-request';
  readonly method: string;
  readonly uri: Uri;
  readonly via: readonly (Via | string)[];
  readonly from: NameAddr | string;
  readonly to: NameAddr | string;
  readonly callId: string;
  readonly cseq: CSeq;
  /** Hops, 0 to 255. */
  readonly maxForwards: number;
  /** Everything else, in order. Content-Length is computed and may not be among them. */
  readonly headers: readonly HeaderField[];
  readonly body: Uint8Array;
}

/** A response ready to be written; what the request did not have is `undefined` and left out. */
export interface WireResponse {
  readonly kind: 'wire-response';
  readonly status: number;
  readonly reason: string;
  /** All values of the request, in order. */
  readonly via: readonly (Via | string)[];
  readonly from: NameAddr | string | undefined;
  readonly to: NameAddr | string | undefined;
  readonly callId: string | undefined;
  readonly cseq: CSeq | string | undefined;
  /** Everything else, in order. Content-Length is computed and may not be among them. */
  readonly headers: readonly HeaderField[];
  readonly body: Uint8Array;
}

/** What could be read of a request that is broken elsewhere: enough to answer it. */
export interface Salvage {
  readonly method: string;
  /** The topmost one. */
  readonly via: Via;
  /** All Via lines as written, in order. */
  readonly vias: readonly string[];
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly callId: string | undefined;
  readonly cseq: string | undefined;
}

/** The value of a parameter, `''` when it has none, `undefined` when it is not there. */
export function param(params: readonly Param[], name: string): string | undefined {
  for (let i = 0; i < params.length; i++) {
    const one = params[i] as Param;
    if (one.name === name) return one.value ?? '';
  }
  return undefined;
}
