// What stores outside this process have in common: a page cut from keys that came in order, and an error that says
// who could not be asked.
import type { Key, KeyPage } from './store.ts';

/**
 * A page of what was found from its beginning (the prefix, or the cursor itself) on. Keys that begin otherwise stand
 * behind those that are wanted, so that of `limit + 2` that were sought the page and whether there is more are known.
 */
export function pageOf(
  found: readonly Key[],
  prefix: string,
  cursor: Key | undefined,
  limit: number,
): KeyPage {
  const fitting = found.filter((key) => key.startsWith(prefix) && key !== cursor);
  const keys = fitting.slice(0, limit);
  return { keys, cursor: fitting.length > limit ? keys.at(-1) : undefined };
}

/** Asks, and says who could not be asked when that fails. */
export async function asking<T>(who: string, ask: () => T | Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`${who} could not be asked: ${why}`, { cause });
  }
}
