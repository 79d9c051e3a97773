// What a gateway says when it has ended: what became of everything that was open, and whether both edges ended in time.
import type { Timing } from '../drive.ts';
import { type CountRow, Tally } from './tally.ts';
import { IN_DOUBT, type Trace } from './trace.ts';

/** How an edge ended: in time, or not; or closing it failed. */
export type EdgeEnd = 'closed' | 'late' | 'failed';

/** The end of a gateway. */
export interface Closed {
  /** What ended after the close had begun, counted by direction, outcome and first reason. */
  readonly ended: readonly CountRow[];
  /** Messages that were answered 202, and that nothing has shown to be read. */
  readonly inDoubt: number;
  readonly edges: Readonly<Record<'sip' | 'xmpp', EdgeEnd>>;
  /** Milliseconds that it took. */
  readonly took: number;
}

/** Gathers what ends once a gateway has been told to close. */
export class Ending {
  readonly #began: number;
  readonly #tally = new Tally();
  #inDoubt = 0;

  constructor(began: number) {
    this.#began = began;
  }

  trace(trace: Trace): void {
    if (trace.kind === 'crossing') this.#tally.add(trace);
    else if (trace.kind === 'fault' && trace.code === IN_DOUBT) this.#inDoubt += trace.count ?? 0;
  }

  /** The whole of it. */
  closed(now: number, edges: Closed['edges']): Closed {
    return { ended: this.#tally.rows, inDoubt: this.#inDoubt, edges, took: now - this.#began };
  }
}

/** Closes an edge; one that does not end in time is left to itself. */
export function closeWithin(
  timing: Timing,
  most: number,
  close: () => Promise<void>,
): Promise<EdgeEnd> {
  return new Promise((resolve) => {
    const cancel = timing.alarm(timing.now() + most, () => resolve('late'));
    const end = (how: EdgeEnd): void => {
      cancel();
      resolve(how);
    };
    close().then(
      () => end('closed'),
      () => end('failed'),
    );
  });
}

/** Milliseconds. */
export interface WireWaits {
  /** For each edge to close behind the gateway: it says goodbye to its peers, and waits for none that does not answer. */
  readonly edges: number;
}

/** The waits used unless the host says otherwise, in milliseconds. */
export const DEFAULT_WIRE_WAITS: WireWaits = { edges: 10_000 };
