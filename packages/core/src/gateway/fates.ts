// What became of the messages that SIP users sent and that now travel in XMPP: a small wire machine, one entry for
// each MESSAGE from its arrival until it is known to be read, or until nobody can say any more.
//
//   queued       handed to the XMPP edge; no link to the recipient's domain is proved yet
//   waiting      written to a proved link; for a short while an error may still come back
//   read         the same, and the peer has acknowledged it; its errors come by another stream, so one still may
//   unconfirmed  its sender has been answered 202 because the wait was over; nothing has shown yet that it was read
//   forgotten    unconfirmed for too long to be kept here; an edge that promised an acknowledgement may still speak
//
// That it was read shows in the peer's acknowledgement where the stream has one (`tracked`), and in the answer to a
// barrier sent behind it (barrier.ts), which says besides that no immediate error is coming. Entries of one state have one duration, so the oldest is always the first:
// no sorting, no timer each. An error that comes after the end is late.ts'.
import type { Instant } from '../store/store.ts';
import { Line, type Place } from './line.ts';
import { Passing } from './passing.ts';
import { Shares } from './shares.ts';

/** Where a message is. */
export type FateState = 'queued' | 'waiting' | 'read' | 'unconfirmed' | 'forgotten' | 'over';

/**
 * What may happen to it. `acknowledged`: it has been read. `proof`: and no immediate error is coming. `failed`: its link
 * is over, or there never was one.
 */
export type FateInput = 'sent' | 'acknowledged' | 'proof' | 'failed' | 'error' | 'expired';

/** How it may end: with an answer, or, after the answer, with word that it may be lost. */
export type FateEnd = 'handed-over' | 'failed' | 'lost';

/** What follows: the state, and what is to be told. */
export type FateNext = readonly [state: FateState, end?: FateEnd];

const WAITING: FateNext = ['waiting'];
const ANSWERED: FateNext = ['unconfirmed', 'handed-over'];
const READ: FateNext = ['read'];
const DONE: FateNext = ['over', 'handed-over'];
const FAILED: FateNext = ['over', 'failed'];
const LOST: FateNext = ['over', 'lost'];
const SETTLED: FateNext = ['over'];
const FORGOTTEN: FateNext = ['forgotten'];

/**
 * Row: where the message is. Column: what happened. A cell that is not there changes nothing.
 * @spec RFC 3428 §7; XEP-0198 §4
 */
export const FATES: Readonly<Record<FateState, Readonly<Partial<Record<FateInput, FateNext>>>>> = {
  queued: {
    sent: WAITING,
    acknowledged: DONE,
    proof: DONE,
    failed: FAILED,
    error: FAILED,
    expired: FAILED,
  },
  waiting: { acknowledged: READ, proof: DONE, failed: FAILED, error: FAILED, expired: ANSWERED },
  read: { proof: DONE, error: FAILED, expired: DONE },
  unconfirmed: {
    acknowledged: SETTLED,
    proof: SETTLED,
    failed: LOST,
    error: SETTLED,
    expired: FORGOTTEN,
  },
  forgotten: { acknowledged: SETTLED, proof: SETTLED, failed: LOST, error: SETTLED },
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
  /** The stream acknowledges: what becomes of it is said of it alone, and not of its link. */
  tracked: boolean;
  /** When it was written, as a rank among all; 0 until then. */
  rank: number;
  /** Where it stands among those of its state, and among those of its link. */
  place: Place<Fate<T>> | undefined;
  lanePlace: Place<Fate<T>> | undefined;
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
  /** Of these, on one link. */
  readonly perLink: number;
  readonly unconfirmed: number;
}

/** What entries that are kept stand in: those of one line have one duration. */
export type KeptState = 'queued' | 'waiting' | 'unconfirmed';

/** Where entries of a state stand. Who is `read` goes on waiting in its place. */
const LINE_OF: Readonly<Record<FateState, KeptState | undefined>> = {
  queued: 'queued',
  waiting: 'waiting',
  read: 'waiting',
  unconfirmed: 'unconfirmed',
  forgotten: undefined,
  over: undefined,
};

/** The lines of those that wait for an answer. */
const IS_OPEN: ReadonlySet<KeptState | undefined> = new Set(['queued', 'waiting']);

