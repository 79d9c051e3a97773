// Connections we asked for and have not got yet, with the requests that wait for each. One attempt for
// a place and a set of names; bounded in what waits for it and in time. What becomes of those who
// waited is uac.ts.
import type { Timed } from '../transaction/deadlines.ts';
import { placeOf } from './connections.ts';
import type { Ground } from './ground.ts';
import type { Instant, Target } from './types.ts';
import type { Sending } from './uac.ts';

export interface ConnectAttempt extends Timed {
  readonly kind: 'connect';
  readonly id: string;
  readonly key: string;
  readonly target: Target;
  readonly waiting: Sending[];
}

export class ConnectAttempts {
  readonly #ground: Ground;
  readonly #byId = new Map<string, ConnectAttempt>();
  readonly #byKey = new Map<string, ConnectAttempt>();
  #drawn = 0;

  constructor(ground: Ground) {
    this.#ground = ground;
  }

  get size(): number {
    return this.#byId.size;
  }

  /** Requests that wait, over all attempts. */
  get waiting(): number {
    let waiting = 0;
    for (const attempt of this.#byId.values()) waiting += attempt.waiting.length;
    return waiting;
  }

  /** A copy, so that attempts may be taken and begun on the way. */
  all(): readonly ConnectAttempt[] {
    return [...this.#byId.values()];
  }

  isWaitedFor(target: Target): boolean {
    return this.#byKey.has(keyOf(target));
  }

  /** Lets a request wait for an attempt that is under way; false when none is or it is full. */
  join(target: Target, sending: Sending): boolean {
    const attempt = this.#byKey.get(keyOf(target));
    if (attempt === undefined) return false;
    if (attempt.waiting.length >= this.#ground.limits.waitingPerConnect) return false;
    attempt.waiting.push(sending);
    return true;
  }

  begin(now: Instant, target: Target, sending: Sending): void {
    this.#drawn += 1;
    const attempt: ConnectAttempt = {
      kind: 'connect',
      at: Number.POSITIVE_INFINITY,
      slot: -1,
      id: `connect-${this.#drawn}`,
      key: keyOf(target),
      target,
      waiting: [sending],
    };
    this.#byId.set(attempt.id, attempt);
    this.#byKey.set(attempt.key, attempt);
    this.#ground.deadlines.set(attempt, now + this.#ground.limits.connectTime);
    this.#ground.outbox.push({ kind: 'connect', connect: attempt.id, target });
  }

  /** Ends an attempt; each ends once. */
  take(id: string): ConnectAttempt | undefined {
    const attempt = this.#byId.get(id);
    if (attempt === undefined) return undefined;
    this.#byId.delete(id);
    this.#byKey.delete(attempt.key);
    this.#ground.deadlines.drop(attempt);
    return attempt;
  }
}

/** Names are part of it: who waits for one name must not be given a peer that is to prove another. */
function keyOf(target: Target): string {
  return `${placeOf(target)} ${target.references.join(' ')}`;
}
