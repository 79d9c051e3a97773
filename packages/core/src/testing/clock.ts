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

  /** Runs what is due next, if it is within so many milliseconds; `false` when nothing is. */
  turn(limit: number): boolean {
    return this.#step(this.#now + limit);
  }

  #step(end: number): boolean {
    const entry = pop(this.#heap, end);
    if (entry === undefined) return false;
    this.#now = entry.when;
    if (!entry.cancelled) entry.run();
    return true;
  }
}

/** What a host lives by: the world's clock, or one process's own. */
export type HostClock = Pick<VirtualClock, 'now' | 'at' | 'after' | 'timing'>;

/**
 * The clock of one process, which may be wrong against the world's. When the process ends, nothing that it has asked
 * for happens any more.
 */
export class ProcessClock implements HostClock {
  readonly #clock: VirtualClock;
  readonly #waiting = new Map<Alarm, () => void>();
  #ahead: number;
  #hasEnded = false;

  /** `ahead`: milliseconds by which it is fast; negative when it is slow. */
  constructor(clock: VirtualClock, ahead = 0) {
    this.#clock = clock;
    this.#ahead = ahead;
  }

  get now(): number {
    return this.#clock.now + this.#ahead;
  }

  /** Things that have not run yet. */
  get pending(): number {
    return this.#waiting.size;
  }

  at(when: number, run: () => void): () => void {
    if (when === Infinity || this.#hasEnded) return () => {};
    const alarm: Alarm = { when, run };
    this.#set(alarm);
    return () => this.#cancel(alarm);
  }

  after(delay: number, run: () => void): () => void {
    return this.at(this.now + delay, run);
  }

  readonly timing: Timing = {
    now: () => this.now,
    alarm: (at, run) => this.at(at, run),
  };

  /** Jumps ahead, as after a suspension; what has become due runs next. */
  leap(duration: number): void {
    this.#ahead += duration;
    const alarms = [...this.#waiting.keys()];
    for (const alarm of alarms) {
      this.#cancel(alarm);
      this.#set(alarm);
    }
  }

  /** The process is gone. */
  end(): void {
    this.#hasEnded = true;
    for (const alarm of this.#waiting.keys()) this.#cancel(alarm);
  }

  #set(alarm: Alarm): void {
    const cancel = this.#clock.at(alarm.when - this.#ahead, () => {
      this.#waiting.delete(alarm);
      alarm.run();
    });
    this.#waiting.set(alarm, cancel);
  }

  #cancel(alarm: Alarm): void {
    this.#waiting.get(alarm)?.();
    this.#waiting.delete(alarm);
  }
}

interface Alarm {
  readonly when: number;
  readonly run: () => void;
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
