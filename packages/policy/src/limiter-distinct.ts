// How many different addresses somebody has addressed: exact up to the bound, then closed to new ones. Nothing is guessed
// and nothing grows: the list holds names until it is full, by count or by characters, and from then on it only answers
// for those that are in it.

/** Addresses seen, sorted; JSON, so that a store can keep it. */
export type Distinct = readonly string[];

/** The bounds of a list. */
export interface DistinctLimits {
  /** Addresses that one list holds. */
  readonly max: number;
  /** Characters of all of them together. */
  readonly characters: number;
}

/** What came of counting. */
export interface Counted {
  readonly seen: Distinct;
  /** Whether the address is among those that may be addressed. */
  readonly isWithin: boolean;
}

/** Counts an address. One that has been seen costs nothing more. */
export function countDistinct(
  seen: Distinct | undefined,
  address: string,
  { max, characters }: DistinctLimits,
): Counted {
  const list = seen ?? [];
  const at = placeOf(list, address);
  if (list[at] === address) return { seen: list, isWithin: true };
  const isFull = list.length >= max || lengthOf(list) + address.length > characters;
  return isFull
    ? { seen: list, isWithin: false }
    : { seen: list.toSpliced(at, 0, address), isWithin: true };
}

/** Where an address is in a sorted list, or would be. */
export function placeOf(list: Distinct, address: string): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((list[middle] ?? '') < address) low = middle + 1;
    else high = middle;
  }
  return low;
}

function lengthOf(list: Distinct): number {
  let length = 0;
  for (const address of list) length += address.length;
  return length;
}
