// Waiting without sleeping: what happens rings the bell, and whoever waits looks again.

/** Rung by events; answers those who wait for something that an event will bring about. */
export class Bell {
  readonly #waiting = new Set<() => void>();

  /** Something has happened. */
  readonly ring = (): void => {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const look of waiting) look();
  };

  /** What `find` gives once it gives anything; the test's own time limit ends the wait. */
  async until<T>(find: () => T | undefined): Promise<T> {
    for (;;) {
      const found = find();
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }
}
