// Requests of the peer within a session: BYE, INVITE and UPDATE, OPTIONS; all others are content, and the host's.
// RFC 3261 §14.2 and §15.1.2, RFC 3311 §5.2. In which state which of them is taken is transitions.ts.
import { enterDialog, isWithin } from '../dialog.ts';
import { isFault } from '../fault.ts';
import type { HeaderField, IncomingRequest, ResponseDraft } from '../message.ts';
import { cancel, takesUpdate } from './calling.ts';
import { ended, isOwing, over, stay, waitsOf } from './ends.ts';
import { NO_SESSION, refuseRequired } from './opening.ts';
import { ownFields, SDP } from './requests.ts';
import { grantTimer, running, timerOfAnswer } from './timer.ts';
import type { Session, SessionEnv, SessionStep } from './types.ts';

/**
 * A request in a session that stands, or that waits for the ACK to our 2xx.
 * @spec RFC 3261 §12.2.2
 */
export function within(
  s: Session,
  now: number,
  request: IncomingRequest,
  env: SessionEnv,
): SessionStep {
  const entry = enterDialog(s.dialog, request);
  if (entry.kind !== 'entered') return { ...stay(s), answer: refusalOf(entry) };
  const heard: Session = { ...s, dialog: entry.dialog };
  switch (request.method) {
    case 'BYE':
      return { ...over([ended('peer', { request })]), answer: { status: 200 } };
    case 'INVITE':
    case 'UPDATE':
      return renegotiated(heard, now, request, env);
    case 'OPTIONS':
      return { ...stay(heard), answer: optionsAnswer(env) };
    default:
      return stay(heard, [{ kind: 'content', request }]);
  }
}

/**
 * A request of the caller while the host has not answered its INVITE. A BYE ends both.
 * @spec RFC 3261 §14.2
 * @spec RFC 3261 §15.1.2
 */
export function waiting(
  s: Session,
  now: number,
  request: IncomingRequest,
  env: SessionEnv,
): SessionStep {
  const offers = request.method === 'INVITE' || request.request.body.length > 0;
  const isChange = request.method === 'INVITE' || request.method === 'UPDATE';
  if (!isChange || !offers) {
    const step = within(s, now, request, env);
    if (step.next !== undefined) return { ...step, next: { ...s, dialog: step.next.dialog } };
    return { ...step, refusal: { status: 487, toTag: s.dialog.localTag } };
  }
  const entry = enterDialog(s.dialog, request);
  if (entry.kind !== 'entered') return { ...stay(s), answer: refusalOf(entry) };
  return { ...stay({ ...s, dialog: entry.dialog }), answer: tooEarly(env) };
}

/**
 * A request of somebody who was called and has not accepted, as far as we have heard. A BYE of it has overtaken the
 * 2xx.
 * @spec RFC 3261 §12.2.2
 */
export function early(
  s: Session,
  now: number,
  request: IncomingRequest,
  env: SessionEnv,
): SessionStep {
  const at = (s.early ?? []).findIndex((dialog) => isWithin(dialog, request));
  const dialog = s.early?.[at];
  if (dialog === undefined) return { ...stay(s), answer: NO_SESSION };
  const step = within({ ...s, dialog }, now, request, env);
  if (step.next === undefined) return { ...step, ...cancel(s, now, env, step.told) };
  const heard = s.early?.with(at, step.next.dialog) ?? [];
  return { ...step, next: { ...s, early: heard } };
}

/** It is over here: a BYE that crosses ours is right all the same. @spec RFC 3261 §15.1.2 */
export function parting(s: Session, _now: number, request: IncomingRequest): SessionStep {
  if (request.method !== 'BYE' || !isWithin(s.dialog, request)) {
    return { ...stay(s), answer: NO_SESSION };
  }
  return { ...over(), answer: { status: 200 } };
}

/**
 * INVITE or UPDATE: its Contact has been taken, its timer is granted, its offer answered.
 * @spec RFC 3261 §14.2
 * @spec RFC 3311 §5.2
 */
