// The profile of Google Talk, the service that Microsoft tested its XMPP federation with. What links with it may and must be is
// not here: that is its partner's in the policy, and nothing in a profile makes a link weaker.
import { PRIVATE_NAMESPACES } from './google-talk/private-elements.ts';
import type { XmppProfile } from './types.ts';

/** XMPP as Google Talk wrote it. */
export const GOOGLE_TALK: XmppProfile = { name: 'google-talk', silent: PRIVATE_NAMESPACES };
