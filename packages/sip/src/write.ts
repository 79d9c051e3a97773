// stub, replaced in the next commit
import type { SipMessage, Via, WireRequest, WireResponse } from './message.ts';

/** Writes. */
export function writeMessage(_message: SipMessage | WireRequest | WireResponse): Uint8Array {
  return new Uint8Array();
}
/** Writes. */
export function writeVia(via: Via): string {
  return `SIP/2.0/${via.transport} ${via.host}`;
}
