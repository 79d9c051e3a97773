// Opens state in an SQLite database by the client that Node itself has, from 22.13 on. Several processes of one machine
// may have the same file open.
import { sqliteStore, type SqliteClient } from '../../store/sqlite.ts';
import type { OpenState } from './state.ts';

/** What is asked for modules that a Node may or may not have. */
export interface BuiltinModules {
  readonly getBuiltinModule?: (name: string) => unknown;
}

/** Why a Node without a client does not start. */
export const NO_SQLITE = 'needs Node 22.13 or the memory, file or Redis store';

type Database = SqliteClient & { close(): void };
type OpenDatabase = (file: string) => Database;

/** Node's own client, if this Node has it. */
export function nodeSqlite(modules: BuiltinModules = process): OpenDatabase | undefined {
  const found = modules.getBuiltinModule?.('node:sqlite') as
    | { readonly DatabaseSync: new (file: string) => Database }
    | undefined;
  return found && ((file) => new found.DatabaseSync(file));
}

/** Opens a database file, or makes it. What was written survives a power cut. Rejects when it cannot. */
export async function openSqlite(
  open: OpenDatabase,
  file: string,
  max: number,
): Promise<OpenState> {
  const database = open(file);
  try {
    database.exec('PRAGMA journal_mode = WAL');
    database.exec('PRAGMA synchronous = FULL');
    const store = await sqliteStore(database, { max });
    return { store, close: async () => database.close() };
  } catch (error) {
    database.close();
    throw error;
  }
}
