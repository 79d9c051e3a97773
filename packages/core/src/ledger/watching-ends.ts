// How the subscription of one who watches has ended, and what that means for the authorization. What is done then is
// watching.ts'.
import type { SubscriberEvent } from '@interwork/sip';
import { endOfReason, endOfStatus, type SubscriptionEnd } from '../rules/presence-authorization.ts';

/** That a subscription has ended. */
export type Ended = Extract<SubscriberEvent, { kind: 'ended' }>;

type End = Pick<SubscriptionEnd, 'stanzas' | 'authorization'>;

/** Why, in a stable word. */
export function causeWord(cause: Ended['cause']): string {
  if (cause.by === 'status') return `sip-${cause.status}`;
  return cause.by === 'failed' ? `failed-${cause.reason}` : cause.by;
}

/** What it means. */
export function endOf(cause: Ended['cause']): End {
  if (cause.by === 'status') return endOfStatus(cause.status, cause.isRefresh);
  return cause.by === 'notify' ? endOfReason(cause.reason) : TRANSIENT;
}

const TRANSIENT: End = { stanzas: 'unavailable', authorization: 'kept' };
