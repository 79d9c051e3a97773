// What is handed to the desk of presence: what happens, and where it came from. Types only.
import type { Flow } from '@interwork/sip';
import type { Jid, LinkFacts, Presence, Receipt } from '@interwork/xmpp';
import type { PresenceEvent } from '../ledger/presence.ts';
import type { KeptRequest } from '../ledger/presence-types.ts';
import type { PresenceArrival, PresenceRefused } from './presence-events.ts';

/** What is handed to the desk: what happens, and where it came from. */
export interface PresenceItem {
  readonly event: PresenceEvent;
  readonly at: number;
  /** What came in; nothing where time or a peer's answer is the cause. */
  readonly origin?: PresenceOrigin | undefined;
  /** Of a stanza that does not die with this process once it is written beside the record. */
  readonly receipt?: Receipt | undefined;
  /** A stanza that is refused: its sender is told so once nothing of it stands beside the record any more. */
  readonly refuses?: RefusedStanza | undefined;
}

/** A stanza that is not passed on, and why. */
export interface RefusedStanza {
  readonly came: TurnedAway;
  readonly why: PresenceRefused;
}

/** A stanza, from whom it came and to whom. */
export interface CamePresence {
  readonly stanza: Presence;
  readonly from: Jid;
  readonly to: Jid;
  readonly link: LinkFacts;
  readonly receipt: Receipt | undefined;
  /** What stands of it beside the record, since the host looks at it. */
  readonly kept?: KeptRequest | undefined;
}

/** What of it its sender is answered with. */
export type TurnedAway = Pick<CamePresence, 'stanza' | 'from' | 'to' | 'receipt'>;

/** Something that came in, and is owed an end. */
export interface PresenceOrigin {
  readonly arrival: PresenceArrival;
  /** The SIP request that must be answered, and the connection it came by. */
  readonly request?: { readonly id: string; readonly flow: Flow } | undefined;
  /** Habits of its sender's domain that were met. */
  readonly notes?: readonly string[];
  readonly stanza?: Presence | undefined;
  readonly receipt?: Receipt | undefined;
  /** What stands of it beside the record. */
  readonly kept?: KeptRequest | undefined;
}
