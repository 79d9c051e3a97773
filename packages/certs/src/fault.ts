// What can be wrong with a certificate or a chain, as values; and the one thing that is thrown:
// misuse by the host. The codes are API: tested, never reworded. Names are compared in identity.ts,
// paths are judged in chain.ts.

import { remedyOf } from './remedies.ts';

/** Every way of being wrong that this package tells apart. */
export type FaultCode =
  // reading
  | 'too-large'
  | 'bad-pem'
  | 'bad-der'
  | 'bad-certificate'
  | 'bad-extension'
  | 'bad-revocation-list'
  | 'bad-pkcs12'
  | 'wrong-password'
  // a chain
  | 'no-certificate'
  | 'budget-exceeded'
  | 'bad-signature'
  | 'weak-signature'
  | 'weak-key'
  | 'unknown-algorithm'
  | 'untrusted-root'
  | 'self-signed'
  | 'unknown-issuer'
  | 'expired'
  | 'not-yet-valid'
  | 'not-a-ca'
  | 'ca-as-leaf'
  | 'bad-profile'
  | 'path-too-long'
  | 'wrong-key-usage'
  | 'wrong-purpose'
  | 'unknown-critical-extension'
  | 'name-not-permitted'
  | 'revoked'
  | 'revocation-unknown'
  // a name
  | 'bad-reference'
  | 'name-mismatch'
  | 'no-name'
  | 'not-pinned'
  // a credential of ours
  | 'unreadable-file'
  | 'bad-key'
  | 'key-mismatch';

/** What the peer (or a file) did wrong. Never thrown. */
export interface Fault {
  readonly kind: 'fault';
  readonly code: FaultCode;
  /** The section that forbids it, such as `RFC 5280 §4.1`. */
  readonly spec: string;
  /** Where: a field name, an offset or a path. */
  readonly at?: string;
  /** One English sentence. */
  readonly text: string;
  /** What the protocol says to do. A certificate that cannot be read is never accepted in part. */
  readonly answer: 'refuse';
}

/** Makes a fault; `at` is a field name, an offset or a path. */
export function fault(code: FaultCode, spec: string, at: string, text: string): Fault {
  return { kind: 'fault', code, spec, at, text, answer: 'refuse' };
}

/** Whether a result is a fault. */
export function isFault(x: unknown): x is Fault {
  return typeof x === 'object' && x !== null && (x as { kind?: unknown }).kind === 'fault';
}

/** Thrown when the host, not a peer, breaks the contract; the only thing the pure part throws. */
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
