// The INVITE server transaction, RFC 3261 §17.2.1 with RFC 6026 §7.1 (Accepted, Timer L), as a table. It knows states and
// timers; bytes, flows, tags and keys are the endpoint's. What RFC 3261 §13.3.1.4 asks of whoever sent a 2xx, to send it
// again until the ACK comes, is in it as well, hence `acknowledged`: RFC 6026's Accepted once the ACK is there. No
// transport error ends a transaction (RFC 6026 §8.7): the next copy of the response may arrive.
import type { TimerRow, TimerTable } from '../timers.ts';

export type InviteServerState =
  | 'proceeding'
  | 'completed'
  | 'confirmed'
  | 'accepted'
  | 'acknowledged'
  | 'terminated';
export type InviteServerInput =
  | 'request'
  | 'provisional'
  | 'success'
  | 'failure'
  | 'ack'
  | 'timer-100'
  | 'ring-time'
  | 'timer-g'
  | 'timer-h'
  | 'timer-i'
  | 'timer-l';
/**
 * What the owner does after a step: `send` the response at hand, `repeat` the last one, make a 100, give it up as
 * expired, tell the host of the ACK, or that there was none.
 */
export type InviteServerAct =
  | 'nothing'
  | 'send'
  | 'repeat'
  | 'send-100'
  | 'expire'
  | 'acknowledge'
  | 'give-up';

interface InviteServerStep {
  readonly to: InviteServerState;
  readonly act: InviteServerAct;
}

/**
 * Row: where we stand. Column: what arrived. A cell that is not there changes nothing. Timer G is also the one by which a
 * 2xx is sent again.
 * @spec RFC 3261 §17.2.1
 * @spec RFC 6026 §7.1
 */
export const INVITE_SERVER: Readonly<
  Record<InviteServerState, Readonly<Partial<Record<InviteServerInput, InviteServerStep>>>>
> = {
  proceeding: {
    request: { to: 'proceeding', act: 'repeat' },
    provisional: { to: 'proceeding', act: 'send' },
    success: { to: 'accepted', act: 'send' },
    failure: { to: 'completed', act: 'send' },
    'timer-100': { to: 'proceeding', act: 'send-100' },
    'ring-time': { to: 'proceeding', act: 'expire' },
  },
  completed: {
    request: { to: 'completed', act: 'repeat' },
    ack: { to: 'confirmed', act: 'nothing' },
    'timer-g': { to: 'completed', act: 'repeat' },
    'timer-h': { to: 'terminated', act: 'nothing' },
  },
  confirmed: {
    'timer-i': { to: 'terminated', act: 'nothing' },
  },
  accepted: {
    ack: { to: 'acknowledged', act: 'acknowledge' },
    'timer-g': { to: 'accepted', act: 'repeat' },
    'timer-l': { to: 'terminated', act: 'give-up' },
  },
  acknowledged: {
    'timer-l': { to: 'terminated', act: 'nothing' },
  },
  terminated: {},
};

/** One transaction's position in the table and its running timers, as instants. */
export interface InviteServerClock {
  state: InviteServerState;
  readonly reliable: boolean;
  interval: number;
  timer100: number;
  ringsUntil: number;
  timerG: number;
  timerH: number;
  timerI: number;
  timerL: number;
}

/** A transaction whose INVITE has just arrived, and may ring until then. */
export function startInviteServer(
  now: number,
  reliable: boolean,
  ringsUntil: number,
): InviteServerClock {
  return {
    state: 'proceeding',
    reliable,
    interval: NEVER,
    timer100: now + TRYING_AFTER,
    ringsUntil,
    timerG: NEVER,
    timerH: NEVER,
    timerI: NEVER,
    timerL: NEVER,
  };
}

/** Moves the transaction and returns what is to be done. */
export function stepInviteServer(
  clock: InviteServerClock,
  now: number,
  input: InviteServerInput,
  timers: TimerTable,
): InviteServerAct {
  const step = INVITE_SERVER[clock.state][input];
  if (step === undefined) return 'nothing';
  const from = clock.state;
  clock.state = step.to;
  if (input === 'timer-g') scheduleRetransmission(clock, now, timers);
  else if (step.to !== from) enter(clock, now, timers);
  else if (step.act === 'send' || step.act === 'send-100') clock.timer100 = NEVER;
  return step.act;
}

/** The timer that is due, if one is. */
export function dueInviteServerInput(
  clock: InviteServerClock,
  now: number,
): InviteServerInput | undefined {
  if (clock.timerL <= now) return 'timer-l';
  if (clock.timerI <= now) return 'timer-i';
  if (clock.timerH <= now) return 'timer-h';
  if (clock.timerG <= now) return 'timer-g';
  if (clock.ringsUntil <= now) return 'ring-time';
  return clock.timer100 <= now ? 'timer-100' : undefined;
}

/** When the transaction wants to be woken. */
export function inviteServerDueAt(clock: InviteServerClock): number {
  const { timer100, ringsUntil, timerG, timerH, timerI, timerL } = clock;
  return Math.min(timer100, ringsUntil, timerG, timerH, timerI, timerL);
}

/** Doubling to T2. */
function scheduleRetransmission(clock: InviteServerClock, now: number, timers: TimerTable): void {
  clock.interval = Math.min(clock.interval * 2, timers.T2);
  clock.timerG = now + clock.interval;
}

function enter(clock: InviteServerClock, now: number, timers: TimerTable): void {
  const { state, reliable } = clock;
  clock.timer100 = NEVER;
  clock.ringsUntil = NEVER;
  clock.interval = intervalIn(clock, timers);
  clock.timerG = now + clock.interval;
  clock.timerH = state === 'completed' ? now + of(timers.H, reliable) : NEVER;
  clock.timerI = state === 'confirmed' ? now + of(timers.I, reliable) : NEVER;
  if (state === 'accepted') clock.timerL = now + of(timers.L, reliable);
  else if (state === 'terminated') clock.timerL = NEVER;
}

/**
 * A 2xx is sent again over every transport, since proxies on its way may lose it; other finals only in datagrams.
 * @spec RFC 3261 §13.3.1.4
 */
function intervalIn({ state, reliable }: InviteServerClock, timers: TimerTable): number {
  if (state === 'accepted') return timers.T1;
  return state === 'completed' ? of(timers.G, reliable) : NEVER;
}

function of(row: TimerRow, reliable: boolean): number {
  return reliable ? row.reliable : row.unreliable;
}

const NEVER = Number.POSITIVE_INFINITY;

/** Milliseconds a host has to answer before a 100 says that the INVITE is here. @spec RFC 3261 §17.2.1 */
const TRYING_AFTER = 200;
