// The last things that were learned of many, so many at most: whoever was heard of least recently makes room.

/** Values by key. */
export class Recent<V> {
  readonly #values = new Map<string, V>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  get size(): number {
    return this.#values.size;
  }

  /** A key that was put together for this is not put in order for nothing. */
  get(key: string): V | undefined {
    return this.#values.size === 0 ? undefined : this.#values.get(key);
  }

  set(key: string, value: V): void {
    if (this.#values.delete(key) || this.#values.size < this.#most) {
      this.#values.set(key, value);
      return;
    }
    const [oldest] = this.#values.keys();
    if (oldest !== undefined) this.#values.delete(oldest);
    if (this.#most > 0) this.#values.set(key, value);
  }

  clear(): void {
    this.#values.clear();
  }
}
