// What became of the messages that SIP users sent and that now travel in XMPP: a small wire machine, one entry for
// each MESSAGE from its arrival until it is known to be read, or until nobody can say any more.
//
//   queued       handed to the XMPP edge; no link to the recipient's domain is proved yet
//   waiting      written to a proved link; for a short while an error may still come back
//   unconfirmed  its sender has been answered 202 because the wait was over; nothing has shown yet that it was read
//   forgotten    unconfirmed for too long to be kept here; an edge that promised an acknowledgement may still speak
//
// The proof that it was read is the peer's acknowledgement where the stream has one (`tracked`), else the answer to
// a barrier sent behind it (barrier.ts). Entries of one state have one duration, so the oldest is always the first:
// no sorting, no timer each. An error that comes after the end is late.ts'.
import type { Instant } from '../store/store.ts';

/** Where a message is. */
export type FateState = 'queued' | 'waiting' | 'unconfirmed' | 'forgotten' | 'over';

/** What may happen to it. `proof`: it has been read. `failed`: its link is over, or there never was one. */
export type FateInput = 'sent' | 'proof' | 'failed' | 'error' | 'expired';

/** How it may end: with an answer, or, after the answer, with word that it may be lost. */
export type FateEnd = 'handed-over' | 'failed' | 'lost';

/** What follows: the state, and what is to be told. */
export type FateNext = readonly [state: FateState, end?: FateEnd];

const WAITING: FateNext = ['waiting'];
const ANSWERED: FateNext = ['unconfirmed', 'handed-over'];
const READ: FateNext = ['over', 'handed-over'];
const FAILED: FateNext = ['over', 'failed'];
const LOST: FateNext = ['over', 'lost'];
const SETTLED: FateNext = ['over'];
const FORGOTTEN: FateNext = ['forgotten'];

/**
 * Row: where the message is. Column: what happened. A cell that is not there changes nothing.
 * @spec RFC 3428 §7; XEP-0198 §4
 */
export const FATES: Readonly<Record<FateState, Readonly<Partial<Record<FateInput, FateNext>>>>> = {
  queued: { sent: WAITING, proof: READ, failed: FAILED, error: FAILED, expired: FAILED },
  waiting: { proof: READ, failed: FAILED, error: FAILED, expired: ANSWERED },
  unconfirmed: { proof: SETTLED, failed: LOST, error: SETTLED, expired: FORGOTTEN },
  forgotten: { proof: SETTLED, failed: LOST, error: SETTLED },
  over: {},
};

/** One message. `T` is what the gateway wants back when it ends. It rides with the stanza to the edge. */
export interface Fate<T> {
  readonly id: string;
  /** The two domains, as links are between them. */
  readonly lane: string;
  readonly value: T;
  state: FateState;
  deadline: Instant;
  /** The stream acknowledges: what becomes of it is said of it alone, and no barrier is needed. */
  tracked: boolean;
  /** When it was written, as a rank among all; 0 until then. */
  rank: number;
}

/** How an entry ended. */
export interface Ended<T> {
  readonly fate: Fate<T>;
  readonly end: FateEnd;
}

/** The durations of the states, in ms. */
export interface FateWaits {
  readonly proof: number;
  readonly answer: number;
  readonly confirm: number;
}

/** Counts, at most. */
export interface FateLimits {
  readonly openFates: number;
  readonly unconfirmed: number;
}

/** The states in which an entry is kept here. */
export type KeptState = 'queued' | 'waiting' | 'unconfirmed';

