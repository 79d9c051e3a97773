// What the end of a request within a session does to it: refreshed, to be asked again, or over. RFC 3261 §12.2.1.2
// and §14.1, RFC 4028 §7. What the first INVITE comes to is calling.ts.
import { isFault } from '../fault.ts';
import type { Response } from '../message.ts';
import { checkResponse } from '../check.ts';
import { refreshTarget } from '../dialog.ts';
import { takesUpdate } from './calling.ts';
import { ended, hangUp, over, stay, waitsOf } from './ends.ts';
import { acknowledging, refreshed } from './requests.ts';
import { readMinSe, running, timerOfResponse } from './timer.ts';
import { endsSession } from './transitions.ts';
import type {
  Session,
  SessionEnded,
  SessionEnv,
  SessionFailed,
  SessionResponse,
  SessionStep,
} from './types.ts';

/**
 * A final response in a session that stands.
 * @spec RFC 3261 §12.2.1.2
 */
export function answered(
  s: Session,
  now: number,
  { tag, response }: SessionResponse,
  env: SessionEnv,
): SessionStep {
  if (tag === 'within') {
    return endsSession(response.status) ? gone(s, now, response, env) : stay(s);
  }
  if (tag !== 'invite' && tag !== 'update') return stay(s);
  if (!answersLast(s, response) || response.status < 200) return stay(s);
  return response.status < 300 ? renewed(s, now, response, env) : unrenewed(s, now, response, env);
}

/** No response in a session that stands: nobody is there, or nobody can be reached now. */
export function unanswered(
  s: Session,
  now: number,
  { tag, reason }: SessionFailed,
  env: SessionEnv,
): SessionStep {
  if (reason === 'timeout' && tag !== 'fork-bye') {
    return takeLeave(s, now, env, ended('gone', { reason }));
  }
  const isRefresh = tag === 'invite' || tag === 'update';
  return isRefresh && s.asking > 0 ? later(s, now, 0, env) : stay(s);
}

/**
 * A response after our BYE: the one to it ends the record. A 2xx to an INVITE that was on its way wants its ACK.
 * @spec RFC 3261 §15.1.1
 */
export function departed(
  s: Session,
  _now: number,
  { tag, response }: SessionResponse,
): SessionStep {
  if (tag === 'bye') return response.status < 200 ? stay(s) : over();
  const { cseq } = response.headers;
  const isTaken = tag === 'invite' && response.status >= 200 && response.status < 300;
  if (!isTaken || cseq === undefined || isFault(cseq)) return stay(s);
  return { ...stay(s), requests: [acknowledging(s.dialog, cseq.number)] };
}

/** The INVITE that was cancelled, or the BYE, has come to nothing: that is the end as well. */
export function unheard(s: Session, _now: number, { tag }: SessionFailed): SessionStep {
  const last = s.state === 'cancelling' ? 'invite' : 'bye';
  return tag === last ? over() : stay(s);
}

function answersLast(s: Session, { headers }: Response): boolean {
  const { callId, cseq } = headers;
  if (callId !== s.dialog.callId || cseq === undefined || isFault(cseq)) return false;
  const method = s.isUpdate ? 'UPDATE' : 'INVITE';
  return s.asking > 0 && cseq.number === s.asking && cseq.method === method;
}

/**
 * A refresh has gone through. Where we have offered nothing, a 2xx to INVITE has, and its ACK has to answer.
 * @spec RFC 3261 §14.1
 * @spec RFC 3311 §5.1
 * @spec RFC 4028 §7.2
 */
function renewed(s: Session, now: number, response: Response, env: SessionEnv): SessionStep {
  const { body, headers } = response;
  const incoming = checkResponse(response);
  const dialog = isFault(incoming) ? s.dialog : refreshTarget(s.dialog, incoming);
  const updates = headers.allow === undefined ? s.updates : takesUpdate(headers.allow);
  const heard: Session = { ...settled(s), dialog, updates };
  const next = running(heard, now, timerOfResponse(response, s, env));
  const told = body.length > 0 ? [{ kind: 'renegotiated', body } as const] : [];
  if (s.isUpdate) return stay(next, told);
  if (s.isOffering || body.length === 0) {
    return { next, requests: [acknowledging(dialog, s.asking)], told };
  }
  const said = env.describe(body);
  const ack = acknowledging(dialog, s.asking, said);
  if (said !== undefined) return { next, requests: [ack], told };
  const end = hangUp(next, now, env, [ended('us')]);
  return { ...end, requests: [ack, ...end.requests] };
}

function unrenewed(s: Session, now: number, response: Response, env: SessionEnv): SessionStep {
  const { status, headers } = response;
  if (endsSession(status)) return gone(s, now, response, env);
  if (status === 491) return pending(s, now, env);
  if (status === 422) return longer(s, now, response, env);
  if (s.isUpdate && (status === 405 || status === 501)) {
    return refreshed({ ...settled(s), updates: false }, now, env);
  }
  const { retryAfter } = headers;
  return later(s, now, typeof retryAfter === 'number' ? retryAfter : 0, env);
}

/** The same again, in a while. @spec RFC 3261 §14.1 */
function pending(s: Session, now: number, env: SessionEnv): SessionStep {
  const { isOffering } = s;
  return stay({ ...settled(s), isOffering, refreshAt: now + glareWait(s, env) });
}

/** A session with a timer is refreshed again before its time is over; one without stays as it is. */
function later(s: Session, now: number, seconds: number, env: SessionEnv): SessionStep {
  if (s.expiresAt === 0) return stay(settled(s));
  const wait = Math.max(seconds * 1000, waitsOf(env).retryTime);
  return stay({ ...settled(s), refreshAt: now + wait });
}

/** Asks for as long as somebody on the way wants, if that can be meant. @spec RFC 4028 §7.4 */
function longer(s: Session, now: number, response: Response, env: SessionEnv): SessionStep {
  const least = readMinSe(response.headers);
  const isSane = least > s.interval && least * 1000 <= waitsOf(env).mostInterval;
  if (!isSane || s.interval === 0) return later(s, now, 0, env);
  return refreshed({ ...settled(s), interval: least, least }, now, env, s.isUpdate && s.isOffering);
}

/**
 * The peer does not know the session, or is not there. Where it may be there, it is told.
 * @spec RFC 3261 §12.2.1.2
 * @spec RFC 4028 §10
 */
function gone(s: Session, now: number, response: Response, env: SessionEnv): SessionStep {
  const told = ended('gone', { response });
  return MAY_BE_THERE.has(response.status) ? takeLeave(s, now, env, told) : over([told]);
}

/** Before the ACK to our 2xx nothing may end the session but that it does not come. @spec RFC 3261 §15 */
function takeLeave(s: Session, now: number, env: SessionEnv, told: SessionEnded): SessionStep {
  return s.state === 'accepted'
    ? stay({ ...s, state: 'leaving' }, [told])
    : hangUp(s, now, env, [told]);
}

function settled(s: Session): Session {
  return { ...s, asking: 0, isUpdate: false, isOffering: false, answerBy: 0 };
}

/**
 * Who began the session waits longer, so that one of two comes first.
 * @spec RFC 3261 §14.1
 */
function glareWait({ role }: Session, env: SessionEnv): number {
  const drawn = Math.min(Math.max(env.jitter(), 0), 1);
  const tens = role === 'uac' ? 210 + Math.round(drawn * 190) : Math.round(drawn * 200);
  return tens * 10;
}

const MAY_BE_THERE: ReadonlySet<number> = new Set([408, 480]);
