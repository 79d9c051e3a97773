// What a clock must do that machines are driven by (`Timing`): it never steps back, alarms are never early, each rings
// once, in order, and not before the call that sets it has returned.
import type { Timing } from '../../drive.ts';
import { type ContractCase, expectSame } from './case.ts';

/** A clock under test, and how a test lets time pass on it. */
export interface ClockUnderTest {
  readonly timing: Timing;
  /** Lets at least so many milliseconds pass: a real one waits, a virtual one advances. */
  readonly pass: (duration: number) => Promise<void>;
}

/** Makes a clock. */
export type MakeClock = () => ClockUnderTest;

/** The cases for every clock. */
export const CLOCK_CASES: readonly ContractCase<MakeClock>[] = [
  clockCase('never steps back', async ({ timing, pass }) => {
    const seen: number[] = [];
    for (let at = 0; at < 100; at++) {
      seen.push(timing.now());
      if (at % 20 === 0) await pass(1);
    }
    expectSame(
      seen,
      seen.toSorted((a, b) => a - b),
    );
  }),
  clockCase('goes on', async ({ timing, pass }) => {
    const before = timing.now();
    await pass(10);
    expectSame(timing.now() - before >= 10, true);
  }),
  clockCase('rings once, and never before the instant', async ({ timing, pass }) => {
    const due = timing.now() + 10;
    const rung: boolean[] = [];
    timing.alarm(due, () => rung.push(timing.now() >= due));
    expectSame(rung, []);
    await pass(SLACK);
    expectSame(rung, [true]);
  }),
  clockCase('rings in the order of the instants', async ({ timing, pass }) => {
    const rung: number[] = [];
    for (const delay of [30, 10, 20]) timing.alarm(timing.now() + delay, () => rung.push(delay));
    await pass(SLACK);
    expectSame(rung, [10, 20, 30]);
  }),
  clockCase(
    'rings for an instant that has passed, but not before the call is over',
    async (one) => {
      const rung: string[] = [];
      one.timing.alarm(one.timing.now() - 1_000, () => rung.push('rung'));
      rung.push('set');
      await one.pass(SLACK);
      expectSame(rung, ['set', 'rung']);
    },
  ),
  clockCase('does not ring what was cancelled, and may be cancelled after', async (one) => {
    const rung: string[] = [];
    one.timing.alarm(one.timing.now() + 5, () => rung.push('cancelled'))();
    const cancel = one.timing.alarm(one.timing.now() + 5, () => rung.push('kept'));
    await one.pass(SLACK);
    cancel();
    expectSame(rung, ['kept']);
  }),
  clockCase('is not early for an instant in a year', async ({ timing, pass }) => {
    const rung: string[] = [];
    const cancel = timing.alarm(timing.now() + YEAR, () => rung.push('early'));
    await pass(SLACK);
    cancel();
    expectSame(rung, []);
  }),
  clockCase('sets an alarm from within an alarm', async ({ timing, pass }) => {
    const rung: string[] = [];
    timing.alarm(timing.now() + 1, () => {
      rung.push('one');
      timing.alarm(timing.now() + 1, () => rung.push('two'));
    });
    await pass(SLACK);
    expectSame(rung, ['one', 'two']);
  }),
];

function clockCase(
  name: string,
  body: (clock: ClockUnderTest) => Promise<void>,
): ContractCase<MakeClock> {
  return { name, run: (make) => body(make()) };
}

/** Milliseconds after which what is due is expected to have rung. */
const SLACK = 60;
const YEAR = 365 * 24 * 60 * 60 * 1000;
