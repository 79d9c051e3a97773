// What goes into a session and what comes out of it, and the record between two steps. Types only, but for the
// waits; the steps are ../session.ts.
import type { Dialog } from '../dialog.ts';
import type { FailedReason } from '../endpoint/types.ts';
import type {
  HeaderField,
  IncomingRequest,
  RequestDraft,
  Response,
  ResponseDraft,
} from '../message.ts';
import type { Uri } from '../uri.ts';

/**
 * `inviting`: our INVITE has left. `early`: somebody has said more than 100 to it. `cancelling`: we want it no
 * more. `answering`: an INVITE of the peer waits for the host. `accepted`: our 2xx waits for its ACK. `leaving`:
 * the same, and then it is to end. `ending`: our BYE has left.
 */
export type SessionState =
  | 'inviting'
  | 'early'
  | 'cancelling'
  | 'answering'
  | 'accepted'
  | 'leaving'
  | 'active'
  | 'ending';

/**
 * One session begun by INVITE, which is one dialog. Plain JSON. Moments are milliseconds, and 0 where there is
 * none.
 * @spec RFC 3261 §13
 */
export interface Session {
  readonly state: SessionState;
  /** Who sent the INVITE that began it: we, as `uac`, or the peer. */
  readonly role: 'uac' | 'uas';
  /**
   * The dialog, with Call-ID, our tag and both addresses. Until a 2xx to our INVITE it has no tag of the peer, and
   * the address that was called stands for the remote target.
   */
  readonly dialog: Dialog;
  /** Dialogs begun by 1xx to our INVITE, the newest last. */
  readonly early?: readonly Dialog[];
  /** CSeq of the INVITE, UPDATE or BYE of ours that has not been answered; 0 when there is none. */
  readonly asking: number;
  /** Whether that is an UPDATE. */
  readonly isUpdate: boolean;
  /** Whether that offers something, or the next one is to. */
  readonly isOffering: boolean;
  /** When it counts as unanswered. */
  readonly answerBy: number;
  /** CSeq of an INVITE of the peer that waits for its answer, or whose 2xx waits for its ACK: while `ackBy` stands. */
  readonly owed: number;
  /** Whether our 2xx to it was the offer, so that its ACK brings the answer. */
  readonly isOffered: boolean;
  /** Until when the host may answer it, or the ACK may come; 0 when there is none. */
  readonly ackBy: number;
  /** Whether the peer takes UPDATE. */
  readonly updates: boolean;
  /** Seconds of the session timer; 0 when there is none. */
  readonly interval: number;
  /** Whether it is we who refresh. */
  readonly isRefresher: boolean;
  /** Seconds that the peers on the way want at least. */
  readonly least: number;
  /** When the next refresh goes out; while an INVITE of the peer waits for its answer, the next provisional response. */
  readonly refreshAt: number;
  /** When the session timer runs out. */
  readonly expiresAt: number;
  /** While our first INVITE may have to be sent again with a longer session timer: what it said. */
  readonly invite?: SessionInvite;
}

/** What an INVITE of ours said beside its dialog. */
export interface SessionInvite {
  readonly offer: string;
  readonly headers: readonly HeaderField[];
}

/** Whom to invite, and to what. */
export interface SessionWish {
  /** Our address, a URI. */
  readonly local: string;
  /** The address to call, a URI: To and the first Request-URI. */
  readonly remote: string;
  /** A session description, in UTF-8. */
  readonly offer: Uint8Array;
  /** Further fields of the INVITE. */
  readonly headers?: readonly HeaderField[];
  /** Seconds within which it is to be answered, told in Expires; without, as long as `ringTime` allows. */
  readonly expires?: number;
  /** From tag; drawn when left out. */
  readonly tag?: string;
  /** Drawn when left out. */
  readonly callId?: string;
}

/** What a session needs at each step. */
export interface SessionEnv {
  /** Our Contact, a URI that finds this record again. */
  readonly contact: string;
  /** A fresh token for tags and Call-IDs. */
  readonly draw: () => string;
  /** A number from 0 up to 1, so that two ends do not ask at once again. */
  readonly jitter: () => number;
  /** Methods told in Allow. */
  readonly allow: readonly string[];
  /** Option tags told in Supported beside `timer`, and allowed in Require. */
  readonly supported: readonly string[];
  /** Seconds of the session timer that we want; without, there is one where the peer wants it. */
  readonly interval?: number;
  /**
   * Our session description within a session: the answer to an offer of the peer, or without one an offer of ours.
   * `undefined`: what is offered cannot be taken, or there is nothing to offer.
   */
  readonly describe: (offer?: Uint8Array) => Uint8Array | undefined;
  readonly times?: Partial<SessionTimes>;
}

/** What may happen to a session. Responses and failures are those of the requests of its steps, by their tags. */
export type SessionInput =
  /** A 101 to 199 to our INVITE. */
  | { readonly kind: 'provisional'; readonly response: Response }
  | SessionResponse
  /** A 2xx to our INVITE from somebody else, after the first one. */
  | { readonly kind: 'forked'; readonly response: Response }
  | SessionFailed
  /** The ACK to our 2xx. */
  | { readonly kind: 'acknowledged'; readonly request: IncomingRequest }
  /** No ACK has come to our 2xx. */
  | { readonly kind: 'unacknowledged' }
  /** The peer has taken back its INVITE, which has been answered by 487. */
  | { readonly kind: 'cancelled' }
  /** A request within the dialog. */
  | { readonly kind: 'request'; readonly request: IncomingRequest }
  | SessionAnswer
  /** Ends it from our side; `reason` is the value of a Reason header, `by` what is told. */
  | { readonly kind: 'end'; readonly reason?: string; readonly by?: 'us' | 'replaced' }
  /** Tell the peer our Contact anew, and what we describe; where something is being told already, that has to do. */
  | { readonly kind: 'refresh' }
  /** The moment of `sessionWakeAt` has come. */
  | { readonly kind: 'wake' }
  /** The last request or answer may not have left, and no response will find us: the process has ended meanwhile. */
  | { readonly kind: 'lost' };

