// The one way a record changes: read it, decide, write it if nobody was faster, and only then let out what is to
// leave. Events of one key go in the order in which they came, one at a time; different keys side by side. What a key
// goes through is the table of desk-table.ts. The desk does no IO: it puts out requests to a store and is told their
// answers.
//
// What must not be lost with the process is written beside the record (desk-outbox.ts) in the same write, and struck
// out by the next one. Who finds such a batch of another process waits for it to go; when its time is over, or it is
// one of our own that never left, it is decided over first (`recovered`). So effects of one key leave in the order of
// the writes, from whatever process, and twice only where a process ended or a store failed between the two writes.
import type { Instant, Key } from '../store/store.ts';
import type { StoreAnswer, StoreRequest } from '../store/request.ts';
import { Due } from './desk-due.ts';
import { Keys } from './desk-keys.ts';
import { Operations } from './desk-operations.ts';
import {
  DEFAULT_DESK_LIMITS,
  DEFAULT_DESK_WAITS,
  type DeskEvent,
  type DeskLimits,
  type DeskOptions,
  type DeskOutput,
  type Recheck,
} from './desk-options.ts';
import { Rechecks } from './desk-rechecks.ts';
import type { Slot, Taken } from './desk-slot.ts';

/** The tables of a desk, in entries. */
export interface DeskSizes {
  /** Events that have not ended. */
  readonly events: number;
  /** Keys with events, or with something that left and is not struck out yet. */
  readonly keys: number;
  /** Operations that a store has not answered. */
  readonly operations: number;
  /** Rechecks that are not over. */
  readonly rechecks: number;
  /** Keys whose effects have left and are not known to be struck out. */
  readonly remembered: number;
}

/** Changes records, one event at a time for each key. */
export class Desk<Event, Effect> {
  readonly #limits: DeskLimits;
  readonly #keys: Keys<Event, Effect>;
  readonly #operations: Operations<Owner<Event, Effect>>;
  readonly #due: Due;
  readonly #rechecks: Rechecks<Event>;
  readonly #out: DeskOutput<Event, Effect>[] = [];

  constructor(options: DeskOptions<Event, Effect>) {
    const limits = { ...DEFAULT_DESK_LIMITS, ...options.limits };
    const waits = { ...DEFAULT_DESK_WAITS, ...options.waits };
    const { background: most, page, rechecks: waiting } = limits;
    const { lease, poll, page: pace } = waits;
    this.#limits = limits;
    this.#operations = new Operations(waits.store);
    this.#due = new Due({ of: options.kind, most, lease, poll });
    this.#rechecks = new Rechecks({ most, page, waiting, pace, again: poll });
    this.#keys = new Keys({
      options,
      limits,
      waits,
      ask: (now, slot, request) => this.#ask(now, slot, request),
      emit: (out) => this.#out.push(out),
      ended: (taken) => this.#ended(taken),
    });
  }

  /** Hands in an event. Once taken it ends in one `release` or one `unable`. */
  put(now: Instant, key: Key, event: Event): 'taken' | 'full' {
    if (this.#isFull || this.#keys.of(key).length >= this.#limits.perKey) return 'full';
    this.#keys.take(now, key, { event, since: now, from: 'host' });
    this.tick(now);
    return 'taken';
  }

  /** One event for every record that matches; `full` when too many rechecks wait. */
  recheck(now: Instant, recheck: Recheck<Event>): 'taken' | 'full' {
    const taken = this.#rechecks.add(recheck);
    this.tick(now);
    return taken;
  }

  /** A store has answered, or will not. */
  stored(now: Instant, op: string, answer: StoreAnswer): void {
    const owner = this.#operations.end(op);
    if (owner !== undefined) this.#answered(now, owner, answer);
    this.tick(now);
  }

  /** Does what the time has come for. */
  tick(now: Instant): void {
    for (let owner = this.#expired(now); owner !== undefined; owner = this.#expired(now))
      this.#answered(now, owner, { kind: 'store-failed' });
    this.#lookAround(now);
    this.#keys.tick(now);
  }

  /** Looks no more for what is due and what is to be rechecked; what is under way goes on. */
  close(): void {
    this.#due.close();
    this.#rechecks.close();
  }

  /** Ends every event that has not ended, as `closed`. What was written stays for the next process. */
  abandon(): void {
    this.close();
    this.#operations.clear();
    this.#keys.abandon();
  }

  /** The next thing that leaves, until there is none. */
  next(): DeskOutput<Event, Effect> | undefined {
    return this.#out.shift();
  }

  /** When it wants a `tick` if nothing comes before. */
  get wakeAt(): Instant {
    const due = this.#isFull ? Infinity : this.#due.wakeAt;
    return Math.min(this.#operations.wakeAt, this.#keys.wakeAt, due, this.#rechecks.wakeAt);
  }

  /** How many entries each table holds; all zero when idle. */
  get sizes(): DeskSizes {
    return {
      events: this.#keys.events,
      keys: this.#keys.size,
      operations: this.#operations.size,
      rechecks: this.#rechecks.size,
      remembered: this.#keys.remembered,
    };
  }

  get #isFull(): boolean {
    return this.#keys.events >= this.#limits.events;
  }

  #expired(now: Instant): Owner<Event, Effect> | undefined {
    return this.#operations.expired(now);
  }

  #ask(now: Instant, owner: Owner<Event, Effect>, request: StoreRequest): void {
    this.#out.push({ kind: 'store', op: this.#operations.begin(now, owner), request });
  }

  #answered(now: Instant, owner: Owner<Event, Effect>, answer: StoreAnswer): void {
    if (owner === 'due') this.#foundDue(now, answer.kind === 'due' ? answer.keys : undefined);
    else if (owner === 'recheck')
      this.#rechecks.answered(now, answer.kind === 'keys' ? answer.page : undefined);
    else this.#keys.answered(now, owner, answer);
  }

  /** Asks what is due and for pages of keys, as far as there is room. */
  #lookAround(now: Instant): void {
    const due = this.#isFull ? undefined : this.#due.ask(now);
    if (due !== undefined) this.#ask(now, 'due', due);
    for (let found = this.#rechecks.next(); found !== undefined; found = this.#rechecks.next())
      this.#keys.take(now, found.key, { event: found.event, since: now, from: 'recheck' });
    const page = this.#rechecks.ask(now);
    if (page !== undefined) this.#ask(now, 'recheck', page);
  }

  /** One that waits to be looked at as due need not wait twice. */
  #foundDue(now: Instant, keys: readonly Key[] | undefined): void {
    this.#due.answered(now, keys);
    for (const key of keys ?? []) {
      if (this.#keys.of(key).some(({ from }) => from === 'due')) continue;
      this.#due.began();
      this.#keys.take(now, key, { event: DUE, since: now, from: 'due' });
    }
  }

  #ended({ from }: Taken<Event>): void {
    if (from === 'due') this.#due.ended();
    else if (from === 'recheck') this.#rechecks.ended();
  }
}

/** Who asked a store. */
type Owner<Event, Effect> = 'due' | 'recheck' | Slot<Event, Effect>;

const DUE: DeskEvent = { kind: 'due' };
