// What a case for a store is made of: one or several ways to a new store, records to put there, and a comparison
// that says what came. Knows no test runner.
import type { Key, Next, Store, StoredRecord, Written } from './store.ts';

/** One thing a store must do. */
export interface StoreCase {
  readonly name: string;
  /** Rejects, with what was expected and what came, when the store fails it. */
  run(make: MakeStore): Promise<void>;
}

/**
 * Makes a new, empty store that holds at most `max` records, and answers `handles` ways to it, each as another process
 * would have it. A store that only one process can have answers that one as often as is asked for.
 */
export type MakeStore = (
  max: number,
  handles: number,
) => readonly StoreHandle[] | Promise<readonly StoreHandle[]>;

/** One way to a store, and how it is closed, if it can be. */
export interface StoreHandle extends Store {
  readonly close?: () => unknown;
}

/** A case over one handle. */
export function storeCase(
  name: string,
  body: (store: StoreHandle) => Promise<void>,
  max: number = ROOM,
): StoreCase {
  return sharedCase(name, (store) => body(store), max, 1);
}

/** A case over two handles of one store. */
export function sharedCase(
  name: string,
  body: (first: StoreHandle, second: StoreHandle) => Promise<void>,
  max: number = ROOM,
  handles: number = 2,
): StoreCase {
  return {
    name,
    async run(make) {
      const [first, second = first] = await make(max, handles);
      if (first === undefined || second === undefined) throw new Error('no store was made');
      await body(first, second);
    },
  };
}

/** Writes over whatever is there. */
export async function put(store: Store, key: Key, value: Next | undefined): Promise<Written> {
  return store.write(key, value, (await store.read(key))?.revision);
}

/** A record of some fields. */
export function next(fields: Omit<StoredRecord, 'version'>, wakeAt: number = Infinity): Next {
  return { record: { version: 1, ...fields }, wakeAt };
}

/** Compares as JSON. */
export function same(came: unknown, expected: unknown): void {
  const [a, b] = [JSON.stringify(came), JSON.stringify(expected)];
  if (a !== b) throw new Error(`expected ${shortened(b)}, came ${shortened(a)}`);
}

function shortened(text = 'undefined'): string {
  return text.length > 500 ? `${text.slice(0, 500)}…` : text;
}

/** Room of the stores that most cases run on. */
const ROOM = 3;
