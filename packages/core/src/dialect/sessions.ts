// The dialect of peers that speak as the RFCs have it, and whose people chat in sessions all the same: MESSAGE within the
// dialog of an INVITE that describes `m=message`. Never learned, since nothing that a peer shows says so. Where such a peer
// refuses the session itself, single messages go instead (ledger/chat-tables.ts); what else it does is standard.ts'.
import { LYNC_SESSION } from './lync/session.ts';
import { STANDARD } from './standard.ts';
import type { Dialect } from './types.ts';

/**
 * The standard, in sessions where they are taken.
 * @spec RFC 3428 §4
 * @spec RFC 7573 §4
 */
export const SESSIONS: Dialect = {
  ...STANDARD,
  name: 'sessions',
  traits: { ...STANDARD.traits, chat: 'invite-message' },
  session: { ...LYNC_SESSION, headers: () => [], conversationIn: () => undefined },
};
