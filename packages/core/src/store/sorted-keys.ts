// The keys of a table in their order, so that a page of them costs what the page holds. Kept as runs of bounded
// length: a key is put among a few hundred, never among all. Eight to sixteen octets a key beside the key itself.
import type { Key, KeyPage } from './store.ts';

/** Keys, each once, in the order of their UTF-16 units. */
export class SortedKeys {
  /** Never empty runs, but for the one of an empty set. */
  readonly #runs: Key[][] = [[]];

  /** Adds a key that is not there. */
  add(key: Key): void {
    const at = this.#runOf(key);
    const run = this.#runs[at] ?? [];
    run.splice(placeIn(run, key), 0, key);
    if (run.length > MOST_IN_RUN) this.#runs.splice(at, 1, ...halves(run));
  }

  /** Takes away a key that is there. */
  delete(key: Key): void {
    const at = this.#runOf(key);
    const run = this.#runs[at] ?? [];
    const place = placeIn(run, key);
    if (run[place] === key) run.splice(place, 1);
    if (run.length === 0 && this.#runs.length > 1) this.#runs.splice(at, 1);
  }

  /** At most `limit` keys that begin with `prefix` and come after `cursor`. */
  page(prefix: string, cursor: Key | undefined, limit: number): KeyPage {
    const keys: Key[] = [];
    for (const key of this.#from(cursor === undefined || cursor < prefix ? prefix : cursor)) {
      if (key === cursor) continue;
      if (!key.startsWith(prefix)) break;
      if (keys.length >= limit) return { keys, cursor: keys.at(-1) };
      keys.push(key);
    }
    return { keys, cursor: undefined };
  }

  *#from(key: Key): Iterable<Key> {
    const at = this.#runOf(key);
    const first = this.#runs[at] ?? [];
    for (let place = placeIn(first, key); place < first.length; place++) yield first[place] ?? '';
    for (let next = at + 1; next < this.#runs.length; next++) yield* this.#runs[next] ?? [];
  }

  /** The last run that begins at or before a key, or the first one. */
  #runOf(key: Key): number {
    const begins = (at: number): boolean => (this.#runs[at]?.[0] ?? '') <= key;
    return Math.max(0, firstNot(begins, this.#runs.length) - 1);
  }
}

/** Where a key stands in a run, or would. */
function placeIn(run: readonly Key[], key: Key): number {
  return firstNot((at) => (run[at] ?? '') < key, run.length);
}

/** The first of `count` places of which something does not hold that holds of all before it. */
function firstNot(holds: (at: number) => boolean, count: number): number {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Copies, so that neither keeps room for the other. */
function halves(run: readonly Key[]): [Key[], Key[]] {
  return [run.slice(0, run.length >> 1), run.slice(run.length >> 1)];
}

/** Keys: few enough to move, many enough that a million keys are a few thousand runs. */
const MOST_IN_RUN = 512;
