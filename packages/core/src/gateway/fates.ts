// What became of the messages that SIP users sent and that now travel in XMPP: a small wire machine,
// one entry for each MESSAGE transaction that still waits for its answer.
//
//   queued    handed to the XMPP edge; no link to the recipient's domain is proved yet
//   waiting   written to a proved link; for a short while an error may still come back
//
// An entry ends when its sender can be answered: with the error, or with 202 once nothing is likely to
// come any more (the wait is over, or a barrier sent behind the message has come back). Entries of one
// state have one duration, so the oldest is always the first: no sorting, no timer each.
// What comes after the end is late.ts'; the barrier itself is barrier.ts'.
import type { Instant } from '../store/store.ts';

/** Where a message is. */
export type FateState = 'queued' | 'waiting';

/** What may happen to it. */
export type FateInput = 'sent' | 'failed' | 'error' | 'barrier' | 'expired';

/** Where that leads: on, or to the answer. */
export type FateNext = 'waiting' | 'handed-over' | 'failed';

/**
 * Row: where the message is. Column: what happened. A cell that is not there changes nothing.
 * @spec RFC 3428 §7
 */
export const FATES: Readonly<Record<FateState, Readonly<Partial<Record<FateInput, FateNext>>>>> = {
  queued: { sent: 'waiting', failed: 'failed', error: 'failed', expired: 'failed' },
  waiting: { failed: 'failed', error: 'failed', barrier: 'handed-over', expired: 'handed-over' },
};

/** One open message. `T` is what the gateway wants back when it ends. */
export interface Fate<T> {
  readonly id: string;
  readonly value: T;
  state: FateState;
  deadline: Instant;
}

/** How an entry ended. */
export interface Ended<T> {
  readonly fate: Fate<T>;
  readonly end: 'handed-over' | 'failed';
}

/** The durations of the two states, in ms. */
export interface FateWaits {
  readonly proof: number;
  readonly answer: number;
}

/** The open messages, by stanza id. */
export class Fates<T> {
  readonly #queued = new Map<string, Fate<T>>();
  readonly #waiting = new Map<string, Fate<T>>();
  readonly #waits: FateWaits;
  readonly #max: number;

  constructor(waits: FateWaits, max: number) {
    this.#waits = waits;
    this.#max = max;
  }

  get size(): number {
    return this.#queued.size + this.#waiting.size;
  }

  get wakeAt(): Instant {
    return Math.min(firstDeadline(this.#queued), firstDeadline(this.#waiting));
  }

  /** Opens an entry; `false` when the bound is reached. */
  open(now: Instant, id: string, value: T): boolean {
    if (this.size >= this.#max) return false;
    this.#queued.set(id, { id, value, state: 'queued', deadline: now + this.#waits.proof });
    return true;
  }

  /** The open entry of that stanza id. */
  find(id: string): Fate<T> | undefined {
    return this.#queued.get(id) ?? this.#waiting.get(id);
  }

  /** Applies what happened; answers with the end, if it is one. */
  step(now: Instant, id: string, input: FateInput): Ended<T> | undefined {
    const fate = this.find(id);
    if (fate === undefined) return undefined;
    const next = FATES[fate.state][input];
    if (next === undefined) return undefined;
    this.#queued.delete(id);
    this.#waiting.delete(id);
    if (next !== 'waiting') return { fate, end: next };
    fate.state = next;
    fate.deadline = now + this.#waits.answer;
    this.#waiting.set(id, fate);
    return undefined;
  }

  /** Ends one entry whose time is over; call until there is none. */
  expire(now: Instant): Ended<T> | undefined {
    const id = firstDue(this.#waiting, now) ?? firstDue(this.#queued, now);
    return id === undefined ? undefined : this.step(now, id, 'expired');
  }

  /** The ids of waiting entries that belong to something. */
  waitingIds<L>(what: L, belongs: (value: T, what: L) => boolean): readonly string[] {
    const ids: string[] = [];
    for (const { id, value } of this.#waiting.values()) if (belongs(value, what)) ids.push(id);
    return ids;
  }

  /** Ends one entry of a state whatever its time, for a gateway that closes. */
  closeOne(now: Instant, state: FateState): Ended<T> | undefined {
    const id = firstDue(state === 'waiting' ? this.#waiting : this.#queued, Infinity);
    return id === undefined ? undefined : this.step(now, id, 'expired');
  }
}

function firstDeadline<T>(fates: ReadonlyMap<string, Fate<T>>): Instant {
  for (const fate of fates.values()) return fate.deadline;
  return Infinity;
}

function firstDue<T>(fates: ReadonlyMap<string, Fate<T>>, now: Instant): string | undefined {
  for (const fate of fates.values()) return fate.deadline <= now ? fate.id : undefined;
  return undefined;
}
