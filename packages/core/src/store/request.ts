// What a machine that does no IO itself asks of a store, and what it is answered, as values: each method of the
// port is one request. Whoever performs them tells every end: an answer, or that there will be none.
import type { Instant, Key, KeyPage, Next, Revision, Store, Stored, Written } from './store.ts';

/** One operation of a store. */
export type StoreRequest =
  | { readonly kind: 'read'; readonly key: Key }
  | {
      readonly kind: 'write';
      readonly key: Key;
      readonly next: Next | undefined;
      readonly seen: Revision | undefined;
    }
  | {
      readonly kind: 'due';
      /** The kind of record. */
      readonly of: string;
      readonly now: Instant;
      readonly lease: number;
      readonly limit: number;
    }
  | {
      readonly kind: 'keys';
      readonly prefix: string;
      readonly cursor: string | undefined;
      readonly limit: number;
    };

/** What came of it. After `store-failed` nobody knows whether a write was done. */
export type StoreAnswer =
  | { readonly kind: 'read'; readonly stored: Stored | undefined }
  | { readonly kind: 'write'; readonly written: Written }
  | { readonly kind: 'due'; readonly keys: readonly Key[] }
  | { readonly kind: 'keys'; readonly page: KeyPage }
  | { readonly kind: 'store-failed' };

/** Performs requests; calls `reply` once for each, at once or later. */
export type AskStore = (request: StoreRequest, reply: (answer: StoreAnswer) => void) => void;

/** A store to be asked by requests. */
export function askStore(store: Store): AskStore {
  return (request, reply) => void perform(store, request).then(reply, () => reply(FAILED));
}

async function perform(store: Store, request: StoreRequest): Promise<StoreAnswer> {
  switch (request.kind) {
    case 'read':
      return { kind: 'read', stored: await store.read(request.key) };
    case 'write': {
      const { key, next, seen } = request;
      return { kind: 'write', written: await store.write(key, next, seen) };
    }
    case 'due': {
      const { of, now, lease, limit } = request;
      return { kind: 'due', keys: await store.due(of, now, lease, limit) };
    }
    case 'keys': {
      const { prefix, cursor, limit } = request;
      return { kind: 'keys', page: await store.keys(prefix, cursor, limit) };
    }
  }
}

const FAILED: StoreAnswer = { kind: 'store-failed' };
