// When a subscriber or a publication asks again: before its time is over, and after failures. RFC 6665 §4.1.2.2
// leaves both to us; what is waited for at all is ../subscriber.ts and ../publication.ts.
import { filled } from '../limits.ts';
import { DEFAULT_SUBSCRIBER_TIMES, type SubscriberEnv, type SubscriberTimes } from './types.ts';

/** What the waits are made of. */
export type Waiting = Pick<SubscriberEnv, 'jitter' | 'times'>;

/** The waits that hold for an environment. */
export function waitsOf(env: Waiting): SubscriberTimes {
  return filled(DEFAULT_SUBSCRIBER_TIMES, env.times);
}

/**
 * How long a subscription that lasts so many milliseconds is left alone: up to a tenth less than what leaves
 * room for one refresh to fail, and half of it when that is no room.
 */
export function refreshAfter(lasts: number, env: Waiting): number {
  const latest = Math.max(lasts - waitsOf(env).refreshLead, lasts / 2);
  return Math.round(latest * (0.9 + 0.1 * spread(env)));
}

/** The wait after so many failures, up to a tenth more or less. */
export function backoff(failures: number, env: Waiting): number {
  const { backoffFirst, backoffMost } = waitsOf(env);
  const most = Math.min(backoffFirst * 2 ** Math.min(failures, MAX_DOUBLINGS), backoffMost);
  return Math.round(most * (0.9 + 0.2 * spread(env)));
}

/** The wait after failures when a peer has said how long it wants: never less than either. */
export function patience(failures: number, seconds: number | undefined, env: Waiting): number {
  const own = backoff(failures, env);
  if (seconds === undefined) return own;
  return Math.max(own, Math.min(seconds * 1000, waitsOf(env).retryAfterMost));
}

/** What a host hands in as chance may be anything. */
function spread(env: Waiting): number {
  const drawn = env.jitter();
  return drawn >= 0 && drawn <= 1 ? drawn : 0.5;
}

const MAX_DOUBLINGS = 20;
