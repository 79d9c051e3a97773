// Plain data with only what is there: records and documents hold no field whose value is undefined.

/** The fields that have a value. */
export type Given<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> };

/** An object without the fields that are undefined. */
export function given<T extends object>(fields: T): Given<T> {
  const kept: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(fields)) if (value !== undefined) kept[key] = value;
  return kept as Given<T>;
}

/** A list, or nothing where it is empty. */
export function listed<T>(items: readonly T[]): readonly T[] | undefined {
  return items.length === 0 ? undefined : items;
}
