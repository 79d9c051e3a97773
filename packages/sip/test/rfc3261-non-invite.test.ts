import { describe, expect, it } from 'vitest';
import { timerTable } from '../src/timers.ts';
import {
  type ClientAct,
  type ClientInput,
  type ClientState,
  clientDueAt,
  dueClientInput,
  startClient,
  stepClient,
} from '../src/transaction/non-invite-client.ts';
import {
  dueServerInput,
  type ServerAct,
  type ServerInput,
  type ServerState,
  serverDueAt,
  startServer,
  stepServer,
} from '../src/transaction/non-invite-server.ts';

const TIMERS = timerTable();
const NEVER = Number.POSITIVE_INFINITY;

/** Every state by every input, from Figure 6. */
const CLIENT: readonly (readonly [ClientState, ClientInput, ClientState, ClientAct])[] = [
  ['trying', 'provisional', 'proceeding', 'nothing'],
  ['trying', 'final', 'completed', 'deliver'],
  ['trying', 'timer-e', 'trying', 'retransmit'],
  ['trying', 'timer-f', 'terminated', 'time-out'],
  ['trying', 'timer-k', 'trying', 'nothing'],
  ['trying', 'transport-error', 'terminated', 'fail'],
  ['proceeding', 'provisional', 'proceeding', 'nothing'],
  ['proceeding', 'final', 'completed', 'deliver'],
  ['proceeding', 'timer-e', 'proceeding', 'retransmit'],
  ['proceeding', 'timer-f', 'terminated', 'time-out'],
  ['proceeding', 'timer-k', 'proceeding', 'nothing'],
  ['proceeding', 'transport-error', 'terminated', 'fail'],
  ['completed', 'provisional', 'completed', 'nothing'],
  ['completed', 'final', 'completed', 'nothing'],
  ['completed', 'timer-e', 'completed', 'nothing'],
  ['completed', 'timer-f', 'completed', 'nothing'],
  ['completed', 'timer-k', 'terminated', 'nothing'],
  ['completed', 'transport-error', 'terminated', 'nothing'],
  ['terminated', 'provisional', 'terminated', 'nothing'],
  ['terminated', 'final', 'terminated', 'nothing'],
  ['terminated', 'timer-e', 'terminated', 'nothing'],
  ['terminated', 'timer-f', 'terminated', 'nothing'],
  ['terminated', 'timer-k', 'terminated', 'nothing'],
  ['terminated', 'transport-error', 'terminated', 'nothing'],
];

describe('RFC 3261 §17.1.2.2 non-INVITE client', () => {
  for (const [state, input, to, act] of CLIENT) {
    it(`${state} / ${input}`, () => {
      const clock = { ...startClient(0, false, TIMERS), state };
      expect([stepClient(clock, 0, input, TIMERS), clock.state]).toEqual([act, to]);
    });
  }

  it('retransmits at T1, doubling to T2, until Timer F', () => {
    expect(runClient(startClient(0, false, TIMERS))).toEqual([
      500, 1500, 3500, 7500, 11500, 15500, 19500, 23500, 27500, 31500, 32000,
    ]);
  });

  it('retransmits every T2 once a provisional response came', () => {
    const clock = startClient(0, false, TIMERS);
    stepClient(clock, 100, 'provisional', TIMERS);
    expect(runClient(clock)).toEqual([500, 4500, 8500, 12500, 16500, 20500, 24500, 28500, 32000]);
  });

  it('never retransmits on a reliable transport', () => {
    expect(runClient(startClient(0, true, TIMERS))).toEqual([32000]);
  });

  it('absorbs for Timer K, which is zero on a reliable transport', () => {
    for (const [reliable, until] of [
      [false, 5100],
      [true, 100],
    ] as const) {
      const clock = startClient(0, reliable, TIMERS);
      stepClient(clock, 100, 'final', TIMERS);
      expect(clientDueAt(clock)).toBe(until);
      expect(dueClientInput(clock, until)).toBe('timer-k');
    }
  });
});

