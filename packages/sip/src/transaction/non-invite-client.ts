// The non-INVITE client transaction, RFC 3261 §17.1.2 and Figure 6, as a table. It knows states,
// inputs and three timers; bytes, flows and whose request it is are the endpoint's. Its theory: the
// endpoint steps it, does what the step says, and wakes it at `dueAt`.
import type { TimerTable } from '../timers.ts';

export type ClientState = 'trying' | 'proceeding' | 'completed' | 'terminated';
export type ClientInput =
  | 'provisional'
  | 'final'
  | 'timer-e'
  | 'timer-f'
  | 'timer-k'
  | 'transport-error';
/** What the owner does after a step. */
export type ClientAct = 'nothing' | 'retransmit' | 'deliver' | 'time-out' | 'fail';

interface ClientStep {
  readonly to: ClientState;
  readonly act: ClientAct;
}

/**
 * Row: where we stand. Column: what arrived. A cell that is not there changes nothing.
 * @spec RFC 3261 §17.1.2.2
 */
export const NON_INVITE_CLIENT: Readonly<
  Record<ClientState, Readonly<Partial<Record<ClientInput, ClientStep>>>>
> = {
  trying: {
    'timer-e': { to: 'trying', act: 'retransmit' },
    'timer-f': { to: 'terminated', act: 'time-out' },
    'transport-error': { to: 'terminated', act: 'fail' },
    provisional: { to: 'proceeding', act: 'nothing' },
    final: { to: 'completed', act: 'deliver' },
  },
  proceeding: {
    'timer-e': { to: 'proceeding', act: 'retransmit' },
    'timer-f': { to: 'terminated', act: 'time-out' },
    'transport-error': { to: 'terminated', act: 'fail' },
    provisional: { to: 'proceeding', act: 'nothing' },
    final: { to: 'completed', act: 'deliver' },
  },
  completed: {
    'timer-k': { to: 'terminated', act: 'nothing' },
    'transport-error': { to: 'terminated', act: 'nothing' },
  },
  terminated: {},
};

/** One transaction's position in the table and its running timers, as instants. */
export interface ClientClock {
  state: ClientState;
  readonly reliable: boolean;
  interval: number;
  timerE: number;
  timerF: number;
  timerK: number;
}

/** A transaction whose request has just been sent. */
export function startClient(now: number, reliable: boolean, timers: TimerTable): ClientClock {
  const interval = reliable ? timers.E.reliable : timers.E.unreliable;
  const give = reliable ? timers.F.reliable : timers.F.unreliable;
  return {
    state: 'trying',
    reliable,
    interval,
    timerE: now + interval,
    timerF: now + give,
    timerK: NEVER,
  };
}

/** That of a transaction that only waits for Timer K, by a deadline that is kept elsewhere: it needs none of its own. */
export function answeredClient(): ClientClock {
  const [reliable, interval] = [false, NEVER];
  return { state: 'completed', reliable, interval, timerE: NEVER, timerF: NEVER, timerK: -NEVER };
}

/** Moves the transaction and returns what is to be done. */
export function stepClient(
  clock: ClientClock,
  now: number,
  input: ClientInput,
  timers: TimerTable,
): ClientAct {
  const step = NON_INVITE_CLIENT[clock.state][input];
  if (step === undefined) return 'nothing';
  const from = clock.state;
  clock.state = step.to;
  if (step.act === 'retransmit') scheduleRetransmission(clock, now, timers);
  else if (step.to !== from) enter(clock, now, timers);
  return step.act;
}

/** The timer that is due, if one is. */
export function dueClientInput(clock: ClientClock, now: number): ClientInput | undefined {
  if (clock.timerK <= now) return 'timer-k';
  if (clock.timerF <= now) return 'timer-f';
  return clock.timerE <= now ? 'timer-e' : undefined;
}

/** When the transaction wants to be woken. */
export function clientDueAt(clock: ClientClock): number {
  return Math.min(clock.timerE, clock.timerF, clock.timerK);
}

/** Doubling to T2 while nothing was heard; T2 once a provisional response was. */
function scheduleRetransmission(clock: ClientClock, now: number, timers: TimerTable): void {
  clock.interval =
    clock.state === 'proceeding' ? timers.T2 : Math.min(clock.interval * 2, timers.T2);
  clock.timerE = now + clock.interval;
}

function enter(clock: ClientClock, now: number, timers: TimerTable): void {
  if (clock.state === 'proceeding') return;
  clock.timerE = NEVER;
  clock.timerF = NEVER;
  const absorb = clock.reliable ? timers.K.reliable : timers.K.unreliable;
  clock.timerK = clock.state === 'completed' ? now + absorb : NEVER;
}

const NEVER = Number.POSITIVE_INFINITY;
