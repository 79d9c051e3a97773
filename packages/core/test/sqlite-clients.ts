// The SQLite clients that the tests know, and whether this Node has them. Each is taken as it is: `sqliteStore` asks
// for no more than they have.
import wasm from 'node-sqlite3-wasm';
import type { SqliteClient } from '@interwork/core/store/sqlite';

/** An open database. */
export interface OpenSqlite {
  readonly client: SqliteClient;
  close(): void;
}

type Open = (file: string) => SqliteClient & { close(): void };

/** Node's own, from 22 on. */
function ofNode(): Open | undefined {
  const modules = process as { getBuiltinModule?(name: string): unknown };
  const module = modules.getBuiltinModule?.('node:sqlite') as
    | { readonly DatabaseSync: new (file: string) => ReturnType<Open> }
    | undefined;
  return module && ((file) => new module.DatabaseSync(file));
}

const OPENERS: Readonly<Record<string, Open | undefined>> = {
  'node-sqlite3-wasm': (file) => new wasm.Database(file),
  'node:sqlite': ofNode(),
};

/** Every client by its name, and why one is not there. */
export const SQLITE_CLIENTS = Object.entries(OPENERS).map(([name, open]) => ({
  name,
  isThere: open !== undefined,
  why: open === undefined ? `not in Node ${process.versions.node}` : 'it is',
}));

/** Opens a database file, or makes it. Closing it twice is closing it once. */
export function openSqlite(name: string, file: string): OpenSqlite {
  const client = OPENERS[name]?.(file);
  if (client === undefined) throw new Error(`${name} is not in Node ${process.versions.node}`);
  client.exec('PRAGMA busy_timeout = 5000');
  client.exec('PRAGMA synchronous = OFF'); // no test cuts the power
  let isOpen = true;
  const close = (): void => {
    if (isOpen) client.close();
    isOpen = false;
  };
  return { client, close };
}
