// The records of a store that holds all of them in this process: what both the store in memory and the one
// behind a journal are made of. Not public, and not durable: that is the journal's part. A write costs the
// logarithm of how many there are, what is due costs what is due, a page of keys what the page holds.
import { alone } from '../alone.ts';
import { SortedKeys } from './sorted-keys.ts';
import type { Instant, Key, KeyPage, Next, Revision, Stored, Written } from './store.ts';
import { type Sleeper, WakeTimes } from './wake-times.ts';

/** One record as it is held: as text, so that nobody who wrote or read it can change it. */
interface Kept extends Sleeper {
  text: string;
  revision: number;
}

/** One record as it is told to whoever keeps it elsewhere. */
export interface Entry {
  readonly key: Key;
  readonly text: string;
  readonly revision: number;
  readonly wakeAt: Instant;
}

/** A bounded table of records. */
export class RecordTable {
  readonly #max: number;
  readonly #records = new Map<Key, Kept>();
  readonly #sleepers = new WakeTimes<Kept>();
  readonly #keys = new SortedKeys();
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
    return { record: JSON.parse(kept.text) as Stored['record'], revision: String(kept.revision) };
  }

  /** What a write would be answered. */
  judge(key: Key, next: Next | undefined, seen: Revision | undefined): Written {
    const kept = this.#records.get(key);
    if ((kept === undefined ? undefined : String(kept.revision)) !== seen) return 'stale';
    const room = kept !== undefined || next === undefined || this.#records.size < this.#max;
    return room ? 'written' : 'full';
  }

  /** Writes or forgets, under a new revision, which is answered. */
  put(key: Key, next: Next | undefined): number {
    this.#revision += 1;
    if (next === undefined) this.#forget(key);
    else this.#keep(key, this.#revision, JSON.stringify(next.record), next.wakeAt);
    return this.#revision;
  }

  /** Puts back what was once written under a revision; `undefined` forgets. */
  restore(key: Key, revision: number, text: string | undefined, wakeAt: Instant): void {
    this.#revision = Math.max(this.#revision, revision);
    if (text === undefined) this.#forget(key);
    else this.#keep(key, revision, text, wakeAt);
  }

  /** Of a kind, the earliest first. */
  due(kind: string, now: Instant, lease: number, limit: number): readonly Key[] {
    const due = this.#sleepers.take(kind, now, limit);
    for (const kept of due) this.#sleepers.set(kept, now + lease);
    return due.map(({ key }) => key);
  }

  keys(prefix: string, cursor: string | undefined, limit: number): KeyPage {
    return this.#keys.page(prefix, cursor, limit);
  }

  /** Every record, in no order. */
  *entries(): Iterable<Entry> {
    for (const kept of this.#records.values()) {
      const { key, text, revision } = kept;
      yield { key, text, revision, wakeAt: this.#sleepers.timeOf(kept) };
    }
  }

  #keep(key: Key, revision: number, text: string, wakeAt: Instant): void {
    const kept = this.#records.get(key) ?? this.#added(key);
    kept.text = flat(text);
    kept.revision = revision;
    this.#sleepers.set(kept, wakeAt);
  }

  #added(asked: Key): Kept {
    const key = alone(asked); // put together of pieces of messages
    const kept: Kept = { key, text: '', revision: 0, place: -1 };
    this.#records.set(key, kept);
    this.#keys.add(key);
    return kept;
  }

  #forget(key: Key): void {
    const kept = this.#records.get(key);
    if (kept === undefined) return;
    this.#sleepers.remove(kept);
    this.#records.delete(key);
    this.#keys.delete(key);
  }
}

/** The same text in one piece: as it was put together it takes twice the room. */
function flat(text: string): string {
  text.charCodeAt(0);
  return text;
}
