// The store that lives in this process. Bounded by type: there is no way to make one without saying
// how many records it may hold. Forgets everything when the process ends.
import type { Store } from './store.ts';
import { RecordTable } from './table.ts';

/** How large a memory store may grow. */
export interface MemoryStoreOptions {
  /** Records, at most. A new key beyond it is answered `full`; nothing is evicted. */
  readonly max: number;
}

/** A bounded store in memory. */
export function memoryStore(options: MemoryStoreOptions): Store {
  const table = new RecordTable(options.max);
  return {
    read: async (key) => table.read(key),
    async write(key, next, seen) {
      const verdict = table.judge(key, next, seen);
      if (verdict === 'written') table.put(key, next);
      return verdict;
    },
    due: async (kind, now, lease, limit) => table.due(kind, now, lease, limit),
    keys: async (prefix, cursor, limit) => table.keys(prefix, cursor, limit),
  };
}
