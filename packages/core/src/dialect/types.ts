// What a dialect is: the difference between what the RFCs have and what a kind of peer does, turned into the RFC's shape on
// the way in and back on the way out. Rules ask its traits, which are data, and never its name. Types alone; which peer
// speaks which is dialect-of.ts, what each does is standard.ts and lync.ts.
import type { Condition } from '@interwork/xmpp';
import type { Reading } from '../crossing.ts';
import type { Refusal } from '../translation.ts';
import type {
  HeaderField,
  Headers,
  IncomingRequest,
  RequestDraft,
  Response,
  ResponseDraft,
} from '@interwork/sip';
import type { PidfDocument, PidfFault } from '../body/pidf.ts';
import type { DocumentFault } from '../body/presence-root.ts';
import type { Translation } from '../translation.ts';

/**
 * The dialects there are, as policy and options name them: what the RFCs have; the same, with people who chat in sessions
 * where those are taken; and Microsoft's.
 */
export type DialectName = 'standard' | 'sessions' | 'lync';

/** The profiles of XMPP domains there are, named as dialects are. */
export type ProfileName = 'google-talk';

/** What kinds of XMPP peers do otherwise. Data: rules ask it. */
export interface XmppProfile {
  readonly name: 'standard' | ProfileName;
  /** Namespaces of elements that say nothing to the other side, so that they are no loss. */
  readonly silent: ReadonlySet<string>;
}

/** One way of speaking SIP. Pure: what it gives depends on what it is given. */
export interface Dialect {
  readonly name: DialectName;
  readonly traits: Traits;
  /** How it describes a session in text; `undefined` where it opens none. */
  readonly session: SessionForm | undefined;
  /** The presence documents it reads, and writes; PIDF is one of them. */
  readonly documents: readonly DocumentForm[];
  /** How it tells that somebody types, where that is a form of its own. */
  readonly typing: TypingForm | undefined;
  /** Whether a peer that shows this speaks it. Nothing of trust follows from it. */
  recognise(facts: PeerFacts): boolean;
  /** Theirs to the RFC's. */
  request(r: IncomingRequest): Unfolded;
  /** Our answer to that request, as the peer expects it. */
  answer(r: IncomingRequest, draft: ResponseDraft, unfolded: Unfolded): ResponseDraft;
  /** Ours to theirs. */
  draft(d: RequestDraft): RequestDraft;
  /** Theirs to the RFC's; `method` is that of the request it answers. */
  response(r: Response, method: string): UnfoldedResponse;
}

/** What a message may show of who wrote it. Said by the peer, proved by nobody. */
export interface PeerFacts {
  /** User-Agent of a request or Server of a response. */
  readonly product: string | undefined;
  /** Option tags of Supported, in lower case. */
  readonly supported: readonly string[];
}

/** A request in the RFC's shape. */
export interface Unfolded {
  /** In place of the one that came; absent: as it came. */
  readonly request?: IncomingRequest;
  /** It is not taken, and this is why. */
  readonly refusal?: Refusal;
  /** The message that an INVITE brings along: taken and said so in the answer, or ignored, never half. */
  readonly first?: FirstMessage;
  /** Names of the habits that were met, for the trace. */
  readonly notes: readonly string[];
}

/** The message within an INVITE. */
export interface FirstMessage {
  /** As a MESSAGE of the same sender, recipient and Call-ID: what reads messages reads it. */
  readonly message: IncomingRequest;
  /** The header fields of the 2xx that say it was taken. Without them its sender sends it again. */
  readonly taken: readonly HeaderField[];
}

/** A response in the RFC's shape. */
export interface UnfoldedResponse {
  /** In place of the one that came; absent: as it came. */
  readonly response?: Response;
  /** The NOTIFY that came along with it. */
  readonly notify?: IncomingRequest;
  /** What its status means beyond what the RFC says of it. */
  readonly meaning?: Meaning;
  readonly notes: readonly string[];
}

/** What a response means. */
export interface Meaning {
  /** A word for the trace, such as `do-not-disturb`. */
  readonly reason: string;
  /** The condition of the stanza error that the XMPP sender is told. */
  readonly condition: Condition;
  /** The sentence that goes with it. */
  readonly text: string;
  /** `never`: the same would be refused again; `reopen`: the session is over, another may be opened; `later`: as the RFC says. */
  readonly again: 'never' | 'reopen' | 'later';
}

