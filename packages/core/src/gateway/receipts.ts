// What was told of messages whose senders have asked: each thing once, and a failure only where nothing was told before.
// Bounded: the oldest is forgotten, and what is said of that again is told again. Who asked for what stands in the ids of the
// messages themselves (receipt-token.ts).
import { alone } from '../alone.ts';
import type { Instant } from '../store/store.ts';
import { Line, type Place } from './line.ts';

interface Told {
  readonly key: string;
  readonly what: Set<string>;
  readonly at: Instant;
  place: Place<Told> | undefined;
}

/** A count, at most, and a wait in ms. */
export interface ReceiptBounds {
  readonly most: number;
  /** After that nothing is told of a message any more. */
  readonly age: number;
}

/** What was told, by the ids that the other side knows messages by. */
export class Receipts {
  readonly #told = new Map<string, Told>();
  readonly #line = new Line<Told>();
  readonly #bounds: ReceiptBounds;

  constructor(bounds: ReceiptBounds) {
    this.#bounds = bounds;
  }

  get size(): number {
    return this.#told.size;
  }

  /** Whether something is told of a message for the first time; it then is. */
  tells(now: Instant, key: string, what: string): boolean {
    this.#forget(now);
    const told = this.#told.get(key) ?? this.#begin(now, key);
    if (told.what.has(what)) return false;
    if (what === 'failed' && told.what.size > 0) return false;
    told.what.add(what);
    return true;
  }

  clear(): void {
    this.#told.clear();
    this.#line.clear();
  }

  #begin(now: Instant, said: string): Told {
    const key = alone(said);
    const { first } = this.#line;
    if (first !== undefined && this.#told.size >= this.#bounds.most) this.#drop(first);
    const told: Told = { key, what: new Set(), at: now, place: undefined };
    told.place = this.#line.join(told);
    this.#told.set(key, told);
    return told;
  }

  #forget(now: Instant): void {
    for (let { first } = this.#line; first !== undefined; { first } = this.#line) {
      if (now - first.at <= this.#bounds.age) return;
      this.#drop(first);
    }
  }

  #drop(told: Told): void {
    this.#told.delete(told.key);
    if (told.place !== undefined) this.#line.leave(told.place);
    told.place = undefined;
  }
}
