// Words for how reachable somebody is: XMPP's four, RPID's activities, and both ways between them. RFC 8048 §6
// leaves this open; `<show/>` itself travels beside them and is believed first. Where they stand in a document
// is presence-notification.ts.
import type { Show } from '@interwork/xmpp';
import type { Activities, UserInput } from '../body/rpid.ts';

/**
 * The activity that stands for a show, for those who do not read XMPP's own; `xa` has none of its own.
 * @spec RFC 4480 §3.2
 */
export const ACTIVITY_OF: Readonly<Record<Show, string | undefined>> = {
  away: 'away',
  chat: undefined,
  dnd: 'busy',
  xa: 'away',
};

/**
 * The show of activities and of a device's use, at an instant; undefined when they say that somebody is there.
 * @spec RFC 4480 §3.2
 */
export function showOfActivities(
  activities: readonly Activities[],
  input: UserInput | undefined,
  now: number,
): Show | undefined {
  const names = activities.filter((one) => isCurrent(one, now)).flatMap((one) => one.names);
  for (const [show, among] of SHOW_OF) if (names.some((name) => among.has(name))) return show;
  return names.length === 0 && input?.state === 'idle' ? 'away' : undefined;
}

/** @spec RFC 4480 §3.1 */
function isCurrent({ from = -Infinity, until = Infinity }: Activities, now: number): boolean {
  return from <= now && now < until;
}

/** The first row that names one of the activities counts. */
const SHOW_OF: readonly (readonly [Show, ReadonlySet<string>])[] = [
  [
    'dnd',
    new Set([
      'busy',
      'on-the-phone',
      'meeting',
      'presentation',
      'performance',
      'worship',
      'steering',
    ]),
  ],
  ['xa', new Set(['vacation', 'holiday', 'sleeping', 'permanent-absence', 'travel'])],
  [
    'away',
    new Set([
      'away',
      'appointment',
      'lunch',
      'dinner',
      'breakfast',
      'meal',
      'in-transit',
      'shopping',
      'spectator',
      'tv',
      'playing',
      'looking-for-work',
      'other',
    ]),
  ],
];
