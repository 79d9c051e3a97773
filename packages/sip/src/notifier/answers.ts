// What the end of a NOTIFY does to a notifier: its answer, or that there was none. RFC 6665 §4.2.2. Why it was
// written is ../notifier.ts.
import { targetAfter } from '../dialog.ts';
import { isFault } from '../fault.ts';
import type { Response } from '../message.ts';
import { flush, over, owe, waitsOf } from './notify.ts';
import { endsNotifier } from './transitions.ts';
import type { Notifier, NotifierEnv, NotifierStep, NotifyFailed } from './types.ts';

/**
 * An answer, if it is one to the NOTIFY on its way.
 * @spec RFC 6665 §4.2.2
 */
export function answered(
  n: Notifier,
  now: number,
  response: Response,
  env: NotifierEnv,
): NotifierStep {
  const { status } = response;
  if (status < 200 || !answersLast(n, response)) return { next: n };
  if (isLast(n) || endsNotifier(status)) return over(n);
  if (status < 300) return flush({ ...heard(n, response), failures: 0, heldUntil: 0 }, now, env);
  const { retryAfter } = response.headers;
  return unheard(n, now, typeof retryAfter === 'number' ? retryAfter : undefined, env);
}

/** No answer: a watcher that is not there at all is not written to again. One who gives none only did not get it. */
export function failed(
  n: Notifier,
  now: number,
  { reason, of }: NotifyFailed,
  env: NotifierEnv,
): NotifierStep {
  const { callId, localCseq } = n.dialog;
  const isUnanswered = n.unanswered !== undefined;
  const cseq = isUnanswered ? localCseq : n.notifying;
  const isOurs = of === undefined || (of.callId === callId && of.cseq === cseq);
  if (cseq === 0 || !isOurs) return { next: n };
  if (isUnanswered) return reason === 'timeout' ? { next: n } : unheard(n, now, undefined, env);
  return isLast(n) || reason === 'timeout' ? over(n) : unheard(n, now, undefined, env);
}

/** Whether the NOTIFY on its way is the last. */
function isLast(n: Notifier): boolean {
  return n.state === 'ending' && n.notifying > 0 && n.owedAt === 0;
}

/** @spec RFC 3261 §12.2.1.2 */
function heard(n: Notifier, response: Response): Notifier {
  return { ...arrived(n), dialog: targetAfter(n.dialog, response) };
}

function arrived(n: Notifier): Notifier {
  return { ...n, notifying: 0, answerBy: 0 };
}

/**
 * Tried again when the watcher wants it, or with the next change, or after a while; but not for ever.
 * @spec RFC 6665 §4.2.2
 */
function unheard(
  n: Notifier,
  now: number,
  seconds: number | undefined,
  env: NotifierEnv,
): NotifierStep {
  const failures = n.failures + 1;
  if (failures >= MAX_FAILURES) return over(n);
  const before: Notifier = { ...arrived(n), failures };
  if (n.state === 'ending') return flush(before, now, env);
  const { retryAfterMost, retryTime } = waitsOf(env);
  if (seconds === undefined) return flush(owe(before, now + retryTime * 2 ** n.failures), now, env);
  const heldUntil = now + Math.min(seconds * 1000, retryAfterMost);
  return flush({ ...before, heldUntil, owedAt: heldUntil }, now, env);
}

function answersLast(n: Notifier, { headers }: Response): boolean {
  const { callId, cseq } = headers;
  if (callId !== n.dialog.callId || cseq === undefined || isFault(cseq)) return false;
  return n.notifying > 0 && cseq.number === n.notifying && cseq.method === 'NOTIFY';
}

/** NOTIFYs in a row that may fail before the subscription is given up. */
const MAX_FAILURES = 5;
