// The names that a rule was written with, in their order: places in the table where they stand anyway, so that a list of a
// million is four octets a name. Reading one makes its text anew; only people read it.
import { writePattern, type DomainPattern } from './domain.ts';
import type { NameTable } from './name-table.ts';

/** Names as they are written, A-labels in lower case: `x`, `*.x` or `*`. */
export class NameList implements Iterable<string> {
  readonly #table: NameTable<unknown>;
  /** Twice the place of a name, and one more for what lies below it. */
  readonly #marks: Int32Array;

  /** Every pattern's name stands in the table. */
  constructor(table: NameTable<unknown>, patterns: readonly DomainPattern[]) {
    this.#table = table;
    this.#marks = Int32Array.from(patterns, ({ name, below }) => {
      return 2 * table.placeOf(name) + (below ? 1 : 0);
    });
  }

  get length(): number {
    return this.#marks.length;
  }

  *[Symbol.iterator](): IterableIterator<string> {
    for (const mark of this.#marks)
      yield writePattern({ name: this.#table.nameAt(mark >> 1), below: (mark & 1) === 1 });
  }

  /** The first of them. */
  first(count: number): readonly string[] {
    const names: string[] = [];
    for (const name of this) {
      if (names.length >= count) break;
      names.push(name);
    }
    return names;
  }
}
