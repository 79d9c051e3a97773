// Questions to the host that are open: one for each domain, however many messages wait for its answer, so that
// one slow domain costs one question. All have one wait, so the oldest is due first.
import type { Instant } from '../store/store.ts';
import { Shares } from './shares.ts';

/** What became of a message that needs an answer. */
export type Asked = 'ask' | 'joined' | 'full';

interface Open<T> {
  readonly id: string;
  readonly domain: string;
  /** The domain whose message made it necessary. */
  readonly asker: string;
  readonly deadline: Instant;
  readonly items: T[];
}

/** The open questions, by domain. */
export class Asking<T> {
  readonly #byDomain = new Map<string, Open<T>>();
  readonly #byId = new Map<string, Open<T>>();
  readonly #max: number;
  readonly #wait: number;
  readonly #shares: Shares;

  /** `perAsker` is what one asker may have open of `max`; `wait` in ms. */
  constructor(max: number, perAsker: number, wait: number) {
    this.#max = max;
    this.#wait = wait;
    this.#shares = new Shares(perAsker);
  }

  /** Messages that wait for an answer. */
  get size(): number {
    let size = 0;
    for (const { items } of this.#byDomain.values()) size += items.length;
    return size;
  }

  get wakeAt(): Instant {
    for (const { deadline } of this.#byDomain.values()) return deadline;
    return Infinity;
  }

  /**
   * Lets a message of the asker wait for the answer about a domain; `ask` when the question is new and has this id.
   */
  wait(now: Instant, asker: string, domain: string, id: string, item: T): Asked {
    const open = this.#byDomain.get(domain);
    if (open !== undefined) {
      open.items.push(item);
      return 'joined';
    }
    if (this.#byDomain.size >= this.#max || !this.#shares.take(asker)) return 'full';
    const fresh = { id, domain, asker, deadline: now + this.#wait, items: [item] };
    this.#byDomain.set(domain, fresh);
    this.#byId.set(id, fresh);
    return 'ask';
  }

  /** The messages that waited for an answer; none for a question that is not open. */
  answered(id: string): readonly T[] {
    const open = this.#byId.get(id);
    return open === undefined ? [] : this.#close(open);
  }

  /** All messages that wait, taken out. */
  drain(): readonly T[] {
    const all = [...this.#byDomain.values()].flatMap(({ items }) => items);
    this.#byDomain.clear();
    this.#byId.clear();
    this.#shares.clear();
    return all;
  }

  /** The messages of one question whose time is over; `undefined` when there is none. */
  expired(now: Instant): readonly T[] | undefined {
    for (const open of this.#byDomain.values())
      return open.deadline <= now ? this.#close(open) : undefined;
    return undefined;
  }

  #close(open: Open<T>): readonly T[] {
    this.#byDomain.delete(open.domain);
    this.#byId.delete(open.id);
    this.#shares.give(open.asker);
    return open.items;
  }
}
