// An XMPP user watches a SIP contact: what the user's stanzas and the SIP subscription make of the lasting
// authorization, and what the user is shown. Pure: record in, record and effects out. The subscription itself, its
// refreshes and its waits, is a `Subscriber` of the SIP package; the table is in presence-tables.ts.
//
// The subscription lives while the user is there. When his last resource has gone it is ended, without a word about
// the authorization (D-32); a probe or a presence of his starts it again (D-31).
import {
  type Response,
  startSubscriber,
  stepSubscriber,
  type SubscriberEnv,
  type SubscriberEvent,
  type SubscriberInput,
  type SubscriberStep,
  subscriberWakeAt,
} from '@interwork/sip';
import { wishToFetch, wishToWatch } from '../rules/presence-polling.ts';
import type { ResourceState } from '../rules/presence-resource.ts';
import type { Instant } from '../store/store.ts';
import {
  hide,
  isWholeDue,
  putAway,
  say,
  secondsAsked,
  show,
  showAll,
  tellAll,
  type WatchingWork as Work,
} from './watching-shown.ts';
import { causeWord, type Ended, endOf } from './watching-ends.ts';
import { refuseAgain, refused, refusedBefore, unheard } from './watching-refusal.ts';
import { isTakenBack, looksAt, strikeOut } from './watching-looked.ts';
import { NOTHING_SEEN, seenIn } from './watching-seen.ts';
import { WATCHING, type WatchingAct, type WatchingWord } from './presence-tables.ts';
import type { PresenceContext, PresenceEffect, Watching, WatchingInput } from './presence-types.ts';

/** A step of one half: what it becomes, what leaves, and what was done, in words for a trace. */
export interface HalfStep<T> {
  readonly next: T | undefined;
  readonly effects: readonly PresenceEffect[];
  readonly did: readonly string[];
}

/** One who has never watched. */
export const NOT_WATCHING: Watching = { state: 'none', shown: [], wanted: false, seen: 0 };

/** Whether there is nothing left to remember. */
function isOver(half: Watching): boolean {
  const { state, subscriber, shown, refusal, looked } = half;
  const isIdle = subscriber === undefined && refusal === undefined && looked === undefined;
  return state === 'none' && isIdle && shown.length === 0;
}

/** @spec RFC 8048 §5.2 */
export function stepWatching(
  before: Watching | undefined,
  now: Instant,
  input: WatchingInput,
  x: PresenceContext,
): HalfStep<Watching> {
  const half = { ...(before ?? NOT_WATCHING) };
  const [unreadable, note] = [undefined, undefined];
  const work: Work = { half, effects: [], did: [], unreadable, note, isWhole: false, now, x };
  enter(work, input);
  return {
    next: isOver(work.half) ? undefined : work.half,
    effects: work.effects,
    did: work.did,
  };
}

/** When one who watches wants to be looked at. */
export function watchingWakeAt(half: Watching, x: Pick<PresenceContext, 'waits'>): Instant {
  const { state, seen, subscriber, showAgainAt = Infinity, checkAt = Infinity, refusal } = half;
  const lapses = state === 'held' ? seen + x.waits.held : Infinity;
  const at = Math.min(showAgainAt, checkAt, refusal?.at ?? Infinity, lapses);
  return subscriber === undefined
    ? at
    : Math.min(at, subscriberWakeAt(subscriber), signDue(half, x));
}

function enter(work: Work, input: WatchingInput): void {
  switch (input.kind) {
    case 'hold':
    case 'subscribe':
    case 'unsubscribe':
    case 'probe':
    case 'available':
    case 'gone':
      return came(work, input);
    case 'looked':
    case 'refused':
      return looksAt(work, input.kind, input.request);
    case 'added':
      return turn(work, 'added', '');
    case 'notify':
      return notified(work, input);
    case 'response':
      return responded(work, input);
    case 'failed':
      if (isOurs(work, input.tag)) subscription(work, { kind: 'failed', reason: input.reason });
      return;
    case 'lost':
      if (isOurs(work, input.tag)) subscription(work, { kind: 'lost' });
      return;
    case 'wake':
      return wake(work);
    case 'undelivered':
      work.half.showAgainAt ??= work.now + work.x.waits.again;
      if (isAway(work)) checkLater(work, work.x.waits.again);
      return;
    case 'unheard':
      return unheard(work, input.resource);
    case 'restarted':
      return restarted(work);
    case 'forbidden':
      return forbid(work);
    case 'shutdown':
      return shutDown(work);
  }
}

/** What the user himself has sent. */
function came(
  work: Work,
  { from, kept, kind: word }: Extract<WatchingInput, { readonly from: string }>,
): void {
  const { half, now } = work;
  if (isTakenBack(work, kept)) return void work.did.push('taken-back');
  half.seen = now;
  half.probed = undefined;
  strikeOut(work, word, kept);
  if (word === 'gone' || word === 'unsubscribe') half.wanted = false;
  else half.wanted = true;
  turn(work, word, from);
}

