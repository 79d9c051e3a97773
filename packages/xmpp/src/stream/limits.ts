// How much and how long one stream may take: RFC 6120 §13.12, §4.4, §4.6. Bounds of XML are ../limits.ts.
import type { XmlLimits } from '../limits.ts';
import { DEFAULT_LIMITS, UNPROVED_LIMITS } from '../limits.ts';

/** Bounds of one stream; counts are inclusive. */
export interface StreamLimits {
  /** Bytes read before anybody is proved. */
  readonly unprovedBytes: number;
  /** Pairs of domains proved or being proved on one stream. */
  readonly pairs: number;
  /** Claims judged or verified on one stream before the first proof, whatever became of them. */
  readonly claims: number;
  /** Verifications asked on one stream and not answered. */
  readonly verifications: number;
  /** Failed authentications before the stream is closed. */
  readonly auths: number;
  /** Stanzas in a row, each from or to what is no address at a proved domain, before the stream is closed. */
  readonly misaddressed: number;
  /** Stanzas written in a session of stream management and not acknowledged; further ones wait. */
  readonly unacknowledgedStanzas: number;
  /** Bytes of the same, but for the last one. */
  readonly unacknowledgedBytes: number;
  /** Stanzas of a session that the host has taken and not handed in as handled, before the stream is closed. */
  readonly unhandledStanzas: number;
  /** Bounds of XML before anybody is proved. */
  readonly unproved: XmlLimits;
  /** Bounds of XML afterwards. */
  readonly proved: XmlLimits;
}

/** The defaults, each with its reason. */
export const DEFAULT_STREAM_LIMITS: StreamLimits = {
  /** Bytes. Headers, features and dialback of one pair take under 4 KiB in all. */
  unprovedBytes: 65_536,
  /** Count. Hosters with more sending domains open another stream. */
  pairs: 100,
  /** Count. A peer claims one pair and waits, a hoster a few at once; a stranger may not keep us judging and calling. */
  claims: 20,
  /** Count. As many as one peer can have pairs on one stream. */
  verifications: 100,
  /** Count. RFC 6120 §6.4.5 asks for two to five. */
  auths: 3,
  /** Count. One user's client in a loop is told so often, and ends nobody else's stream before. */
  misaddressed: 100,
  /** Count. What a busy pair writes in a round trip of a second; Prosody keeps 500 itself. */
  unacknowledgedStanzas: 500,
  /** Bytes. Four of the largest stanzas, as much as may wait for a link. */
  unacknowledgedBytes: 1_048_576,
  /** Count. SIP takes up to 32 s to answer: three hundred a second all that time. */
  unhandledStanzas: 10_000,
  unproved: UNPROVED_LIMITS,
  proved: DEFAULT_LIMITS,
};

/** Times of one stream, in milliseconds. */
export interface StreamTimers {
  readonly negotiation: number;
  readonly closing: number;
  readonly keepAlive: number;
  readonly silence: number;
  readonly acknowledgement: number;
  readonly askAgain: number;
  readonly resumption: number;
}

/** The defaults, each with its reason. */
export const DEFAULT_STREAM_TIMERS: StreamTimers = {
  /** ms. From the connection to the first proof; dialback takes a DNS walk and a connection of the peer's. */
  negotiation: 30_000,
  /** ms. Waiting for the peer's closing tag (RFC 6120 §4.4). */
  closing: 5_000,
  /** ms. A blank on outbound streams keeps NATs and the peer's idle timer awake (§4.6.1). */
  keepAlive: 180_000,
  /** ms. An inbound stream on which nothing comes, not even a blank; longer than servers' idle times. */
  silence: 1_800_000,
  /** ms. From asking a peer how far it is to giving the connection up; peers answer at once. */
  acknowledgement: 30_000,
  /** ms. From an answer that was not all to the next question. */
  askAgain: 5_000,
  /** ms. A session whose connection is lost waits so long for another; a SIP sender waits no longer. */
  resumption: 30_000,
};
