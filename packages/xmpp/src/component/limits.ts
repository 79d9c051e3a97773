// How much and how long a component may take. Bounds of XML are ../limits.ts.
import { DEFAULT_LIMITS, UNPROVED_LIMITS, type XmlLimits } from '../limits.ts';

/** Bounds of a component; counts are inclusive. */
export interface ComponentLimits {
  /** Bytes read before the server has taken the handshake. */
  readonly unprovedBytes: number;
  /** Stanzas that wait for the server. */
  readonly queuedStanzas: number;
  /** Where so many wait, presence does not: the room that is left is for messages. */
  readonly queuedPresence: number;
  /** Bytes of the same. */
  readonly queuedBytes: number;
  /** Domains written to of late, each of which is told of when the connection is lost. */
  readonly writtenDomains: number;
  /** Bytes of one stanza that is sent. */
  readonly sentBytes: number;
  /** Bounds of XML before the handshake. */
  readonly unproved: XmlLimits;
  /** Bounds of XML afterwards. */
  readonly proved: XmlLimits;
}

/** The defaults, each with its reason. */
export const DEFAULT_COMPONENT_LIMITS: ComponentLimits = {
  /** Bytes. A header and a handshake are under 1 KiB. */
  unprovedBytes: 16_384,
  /** Count. Everything goes through one server: twenty seconds of a busy domain. */
  queuedStanzas: 1_000,
  /** Count. Leaves half the room, since messages of every domain go through it. */
  queuedPresence: 500,
  /** Bytes. Sixteen of the largest stanzas. */
  queuedBytes: 4_194_304,
  /** Count. More than anyone writes to in the time of `unsure`; above it the longest ago is forgotten. */
  writtenDomains: 10_000,
  /** Bytes. What most servers let pass. */
  sentBytes: 262_144,
  unproved: UNPROVED_LIMITS,
  proved: DEFAULT_LIMITS,
};

/** Times of a component, in milliseconds. */
export interface ComponentTimers {
  readonly connect: number;
  readonly negotiation: number;
  readonly queue: number;
  readonly unsure: number;
  readonly keepAlive: number;
  readonly closing: number;
  readonly shortestRest: number;
  readonly longestRest: number;
}

/** The defaults, each with its reason. */
export const DEFAULT_COMPONENT_TIMERS: ComponentTimers = {
  /** ms. The server is near: what does not answer in this time is down. */
  connect: 10_000,
  /** ms. From the connection to the server's handshake, two round trips. */
  negotiation: 10_000,
  /** ms. How long a stanza waits for the server before its sender is told. */
  queue: 20_000,
  /** ms. How long what was written may be unread when the connection is lost; longer than anyone waits for an answer. */
  unsure: 60_000,
  /** ms. A blank that finds out whether the connection still stands (RFC 6120 §4.6.1). */
  keepAlive: 60_000,
  /** ms. Waiting for the server's closing tag (RFC 6120 §4.4). */
  closing: 5_000,
  /** ms. After a first failure; doubles with each further one. */
  shortestRest: 1_000,
  /** ms. Longest time a server that is up again stays unreached; a quarter more or less by chance. */
  longestRest: 60_000,
};
