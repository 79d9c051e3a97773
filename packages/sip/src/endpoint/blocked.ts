// Targets that said 503 with Retry-After, and until when they are passed over for others. Bounded: when
// full, no more are remembered, and such a target is merely tried again.
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

  /** Passes a target over for `seconds`, or for as long as our own bound allows. */
  block(now: Instant, key: string, seconds: number): void {
    const { limits, deadlines } = this.#ground;
    const known = this.#byKey.get(key);
    if (seconds <= 0 || (known === undefined && this.#byKey.size >= limits.blockedTargets)) return;
    const blocked = known ?? { kind: 'blocked', key, at: 0, slot: -1 };
    this.#byKey.set(key, blocked);
    deadlines.set(blocked, now + Math.min(seconds * 1000, limits.blockedTime));
  }

  clear(): void {
    this.#byKey.clear();
  }

  /** Its time has passed. */
  release(blocked: BlockedTarget): void {
    this.#byKey.delete(blocked.key);
  }
}
