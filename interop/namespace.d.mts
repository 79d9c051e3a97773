// The types of namespace.mjs, which runs before anything is installed.
export const PYTHON: string;
export function missing(tools?: readonly string[]): string | undefined;
export function inside(
  folder: string,
  resolver: string,
  command: readonly string[],
): readonly string[];
export function skipped(what: string, why: string): never;
export function withFolder<T>(use: (folder: string) => T): T;
