// What was found out once and holds for a while: values by key, each within a span of the judge's
// clock, within a bound. No timers: what is over is dropped when it is asked for, and what was used
// longest ago goes first.

import type { Instant } from './time.ts';

/** When something remembered holds: from the first instant up to, but not at, the second. */
export interface Span {
  readonly from: Instant;
  readonly until: Instant;
}

/** A bounded memory; a bound of zero remembers nothing. */
export class Remembered<T> {
  readonly #max: number;
  readonly #entries: Map<string, Span & { readonly value: T }> = new Map();

  constructor(max: number) {
    this.#max = max;
  }

  /** What is known under this key at this instant; also when the clock went back it is nothing. */
  recall(key: string, now: Instant): T | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#entries.delete(key);
    if (now < entry.from || now >= entry.until) return undefined;
    this.#entries.set(key, entry);
    return entry.value;
  }

  /** Keeps a value; the one used longest ago makes room. */
  keep(key: string, value: T, { from, until }: Span): void {
    this.#entries.set(key, { value, from, until });
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= this.#max) return;
      this.#entries.delete(oldest);
    }
  }
}
