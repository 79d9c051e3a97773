// Who composes, for many pairs of people in one direction: the machine of rules/typing.ts for each, within a bound, and
// what of them is due. A pair of whom nothing is known has no entry. Lost with the process, which a minute or two mends.
import {
  type Composing,
  stepTyping,
  type Typing,
  type TypingInput,
  type TypingTimes,
  typingWakeAt,
} from '../rules/typing.ts';
import type { Instant } from '../store/store.ts';
import { WakeHeap } from '../store/wake-heap.ts';

interface Kept<T> {
  readonly pair: string;
  value: T;
  typing: Typing;
  place: number;
}

/** Something that is due to be told. */
export interface DueTyping<T> {
  readonly value: T;
  readonly tell: Composing;
}

/** Pairs of people, in one direction. `T` is what is needed to tell the other side. */
export class Typings<T> {
  readonly #kept = new Map<string, Kept<T>>();
  readonly #heap = new WakeHeap<Kept<T>>();
  readonly #times: TypingTimes;
  readonly #most: number;

  constructor(times: TypingTimes, most: number) {
    this.#times = times;
    this.#most = most;
  }

  get size(): number {
    return this.#kept.size;
  }

  get wakeAt(): Instant {
    return this.#heap.earliest;
  }

  /**
   * Something has happened to a pair; what is to be told of it now. `lasts` where the sender says how long it holds. One
   * pair too many is told nothing.
   */
  put(
    now: Instant,
    pair: string,
    input: Composing,
    value: T,
    lasts?: number,
  ): Composing | undefined {
    const kept = this.#kept.get(pair);
    if (kept === undefined && this.#kept.size >= this.#most) return undefined;
    if (kept !== undefined) kept.value = value;
    const times = lasts === undefined ? this.#times : { ...this.#times, lasts };
    const { next, tell } = stepTyping(kept?.typing, now, input, times);
    this.#keep(pair, value, kept, next);
    return tell;
  }

  /** A message goes between them. */
  message(now: Instant, pair: string): void {
    if (this.#kept.size > 0) this.#step(now, pair, 'message');
  }

  /** Takes one that is due to be told; call until there is none. */
  due(now: Instant): DueTyping<T> | undefined {
    for (;;) {
      const [kept] = this.#heap.take(now, 1);
      if (kept === undefined) return undefined;
      const tell = this.#step(now, kept.pair, 'wake');
      if (tell !== undefined) return { value: kept.value, tell };
    }
  }

  /** Nothing is known of a pair any more. */
  forget(pair: string): void {
    const kept = this.#kept.get(pair);
    if (kept !== undefined) this.#keep(pair, kept.value, kept, undefined);
  }

  clear(): void {
    for (const kept of this.#kept.values()) this.#heap.remove(kept);
    this.#kept.clear();
  }

  #step(now: Instant, pair: string, input: TypingInput): Composing | undefined {
    const kept = this.#kept.get(pair);
    if (kept === undefined) return undefined;
    const { next, tell } = stepTyping(kept.typing, now, input, this.#times);
    this.#keep(pair, kept.value, kept, next);
    return tell;
  }

  #keep(pair: string, value: T, before: Kept<T> | undefined, next: Typing | undefined): void {
    if (next === undefined) {
      if (before !== undefined) this.#heap.remove(before);
      this.#kept.delete(pair);
      return;
    }
    const kept = before ?? { pair, value, typing: next, place: -1 };
    kept.typing = next;
    if (before === undefined) this.#kept.set(pair, kept);
    this.#heap.set(kept, typingWakeAt(next, this.#times));
  }
}
