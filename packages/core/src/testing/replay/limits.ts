// How much of a trace is read and told.

/** Bounds of one replay. */
export interface ReplayLimits {
  /** Characters of a trace: a day of a small site, some 60 MB of memory. */
  readonly traceChars: number;
  /** Messages of a trace. */
  readonly messages: number;
  /** Differences that are told; more are counted. */
  readonly differences: number;
}

/** The bounds of `readTrace` and `replay`. */
export const DEFAULT_REPLAY_LIMITS: ReplayLimits = {
  traceChars: 20_000_000,
  messages: 50_000,
  differences: 2_000,
};
