// The tables of a notifier: which step an input is in each state, and which answers to a NOTIFY end a
// subscription. RFC 6665 §4.2. The steps are ../notifier.ts.
import type { NotifierState } from './types.ts';

/** The steps there are for each kind of input, by their names. */
export interface NotifierMoves {
  readonly subscribe: 'refresh' | 'too-late';
  readonly state: 'judge' | 'judge-fetch';
  readonly changed: 'change' | 'hurry' | 'stay';
  readonly terminate: 'terminate' | 'terminate-fetch';
  readonly response: 'answered';
  readonly failed: 'failed';
  readonly wake: 'due';
  readonly lost: 'again';
}

/**
 * Row: where we stand. Column: what came in. What is said of a fetch holds until its NOTIFY is written.
 * @spec RFC 6665 §4.2.2
 */
export const NOTIFIER_MOVES: Readonly<Record<NotifierState, NotifierMoves>> = {
  pending: {
    subscribe: 'refresh',
    state: 'judge',
    changed: 'stay',
    terminate: 'terminate',
    response: 'answered',
    failed: 'failed',
    wake: 'due',
    lost: 'again',
  },
  active: {
    subscribe: 'refresh',
    state: 'judge',
    changed: 'change',
    terminate: 'terminate',
    response: 'answered',
    failed: 'failed',
    wake: 'due',
    lost: 'again',
  },
  ending: {
    subscribe: 'too-late',
    state: 'judge-fetch',
    changed: 'hurry',
    terminate: 'terminate-fetch',
    response: 'answered',
    failed: 'failed',
    wake: 'due',
    lost: 'again',
  },
};

/**
 * Whether a final answer to a NOTIFY ends the subscription.
 * @spec RFC 6665 §4.2.2
 */
export function endsNotifier(status: number): boolean {
  return ENDS.has(status);
}

const ENDS: ReadonlySet<number> = new Set([
  404, 405, 410, 416, 480, 481, 482, 483, 484, 485, 489, 501, 604,
]);
