// Requests of the host that have not ended, and the one word each of them ends with: `response`, `failed`, or `sent`
// where none is to be answered. Why it ends is uac.ts.
import type { Response } from '../message.ts';
import { CLOSED, type Failure, NO_TARGET } from './failure.ts';
import type { Outbox } from './outbox.ts';
import { Passing } from './passing.ts';
import type { Sending } from './sending.ts';

export class Endings {
  readonly #outbox: Outbox;
  readonly #open = new Passing<Sending, true>();
  /** Those that can be cancelled, by the context of the host. */
  readonly #invites = new Map<unknown, Sending>();

  constructor(outbox: Outbox) {
    this.#outbox = outbox;
  }

  /** Requests that have not ended. */
  get open(): number {
    return this.#open.size;
  }

  begin(sending: Sending): void {
    this.#open.set(sending, true);
    if (isInvite(sending)) this.#invites.set(sending.context, sending);
  }

  /** The INVITE with that context that has not ended. */
  invite(context: unknown): Sending | undefined {
    return this.#invites.get(context);
  }

  /** A copy, so that they may end on the way. */
  invites(): readonly Sending[] {
    return [...this.#invites.values()];
  }

  /** No target is left. */
  conclude(sending: Sending): void {
    if (sending.refusal !== undefined) this.deliver(sending, sending.refusal);
    else this.end(sending, sending.failure ?? NO_TARGET);
  }

  deliver(sending: Sending, response: Response): void {
    if (!this.#leave(sending)) return;
    this.#outbox.push({ kind: 'response', response, context: sending.context });
  }

  /** It was written, and that is all that will be known. */
  sent(sending: Sending): void {
    if (!this.#leave(sending)) return;
    this.#outbox.push({ kind: 'sent', context: sending.context });
  }

  end(sending: Sending, failure: Failure): void {
    if (this.#leave(sending)) this.fail(sending.context, failure);
  }

  /** Ends all of them. */
  endAll(): void {
    for (const sending of this.#open.keys()) this.end(sending, CLOSED);
  }

  /** Says the one word that ends a request that never began. */
  fail(context: unknown, failure: Failure): void {
    const { reason, text, judgement } = failure;
    this.#outbox.push(
      judgement === undefined
        ? { kind: 'failed', context, reason, text }
        : { kind: 'failed', context, reason, judgement, text },
    );
  }

  /** False for one that is not here: each ends once. */
  #leave(sending: Sending): boolean {
    if (!this.#open.delete(sending)) return false;
    if (isInvite(sending) && this.#invites.get(sending.context) === sending) {
      this.#invites.delete(sending.context);
    }
    return true;
  }
}

function isInvite({ content }: Sending): boolean {
  return content.method === 'INVITE';
}
