// What a record of a conversation holds, what may happen to it, and what leaves. Types only; all of a record is plain
// JSON. The life cycles are chat-tables.ts, the steps chat.ts.
import type {
  FailedEvent,
  HeaderField,
  IncomingRequest,
  RequestDraft,
  Response,
  ResponseDraft,
  Session,
  SessionTag,
} from '@interwork/sip';
import type { Instant, JsonValue } from '../store/store.ts';
import type { ChatLimits, ChatWaits } from './chat-bounds.ts';
import type { ChatState } from './chat-tables.ts';
import type { People } from './people.ts';

/** What is kept of the session of two people. */
export interface ChatRecord extends ChatFacts {
  readonly version: 1;
  readonly state: Exclude<ChatState, 'none'>;
  /** None where the contact takes no sessions. Its CSeq is one that nobody has used. */
  readonly session?: Session | undefined;
  /** The contact's device, as a resource, where it has said so. */
  readonly device?: string | undefined;
  /** The contact's INVITE that waits for its answer: an id of the process that has it. */
  readonly invite?: string | undefined;
  /** The process that opened, or last answered, it. */
  readonly by: string;
  /** The contact's newest message that was passed on, and what it was answered: the answer may be lost with its process. */
  readonly heard?: HeardMessage | undefined;
}

/** A message of the contact, and what became of it. */
export interface HeardMessage {
  readonly cseq: number;
  /** Of its final answer. */
  readonly status: number;
}

/** What is learned with every message, and written from time to time. */
export interface ChatFacts {
  /** The newest thread of the user; before he says something, that of the session. */
  readonly thread: string;
  /** The user's resource that messages go to; empty: to the person. @spec RFC 6121 §5.1 */
  readonly lock: string;
  /** When somebody last said something; for `paged`, when that began. */
  readonly last: Instant;
  /** The user takes chat states. */
  readonly signs: boolean;
  /** The user has turned away. */
  readonly isInactive: boolean;
}

/** What the process that has a session open knows beside its record. */
export interface ChatKnown extends ChatFacts {
  /** The session, by our tag. */
  readonly tag: string;
  /** The contact's last CSeq. */
  readonly remoteCseq: number;
  /** The contact's newest message that has its answer. */
  readonly heard: HeardMessage | undefined;
}

/** What the user's first message wishes for. */
export interface ChatWish {
  /** Whom to call, a URI. */
  readonly remote: string;
  readonly thread: string | undefined;
  readonly callId: string | undefined;
  /** The resource that it came from. */
  readonly lock: string;
  readonly signs: boolean;
  /** Further fields of the INVITE. */
  readonly headers: readonly HeaderField[];
}

/** What may happen. `tag` names the session that it happened to, by our tag. */
export type ChatEvent =
  | { readonly kind: 'say'; readonly wish: ChatWish }
  | ChatInvited
  | ChatAnswered
  | { readonly kind: 'within'; readonly request: IncomingRequest; readonly to: string }
  | ChatResponse
  | {
      readonly kind: 'failed';
      readonly tag: string;
      readonly of: SessionTag | 'within';
      readonly failed: FailedEvent;
    }
  | { readonly kind: 'ringing'; readonly tag: string; readonly response: Response }
  | { readonly kind: 'acknowledged'; readonly tag: string; readonly request: IncomingRequest }
  | { readonly kind: 'unacknowledged'; readonly tag: string }
  /** The contact has taken its INVITE back, which may have come before the session had its tag. */
  | { readonly kind: 'cancelled'; readonly to: string }
  /** The block of CSeq is used up, or outrun; or the contact knows nothing of the session. */
  | { readonly kind: 'renew' | 'dead'; readonly tag: string }
  /** The user has left; what was learned is to be written, or what a message was answered; time, policy, the process. */
  | { readonly kind: 'gone' | 'touch' | 'heard' | 'wake' | 'forbidden' | 'shutdown' }
  | { readonly kind: 'recovered'; readonly kept: readonly JsonValue[] };

