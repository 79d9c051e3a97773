// The timers of RFC 3261, Table 4, with the ones RFC 6026 and RFC 6665 added: one table, one row
// each, both reliabilities. Milliseconds. Starting and stopping them is the transactions' business; C, which is
// a proxy's, and N are values only.
import { filled } from './limits.ts';

const NEVER = Number.POSITIVE_INFINITY;

/** The three values all timers are made of, in milliseconds. */
export interface TimerValues {
  readonly T1: number;
  readonly T2: number;
  readonly T4: number;
}

const RECOMMENDED: TimerValues = { T1: 500, T2: 4000, T4: 5000 };

/** The letters of the timers. */
export type TimerName =
  | 'A'
  | 'B'
  | 'C'
  | 'D'
  | 'E'
  | 'F'
  | 'G'
  | 'H'
  | 'I'
  | 'J'
  | 'K'
  | 'L'
  | 'M'
  | 'N';

/** One timer in milliseconds. `Infinity`: the timer is not started on that kind of transport. */
export interface TimerRow {
  readonly unreliable: number;
  readonly reliable: number;
}

/** The values and every timer made of them. */
export type TimerTable = TimerValues & Readonly<Record<TimerName, TimerRow>>;

/**
 * All timers for a choice of T1, T2 and T4. Throws `MisuseError` for a value that is not finite and above 0.
 * @spec RFC 3261 §17
 * @spec RFC 6026 §7.1
 * @spec RFC 6026 §7.2
 * @spec RFC 6665 §4.1.2.4
 */
export function timerTable(values: Partial<TimerValues> = {}): TimerTable {
  const { T1, T2, T4 } = filled(RECOMMENDED, values);
  const long = 64 * T1;
  return {
    T1,
    T2,
    T4,
    A: { unreliable: T1, reliable: NEVER }, //          INVITE retransmission, doubling
    B: { unreliable: long, reliable: long }, //         INVITE client gives up
    C: { unreliable: 180_000, reliable: 180_000 }, //   ringing, at a proxy
    D: { unreliable: long, reliable: 0 }, //            absorb finals to INVITE
    E: { unreliable: T1, reliable: NEVER }, //          non-INVITE retransmission, doubling to T2
    F: { unreliable: long, reliable: long }, //         non-INVITE client gives up
    G: { unreliable: T1, reliable: NEVER }, //          INVITE final retransmission, doubling to T2
    H: { unreliable: long, reliable: long }, //         wait for ACK
    I: { unreliable: T4, reliable: 0 }, //              absorb ACKs
    J: { unreliable: long, reliable: 0 }, //            absorb non-INVITE requests
    K: { unreliable: T4, reliable: 0 }, //              absorb non-INVITE responses
    L: { unreliable: long, reliable: long }, //         server, INVITE accepted
    M: { unreliable: long, reliable: long }, //         client, INVITE accepted
    N: { unreliable: long, reliable: long }, //         SUBSCRIBE waits for its NOTIFY
  };
}

/**
 * When a server owes a 100 to a non-INVITE it has not answered: the time a client's Timer E needs
 * to reach T2, in milliseconds.
 * @spec RFC 4320 §4.1
 */
export function tryingAfter(timers: TimerTable): number {
  let elapsed = 0;
  for (let interval = timers.T1; interval < timers.T2; interval *= 2) elapsed += interval;
  return elapsed;
}

/** The table with the values RFC 3261 recommends. */
export const DEFAULT_TIMERS: TimerTable = timerTable();
