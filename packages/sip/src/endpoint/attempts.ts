// Connections we asked for and have not got yet, with what waits for each: requests, and responses whose own
// connection is gone. One attempt for a place and a set of names; bounded in what waits for it and in time.
// What becomes of those who waited is uac.ts.
import type { Timed } from '../transaction/deadlines.ts';
import { type Connection, placeOf } from './connections.ts';
import type { Ground } from './ground.ts';
import type { LateAnswer } from './late-answers.ts';
import type { Sending } from './sending.ts';
import type { Instant, Target } from './types.ts';

/** What was begun on a connection that is gone, and goes on on another. */
export interface Moving {
  readonly kind: 'moving';
  readonly local: string | undefined;
  /** It stands. Not called where none comes about: whatever waits for that has a time of its own. */
  readonly onto: (now: Instant, connection: Connection) => void;
}

/** What a connection is awaited for. */
export type Waiter = Sending | LateAnswer | Moving;

export interface ConnectAttempt extends Timed {
  readonly kind: 'connect';
  readonly id: string;
  readonly key: string;
  readonly target: Target;
  readonly local: string | undefined;
  readonly waiting: Waiter[];
}

export class ConnectAttempts {
  readonly #ground: Ground;
  readonly #byId = new Map<string, ConnectAttempt>();
  readonly #byKey = new Map<string, ConnectAttempt>();
  #drawn = 0;
  #forAnswers = 0;

  constructor(ground: Ground) {
    this.#ground = ground;
  }

  get size(): number {
    return this.#byId.size;
  }

  /** What waits, over all attempts. */
  get waiting(): number {
    let waiting = 0;
    for (const attempt of this.#byId.values()) waiting += attempt.waiting.length;
    return waiting;
  }

  /** A copy, so that attempts may be taken and begun on the way. */
  all(): readonly ConnectAttempt[] {
    return [...this.#byId.values()];
  }

  /** Attempts that were begun for a response. */
  get forAnswers(): number {
    return this.#forAnswers;
  }

  /** Lets one wait for a connection that is asked for, or asks for it; false when there is no room. */
  expect(now: Instant, target: Target, waiter: Waiter, connections: number): boolean {
    const { limits } = this.#ground;
    const attempt = this.#byKey.get(this.#keyOf(target, localOf(waiter)));
    if (attempt === undefined) {
      const hasRoom = this.size + connections < limits.connections;
      if (hasRoom) this.#begin(now, target, waiter);
      return hasRoom;
    }
    if (attempt.waiting.length >= limits.waitingPerConnect) return false;
    attempt.waiting.push(waiter);
    return true;
  }

  /** Ends an attempt; each ends once. */
  take(id: string): ConnectAttempt | undefined {
    const attempt = this.#byId.get(id);
    if (attempt === undefined) return undefined;
    this.#byId.delete(id);
    this.#byKey.delete(attempt.key);
    if (isForAnswer(attempt)) this.#forAnswers -= 1;
    this.#ground.deadlines.drop(attempt);
    return attempt;
  }

  #begin(now: Instant, target: Target, waiter: Waiter): void {
    this.#drawn += 1;
    const local = localOf(waiter);
    const attempt: ConnectAttempt = {
      kind: 'connect',
      at: Number.POSITIVE_INFINITY,
      slot: -1,
      id: `connect-${this.#drawn}`,
      key: this.#keyOf(target, local),
      target,
      local,
      waiting: [waiter],
    };
    this.#byId.set(attempt.id, attempt);
    this.#byKey.set(attempt.key, attempt);
    if (isForAnswer(attempt)) this.#forAnswers += 1;
    this.#ground.deadlines.set(attempt, now + this.#ground.limits.connectTime);
    this.#ground.outbox.push({ kind: 'connect', connect: attempt.id, target, local });
  }

  /** Names are part of it: who waits for one name must not be given a peer that is to prove another. */
  #keyOf(target: Target, local: string | undefined): string {
    const shown = this.#ground.shownTo(target, local);
    return `${placeOf(target)} ${target.references.join(' ')} ${shown}`;
  }
}

function isForAnswer({ waiting }: ConnectAttempt): boolean {
  return waiting[0]?.kind === 'answer';
}

/** A response goes back to where its request came from, whatever it is about. */
function localOf(waiter: Waiter): string | undefined {
  return waiter.kind === 'answer' ? undefined : waiter.local;
}
