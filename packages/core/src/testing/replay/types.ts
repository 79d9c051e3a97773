// What a replay finds. Types alone.
import type { TraceDirection } from './trace.ts';

/** What kind of thing is otherwise than expected. Stable words. */
export type DifferenceCode =
  /** A message that no reader of ours takes. */
  | 'unreadable'
  | 'header'
  | 'option-tag'
  | 'content-type'
  | 'diagnostics'
  /** A presence document that cannot be read. */
  | 'document'
  /** The `m=` line of a session in text. */
  | 'session-line'
  /** We would have answered otherwise than the trace did. */
  | 'answer'
  /** The first message of an INVITE was lost, or came twice. */
  | 'first-message'
  /** A Route that was not handed out as Record-Route, octet for octet. */
  | 'route'
  /** An endpoint id that changed within a dialog. */
  | 'epid'
  /** An answer to what is never answered. */
  | 'benotify-answered';

/** One thing that is otherwise. */
export interface Sight {
  readonly code: DifferenceCode;
  readonly expected: string;
  readonly found: string;
}

/** One thing that is otherwise, and where. */
export interface Difference extends Sight {
  /** Of the trace, from 1. */
  readonly line: number;
}

/** One message of the trace. */
export interface ReplayStep {
  readonly line: number;
  readonly direction: TraceDirection;
  /** Its start line. */
  readonly what: string;
  /** Habits of the dialect that were met. */
  readonly habits: readonly string[];
}

/** What became of a trace. */
export interface Replay {
  readonly steps: readonly ReplayStep[];
  readonly differences: readonly Difference[];
  /** Differences beyond the bound. */
  readonly untold: number;
  /** Messages whose Content-Length the trace had wrong, which tools do. */
  readonly recounted: number;
  /** Why the end of the trace was not read, if it was not. */
  readonly cut: 'too-long' | 'too-many' | undefined;
}
