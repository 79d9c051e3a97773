// Every way an XMPP peer can be wrong, as a value: a code, the section it breaks, and what the
// protocol says to do about it (RFC 6120 §4.9 for streams, §8.3 for stanzas).
// Codes are part of the API: documented, tested, never reworded. Only misuse by the host is thrown.

import { remedyOf } from './remedies.ts';

/** What the sender of a stanza may do next. @spec RFC 6120 §8.3.2 */
export type StanzaErrorType = 'auth' | 'cancel' | 'continue' | 'modify' | 'wait';

/** What a peer did wrong and what the protocol answers to it; told from results by `kind`. */
export interface Fault {
  readonly kind: 'fault';
  readonly code: FaultCode;
  /** The section that was broken, such as `RFC 6120 §11.1`. */
  readonly spec: string;
  /** Where: an attribute, an element, or an offset in characters since the stream was opened. */
  readonly at?: string;
  /** One English sentence for people. */
  readonly text: string;
  readonly answer: FaultAnswer;
}

/** What RFC 6120 says to do after a fault: close the stream, answer the stanza, or say nothing. */
export type FaultAnswer =
  | { readonly kind: 'stream-error'; readonly condition: StreamCondition }
  | { readonly kind: 'stanza-error'; readonly condition: string; readonly type: StanzaErrorType }
  | { readonly kind: 'none' };

/**
 * The conditions a stream can be closed with.
 * @spec RFC 6120 §4.9.3
 */
export type StreamCondition =
  | 'bad-format'
  | 'bad-namespace-prefix'
  | 'conflict'
  | 'connection-timeout'
  | 'host-gone'
  | 'host-unknown'
  | 'improper-addressing'
  | 'internal-server-error'
  | 'invalid-from'
  | 'invalid-namespace'
  | 'invalid-xml'
  | 'not-authorized'
  | 'not-well-formed'
  | 'policy-violation'
  | 'remote-connection-failed'
  | 'reset'
  | 'resource-constraint'
  | 'restricted-xml'
  | 'see-other-host'
  | 'system-shutdown'
  | 'undefined-condition'
  | 'unsupported-encoding'
  | 'unsupported-feature'
  | 'unsupported-stanza-type'
  | 'unsupported-version';

/** Names a kind of fault. The names of stream conditions mean what RFC 6120 §4.9.3 means by them. */
export type FaultCode =
  | StreamCondition
  | 'too-deep'
  | 'too-large'
  | 'too-many-attributes'
  | 'unsolicited-dialback'
  | 'excluded-by-rules'
  | 'bad-jid'
  | 'bad-stanza';

/** Whether a result is a fault rather than the thing asked for. */
export function isFault(value: unknown): value is Fault {
  if (typeof value !== 'object') return false;
  const one: Partial<Fault> | null = value;
  return one?.kind === 'fault';
}

/** A fault that ends the stream with `condition`. @spec RFC 6120 §4.9 */
export function streamFault(
  code: FaultCode,
  condition: StreamCondition,
  spec: string,
  text: string,
  at?: string,
): Fault {
  const answer: FaultAnswer = { kind: 'stream-error', condition };
  if (at === undefined) return { kind: 'fault', code, spec, text, answer };
  return { kind: 'fault', code, spec, at, text, answer };
}

/** A fault that is answered with a stanza error. @spec RFC 6120 §8.3 */
export function stanzaFault(
  code: FaultCode,
  condition: string,
  type: StanzaErrorType,
  spec: string,
  text: string,
  at: string,
): Fault {
  return { kind: 'fault', code, spec, at, text, answer: { kind: 'stanza-error', condition, type } };
}

/** Thrown when the host, not a peer, is wrong; the only thing the pure part throws. */
export class MisuseError extends Error {
  override readonly name = 'MisuseError' as const;
  readonly code: string;
  /** What to do about it. */
  readonly remedy: string;

  constructor(code: string, text: string) {
    super(text);
    this.code = code;
    this.remedy = remedyOf(code) ?? 'Do as the message says.';
  }
}
