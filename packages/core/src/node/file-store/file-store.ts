// A store in one file of this machine: all records in memory, and a journal from which they come back. One
// process at a time has it; for several there is redisStore.
import type { Store } from '../../store/store.ts';
import { RecordTable } from '../../store/table.ts';
import { Journal } from './journal.ts';
import type { Line } from './line.ts';
import { lockBeside } from './lock.ts';

/** What a file store is told. */
export interface FileStoreOptions {
  /** Made if it is not there; its folder must be there. */
  readonly file: string;
  /** Records, at most. A new key beyond it is answered `full`; nothing is evicted. */
  readonly max: number;
  /** Lines of history kept before the file is written anew. Default 1,000: a few hundred kB. */
  readonly history?: number;
}

/** A store that holds a file until it is closed. */
export interface FileStore extends Store {
  close(): Promise<void>;
}

/**
 * Opens a store in a file. Rejects when another process has it, when it is no such file, or when it is damaged
 * other than by a crash. A write is told as done once the disk has it; once a write has failed, all do.
 */
export async function fileStore(options: FileStoreOptions): Promise<FileStore> {
  const lock = await lockBeside(options.file);
  try {
    const { journal, table } = await opened(options);
    const close = async (): Promise<void> => {
      await journal.close();
      await lock.release();
    };
    return { ...storeOver(table, journal), close };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function opened(
  options: FileStoreOptions,
): Promise<{ readonly journal: Journal; readonly table: RecordTable }> {
  const table = new RecordTable(options.max);
  const { file, history = 1_000 } = options;
  const [count, live] = [() => table.size, () => linesOf(table)];
  const journal = await Journal.open({ file, history, count, live }, (line) =>
    table.restore(line.key, line.revision, line.text, line.wakeAt),
  );
  return { journal, table };
}

/** Every record, and the last revision given, which must never be given again. */
function* linesOf(table: RecordTable): Iterable<Line> {
  yield { key: '', revision: table.revision, text: undefined, wakeAt: Infinity };
  yield* table.entries();
}

/** What is answered is on the disk by then: nobody acts on what a crash would take back. */
function storeOver(table: RecordTable, journal: Journal): Store {
  const settled = async <T>(answer: T): Promise<T> => {
    await journal.settled();
    return answer;
  };
  return {
    read: (key) => settled(table.read(key)),
    async write(key, next, seen) {
      const verdict = table.judge(key, next, seen);
      if (verdict === 'written') await journal.append(lineOf(table, key, next));
      return settled(verdict);
    },
    due: (kind, now, lease, limit) => settled(table.due(kind, now, lease, limit)),
    keys: (prefix, cursor, limit) => settled(table.keys(prefix, cursor, limit)),
  };
}

function lineOf(table: RecordTable, key: string, next: Parameters<Store['write']>[1]): Line {
  const revision = table.put(key, next);
  const text = next === undefined ? undefined : JSON.stringify(next.record);
  return { key, revision, text, wakeAt: next?.wakeAt ?? Infinity };
}
