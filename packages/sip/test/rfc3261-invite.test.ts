import { describe, expect, it } from 'vitest';
import {
  awaitEnd,
  dueInviteClientInput,
  type InviteClientAct,
  type InviteClientClock,
  type InviteClientInput,
  type InviteClientState,
  inviteClientDueAt,
  startInviteClient,
  stepInviteClient,
} from '../src/transaction/invite-client.ts';
import {
  dueInviteServerInput,
  type InviteServerAct,
  type InviteServerClock,
  type InviteServerInput,
  type InviteServerState,
  inviteServerDueAt,
  startInviteServer,
  stepInviteServer,
} from '../src/transaction/invite-server.ts';
import { timerTable } from '../src/timers.ts';

const TIMERS = timerTable();
const NEVER = Number.POSITIVE_INFINITY;
const BOTH = [false, true] as const;

const CLIENT_INPUTS = [
  'provisional',
  'success',
  'failure',
  'timer-a',
  'timer-b',
  'timer-d',
  'timer-m',
  'ring-time',
  'transport-error',
] as const satisfies readonly InviteClientInput[];

type ClientCell = readonly [to: InviteClientState, act: InviteClientAct] | '-';

/** Every state by every input, from Figure 5 of RFC 3261 as RFC 6026 draws it. `-`: nothing changes. */
const CLIENT: Readonly<Record<InviteClientState, readonly ClientCell[]>> = {
  calling: [
    ['proceeding', 'tell'],
    ['accepted', 'accept'],
    ['completed', 'refuse'],
    ['calling', 'retransmit'],
    ['terminated', 'time-out'],
    '-',
    '-',
    '-',
    ['terminated', 'fail'],
  ],
  proceeding: [
    ['proceeding', 'tell'],
    ['accepted', 'accept'],
    ['completed', 'refuse'],
    '-',
    ['terminated', 'time-out'],
    '-',
    '-',
    ['proceeding', 'cancel'],
    '-',
  ],
  completed: [
    '-',
    '-',
    ['completed', 'acknowledge'],
    '-',
    '-',
    ['terminated', 'nothing'],
    '-',
    '-',
    '-',
  ],
  accepted: ['-', ['accepted', 'again'], '-', '-', '-', '-', ['terminated', 'nothing'], '-', '-'],
  terminated: ['-', '-', '-', '-', '-', '-', '-', '-', '-'],
};

describe('RFC 3261 §17.1.1.2 and RFC 6026 §7.2 INVITE client', () => {
  for (const reliable of BOTH) {
    for (const [state, cells] of Object.entries(CLIENT) as [InviteClientState, ClientCell[]][]) {
      it.each(CLIENT_INPUTS)(`${state} / %s, reliable ${reliable}`, (input) => {
        const cell = cells[CLIENT_INPUTS.indexOf(input)] ?? '-';
        const clock = { ...startInviteClient(0, reliable, TIMERS, 180_000), state };
        const act = stepInviteClient(clock, 0, input, TIMERS);
        expect([clock.state, act]).toEqual(cell === '-' ? [state, 'nothing'] : cell);
      });
    }
  }

  it('retransmits at T1, doubling without a bound, until Timer B', () => {
    expect(runClient(client(false))).toEqual([500, 1500, 3500, 7500, 15_500, 31_500, 32_000]);
    expect(runClient(client(true))).toEqual([32_000]);
  });

  it('a provisional response ends retransmission and Timer B; it rings until its time is over', () => {
    for (const reliable of BOTH) {
      const clock = client(reliable);
      stepInviteClient(clock, 100, 'provisional', TIMERS);
      expect(inviteClientDueAt(clock)).toBe(180_000);
      expect(runClient(clock)).toEqual([180_000, 212_000]);
    }
  });

  it('RFC 3261 §9.1 one that was cancelled is over 64*T1 later', () => {
    const clock = client(true);
    stepInviteClient(clock, 100, 'provisional', TIMERS);
    awaitEnd(clock, 5000, TIMERS);
    expect(runClient(clock)).toEqual([37_000]);
  });

  it.each([
    [false, 'failure', 32_100],
    [true, 'failure', 100],
    [false, 'success', 32_100],
    [true, 'success', 32_100],
  ] as const)('reliable %s absorbs copies of a %s until %i', (reliable, input, until) => {
    const clock = client(reliable);
    stepInviteClient(clock, 100, input, TIMERS);
    expect(runClient(clock)).toEqual([until]);
    expect(clock.state).toBe('terminated');
  });
});

const client = (reliable: boolean): InviteClientClock =>
  startInviteClient(0, reliable, TIMERS, 180_000);

/** The instants at which something was due until the end. */
function runClient(clock: InviteClientClock): number[] {
  const seen: number[] = [];
  for (let now = inviteClientDueAt(clock); now !== NEVER; now = inviteClientDueAt(clock)) {
    seen.push(now);
    const input = dueInviteClientInput(clock, now);
    expect(input).toBeDefined();
    if (input !== undefined) stepInviteClient(clock, now, input, TIMERS);
  }
  return seen;
}