/** The messages, by stanza id and by link. */
export class Fates<T> {
  readonly #byId = new Passing<string, Fate<T>>();
  readonly #kept: Readonly<Record<KeptState, Line<Fate<T>>>> = {
    queued: new Line(),
    waiting: new Line(),
    unconfirmed: new Line(),
  };
  /** Those that are written, by link, in the order in which they were. */
  readonly #lanes = new Map<string, Line<Fate<T>>>();
  /** Entries that wait for an answer, by link. */
  readonly #shares: Shares;
  readonly #waits: FateWaits;
  readonly #limits: FateLimits;
  readonly #drawRank: () => number;

  /** `drawRank` gives numbers that grow, from 1: one source for all that goes by the same links. */
  constructor(waits: FateWaits, limits: FateLimits, drawRank: () => number) {
    this.#waits = waits;
    this.#limits = limits;
    this.#shares = new Shares(limits.perLink);
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

  /** Opens an entry; `undefined` when a bound is reached. */
  open(now: Instant, id: string, lane: string, value: T): Fate<T> | undefined {
    if (this.size >= this.#limits.openFates || !this.#shares.take(lane)) return undefined;
    const fate: Fate<T> = {
      id,
      lane,
      value,
      state: 'queued',
      deadline: now + this.#waits.proof,
      tracked: false,
      rank: 0,
      place: undefined,
      lanePlace: undefined,
    };
    fate.place = this.#kept.queued.join(fate);
    this.#byId.set(id, fate);
    return fate;
  }

  /** The entry of that stanza id. */
  find(id: string): Fate<T> | undefined {
    return this.#byId.get(id);
  }

  /** It is written; `tracked` when the stream will say what became of it. */
  sent(now: Instant, fate: Fate<T>, tracked: boolean): void {
    if (fate.state !== 'queued') return;
    fate.tracked = tracked;
    fate.rank = this.#drawRank();
    this.step(now, fate, 'sent');
    fate.lanePlace = this.#laneOf(fate).join(fate);
  }

  /** Applies what happened; answers with the end, if it is one. */
  step(now: Instant, fate: Fate<T>, input: FateInput): Ended<T> | undefined {
    const next = FATES[fate.state]?.[input];
    if (next === undefined) return undefined;
    const [state, end] = next;
    this.#move(now, fate, LINE_OF[state]);
    fate.state = state;
    return end === undefined ? undefined : { fate, end };
  }

  /** Ends one entry whose time is over; call until nothing is due. */
  expire(now: Instant): Ended<T> | undefined {
    this.#forget(now);
    const fate = firstDue(this.#kept.waiting, now) ?? firstDue(this.#kept.queued, now);
    return fate === undefined ? undefined : this.step(now, fate, 'expired');
  }

  /** Entries written to a link, the oldest first; with `upTo` those written no later than that rank. */
  ofLane(lane: string, upTo: number = Infinity): readonly Fate<T>[] {
    return this.#lanes.get(lane)?.upTo(({ rank }) => rank <= upTo) ?? NONE;
  }

  /**
   * Entries of a link that the answer to a barrier speaks for. One that is tracked may have gone by another stream, which
   * is kept to be resumed: that it is read only its acknowledgement says.
   * @spec XEP-0198 §5
   */
  covered(lane: string, upTo: number): readonly Fate<T>[] {
    return this.ofLane(lane, upTo).filter(({ tracked, state }) => !tracked || state === 'read');
  }

  /** Ends one entry of a state whatever its time, for a gateway that closes. */
  closeOne(now: Instant, state: 'queued' | 'waiting'): Ended<T> | undefined {
    const fate = this.#kept[state].first;
    return fate === undefined ? undefined : this.step(now, fate, 'expired');
  }

  /** Keeps nothing any longer. */
  clear(): void {
    for (const line of Object.values(this.#kept)) line.clear();
    this.#lanes.clear();
    this.#shares.clear();
    this.#byId.clear();
  }

  #move(now: Instant, fate: Fate<T>, to: KeptState | undefined): void {
    const from = LINE_OF[fate.state];
    if (from === to) return;
    if (IS_OPEN.has(from) && !IS_OPEN.has(to)) this.#shares.give(fate.lane);
    if (from !== undefined && fate.place !== undefined) this.#kept[from].leave(fate.place);
    if (to === 'unconfirmed') this.#makeRoom(now);
    fate.deadline = now + (to === 'waiting' ? this.#waits.answer : this.#waits.confirm);
    fate.place = to === undefined ? undefined : this.#kept[to].join(fate);
    if (to === undefined) this.#leave(fate);
  }

  #laneOf({ lane }: Fate<T>): Line<Fate<T>> {
    const known = this.#lanes.get(lane);
    if (known !== undefined) return known;
    const line = new Line<Fate<T>>();
    this.#lanes.set(lane, line);
    return line;
  }

  #leave(fate: Fate<T>): void {
    this.#byId.delete(fate.id);
    const line = this.#lanes.get(fate.lane);
    if (line === undefined || fate.lanePlace === undefined) return;
    line.leave(fate.lanePlace);
    fate.lanePlace = undefined;
    if (line.size === 0) this.#lanes.delete(fate.lane);
  }

  #makeRoom(now: Instant): void {
    const { unconfirmed } = this.#kept;
    if (unconfirmed.size < this.#limits.unconfirmed || unconfirmed.first === undefined) return;
    this.step(now, unconfirmed.first, 'expired');
  }

  #forget(now: Instant): void {
    const { unconfirmed } = this.#kept;
    for (let fate = firstDue(unconfirmed, now); fate; fate = firstDue(unconfirmed, now))
      this.step(now, fate, 'expired');
  }
}

function dueAt<T>({ first }: Line<Fate<T>>): Instant {
  return first === undefined ? Infinity : first.deadline;
}

function firstDue<T>({ first }: Line<Fate<T>>, now: Instant): Fate<T> | undefined {
  return first !== undefined && first.deadline <= now ? first : undefined;
}

const NONE: readonly never[] = Object.freeze([]);
