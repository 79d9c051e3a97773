// Drives one machine by its contract: one thing in, everything out, then wait for input or for `wakeAt`.
// What arrives while something is being put out waits its turn, so `perform` may feed without care.

/** A machine: `receive`, then `next` until `undefined`, then wait. */
export interface Drivable<In, Out> {
  receive(now: number, input: In): void;
  next(): Out | undefined;
  /** Milliseconds; `Infinity` when idle. */
  readonly wakeAt: number;
}

/** The clock and the alarm a driven machine lives by. */
export interface Timing {
  /** Milliseconds of a clock that never steps back. */
  readonly now: () => number;
  /** Calls `run` at an instant; the answer cancels it. */
  readonly alarm: (at: number, run: () => void) => () => void;
}

/** What every machine takes when its time has come. */
export interface Tick {
  readonly kind: 'tick';
}

/** Drives a machine; the answer is its way in. `perform` does what it puts out. */
export function drive<In, Out>(
  machine: Drivable<In | Tick, Out>,
  perform: (out: Out) => void,
  timing: Timing,
): (input: In | Tick) => void {
  const waiting: (In | Tick)[] = [];
  const failures: unknown[] = [];
  let busy = false;
  let alarmAt = Infinity;
  let cancel = NOTHING_SET;

  const feed = (input: In | Tick): void => {
    if (busy) return void waiting.push(input);
    busy = true;
    take(input);
    if (waiting.length > 0) {
      for (let at = 0; at < waiting.length; at++) take(waiting[at] as In | Tick);
      waiting.length = 0;
    }
    busy = false;
    rearm();
    throwOn();
  };

  /** What the host's side throws: the rest still happens, then the first of it is thrown on. */
  const take = (input: In | Tick): void => {
    try {
      machine.receive(timing.now(), input);
    } catch (error) {
      failures.push(error);
    }
    for (let out = machine.next(); out !== undefined; out = machine.next()) leave(out);
  };

  const leave = (out: Out): void => {
    try {
      perform(out);
    } catch (error) {
      failures.push(error);
    }
  };

  const throwOn = (): void => {
    if (failures.length === 0) return;
    const [first] = failures;
    failures.length = 0;
    throw first;
  };

  /** An alarm that is set for earlier stays: waking for nothing costs less than setting it anew. */
  const rearm = (): void => {
    const { wakeAt } = machine;
    if (wakeAt !== Infinity && wakeAt >= alarmAt) return;
    cancel();
    alarmAt = wakeAt;
    cancel = wakeAt === Infinity ? NOTHING_SET : timing.alarm(wakeAt, wake);
  };

  const wake = (): void => {
    alarmAt = Infinity;
    feed({ kind: 'tick' });
  };

  return feed;
}

const NOTHING_SET = (): void => {};
