// Virtual time: it stands still until it is told to go on, and then jumps from one thing that is due to
// the next. Things due at one instant run in the order in which they were asked for.

import type { Timing } from '../drive.ts';

/** A clock for tests and simulations. Instants are in milliseconds. */
export class VirtualClock {
  readonly #heap: Entry[] = [];
  #now: number;
  #seq = 0;

  constructor(start = 0) {
    this.#now = start;
  }

  get now(): number {
    return this.#now;
  }

  /** Things that have not run yet. */
  get pending(): number {
    return this.#heap.reduce((count, entry) => (entry.cancelled ? count : count + 1), 0);
  }

  /** Asks for `run` at an instant (at once, if that has passed); the answer cancels it. */
  at(when: number, run: () => void): () => void {
    if (when === Infinity) return () => {};
    const entry: Entry = {
      when: Math.max(when, this.#now),
      seq: this.#seq++,
      run,
      cancelled: false,
    };
    push(this.#heap, entry);
    return () => {
      entry.cancelled = true;
    };
  }

  /** This clock as a machine's timing. */
  readonly timing: Timing = {
    now: () => this.#now,
    alarm: (at, run) => this.at(at, run),
  };

  /** Asks for `run` in so many milliseconds. */
  after(delay: number, run: () => void): () => void {
    return this.at(this.#now + delay, run);
  }

  /** Lets so many milliseconds pass. */
  advance(duration: number): void {
    const end = this.#now + duration;
    while (this.#step(end));
    this.#now = end;
  }

  /** Lets time pass until `done` holds; `false` when it does not within `limit` milliseconds. */
  runUntil(done: () => boolean, limit = 120_000): boolean {
    const end = this.#now + limit;
    while (!done()) {
      if (!this.#step(end)) return done();
    }
    return true;
  }

  #step(end: number): boolean {
    const entry = pop(this.#heap, end);
    if (entry === undefined) return false;
    this.#now = entry.when;
    if (!entry.cancelled) entry.run();
    return true;
  }
}

interface Entry {
  readonly when: number;
  readonly seq: number;
  readonly run: () => void;
  cancelled: boolean;
}

function before(a: Entry | undefined, b: Entry | undefined): boolean {
  if (a === undefined || b === undefined) return a !== undefined;
  return a.when < b.when || (a.when === b.when && a.seq < b.seq);
}

function push(heap: Entry[], entry: Entry): void {
  let at = heap.push(entry) - 1;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (!before(heap[at], heap[parent])) return;
    swap(heap, at, parent);
    at = parent;
  }
}

function pop(heap: Entry[], end: number): Entry | undefined {
  const first = heap[0];
  if (first === undefined || first.when > end) return undefined;
  const last = heap.pop();
  if (heap.length > 0 && last !== undefined) {
    heap[0] = last;
    sink(heap);
  }
  return first;
}

function sink(heap: Entry[]): void {
  for (let at = 0; ; ) {
    const left = 2 * at + 1;
    const child = before(heap[left + 1], heap[left]) ? left + 1 : left;
    if (!before(heap[child], heap[at])) return;
    swap(heap, at, child);
    at = child;
  }
}

function swap(heap: Entry[], a: number, b: number): void {
  const entry = heap[a] as Entry;
  heap[a] = heap[b] as Entry;
  heap[b] = entry;
}
