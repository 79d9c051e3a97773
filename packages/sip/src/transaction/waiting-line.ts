// Items that all wait equally long: the first that came is the first due, so joining and leaving cost the same however
// many wait. When an item is due is its own; who else waits, and what is done then, is deadlines.ts'.
import type { Timed } from './deadlines.ts';

/** The slot of an item that stands in a line. */
export const IN_LINE = -2;

/** Two lists: one is added to while the other is read, so that nothing is ever moved up. */
export class WaitingLine<Item extends Timed> {
  #leaving: (Item | undefined)[] = [];
  #head = 0;
  #joining: Item[] = [];
  #latest = Number.NEGATIVE_INFINITY;

  /** Joins at the end; `false` for an item that would be due before the last: it has no place here. */
  join(item: Item, at: number): boolean {
    if (at < this.#latest) return false;
    this.#latest = at;
    item.at = at;
    item.slot = IN_LINE;
    this.#joining.push(item);
    return true;
  }

  /** The item that waits longest. One that has another slot by now is passed over. */
  get first(): Item | undefined {
    for (;;) {
      if (this.#head === this.#leaving.length && !this.#turn()) return undefined;
      const item = this.#leaving[this.#head];
      if (item?.slot === IN_LINE) return item;
      this.#leaving[this.#head] = undefined;
      this.#head += 1;
    }
  }

  #turn(): boolean {
    if (this.#joining.length === 0) return false;
    this.#leaving = this.#joining;
    this.#joining = [];
    this.#head = 0;
    return true;
  }
}
