// The promise of an end: settled once a machine has put out `closed`.

/** A promise and the word that settles it. */
export interface Closing {
  readonly closed: Promise<void>;
  readonly end: () => void;
}

/** A closing that has not ended. */
export function closing(): Closing {
  let end = (): void => {};
  const closed = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { closed, end };
}
