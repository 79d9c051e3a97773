// What goes through the machines of a conversation beside its events: what rides with a request of a session to the SIP edge
// and comes back, and where something that is handed to the desk came from. Types, and how they are told apart.
import type { Flow, IncomingRequest, SessionTag } from '@interwork/sip';
import type { ChatEvent } from '../ledger/chat-types.ts';
import type { Key } from '../store/store.ts';
import type { KnownChat } from './chat-table.ts';

/** What rides with a request of a session. */
export interface ChatRide {
  readonly kind: 'chat';
  readonly key: Key;
  /** The session, by our tag. */
  readonly tag: string;
  readonly of: SessionTag;
  /** It has been cancelled. */
  isGone: boolean;
  /** The tag of whoever rang last. */
  rang: string;
}

/** A context that has come back, if it is one of a session. */
export function chatRideIn(context: unknown): ChatRide | undefined {
  const ride = context as ChatRide | null | undefined;
  return ride?.kind === 'chat' ? ride : undefined;
}

/** What is handed to the desk: what happens, and where it came from. */
export interface ChatItem {
  readonly event: ChatEvent;
  readonly at: number;
  readonly chat: KnownChat | undefined;
  /** The request that is owed an answer. */
  readonly came?: CameRequest | undefined;
}

/** A request from the SIP side. */
export interface CameRequest {
  readonly id: string;
  readonly request: IncomingRequest;
  readonly flow: Flow;
  /** It is to be passed on, in its order. */
  readonly isContent: boolean;
}
