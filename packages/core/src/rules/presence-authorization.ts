// RFC 8048 §5  Authorizations: what a stanza asks of SIP, what a SUBSCRIBE asks of XMPP, and what the end of a
// subscription means. An authorization lasts; a notification dialog passes, and its end is rarely the end of the
// authorization. Words and shapes only: when what happens is the ledger's. Departures: docs/departures.md.
import type { Condition, Jid, PresenceDraft } from '@interwork/xmpp';

/** Where a watcher stands with a contact. @spec RFC 8048 §5.1 */
export type Standing = 'none' | 'requested' | 'granted';

/** What an XMPP watcher sends to a SIP contact. @spec RFC 8048 §5.2 */
export type WatcherStanza = 'subscribe' | 'unsubscribe' | 'probe' | 'available' | 'unavailable';

/** What is done about it. */
export interface WatcherAnswer {
  /**
   * Of the notification dialog: `run` one unless one runs, `end` it, `leave` it as it is, or `fetch` the state once
   * in a dialog of its own.
   */
  readonly dialog: 'run' | 'end' | 'leave' | 'fetch';
  /** What the watcher is told, in order: `presence` is what is known. Behind an `end`, once that is answered. */
  readonly tell: readonly ('subscribed' | 'unsubscribed' | 'presence')[];
  /** Where the watcher stands then. */
  readonly standing: Standing;
}

/**
 * What each stanza asks, by where the watcher stands. The last `unavailable` of a user ends the dialog and keeps
 * the authorization; servers send `subscribe` again at each login.
 * @spec RFC 8048 §5.2.1
 * @spec RFC 8048 §5.2.2
 * @spec RFC 8048 §5.2.3
 * @spec RFC 8048 §7.1
 * @spec RFC 6121 §3.1.3
 */
export const WATCHER_ASKS: Readonly<
  Record<WatcherStanza, Readonly<Record<Standing, WatcherAnswer>>>
> = {
  subscribe: {
    none: asks('run', [], 'requested'),
    requested: asks('run', [], 'requested'),
    granted: asks('run', ['subscribed', 'presence'], 'granted'),
  },
  unsubscribe: {
    none: asks('end', ['unsubscribed'], 'none'),
    requested: asks('end', ['unsubscribed'], 'none'),
    granted: asks('end', ['unsubscribed'], 'none'),
  },
  probe: {
    none: asks('fetch', [], 'none'),
    requested: asks('run', [], 'requested'),
    granted: asks('run', ['presence'], 'granted'),
  },
  available: {
    none: asks('leave', [], 'none'),
    requested: asks('run', [], 'requested'),
    granted: asks('run', [], 'granted'),
  },
  unavailable: {
    none: asks('leave', [], 'none'),
    requested: asks('leave', [], 'requested'),
    granted: asks('end', [], 'granted'),
  },
};

function asks(
  dialog: WatcherAnswer['dialog'],
  tell: WatcherAnswer['tell'],
  standing: Standing,
): WatcherAnswer {
  return { dialog, tell, standing };
}

/** What a SIP watcher does with a notification dialog; `expire` is that it does nothing. @spec RFC 8048 §5.3 */
export type WatcherRequest = 'open' | 'refresh' | 'end' | 'expire' | 'fetch';

/** The stanza to the XMPP contact, where one is due. */
export type ContactStanza = 'subscribe' | 'probe' | 'unavailable' | undefined;

/**
 * What each asks of the contact, by where the watcher stands. Never `unsubscribe`: who closes a window keeps the
 * contact. A `probe` is spared where the state is known, and `unavailable` where the watcher is shown as available
 * to the contact for reasons of its own.
 * @spec RFC 8048 §5.3.1
 * @spec RFC 8048 §5.3.2
 * @spec RFC 8048 §5.3.3
 * @spec RFC 8048 §7.2
 */
export const SUBSCRIBE_ASKS: Readonly<
  Record<WatcherRequest, Readonly<Record<Standing, ContactStanza>>>
> = {
  open: { none: 'subscribe', requested: 'subscribe', granted: 'probe' },
  refresh: { none: undefined, requested: undefined, granted: undefined },
  end: { none: undefined, requested: undefined, granted: 'unavailable' },
  expire: { none: undefined, requested: undefined, granted: 'unavailable' },
  fetch: { none: 'probe', requested: 'probe', granted: 'probe' },
};

/** What a NOTIFY says of a subscription. */
export type SubscriptionSaid =
  | { readonly state: 'pending' | 'active' }
  | { readonly state: 'terminated'; readonly reason: EndReason; readonly retryAfter?: number };

/** The reasons that are sent. @spec RFC 6665 §4.2.2 */
export type EndReason = 'rejected' | 'noresource' | 'deactivated' | 'probation' | 'timeout';

/**
 * What the contact's answer, or its silence, is in Subscription-State; whatever stood before.
 * @spec RFC 8048 §5.3.1
 */
export const STATE_OF_ANSWER: Readonly<
  Record<'silence' | 'subscribed' | 'unsubscribed', SubscriptionSaid>
> = {
  silence: { state: 'pending' },
  subscribed: { state: 'active' },
  unsubscribed: { state: 'terminated', reason: 'rejected' },
};

/** Whether a subscription may be made again, and how soon. @spec RFC 6665 §4.1.3 */
export type Again = 'never' | 'at-once' | 'later';

