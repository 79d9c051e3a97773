// The INVITE client transaction, RFC 3261 §17.1.1 with RFC 6026 §7.2 (Accepted, Timer M), as a table. It knows states,
// inputs and timers; bytes, flows, tags and whose INVITE it is are the endpoint's. Its theory: the endpoint steps it,
// does what the step says, and wakes it at `dueAt`. Beside the RFC's timers stands one for an INVITE that rings for
// ever: it is cancelled then, and Timer B runs once more for whoever does not answer that either. An INVITE of which
// something was heard outlives its connection: the answer may come by another one, as long as it may ring.
import type { TimerTable } from '../timers.ts';

export type InviteClientState = 'calling' | 'proceeding' | 'completed' | 'accepted' | 'terminated';
export type InviteClientInput =
  | 'provisional'
  | 'success'
  | 'failure'
  | 'timer-a'
  | 'timer-b'
  | 'timer-d'
  | 'timer-m'
  | 'ring-time'
  | 'transport-error';
/**
 * What the owner does after a step: `refuse` is an ACK and then the final response to the host, `acknowledge` the ACK
 * once more, `again` a further 2xx.
 */
export type InviteClientAct =
  | 'nothing'
  | 'retransmit'
  | 'tell'
  | 'accept'
  | 'again'
  | 'refuse'
  | 'acknowledge'
  | 'cancel'
  | 'time-out'
  | 'fail';

interface InviteClientStep {
  readonly to: InviteClientState;
  readonly act: InviteClientAct;
}

/**
 * Row: where we stand. Column: what arrived. A cell that is not there changes nothing.
 * @spec RFC 3261 §17.1.1.2
 * @spec RFC 3261 §18.2.2
 * @spec RFC 6026 §7.2
 */
export const INVITE_CLIENT: Readonly<
  Record<InviteClientState, Readonly<Partial<Record<InviteClientInput, InviteClientStep>>>>
> = {
  calling: {
    provisional: { to: 'proceeding', act: 'tell' },
    success: { to: 'accepted', act: 'accept' },
    failure: { to: 'completed', act: 'refuse' },
    'timer-a': { to: 'calling', act: 'retransmit' },
    'timer-b': { to: 'terminated', act: 'time-out' },
    'transport-error': { to: 'terminated', act: 'fail' },
  },
  proceeding: {
    provisional: { to: 'proceeding', act: 'tell' },
    success: { to: 'accepted', act: 'accept' },
    failure: { to: 'completed', act: 'refuse' },
    'ring-time': { to: 'proceeding', act: 'cancel' },
    'timer-b': { to: 'terminated', act: 'time-out' },
  },
  completed: {
    failure: { to: 'completed', act: 'acknowledge' },
    'timer-d': { to: 'terminated', act: 'nothing' },
  },
  accepted: {
    success: { to: 'accepted', act: 'again' },
    'timer-m': { to: 'terminated', act: 'nothing' },
  },
  terminated: {},
};

/** One transaction's position in the table and its running timers, as instants. */
export interface InviteClientClock {
  state: InviteClientState;
  readonly reliable: boolean;
  interval: number;
  timerA: number;
  timerB: number;
  timerD: number;
  timerM: number;
  ringsUntil: number;
}

/** A transaction whose INVITE has just been sent, and that may ring for so many milliseconds. */
export function startInviteClient(
  now: number,
  reliable: boolean,
  timers: TimerTable,
  ringTime: number,
): InviteClientClock {
  const interval = reliable ? timers.A.reliable : timers.A.unreliable;
  return {
    state: 'calling',
    reliable,
    interval,
    timerA: now + interval,
    timerB: now + (reliable ? timers.B.reliable : timers.B.unreliable),
    timerD: NEVER,
    timerM: NEVER,
    ringsUntil: now + ringTime,
  };
}

/** Moves the transaction and returns what is to be done. */
export function stepInviteClient(
  clock: InviteClientClock,
  now: number,
  input: InviteClientInput,
  timers: TimerTable,
): InviteClientAct {
  const step = INVITE_CLIENT[clock.state][input];
  if (step === undefined) return 'nothing';
  const from = clock.state;
  clock.state = step.to;
  if (step.act === 'retransmit') scheduleRetransmission(clock, now);
  else if (step.act === 'cancel') awaitEnd(clock, now, timers);
  else if (step.to !== from) enter(clock, now, timers);
  return step.act;
}

/**
 * It has been cancelled: who says nothing more within 64*T1 has given it up.
 * @spec RFC 3261 §9.1
 */
export function awaitEnd(clock: InviteClientClock, now: number, timers: TimerTable): void {
  clock.ringsUntil = NEVER;
  clock.timerB = now + (clock.reliable ? timers.B.reliable : timers.B.unreliable);
}

/** The timer that is due, if one is. */
export function dueInviteClientInput(
  clock: InviteClientClock,
  now: number,
): InviteClientInput | undefined {
  if (clock.timerM <= now) return 'timer-m';
  if (clock.timerD <= now) return 'timer-d';
  if (clock.timerB <= now) return 'timer-b';
  if (clock.timerA <= now) return 'timer-a';
  return clock.state === 'proceeding' && clock.ringsUntil <= now ? 'ring-time' : undefined;
}

/** When the transaction wants to be woken. */
export function inviteClientDueAt(clock: InviteClientClock): number {
  const ringsUntil = clock.state === 'proceeding' ? clock.ringsUntil : NEVER;
  return Math.min(clock.timerA, clock.timerB, clock.timerD, clock.timerM, ringsUntil);
}

/** Doubling without a bound but Timer B. */
function scheduleRetransmission(clock: InviteClientClock, now: number): void {
  clock.interval *= 2;
  clock.timerA = now + clock.interval;
}

function enter(clock: InviteClientClock, now: number, timers: TimerTable): void {
  const { state, reliable } = clock;
  clock.timerA = NEVER;
  clock.timerB = NEVER;
  const absorb = reliable ? timers.D.reliable : timers.D.unreliable;
  const accepted = reliable ? timers.M.reliable : timers.M.unreliable;
  clock.timerD = state === 'completed' ? now + absorb : NEVER;
  clock.timerM = state === 'accepted' ? now + accepted : NEVER;
}

const NEVER = Number.POSITIVE_INFINITY;
