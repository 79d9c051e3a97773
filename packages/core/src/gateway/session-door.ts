// The door between messages and sessions: what xmpp-to-sip.ts asks of whoever has sessions, and what it does for them. A
// message goes in with its route, leaves within a session, and its response comes back the same way. Types only.
import type { FailedEvent, RequestDraft, Response, Target } from '@interwork/sip';
import type { Jid, Message } from '@interwork/xmpp';
import type { Ending, Outgoing } from './outgoing.ts';

/** Whoever has sessions. */
export interface SessionDoor {
  /** Whether a message goes by a session. */
  wants(crossed: Outgoing): boolean;
  /** Takes one, which comes back by `MessageEnds`. */
  take(now: number, crossed: Outgoing, targets: readonly Target[]): void;
  /** The response to one that left within a session; true when it is taken once more. */
  answered(now: number, crossed: Outgoing, response: Response): boolean;
  /** There was none. */
  failed(now: number, crossed: Outgoing, event: FailedEvent): void;
  /** A message without words; true when it says something about a session. */
  sign(now: number, m: Message, from: Jid, to: Jid): boolean;
  /** Takes back all that wait. */
  drain(): readonly Outgoing[];
}

/** What becomes of messages that were taken. */
export interface MessageEnds {
  /** It leaves, as this request. */
  leave(now: number, crossed: Outgoing, draft: RequestDraft, targets: readonly Target[]): void;
  /** It leaves as a single message. */
  page(now: number, crossed: Outgoing, targets: readonly Target[]): void;
  /** The session it waited for was refused; who waits behind it is told the same. */
  refused(now: number, crossed: Outgoing, response: Response | undefined, ending: Ending): void;
  /** It comes to this end. */
  give(now: number, crossed: Outgoing, ending: Ending): void;
}
