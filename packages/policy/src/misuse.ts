// The one thing that is thrown: a host that uses this package against its contract.

import { remedyOf } from './remedies.ts';

/** The host's own mistake. `code` says which. */
export class MisuseError extends Error {
  override readonly name: string = 'MisuseError';
  readonly code: string;
  /** What to do about it. */
  readonly remedy: string;

  constructor(code: string, text: string) {
    super(text);
    this.code = code;
    this.remedy = remedyOf(code) ?? 'Do as the message says.';
  }
}
