// Habit: availability
// They do: say how reachable somebody is as a number, in ranges; pages of 2010 and 2013 begin Available at 0, older pages
//   at 3000, and their own interface takes what is below for none at all.
// Vectors: pres-04 D, pres-05 D, own pres-availability D.
// We do: take 0 to 2999 for unknown, which nobody is shown as present by, and write the number that their clients write.
import type { Show } from '@interwork/xmpp';

/** How reachable somebody is, in the words of these servers. */
export type Availability =
  | 'unknown'
  | 'available'
  | 'available-idle'
  | 'busy'
  | 'busy-idle'
  | 'do-not-disturb'
  | 'be-right-back'
  | 'away'
  | 'offline';

/** Which number a range begins at, in order. @spec MS-PRES §2.2 */
const RANGES: readonly (readonly [from: number, Availability])[] = [
  [0, 'unknown'],
  [3000, 'available'],
  [4500, 'available-idle'],
  [6000, 'busy'],
  [7500, 'busy-idle'],
  [9000, 'do-not-disturb'],
  [12_000, 'be-right-back'],
  [15_000, 'away'],
  [18_000, 'offline'],
];

/** What a number says. @spec MS-PRES §2.2 */
export function availabilityOf(number: number): Availability {
  return RANGES.findLast(([from]) => from <= number)?.[1] ?? 'unknown';
}

/** What is written for a word. */
export const NUMBER_OF: Readonly<
  Record<'available' | 'busy' | 'do-not-disturb' | 'be-right-back' | 'away' | 'offline', number>
> = {
  available: 3500,
  busy: 6500,
  'do-not-disturb': 9500,
  'be-right-back': 12_500,
  away: 15_500,
  offline: 18_500,
};

/** Somebody's reach as XMPP has it: nobody is there, or somebody is and perhaps says how. */
export interface Reach {
  readonly isOpen: boolean;
  readonly show?: Show;
  /** Whether no device is in use. */
  readonly isIdle?: true;
}

/** What a word is in XMPP. */
export const REACH_OF: Readonly<Record<Availability, Reach>> = {
  unknown: { isOpen: false },
  available: { isOpen: true },
  'available-idle': { isOpen: true, show: 'away', isIdle: true },
  busy: { isOpen: true, show: 'dnd' },
  'busy-idle': { isOpen: true, show: 'dnd', isIdle: true },
  'do-not-disturb': { isOpen: true, show: 'dnd' },
  'be-right-back': { isOpen: true, show: 'away' },
  away: { isOpen: true, show: 'away' },
  offline: { isOpen: false },
};

/** What XMPP's dnd is: most who set it are busy, and a busy person can be called. */
export type DoNotDisturb = 'busy' | 'do-not-disturb';

/** The number for somebody's reach in XMPP. */
export function numberOf({ isOpen, show }: Reach, doNotDisturb: DoNotDisturb): number {
  if (!isOpen) return NUMBER_OF.offline;
  if (show === 'dnd') return NUMBER_OF[doNotDisturb];
  return show === 'away' || show === 'xa' ? NUMBER_OF.away : NUMBER_OF.available;
}
