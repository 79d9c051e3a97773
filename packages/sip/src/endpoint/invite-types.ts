// What enters and leaves an endpoint on account of INVITE alone: the command to cancel, and the events between an
// INVITE and its ACK. Types only. How an INVITE is handed in, answered and ended is in types.ts: as any other request.
import type { IncomingRequest, Response } from '../message.ts';

/**
 * A command: the INVITE with this context is no longer wanted. A CANCEL leaves as soon as a provisional response is
 * there; the INVITE ends as ever, with the response that comes (487, or a 2xx that crossed), or with `failed` and
 * `cancelled` where it never left, or got no end within 64*T1. Ignored when it has ended. Contexts are told apart by
 * identity.
 * @spec RFC 3261 §9.1
 */
export interface CancelInput {
  readonly kind: 'cancel';
  readonly context: unknown;
}

/** A response from 101 to 199 to an INVITE of ours, which goes on. */
export interface ProvisionalEvent {
  readonly kind: 'provisional';
  readonly response: Response;
  readonly context: unknown;
}

/**
 * One more 2xx to an INVITE of ours that has ended with another: a dialog that a fork began. The host acknowledges it,
 * as every 2xx, and ends what it does not want.
 * @spec RFC 3261 §13.2.2.4
 */
export interface ForkedEvent {
  readonly kind: 'forked';
  readonly response: Response;
  readonly context: unknown;
}

/**
 * The ACK to a 2xx of ours. A copy of it is not told.
 * @spec RFC 3261 §13.3.1.4
 */
export interface AcknowledgedEvent {
  readonly kind: 'acknowledged';
  /** The `id` of the INVITE's `request` event. */
  readonly id: string;
  /** The ACK. */
  readonly request: IncomingRequest;
}

/**
 * Nobody acknowledged our 2xx, which was sent again until now: the session is to be ended with a BYE.
 * @spec RFC 3261 §13.3.1.4
 */
export interface UnacknowledgedEvent {
  readonly kind: 'unacknowledged';
  /** The `id` of the INVITE's `request` event. */
  readonly id: string;
}

/**
 * An INVITE that was not answered finally is over, and has been answered for the host. Cancelled by the peer, it got 487
 * (and the CANCEL 200); expired, 487 after its own Expires and 480 after the limit `ringTime`.
 * @spec RFC 3261 §9.2
 */
export interface CancelledEvent {
  readonly kind: 'cancelled';
  /** The `id` of the INVITE's `request` event. */
  readonly id: string;
  /** The CANCEL; `undefined` where it expired. */
  readonly request: IncomingRequest | undefined;
}

/** What the host is told between an INVITE and its ACK. */
export type InviteEvent =
  | ProvisionalEvent
  | ForkedEvent
  | AcknowledgedEvent
  | UnacknowledgedEvent
  | CancelledEvent;