function renegotiated(
  s: Session,
  now: number,
  request: IncomingRequest,
  env: SessionEnv,
): SessionStep {
  const { headers, body } = request.request;
  const offer = body.length > 0 ? body : undefined;
  const isInvite = request.method === 'INVITE';
  const refusal =
    refuseRequired(request, env) ?? refuseGlare(s, isInvite, offer) ?? refuseType(request);
  if (refusal !== undefined) return { ...stay(s), answer: refusal };
  const timer = grantTimer(request, s, env);
  if ('status' in timer) return { ...stay(s), answer: timer };
  const said = isInvite || offer !== undefined ? env.describe(offer) : undefined;
  if (said === undefined && (isInvite || offer !== undefined)) {
    return { ...stay(s), answer: NOT_ACCEPTABLE };
  }
  const updates = headers.allow === undefined ? s.updates : takesUpdate(headers.allow);
  const moved = { ...running(s, now, timer), updates };
  const next = isInvite ? owing(moved, now, request, offer === undefined, env) : moved;
  const answer = granting(timer, said, env);
  return { ...stay(next, offer && [{ kind: 'renegotiated', body: offer }]), answer };
}

/** A 2xx of ours to an INVITE waits for its ACK. */
function owing(
  s: Session,
  now: number,
  { cseq }: IncomingRequest,
  isOffered: boolean,
  env: SessionEnv,
): Session {
  return { ...s, owed: cseq.number, isOffered, ackBy: now + waitsOf(env).answerTime };
}

/**
 * An INVITE of ours is on its way, or an offer of ours has not been answered.
 * @spec RFC 3261 §14.2
 * @spec RFC 3311 §5.2
 */
function refuseGlare(
  s: Session,
  isInvite: boolean,
  offer: Uint8Array | undefined,
): ResponseDraft | undefined {
  const isInviting = isInvite && s.asking > 0 && !s.isUpdate;
  const isOpen = (s.asking > 0 && s.isOffering) || (isOwing(s) && s.isOffered);
  const offers = isInvite || offer !== undefined;
  return isInviting || (offers && isOpen) ? PENDING : undefined;
}

/** @spec RFC 3261 §21.4.13 */
function refuseType({ request: { headers, body } }: IncomingRequest): ResponseDraft | undefined {
  if (body.length === 0) return undefined;
  const { contentType } = headers;
  const isSdp =
    contentType !== undefined &&
    !isFault(contentType) &&
    `${contentType.type}/${contentType.subtype}` === SDP;
  return isSdp ? undefined : { status: 415, headers: [{ name: 'Accept', value: SDP }] };
}

function granting(
  timer: Parameters<typeof timerOfAnswer>[0],
  said: Uint8Array | undefined,
  env: SessionEnv,
): ResponseDraft {
  const headers = [...ownFields(env), ...timerOfAnswer(timer)];
  return said === undefined
    ? { status: 200, headers }
    : { status: 200, headers, contentType: SDP, body: said };
}

/** @spec RFC 3261 §11.2 */
function optionsAnswer(env: SessionEnv): ResponseDraft {
  const accept: HeaderField = { name: 'Accept', value: SDP };
  return { status: 200, headers: [...ownFields(env), accept] };
}

type Refused = Exclude<ReturnType<typeof enterDialog>, { kind: 'entered' }>;

/** One that was seen already is no request to answer again: what was said to it is not kept. */
function refusalOf(entry: Refused): ResponseDraft {
  if (entry.kind === 'other-dialog') return NO_SESSION;
  if (entry.kind === 'fault') return entry.answer ?? { status: 400 };
  return { status: 500, reason: 'CSeq Out of Order' };
}

/** Some seconds up to ten, so that not both come again at once. @spec RFC 3261 §14.2 */
function tooEarly(env: SessionEnv): ResponseDraft {
  const seconds = String(Math.min(Math.floor(env.jitter() * 11), 10));
  return { status: 500, headers: [{ name: 'Retry-After', value: seconds }] };
}

/** @spec RFC 3261 §14.2 */
const PENDING: ResponseDraft = { status: 491 };
const NOT_ACCEPTABLE: ResponseDraft = { status: 488 };