/** An INVITE of the contact. */
export interface ChatInvited {
  readonly kind: 'invite';
  readonly request: IncomingRequest;
  /** Its id at the SIP edge. */
  readonly to: string;
  /** Whether it brings a message, whose fate decides. */
  readonly hasFirst: boolean;
  readonly thread: string;
  readonly device: string;
}

/** What became of the message that an INVITE brought. */
export interface ChatAnswered {
  readonly kind: 'answer';
  readonly tag: string;
  /** The INVITE, an id of the SIP edge. */
  readonly to: string;
  readonly isTaken: boolean;
  readonly status: number;
  readonly headers: readonly HeaderField[];
  /** The offer that is answered; none when we offer. */
  readonly offer: Uint8Array | undefined;
}

/** A response to a request of ours. */
export interface ChatResponse {
  readonly kind: 'response';
  readonly tag: string;
  readonly of: SessionTag | 'within';
  readonly response: Response;
  /** It says that there are no sessions, and single messages may go instead. */
  readonly isForPager: boolean;
}

/** What leaves once the record is written. */
export type ChatEffect =
  | { readonly kind: 'answer'; readonly to: string; readonly draft: ResponseDraft }
  | {
      readonly kind: 'request';
      readonly tag: string;
      readonly of: SessionTag;
      readonly draft: RequestDraft;
      /** Written down with the farewell, so that it can be said again. */
      readonly session?: Session | undefined;
    }
  | { readonly kind: 'cancel'; readonly tag: string }
  /** The message of an INVITE is to be passed on; its fate comes back as `answer`. */
  | { readonly kind: 'hear'; readonly tag: string; readonly to: string; readonly facts: ChatHeard }
  /** The session is open here: with its CSeq as far as the record allows. */
  | { readonly kind: 'open'; readonly record: ChatRecord; readonly upTo: number }
  /** There is a session, which cannot be used yet. */
  | { readonly kind: 'pending'; readonly tag: string; readonly isOurs: boolean }
  /** A request within it that is the host's to answer. */
  | { readonly kind: 'content'; readonly request: IncomingRequest; readonly to: string }
  /** What waits leaves as single messages. */
  | { readonly kind: 'page' }
  /** Nothing came of our INVITE. */
  | { readonly kind: 'tell'; readonly why: ChatWhy }
  /** The user is told that the contact has left. */
  | {
      readonly kind: 'farewell';
      readonly lock: string;
      readonly thread: string;
      /** It is policy that has ended the session: this leaves all the same, as the BYE does. */
      readonly isForbidden: boolean;
    }
  /** There is no session any more. */
  | { readonly kind: 'closed' }
  /** What was done, in stable words, for a trace. */
  | { readonly kind: 'did'; readonly words: readonly string[] };

/** What a message of an INVITE is passed on by. */
export type ChatHeard = Pick<ChatRecord, 'thread' | 'lock' | 'device' | 'signs'>;

/** Why our INVITE came to nothing: what came, or what did not. */
export interface ChatWhy {
  readonly response?: Response | undefined;
  readonly failed?: FailedEvent | undefined;
  /** Without either: nobody answered, or what was answered cannot be spoken to. */
  readonly word: 'refused' | 'failed' | 'silence' | 'unusable' | 'lost';
}

/** How sessions are described to this contact. */
export interface ChatForm {
  readonly offer: () => Uint8Array;
  /** `undefined`: what is offered cannot be taken. */
  readonly answer: (offer: Uint8Array) => Uint8Array | undefined;
  /** Whether messages may go by what the contact has answered. */
  readonly isUsable: (answer: Uint8Array | undefined) => boolean;
}

/** What a step is given beside the record. */
export interface ChatContext {
  readonly people: People;
  /** This process. */
  readonly by: string;
  /** Our Contact, by which requests within a session find the record. */
  readonly contact: string;
  readonly draw: () => string;
  /** From 0 to 1. */
  readonly jitter: () => number;
  readonly form: ChatForm;
  /** Whether single messages may go where a session cannot be. */
  readonly mayPage: boolean;
  readonly allow: readonly string[];
  readonly waits: ChatWaits;
  readonly limits: ChatLimits;
  /** What this process knows of the session that it has open. */
  readonly known: ChatKnown | undefined;
}
