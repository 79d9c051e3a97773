// What goes into a subscriber and what comes out of it, and the record between two steps. Types only, but for
// the waits; the steps are ../subscriber.ts.
import type { Dialog } from '../dialog.ts';
import type { FailedReason } from '../endpoint/types.ts';
import type { IncomingRequest, RequestDraft, Response, ResponseDraft } from '../message.ts';

/** `resting`: nothing is asked until the next attempt. `fetching`: one answer is wanted and no more. */
export type SubscriberState =
  | 'notify-wait'
  | 'pending'
  | 'active'
  | 'resting'
  | 'stopping'
  | 'fetching';

/**
 * One wish to be notified of one resource, over all the subscriptions it takes. Plain JSON. Moments are
 * milliseconds, and 0 where there is none.
 * @spec RFC 6665 §4.1
 */
export interface Subscriber {
  readonly state: SubscriberState;
  /** Of the attempt that runs, or ran last. */
  readonly callId: string;
  readonly localTag: string;
  /** Our address, a URI. */
  readonly local: string;
  /** The resource, a URI. */
  readonly remote: string;
  /** Seconds to ask for: as wished, or what the notifier takes at least. */
  readonly expires: number;
  /** Seconds asked for last, or fewer when the answer said so. */
  readonly granted: number;
  /** From the first NOTIFY on. */
  readonly dialog?: Dialog;
  /** CSeq of our last SUBSCRIBE. */
  readonly cseq: number;
  /** Whether its response has not come. */
  readonly isAsking: boolean;
  /** Whether a NOTIFY has said since then how long the subscription lasts. */
  readonly isTold: boolean;
  /** Timer N. */
  readonly notifyBy: number;
  readonly expiresAt: number;
  /** When the next SUBSCRIBE goes out. */
  readonly askAt: number;
  /** When the dialog began. */
  readonly since: number;
  /** Subscriptions in a row that ended before they were steady. */
  readonly failures: number;
  /** Refreshes in a row that failed while the subscription stayed. */
  readonly misses: number;
  /** Answers in a row that asked for a longer time. */
  readonly briefs: number;
  /** A 420 has named an option: none is offered any more. */
  readonly isPlain?: true;
  /** The notifier agrees that each NOTIFY begins the time anew. */
  readonly isExtended?: true;
}

/** What a subscriber is to ask for. */
export interface SubscriberWish {
  /** Our address, a URI. */
  readonly local: string;
  /** The resource, a URI: To and the first Request-URI. */
  readonly remote: string;
  /** Seconds; 0 asks for the state once. */
  readonly expires: number;
  /** From tag of the first attempt; drawn when left out. */
  readonly tag?: string;
  /** Call-ID of the first attempt; drawn when left out. */
  readonly callId?: string;
}

/** What a subscriber needs at each step. */
export interface SubscriberEnv {
  /** Our Contact, a URI that finds this record again. */
  readonly contact: string;
  /** The event package, such as `presence`. */
  readonly event: string;
  /** Media types of the documents that are asked for. */
  readonly accept: readonly string[];
  /** Those that are read beside, from a notifier that sends what it likes. */
  readonly reads?: readonly string[];
  /** What is offered. */
  readonly options?: SubscriberOptions | undefined;
  /** A fresh token for tags and Call-IDs. */
  readonly draw: () => string;
  /** A number from 0 up to 1, so that not everybody asks at once. */
  readonly jitter: () => number;
  readonly times?: Partial<SubscriberTimes>;
}

/**
 * Extensions by option tags, in lower case. A 420 that names one of them ends the offer, for as long as the wish lasts.
 * @spec RFC 3261 §8.1.3.5
 */
export interface SubscriberOptions {
  readonly supported: readonly string[];
  /** Those of them that every proxy on the way must know. */
  readonly proxyRequire?: readonly string[];
  /** The one of them by which each NOTIFY begins the time of the subscription anew. */
  readonly extend?: string | undefined;
}

