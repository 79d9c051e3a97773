// How much of a history is kept. A history is one record of a store, read and written whole.

/** Bounds on a history. */
export interface HistoryLimits {
  /** Published configurations that are kept, and that can be gone back to. */
  readonly snapshots: number;
  /** Records of what was done. */
  readonly records: number;
  /** Changes that one record lists; the rest are counted. */
  readonly changes: number;
}

/** What is kept where nothing else is said. */
export const DEFAULT_HISTORY_LIMITS: HistoryLimits = {
  snapshots: 20,
  records: 500,
  changes: 100,
};
