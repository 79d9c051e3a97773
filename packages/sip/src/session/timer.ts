// Session timers, RFC 4028: what Session-Expires and Min-SE say, what is answered, and when to refresh. Refreshing
// itself is requests.ts.
import { atEnd, cursorOf, takeParams, takeToken } from '../cursor.ts';
import { fault, type Fault, isFault } from '../fault.ts';
import { readNumber } from '../grammar.ts';
import {
  type HeaderField,
  type Headers,
  type IncomingRequest,
  type Param,
  param,
  type Response,
  type ResponseDraft,
} from '../message.ts';
import { waitsOf } from './ends.ts';
import type { Session, SessionEnv } from './types.ts';

/** The part of a session that is its timer. */
export type SessionTimer = Pick<Session, 'interval' | 'isRefresher' | 'least'>;

export const NO_TIMER: SessionTimer = { interval: 0, isRefresher: false, least: 0 };

/** What Session-Expires says: seconds, and who refreshes, seen from the transaction it stands in. */
export interface SessionExpires {
  readonly seconds: number;
  readonly refresher: 'uac' | 'uas' | undefined;
}

/** @spec RFC 4028 §4 */
export function readSessionExpires(headers: Headers): SessionExpires | Fault | undefined {
  const read = secondsIn(headers, 'Session-Expires');
  if (read === undefined || isFault(read)) return read;
  const refresher = param(read.params, 'refresher')?.toLowerCase();
  if (refresher === undefined) return { seconds: read.seconds, refresher };
  if (refresher === 'uac' || refresher === 'uas') return { seconds: read.seconds, refresher };
  return fault('session-expires', 'refresher');
}

/** Seconds that somebody on the way wants at least; 0 where nobody says so. @spec RFC 4028 §5 */
export function readMinSe(headers: Headers): number {
  const read = secondsIn(headers, 'Min-SE');
  return read === undefined || isFault(read) ? 0 : read.seconds;
}

/**
 * The timer that our 2xx to a request grants, or the answer that refuses it. Never longer than asked.
 * @spec RFC 4028 §9
 */
export function grantTimer(
  { request: { headers } }: IncomingRequest,
  { least: before }: SessionTimer,
  env: SessionEnv,
): SessionTimer | ResponseDraft {
  const asked = readSessionExpires(headers);
  if (isFault(asked)) return asked.answer ?? { status: 400 };
  const least = Math.max(before, readMinSe(headers));
  const { supported } = headers;
  const isAble = supported !== undefined && !isFault(supported) && supported.includes('timer');
  if (asked === undefined) return ownTimer(isAble ? env.interval : undefined, least);
  const { leastInterval, mostInterval } = waitsOf(env);
  if (asked.seconds * 1000 < leastInterval) return tooBrief(leastInterval / 1000);
  const most = Math.max(mostInterval / 1000, least);
  return {
    interval: Math.min(asked.seconds, most),
    isRefresher: !isAble || asked.refresher === 'uas',
    least,
  };
}

/**
 * The timer that a 2xx to a request of ours sets. One shorter than there may be is none: it would have us ask all the
 * time.
 * @spec RFC 4028 §7.2
 */
export function timerOfResponse(
  { headers }: Response,
  { least }: SessionTimer,
  env: SessionEnv,
): SessionTimer {
  const set = readSessionExpires(headers);
  const { leastInterval, mostInterval } = waitsOf(env);
  const isSane = set !== undefined && !isFault(set) && set.seconds * 1000 >= leastInterval;
  if (!isSane) return { interval: 0, isRefresher: false, least };
  const interval = Math.min(set.seconds, mostInterval / 1000);
  return { interval, isRefresher: set.refresher !== 'uas', least };
}

/**
 * What our 2xx says of the timer. A peer that is to refresh must know how.
 * @spec RFC 4028 §9
 */
export function timerOfAnswer({ interval, isRefresher }: SessionTimer): readonly HeaderField[] {
  if (interval === 0) return [];
  const refresher = isRefresher ? 'uas' : 'uac';
  const field = { name: 'Session-Expires', value: `${interval};refresher=${refresher}` };
  return isRefresher ? [field] : [field, { name: 'Require', value: 'timer' }];
}

/**
 * What our request says of the timer; the first one leaves it to the peer who refreshes.
 * @spec RFC 4028 §7.1
 * @spec RFC 4028 §7.4
 */
export function timerOfRequest(
  { interval, isRefresher, least }: SessionTimer,
  isFirst: boolean,
): readonly HeaderField[] {
  if (interval === 0) return [];
  const refresher = isFirst ? '' : `;refresher=${isRefresher ? 'uac' : 'uas'}`;
  const field = { name: 'Session-Expires', value: `${interval}${refresher}` };
  return least === 0 ? [field] : [field, { name: 'Min-SE', value: String(least) }];
}

/**
 * The session begins to run anew: refreshed when half of its time is over, and ended a little before the peer would.
 * Before it stands there is nothing to run. What we have still to say is said when it was to be.
 * @spec RFC 4028 §10
 */
export function running(s: Session, now: number, timer: SessionTimer): Session {
  const { interval, isRefresher, least } = timer;
  if (s.state !== 'active') return { ...s, interval, isRefresher, least };
  const whole = interval * 1000;
  const lead = Math.min(LEAD, whole / 3);
  const expiresAt = interval === 0 ? 0 : Math.round(now + whole - lead);
  const refreshAt = interval > 0 && isRefresher ? Math.round(now + whole / 2) : s.refreshAt;
  return { ...s, interval, isRefresher, least, expiresAt, refreshAt };
}

/** @spec RFC 4028 §8 */
function tooBrief(seconds: number): ResponseDraft {
  return { status: 422, headers: [{ name: 'Min-SE', value: String(seconds) }] };
}

function ownTimer(wanted: number | undefined, least: number): SessionTimer {
  return wanted === undefined
    ? { interval: 0, isRefresher: false, least }
    : { interval: Math.max(wanted, least), isRefresher: true, least };
}

interface Seconds {
  readonly seconds: number;
  readonly params: readonly Param[];
}

function secondsIn(headers: Headers, name: string): Seconds | Fault | undefined {
  const text = headers.text(name);
  if (text === undefined) return undefined;
  const c = cursorOf(text);
  const digits = takeToken(c);
  const seconds = readNumber(digits, 0, digits.length, MOST_SECONDS);
  const params = takeParams(c);
  const isRead = seconds >= 0 && params !== undefined && atEnd(c);
  return isRead ? { seconds, params } : fault('session-expires', name);
}

const MOST_SECONDS = 2 ** 32 - 1;
const LEAD = 32_000;
