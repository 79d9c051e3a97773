// What presence records hold, what may happen to them, and what leaves. Types only; all of a record is plain JSON.
// The life cycles are watching.ts and watched.ts, the tables presence-tables.ts.
import type {
  FailedReason,
  IncomingRequest,
  Notifier,
  RequestDraft,
  Response,
  ResponseDraft,
  Subscriber,
} from '@interwork/sip';
import type { Condition, LinkFacts } from '@interwork/xmpp';
import type { Dialect } from '../dialect/types.ts';
import type { ResourceState } from '../rules/presence-resource.ts';
import type { Instant } from '../store/store.ts';
import type { PresenceHabits, PresenceLimits, PresenceWaits } from './presence-bounds.ts';
import type { People } from './people.ts';
import type { WatchedState, WatchingState } from './presence-tables.ts';

/** An XMPP user's authorization to see a SIP contact, and what is done with it. */
export interface Watching {
  readonly state: WatchingState;
  /** The SIP subscription; none while the user is away. */
  readonly subscriber?: Subscriber | undefined;
  /** What the user has been shown, and has not been told is over. */
  readonly shown: readonly ResourceState[];
  /** What has been taken back of it, and when: it may not have been heard. */
  readonly withdrawn?: readonly Withdrawn[] | undefined;
  /** The user was refused, and that may not have been heard. */
  readonly refusal?: Refusal | undefined;
  /** When all of it was last told. */
  readonly wholeAt?: Instant | undefined;
  /** As far as is known the user is there, and wants to see. */
  readonly wanted: boolean;
  /** When something last came from the user (epoch ms). */
  readonly seen: Instant;
  /** When the user was last asked whether he is still there. */
  readonly probed?: Instant | undefined;
  /** Who asked while nothing was known: a full or bare JID. */
  readonly asker?: string | undefined;
  /** What the user has asked or taken back, while the host looks. */
  readonly looked?: LookedRequest | undefined;
  /** When what may have been lost is shown once more. */
  readonly showAgainAt?: Instant | undefined;
  /** When the contact is asked what may have been missed. */
  readonly checkAt?: Instant | undefined;
}

/**
 * That a user wants to see somebody, or wants it no more, while the host looks at that or at what came before. Nobody says it
 * again, so it comes anew to the next process.
 */
export interface LookedRequest {
  readonly type: 'subscribe' | 'unsubscribe';
  /** The full or bare JID it came from. */
  readonly from: string;
  readonly id?: string | undefined;
  /** What it came by. */
  readonly link: LinkFacts;
  /** Which of those that look alike it is; an earlier release wrote none. */
  readonly mark?: string | undefined;
}

/** The same as it goes on. */
export interface KeptRequest extends LookedRequest {
  /** It came to a process before this: it goes on only where nothing has taken its place. */
  readonly isAgain?: true;
}

/** A probe that is out. */
export interface Confirm {
  readonly by: Instant;
  /** Resources that have answered it. */
  readonly heard: readonly string[];
  /** Whether it only asks who is left: nobody doubts the authorization. */
  readonly isCount?: true;
}

/** A refusal that may have been lost: how often it was said, and what is to come. */
export interface Refusal {
  readonly tries: number;
  readonly at: Instant;
  /** It was lost, and is to be said again at that moment; if not, it is believed to have been heard by then. */
  readonly isLost: boolean;
}

/** A resource that is not shown any more, since when, and whether the user has not been told. */
export interface Withdrawn {
  readonly resource: string;
  readonly at: Instant;
  readonly isUntold?: boolean | undefined;
}

/** A SIP user's authorization to see an XMPP contact, and the dialogs of his devices. */
export interface Watched {
  readonly state: WatchedState;
  readonly notifiers: readonly Notifier[];
  /** The available resources of the contact, once `known`. */
  readonly resources: readonly ResourceState[];
  readonly known: boolean;
  /** A probe is out: by when it must have been answered, and which resources have been heard since. */
  readonly confirm?: Confirm | undefined;
  /** When the contact was last asked for the authorization. */
  readonly askedAt?: Instant | undefined;
  /** The request is to be sent again: it may have been lost. */
  readonly askAgainAt?: Instant | undefined;
  /** Since when the contact's server cannot be reached. */
  readonly lostAt?: Instant | undefined;
  /** Since when there is no dialog. */
  readonly idleSince?: Instant | undefined;
  /** When the contact is asked what may have been missed. */
  readonly checkAt?: Instant | undefined;
}

