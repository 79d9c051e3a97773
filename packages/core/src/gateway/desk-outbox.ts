// The outbox of a record: what one write has to let out, kept in that same write until it has left. There is one
// batch at most: who finds the batch of another process waits until it is struck out or abandoned. The field stands
// beside the record's own and is taken off before anybody decides over the record.
import type { Instant, JsonValue, Key, Next, Stored, StoredRecord } from '../store/store.ts';

/** What one write has to let out. */
export interface Batch {
  /** The desk that wrote it. */
  readonly by: string;
  /** Among the batches of that desk. */
  readonly id: number;
  /** From then on others may take it over. */
  readonly until: Instant;
  readonly kept: readonly JsonValue[];
}

/** A record as it was read, without its outbox. */
export interface Reading {
  readonly record: StoredRecord | undefined;
  readonly revision: string | undefined;
  readonly batch: Batch | undefined;
  /** When the record itself is due; known only where there is a batch. */
  readonly wakeAt: Instant | undefined;
}

/** Takes the outbox off what a store has. `undefined` when it is none of ours. */
export function readingOf(stored: Stored | undefined): Reading | undefined {
  if (stored === undefined) return NO_READING;
  const { record, revision } = stored;
  const { outbox, ...own } = record;
  if (outbox === undefined) return { record, revision, batch: undefined, wakeAt: undefined };
  const box = boxOf(outbox);
  if (box === undefined) return undefined;
  const { by, id, until, kept } = box;
  return {
    record: box.gone ? undefined : own,
    revision,
    batch: { by, id, until, kept },
    wakeAt: box.wakeAt ?? Infinity,
  };
}

/** A record's next state with a batch beside it; a record that is forgotten stays until the batch has left. */
export function withBatch(next: Next | undefined, batch: Batch | undefined): Next | undefined {
  if (batch === undefined) return next;
  const own = next?.wakeAt ?? Infinity;
  const { by, id, until, kept } = batch;
  const wakeAt = Number.isFinite(own) ? own : null;
  const outbox = { by, id, until, kept, wakeAt, gone: next === undefined };
  return {
    record: { ...(next?.record ?? { version: 0 }), outbox },
    wakeAt: Math.min(own, until),
  };
}

interface Box extends Batch {
  readonly wakeAt: Instant | null;
  readonly gone: boolean;
}

function boxOf(value: JsonValue): Box | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const { by, id, until, kept, wakeAt, gone } = value as Readonly<Record<Key, JsonValue>>;
  if (typeof by !== 'string' || typeof id !== 'number' || typeof until !== 'number')
    return undefined;
  if (!Array.isArray(kept) || typeof gone !== 'boolean') return undefined;
  if (wakeAt !== null && typeof wakeAt !== 'number') return undefined;
  return { by, id, until, kept: kept as readonly JsonValue[], wakeAt, gone };
}

/** What is known where there is no record, or before it was read. */
export const NO_READING: Reading = {
  record: undefined,
  revision: undefined,
  batch: undefined,
  wakeAt: undefined,
};
