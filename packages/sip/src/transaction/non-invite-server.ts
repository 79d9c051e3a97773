// The non-INVITE server transaction, RFC 3261 §17.2.2 and Figure 8, as a table, with RFC 4320: a 100
// of its own once the client's retransmissions have slowed to T2, and silence after the client has
// given up. It knows states and timers; bytes, flows and keys are the table's and the endpoint's.
import { type TimerTable, tryingAfter } from '../timers.ts';

export type ServerState = 'trying' | 'proceeding' | 'completed' | 'terminated';
export type ServerInput =
  | 'request'
  | 'provisional'
  | 'final'
  | 'timer-100'
  | 'timer-f'
  | 'timer-j'
  | 'transport-error';
/** What the owner does after a step: `send` the response at hand, `repeat` the last one, make a 100. */
export type ServerAct = 'nothing' | 'send' | 'repeat' | 'send-100';

interface ServerStep {
  readonly to: ServerState;
  readonly act: ServerAct;
}

/**
 * Row: where we stand. Column: what arrived. A cell that is not there changes nothing.
 * `timer-f` is the client's: after it no answer would be read.
 * @spec RFC 3261 §17.2.2
 * @spec RFC 4320 §4.1
 */
export const NON_INVITE_SERVER: Readonly<
  Record<ServerState, Readonly<Partial<Record<ServerInput, ServerStep>>>>
> = {
  trying: {
    provisional: { to: 'proceeding', act: 'send' },
    final: { to: 'completed', act: 'send' },
    'timer-100': { to: 'proceeding', act: 'send-100' },
    'timer-f': { to: 'terminated', act: 'nothing' },
    'transport-error': { to: 'terminated', act: 'nothing' },
  },
  proceeding: {
    request: { to: 'proceeding', act: 'repeat' },
    provisional: { to: 'proceeding', act: 'send' },
    final: { to: 'completed', act: 'send' },
    'timer-f': { to: 'terminated', act: 'nothing' },
    'transport-error': { to: 'terminated', act: 'nothing' },
  },
  completed: {
    request: { to: 'completed', act: 'repeat' },
    'timer-j': { to: 'terminated', act: 'nothing' },
    'transport-error': { to: 'terminated', act: 'nothing' },
  },
  terminated: {},
};

/** One transaction's position in the table and its running timers, as instants. */
export interface ServerClock {
  state: ServerState;
  readonly reliable: boolean;
  timer100: number;
  timerF: number;
  timerJ: number;
}

/** A transaction whose request has just arrived. */
export function startServer(now: number, reliable: boolean, timers: TimerTable): ServerClock {
  return {
    state: 'trying',
    reliable,
    timer100: now + tryingAfter(timers),
    timerF: now + (reliable ? timers.F.reliable : timers.F.unreliable),
    timerJ: NEVER,
  };
}

/** That of a transaction that only waits for Timer J, by a deadline that is kept elsewhere: it needs none of its own. */
export function answeredServer(): ServerClock {
  return { state: 'completed', reliable: false, timer100: NEVER, timerF: NEVER, timerJ: -NEVER };
}

/** Moves the transaction and returns what is to be done. */
export function stepServer(
  clock: ServerClock,
  now: number,
  input: ServerInput,
  timers: TimerTable,
): ServerAct {
  const step = NON_INVITE_SERVER[clock.state][input];
  if (step === undefined) return 'nothing';
  const from = clock.state;
  clock.state = step.to;
  if (step.to !== from) enter(clock, now, timers);
  return step.act;
}

/** The timer that is due, if one is. */
export function dueServerInput(clock: ServerClock, now: number): ServerInput | undefined {
  if (clock.timerJ <= now) return 'timer-j';
  if (clock.timerF <= now) return 'timer-f';
  return clock.timer100 <= now ? 'timer-100' : undefined;
}

/** When the transaction wants to be woken. */
export function serverDueAt(clock: ServerClock): number {
  return Math.min(clock.timer100, clock.timerF, clock.timerJ);
}

function enter(clock: ServerClock, now: number, timers: TimerTable): void {
  clock.timer100 = NEVER;
  if (clock.state === 'proceeding') return;
  clock.timerF = NEVER;
  const absorb = clock.reliable ? timers.J.reliable : timers.J.unreliable;
  clock.timerJ = clock.state === 'completed' ? now + absorb : NEVER;
}

const NEVER = Number.POSITIVE_INFINITY;
