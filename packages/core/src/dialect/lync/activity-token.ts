// Habit: activity-token
// They do: name what somebody does by a token beside the number, or in words of his own.
// Vectors: pres-05 O, own pres-tokens O.
// We do: believe the number before the token, but for somebody who is away because he is out of office; the token alone
//   where there is no number. Words of his own stand in front of his note.
import { type Availability, availabilityOf, REACH_OF, type Reach } from './availability.ts';

/** What a token says where no number does. */
const TOKENS: ReadonlyMap<string, Availability> = new Map([
  ['available', 'available'],
  ['online', 'available'],
  ['idle', 'available-idle'],
  ['busy', 'busy'],
  ['on-the-phone', 'busy'],
  ['in-a-conference', 'busy'],
  ['in-a-meeting', 'busy'],
  ['busyidle', 'busy-idle'],
  ['in-presentation', 'do-not-disturb'],
  ['urgent-interruptions-only', 'do-not-disturb'],
  ['do-not-disturb', 'do-not-disturb'],
  ['be-right-back', 'be-right-back'],
  ['away', 'away'],
  ['out-to-lunch', 'away'],
  ['out-of-office', 'away'],
  ['off-work', 'away'],
  ['offline', 'offline'],
]);

/** Away for longer. */
const EXTENDED: ReadonlySet<string> = new Set(['out-of-office', 'off-work']);

/** The token for one who is away for longer. */
export const OUT_OF_OFFICE = 'out-of-office';

/** Somebody's reach by number and token; undefined when neither says anything. */
export function reachOf(number: number | undefined, token: string | undefined): Reach | undefined {
  const word = number === undefined ? wordOf(token) : availabilityOf(number);
  if (word === undefined) return undefined;
  return word === 'away' && EXTENDED.has(token?.toLowerCase() ?? '')
    ? { isOpen: true, show: 'xa' }
    : REACH_OF[word];
}

function wordOf(token: string | undefined): Availability | undefined {
  return token === undefined ? undefined : TOKENS.get(token.toLowerCase());
}
