// What comes of our first INVITE: rung, accepted, refused, or never answered. RFC 3261 §13.2.2. What a response to a
// later one does is answers.ts.
import { checkResponse } from '../check.ts';
import { type Dialog, dialogOfResponse, tagOf } from '../dialog.ts';
import { type Fault, isFault } from '../fault.ts';
import { SESSION_LIMITS } from '../limits.ts';
import type { Response } from '../message.ts';
import { ended, over, stay, waitsOf } from './ends.ts';
import { partFrom } from './forks.ts';
import { acknowledging, invite } from './requests.ts';
import { readMinSe, running, timerOfResponse } from './timer.ts';
import type {
  Session,
  SessionEnv,
  SessionEvent,
  SessionFailed,
  SessionResponse,
  SessionStep,
} from './types.ts';

/**
 * Somebody is being asked. A 1xx that says where requests go begins an early dialog; of those only so many are kept.
 * @spec RFC 3261 §13.2.2.1
 * @spec RFC 3261 §12.1.2
 */
export function rung(s: Session, response: Response): SessionStep {
  if (!answersInvite(s, response) || response.status <= 100) return stay(s);
  const told = [{ kind: 'ringing', response }] as const;
  const dialog = dialogFrom(response);
  if (isFault(dialog) || dialog.remoteTag === '') return stay(s, told);
  const early = s.early ?? [];
  const isKnown = early.some(({ remoteTag }) => remoteTag === dialog.remoteTag);
  if (isKnown || early.length >= SESSION_LIMITS.earlyDialogs) return stay(s, told);
  return stay({ ...s, state: 'early', early: [...early, dialog] }, told);
}

/** The final response to it. */
export function called(
  s: Session,
  now: number,
  { tag, response }: SessionResponse,
  env: SessionEnv,
): SessionStep {
  if (tag !== 'invite' || !isFinal(s, response)) return stay(s);
  if (response.status < 300) return taken(s, now, response, env);
  return response.status === 422 ? longer(s, response, env) : refused(response);
}

/**
 * It was taken while we took it back.
 * @spec RFC 3261 §9.1
 */
export function crossed(s: Session, _now: number, { tag, response }: SessionResponse): SessionStep {
  if (tag !== 'invite' || !isFinal(s, response)) return stay(s);
  const requests = response.status < 300 ? partFrom(response) : [];
  return { next: undefined, requests, told: [] };
}

/** @spec RFC 3261 §13.2.2.4 */
export function parted(s: Session, response: Response): SessionStep {
  const { to } = response.headers;
  const isOurs = to !== undefined && !isFault(to) && tagOf(to) === s.dialog.remoteTag;
  return isOurs ? stay(s) : { ...stay(s), requests: partFrom(response) };
}

/** There was no response at all. */
export function uncalled(s: Session, _now: number, { tag, reason }: SessionFailed): SessionStep {
  if (tag !== 'invite') return stay(s);
  const by = reason === 'timeout' ? 'timeout' : 'gone';
  return over([ended(by, { reason })]);
}

/**
 * We want it no more; the INVITE has to come to its end all the same.
 * @spec RFC 3261 §9.1
 */
export function cancel(
  s: Session,
  now: number,
  env: SessionEnv,
  told: readonly SessionEvent[],
): SessionStep {
  const { invite: _said, early: _early, ...rest } = s;
  const answerBy = now + waitsOf(env).cancelTime;
  return { next: { ...rest, state: 'cancelling', answerBy }, requests: [], cancel: true, told };
}

function isFinal(s: Session, response: Response): boolean {
  return response.status >= 200 && answersInvite(s, response);
}

/** Whether a response is one to the INVITE that runs. */
function answersInvite(s: Session, { headers }: Response): boolean {
  const { callId, cseq } = headers;
  if (callId !== s.dialog.callId || cseq === undefined || isFault(cseq)) return false;
  return s.asking > 0 && cseq.number === s.asking && cseq.method === 'INVITE';
}

/**
 * The first 2xx makes the session; the route set is that of this one, whatever an early one said.
 * @spec RFC 3261 §13.2.2.4
 */
function taken(s: Session, now: number, response: Response, env: SessionEnv): SessionStep {
  const dialog = dialogFrom(response);
  if (isFault(dialog)) {
    const told = [ended('refused', { response })];
    return { next: undefined, requests: partFrom(response), told };
  }
  const { invite: _said, early = [], ...rest } = s;
  const before = early.find(({ remoteTag }) => remoteTag === dialog.remoteTag);
  const stood: Session = {
    ...rest,
    state: 'active',
    dialog: { ...dialog, remoteCseq: before?.remoteCseq ?? 0 },
    asking: 0,
    isOffering: false,
    answerBy: 0,
    updates: takesUpdate(response.headers.allow),
  };
  const next = running(stood, now, timerOfResponse(response, s, env));
  const body = response.body.length > 0 ? { body: response.body } : {};
  return {
    next,
    requests: [acknowledging(next.dialog, s.asking)],
    told: [{ kind: 'established', response, ...body }],
  };
}

/** Whether the peer says that it takes UPDATE. @spec RFC 3311 §5.1 */
export function takesUpdate(allow: Response['headers']['allow']): boolean {
  return allow !== undefined && !isFault(allow) && allow.includes('UPDATE');
}

/** Asks for as long a timer as somebody on the way wants, if that can be meant. @spec RFC 4028 §7.3 */
function longer(s: Session, response: Response, env: SessionEnv): SessionStep {
  const least = readMinSe(response.headers);
  const isSane = least > s.interval && least * 1000 <= waitsOf(env).mostInterval;
  if (s.invite === undefined || !isSane) return refused(response);
  const { early: _early, ...rest } = s;
  return invite({ ...rest, interval: least, least }, s.invite, s.answerBy, env);
}

function refused(response: Response): SessionStep {
  return over([ended('refused', { response })]);
}

function dialogFrom(response: Response): Dialog | Fault {
  const incoming = checkResponse(response);
  return isFault(incoming) ? incoming : dialogOfResponse(incoming);
}
