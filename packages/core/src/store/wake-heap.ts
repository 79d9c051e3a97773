// What is due, by its time: a binary heap whose entries know their place in it, so that a time that changes costs
// the logarithm of how many wait, and what is never due costs nothing. Not a clock: it is asked with a `now`.
import type { Instant } from './store.ts';

/** Something with a time. `place` is the heap's: where it stands there, or -1. */
export interface Sleeper {
  wakeAt: Instant;
  place: number;
}

/** Sleepers, the earliest first. Those of an equal time are in no order. */
export class WakeHeap<S extends Sleeper> {
  readonly #heap: S[] = [];

  /** Gives a sleeper another time; one that is not finite takes it out. */
  set(sleeper: S, wakeAt: Instant): void {
    sleeper.wakeAt = wakeAt;
    if (!Number.isFinite(wakeAt)) return this.remove(sleeper);
    if (sleeper.place < 0) sleeper.place = this.#heap.push(sleeper) - 1;
    this.#settle(sleeper);
  }

  remove(sleeper: S): void {
    const { place } = sleeper;
    if (place < 0) return;
    sleeper.place = -1;
    const last = this.#heap.pop();
    if (last === undefined || last === sleeper) return;
    this.#stand(last, place);
    this.#settle(last);
  }

  /** Takes out at most `limit` whose time has come, the earliest first. */
  take(now: Instant, limit: number): readonly S[] {
    const taken: S[] = [];
    for (let first = this.#heap[0]; taken.length < limit; first = this.#heap[0]) {
      if (first === undefined || first.wakeAt > now) break;
      this.remove(first);
      taken.push(first);
    }
    return taken;
  }

  #settle(sleeper: S): void {
    this.#rise(sleeper);
    this.#sink(sleeper);
  }

  #rise(sleeper: S): void {
    while (sleeper.place > 0) {
      const parent = this.#heap[(sleeper.place - 1) >> 1];
      if (parent === undefined || parent.wakeAt <= sleeper.wakeAt) return;
      this.#swap(sleeper, parent);
    }
  }

  #sink(sleeper: S): void {
    for (;;) {
      const child = this.#earlierChild(sleeper.place);
      if (child === undefined || child.wakeAt >= sleeper.wakeAt) return;
      this.#swap(sleeper, child);
    }
  }

  #earlierChild(place: number): S | undefined {
    const left = this.#heap[2 * place + 1];
    const right = this.#heap[2 * place + 2];
    if (left === undefined || right === undefined) return left;
    return right.wakeAt < left.wakeAt ? right : left;
  }

  #swap(a: S, b: S): void {
    const { place } = a;
    this.#stand(a, b.place);
    this.#stand(b, place);
  }

  #stand(sleeper: S, place: number): void {
    this.#heap[place] = sleeper;
    sleeper.place = place;
  }
}
