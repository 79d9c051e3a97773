// Why a request came to nothing at one target, and which of several reasons is told in the end.
import type { Judgement } from '../judge.ts';
import type { Sending } from './sending.ts';
import type { ConnectFailedInput, FailedReason, RefusedPeer, Target } from './types.ts';

/** Why a try came to nothing. */
export interface Failure {
  readonly reason: FailedReason;
  readonly text: string;
  readonly judgement?: Judgement;
}

/** What a connect that came to nothing means for those who waited. */
export function connectFailure(input: ConnectFailedInput, target: Target): Failure {
  const reason = input.reason === 'certificate' ? 'certificate' : 'transport';
  const text = `${describe(target)}: ${input.text ?? input.reason}`;
  return input.judgement === undefined
    ? { reason, text }
    : { reason, text, judgement: input.judgement };
}

/** A server whose certificate was refused, as the host is told of it. */
export function refusedServer(target: Target, judgement: Judgement): RefusedPeer {
  const { address, port, references } = target;
  return { kind: 'refused-peer', remote: { address, port }, called: references[0], judgement };
}

/**
 * Of several failures the one that tells most: a certificate before anything else, then the latest.
 * Too long for a datagram counts only where nothing else is wrong.
 */
export function worse(before: Failure | undefined, now: Failure): Failure {
  if (before === undefined) return now;
  return before.reason === 'certificate' || now.reason === 'too-large' ? before : now;
}

/** Nobody said in time what became of a connect. */
export function unanswered(connect: string): ConnectFailedInput {
  return { kind: 'connect-failed', connect, reason: 'timeout', text: 'No connection in time.' };
}

/** The system did not take what was to be sent. */
export function unsentTo(target: Target, reason: string | undefined): Failure {
  const text = `${describe(target)}: ${reason ?? 'It could not be sent.'}`;
  return { reason: 'transport', text };
}

/** Why a request is not tried any more: its time is over, or it is not wanted any more. */
export function lateness({ isWithdrawn }: Sending): Failure {
  return isWithdrawn ? CANCELLED : NEVER_TAKEN;
}

/** A target in words. */
export function describe(target: Target): string {
  return `${target.transport} ${target.address} port ${target.port}`;
}

export const CLOSED: Failure = { reason: 'closed', text: 'The endpoint was closed.' };
export const NO_TARGET: Failure = { reason: 'no-target', text: 'There was no target to send to.' };
export const NO_ROOM: Failure = { reason: 'overload', text: 'Too much waits for connections.' };
export const BLOCKED: Failure = {
  reason: 'transport',
  text: 'The target is passed over for now.',
};
export const TIMED_OUT: Failure = { reason: 'timeout', text: 'No final response came in time.' };
export const TOO_LONG: Failure = {
  reason: 'too-large',
  text: 'The request is too long for any datagram, and no target has a stream.',
};
const NEVER_TAKEN: Failure = {
  reason: 'transport',
  text: 'No connection took the request in time.',
};
export const CANCELLED: Failure = { reason: 'cancelled', text: 'The INVITE was cancelled.' };
export const NOT_PROVED: Failure = {
  reason: 'certificate',
  text: 'The peer proved none of the names asked for.',
};
