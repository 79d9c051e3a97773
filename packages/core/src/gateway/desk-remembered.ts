// Batches whose effects have left from here and that are not known to be struck out of their records: so that this
// process does not let them out again. Bounded in number and age; what is forgotten may leave twice.
import type { Instant, Key } from '../store/store.ts';
import { Line, type Place } from './line.ts';

interface Left {
  readonly key: Key;
  readonly id: number;
  readonly at: Instant;
}

/** The last batch of each key that left. */
export class Remembered {
  readonly #max: number;
  readonly #age: number;
  readonly #byKey = new Map<Key, Place<Left>>();
  readonly #line = new Line<Left>();

  /** `age` in ms. */
  constructor(max: number, age: number) {
    this.#max = max;
    this.#age = age;
  }

  get size(): number {
    return this.#line.size;
  }

  has(key: Key): boolean {
    return this.#byKey.has(key);
  }

  /** Whether this batch of the key has left. */
  isLeft(key: Key, id: number): boolean {
    return this.#byKey.get(key)?.value.id === id;
  }

  /** A batch has left; the one before it is struck out by the same write. */
  add(now: Instant, key: Key, id: number): void {
    this.forget(key);
    this.#byKey.set(key, this.#line.join({ key, id, at: now }));
    if (this.#line.size > this.#max) this.#forgetFirst();
  }

  /** The record has it no more. */
  forget(key: Key): void {
    const place = this.#byKey.get(key);
    if (place === undefined) return;
    this.#byKey.delete(key);
    this.#line.leave(place);
  }

  /** Forgets what is too old. */
  tick(now: Instant): void {
    for (let first = this.#line.first; first !== undefined; first = this.#line.first) {
      if (now < first.at + this.#age) return;
      this.forget(first.key);
    }
  }

  clear(): void {
    this.#byKey.clear();
    this.#line.clear();
  }

  #forgetFirst(): void {
    const first = this.#line.first;
    if (first !== undefined) this.forget(first.key);
  }
}
