// The sentence that goes with a SIP refusal: a Warning, of the miscellaneous kind where no other says more.
import type { HeaderField } from '@interwork/sip';
import { printable } from '../error.ts';

/** A Warning field with a sentence; what no code is for is 399. @spec RFC 3261 §20.43 */
export function warning(text: string, code = 399): HeaderField {
  const quoted = printable(text).replace(/["\\]/g, '\\$&');
  return { name: 'Warning', value: `${code} interwork "${quoted}"` };
}
