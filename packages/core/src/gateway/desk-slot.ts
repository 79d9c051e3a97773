// One key of a desk with something to do, and what can be said of it without changing it.
import type { Instant, Key, Next } from '../store/store.ts';
import type { Decision, DeskEvent } from './desk-options.ts';
import type { Batch, Reading } from './desk-outbox.ts';
import type { KeyState } from './desk-table.ts';
import type { Place } from './line.ts';

/** An event, and who handed it in. */
export interface Taken<Event> {
  readonly event: Event | DeskEvent;
  readonly since: Instant;
  readonly from: 'host' | 'due' | 'recheck';
  /** A store was asked to write it, and has not answered that. */
  isInDoubt?: boolean;
}

/** A key with something to do. */
export interface Slot<Event, Effect> {
  readonly key: Key;
  state: KeyState;
  /** In order; the first is the one that is worked on. */
  readonly events: Taken<Event>[];
  reading: Reading | undefined;
  writing: Writing<Event, Effect> | undefined;
  /** How often somebody was faster. */
  rounds: number;
  /** How many events have let something leave, one after the other. */
  row: number;
  /** When a key that is held is read again. */
  until: Instant;
  place: Place<Slot<Event, Effect>> | undefined;
}

/** A decision on its way to the store. */
export interface Writing<Event, Effect> {
  readonly event: Event | DeskEvent;
  readonly effects: readonly Effect[];
  readonly batch: Batch | undefined;
  /** Whether it ends the first event; recovering does not. */
  readonly ends: boolean;
}

/** A key that nothing has happened to. */
export function slotOf<Event, Effect>(key: Key): Slot<Event, Effect> {
  return {
    key,
    state: 'idle',
    events: [],
    reading: undefined,
    writing: undefined,
    rounds: 0,
    row: 0,
    until: Infinity,
    place: undefined,
  };
}

/** An unanswered write may have kept effects that nobody lets out: but one that recovers is not looked after again. */
export function mayOwe<Event, Effect>({ writing }: Slot<Event, Effect>): boolean {
  return writing !== undefined && writing.ends && writing.batch !== undefined;
}

/** The write of the first event, if there is one under way, is not answered, or never will be. */
export function doubt<Event, Effect>({
  events: [first],
  state,
  writing,
}: Slot<Event, Effect>): void {
  if (first !== undefined && state === 'writing' && writing?.ends === true) first.isInDoubt = true;
}

/** What is written of the record itself. */
export function nextOf(
  reading: Reading,
  { next }: Pick<Decision<never>, 'next'>,
): Next | undefined {
  if (next !== 'unchanged') return next;
  const { record, wakeAt = Infinity } = reading;
  return record === undefined ? undefined : { record, wakeAt };
}

/** Whether there is nothing to write, and no outbox to strike out. */
export function changesNothing(reading: Reading, { next }: Pick<Decision<never>, 'next'>): boolean {
  if (reading.batch !== undefined) return false;
  return next === 'unchanged' || (next === undefined && reading.revision === undefined);
}
