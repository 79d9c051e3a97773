// What is due of each kind of record: a heap for a kind, so that one of which much is due keeps none of another waiting.
// A heap is there as long as something in it has a time.
import { type Instant, type Key, kindOfKey } from './store.ts';
import { type Sleeper as InHeap, WakeHeap } from './wake-heap.ts';

/** Something with a key that may have a time. */
export interface Sleeper extends InHeap {
  readonly key: Key;
}

/** Sleepers by their kind, of each kind the earliest first. */
export class WakeTimes<S extends Sleeper> {
  readonly #heaps = new Map<string, WakeHeap<S>>();

  /** `Infinity` for one that has no time. */
  timeOf(sleeper: S): Instant {
    return this.#heaps.get(kindOfKey(sleeper.key))?.timeOf(sleeper) ?? Infinity;
  }

  /** Gives a sleeper a time, or another; one that is not finite takes it out. */
  set(sleeper: S, time: Instant): void {
    if (!Number.isFinite(time)) return this.remove(sleeper);
    const kind = kindOfKey(sleeper.key);
    const heap = this.#heaps.get(kind) ?? new WakeHeap<S>();
    heap.set(sleeper, time);
    if (heap.size === 1) this.#heaps.set(kind, heap);
  }

  remove(sleeper: S): void {
    const kind = kindOfKey(sleeper.key);
    const heap = this.#heaps.get(kind);
    heap?.remove(sleeper);
    this.#drop(kind, heap);
  }

  /** Takes out at most `limit` of a kind whose time has come, the earliest first. */
  take(kind: string, now: Instant, limit: number): readonly S[] {
    const heap = this.#heaps.get(kind);
    const taken = heap?.take(now, limit) ?? [];
    this.#drop(kind, heap);
    return taken;
  }

  #drop(kind: string, heap: WakeHeap<S> | undefined): void {
    if (heap?.size === 0) this.#heaps.delete(kind);
  }
}
