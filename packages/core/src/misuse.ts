// The one thing this package throws: a host that uses it wrongly. Network input never gets here.

import { remedyOf } from './remedies.ts';

/** A host's mistake: options that contradict each other, a call after the end. */
export class MisuseError extends Error {
  override readonly name = 'MisuseError';
  /** Stable word for the mistake. */
  readonly code: string;
  /** What to do about it. */
  readonly remedy: string;

  constructor(code: string, text: string) {
    super(text);
    this.code = code;
    this.remedy = remedyOf(code) ?? 'Do as the message says.';
  }
}
