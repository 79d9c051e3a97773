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

type Row = { -readonly [K in keyof CountRow]: CountRow[K] };

/** The counts. */
export class Tally {
  readonly #rows: Row[] = [];
  /** Of crossings about which nothing had to be said, as nearly all are: by direction and outcome, without a key made. */
  readonly #silent = new Map<CrossingTrace['direction'], Map<CrossingOutcome, Row>>();
  readonly #byKey = new Map<string, Row>();

  /** Counts a crossing that has ended. */
  add(trace: CrossingTrace): void {
    const [reason] = trace.reasons;
    const row = reason === undefined ? this.#silentRow(trace) : this.#rowOf(trace, classOf(reason));
    row.count += 1;
  }

  #silentRow({ direction, outcome }: CrossingTrace): Row {
    const known = this.#silent.get(direction)?.get(outcome);
    if (known !== undefined) return known;
    const row = this.#fresh(direction, outcome, '');
    this.#silent.set(direction, (this.#silent.get(direction) ?? new Map()).set(outcome, row));
    return row;
  }

  #rowOf({ direction, outcome }: CrossingTrace, reason: string): Row {
    const key = `${direction} ${outcome} ${reason}`;
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    const row = this.#fresh(direction, outcome, reason);
    this.#byKey.set(key, row);
    return row;
  }

  #fresh(direction: CountRow['direction'], outcome: CrossingOutcome, reason: string): Row {
    const row = { direction, outcome, reason, count: 0 };
    this.#rows.push(row);
    return row;
  }

  /** All rows as they stand. */
  get rows(): readonly CountRow[] {
    return this.#rows.map((row) => ({ ...row }));
  }
}

function classOf(reason: string): string {
  return STATUS.test(reason) ? `${reason.slice(0, 5)}xx` : reason;
}

const STATUS = /^sip-\d{3}$/;
