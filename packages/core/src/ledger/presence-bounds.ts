// Every bound and every wait of the presence ledger, with its default. The notifier's and the subscriber's own are the
// SIP package's.
import type { DocumentFacts } from '../dialect/types.ts';
import { FETCH_HOLD, WATCH_SECONDS } from '../rules/presence-polling.ts';

/** Times of the ledger, with the unit in which each is measured on the wire. */
export interface PresenceWaits {
  /** Seconds asked for in a SUBSCRIBE: what the package says. @spec RFC 3856 §6.4 */
  readonly expires: number;
  /** Seconds of the shortest dialog that is accepted: shorter ones cost more than they tell. @spec RFC 6665 §4.2.1.1 */
  readonly minExpires: number;
  /** Seconds of the longest dialog that is granted: within it a state that went astray is put right. */
  readonly maxExpires: number;
  /** Milliseconds between two NOTIFYs of one dialog. @spec RFC 3856 §6.10 */
  readonly interval: number;
  /**
   * Milliseconds that a fetch waits for the answer to a probe: its NOTIFY is expected at once. Where the host looks at that
   * answer, longer by its time for it (`duty`).
   * @spec RFC 6665 §4.4.3
   */
  readonly fetch: number;
  /**
   * Milliseconds in which all resources of a contact have answered a probe: a round trip between servers is far shorter. Where
   * the host looks at their answers, longer by what one of them may wait for others (`pair`).
   */
  readonly confirm: number;
  /** Milliseconds after the last sign of a user until he is asked whether he is there: a burden on both sides. @spec RFC 8048 §8.1 */
  readonly sign: number;
  /** Milliseconds after which a contact whose server was lost is asked for: links break and come back within minutes. */
  readonly outage: number;
  /** Milliseconds until a stanza that may have been lost is sent once more: a link is mostly back by then. */
  readonly again: number;
  /**
   * Milliseconds over which everything is asked for again that may have been missed while no process was there, each at
   * its own moment by chance: soon, and not all at once.
   */
  readonly afresh: number;
  /** Milliseconds that an invitation is held for somebody whom the contact has to add first: whoever has not by then will not. */
  readonly held: number;
  /** Milliseconds without any dialog after which an authorization is given up: longer than any holiday. */
  readonly idle: number;
}

/** Counts of the ledger, for each pair of people. */
export interface PresenceLimits {
  /** Devices of one SIP user that watch one contact: nobody has more that are on. */
  readonly dialogs: number;
  /** Resources of one person that are shown: nobody looks at more. */
  readonly resources: number;
}

/** What the host has set of how peers of some dialects are treated. */
export interface PresenceHabits {
  /** What XMPP's `dnd` is where a peer's documents tell the two apart. Default `busy`: a busy person can be called. */
  readonly doNotDisturb: DocumentFacts['doNotDisturb'];
  /**
   * Whether watchers are notified without answers where they ask for that: the SIP endpoint must then never answer
   * `CARRIED_UNANSWERED`. If not, who insists is refused with 420. Default yes.
   */
  readonly unanswered: boolean;
}

/** The bounds used unless the host says otherwise, for each pair of people. */
export const DEFAULT_PRESENCE_LIMITS: PresenceLimits = {
  dialogs: 8,
  resources: 16,
};

/** What is done unless the host says otherwise. */
export const DEFAULT_PRESENCE_HABITS: PresenceHabits = {
  doNotDisturb: 'busy',
  unanswered: true,
};

/** The waits used unless the host says otherwise. */
export const DEFAULT_PRESENCE_WAITS: PresenceWaits = {
  expires: WATCH_SECONDS,
  minExpires: 60,
  maxExpires: 3_600,
  interval: 5_000,
  fetch: FETCH_HOLD,
  confirm: 10_000,
  sign: 12 * 60 * 60 * 1000,
  outage: 5 * 60 * 1000,
  again: 60_000,
  afresh: 60_000,
  held: 30 * 24 * 60 * 60 * 1000,
  idle: 90 * 24 * 60 * 60 * 1000,
};
