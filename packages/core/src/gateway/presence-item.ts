// What is handed to the desk of presence: what happens, and where it came from. Types only.
import type { Flow } from '@interwork/sip';
import type { Presence, Receipt } from '@interwork/xmpp';
import type { PresenceEvent } from '../ledger/presence.ts';
import type { KeptRequest } from '../ledger/presence-types.ts';
import type { PresenceArrival } from './presence-events.ts';

/** What is handed to the desk: what happens, and where it came from. */
export interface PresenceItem {
  readonly event: PresenceEvent;
  readonly at: number;
  /** What came in; nothing where time or a peer's answer is the cause. */
  readonly origin?: PresenceOrigin | undefined;
}

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
