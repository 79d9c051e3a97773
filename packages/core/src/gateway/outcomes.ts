// Typed events: for each way in which something can end, who is to be told. Made of traces, which tell the same.
import type {
  CrossingOutcome,
  CrossingTrace,
  FaultTrace,
  PartedTrace,
  PeerTrace,
  Trace,
} from './trace.ts';

/** A crossing that ended in one way. */
export type Ended<Outcome extends CrossingOutcome> = CrossingTrace & { readonly outcome: Outcome };

/**
 * Who is told of what; whoever is left out is not told.
 *
 * @example
 * ```ts
 * import type { OutcomeEvents } from '@interwork/core';
 *
 * export const events: OutcomeEvents = {
 *   refused: ({ from, to, reasons, by }) => console.log(from, to, reasons, by),
 *   peer: ({ domain, faults }) => console.log(domain, faults[0]?.code),
 * };
 * ```
 */
export type OutcomeEvents = {
  readonly [Outcome in CrossingOutcome]?: (crossing: Ended<Outcome>) => void;
} & {
  /** A peer was refused for its certificate. */
  readonly peer?: (peer: PeerTrace) => void;
  /** A peer broke its protocol, or something of ours is in doubt. */
  readonly fault?: (fault: FaultTrace) => void;
  /** A link was ended, since policy permits nothing on it any more. */
  readonly parted?: (parted: PartedTrace) => void;
};

/** Tells whom it concerns. */
export function tellOutcome(events: OutcomeEvents, trace: Trace): void {
  const name = trace.kind === 'crossing' ? trace.outcome : trace.kind;
  const tell = events[name] as ((trace: Trace) => void) | undefined;
  tell?.(trace);
}
