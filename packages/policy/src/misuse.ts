// The one thing that is thrown: a host that uses this package against its contract.

/** The host's own mistake. `code` says which. */
export class MisuseError extends Error {
  override readonly name: string = 'MisuseError';
  readonly code: string;

  constructor(code: string, text: string) {
    super(text);
    this.code = code;
  }
}
