// Who is to be woken when: a binary heap in which each item knows its own slot, so that a deadline
// can be moved or dropped in logarithmic time and the next one is read for nothing. An item stands
// in it once. What is done at a deadline is its owner's business.

/** Something with one deadline. `slot` belongs to the heap; -1 while outside. */
export interface Timed {
  at: number;
  slot: number;
}

export class Deadlines<Item extends Timed> {
  readonly #heap: Item[] = [];

  get size(): number {
    return this.#heap.length;
  }

  /** The earliest deadline, `Infinity` when there is none. */
  get next(): number {
    return this.#heap[0]?.at ?? Number.POSITIVE_INFINITY;
  }

  /** Puts or moves `item` to `at`; `Infinity` takes it out. */
  set(item: Item, at: number): void {
    if (at === Number.POSITIVE_INFINITY) {
      this.drop(item);
      return;
    }
    item.at = at;
    if (item.slot < 0) {
      item.slot = this.#heap.length;
      this.#heap.push(item);
    }
    this.#settle(item);
  }

  drop(item: Item): void {
    const slot = item.slot;
    item.at = Number.POSITIVE_INFINITY;
    if (slot < 0) return;
    item.slot = -1;
    const last = this.#heap.pop();
    if (last === undefined || last === item) return;
    this.#place(last, slot);
    this.#settle(last);
  }

  /** Takes out and returns the earliest item that is due, if one is. */
  takeDue(now: number): Item | undefined {
    const first = this.#heap[0];
    if (first === undefined || first.at > now) return undefined;
    this.drop(first);
    return first;
  }

  clear(): void {
    for (const item of this.#heap) {
      item.slot = -1;
      item.at = Number.POSITIVE_INFINITY;
    }
    this.#heap.length = 0;
  }

  #settle(item: Item): void {
    this.#up(item);
    this.#down(item);
  }

  #up(item: Item): void {
    while (item.slot > 0) {
      const above = this.#heap[(item.slot - 1) >> 1];
      if (above === undefined || above.at <= item.at) return;
      this.#swap(above, item);
    }
  }

  #down(item: Item): void {
    for (;;) {
      const child = this.#earlierChild(item.slot);
      if (child === undefined || child.at >= item.at) return;
      this.#swap(item, child);
    }
  }

  #earlierChild(slot: number): Item | undefined {
    const left = this.#heap[2 * slot + 1];
    const right = this.#heap[2 * slot + 2];
    return left !== undefined && right !== undefined && right.at < left.at ? right : left;
  }

  #swap(a: Item, b: Item): void {
    const slot = a.slot;
    this.#place(a, b.slot);
    this.#place(b, slot);
  }

  #place(item: Item, slot: number): void {
    this.#heap[slot] = item;
    item.slot = slot;
  }
}
