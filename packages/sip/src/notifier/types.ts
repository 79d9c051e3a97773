// What goes into a notifier and what comes out of it, and the record between two steps. Types only, but for the
// waits; the steps are ../notifier.ts.
import type { Dialog } from '../dialog.ts';
import type { FailedReason } from '../endpoint/types.ts';
import type { IncomingRequest, RequestDraft, Response, ResponseDraft } from '../message.ts';

/** `ending`: the last NOTIFY is owed or on its way. */
export type NotifierState = 'pending' | 'active' | 'ending';

/**
 * One subscription of one watcher, which is one dialog. Plain JSON. Moments are milliseconds, and 0 where there
 * is none.
 * @spec RFC 6665 §4.2
 */
export interface Notifier {
  readonly state: NotifierState;
  readonly dialog: Dialog;
  /** The `id` of its Event, where it has one. */
  readonly eventId?: string;
  /** Seconds told in the last answer to a SUBSCRIBE. */
  readonly granted: number;
  readonly expiresAt: number;
  /** Whether the watcher may see documents. */
  readonly isAllowed: boolean;
  /** The type of its documents, where there is more than one to choose from. */
  readonly documentType?: string;
  /** The method it is notified by, where that is one without an answer. */
  readonly unanswered?: string;
  /** Whether each NOTIFY begins the time anew. */
  readonly isExtended?: true;
  /** How it ends. */
  readonly ending?: NotifierEnding;
  /** CSeq of the NOTIFY that has not been answered. */
  readonly notifying: number;
  /** When it was written. */
  readonly notifiedAt: number;
  /** When it counts as unanswered. */
  readonly answerBy: number;
  /** When the next one is to be written. */
  readonly owedAt: number;
  /** Until when the watcher wants to be left alone. */
  readonly heldUntil: number;
  /** NOTIFYs in a row that failed. */
  readonly failures: number;
}

/** What the last NOTIFY says, and what the host is told then. */
export interface NotifierEnding {
  readonly reason: string;
  /** Seconds. */
  readonly retryAfter?: number;
  readonly as: NotifierEnd;
}

/** Why a subscription is over. */
export type NotifierEnd = 'unsubscribed' | 'expired' | 'notify-failed' | 'terminated' | 'fetched';

/** A document that tells the state of a resource. */
export interface StateDocument {
  readonly contentType: string;
  readonly body: Uint8Array;
}

/** What a notifier needs at each step. */
export interface NotifierEnv {
  /** Our Contact, a URI that finds this record again. */
  readonly contact: string;
  /** The event package, such as `presence`. */
  readonly event: string;
  /** Media types of the documents that can be written, the best first. */
  readonly accept: readonly string[];
  /** The type that a watcher reads who names none; the best one when left out. */
  readonly packageType?: string;
  /** What is agreed to where the watcher supports it. */
  readonly options?: NotifierOptions | undefined;
  /** A fresh token for our tag. */
  readonly draw: () => string;
  /** Seconds. A shorter subscription is refused if it is also under an hour. */
  readonly minExpires: number;
  /** Seconds. A longer subscription is shortened. */
  readonly maxExpires: number;
  /** Milliseconds from one NOTIFY to the next that only tells a change. */
  readonly interval: number;
  /** Milliseconds that who asks once may wait until something is known. */
  readonly fetchHold: number;
  /**
   * The whole state at this moment, or `undefined` when nothing is known. Asked for when a NOTIFY is written; `end`
   * says why it is the last one, if it is, and `type` which type the watcher reads, where there are several.
   */
  readonly document: (end?: NotifierEnd, type?: string) => StateDocument | undefined;
  readonly times?: Partial<NotifierTimes>;
}

/** Extensions by option tags (in lower case), agreed to in the answer to a SUBSCRIBE that supports them. */
export interface NotifierOptions {
  /**
   * Notifying by a method that is never answered, such as BENOTIFY. Who is gone is then noticed by the time that runs
   * out, so such a dialog is never extended.
   */
  readonly unanswered?: { readonly option: string; readonly method: string } | undefined;
  /** Each NOTIFY begins the time of the subscription anew. */
  readonly extend?: string | undefined;
}

/** What may happen to a notifier. */
export type NotifierInput =
  /** A SUBSCRIBE within the dialog, or a copy of the first one. */
  | { readonly kind: 'subscribe'; readonly request: IncomingRequest }
  /** Somebody has decided, or thinks again. */
  | { readonly kind: 'state'; readonly state: 'pending' | 'active' }
  /** `document` would tell something else than before. */
  | { readonly kind: 'changed' }
  /** Ends it from our side; seconds in `retryAfter`. */
  | { readonly kind: 'terminate'; readonly reason: string; readonly retryAfter?: number }
  | { readonly kind: 'response'; readonly response: Response }
  | NotifyFailed
  /** The moment of `notifierWakeAt` has come. */
  | { readonly kind: 'wake' }
  /** The last NOTIFY may not have left: the process ended between writing the record and sending. */
  | { readonly kind: 'lost' };

/** A NOTIFY that ended without a response. */
export interface NotifyFailed {
  readonly kind: 'failed';
  readonly reason: FailedReason;
  /** Which one, where the host knows it: an older one is then ignored. */
  readonly of?: { readonly callId: string; readonly cseq: number };
}

/** What comes of an input; each part is carried out after `next` is written, the answer first. */
export interface NotifierStep {
  /** `undefined`: it is over, and nothing is to be kept. */
  readonly next: Notifier | undefined;
  /** To the SUBSCRIBE that came in. */
  readonly answer?: ResponseDraft | undefined;
  readonly notify?: RequestDraft | undefined;
  /** With the last step of all: why it is over. */
  readonly ended?: NotifierEnd | undefined;
}

/** What became of a SUBSCRIBE outside of any dialog. */
export type NotifierOpening =
  | { readonly kind: 'opened'; readonly step: NotifierStep }
  | { readonly kind: 'refused'; readonly answer: ResponseDraft };

/** The waits of a notifier, in milliseconds. */
export interface NotifierTimes {
  /**
   * When a NOTIFY of which nothing was heard at all counts as unanswered. Twice Timer F, so that it only counts
   * where the process that sent it is gone.
   */
  readonly answerTime: number;
  /** The wait until a NOTIFY that failed is tried again if nothing changes before; it doubles each time. */
  readonly retryTime: number;
  /** The longest Retry-After that is kept to. */
  readonly retryAfterMost: number;
}

/** The waits used where the host names none. */
export const DEFAULT_NOTIFIER_TIMES: NotifierTimes = {
  answerTime: 64_000,
  retryTime: 60_000,
  retryAfterMost: 3_600_000,
};
