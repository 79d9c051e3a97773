// The look for records whose time has come: one question at a time, as many keys as there is room for. When as many
// came as were asked for it looks again at once.
import type { Instant, Key } from '../store/store.ts';
import type { StoreRequest } from '../store/request.ts';

/** How it looks. */
export interface DueOptions {
  /** The kind of record. */
  readonly of: string;
  /** Keys under way, at most. */
  readonly most: number;
  /** Milliseconds. */
  readonly lease: number;
  readonly poll: number;
}

/** Looks for what is due, while half of what may be under way is not. */
export class Due {
  readonly #options: DueOptions;
  #at: Instant = 0;
  #asked = 0;
  #open = 0;
  #closed = false;

  constructor(options: DueOptions) {
    this.#options = options;
  }

  /** When it wants to look; `Infinity` while it does, or has no room. */
  get wakeAt(): Instant {
    return this.#canAsk ? this.#at : Infinity;
  }

  /** What it asks now, if anything. */
  ask(now: Instant): StoreRequest | undefined {
    if (!this.#canAsk || now < this.#at) return undefined;
    const { of, lease, most } = this.#options;
    this.#asked = most - this.#open;
    return { kind: 'due', of, now, lease, limit: this.#asked };
  }

  /** Keys have come, or `undefined`: the store did not answer. */
  answered(now: Instant, keys: readonly Key[] | undefined): void {
    const isFilled = keys !== undefined && keys.length >= this.#asked;
    this.#at = isFilled ? now : now + this.#options.poll;
    this.#asked = 0;
  }

  /** The event of a key begins. */
  began(): void {
    this.#open += 1;
  }

  /** The event of a key has ended. */
  ended(): void {
    this.#open -= 1;
  }

  /** Looks no more. */
  close(): void {
    this.#closed = true;
  }

  get #canAsk(): boolean {
    return !this.#closed && this.#asked === 0 && this.#open * 2 <= this.#options.most;
  }
}
