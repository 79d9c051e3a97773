// How much each one has of a table that all share, be it a link (two domains in one direction) or a domain: so that one
// that is dead, or that floods, leaves room for the others. Who has nothing has no entry.

/** Counts by whoever has a share. */
export class Shares {
  readonly #taken = new Map<string, number>();
  readonly #max: number;

  /** `max` is what one may have. */
  constructor(max: number) {
    this.#max = max;
  }

  /** Takes one for somebody; `false` for who has all that one may. */
  take(owner: string): boolean {
    const taken = this.#taken.get(owner) ?? 0;
    if (taken >= this.#max) return false;
    this.#taken.set(owner, taken + 1);
    return true;
  }

  /** Gives back one that was taken. */
  give(owner: string): void {
    const taken = this.#taken.get(owner) ?? 0;
    if (taken > 1) this.#taken.set(owner, taken - 1);
    else this.#taken.delete(owner);
  }

  /** Nobody has anything any more. */
  clear(): void {
    this.#taken.clear();
  }
}
