// Language tags between xml:lang and Content-Language: one tag, well formed, or none.

/**
 * A tag that is well formed by BCP 47's grammar, or `undefined`.
 * @spec RFC 5646 §2.1
 */
export function languageTag(text: string | undefined): string | undefined {
  return text !== undefined && text.length <= MAX_TAG && TAG.test(text) ? text : undefined;
}

const MAX_TAG = 64;
const TAG = /^[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*$/;
