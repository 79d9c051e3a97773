// Requests of the host on their way from target to target, until one of them may have taken it. RFC 3263 §4.3; RFC 3261
// §18.1.1 for what is too long for a datagram. What comes back, and when a target certainly did not take it, is uac.ts'.
import type { ConnectAttempt, ConnectAttempts, Moving } from './attempts.ts';
import type { BlockedTargets } from './blocked.ts';
import { type Connection, type Connections, type HeldBack, placeOf } from './connections.ts';
import type { Endings } from './endings.ts';
import { BLOCKED, type Failure, lateness, NO_ROOM, TOO_LONG, worse } from './failure.ts';
import type { Ground } from './ground.ts';
import { HeldRequests } from './held-back.ts';
import type { LateAnswers } from './late-answers.ts';
import type { RequestWriter } from './request-writer.ts';
import { isTooLate, nextTarget, type Sending, streamInstead } from './sending.ts';
import type { Instant, Target } from './types.ts';

export class Tries {
  /** What goes into the connections, in order. */
  readonly held: HeldRequests;
  readonly #ground: Ground;
  readonly #connections: Connections;
  readonly #attempts: ConnectAttempts;
  readonly #late: LateAnswers;
  readonly #endings: Endings;
  readonly #blocked: BlockedTargets;

  constructor(
    ground: Ground,
    connections: Connections,
    attempts: ConnectAttempts,
    late: LateAnswers,
    endings: Endings,
    blocked: BlockedTargets,
    writer: RequestWriter,
  ) {
    this.#ground = ground;
    this.#connections = connections;
    this.#attempts = attempts;
    this.#late = late;
    this.#endings = endings;
    this.#blocked = blocked;
    this.held = new HeldRequests(ground, connections, writer, (at, held) =>
      this.#notWritten(at, held),
    );
  }

  /**
   * To the next target that takes it, or to its end.
   * @spec RFC 3263 §4.3
   */
  next(now: Instant, sending: Sending): void {
    for (let next = nextTarget(sending); next !== undefined; next = nextTarget(sending)) {
      const failure = this.#try(now, sending, next);
      if (failure === undefined) return;
      sending.failure = worse(sending.failure, failure);
      if (isTooLate(now, sending, this.#ground.timers)) break;
    }
    this.#endings.conclude(sending);
  }

  /** The same target, by another connection: this one broke before it was written. */
  again(now: Instant, { sending, target }: HeldBack): void {
    const failure = this.#try(now, sending, target);
    if (failure !== undefined) this.nextAfter(now, sending, failure);
  }

  /** The last target certainly did not take it. */
  nextAfter(now: Instant, sending: Sending, failure: Failure): void {
    sending.failure = worse(sending.failure, failure);
    this.next(now, sending);
  }

  /** A connection to that target for what was begun on one that is gone. @spec RFC 3261 §18.2.2 */
  reach(now: Instant, target: Target, moving: Moving): void {
    const there = this.#connections.findFor(target, moving.local);
    if (there !== undefined) moving.onto(now, there);
    else this.#attempts.expect(now, target, moving, this.#connections.size);
  }

  /** Puts a request on its way to one target, or says why that cannot be. */
  #try(now: Instant, sending: Sending, target: Target): Failure | undefined {
    if (isTooLate(now, sending, this.#ground.timers)) return lateness(sending);
    if (this.#isPassedOver(sending, target)) {
      sending.passedOver.push(target);
      return BLOCKED;
    }
    const connection = this.#connections.findFor(target, sending.local);
    if (connection === undefined) {
      return this.#attempts.expect(now, target, sending, this.#connections.size)
        ? undefined
        : NO_ROOM;
    }
    if (this.held.send(now, sending, target, connection)) return undefined;
    return this.#tryStream(now, sending, target);
  }

  /**
   * A target that asked to be left alone, while another one is left. The last is tried all the same, and behind it those
   * before: a 503 may have been about one user of many behind a target.
   * @spec RFC 3261 §21.5.4
   */
  #isPassedOver(sending: Sending, target: Target): boolean {
    const isLast = sending.nextTarget >= sending.targets.length;
    return !isLast && this.#blocked.has(placeOf(target));
  }

  /** A connection stands: responses first, which waited for nothing else. */
  use(now: Instant, { waiting, target }: ConnectAttempt, connection: Connection): void {
    const { outbox } = this.#ground;
    for (const waiter of waiting) {
      if (waiter.kind === 'sending') connection.heldBack.push({ sending: waiter, target });
      else if (waiter.kind === 'moving') waiter.onto(now, connection);
      else outbox.push({ kind: 'send', flow: connection.flow, bytes: waiter.bytes });
    }
    this.held.flush(now, connection);
  }

  #notWritten(now: Instant, { sending, target }: HeldBack): void {
    const isOver = isTooLate(now, sending, this.#ground.timers);
    const failure = isOver ? lateness(sending) : this.#tryStream(now, sending, target);
    if (failure !== undefined) this.nextAfter(now, sending, failure);
  }

  /** @spec RFC 3261 §18.1.1 */
  #tryStream(now: Instant, sending: Sending, target: Target): Failure | undefined {
    if (sending.exceeds) return TOO_LONG;
    return this.#try(now, sending, streamInstead(sending, target));
  }

  /** A connect came to nothing: whoever waited goes elsewhere. */
  moveOn(now: Instant, attempt: ConnectAttempt, failure: Failure): void {
    for (const waiter of attempt.waiting) {
      if (waiter.kind === 'sending') this.nextAfter(now, waiter, failure);
      else if (waiter.kind === 'answer') this.#late.lose(now, waiter.flow);
    }
  }
}
