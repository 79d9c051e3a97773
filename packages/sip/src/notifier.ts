// A notifier of RFC 6665 §4.2: one subscription of one watcher, as a plain record and pure steps. It outlives the
// process: whoever has the record and the moment can go on.
//
// Its theory: at most one NOTIFY is on its way; what happens meanwhile is only noted as owed (`owedAt`), and the
// next NOTIFY tells the state of the moment in which it is written. So no state is told twice, and the end, which
// is owed like any other, cannot be lost behind one. A watcher who wants no answers to give is notified by another method:
// nothing is then on its way, and it is gone when its time is over. Which step an input is in which state stands in
// notifier/transitions.ts. Whether somebody may subscribe, and what the documents say, is the host's.
import { copied, dialogOfRequest, enterDialog } from './dialog.ts';
import { isFault, MisuseError } from './fault.ts';
import { runEnd, TOKEN } from './grammar.ts';
import type { IncomingRequest } from './message.ts';
import { answered, failed } from './notifier/answers.ts';
import { flush, over, owe, oweNow } from './notifier/notify.ts';
import {
  answerOf,
  granting,
  isFirstAgain,
  NO_SUBSCRIPTION,
  readRefresh,
  readSubscribe,
} from './notifier/subscription.ts';
import { NOTIFIER_MOVES } from './notifier/transitions.ts';
import type {
  Notifier,
  NotifierEnding,
  NotifierEnv,
  NotifierInput,
  NotifierOpening,
  NotifierStep,
} from './notifier/types.ts';

/**
 * A SUBSCRIBE outside of any dialog. What it begins is told to the watcher at once; who asks only once may wait
 * a little until something is known. `state` is what the host knows of the authorization.
 * @spec RFC 6665 §4.2.1.1
 * @spec RFC 6665 §4.2.1.2
 * @spec RFC 6665 §4.4.3
 */
export function openNotifier(
  now: number,
  request: IncomingRequest,
  state: 'pending' | 'active',
  env: NotifierEnv,
): NotifierOpening {
  const asked = readSubscribe(request, env);
  if ('status' in asked) return { kind: 'refused', answer: asked };
  const dialog = dialogOfRequest(request, env.draw());
  if (isFault(dialog)) return { kind: 'refused', answer: answerOf(dialog) };
  const { id } = asked.event;
  const opened: Notifier = {
    state,
    dialog,
    ...(id !== undefined && { eventId: copied(id) }),
    ...asked.agreed,
    granted: asked.seconds,
    expiresAt: now + asked.seconds * 1000,
    isAllowed: state === 'active',
    notifying: 0,
    notifiedAt: 0,
    answerBy: 0,
    owedAt: now,
    heldUntil: 0,
    failures: 0,
  };
  const begun = asked.seconds === 0 ? fetching(opened, now, env) : opened;
  const step = { ...flush(begun, now, env), answer: granting(begun, request, env) };
  return { kind: 'opened', step };
}

/**
 * One input, and what comes of it. Throws `MisuseError` for a reason that cannot be written.
 * @spec RFC 6665 §4.2.2
 */
export function stepNotifier(
  n: Notifier,
  now: number,
  input: NotifierInput,
  env: NotifierEnv,
): NotifierStep {
  const moves = NOTIFIER_MOVES[n.state];
  switch (input.kind) {
    case 'subscribe':
      return ON_SUBSCRIBE[moves.subscribe](n, now, input.request, env);
    case 'state':
      return ON_STATE[moves.state](n, now, input.state, env);
    case 'terminate':
      return ON_TERMINATE[moves.terminate](n, now, endingOf(input), env);
    case 'response':
      return answered(n, now, input.response, env);
    case 'failed':
      return failed(n, now, input, env);
    case 'changed':
    case 'wake':
    case 'lost':
      return ON_OTHERS[moves[input.kind]](n, now, env);
  }
}

/** When to hand in `wake`. */
export function notifierWakeAt(n: Notifier): number {
  const next = n.notifying > 0 ? n.answerBy : n.owedAt;
  const end = n.state === 'ending' ? 0 : n.expiresAt;
  return Math.min(...[next, end].filter((at) => at > 0));
}

/** Held until something is known, or for as long as that may take. */
function fetching(n: Notifier, now: number, env: NotifierEnv): Notifier {
  const isKnown = n.isAllowed && env.document() !== undefined;
  const owedAt = isKnown ? now : now + env.fetchHold;
  return { ...n, state: 'ending', ending: { reason: 'timeout', as: 'fetched' }, owedAt };
}

/** Whether the one answer that is wanted has not been written. */
function isFetching({ ending, owedAt }: Notifier): boolean {
  return ending?.as === 'fetched' && owedAt > 0;
}

