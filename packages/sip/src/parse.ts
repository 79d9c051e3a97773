// stub, replaced in the next commit
import { fault, type Fault } from './fault.ts';
import type { SipLimits } from './limits.ts';
import type { HeaderField, Headers, Request, Salvage, SipMessage } from './message.ts';

/** Reads. */
export function parseMessage(_bytes: Uint8Array, _limits?: Partial<SipLimits>): SipMessage | Fault {
  return fault('start-line');
}
/** Salvages. */
export function salvage(_from: Uint8Array | Request): Salvage | undefined {
  return undefined;
}
/** Makes. */
export function headersOf(_fields: readonly HeaderField[]): Headers | Fault {
  return fault('header-line');
}
