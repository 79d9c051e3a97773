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
  unproved: UNPROVED_LIMITS,
  proved: DEFAULT_LIMITS,
};

/** Times of one stream, in milliseconds. */
export interface StreamTimers {
  readonly negotiation: number;
  readonly closing: number;
  readonly keepAlive: number;
  readonly silence: number;
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
};