/** @spec RFC 6665 §4.2.1.4 */
function refresh(
  n: Notifier,
  now: number,
  request: IncomingRequest,
  env: NotifierEnv,
): NotifierStep {
  if (isFirstAgain(n, request)) return { next: n, answer: granting(n, request, env) };
  const entry = enterDialog(n.dialog, request);
  if (entry.kind === 'other-dialog') return { next: n, answer: NO_SUBSCRIPTION };
  if (entry.kind === 'out-of-order') return { next: n, answer: { status: 500 } };
  if (entry.kind === 'repeat') return { next: n, answer: granting(n, request, env) };
  if (entry.kind === 'fault') return { next: n, answer: answerOf(entry) };
  const granted = readRefresh(n, request, env);
  if (typeof granted !== 'number') return { next: n, answer: granted };
  const { dialog } = entry;
  const failures = n.unanswered === undefined ? n.failures : 0;
  const heard: Notifier = { ...n, dialog, granted, expiresAt: now + granted * 1000, failures };
  const next = granted === 0 ? ending(heard, now, UNSUBSCRIBED) : oweNow(heard, now);
  return { ...flush(next, now, env), answer: granting(next, request, env) };
}

/** The end has been told, or will be: only a copy of what led to it is answered as before. */
function tooLate(
  n: Notifier,
  _now: number,
  request: IncomingRequest,
  env: NotifierEnv,
): NotifierStep {
  const isCopy = isFirstAgain(n, request) || enterDialog(n.dialog, request).kind === 'repeat';
  return { next: n, answer: isCopy ? granting(n, request, env) : NO_SUBSCRIPTION };
}

function judge(
  n: Notifier,
  now: number,
  state: 'pending' | 'active',
  env: NotifierEnv,
): NotifierStep {
  if (n.state === state) return { next: n };
  return flush(oweNow({ ...n, state, isAllowed: state === 'active' }, now), now, env);
}

function judgeFetch(
  n: Notifier,
  now: number,
  state: 'pending' | 'active',
  env: NotifierEnv,
): NotifierStep {
  if (!isFetching(n)) return { next: n };
  return hurry({ ...n, isAllowed: state === 'active' }, now, env);
}

/** @spec RFC 3856 §6.10 */
function change(n: Notifier, now: number, env: NotifierEnv): NotifierStep {
  const at = Math.max(now, n.heldUntil, n.notifiedAt + env.interval);
  return flush(owe(n, at), now, env);
}

/** What who asks once has waited for is known. */
function hurry(n: Notifier, now: number, env: NotifierEnv): NotifierStep {
  return isFetching(n) && n.isAllowed ? flush({ ...n, owedAt: now }, now, env) : { next: n };
}

function terminate(n: Notifier, now: number, end: NotifierEnding, env: NotifierEnv): NotifierStep {
  return flush(ending(n, now, end), now, env);
}

function terminateFetch(
  n: Notifier,
  now: number,
  end: NotifierEnding,
  env: NotifierEnv,
): NotifierStep {
  return isFetching(n) ? terminate(n, now, { ...end, as: 'fetched' }, env) : { next: n };
}

/** The end is told whatever the watcher has asked for. */
function ending(n: Notifier, now: number, end: NotifierEnding): Notifier {
  return { ...n, state: 'ending', ending: end, owedAt: now };
}

/** Its time is over, an answer is overdue, or something is owed. @spec RFC 6665 §4.2.1.4 */
function due(n: Notifier, now: number, env: NotifierEnv): NotifierStep {
  if (n.notifying > 0 && n.answerBy <= now) return over(n);
  const isOver = n.state !== 'ending' && n.expiresAt <= now;
  return flush(isOver ? ending(n, now, EXPIRED) : n, now, env);
}

/** The next CSeq makes it another request, with the state of now. */
function again(n: Notifier, now: number, env: NotifierEnv): NotifierStep {
  if (n.notifying === 0 && n.unanswered === undefined) return { next: n };
  return flush({ ...n, notifying: 0, answerBy: 0, owedAt: now }, now, env);
}

function stay(next: Notifier): NotifierStep {
  return { next };
}

function endingOf(input: Extract<NotifierInput, { kind: 'terminate' }>): NotifierEnding {
  const { reason, retryAfter } = input;
  const isReason = reason !== '' && runEnd(reason, 0, reason.length, TOKEN) === reason.length;
  if (!isReason) throw new MisuseError('reason', 'a reason must be a token');
  if (retryAfter === undefined) return { reason, as: 'terminated' };
  if (Number.isInteger(retryAfter) && retryAfter >= 0)
    return { reason, retryAfter, as: 'terminated' };
  throw new MisuseError('retry-after', 'retryAfter must be whole seconds');
}

const UNSUBSCRIBED: NotifierEnding = { reason: 'timeout', as: 'unsubscribed' };
const EXPIRED: NotifierEnding = { reason: 'timeout', as: 'expired' };

const ON_SUBSCRIBE = { refresh, 'too-late': tooLate };
const ON_STATE = { judge, 'judge-fetch': judgeFetch };
const ON_TERMINATE = { terminate, 'terminate-fetch': terminateFetch };
const ON_OTHERS = { change, hurry, due, again, stay };
