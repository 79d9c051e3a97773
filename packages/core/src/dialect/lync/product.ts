// Habit: product
// They do: clients name themselves UCCAPI, OC or RTC in User-Agent, servers RTC or RTCC in Server; option tags of their own
//   begin with ms- or com.microsoft.
// Vectors: im-01 O, im-04 O, im-05 D, err-09 O, own im-headers O.
// We do: take such a peer for Lync where nothing else is set, and believe nothing of it on that account.
import type { PeerFacts } from '../types.ts';

/** What a product field says. */
export interface Product {
  readonly product: string;
  readonly version: string;
  /** The name in brackets, for people. */
  readonly client: string | undefined;
}

/** Whether a peer shows itself as one of them. */
export function recognises({ product, supported }: PeerFacts): boolean {
  if (product !== undefined && productIn(product) !== undefined) return true;
  return supported.some((tag) => OPTIONS.test(tag));
}

/** What User-Agent or Server say, where it is one of theirs. */
export function productIn(text: string): Product | undefined {
  const [, product, version] = PRODUCT.exec(text) ?? [];
  if (product === undefined || version === undefined) return undefined;
  return { product, version, client: /\(([^()]{1,80})\)$/.exec(text)?.[1] };
}

const PRODUCT = /^(UCCAPI|OC|RTCC?)\/(\d{1,5}(?:\.\d{1,5}){0,4})(?= |$)/;
const OPTIONS = /^(?:ms-|com\.microsoft\.)/;
