// How much of a policy document is read. A document may come from a form or a file that anybody
// edits, so reading one is bounded like everything else that comes in.

/** Bounds on reading one policy document. */
export interface PolicyLimits {
  /** UTF-16 units of text. A million names of forty characters, indented, are 50 million. */
  readonly characters: number;
  /** Objects and lists within each other. The deepest place a document has is five. */
  readonly depth: number;
  /**
   * Values of every kind, also those of a document handed in already parsed. A million allowed domains with a server and
   * a comment each are four million.
   */
  readonly values: number;
  /** Findings that are told; the rest are counted. Nobody mends more in one go. */
  readonly findings: number;
}

/** What `loadPolicy` uses where it is told nothing. */
export const DEFAULT_LIMITS: PolicyLimits = {
  characters: 128 * 1024 * 1024,
  depth: 16,
  values: 6_000_000,
  findings: 100,
};
