// A SIP user watches an XMPP contact: what his SUBSCRIBEs and the contact's stanzas make of the lasting
// authorization, and what his devices are notified of. Pure: record in, record and effects out. Each dialog is a
// `Notifier` of the SIP package; the table is in presence-tables.ts.
//
// The contact's state is learned by its broadcasts, and made sure of by a probe at each SUBSCRIBE: resources that do
// not answer it in time are gone, since their server may have ended without a word.
import {
  type IncomingRequest,
  type Notifier,
  notifierWakeAt,
  openNotifier,
  param,
} from '@interwork/sip';
import { subscribeKind } from '../rules/presence-polling.ts';
import { stateOfError } from '../rules/presence-authorization.ts';
import { diffResources } from '../rules/presence-resource.ts';
import type { Instant } from '../store/store.ts';
import { WATCHED, type WatchedAct, type WatchedWord } from './presence-tables.ts';
import type { PresenceContext, Watched, WatchedInput } from './presence-types.ts';
import {
  answer,
  each,
  envOf,
  isCopy,
  ofTag,
  type OtherHalf,
  say,
  stepped,
  took,
  type WatchedWork as Work,
} from './watched-dialogs.ts';
import type { HalfStep } from './watching.ts';

/** One whom nobody watches. */
export const NOT_WATCHED: Watched = { state: 'none', notifiers: [], resources: [], known: false };

/** A step of this half; `gone`: the contact's last resource has. */
export interface WatchedStep extends HalfStep<Watched> {
  readonly gone: boolean;
}

/** @spec RFC 8048 §5.3 */
export function stepWatched(
  before: Watched | undefined,
  now: Instant,
  input: WatchedInput,
  x: PresenceContext,
  other: OtherHalf,
): WatchedStep {
  const half = { ...(before ?? NOT_WATCHED) };
  const work: Work = { half, effects: [], did: [], gone: false, now, x, other };
  enter(work, input);
  settle(work, before);
  const { effects, did, gone } = work;
  return { next: isOver(work.half) ? undefined : work.half, effects, did, gone };
}

/** When one who is watched wants to be looked at. */
export function watchedWakeAt(half: Watched, { waits }: Pick<PresenceContext, 'waits'>): Instant {
  const { confirm, askAgainAt = Infinity, checkAt = Infinity, lostAt, idleSince } = half;
  let at = Math.min(askAgainAt, checkAt, confirm?.by ?? Infinity);
  if (lostAt !== undefined) at = Math.min(at, lostAt + waits.outage);
  if (idleSince !== undefined) at = Math.min(at, idleSince + waits.idle);
  for (const notifier of half.notifiers) at = Math.min(at, notifierWakeAt(notifier));
  return at;
}

function isOver({ state, notifiers }: Watched): boolean {
  return state === 'none' && notifiers.length === 0;
}

function enter(work: Work, input: WatchedInput): void {
  switch (input.kind) {
    case 'watch':
      return watch(work, input.request, input.to);
    case 'within':
      return within(work, input.request, input.to);
    case 'response':
      return ofTag(work, input.tag, { kind: 'response', response: input.response });
    case 'failed':
      return ofTag(work, input.tag, { kind: 'failed', reason: input.reason });
    case 'lost':
      return ofTag(work, input.tag, { kind: 'lost' });
    case 'available':
    case 'unavailable':
      return present(work, input);
    case 'subscribed':
      return turn(work, 'subscribed');
    case 'unsubscribed':
      return turn(work, isProbing(work) ? 'disowned' : 'unsubscribed');
    case 'error':
      return refused(work, input);
    case 'wake':
      return wake(work);
    case 'undelivered':
      if (work.half.state === 'requested') work.half.askAgainAt ??= work.now + work.x.waits.again;
      return;
    case 'link-lost':
      work.half.lostAt ??= work.now;
      return;
    case 'restarted':
      return restarted(work);
    case 'forbidden':
      return forbid(work);
    case 'shutdown':
      return each(work, { kind: 'terminate', reason: 'deactivated' });
  }
}

/** One cell of the table. */
function turn(work: Work, word: WatchedWord): void {
  const [state, act] = WATCHED[work.half.state][word];
  work.half.state = state;
  work.did.push(`${word}:${act}`);
  ACTS[act](work);
}

const ACTS: Readonly<Record<WatchedAct, (work: Work) => void>> = {
  nothing: () => {},
  ask,
  probe,
  activate: (work) => {
    work.half.askAgainAt = undefined;
    each(work, { kind: 'state', state: 'active' });
    probe(work);
  },
  askOnceMore,
  reject: (work) => {
    forget(work);
    each(work, { kind: 'terminate', reason: 'rejected' });
  },
  fail: (work) => forget(work),
  update: (work) => each(work, { kind: 'changed' }),
  deny: (work) => each(work, { kind: 'terminate', reason: 'rejected' }),
  farewell: (work) => {
    forgetState(work);
    if (!work.other.isShown) say(work, 'unavailable');
  },
  forget: (work) => {
    forget(work);
    say(work, 'unsubscribe');
  },
};

