// The tables of a subscriber: which step an input is in each state, and what the end of a subscription means
// for the next one. RFC 6665 §4.1.2 and §4.1.3; for statuses also RFC 5057 §5.1. The steps are ../subscriber.ts.
import type { Again, SubscriberState, SubscriberTimes } from './types.ts';

/** The steps there are for each kind of input, by their names. */
export interface SubscriberMoves {
  readonly response: 'answered' | 'stay';
  readonly failed: 'failed' | 'stay';
  readonly notify: 'notified' | 'fetched' | 'farewell' | 'unknown';
  readonly wake: 'silent' | 'due' | 'retry' | 'stopped';
  readonly stop: 'stop' | 'stop-later' | 'stopped' | 'stay';
  readonly refresh: 'refresh' | 'stay';
  readonly lost: 'anew' | 'again' | 'stay';
}

/**
 * Row: where we stand. Column: what came in.
 * @spec RFC 6665 §4.1.2
 */
export const SUBSCRIBER_MOVES: Readonly<Record<SubscriberState, SubscriberMoves>> = {
  'notify-wait': {
    response: 'answered',
    failed: 'failed',
    notify: 'notified',
    wake: 'silent',
    stop: 'stop-later',
    refresh: 'stay',
    lost: 'anew',
  },
  pending: {
    response: 'answered',
    failed: 'failed',
    notify: 'notified',
    wake: 'due',
    stop: 'stop',
    refresh: 'refresh',
    lost: 'again',
  },
  active: {
    response: 'answered',
    failed: 'failed',
    notify: 'notified',
    wake: 'due',
    stop: 'stop',
    refresh: 'refresh',
    lost: 'again',
  },
  resting: {
    response: 'stay',
    failed: 'stay',
    notify: 'unknown',
    wake: 'retry',
    stop: 'stopped',
    refresh: 'stay',
    lost: 'stay',
  },
  stopping: {
    response: 'answered',
    failed: 'failed',
    notify: 'farewell',
    wake: 'stopped',
    stop: 'stay',
    refresh: 'stay',
    lost: 'again',
  },
  fetching: {
    response: 'answered',
    failed: 'failed',
    notify: 'fetched',
    wake: 'silent',
    stop: 'stopped',
    refresh: 'stay',
    lost: 'anew',
  },
};

/** When to subscribe again after a termination, and the least wait if it is later. */
export interface AfterReason {
  readonly again: Again;
  readonly least?: keyof SubscriberTimes;
  /** Whether `retry-after` means anything. */
  readonly waits: boolean;
}

/**
 * The reasons of a termination.
 * @spec RFC 6665 §4.1.3
 */
export function afterReason(reason: string | undefined): AfterReason {
  return REASONS.get(reason ?? '') ?? OTHER_REASON;
}

const OTHER_REASON: AfterReason = { again: 'later', waits: true };

const REASONS: ReadonlyMap<string, AfterReason> = new Map([
  ['deactivated', { again: 'at-once', waits: false }],
  ['probation', { again: 'later', least: 'probationTime', waits: true }],
  ['rejected', { again: 'never', waits: false }],
  ['timeout', { again: 'at-once', waits: false }],
  ['giveup', { again: 'later', least: 'giveupTime', waits: true }],
  ['noresource', { again: 'never', waits: false }],
  ['invariant', { again: 'never', waits: false }],
]);

/** `kept`: the subscription stays until its time is over. `longer`: ask for a longer time. */
export type AfterStatus = Again | 'kept' | 'longer';

/**
 * What a final status above 299 means, for the first SUBSCRIBE and for a refresh.
 * @spec RFC 6665 §4.1.2.1
 * @spec RFC 6665 §4.1.2.2
 * @spec RFC 5057 §5.1
 */
export function afterStatus(status: number, isRefresh: boolean): AfterStatus {
  const row = STATUSES.get(status);
  if (row === undefined) return isRefresh ? 'kept' : 'later';
  return isRefresh ? row.refresh : row.initial;
}

interface StatusRow {
  readonly initial: AfterStatus;
  readonly refresh: AfterStatus;
}

const REFUSED: StatusRow = { initial: 'never', refresh: 'never' };
const GONE: StatusRow = { initial: 'never', refresh: 'at-once' };
const UNREACHED: StatusRow = { initial: 'later', refresh: 'later' };

const STATUSES: ReadonlyMap<number, StatusRow> = new Map([
  [401, REFUSED], // no credentials
  [403, REFUSED],
  [404, GONE],
  [405, REFUSED],
  [406, REFUSED],
  [407, REFUSED], // no credentials
  [410, GONE],
  [415, REFUSED],
  [416, GONE],
  [423, { initial: 'longer', refresh: 'longer' }],
  [480, UNREACHED],
  [481, { initial: 'later', refresh: 'at-once' }],
  [482, UNREACHED],
  [483, UNREACHED],
  [484, GONE],
  [485, GONE],
  [489, REFUSED],
  [501, REFUSED],
  [603, REFUSED],
  [604, GONE],
]);
