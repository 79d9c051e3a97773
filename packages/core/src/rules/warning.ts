// The sentence that goes with a SIP refusal: a Warning of the miscellaneous kind.
import type { HeaderField } from '@interwork/sip';
import { printable } from '../error.ts';

/** A Warning field with a sentence. @spec RFC 3261 §20.43 */
export function warning(text: string): HeaderField {
  const quoted = printable(text).replace(/["\\]/g, '\\$&');
  return { name: 'Warning', value: `399 interwork "${quoted}"` };
}