/** @spec RFC 8048 §5.3.1 */
function ask(work: Work): void {
  work.half.askedAt = work.now;
  work.half.askAgainAt = undefined;
  say(work, 'subscribe');
}

/** Asks the contact's server for the state, and whether the authorization still stands. D-38 */
function probe(work: Work): void {
  work.half.askedAt = undefined;
  if (work.half.confirm !== undefined) return;
  const { slack, waits } = work.x;
  work.half.confirm = { by: work.now + waits.confirm + (slack?.all ?? 0), heard: [] };
  say(work, 'probe');
}

/** Whatever has been answered so far was asked before something was lost. */
function probeAnew(work: Work): void {
  work.half.confirm = undefined;
  probe(work);
}

/**
 * Asks who is left. A contact who takes the authorization back may go first, so its end is the contact's own word. Nobody is
 * shown who would vanish because an answer comes late.
 */
function count(work: Work): void {
  probe(work);
  const by = work.now + work.x.waits.confirm;
  if (work.half.confirm !== undefined)
    work.half.confirm = { ...work.half.confirm, by, isCount: true };
}

/** The contact's server knows of no authorization: it is asked for again, once. D-38 */
function askOnceMore(work: Work): void {
  forgetState(work);
  each(work, { kind: 'state', state: 'pending' });
  ask(work);
}

function forget(work: Work): void {
  forgetState(work);
  work.half.askedAt = undefined;
  work.half.askAgainAt = undefined;
}

function forgetState({ half }: Work): void {
  half.resources = [];
  half.known = false;
  half.confirm = undefined;
  half.lostAt = undefined;
}

/** A SUBSCRIBE outside a dialog: a new device, a fetch, or the copy of one that is known. */
function watch(work: Work, request: IncomingRequest, to: string): void {
  const known = work.half.notifiers.find(({ dialog }) => isCopy(dialog, request));
  if (known !== undefined)
    return took(work, known, stepped(work, known, { kind: 'subscribe', request }), to);
  const state = work.half.state === 'granted' ? 'active' : 'pending';
  const opened = openNotifier(work.now, request, state, envOf(work));
  if (opened.kind === 'refused') {
    work.did.push(`sip-${opened.answer.status}`);
    return answer(work, to, opened.answer);
  }
  if (!hasRoom(work, opened.step.next)) return answer(work, to, TOO_MANY);
  took(work, undefined, opened.step, to);
  turn(work, subscribeKind(request) === 'fetch' ? 'fetch' : 'watch');
}

/**
 * Whether there is room for one dialog more. A device that gives no answers and went without a word is not noticed; it makes
 * room for itself when it comes again.
 */
function hasRoom({ half, did, x }: Work, coming: Notifier | undefined): boolean {
  if (half.notifiers.length < x.limits.dialogs) return true;
  const before = half.notifiers.find(
    ({ unanswered, dialog }) => unanswered !== undefined && dialog.target === coming?.dialog.target,
  );
  if (before === undefined) return false;
  half.notifiers = half.notifiers.filter((one) => one !== before);
  did.push('superseded');
  return true;
}

/** @spec RFC 6665 §4.2.1.4 */
function within(work: Work, request: IncomingRequest, to: string): void {
  const tag = param(request.to.params, 'tag');
  const notifier = work.half.notifiers.find(
    ({ dialog }) => dialog.localTag === tag && isCopy(dialog, request),
  );
  if (notifier === undefined) return answer(work, to, NO_DIALOG);
  took(work, notifier, stepped(work, notifier, { kind: 'subscribe', request }), to);
  if (subscribeKind(request) === 'end') return;
  if (work.half.state === 'granted') probe(work);
  else if (isAskDue(work)) ask(work);
}

/** The contact's answer may have been lost: its server says it again, or nothing. @spec RFC 6121 §3.1.3 */
function isAskDue({ half, now, x }: Work): boolean {
  return half.state === 'requested' && now >= (half.askedAt ?? 0) + x.waits.again;
}

/** The contact's state, of which only the approved may hear. @spec RFC 8048 §6.2 */
function present(work: Work, input: State): void {
  const word = isProbing(work) && input.kind === 'available' ? 'owned' : input.kind;
  const [state] = WATCHED[work.half.state][word];
  const { resources, known } = work.half;
  if (state === 'granted' && isOfUse(work)) learn(work, input);
  const isNews = !known || diffResources(resources, work.half.resources).length > 0;
  if (word === 'owned' || isNews) turn(work, word);
  else work.did.push('unchanged');
}

type State = Extract<WatchedInput, { kind: 'available' | 'unavailable' }>;

/** Without anybody who watches, nothing need be kept. */
function isOfUse({ half, other }: Work): boolean {
  return half.notifiers.length > 0 || other.isWatching;
}

function learn(work: Work, input: State): void {
  const { half, x } = work;
  half.known = true;
  half.lostAt = undefined;
  if (input.kind === 'unavailable') return lose(work, input.resource);
  const { resource } = input.state;
  heard(work, resource);
  const others = half.resources.filter((one) => one.resource !== resource);
  half.resources = [input.state, ...others].slice(0, x.limits.resources);
}

