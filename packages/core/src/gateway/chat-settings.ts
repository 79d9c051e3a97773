// What conversations in sessions are carried with: where peers reach this gateway, and the bounds and waits of the ledger
// and of the desk, whose defaults stand there.
import { MisuseError } from '../misuse.ts';
import {
  type ChatLimits,
  type ChatWaits,
  DEFAULT_CHAT_LIMITS,
  DEFAULT_CHAT_WAITS,
} from '../ledger/chat-bounds.ts';
import type { DeskLimits, DeskWaits } from './desk-options.ts';
import type { PresencePlace } from './presence-contact.ts';

/** What a host hands in so that conversations are carried in sessions where the peer wants them. */
export interface ChatOptions extends PresencePlace {
  /** From 0 to 1, by chance: spreads what both ends might do at once. */
  readonly jitter: () => number;
  readonly limits?: Partial<ChatLimits>;
  readonly waits?: Partial<ChatWaits>;
  /** Of the desk at which records change. */
  readonly desk?: { readonly limits?: Partial<DeskLimits>; readonly waits?: Partial<DeskWaits> };
}

/** The same with its defaults filled in. */
export interface ChatSettings extends PresencePlace {
  readonly jitter: () => number;
  readonly limits: ChatLimits;
  readonly waits: ChatWaits;
  readonly desk: NonNullable<ChatOptions['desk']>;
}

/** Fills in the defaults; a place that cannot be reached is the host's mistake. */
export function chatSettings(options: ChatOptions): ChatSettings {
  const { host, ports, jitter, desk = {} } = options;
  if (host === '' || Object.keys(ports).length === 0)
    throw new MisuseError('malformed-place', 'chat needs a host and a port that peers can reach');
  const limits = { ...DEFAULT_CHAT_LIMITS, ...options.limits };
  const waits = { ...DEFAULT_CHAT_WAITS, ...options.waits };
  return { host, ports, jitter, desk, limits, waits };
}
