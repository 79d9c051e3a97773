// A subscriber of RFC 6665 §4.1: one wish to be notified of one resource, as a plain record and pure steps. It
// outlives the process: whoever has the record and the moment can go on.
//
// Its theory: a SUBSCRIBE starts Timer N; the first NOTIFY begins the dialog, whether or not the response has
// come; from then on SUBSCRIBE refreshes the subscription before its time is over. Whatever ends it is told once,
// with what follows: never, at once, or later (`resting`). Which step an input is in which state stands in
// subscriber/transitions.ts. Sending, storing and the clock are the host's; what the documents mean as well.
import { MisuseError } from './fault.ts';
import { answered, failed, stay } from './subscriber/answers.ts';
import { ended, over } from './subscriber/ends.ts';
import { farewell, fetched, notified, unknown } from './subscriber/notified.ts';
import { askAfresh, askAnew, askWithin } from './subscriber/requests.ts';
import { waitsOf } from './subscriber/times.ts';
import { SUBSCRIBER_MOVES } from './subscriber/transitions.ts';
import type {
  Subscriber,
  SubscriberEnv,
  SubscriberInput,
  SubscriberStep,
  SubscriberWish,
} from './subscriber/types.ts';

/**
 * Begins with the first SUBSCRIBE. Throws `MisuseError` for a wish without URIs or with a time that is none.
 * @spec RFC 6665 §4.1.2.1
 * @spec RFC 6665 §4.4.3
 */
export function startSubscriber(
  now: number,
  wish: SubscriberWish,
  env: SubscriberEnv,
): SubscriberStep {
  const { local, remote, expires } = wish;
  if (!Number.isInteger(expires) || expires < 0 || expires > MAX_EXPIRES) {
    throw new MisuseError('expires', 'expires must be whole seconds');
  }
  const state = expires === 0 ? 'fetching' : 'notify-wait';
  const callId = wish.callId ?? env.draw();
  const localTag = wish.tag ?? env.draw();
  const none = { failures: 0, briefs: 0, cseq: 0 };
  const asking = askAnew({ state, callId, localTag, local, remote, expires, ...none }, now, env);
  return { ...asking, told: [] };
}

/**
 * One input, and what comes of it.
 * @spec RFC 6665 §4.1.2
 */
export function stepSubscriber(
  s: Subscriber,
  now: number,
  input: SubscriberInput,
  env: SubscriberEnv,
): SubscriberStep {
  const moves = SUBSCRIBER_MOVES[s.state];
  switch (input.kind) {
    case 'response':
      return moves.response === 'stay' ? stay(s) : answered(s, now, input.response, env);
    case 'failed':
      return moves.failed === 'stay' ? stay(s) : failed(s, now, input, env);
    case 'notify':
      return ON_NOTIFY[moves.notify](s, now, input.request, env);
    case 'wake':
      return now < subscriberWakeAt(s) ? stay(s) : ON_OTHERS[moves.wake](s, now, env);
    case 'stop':
    case 'refresh':
    case 'lost':
      return ON_OTHERS[moves[input.kind]](s, now, env);
  }
}

/** When to hand in `wake`. */
export function subscriberWakeAt(s: Subscriber): number {
  return Math.min(...[s.notifyBy, s.expiresAt, s.askAt].filter((at) => at > 0));
}

/** Timer N has fired before any NOTIFY. @spec RFC 6665 §4.1.2.4 */
function silent(s: Subscriber, now: number, env: SubscriberEnv): SubscriberStep {
  return ended(s, now, { cause: { by: 'silence' }, again: 'later' }, env);
}

/** A subscription has come to its end, got no NOTIFY in time, or wants a refresh. */
function due(s: Subscriber, now: number, env: SubscriberEnv): SubscriberStep {
  const isSilent = s.notifyBy > 0 && s.notifyBy <= now;
  if (!isSilent && s.expiresAt > now) return refreshed(s, now, env);
  const hasTried = s.notifyBy > 0 || s.misses > 0;
  const again = hasTried ? 'later' : 'at-once';
  return ended(s, now, { cause: { by: 'silence' }, again }, env);
}

function refresh(s: Subscriber, now: number, env: SubscriberEnv): SubscriberStep {
  return s.isAsking ? stay(s) : refreshed(s, now, env);
}

/** @spec RFC 6665 §4.1.2.2 */
function refreshed(s: Subscriber, now: number, env: SubscriberEnv): SubscriberStep {
  const isSteady = now - s.since >= waitsOf(env).steadyTime;
  return within(isSteady ? { ...s, failures: 0 } : s, s.expires, now, env);
}

/** @spec RFC 6665 §4.1.2.3 */
function stop(s: Subscriber, now: number, env: SubscriberEnv): SubscriberStep {
  return within({ ...s, state: 'stopping' }, 0, now, env);
}

/** There is nothing yet to unsubscribe from; the NOTIFY that begins it is waited for. */
function stopLater(s: Subscriber): SubscriberStep {
  return stay({ ...s, state: 'stopping' });
}

function stopped(): SubscriberStep {
  return over({ by: 'stop' });
}

function retry(s: Subscriber, now: number, env: SubscriberEnv): SubscriberStep {
  return { ...askAfresh(s, s.failures, now, env), told: [] };
}

/** The first SUBSCRIBE may or may not have left: another Call-ID makes it another subscription. */
function anew(s: Subscriber, now: number, env: SubscriberEnv): SubscriberStep {
  return s.isAsking ? retry(s, now, env) : stay(s);
}

/** The next CSeq makes it another request. */
function again(s: Subscriber, now: number, env: SubscriberEnv): SubscriberStep {
  if (!s.isAsking) return stay(s);
  return within(s, s.state === 'stopping' ? 0 : s.expires, now, env);
}

/** Without a dialog there is only a subscription that is to be given up. */
function within(s: Subscriber, expires: number, now: number, env: SubscriberEnv): SubscriberStep {
  if (s.dialog === undefined) return stopped();
  return { ...askWithin(s, s.dialog, expires, now, env), told: [] };
}

const ON_NOTIFY = { notified, fetched, farewell, unknown };

const ON_OTHERS = {
  silent,
  due,
  refresh,
  stop,
  'stop-later': stopLater,
  stopped,
  retry,
  anew,
  again,
  stay,
};

/** @spec RFC 3261 §20.19 */
const MAX_EXPIRES = 2 ** 32 - 1;