/** What came from an XMPP user about his own watching. */
export type WatchingInput =
  | {
      readonly kind: 'hold' | 'subscribe' | 'unsubscribe' | 'probe' | 'available' | 'gone';
      /** Who sent it. */
      readonly from: string;
      readonly kept?: KeptRequest | undefined;
    }
  /** The host looks at what he asks; or has, and it is not passed on. */
  | { readonly kind: 'looked' | 'refused'; readonly request: LookedRequest }
  /** The contact has added the user. */
  | { readonly kind: 'added' }
  | {
      readonly kind: 'notify';
      readonly request: IncomingRequest;
      readonly to: string;
      /** In place of all notes of its document. */
      readonly note?: string | undefined;
    }
  | { readonly kind: 'response'; readonly tag: string; readonly response: Response }
  | { readonly kind: 'failed'; readonly tag: string; readonly reason: FailedReason }
  | { readonly kind: 'lost'; readonly tag: string }
  /** An `unavailable` of the resource, or an `unsubscribed`, was not delivered. */
  | { readonly kind: 'unheard'; readonly resource: string }
  | { readonly kind: 'wake' | 'undelivered' | 'restarted' | 'forbidden' | 'shutdown' };

/** What came from a SIP watcher, or from the XMPP contact who is watched. */
export type WatchedInput =
  | { readonly kind: 'watch' | 'within'; readonly request: IncomingRequest; readonly to: string }
  | { readonly kind: 'subscribed' | 'unsubscribed' }
  | { readonly kind: 'available'; readonly state: ResourceState }
  | { readonly kind: 'unavailable'; readonly resource: string }
  | { readonly kind: 'error'; readonly condition: Condition }
  | { readonly kind: 'response'; readonly tag: string; readonly response: Response }
  | { readonly kind: 'failed'; readonly tag: string; readonly reason: FailedReason }
  | { readonly kind: 'lost'; readonly tag: string }
  | {
      readonly kind: 'wake' | 'undelivered' | 'restarted' | 'forbidden' | 'shutdown' | 'link-lost';
    };

/** Which of the two directions. */
export type Half = 'watching' | 'watched';

/** A presence stanza as it can be kept: from the SIP contact to the XMPP user. Empty resources are the persons. */
export type StanzaDraft = Ends &
  (
    | { readonly type: 'available'; readonly state: ResourceState }
    | {
        readonly type:
          | 'unavailable'
          | 'subscribe'
          | 'subscribed'
          | 'unsubscribe'
          | 'unsubscribed'
          | 'probe';
      }
  );

interface Ends {
  /** The SIP contact's. */
  readonly resource: string;
  /** The XMPP user's. */
  readonly to: string;
}

/** What leaves once the record is written. */
export type PresenceEffect =
  | { readonly kind: 'answer'; readonly to: string; readonly draft: ResponseDraft }
  | {
      readonly kind: 'request';
      readonly half: Half;
      /** The local tag of its dialog. */
      readonly tag: string;
      readonly draft: RequestDraft;
    }
  | { readonly kind: 'stanza'; readonly draft: StanzaDraft }
  /** The host is to look at it once more: whoever asked it last has ended. */
  | { readonly kind: 'look'; readonly request: LookedRequest }
  /** What was done, in stable words, for a trace. */
  | { readonly kind: 'did'; readonly words: readonly string[] };

/** Milliseconds: of one answer, and of the last of all, which waits for those before it. */
export interface ProbeSlack {
  readonly one: number;
  readonly all: number;
}

/** What a step is given beside the record: people, addresses, chance, times. */
export interface PresenceContext {
  readonly people: People;
  /** Our Contact, by which in-dialog requests find the record. */
  readonly contact: (half: Half) => string;
  readonly draw: () => string;
  /** From 0 to 1. */
  readonly jitter: () => number;
  readonly waits: PresenceWaits;
  /** How much later what answers a probe may come, where a host looks at it. */
  readonly slack?: ProbeSlack | undefined;
  readonly limits: PresenceLimits;
  /** How the SIP person's domain speaks. */
  readonly dialect: Dialect;
  readonly habits: PresenceHabits;
}
