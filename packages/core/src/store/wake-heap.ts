// What is due, by its time: a heap whose entries know their place in it, so that a time that changes costs the
// logarithm of how many wait, and what is never due costs nothing. Times stand together, four children side by side:
// with a million of them it is memory that takes the time. Not a clock: it is asked with a `now`.
import type { Instant } from './store.ts';

/** Something that may have a time. `place` is the heap's: where it stands there, or -1. */
export interface Sleeper {
  place: number;
}

/** Sleepers, the earliest first. Those of an equal time are in no order. */
export class WakeHeap<S extends Sleeper> {
  readonly #sleepers: S[] = [];
  readonly #times: Instant[] = [];

  /** Sleepers that have a time. */
  get size(): number {
    return this.#sleepers.length;
  }

  /** When the first is due; `Infinity` where nobody is. */
  get earliest(): Instant {
    return this.#timeAt(0);
  }

  /** `Infinity` for one that is not here. */
  timeOf({ place }: S): Instant {
    return this.#timeAt(place);
  }

  /** Gives a sleeper a time, or another; one that is not finite takes it out. */
  set(sleeper: S, time: Instant): void {
    if (!Number.isFinite(time)) return this.remove(sleeper);
    this.#settle(sleeper, time, sleeper.place < 0 ? this.#sleepers.length : sleeper.place);
  }

  remove(sleeper: S): void {
    const { place } = sleeper;
    if (place < 0) return;
    sleeper.place = -1;
    const [last, time] = [this.#sleepers.pop(), this.#times.pop()];
    if (last === undefined || time === undefined || last === sleeper) return;
    this.#settle(last, time, place);
  }

  /** Takes out at most `limit` whose time has come, the earliest first. */
  take(now: Instant, limit: number): readonly S[] {
    const taken: S[] = [];
    while (taken.length < limit && this.#timeAt(0) <= now) {
      const [first] = this.#sleepers;
      if (first === undefined) break;
      this.remove(first);
      taken.push(first);
    }
    return taken;
  }

  /** Puts a sleeper where it belongs; `from` is free, or its own. */
  #settle(sleeper: S, time: Instant, from: number): void {
    this.#stand(sleeper, time, this.#sunk(time, this.#risen(time, from)));
  }

  /** The place for a time among what is above one, which is moved down. */
  #risen(time: Instant, from: number): number {
    for (let place = from; ; ) {
      const parent = (place - 1) >> 2;
      if (place === 0 || this.#timeAt(parent) <= time) return place;
      this.#move(parent, place);
      place = parent;
    }
  }

  /** The place for a time among what is below one, which is moved up. */
  #sunk(time: Instant, from: number): number {
    for (let place = from; ; ) {
      const child = this.#earliestChild(place);
      if (this.#timeAt(child) >= time) return place;
      this.#move(child, place);
      place = child;
    }
  }

  #earliestChild(place: number): number {
    const first = 4 * place + 1;
    let child = first;
    for (let next = first + 1; next < first + 4; next++)
      if (this.#timeAt(next) < this.#timeAt(child)) child = next;
    return child;
  }

  #move(from: number, to: number): void {
    const sleeper = this.#sleepers[from];
    if (sleeper !== undefined) this.#stand(sleeper, this.#timeAt(from), to);
  }

  #stand(sleeper: S, time: Instant, place: number): void {
    this.#sleepers[place] = sleeper;
    this.#times[place] = time;
    sleeper.place = place;
  }

  #timeAt(place: number): Instant {
    return this.#times[place] ?? Infinity;
  }
}
