// The rails that every ladder has: the gateway's, and where nothing else is said one for each side of it.
import type { Rail } from './ladder.ts';

/** The rail of the gateway. */
export const GATEWAY = 'gateway';

/** A rail for each side, and the gateway's between them. */
export const SIDES: readonly Rail[] = ['sip', GATEWAY, 'xmpp'].map((id) => ({ id, lines: [id] }));
