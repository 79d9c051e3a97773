// What presence is carried with: where peers reach this gateway, and the bounds and waits of the ledger
// and of the desk, whose defaults stand there.
import { MisuseError } from '../misuse.ts';
import {
  DEFAULT_PRESENCE_HABITS,
  DEFAULT_PRESENCE_LIMITS,
  DEFAULT_PRESENCE_WAITS,
  type PresenceHabits,
  type PresenceLimits,
  type PresenceWaits,
} from '../ledger/presence-bounds.ts';
import type { DeskLimits, DeskWaits } from './desk-options.ts';
import type { PresencePlace } from './presence-contact.ts';

/** What a host hands in so that presence is carried. */
export interface PresenceOptions extends PresencePlace {
  /** From 0 to 1, by chance: spreads refreshes, so that not all come at once after a restart. */
  readonly jitter: () => number;
  readonly limits?: Partial<PresenceLimits>;
  readonly waits?: Partial<PresenceWaits>;
  /** For peers whose dialect leaves a choice. */
  readonly habits?: Partial<PresenceHabits>;
  /** Of the desk at which records change. */
  readonly desk?: { readonly limits?: Partial<DeskLimits>; readonly waits?: Partial<DeskWaits> };
}

/** The same with its defaults filled in. */
export interface PresenceSettings extends PresencePlace {
  readonly jitter: () => number;
  readonly limits: PresenceLimits;
  readonly waits: PresenceWaits;
  readonly habits: PresenceHabits;
  readonly desk: NonNullable<PresenceOptions['desk']>;
}

/** Fills in the defaults; a place that cannot be reached is the host's mistake. */
export function presenceSettings(options: PresenceOptions): PresenceSettings {
  const { host, ports, jitter, desk = {} } = options;
  if (host === '' || Object.keys(ports).length === 0)
    throw new MisuseError(
      'malformed-place',
      'presence needs a host and a port that peers can reach',
    );
  const limits = { ...DEFAULT_PRESENCE_LIMITS, ...options.limits };
  const waits = { ...DEFAULT_PRESENCE_WAITS, ...options.waits };
  const habits = { ...DEFAULT_PRESENCE_HABITS, ...options.habits };
  return { host, ports, jitter, desk, limits, waits, habits };
}
