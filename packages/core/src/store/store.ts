// The port through which lasting state is kept: versioned JSON records, one key at a time.
// Pager messages keep none (decided in gateway/decide.ts); what outlives a message lives here.

/** Milliseconds since the epoch: it means the same on another machine. */
export type Instant = number;

/** Names one record; both sides of a pair compute the same from any event. */
export type Key = string;

/** What kind of record a key names: what it begins with up to its first `/`, and with it; empty where there is none. */
export function kindOfKey(key: Key): string {
  return key.slice(0, key.indexOf('/') + 1);
}

/** A record as it is kept: plain JSON with the version of its shape. */
export interface StoredRecord {
  readonly version: number;
  readonly [field: string]: JsonValue;
}

/** What JSON can hold. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue };

/** Moves with every write of a record; opaque to all but its store. */
export type Revision = string;

/** A record and the revision at which it was read. */
export interface Stored {
  readonly record: StoredRecord;
  readonly revision: Revision;
}

/** What a record becomes. `wakeAt` (epoch ms) makes its key due; `Infinity` never does. */
export interface Next {
  readonly record: StoredRecord;
  readonly wakeAt: Instant;
}

/** One page of keys; hand `cursor` back for the next. `undefined`: this was the last. */
export interface KeyPage {
  readonly keys: readonly Key[];
  readonly cursor: string | undefined;
}

/** What a store answers to a write. `full`: its bound is reached and the key is a new one. */
export type Written = 'written' | 'stale' | 'full';

/** The port. Each method is atomic for one key; nothing more is asked. */
export interface Store {
  /** The record under a key, or `undefined`. */
  read(key: Key): Promise<Stored | undefined>;
  /** Writes (or, with `undefined`, forgets) if the revision has not moved since `seen`. */
  write(key: Key, next: Next | undefined, seen: Revision | undefined): Promise<Written>;
  /**
   * Keys of a kind whose `wakeAt` has passed, the earliest first, each lent to one caller until `now + lease` (ms). What
   * is due of another kind is neither lent nor in the way.
   */
  due(kind: string, now: Instant, lease: number, limit: number): Promise<readonly Key[]>;
  /** Keys that begin with `prefix`, in pages of at most `limit`. */
  keys(prefix: string, cursor: string | undefined, limit: number): Promise<KeyPage>;
}