/** One cell of the table. */
function turn(work: Work, word: WatchingWord, from: string): void {
  const [state, act] = WATCHING[work.half.state][word];
  work.half.state = state;
  work.did.push(`${word}:${act}`);
  ACTS[act](work, from);
}

const ACTS: Readonly<Record<WatchingAct, (work: Work, from: string) => void>> = {
  nothing: () => {},
  keep: () => {},
  ask: start,
  askAgain: start,
  fetch: (work, from) => {
    if (work.half.subscriber !== undefined) return;
    work.half.asker = from;
    begin(work, false);
  },
  answer: (work, from) => {
    const { subscriber, shown } = work.half;
    if (subscriber?.state === 'active' || shown.length > 0) showAll(work, from);
    start(work);
  },
  reassure: (work, from) => {
    say(work, { resource: '', to: '', type: 'subscribed' });
    ACTS.answer(work, from);
  },
  grant: (work) => say(work, { resource: '', to: '', type: 'subscribed' }),
  resume: start,
  restart: (work) => {
    if (work.half.wanted) start(work);
  },
  pause: (work) => {
    putAway(work);
    stop(work);
  },
  hide,
  leave: (work) => {
    if (work.half.subscriber === undefined) turn(work, 'stopped', '');
    else stop(work);
  },
  confirm: (work) => {
    say(work, { resource: '', to: '', type: 'unsubscribed' });
    hide(work);
  },
  cancel: (work) => {
    refused(work);
    say(work, { resource: '', to: '', type: 'unsubscribed' });
    hide(work);
  },
};

/** Starts the lasting subscription, if there is none at all. @spec RFC 8048 §5.2.1 */
function start(work: Work): void {
  if (work.half.subscriber === undefined) begin(work, true);
}

function begin(work: Work, isLasting: boolean): void {
  const { contact, user, phone } = work.x.people;
  const expires = secondsAsked(work.x);
  const wish = isLasting
    ? wishToWatch(user, contact, { phone, expires })
    : wishToFetch(user, contact, { phone });
  took(work, startSubscriber(work.now, wish, envOf(work.x)));
}

function stop(work: Work): void {
  subscription(work, { kind: 'stop' });
}

/** One step of the subscription, and what it tells. */
function subscription(work: Work, input: SubscriberInput): SubscriberStep | undefined {
  const { subscriber } = work.half;
  if (subscriber === undefined) return undefined;
  const step = stepSubscriber(subscriber, work.now, input, envOf(work.x));
  took(work, step);
  return step;
}

function took(work: Work, step: SubscriberStep): void {
  work.half.subscriber = step.next;
  if (step.request !== undefined) {
    const tag = tagOf(step);
    work.effects.push({ kind: 'request', half: 'watching', tag, draft: step.request });
  }
  const ended = step.told.find((event) => event.kind === 'ended');
  for (const event of step.told) told(work, event, ended !== undefined);
}

/** A subscription that ends with its last request is over: its answer matters to nobody. */
function tagOf({ next }: SubscriberStep): string {
  return next?.localTag ?? '';
}

function told(work: Work, event: SubscriberEvent, isEnd: boolean): void {
  if (event.kind === 'document') return received(work, event, isEnd);
  if (event.kind === 'ended') return ended(work, event);
  if (event.kind === 'active' && isUnsaid(work)) work.did.push('unsaid');
  else turn(work, event.kind, '');
}

/** Whether a document alone says that the contact lets himself be seen, and none has. */
function isUnsaid({ half, x }: Work): boolean {
  return half.state === 'requested' && x.dialect.traits.presence.consent === 'document';
}

/** @spec RFC 8048 §6.3 */
function received(work: Work, { contentType, body }: Received, isEnd: boolean): void {
  const { half, x } = work;
  if (isEnd && half.asker === undefined) return;
  const seen = body.length === 0 ? NOTHING_SEEN : seenIn(work, contentType, body);
  if (seen === undefined) return;
  if (isEnd) return fetched(work, seen.resources);
  if (!seen.isEmpty && isUnsaid(work)) turn(work, 'active', '');
  if (half.state === 'granted') show(work, seen.resources.slice(0, x.limits.resources));
}

type Received = Extract<SubscriberEvent, { kind: 'document' }>;

/** A state asked for once that did come: the contact lets himself be seen. @spec RFC 8048 §7.1 */
function fetched(work: Work, resources: readonly ResourceState[]): void {
  if (resources.length === 0) return;
  const { asker = '' } = work.half;
  work.half.subscriber = undefined;
  show(work, resources.slice(0, work.x.limits.resources));
  turn(work, 'fetched', asker);
}

/** @spec RFC 8048 §5.2.2 */
function ended(work: Work, { cause }: Ended): void {
  const { half } = work;
  const asker = half.asker ?? '';
  half.asker = undefined;
  if (cause.by === 'stop') return turn(work, 'stopped', asker);
  const end = endOf(cause);
  work.did.push(causeWord(cause));
  if (end.stanzas !== 'none') hide(work);
  turn(work, end.authorization === 'cancelled' ? 'cancelled' : 'ended', asker);
}

