// Drives one machine by the contract: one thing in, everything out, then wait for its `wakeAt`.
import type { VirtualClock } from './clock.ts';

/** What can be driven. */
export interface Drivable<In, Out> {
  receive(now: number, input: In): void;
  next(): Out | undefined;
  readonly wakeAt: number;
}

/** The way into a driven machine. */
export interface Driver<In> {
  readonly feed: (input: In) => void;
  /** Settles when the machine has put out `closed`. */
  readonly closed: Promise<void>;
}

/** Drives a machine on a virtual clock; `perform` does what it puts out. */
export function driver<In extends { readonly kind: string }, Out extends { readonly kind: string }>(
  clock: VirtualClock,
  machine: Drivable<In | { readonly kind: 'tick' }, Out>,
  perform: (out: Out) => void,
): Driver<In> {
  const waiting: (In | { readonly kind: 'tick' })[] = [];
  let busy = false;
  let armed = Infinity;
  let cancel = (): void => {};
  let end = (): void => {};
  const closed = new Promise<void>((resolve) => {
    end = resolve;
  });

  const feed = (input: In | { readonly kind: 'tick' }): void => {
    waiting.push(input);
    if (busy) return;
    busy = true;
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      machine.receive(clock.now, next);
      for (let out = machine.next(); out !== undefined; out = machine.next()) {
        perform(out);
        if (out.kind === 'closed') end();
      }
    }
    busy = false;
    rearm();
  };

  const rearm = (): void => {
    if (machine.wakeAt === armed) return;
    cancel();
    armed = machine.wakeAt;
    cancel = clock.at(armed, () => {
      armed = Infinity;
      feed({ kind: 'tick' });
    });
  };

  return { feed, closed };
}