const SERVER_INPUTS = [
  'request',
  'provisional',
  'success',
  'failure',
  'ack',
  'timer-100',
  'ring-time',
  'timer-g',
  'timer-h',
  'timer-i',
  'timer-l',
] as const satisfies readonly InviteServerInput[];

type ServerCell = readonly [to: InviteServerState, act: InviteServerAct] | '-';

/** Every state by every input, from Figure 7 of RFC 3261 as RFC 6026 draws it. `-`: nothing changes. */
const SERVER: Readonly<Record<InviteServerState, readonly ServerCell[]>> = {
  proceeding: [
    ['proceeding', 'repeat'],
    ['proceeding', 'send'],
    ['accepted', 'send'],
    ['completed', 'send'],
    '-',
    ['proceeding', 'send-100'],
    ['proceeding', 'expire'],
    '-',
    '-',
    '-',
    '-',
  ],
  completed: [
    ['completed', 'repeat'],
    '-',
    '-',
    '-',
    ['confirmed', 'nothing'],
    '-',
    '-',
    ['completed', 'repeat'],
    ['terminated', 'nothing'],
    '-',
    '-',
  ],
  confirmed: ['-', '-', '-', '-', '-', '-', '-', '-', '-', ['terminated', 'nothing'], '-'],
  accepted: [
    '-',
    '-',
    '-',
    '-',
    ['acknowledged', 'acknowledge'],
    '-',
    '-',
    ['accepted', 'repeat'],
    '-',
    '-',
    ['terminated', 'give-up'],
  ],
  acknowledged: ['-', '-', '-', '-', '-', '-', '-', '-', '-', '-', ['terminated', 'nothing']],
  terminated: ['-', '-', '-', '-', '-', '-', '-', '-', '-', '-', '-'],
};

describe('RFC 3261 §17.2.1 and RFC 6026 §7.1 INVITE server', () => {
  for (const reliable of BOTH) {
    for (const [state, cells] of Object.entries(SERVER) as [InviteServerState, ServerCell[]][]) {
      it.each(SERVER_INPUTS)(`${state} / %s, reliable ${reliable}`, (input) => {
        const cell = cells[SERVER_INPUTS.indexOf(input)] ?? '-';
        const clock = { ...startInviteServer(0, reliable, 180_000), state };
        const act = stepInviteServer(clock, 0, input, TIMERS);
        expect([clock.state, act]).toEqual(cell === '-' ? [state, 'nothing'] : cell);
      });
    }
  }

  it('owes a 100 after 200 ms, unless something was said before', () => {
    const clock = startInviteServer(0, true, 180_000);
    expect(inviteServerDueAt(clock)).toBe(200);
    expect(dueInviteServerInput(clock, 200)).toBe('timer-100');
    stepInviteServer(clock, 100, 'provisional', TIMERS);
    expect(inviteServerDueAt(clock)).toBe(180_000);
    expect(dueInviteServerInput(clock, 180_000)).toBe('ring-time');
  });

  it('sends a refusal again in datagrams only, at T1 doubling to T2, until Timer H', () => {
    const again = [600, 1600, 3600, 7600, 11_600, 15_600, 19_600, 23_600, 27_600, 31_600, 32_100];
    expect(runServer(answered(false, 'failure'))).toEqual(again);
    expect(runServer(answered(true, 'failure'))).toEqual([32_100]);
  });

  it('RFC 3261 §13.3.1.4 sends a 2xx again over any transport, until Timer L', () => {
    const again = [600, 1600, 3600, 7600, 11_600, 15_600, 19_600, 23_600, 27_600, 31_600, 32_100];
    for (const reliable of BOTH) expect(runServer(answered(reliable, 'success'))).toEqual(again);
  });

  it.each([
    [false, 'failure', 5200],
    [true, 'failure', 200],
    [false, 'success', 32_100],
    [true, 'success', 32_100],
  ] as const)('reliable %s absorbs behind the ACK to a %s until %i', (reliable, input, until) => {
    const clock = answered(reliable, input);
    stepInviteServer(clock, 200, 'ack', TIMERS);
    expect(runServer(clock)).toEqual([until]);
    expect(clock.state).toBe('terminated');
  });
});

function answered(reliable: boolean, input: 'success' | 'failure'): InviteServerClock {
  const clock = startInviteServer(0, reliable, 180_000);
  stepInviteServer(clock, 100, input, TIMERS);
  return clock;
}

/** The instants at which something was due until the end. */
function runServer(clock: InviteServerClock): number[] {
  const seen: number[] = [];
  for (let now = inviteServerDueAt(clock); now !== NEVER; now = inviteServerDueAt(clock)) {
    seen.push(now);
    const input = dueInviteServerInput(clock, now);
    expect(input).toBeDefined();
    if (input !== undefined) stepInviteServer(clock, now, input, TIMERS);
  }
  return seen;
}