/** The NOTIFY is answered whatever it makes of the record. */
function notified(
  work: Work,
  { note, request, to }: Extract<WatchingInput, { kind: 'notify' }>,
): void {
  work.note = note;
  work.isWhole = isWholeDue(work);
  const step = subscription(work, { kind: 'notify', request });
  const draft = step?.answer ?? GONE;
  const { unreadable } = work;
  const answer = unreadable === undefined || draft.status >= 300 ? draft : { status: unreadable };
  work.effects.unshift({ kind: 'answer', to, draft: answer });
}

/** The 200 to the end of the subscription is when the user is told. @spec RFC 8048 §5.2.3 */
function responded(
  work: Work,
  { tag, response }: Extract<WatchingInput, { kind: 'response' }>,
): void {
  if (!isOurs(work, tag)) return;
  subscription(work, { kind: 'response', response });
  if (work.half.state === 'leaving' && isSuccess(response)) turn(work, 'confirmed', '');
}

function isSuccess({ status }: Response): boolean {
  return status >= 200 && status < 300;
}

/** An answer to a subscription that has been given up meanwhile concerns nobody. */
function isOurs({ half }: Work, tag: string): boolean {
  return half.subscriber?.localTag === tag;
}

function wake(work: Work): void {
  const { half, now, x } = work;
  if (half.showAgainAt !== undefined && half.showAgainAt <= now) showAgain(work);
  refuseAgain(work);
  if (half.checkAt !== undefined && half.checkAt <= now) {
    half.checkAt = undefined;
    if (isAway(work)) askSign(work);
    else subscription(work, { kind: 'refresh' });
  }
  if (half.state === 'held' && half.seen + x.waits.held <= now) turn(work, 'lapsed', '');
  if (signDue(half, x) <= now) askSign(work);
  if (half.subscriber !== undefined && subscriberWakeAt(half.subscriber) <= now)
    subscription(work, { kind: 'wake' });
}

/**
 * A probe may have been lost with the process, and is not sent again: what answers the check is shown whole.
 * @spec RFC 6121 §4.3.2
 */
function restarted(work: Work): void {
  const { half, x } = work;
  if (half.looked !== undefined) work.effects.push({ kind: 'look', request: half.looked });
  refusedBefore(work);
  const { state } = half.subscriber ?? {};
  if (state === 'active' || state === 'pending') {
    half.wholeAt = undefined;
    checkLater(work, x.waits.afresh);
  } else if (isAway(work)) checkLater(work, AWAY_SPREAD * x.waits.afresh);
}

/** Whoever is subscribed already takes no harm from hearing it twice. @spec RFC 6121 §3.1.6 */
function showAgain(work: Work): void {
  work.half.showAgainAt = undefined;
  if (work.half.state !== 'granted') return;
  say(work, { resource: '', to: '', type: 'subscribed' });
  tellAll(work);
}

/** @spec RFC 8048 §8.1 */
function signDue(
  { state, subscriber, seen, probed }: Watching,
  { waits }: Pick<PresenceContext, 'waits'>,
): Instant {
  if (state !== 'granted' || subscriber === undefined) return Infinity;
  return Math.max(seen, probed ?? 0) + waits.sign;
}

/** One who may see, and is not known to be there: that he has come may have been lost with a link or a process. */
function isAway({ half }: Work): boolean {
  return half.state === 'granted' && half.subscriber === undefined;
}

/** At a moment of its own, within so many milliseconds. */
function checkLater({ half, now, x }: Work, spread: number): void {
  half.checkAt ??= now + x.jitter() * spread;
}

/** Whether the user is there. @spec RFC 8048 §8.1 */
function askSign(work: Work): void {
  work.half.probed = work.now;
  say(work, { resource: '', to: '', type: 'probe' });
}

/** Policy has changed its mind: what was shown is taken back, the subscription ends, and nothing more crosses. */
function forbid(work: Work): void {
  if (work.half.state !== 'none') say(work, { resource: '', to: '', type: 'unsubscribed' });
  hide(work);
  work.half.state = 'none';
  stop(work);
}

/** The record dies with the process: what was shown is taken back, and the contact's server is told. */
function shutDown(work: Work): void {
  hide(work);
  stop(work);
}

function envOf(x: PresenceContext): SubscriberEnv {
  const { draw, jitter, dialect } = x;
  const { accept, supported, extend } = dialect.traits.presence;
  return {
    contact: x.contact('watching'),
    event: 'presence',
    accept,
    reads: dialect.documents.map(({ type }) => type),
    options: { supported, extend },
    draw,
    jitter,
  };
}

/** @spec RFC 6665 §4.1.3 */
const GONE = { status: 481 } as const;
/** Of those who are away there are many: they are asked after so many times more slowly. */
const AWAY_SPREAD = 10;
