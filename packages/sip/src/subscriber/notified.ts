// What a NOTIFY does to a subscriber, state by state. RFC 6665 §4.1.3. Whether it is one for us is notification.ts.
import type { IncomingRequest } from '../message.ts';
import type { SubscriptionState } from '../subscription-state.ts';
import { scheduled, stay } from './answers.ts';
import { ended, over } from './ends.ts';
import { type News, NO_SUBSCRIPTION, readNotification } from './notification.ts';
import { askWithin } from './requests.ts';
import { waitsOf } from './times.ts';
import { afterReason } from './transitions.ts';
import type { Subscriber, SubscriberEnv, SubscriberEvent, SubscriberStep } from './types.ts';

/** Waiting for it, or with a subscription: the state it brings is ours. */
export function notified(
  s: Subscriber,
  now: number,
  request: IncomingRequest,
  env: SubscriberEnv,
): SubscriberStep {
  const read = readNotification(s, request, env);
  if (read.kind !== 'news') return { ...stay(s), answer: read.answer };
  const { answer, state } = read;
  if (state.state === 'terminated') return { ...terminated(s, now, read, state, env), answer };
  const next = subscribed(s, now, read, state, env);
  return { next, answer, told: toldOf(s, read, state.state) };
}

/** One answer was wanted: whatever says more than that nobody has decided is it. @spec RFC 6665 §4.4.3 */
export function fetched(
  s: Subscriber,
  _now: number,
  request: IncomingRequest,
  env: SubscriberEnv,
): SubscriberStep {
  const read = readNotification(s, request, env);
  if (read.kind !== 'news') return { ...stay(s), answer: read.answer };
  const { answer, state } = read;
  if (state.state === 'pending') return { ...stay(withDialog(s, read)), answer };
  const reason = state.state === 'terminated' ? state.reason : undefined;
  const { next, told } = over({ by: 'notify', reason });
  return { next, answer, told: [...finalDocument(read), ...told] };
}

/** Nothing is wanted any more; a subscription that stands only now is ended. @spec RFC 6665 §4.1.2.3 */
export function farewell(
  s: Subscriber,
  now: number,
  request: IncomingRequest,
  env: SubscriberEnv,
): SubscriberStep {
  const read = readNotification(s, request, env);
  if (read.kind !== 'news') return { ...stay(s), answer: read.answer };
  const { answer, dialog, state } = read;
  if (state.state === 'terminated') return { ...over({ by: 'stop' }), answer };
  if (!read.isFirst || dialog === undefined) return { ...stay(withDialog(s, read)), answer };
  return { ...askWithin(s, dialog, 0, now, env), answer, told: [] };
}

/** There is no subscription at all. */
export function unknown(s: Subscriber): SubscriberStep {
  return { ...stay(s), answer: NO_SUBSCRIPTION };
}

type Standing = Exclude<SubscriptionState, { state: 'terminated' }>;
type Terminated = Extract<SubscriptionState, { state: 'terminated' }>;

/** @spec RFC 6665 §4.1.3 */
function subscribed(
  s: Subscriber,
  now: number,
  news: News,
  { state, expires }: Standing,
  env: SubscriberEnv,
): Subscriber {
  const isAnew = news.isFirst || s.isExtended === true;
  const seconds = expires ?? (isAnew ? s.granted : undefined);
  const lasts = seconds === undefined ? undefined : now + Math.min(seconds, s.granted) * 1000;
  const next: Subscriber = {
    ...withDialog(s, news),
    state,
    isTold: s.isTold || expires !== undefined,
    notifyBy: 0,
    expiresAt: lasts ?? s.expiresAt,
    since: news.isFirst ? now : s.since,
    briefs: 0,
  };
  return scheduled(next, now, env, isAnew);
}

function withDialog(s: Subscriber, { dialog }: News): Subscriber {
  return dialog === undefined ? s : { ...s, dialog };
}

/** Nobody may be told anything of a resource while nobody has agreed. */
function toldOf(s: Subscriber, news: News, state: 'active' | 'pending'): SubscriberEvent[] {
  const told: SubscriberEvent[] = s.state === state ? [] : [{ kind: state }];
  if (state === 'active') told.push(document(news));
  return told;
}

/** @spec RFC 6665 §4.1.3 */
function terminated(
  s: Subscriber,
  now: number,
  news: News,
  { reason, retryAfter }: Terminated,
  env: SubscriberEnv,
): SubscriberStep {
  const row = afterReason(reason);
  const step = ended(
    s,
    now,
    {
      cause: { by: 'notify', reason },
      again: row.again,
      seconds: row.waits ? retryAfter : undefined,
      least: leastOf(row.least, retryAfter, env),
    },
    env,
  );
  return { ...step, told: [...finalDocument(news), ...step.told] };
}

/** Our own guess at how long to wait counts only where the notifier has not said. */
function leastOf(
  least: ReturnType<typeof afterReason>['least'],
  retryAfter: number | undefined,
  env: SubscriberEnv,
): number {
  return least === undefined || retryAfter !== undefined ? 0 : waitsOf(env)[least];
}

function finalDocument(news: News): SubscriberEvent[] {
  return news.body.length === 0 ? [] : [document(news)];
}

function document({ contentType, body }: News): SubscriberEvent {
  return { kind: 'document', contentType, body };
}
