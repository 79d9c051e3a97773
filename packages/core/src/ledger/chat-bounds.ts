// Every bound and every wait of conversations in sessions, with its default. Those of SIP sessions themselves are the SIP
// package's.

/** Milliseconds. */
export interface ChatWaits {
  /** That an INVITE of ours may ring: people are asked at several places, and a client may hold its answer back. */
  readonly ring: number;
  /**
   * That an INVITE of the contact may wait for what becomes of the message it brought, or for the host: longer than all that
   * is asked takes. Who waits longer than a minute hears each minute that it goes on. @spec RFC 3261 §13.3.1.1
   */
  readonly hold: number;
  /** Without a message after which a session is ended: as long as a person mostly needs for an answer. @spec RFC 7573 §6.1 */
  readonly idle: number;
  /** The same where the XMPP user has turned away (`inactive`), or left before the session was there. */
  readonly inactive: number;
  /** From one write of when something was last said to the next: a session may end so much earlier where a process died. */
  readonly touch: number;
  /** That a pair of people is served by single messages after its session was refused as such. */
  readonly pager: number;
  /** From one look at a session that another process is opening to the next. */
  readonly again: number;
}

/** Counts, at most. */
export interface ChatLimits {
  /** Sessions that this process knows, some 3.5 kB each. */
  readonly sessions: number;
  /** Of these, with people of one SIP domain: a quarter, so that one that opens and never ends leaves room for others. */
  readonly sessionsPerDomain: number;
  /** CSeq numbers that are taken with one write: as many messages cost no other. */
  readonly block: number;
  /** New sessions that one message may make necessary: the second is for one that is dead without a word. */
  readonly tries: number;
}

/** The waits used unless the host says otherwise, in milliseconds. */
export const DEFAULT_CHAT_WAITS: ChatWaits = {
  ring: 60_000,
  hold: 60_000,
  idle: 10 * 60 * 1000,
  inactive: 2 * 60 * 1000,
  touch: 60_000,
  pager: 60 * 60 * 1000,
  again: 1_000,
};

/** The bounds used unless the host says otherwise. */
export const DEFAULT_CHAT_LIMITS: ChatLimits = {
  sessions: 50_000,
  sessionsPerDomain: 12_500,
  block: 64,
  tries: 2,
};
