// The store that lives in this process. Bounded by type: there is no way to make one without saying
// how many records it may hold. Forgets everything when the process ends.
import type { Instant, Key, KeyPage, Next, Revision, Store, Stored, Written } from './store.ts';

/** How large a memory store may grow. */
export interface MemoryStoreOptions {
  /** Records, at most. A new key beyond it is answered `full`; nothing is evicted. */
  readonly max: number;
}

/** A bounded store in memory. */
export function memoryStore(options: MemoryStoreOptions): Store {
  const records = new Map<Key, Kept>();
  let revision = 0;

  const put = (key: Key, next: Next): void => {
    revision += 1;
    records.set(key, {
      text: JSON.stringify(next.record),
      wakeAt: next.wakeAt,
      revision: String(revision),
    });
  };

  return {
    async read(key) {
      const kept = records.get(key);
      return kept === undefined ? undefined : thawed(kept);
    },
    async write(key, next, seen) {
      const kept = records.get(key);
      const verdict = allowed(kept, next, seen, records.size < options.max);
      if (verdict !== 'written') return verdict;
      if (next === undefined) records.delete(key);
      else put(key, next);
      return 'written';
    },
    async due(now, lease, limit) {
      const keys: Key[] = [];
      for (const [key, kept] of records) {
        if (keys.length >= limit) break;
        if (kept.wakeAt > now) continue;
        kept.wakeAt = now + lease;
        keys.push(key);
      }
      return keys;
    },
    async keys(prefix, cursor, limit) {
      return page(
        [...records.keys()].filter((key) => key.startsWith(prefix)),
        cursor,
        limit,
      );
    },
  };
}

interface Kept {
  readonly text: string;
  readonly revision: Revision;
  wakeAt: Instant;
}

function thawed(kept: Kept): Stored {
  return { record: JSON.parse(kept.text) as Stored['record'], revision: kept.revision };
}

function allowed(
  kept: Kept | undefined,
  next: Next | undefined,
  seen: Revision | undefined,
  room: boolean,
): Written {
  if (kept?.revision !== seen) return 'stale';
  return kept === undefined && next !== undefined && !room ? 'full' : 'written';
}

function page(keys: readonly Key[], cursor: string | undefined, limit: number): KeyPage {
  const sorted = keys.filter((key) => cursor === undefined || key > cursor).toSorted();
  const shown = sorted.slice(0, limit);
  return { keys: shown, cursor: sorted.length > limit ? shown.at(-1) : undefined };
}
