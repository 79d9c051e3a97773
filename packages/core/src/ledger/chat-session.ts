// The SIP session within a conversation: its steps, what they let out, and what they tell, turned into words of the tables.
import {
  type FailedEvent,
  openSession,
  partFrom,
  type Response,
  type Session,
  type SessionEnded,
  type SessionEnv,
  type SessionEvent,
  type SessionInput,
  type SessionStep,
  stepSession,
} from '@interwork/sip';
import type { ChatWord } from './chat-tables.ts';
import type { ChatContext, ChatEffect, ChatInvited, ChatResponse, ChatWhy } from './chat-types.ts';
import { type ChatWork, inviteHere, tagOf } from './chat-work.ts';

/** What came beside the input, for what is told of it. */
export interface Beside {
  readonly isForPager?: boolean | undefined;
  readonly failed?: FailedEvent | undefined;
}

/** One step of the session of the record. */
export function session(work: ChatWork, input: SessionInput, beside: Beside = {}): void {
  const before = work.kept?.session;
  if (before === undefined) return;
  took(work, before, stepSession(before, work.now, input, envOf(work.x)), beside);
}

/** What a step of it has come to. It is over once nothing more is due but the answer to a BYE, which nobody needs. */
export function took(
  work: ChatWork,
  before: Session | undefined,
  step: SessionStep,
  beside: Beside = {},
): void {
  const { kept } = work;
  if (kept !== undefined) kept.session = step.next;
  letOut(work, before, step);
  const isDone = step.next === undefined || step.next.state === 'ending';
  for (const event of step.told)
    if (event.kind !== 'ended' || isDone) told(work, event, before, beside);
  if (isDone && !step.told.some(({ kind }) => kind === 'ended')) work.turn('over');
}

/** What a step lets out, whoever's session it is. */
export function letOut(work: ChatWork, before: Session | undefined, step: SessionStep): void {
  const { effects } = work;
  const tag = tagOf(step.next ?? before);
  const to = work.to === '' ? inviteHere(work) : work.to;
  if (step.answer !== undefined && to !== '')
    effects.push({ kind: 'answer', to, draft: step.answer });
  for (const { tag: of, draft } of step.requests) {
    const last = of === 'bye' ? (step.next ?? before) : undefined;
    effects.push({ kind: 'request', tag, of, draft, session: last } satisfies ChatEffect);
  }
  if (step.cancel === true) effects.push({ kind: 'cancel', tag });
}

function told(
  work: ChatWork,
  event: SessionEvent,
  about: Session | undefined,
  beside: Beside,
): void {
  if (event.kind === 'content') {
    work.isOpening = true;
    work.effects.push({ kind: 'content', request: event.request, to: work.to });
  } else if (event.kind === 'established') established(work, event.body, event.response);
  else if (event.kind === 'ended') ended(work, event, about?.role ?? 'uac', beside);
  else work.did.push(event.kind);
}

/** Our INVITE has its answer, which is to be one that we can speak by; or theirs has its ACK. */
function established(
  work: ChatWork,
  body: Uint8Array | undefined,
  response: Response | undefined,
): void {
  if (response === undefined) return work.turn('acknowledged');
  if (work.x.form.isUsable(body)) return work.turn('established');
  part(work);
  const why: ChatWhy = { word: 'unusable' };
  work.turn(work.x.mayPage ? 'unsupported' : 'failed', { why });
}

/** It ends on the wire; what that is to the people is said by who ends it. */
function part(work: ChatWork): void {
  const before = work.kept?.session;
  if (work.kept === undefined || before === undefined) return;
  const step = stepSession(before, work.now, { kind: 'end', by: 'us' }, envOf(work.x));
  work.kept.session = step.next;
  letOut(work, before, step);
}

function ended(
  work: ChatWork,
  { by, response, reason }: SessionEnded,
  role: Session['role'],
  { isForPager = false, failed }: Beside,
): void {
  const word = role === 'uas' ? WORD_AS_CALLED[by] : WORD_AS_CALLER[by];
  const why: ChatWhy = { response, failed, word: whyOf(by) };
  if (reason !== undefined) work.did.push(`failed-${reason}`);
  if (response !== undefined) work.did.push(`sip-${response.status}`);
  work.turn(word === 'failed' && isForPager ? 'unsupported' : word, { why });
}

function whyOf(by: SessionEnded['by']): ChatWhy['word'] {
  if (by === 'refused' || by === 'gone') return 'refused';
  return by === 'lost' ? 'lost' : 'silence';
}

const WORD_AS_CALLER: Readonly<Record<SessionEnded['by'], ChatWord>> = {
  peer: 'left',
  us: 'over',
  replaced: 'over',
  refused: 'failed',
  cancelled: 'failed',
  gone: 'dead',
  timeout: 'dead',
  lost: 'dead',
};

const WORD_AS_CALLED: Readonly<Record<SessionEnded['by'], ChatWord>> = {
  peer: 'left',
  us: 'over',
  replaced: 'over',
  refused: 'over',
  cancelled: 'cancelled',
  gone: 'dead',
  timeout: 'dead',
  lost: 'dead',
};

/** The contact's INVITE, as a session; or its refusal, which leaves everything as it was. */
export function opened(work: ChatWork, { request, to }: ChatInvited): SessionStep | undefined {
  const opening = openSession(work.now, request, envOf(work.x));
  if (opening.kind === 'opened') return opening.step;
  work.effects.push({ kind: 'answer', to, draft: opening.answer });
  return undefined;
}

/**
 * A 2xx to an INVITE that is not the record's any more: it is acknowledged and ended.
 * @spec RFC 3261 §13.2.2.4
 */
export function strayed({ effects, did }: ChatWork, { of, tag, response }: ChatResponse): void {
  if (of !== 'invite' || response.status >= 300) return;
  did.push('stray');
  for (const { tag: part, draft } of partFrom(response))
    effects.push({ kind: 'request', tag, of: part, draft });
}

/** What the session machine is given. */
export function envOf(x: ChatContext): SessionEnv {
  const { contact, draw, jitter, allow, form, waits } = x;
  const describe = (offer?: Uint8Array): Uint8Array | undefined =>
    offer === undefined || offer.length === 0 ? form.offer() : form.answer(offer);
  const times = { ringTime: waits.ring, holdTime: waits.hold };
  return { contact, draw, jitter, allow, supported: NONE, describe, times };
}

const NONE: readonly string[] = [];
