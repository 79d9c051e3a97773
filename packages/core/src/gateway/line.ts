// A line of things that mostly leave from its head but may leave from anywhere: joining, leaving and seeing who is first
// cost the same however long it is. (A Map or Set keeps order too, but walks over all that has left to find its first.)

/** A place in a line; whoever has it can leave. */
export interface Place<T> {
  readonly value: T;
  before: Place<T> | undefined;
  after: Place<T> | undefined;
}

/** Things in the order in which they joined. */
export class Line<T> {
  #first: Place<T> | undefined;
  #last: Place<T> | undefined;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Who joined before all others that are here. */
  get first(): T | undefined {
    return this.#first?.value;
  }

  /** Joins at the end. */
  join(value: T): Place<T> {
    const place: Place<T> = { value, before: this.#last, after: undefined };
    if (this.#last === undefined) this.#first = place;
    else this.#last.after = place;
    this.#last = place;
    this.#size += 1;
    return place;
  }

  /**
   * Leaves. A place is left once. It forgets its neighbours: one that is garbage but old would keep the next alive until
   * that is old too, and so on through all that ever join.
   */
  leave(place: Place<T>): void {
    const { before, after } = place;
    if (before === undefined) this.#first = after;
    else before.after = after;
    if (after === undefined) this.#last = before;
    else after.before = before;
    place.before = undefined;
    place.after = undefined;
    this.#size -= 1;
  }

  /** Everybody leaves. */
  clear(): void {
    this.#first = undefined;
    this.#last = undefined;
    this.#size = 0;
  }

  /** Those who are here, in order, while `wanted` says so of each. */
  upTo(wanted: (value: T) => boolean): readonly T[] {
    const found: T[] = [];
    for (let place = this.#first; place !== undefined; place = place.after) {
      if (!wanted(place.value)) break;
      found.push(place.value);
    }
    return found;
  }
}
