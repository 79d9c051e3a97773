// What a desk is made of, what it is handed and what it puts out, and every bound and wait with its default.
import type { DrawToken } from '@interwork/sip';
import type { JsonValue, Key, Next, StoredRecord } from '../store/store.ts';
import type { StoreRequest } from '../store/request.ts';

/** What a `Desk` is made of. */
export interface DeskOptions<Event, Effect> {
  /**
   * What an event makes of a record, and what is to leave once that is written. Pure: it is called again with a
   * newer record when somebody else was faster. `due` may come early or twice: the record says what is due.
   */
  readonly decide: (
    now: number,
    key: Key,
    record: StoredRecord | undefined,
    event: Event | DeskEvent,
  ) => Decision<Effect>;
  /** What is kept of an effect until it has left; `undefined` for one that dies with this process. */
  readonly keep: (effect: Effect) => JsonValue | undefined;
  /**
   * Whether an event waits (`late`) for a store that cannot be asked, instead of coming to nothing at once: for one
   * whose sender would not send it again. It may be decided twice. Default none.
   */
  readonly isPatient?: (event: Event | DeskEvent) => boolean;
  readonly drawToken: DrawToken;
  /** The kind of its records, as `kindOfKey` has it: what is due of others is not its business. */
  readonly kind: string;
  /** Whether effects are kept beside the record until they have left: for a store that outlives the process. */
  readonly outbox: boolean;
  readonly limits?: Partial<DeskLimits>;
  readonly waits?: Partial<DeskWaits>;
}

/** What a desk hands to `decide` of its own accord. */
export type DeskEvent =
  /** The record's time has come. */
  | { readonly kind: 'due' }
  /** Effects that were written and are not known to have left, in order: whoever wrote them is gone. */
  | { readonly kind: 'recovered'; readonly kept: readonly JsonValue[] };

/** What an event makes of a record. */
export interface Decision<Effect> {
  /**
   * The record's next state; `undefined` forgets it. `unchanged` writes nothing, so its effects leave at once and are
   * not kept, but for those of `recovered`.
   */
  readonly next: Next | undefined | 'unchanged';
  readonly effects: readonly Effect[];
}

/** Events of one kind for all records of a kind. */
export interface Recheck<Event> {
  /** Rechecks of one name are one: a new one takes the place of one that waits, and follows one that runs. */
  readonly name: string;
  /** Keys begin with it. */
  readonly prefix: string;
  readonly matches: (key: Key) => boolean;
  readonly event: Event;
}

/** What a desk puts out. Every event that was taken ends in one `release` or one `unable`. */
export type DeskOutput<Event, Effect> =
  | { readonly kind: 'store'; readonly op: string; readonly request: StoreRequest }
  | {
      readonly kind: 'release';
      readonly key: Key;
      readonly event: Event | DeskEvent;
      readonly effects: readonly Effect[];
    }
  | {
      readonly kind: 'unable';
      readonly key: Key;
      readonly event: Event | DeskEvent;
      readonly why: Unable;
      /** Whether it may have been written all the same: a store was asked to, and has not said what became of it. */
      readonly isInDoubt: boolean;
    };

/**
 * Why an event came to nothing: the store did not answer, it is full, others were always faster, it waited too long,
 * or the desk was closed.
 */
export type Unable = 'store' | 'full' | 'contended' | 'late' | 'closed';

/** Counts, at most. */
export interface DeskLimits {
  /** Keys that are worked on side by side: as many operations a store is asked at once. */
  readonly openKeys: number;
  /** Events of one key, with the one that is worked on. */
  readonly perKey: number;
  /**
   * Events of one key with something to leave, one after the other: then what has left is struck out, and other processes
   * that wait for the key get a chance.
   */
  readonly inRow: number;
  /** Events of all keys together: a few kB each. */
  readonly events: number;
  /** Events of records whose time has come, and of a recheck: of each so many at once, so that both leave room for what comes in. */
  readonly background: number;
  /** Keys in one page of a recheck. */
  readonly page: number;
  /** Rechecks that wait. */
  readonly rechecks: number;
  /** Keys whose effects have left but could not be struck out; the oldest is forgotten for a new one, and may leave twice. */
  readonly remembered: number;
}

/** Milliseconds. */
export interface DeskWaits {
  /** For a store to answer one operation. */
  readonly store: number;
  /**
   * From a decision until others may take over its effects, and the time a due key is lent for: longer than three
   * operations take at most, with room for clocks that differ.
   */
  readonly lease: number;
  /** From one look for what is due to the next. */
  readonly poll: number;
  /**
   * Before another look at a record with effects that another process is about to let out; twice as long a process
   * leaves a key to others that it has worked on long enough.
   */
  readonly hold: number;
  /** Before a store that could not be asked is asked again for an event that waits. */
  readonly retry: number;
  /** That an event waits for its turn: longer than the lease, shorter than the client's Timer F. */
  readonly late: number;
  /** From one page of a recheck to the next. */
  readonly page: number;
}

/** The bounds used unless the host says otherwise. */
export const DEFAULT_DESK_LIMITS: DeskLimits = {
  openKeys: 256,
  perKey: 32,
  inRow: 16,
  events: 20_000,
  background: 64,
  page: 500,
  rechecks: 1_000,
  remembered: 10_000,
};

/** The waits used unless the host says otherwise, in milliseconds. */
export const DEFAULT_DESK_WAITS: DeskWaits = {
  store: 4_000,
  lease: 15_000,
  poll: 1_000,
  hold: 100,
  retry: 1_000,
  late: 24_000,
  page: 20,
};

/** Rounds in which others were faster before an event is given up. */
export const MAX_ROUNDS = 16;
