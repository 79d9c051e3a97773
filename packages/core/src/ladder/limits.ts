// The bounds of a recording: it stands beside a gateway that may run for months, and peers choose what passes.

/** Counts and lengths, at most. */
export interface LadderLimits {
  /** Steps that are kept, a few kB each at most; the oldest is forgotten for a new one. */
  readonly steps: number;
  /** Characters of one message that are kept; the rest is cut off, and that is said. */
  readonly wireCharacters: number;
  /** Characters of one note or label. */
  readonly noteCharacters: number;
  /** Requests, stanzas and questions whose answers are still to be told from others; the oldest is forgotten for a new one. */
  readonly open: number;
}

/** The bounds used unless the host says otherwise. */
export const DEFAULT_LADDER_LIMITS: LadderLimits = {
  steps: 2_000,
  wireCharacters: 16_384,
  noteCharacters: 512,
  open: 2_000,
};
