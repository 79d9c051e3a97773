// How a session ends: what is told, and the BYE. RFC 3261 §15. Why it ends is ../session.ts.
import { type Dialog, nextHopOf, requestWithin } from '../dialog.ts';
import { filled } from '../limits.ts';
import type { HeaderField, RequestDraft } from '../message.ts';
import {
  DEFAULT_SESSION_TIMES,
  type Session,
  type SessionEnd,
  type SessionEnded,
  type SessionEnv,
  type SessionEvent,
  type SessionRequest,
  type SessionStep,
  type SessionTag,
  type SessionTimes,
} from './types.ts';

/** The waits that hold for an environment. */
export function waitsOf(env: SessionEnv): SessionTimes {
  return filled(DEFAULT_SESSION_TIMES, env.times);
}

/** The record with nothing to send. */
export function stay(next: Session, told: readonly SessionEvent[] = []): SessionStep {
  return { next, requests: [], told };
}

/** Nothing is kept, and nothing follows. */
export function over(told: readonly SessionEvent[] = []): SessionStep {
  return { next: undefined, requests: [], told };
}

/** Whether an INVITE of the peer waits for its answer, or for the ACK to ours. Its number may be any, 0 as well. */
export function isOwing({ ackBy }: Session): boolean {
  return ackBy > 0;
}

export function ended(by: SessionEnd, why: Partial<SessionEnded> = {}): SessionEnded {
  return { ...why, kind: 'ended', by };
}

/** A request of a session, with where it goes first. */
export function sending(tag: SessionTag, draft: RequestDraft, dialog: Dialog): SessionRequest {
  return { tag, draft, hop: nextHopOf(dialog) };
}

/**
 * The session is over from here on, whatever is said to the BYE; the record stays until then, so that the BYE is not
 * lost with a process.
 * @spec RFC 3261 §15.1.1
 */
export function hangUp(
  s: Session,
  now: number,
  env: SessionEnv,
  told: readonly SessionEvent[] = [],
  headers: readonly HeaderField[] = [],
): SessionStep {
  const { dialog, draft } = requestWithin(s.dialog, 'BYE', { headers });
  const next: Session = {
    ...s,
    state: 'ending',
    dialog,
    asking: dialog.localCseq,
    isUpdate: false,
    isOffering: false,
    answerBy: now + waitsOf(env).answerTime,
    owed: 0,
    ackBy: 0,
    refreshAt: 0,
    expiresAt: 0,
  };
  return { next, requests: [sending('bye', draft, dialog)], told };
}