/** The instants at which something was due until the end. */
function runClient(clock: ReturnType<typeof startClient>): number[] {
  const seen: number[] = [];
  for (let now = clientDueAt(clock); now !== NEVER; now = clientDueAt(clock)) {
    seen.push(now);
    const input = dueClientInput(clock, now);
    expect(input).toBeDefined();
    if (input !== undefined) stepClient(clock, now, input, TIMERS);
  }
  return seen;
}

/** Every state by every input, from Figure 8 and RFC 4320. */
const SERVER: readonly (readonly [ServerState, ServerInput, ServerState, ServerAct])[] = [
  ['trying', 'request', 'trying', 'nothing'],
  ['trying', 'provisional', 'proceeding', 'send'],
  ['trying', 'final', 'completed', 'send'],
  ['trying', 'timer-100', 'proceeding', 'send-100'],
  ['trying', 'timer-f', 'terminated', 'nothing'],
  ['trying', 'timer-j', 'trying', 'nothing'],
  ['trying', 'transport-error', 'terminated', 'nothing'],
  ['proceeding', 'request', 'proceeding', 'repeat'],
  ['proceeding', 'provisional', 'proceeding', 'send'],
  ['proceeding', 'final', 'completed', 'send'],
  ['proceeding', 'timer-100', 'proceeding', 'nothing'],
  ['proceeding', 'timer-f', 'terminated', 'nothing'],
  ['proceeding', 'timer-j', 'proceeding', 'nothing'],
  ['proceeding', 'transport-error', 'terminated', 'nothing'],
  ['completed', 'request', 'completed', 'repeat'],
  ['completed', 'provisional', 'completed', 'nothing'],
  ['completed', 'final', 'completed', 'nothing'],
  ['completed', 'timer-100', 'completed', 'nothing'],
  ['completed', 'timer-f', 'completed', 'nothing'],
  ['completed', 'timer-j', 'terminated', 'nothing'],
  ['completed', 'transport-error', 'terminated', 'nothing'],
  ['terminated', 'request', 'terminated', 'nothing'],
  ['terminated', 'provisional', 'terminated', 'nothing'],
  ['terminated', 'final', 'terminated', 'nothing'],
  ['terminated', 'timer-100', 'terminated', 'nothing'],
  ['terminated', 'timer-f', 'terminated', 'nothing'],
  ['terminated', 'timer-j', 'terminated', 'nothing'],
  ['terminated', 'transport-error', 'terminated', 'nothing'],
];

describe('RFC 3261 §17.2.2 non-INVITE server', () => {
  for (const [state, input, to, act] of SERVER) {
    it(`${state} / ${input}`, () => {
      const clock = { ...startServer(0, false, TIMERS), state };
      expect([stepServer(clock, 0, input, TIMERS), clock.state]).toEqual([act, to]);
    });
  }

  it('RFC 4320 §4.1 owes a 100 after 3.5 s and nothing after 32 s', () => {
    const clock = startServer(0, false, TIMERS);
    expect(serverDueAt(clock)).toBe(3500);
    expect(dueServerInput(clock, 3500)).toBe('timer-100');
    stepServer(clock, 3500, 'timer-100', TIMERS);
    expect(serverDueAt(clock)).toBe(32_000);
    expect(dueServerInput(clock, 32_000)).toBe('timer-f');
    stepServer(clock, 32_000, 'timer-f', TIMERS);
    expect(serverDueAt(clock)).toBe(NEVER);
  });

  it('absorbs for Timer J, which is zero on a reliable transport', () => {
    for (const [reliable, until] of [
      [false, 32_100],
      [true, 100],
    ] as const) {
      const clock = startServer(0, reliable, TIMERS);
      stepServer(clock, 100, 'final', TIMERS);
      expect(serverDueAt(clock)).toBe(until);
      expect(dueServerInput(clock, until)).toBe('timer-j');
    }
  });
});
