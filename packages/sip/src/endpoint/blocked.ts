// Targets that said 503 with Retry-After, and those that did not answer at all, and until when they are passed
// over for others. Bounded: when full, no more are remembered, and such a target is merely tried again.
import type { Timed } from '../transaction/deadlines.ts';
import type { Ground } from './ground.ts';
import type { Instant } from './types.ts';

export interface BlockedTarget extends Timed {
  readonly kind: 'blocked';
  readonly key: string;
}

/** @spec RFC 3261 §21.5.4 */
export class BlockedTargets {
  readonly #ground: Ground;
  readonly #byKey = new Map<string, BlockedTarget>();

  constructor(ground: Ground) {
    this.#ground = ground;
  }

  get size(): number {
    return this.#byKey.size;
  }

  has(key: string): boolean {
    return this.#byKey.has(key);
  }

  /** Passes a target over for the seconds it asked for, or for as long as our own bound allows. */
  block(now: Instant, key: string, seconds: number): void {
    if (seconds <= 0) return;
    this.#passOver(key, now + Math.min(seconds * 1000, this.#ground.limits.blockedTime));
  }

  /**
   * Passes a target over that did not answer, so that not every request waits for it anew.
   * @spec RFC 3263 §4.3
   */
  rest(now: Instant, key: string): void {
    this.#passOver(key, now + this.#ground.limits.silentTime);
  }

  #passOver(key: string, until: Instant): void {
    const { limits, deadlines } = this.#ground;
    const known = this.#byKey.get(key);
    if (known === undefined && this.#byKey.size >= limits.blockedTargets) return;
    const blocked = known ?? { kind: 'blocked', key, at: 0, slot: -1 };
    this.#byKey.set(key, blocked);
    deadlines.set(blocked, until);
  }

  clear(): void {
    this.#byKey.clear();
  }

  /** Its time has passed. */
  release(blocked: BlockedTarget): void {
    this.#byKey.delete(blocked.key);
  }
}
