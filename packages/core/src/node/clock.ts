// The clock of the wire on Node: milliseconds that never step back, beginning at the time of day.
import { performance } from 'node:perf_hooks';

/** Milliseconds since the epoch by a clock that a change of the time of day does not move. */
export function steadyClock(): number {
  return ORIGIN + performance.now();
}

/**
 * Calls `run` at an instant of the steady clock, never before it; the answer cancels it. Node's timers may
 * wake a little early, and take no delay above 2^31 ms: then the rest is waited for.
 */
export function alarm(at: number, run: () => void): () => void {
  let timer: NodeJS.Timeout;
  const set = (): void => {
    timer = setTimeout(wake, Math.min(LONGEST, Math.max(0, Math.ceil(at - steadyClock()))));
  };
  const wake = (): void => {
    if (steadyClock() < at) set();
    else run();
  };
  set();
  return () => clearTimeout(timer);
}

const ORIGIN = performance.timeOrigin;
const LONGEST = 2 ** 31 - 1;
