// The records of a store that holds all of them in this process: what both the store in memory and the one
// behind a journal are made of. Not public, and not durable: that is the journal's part.
import type { Instant, Key, KeyPage, Next, Revision, Stored, Written } from './store.ts';

/** One record as it is held: as text, so that nobody who wrote or read it can change it. */
export interface Kept {
  readonly text: string;
  readonly revision: Revision;
  wakeAt: Instant;
}

/** A bounded table of records. */
export class RecordTable {
  readonly #max: number;
  readonly #records = new Map<Key, Kept>();
  #revision: number;

  /** `revision`: the last one that was given in a former life. */
  constructor(max: number, revision = 0) {
    this.#max = max;
    this.#revision = revision;
  }

  get size(): number {
    return this.#records.size;
  }

  /** The last revision that was given. */
  get revision(): number {
    return this.#revision;
  }

  read(key: Key): Stored | undefined {
    const kept = this.#records.get(key);
    if (kept === undefined) return undefined;
    return { record: JSON.parse(kept.text) as Stored['record'], revision: kept.revision };
  }

  /** What a write would be answered. */
  judge(key: Key, next: Next | undefined, seen: Revision | undefined): Written {
    const kept = this.#records.get(key);
    if (kept?.revision !== seen) return 'stale';
    const room = kept !== undefined || next === undefined || this.#records.size < this.#max;
    return room ? 'written' : 'full';
  }

  /** Writes or forgets, under a new revision, which is answered. */
  put(key: Key, next: Next | undefined): number {
    this.#revision += 1;
    if (next === undefined) this.#records.delete(key);
    else this.#keep(key, JSON.stringify(next.record), next.wakeAt);
    return this.#revision;
  }

  /** Puts back what was once written under a revision; `undefined` forgets. */
  restore(key: Key, revision: number, text: string | undefined, wakeAt: Instant): void {
    this.#revision = Math.max(this.#revision, revision);
    if (text === undefined) this.#records.delete(key);
    else this.#records.set(key, { text, revision: String(revision), wakeAt });
  }

  due(now: Instant, lease: number, limit: number): readonly Key[] {
    const keys: Key[] = [];
    for (const [key, kept] of this.#records) {
      if (keys.length >= limit) break;
      if (kept.wakeAt > now) continue;
      kept.wakeAt = now + lease;
      keys.push(key);
    }
    return keys;
  }

  keys(prefix: string, cursor: string | undefined, limit: number): KeyPage {
    const keys = [...this.#records.keys()].filter((key) => key.startsWith(prefix));
    const sorted = keys.filter((key) => cursor === undefined || key > cursor).toSorted();
    const shown = sorted.slice(0, limit);
    return { keys: shown, cursor: sorted.length > limit ? shown.at(-1) : undefined };
  }

  /** Every record, in no order. */
  entries(): Iterable<readonly [Key, Kept]> {
    return this.#records;
  }

  #keep(key: Key, text: string, wakeAt: Instant): void {
    this.#records.set(key, { text, revision: String(this.#revision), wakeAt });
  }
}
