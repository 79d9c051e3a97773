// Events that concern many records at once (a link was lost, the policy changed) become one event for each key. The
// keys are walked through in pages, one recheck after the other, at a pace that leaves room for what comes in.
import type { Instant, Key, KeyPage } from '../store/store.ts';
import type { StoreRequest } from '../store/request.ts';
import type { Recheck } from './desk-options.ts';

/** How it walks. */
export interface RechecksOptions {
  /** Events under way, at most. */
  readonly most: number;
  /** Keys of a page. */
  readonly page: number;
  /** Rechecks that wait, at most. */
  readonly waiting: number;
  /** Milliseconds from one page to the next. */
  readonly pace: number;
  /** Milliseconds before a page is asked for again that did not come. */
  readonly again: number;
}

/** The rechecks. */
export class Rechecks<Event> {
  readonly #options: RechecksOptions;
  readonly #waiting = new Map<string, Recheck<Event>>();
  #running: Recheck<Event> | undefined;
  /** Keys that were found and have no event yet. */
  #found: Key[] = [];
  #cursor: string | undefined;
  #isLast = false;
  #isAsking = false;
  #open = 0;
  #at: Instant = 0;

  constructor(options: RechecksOptions) {
    this.#options = options;
  }

  /** Rechecks that have not been walked through. */
  get size(): number {
    return this.#waiting.size + (this.#running === undefined ? 0 : 1);
  }

  /** When it wants the next page; `Infinity` while there is nothing to ask for. */
  get wakeAt(): Instant {
    return this.#wantsPage ? this.#at : Infinity;
  }

  /** Takes a recheck; `full` when too many wait. */
  add(recheck: Recheck<Event>): 'taken' | 'full' {
    const isNew = !this.#waiting.has(recheck.name);
    if (isNew && this.#waiting.size >= this.#options.waiting) return 'full';
    this.#waiting.set(recheck.name, recheck);
    if (this.#running === undefined) this.#begin();
    return 'taken';
  }

  /** What it asks now, if anything. */
  ask(now: Instant): StoreRequest | undefined {
    const { prefix } = this.#running ?? {};
    if (prefix === undefined || !this.#wantsPage || now < this.#at) return undefined;
    this.#isAsking = true;
    return { kind: 'keys', prefix, cursor: this.#cursor, limit: this.#options.page };
  }

  /** A page has come, or `undefined`: the store did not answer. */
  answered(now: Instant, page: KeyPage | undefined): void {
    const running = this.#running;
    this.#isAsking = false;
    this.#at = now + (page === undefined ? this.#options.again : this.#options.pace);
    if (page === undefined || running === undefined) return;
    this.#found = page.keys.filter(running.matches);
    this.#cursor = page.cursor;
    this.#isLast = page.cursor === undefined;
    this.#finish();
  }

  /** The next key that gets its event now, if there is room for one. */
  next(): { readonly key: Key; readonly event: Event } | undefined {
    const running = this.#running;
    if (running === undefined || this.#open >= this.#options.most) return undefined;
    const key = this.#found.shift();
    if (key === undefined) return undefined;
    this.#open += 1;
    this.#finish();
    return { key, event: running.event };
  }

  /** The event of a key has ended. */
  ended(): void {
    this.#open -= 1;
  }

  /** Walks no more. */
  close(): void {
    this.#waiting.clear();
    this.#running = undefined;
    this.#found = [];
  }

  get #wantsPage(): boolean {
    return this.#running !== undefined && !this.#isAsking && this.#found.length === 0;
  }

  /** All keys have their events: the next recheck, if one waits. */
  #finish(): void {
    if (this.#isLast && this.#found.length === 0) this.#begin();
  }

  #begin(): void {
    this.#running = undefined;
    this.#cursor = undefined;
    this.#isLast = false;
    for (const [name, recheck] of this.#waiting) {
      this.#waiting.delete(name);
      this.#running = recheck;
      return;
    }
  }
}