/** What a kind of peer can do and expects. Data: rules ask these. */
export interface Traits extends Reading {
  /** How people chat: MESSAGE outside dialogs, MESSAGE within a session, or MSRP. */
  readonly chat: 'pager' | 'invite-message' | 'msrp';
  /** Whether MESSAGE outside dialogs is worth a try where no session comes about. */
  readonly pager: boolean;
  readonly typing: 'iscomposing' | 'keyboard-activity' | 'none';
  readonly receipts: 'imdn' | 'from-200' | 'none';
  /** The status that tells its sender that a message was handed over and no more. @spec RFC 3428 §7 */
  readonly accepted: 200 | 202;
  /** Whether its users read text and HTML as alternatives wherever nobody says otherwise. */
  readonly html: boolean;
  /** Whether a session names the conversation it belongs to. */
  readonly conversationId: boolean;
  readonly presence: PresenceTraits;
}

/** The part of traits that presence asks. */
export interface PresenceTraits {
  /** Media types that our SUBSCRIBE accepts, in order. */
  readonly accept: readonly string[];
  /** Media types that we write, the best first. */
  readonly documents: readonly string[];
  /** Option tags that our SUBSCRIBE supports. */
  readonly supported: readonly string[];
  /** The tag by which each NOTIFY begins the time of a subscription anew, theirs and ours. */
  readonly extend?: string;
  /** Seconds that our SUBSCRIBE asks for; without it what the host has set. */
  readonly expires?: number;
  /** What says that somebody lets himself be seen: a NOTIFY that calls it active, or only one that shows something. */
  readonly consent: 'active' | 'document';
  /** How a watcher is notified who gives no answers, and the tag by which he asks for that. */
  readonly unanswered?: { readonly option: string; readonly method: string };
}

/** One type of presence document, between octets and the RFC's shape. */
export interface DocumentForm {
  /** Its media type, in lower case. */
  readonly type: string;
  read(body: Uint8Array): PidfDocument | PidfFault | DocumentFault;
  /** Octets, and what has no place in them. */
  write(document: PidfDocument, facts: DocumentFacts): Translation<Uint8Array>;
}

/** What a document is written with beside what it says. */
export interface DocumentFacts {
  readonly now: number;
  /** What XMPP's `dnd` is, where a format tells the two apart. */
  readonly doNotDisturb: 'busy' | 'do-not-disturb';
}

/** How a session in text is offered and answered. */
export interface SessionForm {
  /** The Content-Type of both. */
  readonly contentType: string;
  offer(at: SessionPlace, acceptTypes: readonly string[]): Uint8Array;
  /** `self` is the URI of whoever answers; `offer` the body that is answered. */
  answer(
    at: SessionPlace,
    acceptTypes: readonly string[],
    self: string,
    offer: Uint8Array,
  ): Uint8Array;
  /** What a description of theirs says; `undefined` where it is of no session in text. */
  read(body: Uint8Array): SessionMedia | undefined;
  /** The headers of an INVITE beside; `conversation` is fresh for each session. */
  headers(conversation: string): readonly HeaderField[];
  /** The conversation that an INVITE names. */
  conversationIn(headers: Headers): string | undefined;
}

/** A session in text, as the other end describes it. */
export interface SessionMedia {
  /** `message`, or what it is called there. */
  readonly media: string;
  readonly port: number;
  readonly proto: string;
  /** `null` in an offer, in an answer the URI of whoever answers. */
  readonly fmt: string;
  /** Content types that it takes, in lower case; empty where it does not say. */
  readonly acceptTypes: readonly string[];
}

/** What a sign of typing says. */
export type TypingState = 'composing' | 'paused';

/** How signs of typing are written within a session. */
export interface TypingForm {
  readonly method: 'INFO' | 'MESSAGE';
  readonly contentType: string;
  /** What a request says of typing; `undefined` where it is no such sign. */
  read(request: IncomingRequest): TypingState | undefined;
  write(state: TypingState): Uint8Array;
}

/** What stands where media addresses stand; it has no meaning in a session of SIP messages. */
export interface SessionPlace {
  readonly address: string;
  readonly port: number;
}
