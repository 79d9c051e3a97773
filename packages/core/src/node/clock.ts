// The clock of the wire on Node: milliseconds that never step back, beginning at the time of day.
import { performance } from 'node:perf_hooks';

/** Milliseconds since the epoch by a clock that a change of the time of day does not move. */
export function steadyClock(): number {
  return performance.timeOrigin + performance.now();
}

/** The longest delay Node's timers take; a longer wait is woken early and goes on. */
const LONGEST = 2 ** 31 - 1;

/** Calls `run` at an instant of the steady clock; the answer cancels it. */
export function alarm(at: number, run: () => void): () => void {
  const timer = setTimeout(run, Math.min(LONGEST, Math.max(0, Math.ceil(at - steadyClock()))));
  return () => clearTimeout(timer);
}