/** What the end of a subscription means for the watcher. */
export interface SubscriptionEnd {
  /**
   * What the watcher is told: `unsubscribed`, and `unavailable` of each device shown before it; the latter alone; or
   * nothing, since the state still holds or a new subscription will tell.
   */
  readonly stanzas: 'unsubscribed' | 'unavailable' | 'none';
  readonly authorization: 'kept' | 'cancelled';
  readonly again: Again;
  /** Seconds to wait at least where the notifier names no time. */
  readonly wait?: number;
}

/**
 * What the reason of a final NOTIFY means; any other, or none, is `other`. A `retry-after` of the notifier's counts
 * before `wait`.
 * @spec RFC 6665 §4.1.3
 */
export const END_OF_REASON: Readonly<Record<EndOfReason, SubscriptionEnd>> = {
  rejected: { stanzas: 'unsubscribed', authorization: 'cancelled', again: 'never' },
  noresource: { stanzas: 'unsubscribed', authorization: 'cancelled', again: 'never' },
  deactivated: { stanzas: 'none', authorization: 'kept', again: 'at-once' },
  probation: { stanzas: 'unavailable', authorization: 'kept', again: 'later', wait: 60 },
  giveup: { stanzas: 'unavailable', authorization: 'kept', again: 'later', wait: 3600 },
  timeout: { stanzas: 'none', authorization: 'kept', again: 'at-once' },
  invariant: { stanzas: 'none', authorization: 'kept', again: 'never' },
  other: { stanzas: 'unavailable', authorization: 'kept', again: 'later', wait: 60 },
};

/** The reasons that are read. @spec RFC 6665 §4.1.3 */
export type EndOfReason =
  | 'rejected'
  | 'noresource'
  | 'deactivated'
  | 'probation'
  | 'giveup'
  | 'timeout'
  | 'invariant'
  | 'other';

/** What a reason as it came means. @spec RFC 6665 §4.1.3 */
export function endOfReason(reason: string | undefined): SubscriptionEnd {
  const name = reason?.toLowerCase() ?? 'other';
  return END_OF_REASON[Object.hasOwn(END_OF_REASON, name) ? (name as EndOfReason) : 'other'];
}

/**
 * What a final response to SUBSCRIBE means that no new attempt has mended (423, 3xx, a challenge that could be
 * answered). One to a refresh that does not end the subscription leaves its state as it is until it expires.
 * @spec RFC 8048 §5.2.2
 * @spec RFC 6665 §4.1.2.2
 */
export function endOfStatus(status: number, isRefresh: boolean): SubscriptionEnd {
  if (CANCELS.has(status)) return CANCELLED;
  if (GONE.has(status)) return isRefresh ? ONCE_MORE : CANCELLED;
  if (status === 423 || (status === 481 && isRefresh)) return ONCE_MORE;
  return isRefresh && !ENDS.has(status) ? AS_IT_IS : LATER;
}

/** Nobody there will ever say yes: refused, or without a word of presence that both know. */
const CANCELS: ReadonlySet<number> = new Set([401, 403, 405, 406, 407, 415, 489, 501, 603]);
/** There is nobody of that name; a dialog that ends so may only have lost its way. */
const GONE: ReadonlySet<number> = new Set([404, 410, 416, 484, 485, 604]);
/** What ends the subscription that it should have refreshed, beside those above. @spec RFC 6665 §4.1.2.2 */
const ENDS: ReadonlySet<number> = new Set([480, 482, 483]);

const CANCELLED: SubscriptionEnd = END_OF_REASON.rejected;
const ONCE_MORE: SubscriptionEnd = END_OF_REASON.deactivated;
const LATER: SubscriptionEnd = {
  stanzas: 'unavailable',
  authorization: 'kept',
  again: 'later',
  wait: 30,
};
const AS_IT_IS: SubscriptionEnd = { ...LATER, stanzas: 'none' };

/**
 * What the SIP watcher is told when `subscribe` comes back as an error.
 * @spec RFC 8048 §5.3.1
 * @spec RFC 6665 §4.2.2
 */
export function stateOfError(condition: Condition): {
  readonly reason: 'rejected' | 'noresource' | 'probation';
  readonly retryAfter?: number;
} {
  const reason = REASON_OF[condition];
  return reason === 'probation' ? { reason, retryAfter: RETRY_AFTER } : { reason };
}

const REASON_OF: Readonly<Record<Condition, 'rejected' | 'noresource' | 'probation'>> = {
  'bad-request': 'probation',
  conflict: 'probation',
  'feature-not-implemented': 'rejected',
  forbidden: 'rejected',
  gone: 'noresource',
  'internal-server-error': 'probation',
  'item-not-found': 'noresource',
  'jid-malformed': 'noresource',
  'not-acceptable': 'rejected',
  'not-allowed': 'rejected',
  'not-authorized': 'rejected',
  'policy-violation': 'rejected',
  'recipient-unavailable': 'probation',
  redirect: 'probation',
  'registration-required': 'rejected',
  'remote-server-not-found': 'probation',
  'remote-server-timeout': 'probation',
  'resource-constraint': 'probation',
  'service-unavailable': 'probation',
  'subscription-required': 'rejected',
  'undefined-condition': 'probation',
  'unexpected-request': 'probation',
};

/** Seconds after which a watcher may ask again whose contact could not be reached. */
export const RETRY_AFTER = 600;

/**
 * A presence about an authorization or a device, between two people.
 * @spec RFC 8048 §5.2.1
 * @spec RFC 6121 §3.1
 */
export function presenceBetween(
  from: Jid,
  to: Jid,
  type: Exclude<PresenceDraft['type'], 'available'>,
): PresenceDraft {
  return { from, to, type };
}
