// An INVITE of the peer: what is checked of it, and how the host answers. RFC 3261 §13.3. What comes after its 2xx is
// ../session.ts.
import { copied, dialogOfRequest, tagOf } from '../dialog.ts';
import { isFault, MisuseError } from '../fault.ts';
import type { HeaderField, IncomingRequest, ResponseDraft } from '../message.ts';
import { takesUpdate } from './calling.ts';
import { ended, over, stay, waitsOf } from './ends.ts';
import { ownFields, SDP } from './requests.ts';
import { grantTimer, NO_TIMER, timerOfAnswer } from './timer.ts';
import type { Session, SessionAnswer, SessionEnv, SessionOpening, SessionStep } from './types.ts';

/**
 * An INVITE outside of any dialog. What it brings the host reads in the request; nothing is answered yet.
 * @spec RFC 3261 §13.3.1
 */
export function opened(now: number, request: IncomingRequest, env: SessionEnv): SessionOpening {
  if (tagOf(request.to) !== '') return { kind: 'refused', answer: NO_SESSION };
  const refusal = refuseRequired(request, env);
  if (refusal !== undefined) return { kind: 'refused', answer: refusal };
  const timer = grantTimer(request, NO_TIMER, env);
  if ('status' in timer) return { kind: 'refused', answer: timer };
  const dialog = dialogOfRequest(request, env.draw());
  if (isFault(dialog)) return { kind: 'refused', answer: dialog.answer ?? { status: 400 } };
  const { headers, body } = request.request;
  const next: Session = {
    state: 'answering',
    role: 'uas',
    dialog,
    asking: 0,
    isUpdate: false,
    isOffering: false,
    answerBy: 0,
    owed: request.cseq.number,
    isOffered: body.length === 0,
    ackBy: now + holdFor(headers.expires, env),
    updates: takesUpdate(headers.allow),
    ...timer,
    refreshAt: provisionalAt(now, env),
    expiresAt: 0,
  };
  return { kind: 'opened', step: stay(copied(next)) };
}

/**
 * The host's answer to it. Throws `MisuseError` for a status that is none.
 * @spec RFC 3261 §13.3.1.1
 * @spec RFC 3261 §13.3.1.3
 * @spec RFC 3261 §13.3.1.4
 */
export function answer(
  s: Session,
  now: number,
  given: SessionAnswer,
  env: SessionEnv,
): SessionStep {
  const { status } = given;
  if (!Number.isInteger(status) || status < 101 || status > 699) {
    throw new MisuseError('status', `${status} cannot be the answer to an INVITE`);
  }
  if (status < 200) return said(s, now, given, env);
  if (status >= 300) return { ...over([ended('refused')]), answer: draftOf(s, given, []) };
  const headers = [...beginning(s, env), ...timerOfAnswer(s)];
  const ackBy = now + waitsOf(env).answerTime;
  return {
    ...stay({ ...s, state: 'accepted', ackBy, refreshAt: 0 }),
    answer: draftOf(s, given, headers),
  };
}

/**
 * Somebody waits: he is told each minute that it goes on, and at the end that nobody has answered.
 * @spec RFC 3261 §13.3.1
 * @spec RFC 3261 §13.3.1.1
 */
export function unheld(s: Session, now: number, env: SessionEnv): SessionStep {
  if (now < s.ackBy) return said(s, now, PROGRESS, env);
  return { ...over([ended('timeout')]), answer: { status: 480, toTag: s.dialog.localTag } };
}

/** @spec RFC 3261 §13.3.1.3 */
export function decline(
  s: Session,
  _now: number,
  { by = 'us' }: { readonly by?: 'us' | 'replaced' },
): SessionStep {
  return { ...over([ended(by)]), answer: { status: 480, toTag: s.dialog.localTag } };
}

/**
 * What a request wants us to know, and we do not: reliable provisional responses among it.
 * @spec RFC 3261 §8.2.2.3
 * @spec RFC 3262 §3
 */
export function refuseRequired(
  { request: { headers } }: IncomingRequest,
  env: SessionEnv,
): ResponseDraft | undefined {
  const { require } = headers;
  if (require === undefined || isFault(require)) return undefined;
  const unknown = require.filter((tag) => tag !== 'timer' && !env.supported.includes(tag));
  if (unknown.length === 0) return undefined;
  return { status: 420, headers: [{ name: 'Unsupported', value: unknown.join(', ') }] };
}

/** It is not decided, and the next word of that is due a while later. */
function said(s: Session, now: number, given: SessionAnswer, env: SessionEnv): SessionStep {
  const next = { ...s, refreshAt: provisionalAt(now, env) };
  return { ...stay(next), answer: draftOf(s, given, beginning(s, env)) };
}

function provisionalAt(now: number, env: SessionEnv): number {
  return now + waitsOf(env).provisionalTime;
}

/** Whether anybody is alerted by now the host alone knows. */
const PROGRESS: SessionAnswer = { kind: 'answer', status: 183 };

export const NO_SESSION: ResponseDraft = {
  status: 481,
  reason: 'Call/Transaction Does Not Exist',
};

/** What an answer that begins a dialog says: the routes it came by, as they were written. @spec RFC 3261 §12.1.1 */
function beginning({ dialog }: Session, env: SessionEnv): readonly HeaderField[] {
  const routes = dialog.routes.map((value) => ({ name: 'Record-Route', value }));
  return [...routes, ...ownFields(env)];
}

function draftOf(s: Session, given: SessionAnswer, own: readonly HeaderField[]): ResponseDraft {
  const { status, reason, body, headers = [], contentType = SDP } = given;
  const content = body === undefined || body.length === 0 ? {} : { contentType, body };
  const toTag = s.dialog.localTag;
  return { status, toTag, reason, headers: [...own, ...headers], ...content };
}

/** As long as the peer says that it waits, and not longer than a host may take. @spec RFC 3261 §13.3.1 */
function holdFor(expires: unknown, env: SessionEnv): number {
  const { holdTime } = waitsOf(env);
  return typeof expires === 'number' ? Math.min(expires * 1000, holdTime) : holdTime;
}