/** A final response; to requests that the host made itself, with the tag `within`. */
export interface SessionResponse {
  readonly kind: 'response';
  readonly tag: SessionTag | 'within';
  readonly response: Response;
}

/** A request that ended without a response. */
export interface SessionFailed {
  readonly kind: 'failed';
  readonly tag: SessionTag | 'within';
  readonly reason: FailedReason;
}

/** The host answers the INVITE that began the session. */
export interface SessionAnswer extends Pick<ResponseDraft, 'reason' | 'body' | 'headers'> {
  readonly kind: 'answer';
  /** From 101 to 699. */
  readonly status: number;
  /** `application/sdp` when left out. */
  readonly contentType?: string;
}

/** Which request of a session it is. `fork-bye` ends what somebody else has accepted: what comes of it is of no interest. */
export type SessionTag = 'invite' | 'ack' | 'update' | 'bye' | 'fork-bye';

/** A request that a session wants sent; its tag comes back with what becomes of it. */
export interface SessionRequest {
  readonly tag: SessionTag;
  readonly draft: RequestDraft;
  /** Where it goes first. */
  readonly hop: Uri;
}

/** What comes of an input; each part is carried out after `next` is written, the answer first. */
export interface SessionStep {
  /** `undefined`: it is over, and nothing is to be kept. */
  readonly next: Session | undefined;
  /** In order. */
  readonly requests: readonly SessionRequest[];
  /** Our INVITE is to be cancelled. */
  readonly cancel?: boolean | undefined;
  /** To the request that came in; without one, to the INVITE that began the session: its end, or that it goes on. */
  readonly answer?: ResponseDraft | undefined;
  /** To the INVITE that began the session, where a request has ended it that is answered by `answer`. */
  readonly refusal?: ResponseDraft | undefined;
  readonly told: readonly SessionEvent[];
}

/** What a host is told of a session. */
export type SessionEvent =
  /** Somebody is being asked. */
  | { readonly kind: 'ringing'; readonly response: Response }
  | SessionEstablished
  /** What the peer says now: its offer, or its answer to ours. */
  | { readonly kind: 'renegotiated'; readonly body: Uint8Array }
  /** MESSAGE, INFO and every other request that is not the session's own: the host answers it. */
  | { readonly kind: 'content'; readonly request: IncomingRequest }
  | SessionEnded;

/** The peer has accepted, or acknowledged that we have. */
export interface SessionEstablished {
  readonly kind: 'established';
  /** The 2xx to our INVITE. */
  readonly response?: Response;
  /** The answer of the peer, where it has come with this. */
  readonly body?: Uint8Array;
}

/** A session is over. Told once, and nothing else is told after it. */
export interface SessionEnded {
  readonly kind: 'ended';
  readonly by: SessionEnd;
  /** The final response, where one ended it. */
  readonly response?: Response;
  /** The BYE, where one ended it. */
  readonly request?: IncomingRequest;
  /** Why there was no response. */
  readonly reason?: FailedReason;
}

/**
 * Why a session is over. `refused`: our INVITE was; or we refused that of the peer. `cancelled`: the peer took its
 * INVITE back. `gone`: the peer does not know the session, or is not there. `timeout`: nothing was said in time.
 * `lost`: the process that had it ended before it was established.
 */
export type SessionEnd =
  | 'peer'
  | 'us'
  | 'replaced'
  | 'refused'
  | 'cancelled'
  | 'gone'
  | 'timeout'
  | 'lost';

/** What became of an INVITE outside of any dialog. */
export type SessionOpening =
  | { readonly kind: 'opened'; readonly step: SessionStep }
  | { readonly kind: 'refused'; readonly answer: ResponseDraft };

/** A request of the host's own within a session, and the session after it. */
export interface SessionContent {
  readonly next: Session;
  readonly draft: RequestDraft;
}

/** The waits of a session, in milliseconds. */
export interface SessionTimes {
  /** How long our INVITE may go unanswered while somebody is asked: Timer C, when the proxies on the way give up. */
  readonly ringTime: number;
  /** How long the final answer to a cancelled INVITE is waited for: 64 times T1 (RFC 3261 §9.1). */
  readonly cancelTime: number;
  /** How long the host may take to answer an INVITE: a proxy waits three minutes, a person less. */
  readonly holdTime: number;
  /** From one provisional response to the next while it does: what RFC 3261 §13.3.1.1 asks for, so that no proxy gives up. */
  readonly provisionalTime: number;
  /**
   * When a request of ours, or a 2xx without ACK, of which nothing was heard at all counts as unanswered. Twice Timer
   * F, so that it only counts where the process that sent it is gone.
   */
  readonly answerTime: number;
  /** The wait until a refresh that failed is tried again, if the session timer allows. */
  readonly retryTime: number;
  /** The shortest session timer that is taken, which is the shortest there may be (RFC 4028 §4). */
  readonly leastInterval: number;
  /** The longest session timer that is taken or kept to: a peer that is gone is noticed within it. */
  readonly mostInterval: number;
}

/** The waits used where the host names none. */
export const DEFAULT_SESSION_TIMES: SessionTimes = {
  ringTime: 180_000,
  cancelTime: 32_000,
  holdTime: 60_000,
  provisionalTime: 60_000,
  answerTime: 64_000,
  retryTime: 10_000,
  leastInterval: 90_000,
  mostInterval: 86_400_000,
};
