// What nobody tells a second time, and could not be taken to its record: a response, an ACK, what became of a first message.
// It is handed in again after a while, within a bound and not for ever.
import type { Instant, Key } from '../store/store.ts';
import type { ChatEvent } from '../ledger/chat-types.ts';
import type { ChatItem } from './chat-ride.ts';
import type { ChatSettings } from './chat-settings.ts';
import { Line, type Place } from './line.ts';

interface Waiting {
  readonly key: Key;
  readonly item: ChatItem;
  readonly at: Instant;
  place: Place<Waiting> | undefined;
}

/** Those that wait to be handed in again. */
export class ChatPatience {
  readonly #settings: ChatSettings;
  readonly #enter: (now: Instant, key: Key, item: ChatItem) => void;
  readonly #line = new Line<Waiting>();

  constructor(settings: ChatSettings, enter: (now: Instant, key: Key, item: ChatItem) => void) {
    this.#settings = settings;
    this.#enter = enter;
  }

  get size(): number {
    return this.#line.size;
  }

  get wakeAt(): Instant {
    return this.#line.first?.at ?? Infinity;
  }

  /** Takes one that may wait; `false` for one that may not, or has waited too long. */
  takes(now: Instant, key: Key, item: ChatItem): boolean {
    const { limits, waits } = this.#settings;
    if (!ONCE.has(item.event.kind) || now >= item.at + waits.ring) return false;
    if (this.#line.size >= limits.sessions) return false;
    const waiting: Waiting = { key, item, at: now + waits.again, place: undefined };
    waiting.place = this.#line.join(waiting);
    return true;
  }

  tick(now: Instant): void {
    for (let first = this.#line.first; first !== undefined; first = this.#line.first) {
      if (first.at > now) return;
      if (first.place !== undefined) this.#line.leave(first.place);
      this.#enter(now, first.key, first.item);
    }
  }

  clear(): void {
    this.#line.clear();
  }
}

/** What its sender believes to have been heard. */
const ONCE: ReadonlySet<ChatEvent['kind']> = new Set([
  'response',
  'failed',
  'acknowledged',
  'unacknowledged',
  'cancelled',
  'answer',
  'dead',
]);
