// How many crossings there were, told apart for metrics: by direction, by outcome and by the first reason. The words
// are the gateway's own and SIP statuses go by their class, so there are a few hundred rows at most.
import type { CrossingOutcome, CrossingTrace } from './trace.ts';

/** One row of the counts. */
export interface CountRow {
  readonly direction: CrossingTrace['direction'];
  readonly outcome: CrossingOutcome;
  /** The first word of why, with `sip-4xx` and the like for a status; empty where nothing had to be said. */
  readonly reason: string;
  readonly count: number;
}

/** The counts. */
export class Tally {
  readonly #rows = new Map<string, { -readonly [K in keyof CountRow]: CountRow[K] }>();

  /** Counts a crossing that has ended. */
  add({ direction, outcome, reasons }: CrossingTrace): void {
    const reason = classOf(reasons[0] ?? '');
    const key = `${direction} ${outcome} ${reason}`;
    const row = this.#rows.get(key);
    if (row === undefined) this.#rows.set(key, { direction, outcome, reason, count: 1 });
    else row.count += 1;
  }

  /** All rows as they stand. */
  get rows(): readonly CountRow[] {
    return [...this.#rows.values()].map((row) => ({ ...row }));
  }
}

function classOf(reason: string): string {
  return STATUS.test(reason) ? `${reason.slice(0, 5)}xx` : reason;
}

const STATUS = /^sip-\d{3}$/;
