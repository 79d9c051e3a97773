// Two headers of RFC 6665: Event and Subscription-State, read and written. What they do to a subscription is
// subscriber.ts and notifier.ts.
import { cursorOf } from './cursor.ts';
import { fault, type Fault, isFault } from './fault.ts';
import { runEnd, TOKEN } from './grammar.ts';
import { readSeconds } from './header/values.ts';
import { type Headers, type Param, param } from './message.ts';

/** Which state of a resource is meant. @spec RFC 6665 §8.2.1 */
export interface EventType {
  /** The event package, such as `presence`. Case matters. */
  readonly name: string;
  readonly id?: string;
}

/**
 * How a subscription stands; seconds. A state that is not known reads as `pending`: there is a subscription,
 * and nothing says that it was granted.
 * @spec RFC 6665 §8.2.3
 */
export type SubscriptionState =
  | { readonly state: 'active' | 'pending'; readonly expires?: number }
  | { readonly state: 'terminated'; readonly reason?: string; readonly retryAfter?: number };

/**
 * The Event of a message. A missing or malformed one is a fault that is answered with 489.
 * @spec RFC 6665 §8.2.1
 */
export function readEvent(headers: Headers): EventType | Fault {
  const { event } = headers;
  if (event === undefined || isFault(event)) return fault('event');
  const id = param(event.params, 'id');
  if (id === undefined) return { name: event.value };
  return isToken(id) ? { name: event.value, id } : fault('event');
}

/** Writes an Event. @spec RFC 6665 §8.2.1 */
export function writeEvent({ name, id }: EventType): string {
  return id === undefined ? name : `${name};id=${id}`;
}

/** Whether two mean the same: letter by letter, the id as well, and nothing else. @spec RFC 6665 §8.2.1 */
export function sameEvent(a: EventType, b: EventType): boolean {
  return a.name === b.name && a.id === b.id;
}

/**
 * The Subscription-State of a NOTIFY, or what is wrong with it. What a state has no use for is not looked at.
 * @spec RFC 6665 §4.1.3
 * @spec RFC 6665 §8.2.3
 */
export function readSubscriptionState(headers: Headers): SubscriptionState | Fault {
  const read = headers.subscriptionState;
  if (read === undefined || isFault(read)) return fault('subscription-state');
  const state = read.value.toLowerCase();
  if (state === 'terminated') return terminated(read.params);
  const expires = param(read.params, 'expires');
  const known = state === 'active' ? 'active' : 'pending';
  if (expires === undefined) return { state: known };
  const seconds = readSeconds(cursorOf(expires));
  return seconds === undefined ? fault('subscription-state') : { state: known, expires: seconds };
}

/** Writes a Subscription-State. @spec RFC 6665 §4.2.2 */
export function writeSubscriptionState(state: SubscriptionState): string {
  if (state.state !== 'terminated') {
    return state.expires === undefined ? state.state : `${state.state};expires=${state.expires}`;
  }
  const reason = state.reason === undefined ? '' : `;reason=${state.reason}`;
  const wait = state.retryAfter === undefined ? '' : `;retry-after=${state.retryAfter}`;
  return `terminated${reason}${wait}`;
}

/** The end counts, whatever is wrong with what is said about it. */
function terminated(params: readonly Param[]): SubscriptionState {
  const reason = param(params, 'reason')?.toLowerCase();
  const wait = param(params, 'retry-after');
  const retryAfter = wait === undefined ? undefined : readSeconds(cursorOf(wait));
  return {
    state: 'terminated',
    ...(reason !== undefined && isToken(reason) && { reason }),
    ...(retryAfter !== undefined && { retryAfter }),
  };
}

function isToken(text: string): boolean {
  return text !== '' && runEnd(text, 0, text.length, TOKEN) === text.length;
}
