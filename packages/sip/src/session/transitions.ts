// The tables of a session: which step an input is in each state, and which answers end one. RFC 3261 §13 to §15; for
// statuses RFC 5057 §5.1. The steps are ../session.ts and the files beside this one.
import type { SessionState } from './types.ts';

/** The steps there are for each kind of input, by their names. */
export interface SessionMoves {
  readonly provisional: 'rung' | 'stay';
  readonly response: 'called' | 'crossed' | 'answered' | 'departed' | 'stay';
  readonly forked: 'parted' | 'stay';
  readonly failed: 'uncalled' | 'unanswered' | 'unheard' | 'stay';
  readonly acknowledged: 'confirmed' | 'acknowledged' | 'departing' | 'stay';
  readonly unacknowledged: 'unconfirmed' | 'departing' | 'stay';
  readonly cancelled: 'withdrawn' | 'stay';
  readonly request: 'early' | 'waiting' | 'within' | 'parting';
  readonly answer: 'answer' | 'stay';
  readonly end: 'cancel' | 'decline' | 'leave' | 'hang-up' | 'stay';
  readonly refresh: 'refresh' | 'stay';
  readonly wake: 'unanswered-call' | 'over' | 'unheld' | 'unconfirmed' | 'departing' | 'due';
  readonly lost: 'forgotten' | 'over' | 'confirmed' | 'departing' | 'again' | 'bye-again';
}

/** What is the same while our first INVITE has no final answer. */
const CALLING: SessionMoves = {
  provisional: 'rung',
  response: 'called',
  forked: 'parted',
  failed: 'uncalled',
  acknowledged: 'stay',
  unacknowledged: 'stay',
  cancelled: 'stay',
  request: 'early',
  answer: 'stay',
  end: 'cancel',
  refresh: 'stay',
  wake: 'unanswered-call',
  lost: 'forgotten',
};

/**
 * Row: where we stand. Column: what came in.
 * @spec RFC 3261 §13
 * @spec RFC 3261 §15
 */
export const SESSION_MOVES: Readonly<Record<SessionState, SessionMoves>> = {
  inviting: CALLING,
  early: CALLING,
  cancelling: {
    provisional: 'stay',
    response: 'crossed',
    forked: 'parted',
    failed: 'unheard',
    acknowledged: 'stay',
    unacknowledged: 'stay',
    cancelled: 'stay',
    request: 'parting',
    answer: 'stay',
    end: 'stay',
    refresh: 'stay',
    wake: 'over',
    lost: 'over',
  },
  answering: {
    provisional: 'stay',
    response: 'stay',
    forked: 'stay',
    failed: 'stay',
    acknowledged: 'stay',
    unacknowledged: 'stay',
    cancelled: 'withdrawn',
    request: 'waiting',
    answer: 'answer',
    end: 'decline',
    refresh: 'stay',
    wake: 'unheld',
    lost: 'forgotten',
  },
  accepted: {
    provisional: 'stay',
    response: 'answered',
    forked: 'stay',
    failed: 'unanswered',
    acknowledged: 'confirmed',
    unacknowledged: 'unconfirmed',
    cancelled: 'stay',
    request: 'within',
    answer: 'stay',
    end: 'leave',
    refresh: 'stay',
    wake: 'unconfirmed',
    lost: 'confirmed',
  },
  leaving: {
    provisional: 'stay',
    response: 'stay',
    forked: 'stay',
    failed: 'stay',
    acknowledged: 'departing',
    unacknowledged: 'departing',
    cancelled: 'stay',
    request: 'parting',
    answer: 'stay',
    end: 'stay',
    refresh: 'stay',
    wake: 'departing',
    lost: 'departing',
  },
  active: {
    provisional: 'stay',
    response: 'answered',
    forked: 'parted',
    failed: 'unanswered',
    acknowledged: 'acknowledged',
    unacknowledged: 'unconfirmed',
    cancelled: 'stay',
    request: 'within',
    answer: 'stay',
    end: 'hang-up',
    refresh: 'refresh',
    wake: 'due',
    lost: 'again',
  },
  ending: {
    provisional: 'stay',
    response: 'departed',
    forked: 'parted',
    failed: 'unheard',
    acknowledged: 'stay',
    unacknowledged: 'stay',
    cancelled: 'stay',
    request: 'parting',
    answer: 'stay',
    end: 'stay',
    refresh: 'stay',
    wake: 'over',
    lost: 'bye-again',
  },
};

/**
 * Whether a final answer to a request within a session says that the session, or the peer, is not there any more.
 * @spec RFC 5057 §5.1
 * @spec RFC 3261 §12.2.1.2
 */
export function endsSession(status: number): boolean {
  return ENDS.has(status);
}

const ENDS: ReadonlySet<number> = new Set([
  404, 408, 410, 416, 480, 481, 482, 483, 484, 485, 502, 604,
]);
