// An object of the fields that are there: what was not read is left out, not undefined.

type Maybe<T> = { readonly [K in keyof T]: T[K] | undefined };

/** An object without the fields that are not there. */
export function given<T extends object>(fields: Maybe<T>): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}
