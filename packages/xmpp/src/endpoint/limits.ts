// How much and how long an endpoint may take in all. Bounds of one stream are ../stream/limits.ts.
import {
  DEFAULT_STREAM_LIMITS,
  DEFAULT_STREAM_TIMERS,
  type StreamLimits,
  type StreamTimers,
} from '../stream/limits.ts';

/** Bounds of an endpoint; counts are inclusive. */
export interface XmppLimits extends StreamLimits {
  /** Pairs of domains with an outbound stream, on the way to one, or called in vain of late: the last make room. */
  readonly links: number;
  /** Streams that others opened. */
  readonly inbound: number;
  /** Of these, streams of one address (IPv6: of one /64). */
  readonly inboundPerAddress: number;
  /** Of these, streams on which one domain is proved. */
  readonly inboundPerDomain: number;
  /** Of these, streams of one address (IPv6: of one /64) on which nobody is proved. */
  readonly unprovedPerAddress: number;
  /** Claims of peers whose verification is on its way. */
  readonly pendingVerifications: number;
  /** Of these, claims of one address (IPv6: of one /64). */
  readonly verificationsPerAddress: number;
  /** Stanzas of one pair that wait for a proved stream. */
  readonly queuedStanzas: number;
  /** Where so many wait, presence does not: the room that is left is for messages. */
  readonly queuedPresence: number;
  /** Bytes of the same. */
  readonly queuedBytes: number;
  /** Bytes of one stanza that is sent. */
  readonly sentBytes: number;
  /** Sessions of stream management whose peers may come back for them. */
  readonly resumable: number;
  /** Addresses tried for one connection. */
  readonly targets: number;
}

/** The defaults, each with its reason. */
export const DEFAULT_XMPP_LIMITS: XmppLimits = {
  ...DEFAULT_STREAM_LIMITS,
  /** Count. Partners times own domains; each link without a stream is under 1 kB. */
  links: 10_000,
  /** Count. Idle streams take up to 8 kB. */
  inbound: 10_000,
  /** Count. A hoster's machine opens one stream for each pair of domains; ten of them fill `inbound`. */
  inboundPerAddress: 1_000,
  /** Count. A domain opens one stream for each domain served here, and leaves a few behind when it restarts. */
  inboundPerDomain: 500,
  /** Count. Hosters open one stream for each of their domains; few at the same time. */
  unprovedPerAddress: 50,
  /** Count. What all peers together may have us look up and call. */
  pendingVerifications: 1_000,
  /** Count. As many as one stream can have pairs; ten places have to conspire to leave nothing for others. */
  verificationsPerAddress: 100,
  /** Count. A domain that comes up is told of all contacts at once; what they may weigh is `queuedBytes`. */
  queuedStanzas: 1_000,
  /** Count. Leaves twenty seconds of messages of a busy pair. */
  queuedPresence: 900,
  /** Bytes. Four of the largest stanzas. */
  queuedBytes: 1_048_576,
  /** Bytes. What most servers let pass. */
  sentBytes: 262_144,
  /** Count. Each under 1 kB; a machine of a hoster that is cut off leaves as many as it has streams. */
  resumable: 1_000,
  /** Count. More SRV targets than anyone publishes. */
  targets: 8,
};

/** Times of an endpoint, in milliseconds. */
export interface XmppTimers extends StreamTimers {
  readonly locate: number;
  readonly connect: number;
  readonly queue: number;
  readonly idle: number;
  readonly known: number;
  readonly verification: number;
  readonly callBackGap: number;
  readonly shortestRest: number;
  readonly longestRest: number;
  readonly draining: number;
}

/** The defaults, each with its reason. */
export const DEFAULT_XMPP_TIMERS: XmppTimers = {
  ...DEFAULT_STREAM_TIMERS,
  /** ms. DNS resolvers give up after 5 to 10 s themselves. */
  locate: 10_000,
  /** ms. One address; leaves time for a second one while stanzas wait. */
  connect: 10_000,
  /** ms. How long a stanza waits for a proved stream before its sender is told. */
  queue: 20_000,
  /** ms. An outbound stream by which nothing was sent. */
  idle: 600_000,
  /** ms. A pair that was proved is known so long after its stream has ended: a server restarts in less. */
  known: 60_000,
  /** ms. From a claim to its verdict. */
  verification: 30_000,
  /** ms. Between two calls of one domain for the sake of claims: 120 a minute, however many claim it. */
  callBackGap: 500,
  /** ms. After a first failure; doubles with each further one. */
  shortestRest: 1_000,
  /** ms. Longest time a partner that is up again stays unreached. */
  longestRest: 60_000,
  /** ms. After `close`, until everything that still hangs is cut. */
  draining: 6_000,
};