/** One resource has gone, or all of them. When it was the last that is known, a probe tells whether there are others. */
function lose(work: Work, resource: string): void {
  const { half } = work;
  half.resources = resource === '' ? [] : half.resources.filter((one) => one.resource !== resource);
  if (half.resources.length > 0) return;
  if (resource !== '' && half.confirm === undefined) return count(work);
  half.confirm = undefined;
  work.gone = true;
}

/** A probe is out, and no request for the authorization: whatever comes now may be its answer. */
function isProbing({ half }: Work): boolean {
  const { confirm, askedAt } = half;
  return confirm?.heard.length === 0 && confirm.isCount !== true && askedAt === undefined;
}

function heard({ half, x }: Work, resource: string): void {
  const { confirm } = half;
  if (confirm === undefined || confirm.heard.includes(resource)) return;
  if (confirm.heard.length >= x.limits.resources) return;
  half.confirm = { ...confirm, heard: [...confirm.heard, resource] };
}

/** @spec RFC 8048 §5.3.1 */
function refused(work: Work, { condition }: Extract<WatchedInput, { kind: 'error' }>): void {
  const { state } = work.half;
  work.did.push(condition);
  turn(work, 'error');
  if (state !== 'requested') return;
  const { reason, retryAfter } = stateOfError(condition);
  each(
    work,
    retryAfter === undefined
      ? { kind: 'terminate', reason }
      : { kind: 'terminate', reason, retryAfter },
  );
}

function wake(work: Work): void {
  const { half, now, x } = work;
  if (half.askAgainAt !== undefined && half.askAgainAt <= now) ask(work);
  if (half.checkAt !== undefined && half.checkAt <= now) {
    half.checkAt = undefined;
    if (half.state === 'granted') probeAnew(work);
  }
  if (half.confirm !== undefined && half.confirm.by <= now) confirmed(work, half.confirm.heard);
  if (half.lostAt !== undefined && half.lostAt + x.waits.outage <= now) outage(work);
  for (const notifier of half.notifiers)
    if (notifierWakeAt(notifier) <= now)
      took(work, notifier, stepped(work, notifier, { kind: 'wake' }), undefined);
  if (half.idleSince !== undefined && half.idleSince + x.waits.idle <= now) turn(work, 'forgotten');
}

/**
 * Resources that have not answered are gone. That nobody answers where nobody is known to be means that the contact is
 * away; where somebody was, an answer may have been lost: that says nothing for the other direction, and is asked again.
 */
function confirmed(work: Work, heardOf: readonly string[]): void {
  const { half } = work;
  half.confirm = undefined;
  work.gone = half.known && half.resources.length === 0;
  const there = half.resources.filter(({ resource }) => heardOf.includes(resource));
  if (there.length === 0 && half.resources.length > 0)
    half.checkAt ??= work.now + work.x.waits.again;
  const isNews = there.length < half.resources.length || !half.known;
  half.resources = there;
  half.known = true;
  if (isNews) each(work, { kind: 'changed' });
}

/** The contact's server was lost for so long that a probe must tell who is there; no answer is one too. */
function outage(work: Work): void {
  const { half } = work;
  half.lostAt = undefined;
  if (half.state === 'granted' && half.notifiers.length > 0) probeAnew(work);
}

/** The answer to a NOTIFY of another process comes to nobody, and what came while none was there is missing. */
function restarted(work: Work): void {
  const { half, now, x } = work;
  for (const notifier of half.notifiers)
    if (notifier.notifying > 0)
      took(work, notifier, stepped(work, notifier, { kind: 'lost' }), undefined);
  if (half.notifiers.length === 0) return;
  if (half.state === 'granted') half.checkAt ??= now + x.jitter() * x.waits.afresh;
  else if (half.state === 'requested') half.askAgainAt ??= now + x.jitter() * x.waits.afresh;
}

/** Policy has changed its mind. */
function forbid(work: Work): void {
  work.half.state = 'none';
  forget(work);
  each(work, { kind: 'terminate', reason: 'rejected' });
}

/** The end of the last dialog, and the beginning of the next. Who only asked once had none. @spec RFC 8048 §5.3.3 */
function settle(work: Work, before: Watched | undefined): void {
  const { half } = work;
  if (isLasting(half) || half.state === 'none') half.idleSince = undefined;
  else if (half.idleSince === undefined) {
    half.idleSince = work.now;
    if (before !== undefined && isLasting(before)) turn(work, 'idle');
  }
}

function isLasting({ notifiers }: Watched): boolean {
  return notifiers.some(({ state }) => state !== 'ending');
}

const NO_DIALOG = { status: 481 } as const;
/** It is this watcher who has too many, so nobody else is to stay away. @spec RFC 3261 §21.4.18 */
const TOO_MANY = { status: 480, headers: [{ name: 'Retry-After', value: '600' }] };
