// Percent escapes, decoded once and strictly: what is not UTF-8 is nothing.

/** The text behind percent escapes; `undefined` when they are malformed or not UTF-8. @spec RFC 3986 §2.1 */
export function percentDecoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