/** The messages, by stanza id and by link. */
export class Fates<T> {
  readonly #kept: Readonly<Record<KeptState, Map<string, Fate<T>>>> = {
    queued: new Map(),
    waiting: new Map(),
    unconfirmed: new Map(),
  };
  /** Those that only their link can speak for, in the order in which they were written. */
  readonly #lanes = new Map<string, Set<Fate<T>>>();
  readonly #waits: FateWaits;
  readonly #limits: FateLimits;
  readonly #drawRank: () => number;

  /** `drawRank` gives numbers that grow, from 1: one source for all that goes by the same links. */
  constructor(waits: FateWaits, limits: FateLimits, drawRank: () => number) {
    this.#waits = waits;
    this.#limits = limits;
    this.#drawRank = drawRank;
  }

  /** Entries that wait for an answer. */
  get size(): number {
    return this.#kept.queued.size + this.#kept.waiting.size;
  }

  /** How many there are of each state, and on how many links. */
  get sizes(): Readonly<Record<KeptState | 'lanes', number>> {
    const { queued, waiting, unconfirmed } = this.#kept;
    const lanes = this.#lanes.size;
    return { queued: queued.size, waiting: waiting.size, unconfirmed: unconfirmed.size, lanes };
  }

  get wakeAt(): Instant {
    const { queued, waiting, unconfirmed } = this.#kept;
    return Math.min(dueAt(queued), dueAt(waiting), dueAt(unconfirmed));
  }

  /** Opens an entry; `undefined` when the bound is reached. */
  open(now: Instant, id: string, lane: string, value: T): Fate<T> | undefined {
    if (this.size >= this.#limits.openFates) return undefined;
    const deadline = now + this.#waits.proof;
    const fate: Fate<T> = { id, lane, value, state: 'queued', deadline, tracked: false, rank: 0 };
    this.#kept.queued.set(id, fate);
    return fate;
  }

  /** The entry of that stanza id. */
  find(id: string): Fate<T> | undefined {
    const { queued, waiting, unconfirmed } = this.#kept;
    return queued.get(id) ?? waiting.get(id) ?? unconfirmed.get(id);
  }

  /** It is written; `tracked` when the stream will say what became of it. */
  sent(now: Instant, fate: Fate<T>, tracked: boolean): void {
    if (fate.state !== 'queued') return;
    fate.tracked = tracked;
    fate.rank = this.#drawRank();
    this.step(now, fate, 'sent');
  }

  /** Applies what happened; answers with the end, if it is one. */
  step(now: Instant, fate: Fate<T>, input: FateInput): Ended<T> | undefined {
    const next = FATES[fate.state]?.[input];
    if (next === undefined) return undefined;
    const [state, end] = next;
    if (isKept(fate.state)) this.#kept[fate.state].delete(fate.id);
    fate.state = state;
    if (state === 'waiting' || state === 'unconfirmed') this.#keep(now, fate, state);
    else this.#leave(fate);
    return end === undefined ? undefined : { fate, end };
  }

  /** Ends one entry whose time is over; call until nothing is due. */
  expire(now: Instant): Ended<T> | undefined {
    this.#forget(now);
    const fate = firstDue(this.#kept.waiting, now) ?? firstDue(this.#kept.queued, now);
    return fate === undefined ? undefined : this.step(now, fate, 'expired');
  }

  /** Entries that only a link can speak for, the oldest first; with `upTo` those written no later than that rank. */
  ofLane(lane: string, upTo: number = Infinity): readonly Fate<T>[] {
    const fates: Fate<T>[] = [];
    for (const fate of this.#lanes.get(lane) ?? []) {
      if (fate.rank > upTo) break;
      fates.push(fate);
    }
    return fates;
  }

  /** Ends one entry of a state whatever its time, for a gateway that closes. */
  closeOne(now: Instant, state: 'queued' | 'waiting'): Ended<T> | undefined {
    const fate = firstDue(this.#kept[state], Infinity);
    return fate === undefined ? undefined : this.step(now, fate, 'expired');
  }

  /** Keeps nothing any longer. */
  clear(): void {
    for (const fates of Object.values(this.#kept)) fates.clear();
    this.#lanes.clear();
  }

  #keep(now: Instant, fate: Fate<T>, state: 'waiting' | 'unconfirmed'): void {
    const { answer, confirm } = this.#waits;
    fate.deadline = now + (state === 'waiting' ? answer : confirm);
    if (state === 'unconfirmed') this.#makeRoom(now);
    this.#kept[state].set(fate.id, fate);
    if (fate.tracked) return;
    const lane = this.#lanes.get(fate.lane);
    if (lane === undefined) this.#lanes.set(fate.lane, new Set([fate]));
    else lane.add(fate);
  }

  #leave(fate: Fate<T>): void {
    const lane = this.#lanes.get(fate.lane);
    if (lane?.delete(fate) === true && lane.size === 0) this.#lanes.delete(fate.lane);
  }

  #makeRoom(now: Instant): void {
    const { unconfirmed } = this.#kept;
    if (unconfirmed.size < this.#limits.unconfirmed) return;
    const oldest = firstDue(unconfirmed, Infinity);
    if (oldest !== undefined) this.step(now, oldest, 'expired');
  }

  #forget(now: Instant): void {
    const { unconfirmed } = this.#kept;
    for (let fate = firstDue(unconfirmed, now); fate; fate = firstDue(unconfirmed, now))
      this.step(now, fate, 'expired');
  }
}

function isKept(state: FateState): state is KeptState {
  return state === 'queued' || state === 'waiting' || state === 'unconfirmed';
}

function dueAt<T>(fates: ReadonlyMap<string, Fate<T>>): Instant {
  for (const fate of fates.values()) return fate.deadline;
  return Infinity;
}

function firstDue<T>(fates: ReadonlyMap<string, Fate<T>>, now: Instant): Fate<T> | undefined {
  for (const fate of fates.values()) return fate.deadline <= now ? fate : undefined;
  return undefined;
}
