// How much of what cmdlets gave is read. The files come from another organisation's administrator, or from whoever
// could write to the share they lay on, so reading them is bounded like everything else that comes in.

/** Bounds on one import. */
export interface LyncLimits {
  /** Files. There are thirteen cmdlets that are read; each may have been run for each of some sites. */
  readonly files: number;
  /**
   * UTF-16 units of text in all files together. An allowed domain is 1.5 thousand of Clixml, so it is room for twenty
   * thousand of them and some more.
   */
  readonly characters: number;
  /** Objects and lists within each other. What the cmdlets give has five. */
  readonly depth: number;
  /** Values of every kind in one file, references to objects counted like objects. */
  readonly values: number;
  /** Findings that are told; the rest are counted. */
  readonly findings: number;
}

/** What `importLync` uses where it is told nothing. */
export const DEFAULT_LYNC_LIMITS: LyncLimits = {
  files: 200,
  characters: 48 * 1024 * 1024,
  depth: 16,
  values: 2_000_000,
  findings: 200,
};
