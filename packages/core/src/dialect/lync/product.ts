// Habit: product
// They do: clients name themselves UCCAPI, OC or RTC in User-Agent, servers RTC or RTCC in Server; option tags of their own
//   begin with ms- or com.microsoft.
// Vectors: im-01 O, im-04 O, im-05 D, pres-01 O.
// We do: take such a peer for Lync where nothing else is set, and believe nothing of it on that account.
import type { PeerFacts } from '../types.ts';

/** Whether a peer shows itself as one of them. */
export function recognises({ product, supported }: PeerFacts): boolean {
  return (product !== undefined && PRODUCT.test(product)) || supported.some(isTheirs);
}

function isTheirs(tag: string): boolean {
  return tag.startsWith('ms-') || tag.startsWith('com.microsoft.');
}

const PRODUCT = /^(?:UCCAPI|OC|RTCC?)\/\d/;
