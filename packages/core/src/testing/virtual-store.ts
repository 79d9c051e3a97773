// A store in virtual time: what is asked is done after a while, and answered, or not, as the test says. Gateways that
// are handed the same one share it; it outlives them.
import type { AskStore, StoreAnswer, StoreRequest } from '../store/request.ts';
import { RecordTable } from '../store/table.ts';
import type { VirtualClock } from './clock.ts';

/**
 * What becomes of a request: it is done and answered; fails and is not done; is done, but told as failed; is done, and
 * nobody is told; or is not done, and nobody is told.
 */
export type StoreFate = 'answered' | 'failed' | 'answer-lost' | 'unanswered' | 'vanished';

/** How a virtual store is. */
export interface VirtualStoreOptions {
  readonly clock: VirtualClock;
  /** Records, at most. */
  readonly max: number;
  /** Milliseconds until a request is done, and from then until it is answered. Default none. */
  readonly delay?: (request: StoreRequest) => number;
  /** Default: all are answered. */
  readonly fate?: (request: StoreRequest) => StoreFate;
}

/** A store in virtual time. */
export function virtualStore(options: VirtualStoreOptions): AskStore {
  const { clock, max, delay = () => 0, fate = () => 'answered' } = options;
  const table = new RecordTable(max);
  return (request, reply) => {
    const end = fate(request);
    clock.after(delay(request), () => {
      const isDone = end !== 'failed' && end !== 'vanished';
      const answer = isDone ? done(table, request) : FAILED;
      if (end === 'unanswered' || end === 'vanished') return;
      clock.after(delay(request), () => reply(end === 'answer-lost' ? FAILED : answer));
    });
  };
}

function done(table: RecordTable, request: StoreRequest): StoreAnswer {
  switch (request.kind) {
    case 'read':
      return { kind: 'read', stored: table.read(request.key) };
    case 'write': {
      const { key, next, seen } = request;
      const written = table.judge(key, next, seen);
      if (written === 'written') table.put(key, next);
      return { kind: 'write', written };
    }
    case 'due':
      return {
        kind: 'due',
        keys: table.due(request.of, request.now, request.lease, request.limit),
      };
    case 'keys': {
      const { prefix, cursor, limit } = request;
      return { kind: 'keys', page: table.keys(prefix, cursor, limit) };
    }
  }
}

const FAILED: StoreAnswer = { kind: 'store-failed' };
