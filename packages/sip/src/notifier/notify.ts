// The NOTIFY requests of a notifier: when one may be written, and what it says. RFC 6665 §4.2.2. Why one is owed
// is ../notifier.ts.
import { requestWithin } from '../dialog.ts';
import { filled } from '../limits.ts';
import {
  type SubscriptionState,
  writeEvent,
  writeSubscriptionState,
} from '../subscription-state.ts';
import { eventOf } from './subscription.ts';
import {
  DEFAULT_NOTIFIER_TIMES,
  type Notifier,
  type NotifierEnv,
  type NotifierStep,
  type NotifierTimes,
} from './types.ts';

/** The waits that hold for an environment. */
export function waitsOf(env: NotifierEnv): NotifierTimes {
  return filled(DEFAULT_NOTIFIER_TIMES, env.times);
}

/** One is owed from that moment on, or sooner if it was. */
export function owe(n: Notifier, at: number): Notifier {
  return { ...n, owedAt: n.owedAt === 0 ? at : Math.min(n.owedAt, at) };
}

/** Owed at once, unless the watcher wants to be left alone. */
export function oweNow(n: Notifier, now: number): Notifier {
  return owe(n, Math.max(now, n.heldUntil));
}

/**
 * Writes what is owed, if nothing else is on its way: it then tells the newest state of all.
 * @spec RFC 6665 §4.2.2
 * @spec RFC 3856 §6.10
 */
export function flush(n: Notifier, now: number, env: NotifierEnv): NotifierStep {
  const isFree = n.notifying === 0 && n.owedAt > 0 && n.owedAt <= now;
  return isFree ? write(n, now, env) : { next: n };
}

function write(before: Notifier, now: number, env: NotifierEnv): NotifierStep {
  const n = extended(before, now);
  const document = maySee(n) ? env.document(n.ending?.as, n.documentType) : undefined;
  const { dialog, draft } = requestWithin(n.dialog, n.unanswered ?? 'NOTIFY', {
    headers: [
      { name: 'Contact', value: `<${env.contact}>` },
      { name: 'Event', value: writeEvent(eventOf(n, env)) },
      { name: 'Subscription-State', value: writeSubscriptionState(stateOf(n, now)) },
    ],
    contentType: document?.contentType,
    body: document?.body,
  });
  const told = { ...n, dialog, notifiedAt: now, owedAt: 0 };
  return n.unanswered === undefined
    ? { next: underWay(told, env), notify: draft }
    : { ...unanswered(told), notify: draft };
}

/** Its answer is waited for. */
function underWay(n: Notifier, env: NotifierEnv): Notifier {
  return { ...n, notifying: n.dialog.localCseq, answerBy: n.notifiedAt + waitsOf(env).answerTime };
}

/** It is told with that, and where it was the last one over. */
function unanswered(n: Notifier): NotifierStep {
  return n.state === 'ending' ? over(n) : { next: n };
}

/** It is over, for the reason it was ending for if it was. */
export function over({ ending }: Notifier): NotifierStep {
  return { next: undefined, ended: ending?.as ?? 'notify-failed' };
}

function extended(n: Notifier, now: number): Notifier {
  const isOpen = n.isExtended === true && n.state !== 'ending';
  return isOpen ? { ...n, expiresAt: now + n.granted * 1000 } : n;
}

/**
 * Nothing is shown while nobody has agreed, and in the end only to who goes by itself.
 * @spec RFC 6665 §4.2.1.3
 */
function maySee({ state, isAllowed, ending }: Notifier): boolean {
  return state === 'ending' ? isAllowed && ending?.reason === 'timeout' : state === 'active';
}

/** What is left of the time is told, and never more. @spec RFC 6665 §4.2.2 */
function stateOf({ state, ending, expiresAt }: Notifier, now: number): SubscriptionState {
  if (state !== 'ending') {
    return { state, expires: Math.max(Math.floor((expiresAt - now) / 1000), 0) };
  }
  const { reason = 'timeout', retryAfter } = ending ?? {};
  return retryAfter === undefined
    ? { state: 'terminated', reason }
    : { state: 'terminated', reason, retryAfter };
}
