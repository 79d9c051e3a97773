// Messages whose senders have asked what becomes of them: the id that each side knows a message by, until it is told or a
// day is over. Bounded in all and for each account; where there is no more room, the oldest is forgotten, and its sender
// hears nothing, which is what a receipt that does not come means.
import type { Jid } from '@interwork/xmpp';
import type { ImdnRequest } from '../body/imdn.ts';
import type { Instant } from '../store/store.ts';
import { Line, type Place } from './line.ts';

/** A message that is to be told of. */
export interface Asked {
  /** Who asked. */
  readonly from: Jid;
  /** Whose word counts. */
  readonly to: Jid;
  /** What the asker knows it by. */
  readonly id: string;
  readonly dispositions: ImdnRequest['dispositions'];
  /** The type of its stanza. */
  readonly type: 'chat' | 'normal';
  readonly at: Instant;
}

interface Kept {
  readonly key: string;
  readonly asked: Asked;
  /** What has been told. */
  readonly told: Set<string>;
  place: Place<Kept> | undefined;
}

/** Counts, at most, and a wait in ms. */
export interface ReceiptBounds {
  readonly most: number;
  readonly perUser: number;
  readonly age: number;
}

/** The messages, by what the other side knows them by. */
export class Receipts {
  readonly #kept = new Map<string, Kept>();
  readonly #line = new Line<Kept>();
  readonly #byUser = new Map<string, number>();
  readonly #bounds: ReceiptBounds;

  constructor(bounds: ReceiptBounds) {
    this.#bounds = bounds;
  }

  get size(): number {
    return this.#kept.size;
  }

  /** Remembers one; false when its account has too many. */
  keep(now: Instant, key: string, asked: Asked): boolean {
    this.#forget(now);
    const user = asked.from.bare;
    const count = this.#byUser.get(user) ?? 0;
    if (count >= this.#bounds.perUser || this.#kept.has(key)) return false;
    const { first } = this.#line;
    if (this.#kept.size >= this.#bounds.most && first !== undefined) this.#drop(first);
    const kept: Kept = { key, asked, told: new Set(), place: undefined };
    kept.place = this.#line.join(kept);
    this.#kept.set(key, kept);
    this.#byUser.set(user, count + 1);
    return true;
  }

  /** The one that somebody may speak of; `undefined` when it is not known, or not his. */
  find(now: Instant, key: string, speaker: Jid, asker: Jid): Asked | undefined {
    this.#forget(now);
    const asked = this.#kept.get(key)?.asked;
    const isHis = asked?.to.bare === speaker.bare && asked.from.bare === asker.bare;
    return isHis ? asked : undefined;
  }

  /** Whether something is told of it for the first time; it then is. A failure is only told where nothing was. */
  tells(key: string, what: string): boolean {
    const kept = this.#kept.get(key);
    if (kept === undefined || kept.told.has(what)) return false;
    if (what === 'failed' && kept.told.size > 0) return false;
    kept.told.add(what);
    return true;
  }

  clear(): void {
    this.#kept.clear();
    this.#line.clear();
    this.#byUser.clear();
  }

  #forget(now: Instant): void {
    for (let { first } = this.#line; first !== undefined; { first } = this.#line) {
      if (now - first.asked.at <= this.#bounds.age) return;
      this.#drop(first);
    }
  }

  #drop(kept: Kept): void {
    this.#kept.delete(kept.key);
    if (kept.place !== undefined) this.#line.leave(kept.place);
    kept.place = undefined;
    const user = kept.asked.from.bare;
    const count = (this.#byUser.get(user) ?? 1) - 1;
    if (count === 0) this.#byUser.delete(user);
    else this.#byUser.set(user, count);
  }
}
