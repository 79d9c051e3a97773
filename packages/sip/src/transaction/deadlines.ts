// Who is to be woken when: a binary heap in which each item knows its own slot, so that a deadline
// can be moved or dropped in logarithmic time and the next one is read for nothing. Beside it lines of items that
// all wait equally long, as finished transactions do: they are by far the most, and in a heap each would be moved past
// many others. An item stands in it once. What is done at a deadline is its owner's business.
import { IN_LINE, WaitingLine } from './waiting-line.ts';

/** Something with one deadline. `slot` belongs to what it stands in; -1 while outside. */
export interface Timed {
  at: number;
  slot: number;
}

export class Deadlines<Item extends Timed> {
  readonly #heap: Item[] = [];
  readonly #lines: WaitingLine<Item>[] = [];
  /** How many stand in the lines. */
  #inLine = 0;

  get size(): number {
    return this.#heap.length + this.#inLine;
  }

  /** The earliest deadline, `Infinity` when there is none. */
  get next(): number {
    return this.#first()?.at ?? Number.POSITIVE_INFINITY;
  }

  /** A line for items that wait for one duration. */
  line(): WaitingLine<Item> {
    const line = new WaitingLine<Item>();
    this.#lines.push(line);
    return line;
  }

  /** Puts `item` to `at` at the end of a line, where it stays until it is due, moved or dropped. Once for each item. */
  queue(item: Item, at: number, line: WaitingLine<Item>): void {
    if (item.slot === IN_LINE) return;
    this.drop(item);
    if (line.join(item, at)) this.#inLine += 1;
    else this.set(item, at);
  }

  /** Puts or moves `item` to `at`; `Infinity` takes it out. */
  set(item: Item, at: number): void {
    if (at === Number.POSITIVE_INFINITY || item.slot === IN_LINE) this.drop(item);
    if (at === Number.POSITIVE_INFINITY) return;
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
    item.slot = -1;
    if (slot === IN_LINE) this.#inLine -= 1;
    if (slot < 0) return;
    const last = this.#heap.pop();
    if (last === undefined || last === item) return;
    this.#place(last, slot);
    this.#settle(last);
  }

  /** Takes out and returns the earliest item that is due, if one is. */
  takeDue(now: number): Item | undefined {
    const first = this.#first();
    if (first === undefined || first.at > now) return undefined;
    this.drop(first);
    return first;
  }

  clear(): void {
    for (let item = this.#first(); item !== undefined; item = this.#first()) this.drop(item);
  }

  #first(): Item | undefined {
    let first = this.#heap[0];
    for (const line of this.#lines) {
      const other = line.first;
      if (other !== undefined && (first === undefined || other.at < first.at)) first = other;
    }
    return first;
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
