// stub, replaced in the next commit
import type { Fault } from './fault.ts';
import type { SipLimits } from './limits.ts';
import type { Salvage, SipMessage } from './message.ts';

/** What comes out of a stream. */
export type FramerEvent =
  | { readonly kind: 'message'; readonly message: SipMessage }
  /** A double CRLF between messages: answer with one CRLF. */
  | { readonly kind: 'ping' }
  /** After a `fatal` one nothing more is read: answer what was salvaged, then close. */
  | {
      readonly kind: 'broken';
      readonly fault: Fault;
      readonly salvage: Salvage | undefined;
      readonly fatal: boolean;
    };

/** Messages out of one TCP or TLS connection. */
export class Framer {
  constructor(_limits?: Partial<SipLimits>) {}
  /** Takes octets as they came. */
  push(_bytes: Uint8Array): void {}
  /** The next thing found, or `undefined` until more octets come. */
  next(): FramerEvent | undefined {
    return undefined;
  }
}