/** What may happen to a subscriber. */
export type SubscriberInput =
  | { readonly kind: 'response'; readonly response: Response }
  | SubscribeFailed
  | { readonly kind: 'notify'; readonly request: IncomingRequest }
  /** The moment of `subscriberWakeAt` has come. */
  | { readonly kind: 'wake' }
  /** The resource is of no interest any more. */
  | { readonly kind: 'stop' }
  /** Ask now; while resting it has no effect, since that wait is owed to the notifier. */
  | { readonly kind: 'refresh' }
  /** The last request may not have left: the process ended between writing the record and sending. */
  | { readonly kind: 'lost' };

/** A SUBSCRIBE that ended without a response. */
export interface SubscribeFailed {
  readonly kind: 'failed';
  readonly reason: FailedReason;
  /** Which one, where the host knows it: an older one is then ignored. */
  readonly of?: { readonly callId: string; readonly cseq: number };
}

/** What comes of an input; each part is carried out after `next` is written. */
export interface SubscriberStep {
  /** `undefined`: it is over, and nothing is to be kept. */
  readonly next: Subscriber | undefined;
  readonly request?: RequestDraft | undefined;
  /** To the NOTIFY that came in. */
  readonly answer?: ResponseDraft | undefined;
  /** In order. */
  readonly told: readonly SubscriberEvent[];
}

/** What the host of a subscriber is told. */
export type SubscriberEvent =
  | { readonly kind: 'pending' }
  | { readonly kind: 'active' }
  /** The whole state of the resource. Empty while active means that nothing is known. */
  | {
      readonly kind: 'document';
      readonly contentType: string | undefined;
      readonly body: Uint8Array;
    }
  | SubscriptionEnded;

/** A subscription is over; `again` says when there will be another one. */
export interface SubscriptionEnded {
  readonly kind: 'ended';
  readonly cause: EndCause;
  readonly again: Again;
}

/** Why a subscription is over. `silence`: no NOTIFY came, or no refresh succeeded in time. */
export type EndCause =
  | { readonly by: 'notify'; readonly reason: string | undefined }
  | { readonly by: 'status'; readonly status: number; readonly isRefresh: boolean }
  | { readonly by: 'failed'; readonly reason: FailedReason }
  | { readonly by: 'silence' }
  | { readonly by: 'stop' };

/** Whether and when a subscription is asked for anew. */
export type Again = 'never' | 'at-once' | 'later';

/** The waits of a subscriber, in milliseconds. */
export interface SubscriberTimes {
  /** Timer N, from each SUBSCRIBE to its NOTIFY: 64 times T1 (RFC 6665 §4.1.2.4). */
  readonly notifyTime: number;
  /** How long before its end a subscription is refreshed at the latest: long enough for one SUBSCRIBE to fail. */
  readonly refreshLead: number;
  /** The first wait after a failure; it doubles with each one more. */
  readonly backoffFirst: number;
  /** The longest wait after failures: a notifier that comes back is found within it. */
  readonly backoffMost: number;
  /** The least wait after a termination for `probation`. */
  readonly probationTime: number;
  /** The least wait after a termination for `giveup`: nobody decided, and asking again asks them again. */
  readonly giveupTime: number;
  /** The longest Retry-After that is kept to: more would be the peer's mistake, or malice. */
  readonly retryAfterMost: number;
  /** A subscription that lasted so long was a good one: what ends it then begins the count of failures anew. */
  readonly steadyTime: number;
  /** The longest Min-Expires that is asked for. */
  readonly minExpiresMost: number;
}

/** The waits used where the host names none. */
export const DEFAULT_SUBSCRIBER_TIMES: SubscriberTimes = {
  notifyTime: 32_000,
  refreshLead: 32_000,
  backoffFirst: 30_000,
  backoffMost: 3_600_000,
  probationTime: 60_000,
  giveupTime: 3_600_000,
  retryAfterMost: 86_400_000,
  steadyTime: 60_000,
  minExpiresMost: 86_400_000,
};
