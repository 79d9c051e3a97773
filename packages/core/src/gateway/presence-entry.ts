// What the desk hands back, as presence takes it: the event that is meant, whether it may wait until a record is free, and
// whether the record could be read at all.
import type { PresenceEvent } from '../ledger/presence.ts';
import type { PresenceEffect } from '../ledger/presence-types.ts';
import type { DeskEvent } from './desk-options.ts';
import type { PresenceItem } from './presence-item.ts';

/** Whether the record is of a later release, which alone can answer. */
export function isUnread(effects: readonly PresenceEffect[]): boolean {
  return effects.some((effect) => effect.kind === 'did' && effect.words.includes(UNREAD));
}

/** The word for a record of a later release. */
export const UNREAD = 'unknown-version';

/** What nobody sends again, and concerns what was, can wait until a record is free. */
export function mayWait(now: number, { event, at }: PresenceItem): boolean {
  return event.half === 'both' && now < at + PATIENCE;
}

/** Milliseconds: longer than a lease, and than clocks of two machines differ. */
const PATIENCE = 300_000;

/** What happens to a record. */
export function eventIn(what: PresenceItem | DeskEvent): PresenceEvent {
  if ('event' in what) return withKept(what);
  return what.kind === 'due'
    ? { half: 'both', kind: 'wake' }
    : { half: 'both', kind: 'recovered', kept: what.kept };
}

/** The same with what stands of it beside the record. */
function withKept({ event, origin }: PresenceItem): PresenceEvent {
  const isKept = origin?.kept !== undefined && 'resource' in event;
  return isKept ? { ...event, kept: origin.kept } : event;
}

/** Where the answer goes to what is never answered: the endpoint's id of such a request. */
export const UNANSWERED = '';
