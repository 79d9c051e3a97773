// How much a daemon keeps, with its default.

/** How much is kept, wherever it is. Processes that share it are told the same. */
export interface StateLimits {
  /** Records, a kB or two each: a million lasting authorisations, and room. A new one beyond it is refused. */
  readonly records: number;
}

/** The bounds used unless the configuration says otherwise. */
export const DEFAULT_STATE_LIMITS: StateLimits = { records: 1_100_000 };
