// Opens the store that a configuration names. A Redis client is the host's: this package brings none.
import { memoryStore } from '../../store/memory.ts';
import type { Store } from '../../store/store.ts';
import { fileStore } from '../file-store/file-store.ts';
import type { Configuration } from './configuration.ts';
import { fileBeside } from './load-configuration.ts';

/** A store, and the way to let go of it. */
export interface OpenState {
  readonly store: Store;
  readonly close: () => Promise<void>;
}

/** Opens a store behind a Redis URL; rejects when it cannot. */
export type OpenRedis = (url: string) => Promise<OpenState>;

/** The store of a configuration. Rejects with why there is none. */
export async function openState(
  { state = 'memory' }: Configuration,
  file: string,
  openRedis: OpenRedis | undefined,
): Promise<OpenState> {
  if (state === 'memory')
    return { store: memoryStore({ max: MOST_RECORDS }), close: async () => {} };
  if (state.file !== undefined) {
    const store = await fileStore({ file: fileBeside(file, state.file), max: MOST_RECORDS });
    return { store, close: () => store.close() };
  }
  if (openRedis === undefined || state.redis === undefined)
    throw new Error('this program was built without a Redis client');
  return openRedis(state.redis);
}

/** Count. Pager mode keeps one record; what outlives a message will need more. */
const MOST_RECORDS = 100_000;
