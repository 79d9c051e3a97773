// DER as objects for whoever takes a value apart that this package does not read: the same strict pass
// as everywhere (der.ts), and a view of what stands where, made as it is asked for.

import { DEFAULT_LIMITS } from './budget.ts';
import { contentOf, derFault, endAt, firstIn, nextOf, tagAt, wholeOf } from './der.ts';
import type { DerLimits } from './der.ts';
import type { Fault } from './fault.ts';

/** One DER value. A view of the octets it was read from. */
export interface DerNode {
  readonly kind: 'der';
  /** The identifier octet: class, constructed bit and tag number. */
  readonly tag: number;
  /** Header and content. */
  readonly whole: Uint8Array;
  readonly content: Uint8Array;
  /** The values inside; empty for a primitive value. */
  readonly children: readonly DerNode[];
}

/**
 * Reads exactly one DER value that fills `bytes`; faults as values, time linear in the octets.
 * @spec RFC 5280 §4.1
 */
export function readDer(bytes: Uint8Array, limits: DerLimits = DEFAULT_LIMITS): DerNode | Fault {
  return derFault(bytes, limits) ?? viewOf(bytes, 0);
}

const viewOf = (bytes: Uint8Array, at: number): DerNode => ({
  kind: 'der',
  tag: tagAt(bytes, at),
  get whole() {
    return wholeOf(bytes, at);
  },
  get content() {
    return contentOf(bytes, at);
  },
  get children() {
    const children: DerNode[] = [];
    const end = endAt(bytes, at);
    for (let one = firstIn(bytes, at); one >= 0; one = nextOf(bytes, one, end))
      children.push(viewOf(bytes, one));
    return children;
  },
});
