// What the end of a SUBSCRIBE does to a subscriber: its response, or that there was none. RFC 6665 §4.1.2.1 and
// §4.1.2.2. What a NOTIFY does is notified.ts.
import { targetAfter } from '../dialog.ts';
import { isFault } from '../fault.ts';
import type { Headers, Response } from '../message.ts';
import { ended, over } from './ends.ts';
import { type Asking, askAnew, askWithin } from './requests.ts';
import { patience, refreshAfter, waitsOf } from './times.ts';
import { afterStatus } from './transitions.ts';
import type { SubscribeFailed, Subscriber, SubscriberEnv, SubscriberStep } from './types.ts';

/** A response, if it is one to the SUBSCRIBE that runs. */
export function answered(
  s: Subscriber,
  now: number,
  response: Response,
  env: SubscriberEnv,
): SubscriberStep {
  const { status } = response;
  if (status < 200 || !answersLast(s, response)) return stay(s);
  if (status < 300) return stay(accepted(s, now, response, env));
  return s.state === 'stopping' ? over({ by: 'stop' }) : rejected(s, now, response, env);
}

/** No response: the subscription stays if there is one. */
export function failed(
  s: Subscriber,
  now: number,
  { reason, of }: SubscribeFailed,
  env: SubscriberEnv,
): SubscriberStep {
  const isLast = of === undefined || (of.callId === s.callId && of.cseq === s.cseq);
  if (!s.isAsking || !isLast) return stay(s);
  if (s.state === 'stopping') return over({ by: 'stop' });
  if (s.dialog !== undefined) return stay(kept(s, now, undefined, env));
  return ended(s, now, { cause: { by: 'failed', reason }, again: 'later' }, env);
}

/** The record as it is, with nothing to do. */
export function stay(next: Subscriber): SubscriberStep {
  return { next, told: [] };
}

/**
 * Sends the next refresh in time; a NOTIFY on the way may only bring it nearer. A notifier that grants next to nothing is
 * not asked all the time: its subscription runs out.
 */
export function scheduled(
  s: Subscriber,
  now: number,
  env: SubscriberEnv,
  isFirm: boolean,
): Subscriber {
  if (s.notifyBy > 0) return s;
  const least = Math.min(LEAST_REFRESH, s.expires * 500);
  const at = now + Math.max(refreshAfter(Math.max(s.expiresAt - now, 0), env), least);
  return { ...s, askAt: isFirm || s.askAt === 0 ? at : Math.min(s.askAt, at) };
}

function answersLast(s: Subscriber, { headers }: Response): boolean {
  const { callId, cseq } = headers;
  if (!s.isAsking || callId !== s.callId || cseq === undefined || isFault(cseq)) return false;
  return cseq.number === s.cseq && cseq.method === 'SUBSCRIBE';
}

function isExtending({ supported }: Headers, { options }: SubscriberEnv): boolean {
  if (options?.extend === undefined || supported === undefined || isFault(supported)) return false;
  return supported.includes(options.extend);
}

/**
 * Never longer than asked. A 204 says that no NOTIFY will come.
 * @spec RFC 6665 §4.1.2.2
 * @spec RFC 3261 §12.2.1.2
 */
function accepted(s: Subscriber, now: number, response: Response, env: SubscriberEnv): Subscriber {
  const { status, headers } = response;
  const { expires } = headers;
  const granted = typeof expires === 'number' ? Math.min(expires, s.granted) : s.granted;
  const { isExtended: _, ...before } = s;
  const heard: Subscriber = {
    ...before,
    isAsking: false,
    granted,
    misses: 0,
    ...(isExtending(headers, env) && { isExtended: true }),
    ...(s.dialog && { dialog: targetAfter(s.dialog, response) }),
  };
  if (s.dialog === undefined || s.state === 'stopping' || s.state === 'fetching') return heard;
  const lasts = now + granted * 1000;
  const expiresAt = s.isTold ? Math.min(s.expiresAt, lasts) : lasts;
  const notifyBy = status === 204 ? 0 : s.notifyBy;
  return scheduled({ ...heard, expiresAt, notifyBy }, now, env, !s.isTold);
}

function rejected(
  s: Subscriber,
  now: number,
  response: Response,
  env: SubscriberEnv,
): SubscriberStep {
  const { status } = response;
  const isRefresh = s.dialog !== undefined;
  if (status === 420 && refusesOffer(s, response, env))
    return { ...askPlain(s, now, env), told: [] };
  const after = afterStatus(status, isRefresh);
  const seconds = retryAfterOf(response);
  if (after === 'kept') return stay(kept(s, now, seconds, env));
  if (after !== 'longer') {
    const cause = { by: 'status', status, isRefresh } as const;
    return ended(s, now, { cause, again: after, seconds }, env);
  }
  const longer = askLonger(s, now, response, env);
  if (longer !== undefined) return { ...longer, told: [] };
  if (isRefresh) return stay(kept(s, now, seconds, env));
  return ended(
    s,
    now,
    { cause: { by: 'status', status, isRefresh }, again: 'later', seconds },
    env,
  );
}

/** What was offered is refused by name. @spec RFC 3261 §8.1.3.5 */
function refusesOffer(
  { isPlain }: Subscriber,
  { headers: { unsupported } }: Response,
  { options }: SubscriberEnv,
): boolean {
  if (isPlain || unsupported === undefined || isFault(unsupported)) return false;
  return unsupported.some((tag) => options?.supported.includes(tag) === true);
}

function askPlain(s: Subscriber, now: number, env: SubscriberEnv): Asking {
  const plain: Subscriber = { ...s, isPlain: true };
  if (s.dialog === undefined) return askAnew(plain, now, env);
  return askWithin(plain, s.dialog, s.expires, now, env);
}

/** A refresh that failed; one that a NOTIFY has confirmed meanwhile did not. @spec RFC 6665 §4.1.2.2 */
function kept(
  s: Subscriber,
  now: number,
  seconds: number | undefined,
  env: SubscriberEnv,
): Subscriber {
  if (s.notifyBy === 0) return { ...s, isAsking: false };
  const askAt = now + patience(s.misses, seconds, env);
  return { ...s, isAsking: false, notifyBy: 0, askAt, misses: s.misses + 1 };
}

/** Asks for what the notifier wants, if that can be meant. @spec RFC 6665 §4.2.1.1 */
function askLonger(
  s: Subscriber,
  now: number,
  { headers }: Response,
  env: SubscriberEnv,
): Asking | undefined {
  const { minExpires } = headers;
  const most = waitsOf(env).minExpiresMost / 1000;
  const isSane = typeof minExpires === 'number' && minExpires > s.granted && minExpires <= most;
  if (!isSane || s.briefs >= MAX_BRIEFS || s.state === 'fetching') return undefined;
  const longer: Subscriber = { ...s, expires: minExpires, briefs: s.briefs + 1 };
  return s.dialog === undefined
    ? askAnew(longer, now, env)
    : askWithin(longer, s.dialog, minExpires, now, env);
}

function retryAfterOf({ headers }: Response): number | undefined {
  const { retryAfter } = headers;
  return typeof retryAfter === 'number' ? retryAfter : undefined;
}

/** How often in a row a longer time is asked for. */
const MAX_BRIEFS = 2;
/** Milliseconds; half of what is asked for where that is less. */
const LEAST_REFRESH = 2_000;
