// SIP, SIPS and other URIs: the types, and reading, writing and comparing them. RFC 3261 §19.1.

import { fault, type Fault } from './fault.ts';
import type { Param } from './message.ts';

/** A sip or sips URI. @spec RFC 3261 §19.1.1 */
export interface SipUri {
  readonly kind: 'sip';
  readonly scheme: 'sip' | 'sips';
  /** As written, percent escapes kept; case matters. */
  readonly user: string | undefined;
  readonly password: string | undefined;
  /** Lower case; an IPv6 address is in brackets. */
  readonly host: string;
  /** 1 to 65535. */
  readonly port: number | undefined;
  /** Values keep their percent escapes. */
  readonly params: readonly Param[];
  /** What follows `?`, as written. */
  readonly headers: string | undefined;
}

/** Any other URI: im, pres, tel and the rest, kept as text. */
export interface OtherUri {
  readonly kind: 'other';
  /** Lower case. */
  readonly scheme: string;
  /** The whole URI, scheme included. */
  readonly text: string;
}

/** Either kind of URI. */
export type Uri = SipUri | OtherUri;

/** Reads a URI. */
export function parseUri(text: string): Uri | Fault {
  return fault('uri', text);
}

/** Writes a URI. */
export function writeUri(uri: Uri): string {
  return uri.kind === 'other' ? uri.text : `${uri.scheme}:${uri.host}`;
}

/** Compares. */
export function equalUri(a: Uri, b: Uri): boolean {
  return writeUri(a) === writeUri(b);
}

/** The value of a URI parameter, escapes kept; `''` when it has none, `undefined` when it is not there. */
export function uriParam(uri: Uri, name: string): string | undefined {
  return uri.kind === 'sip' ? uri.params.find((one) => one.name === name)?.value : undefined;
}

/** Decodes percent escapes as strict UTF-8. */
export function percentDecode(text: string): string | Fault {
  return text;
}
