// What a desk does with one key: where the key stands, by what happens, gives what is done. An input in a state that
// has no cell for it means nothing there. A key with nothing to do is `idle` and has no entry at all.
//
//   queued     events wait, and there is no turn yet
//   reading    the record was asked for, for the first of them
//   holding    left to other processes: one is about to let out what it wrote, or the key had its share; read again soon
//   writing    a decision is being written
//   looking    something that left is still in the record, or may be, and no event will change that: it was asked for
//   acking     what has left is being struck out of the record

/** Where a key stands. */
export type KeyState = 'idle' | 'queued' | 'reading' | 'holding' | 'writing' | 'looking' | 'acking';

/**
 * What happens to a key. Of a record that was read: `clear` has no outbox, `left` one whose effects have left from here,
 * `owed` one that is to be taken over, `theirs` one that another process is about to let out.
 */
export type KeyInput =
  | 'put'
  | 'turn'
  | 'clear'
  | 'left'
  | 'owed'
  | 'theirs'
  | 'again'
  | 'written'
  | 'stale'
  | 'full'
  | 'failed';

/** What is done. */
export type KeyAction =
  /** Waits for a turn. */
  | 'queue'
  /** Joins the events of its key. */
  | 'join'
  /** Becomes the reason for the look that is under way, unless others wait already. */
  | 'adopt'
  | 'read'
  | 'decide'
  /** Decides what becomes of effects that somebody left behind. */
  | 'recover'
  | 'hold'
  /** Lets the effects leave. */
  | 'release'
  /** Reads and decides anew, within a bound. */
  | 'retry'
  /** The event comes to nothing. */
  | 'give-up'
  /** The event comes to nothing, but may have been written: looks. */
  | 'doubt'
  /** Strikes out what has left. */
  | 'ack'
  /** It is struck out. */
  | 'settle'
  /** Goes on with the next event, or has nothing to do any more. */
  | 'leave';

/** Row: where the key stands. Column: what happens. */
export const KEY_STEPS: Readonly<Record<KeyState, Readonly<Partial<Record<KeyInput, KeyAction>>>>> =
  {
    idle: { put: 'queue' },
    queued: { put: 'join', turn: 'read' },
    reading: {
      put: 'join',
      clear: 'decide',
      left: 'decide',
      owed: 'recover',
      theirs: 'hold',
      failed: 'give-up',
    },
    holding: { put: 'join', again: 'queue' },
    writing: {
      put: 'join',
      written: 'release',
      stale: 'retry',
      full: 'give-up',
      failed: 'doubt',
    },
    looking: {
      put: 'adopt',
      clear: 'leave',
      left: 'ack',
      owed: 'recover',
      theirs: 'leave',
      failed: 'leave',
    },
    acking: { put: 'join', written: 'settle', stale: 'retry', full: 'leave', failed: 'leave' },
  };

/** The cell of a state and an input, if there is one. */
export function keyStep(state: KeyState, input: KeyInput): KeyAction | undefined {
  return KEY_STEPS[state][input];
}
