// One request of the host over all its tries, and which target is next. RFC 3263 §4.3; RFC 3261 §18.1.1 for
// what is too long for a datagram. How it is sent, and what ends it, is uac.ts.
import type { Response } from '../message.ts';
import type { TimerTable } from '../timers.ts';
import type { Waiter } from './attempts.ts';
import type { Failure } from './failure.ts';
import type { ForwardInput, Instant, RequestInput, Target } from './types.ts';
import type { Content } from './wire-request.ts';

export interface Sending {
  readonly kind: 'sending';
  readonly content: Content;
  readonly context: unknown;
  readonly targets: readonly Target[];
  readonly local: string | undefined;
  readonly begunAt: Instant;
  nextTarget: number;
  tries: number;
  /** The last 503; it is the answer when no target does better. */
  refusal: Response | undefined;
  failure: Failure | undefined;
  /** The target for datagrams in whose place a stream is tried. */
  standsFor: Target | undefined;
  /** Targets that asked to be left alone, or were silent, while others were left. */
  readonly passedOver: Target[];
  /** Targets that have no stream, for a request that is too long for a datagram. */
  readonly withoutStream: Target[];
  /** Whether it goes out as a datagram however long it is. */
  exceeds: boolean;
  /** An INVITE that was cancelled: it is tried nowhere any more. */
  isWithdrawn: boolean;
}

export function sendingOf(
  now: Instant,
  input: Pick<RequestInput | ForwardInput, 'context' | 'targets' | 'local'>,
  content: Content,
): Sending {
  return {
    kind: 'sending',
    content,
    context: input.context,
    targets: input.targets,
    local: input.local,
    begunAt: now,
    nextTarget: 0,
    tries: 0,
    refusal: undefined,
    failure: undefined,
    standsFor: undefined,
    passedOver: [],
    withoutStream: [],
    exceeds: false,
    isWithdrawn: false,
  };
}

/**
 * The target to be tried now. Behind all others come those that were passed over, unless one has said that it has no room;
 * and those that refused a stream: they speak the SIP of before 2002, and get a datagram of any length.
 * @spec RFC 3263 §4.3
 * @spec RFC 3261 §18.1.1
 */
export function nextTarget(sending: Sending): Target | undefined {
  sending.standsFor = undefined;
  const target = sending.targets[sending.nextTarget];
  sending.nextTarget += 1;
  if (target !== undefined) return target;
  const passedOver = sending.refusal === undefined ? sending.passedOver.shift() : undefined;
  if (passedOver !== undefined) return passedOver;
  sending.exceeds = true;
  return sending.withoutStream.shift();
}

/** Whether whoever sent it has been told by now that it failed, or wants it no more, and so must not find it delivered. */
export function isTooLate(now: Instant, sending: Sending, timers: TimerTable): boolean {
  return sending.isWithdrawn || now - sending.begunAt >= timers.F.reliable;
}

/** The same place by a stream, for what is too long for a datagram. */
export function streamInstead(sending: Sending, target: Target): Target {
  sending.standsFor = target;
  return { ...target, transport: 'tcp' };
}

/** There is no stream at the place that was tried. */
export function noteNoStream(waiter: Waiter): void {
  if (waiter.kind !== 'sending' || waiter.standsFor === undefined) return;
  waiter.withoutStream.push(waiter.standsFor);
}

/** Octets of a UDP datagram over IPv4, which IPv6 can hold as well. */
export const MAX_DATAGRAM = 65_507;
