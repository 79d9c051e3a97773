// How a subscription ends, and what of it goes into the next one. Why it ends is ../subscriber.ts; which end
// is followed by what, transitions.ts.
import { askAfresh } from './requests.ts';
import { patience, waitsOf } from './times.ts';
import type {
  Again,
  EndCause,
  Subscriber,
  SubscriberEnv,
  SubscriberEvent,
  SubscriberStep,
} from './types.ts';

/** The end of a subscription. */
export interface Ending {
  readonly cause: EndCause;
  readonly again: Again;
  /** Seconds the notifier wants to be left alone. */
  readonly seconds?: number | undefined;
  /** Milliseconds to wait at least. */
  readonly least?: number;
}

/**
 * Ends a subscription, and asks for the next one at once, later or never. At once it is asked only after one
 * that was steady: a notifier that ends each as soon as it stands is left alone for longer and longer.
 * @spec RFC 6665 §4.1.3
 */
export function ended(
  s: Subscriber,
  now: number,
  ending: Ending,
  env: SubscriberEnv,
): SubscriberStep {
  if (s.state === 'stopping') return over({ by: 'stop' });
  if (s.state === 'fetching' || ending.again === 'never') return over(ending.cause);
  const isSteady = s.since > 0 && now - s.since >= waitsOf(env).steadyTime;
  const failures = isSteady ? 0 : s.failures;
  if (ending.again === 'at-once' && failures === 0) {
    const { next, request } = askAfresh(s, 1, now, env);
    return { next, request, told: [told(ending.cause, 'at-once')] };
  }
  const wait = Math.max(patience(failures, ending.seconds, env), ending.least ?? 0);
  return { next: resting(s, now + wait, failures + 1), told: [told(ending.cause, 'later')] };
}

/** Nothing is kept, and nothing follows. */
export function over(cause: EndCause): SubscriberStep {
  return { next: undefined, told: [told(cause, 'never')] };
}

function told(cause: EndCause, again: Again): SubscriberEvent {
  return { kind: 'ended', cause, again };
}

/** What the dialog was is forgotten. */
function resting(s: Subscriber, askAt: number, failures: number): Subscriber {
  return {
    state: 'resting',
    callId: s.callId,
    localTag: s.localTag,
    local: s.local,
    remote: s.remote,
    expires: s.expires,
    granted: s.expires,
    cseq: s.cseq,
    isAsking: false,
    isTold: false,
    notifyBy: 0,
    expiresAt: 0,
    askAt,
    since: 0,
    failures,
    misses: 0,
    briefs: 0,
    ...(s.isPlain && { isPlain: true }),
  };
}
