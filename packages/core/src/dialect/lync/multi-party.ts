// Habit: multi-party
// They do: offer conversations of many with com.microsoft.rtc-multiparty in Supported, and insist on it in Require; conference
//   servers mark their Contact with isfocus, clients of 2005 list everybody in EndPoints.
// Vectors: im-01 O, own im-sessions O.
// We do: ignore the offer and refuse the requirement with 420, a focus with 405: only two can talk across the gateway.
import type { IncomingRequest, NameAddr } from '@interwork/sip';
import { type Refusal, refused } from '../../translation.ts';

/** The refusal of a conversation of many; `undefined` where two will do. */
export function multiPartyRefusal({ request: { headers } }: IncomingRequest): Refusal | undefined {
  const { require, contact } = headers;
  const unsupported = [{ name: 'Unsupported', value: MULTI_PARTY }];
  if (Array.isArray(require) && require.includes(MULTI_PARTY))
    return { ...refused('multi-party', undefined, unsupported), status: 420 };
  const isFocus = Array.isArray(contact) && (contact as readonly NameAddr[]).some(hasFocus);
  return isFocus ? refused('multi-party') : undefined;
}

/** @spec RFC 4579 §5.2 */
function hasFocus({ params }: NameAddr): boolean {
  return params.some(({ name }) => name === 'isfocus');
}

const MULTI_PARTY = 'com.microsoft.rtc-multiparty';
