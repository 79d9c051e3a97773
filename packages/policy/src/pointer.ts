// JSON pointers: where in a document something is, as one text.

/** The keys from the root as a pointer. @spec RFC 6901 §3 */
export function pointer(keys: readonly (string | number)[]): string {
  return keys.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** The keys of a pointer. @spec RFC 6901 §4 */
export function keysOf(path: string): readonly string[] {
  const keys = path.split('/').slice(1);
  return keys.map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
}
