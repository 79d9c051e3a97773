// What goes into a publication and what comes out of it, and the record between two steps. Types only; the steps
// are ../publication.ts.
import type { FailedReason } from '../endpoint/types.ts';
import type { RequestDraft, Response } from '../message.ts';
import type { StateDocument } from '../notifier/types.ts';
import type { SubscriberTimes } from '../subscriber/types.ts';

/** `publishing`: a PUBLISH has not been answered. `resting`: the last one failed, and the next is waited for. */
export type PublicationState = 'publishing' | 'published' | 'resting' | 'removing';

/** What a PUBLISH does. @spec RFC 3903 §4.1 */
export type PublishOperation = 'initial' | 'refresh' | 'modify' | 'remove';

/**
 * The state that we publish of one resource. Plain JSON. Moments are milliseconds, and 0 where there is none.
 * @spec RFC 3903 §4
 */
export interface Publication {
  readonly state: PublicationState;
  readonly callId: string;
  readonly localTag: string;
  /** Who publishes, a URI. */
  readonly local: string;
  /** Whose state it is, a URI. */
  readonly resource: string;
  /** Seconds to ask for: as wished, or what is taken at least. */
  readonly expires: number;
  readonly cseq: number;
  /** What was asked last; it is unanswered while `answerBy` is set. */
  readonly operation: PublishOperation;
  readonly answerBy: number;
  /** What names the published state. */
  readonly etag?: string;
  readonly expiresAt: number;
  /** When the next PUBLISH goes out. */
  readonly askAt: number;
  /** Whether the state has changed since the last document was written. */
  readonly isStale: boolean;
  readonly failures: number;
  readonly briefs: number;
}

/** What is to be published. */
export interface PublicationWish {
  /** Who publishes, a URI. */
  readonly local: string;
  /** Whose state it is, a URI: To and Request-URI. */
  readonly resource: string;
  /** Seconds, above 0. */
  readonly expires: number;
}

/** What a publication needs at each step. */
export interface PublicationEnv {
  /** The event package, such as `presence`. */
  readonly event: string;
  /** A fresh token for the tag and the Call-ID. */
  readonly draw: () => string;
  /** A number from 0 up to 1, so that not everybody asks at once. */
  readonly jitter: () => number;
  /** The whole state at this moment. Asked for when it is written. */
  readonly document: () => StateDocument;
  readonly times?: Partial<SubscriberTimes>;
}

/** What may happen to a publication. */
export type PublicationInput =
  | { readonly kind: 'response'; readonly response: Response }
  | {
      readonly kind: 'failed';
      readonly reason: FailedReason;
      /** Which PUBLISH, where the host knows it: an older one is then ignored. */
      readonly of?: { readonly callId: string; readonly cseq: number };
    }
  /** `document` would tell something else than before. */
  | { readonly kind: 'changed' }
  /** The moment of `publicationWakeAt` has come. */
  | { readonly kind: 'wake' }
  /** Nothing is to be published any more. */
  | { readonly kind: 'remove' }
  /** The last PUBLISH may not have left: the process ended between writing the record and sending. */
  | { readonly kind: 'lost' };

/** What comes of an input; the request is sent after `next` is written. */
export interface PublicationStep {
  /** `undefined`: it is over, and nothing is to be kept. */
  readonly next: Publication | undefined;
  readonly request?: RequestDraft | undefined;
  readonly told?: PublicationEvent | undefined;
}

/** What the host of a publication is told. */
export type PublicationEvent =
  | { readonly kind: 'published' }
  | { readonly kind: 'failed'; readonly cause: PublishFailure; readonly again: 'never' | 'later' }
  | { readonly kind: 'removed' };

/** Why a PUBLISH came to nothing. */
export type PublishFailure =
  | { readonly by: 'status'; readonly status: number }
  | { readonly by: 'failed'; readonly reason: FailedReason };
