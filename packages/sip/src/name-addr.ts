// Addresses in headers. RFC 3261 §20.10.
import { fault, type Fault } from './fault.ts';
import type { NameAddr } from './message.ts';
import { writeUri } from './uri.ts';

/** Reads. */
export function parseNameAddr(text: string): NameAddr | Fault {
  return fault('name-addr', text);
}

/** Writes. */
export function writeNameAddr(n: NameAddr): string {
  return `<${writeUri(n.uri)}>`;
}
