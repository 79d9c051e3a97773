// A Map for what passes through it in great numbers and does not stay, such as messages under way. V8 makes a Map a new
// table now and then, and lets the old table lead to it; one that has lived long enough to be old, as every Map that rests
// for a while has, then keeps alive whatever stands in the next, and that in the one after it: all that ever passes
// outlives two collections, and collecting costs more than everything else. So this one is made anew in between.

/** Values by key, in the order in which they came. */
export class Passing<K, V> {
  #map = new Map<K, V>();
  /** How many have left since it was made. */
  #left = 0;

  get size(): number {
    return this.#map.size;
  }

  get(key: K): V | undefined {
    return this.#map.get(key);
  }

  set(key: K, value: V): void {
    this.#map.set(key, value);
  }

  /** False when there is none. */
  delete(key: K): boolean {
    if (!this.#map.delete(key)) return false;
    this.#left += 1;
    if (this.#left >= LEAST + this.#map.size) this.#renew(this.#map);
    return true;
  }

  /** A copy, so that keys may leave on the way. */
  keys(): readonly K[] {
    return [...this.#map.keys()];
  }

  clear(): void {
    this.#renew([]);
  }

  #renew(entries: Iterable<readonly [K, V]>): void {
    this.#map = new Map(entries);
    this.#left = 0;
  }
}

/** So many leave before it is made anew, and as many as there are then: the cost of each stays the same. */
const LEAST = 64;
