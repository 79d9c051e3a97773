// How much each link has of a table, a link being two domains in one direction: so that one domain that is dead, or
// that floods, leaves room for the others. A link that has nothing has no entry.

/** Counts by link. */
export class Shares {
  readonly #taken = new Map<string, number>();
  readonly #max: number;

  /** `max` is what one link may have. */
  constructor(max: number) {
    this.#max = max;
  }

  /** Links that have something. */
  get size(): number {
    return this.#taken.size;
  }

  /** Takes one for a link; `false` when it has all that it may. */
  take(lane: string): boolean {
    const taken = this.#taken.get(lane) ?? 0;
    if (taken >= this.#max) return false;
    this.#taken.set(lane, taken + 1);
    return true;
  }

  /** Gives back one that was taken. */
  give(lane: string): void {
    const taken = this.#taken.get(lane) ?? 0;
    if (taken > 1) this.#taken.set(lane, taken - 1);
    else this.#taken.delete(lane);
  }

  /** Nobody has anything any more. */
  clear(): void {
    this.#taken.clear();
  }
}
