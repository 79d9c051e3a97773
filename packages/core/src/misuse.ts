// The one thing this package throws: a host that uses it wrongly. Network input never gets here.

/** A host's mistake: options that contradict each other, a call after the end. */
export class MisuseError extends Error {
  override readonly name = 'MisuseError';
  /** Stable word for the mistake. */
  readonly code: string;

  constructor(code: string, text: string) {
    super(text);
    this.code = code;
  }
}
