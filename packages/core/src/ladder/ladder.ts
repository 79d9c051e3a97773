// What a ladder is: rails, and what passed between them in the order in which it passed. A value that can be written as
// JSON; it is made by recording.ts and drawn by text.ts, mermaid.ts, json-lines.ts and page.ts.
import type { Trace } from '../gateway/trace.ts';
import type { Instant } from '../store/store.ts';

/** A protocol, as the gateway stands between them. */
export type Side = 'sip' | 'xmpp';

/** One vertical line, for the gateway or for those on one side of it. */
export interface Rail {
  readonly id: string;
  /** What stands over it, a line each; the first is its name. */
  readonly lines: readonly string[];
}

/** What was sent, as far as it may be shown. */
export interface Wire {
  readonly side: Side;
  /** Lines end in LF. */
  readonly text: string;
}

/** Something that went from one rail to another. */
export interface Arrow {
  readonly kind: 'arrow';
  /** Milliseconds, by the clock of the gateway. */
  readonly at: Instant;
  /** What came in and all that came of it have one number; 0 belongs to nothing. */
  readonly crossing: number;
  /** Ids of rails. */
  readonly from: string;
  readonly to: string;
  readonly text: string;
  /** Whether it says that something went wrong. */
  readonly failed: boolean;
  readonly wire?: Wire;
  /** How the peer at the other end was proved, where that is known. */
  readonly peer?: string;
}

/** Something to be read at a rail. */
export interface Note {
  readonly kind: 'note';
  readonly at: Instant;
  /** As an arrow's. */
  readonly crossing: number;
  readonly rail: string;
  readonly text: string;
}

/** What the gateway said of its work. */
export interface Told {
  readonly kind: 'told';
  readonly at: Instant;
  /** As an arrow's. */
  readonly crossing: number;
  readonly trace: Trace;
}

/** One line of a ladder. */
export type Step = Arrow | Note | Told;

/** Rails and what passed between them, oldest first. */
export interface Ladder {
  readonly rails: readonly Rail[];
  readonly steps: readonly Step[];
}

/** Everything of one crossing. */
export function stepsOf({ steps }: Ladder, crossing: number): readonly Step[] {
  return steps.filter((step) => step.crossing === crossing);
}
