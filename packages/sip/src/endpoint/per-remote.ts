// How much goes on with each remote address, so that one peer does not take all there is. Who is in it is counted; what
// is too much is its owner's.

export class PerRemote {
  readonly #counts = new Map<string, number>();

  of(address: string): number {
    return this.#counts.get(address) ?? 0;
  }

  add(address: string, change: 1 | -1): void {
    const count = this.of(address) + change;
    if (count > 0) this.#counts.set(address, count);
    else this.#counts.delete(address);
  }
}
