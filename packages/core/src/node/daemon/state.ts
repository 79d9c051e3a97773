// Opens the store that a configuration names. A Redis client is the host's: this package brings none.
import { memoryStore } from '../../store/memory.ts';
import type { Store } from '../../store/store.ts';
import { fileStore } from '../file-store/file-store.ts';
import type { Configuration } from './configuration.ts';
import { fileBeside } from './load-configuration.ts';
import { DEFAULT_STATE_LIMITS } from './state-limits.ts';
import { type BuiltinModules, NO_SQLITE, nodeSqlite, openSqlite } from './state-sqlite.ts';

/** A store, and the way to let go of it. */
export interface OpenState {
  readonly store: Store;
  readonly close: () => Promise<void>;
}

/** Opens a store behind a Redis URL, for so many records (`limits.state`); rejects when it cannot. */
export type OpenRedis = (url: string, max: number) => Promise<OpenState>;

/** The store of a configuration. Rejects with why there is none. */
export async function openState(
  { state = 'memory', limits }: Configuration,
  file: string,
  openRedis: OpenRedis | undefined,
  modules?: BuiltinModules,
): Promise<OpenState> {
  const { records: max } = { ...DEFAULT_STATE_LIMITS, ...limits?.state };
  if (state === 'memory') return { store: memoryStore({ max }), close: async () => {} };
  if (state.file !== undefined) {
    const store = await fileStore({ file: fileBeside(file, state.file), max });
    return { store, close: () => store.close() };
  }
  if (state.sqlite !== undefined) {
    const open = nodeSqlite(modules);
    if (open === undefined) throw new Error(`an SQLite database ${NO_SQLITE}`);
    return openSqlite(open, fileBeside(file, state.sqlite), max);
  }
  if (openRedis === undefined || state.redis === undefined)
    throw new Error('this program was built without a Redis client');
  return openRedis(state.redis, max);
}

/** Whether what is kept there outlives the program. */
export function isLasting({ state = 'memory' }: Configuration): boolean {
  return state !== 'memory';
}
