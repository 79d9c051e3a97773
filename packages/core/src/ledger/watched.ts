// A SIP user watches an XMPP contact: what his SUBSCRIBEs and the contact's stanzas make of the lasting
// authorization, and what his devices are notified of. Pure: record in, record and effects out. Each dialog is a
// `Notifier` of the SIP package; the table is in presence-tables.ts.
//
// The contact's state is learned by its broadcasts, and made sure of by a probe at each SUBSCRIBE: resources that do
// not answer it in time are gone, since their server may have ended without a word.
import {
  type IncomingRequest,
  type Notifier,
  type NotifierEnv,
  type NotifierInput,
  type NotifierStep,
  notifierWakeAt,
  openNotifier,
  param,
  stepNotifier,
} from '@interwork/sip';
import { PIDF_TYPE } from '../body/pidf.ts';
import { writePidf } from '../body/pidf-write.ts';
import { stateOfError } from '../rules/presence-authorization.ts';
import { resourcesToPidf } from '../rules/presence-notification.ts';
import type { Instant } from '../store/store.ts';
import { WATCHED, type WatchedAct, type WatchedWord } from './presence-tables.ts';
import type {
  PresenceContext,
  PresenceEffect,
  StanzaDraft,
  Watched,
  WatchedInput,
} from './presence-types.ts';
import type { HalfStep } from './watching.ts';

/** One whom nobody watches. */
export const NOT_WATCHED: Watched = { state: 'none', notifiers: [], resources: [], known: false };

/** What a step is told of the other direction. */
export interface OtherHalf {
  /** The SIP user is being shown to the contact as available. */
  readonly isShown: boolean;
  /** The contact watches the SIP user too, so it matters whether he is there. */
  readonly isWatching: boolean;
}

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

/** A step under way: changed in place, and seen by nobody before it is over. */
interface Work {
  half: { -readonly [K in keyof Watched]: Watched[K] };
  readonly effects: PresenceEffect[];
  readonly did: string[];
  gone: boolean;
  readonly now: Instant;
  readonly x: PresenceContext;
  readonly other: OtherHalf;
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
      if (work.half.state === 'granted' && work.half.notifiers.length > 0)
        work.half.checkAt ??= work.now + work.x.jitter() * work.x.waits.afresh;
      return;
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
  work.half.confirm = { by: work.now + work.x.waits.confirm, heard: [] };
  say(work, 'probe');
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
  if (work.half.notifiers.length >= work.x.limits.dialogs) return answer(work, to, TOO_MANY);
  const state = work.half.state === 'granted' ? 'active' : 'pending';
  const opened = openNotifier(work.now, request, state, envOf(work));
  if (opened.kind === 'refused') {
    work.did.push(`sip-${opened.answer.status}`);
    return answer(work, to, opened.answer);
  }
  took(work, undefined, opened.step, to);
  turn(work, isFetch(request) ? 'fetch' : 'watch');
}

function isFetch({ request }: IncomingRequest): boolean {
  return request.headers.expires === 0;
}

function isCopy({ callId, remoteTag }: Notifier['dialog'], request: IncomingRequest): boolean {
  return callId === request.callId && remoteTag === param(request.from.params, 'tag');
}

/** @spec RFC 6665 §4.2.1.4 */
function within(work: Work, request: IncomingRequest, to: string): void {
  const tag = param(request.to.params, 'tag');
  const notifier = work.half.notifiers.find(
    ({ dialog }) => dialog.localTag === tag && isCopy(dialog, request),
  );
  if (notifier === undefined) return answer(work, to, NO_DIALOG);
  took(work, notifier, stepped(work, notifier, { kind: 'subscribe', request }), to);
  if (work.half.state === 'granted' && !isFetch(request)) probe(work);
}

function ofTag(work: Work, tag: string, input: NotifierInput): void {
  const notifier = work.half.notifiers.find(({ dialog }) => dialog.localTag === tag);
  if (notifier !== undefined) took(work, notifier, stepped(work, notifier, input), undefined);
}

/** The same for every dialog. */
function each(work: Work, input: NotifierInput): void {
  for (const notifier of work.half.notifiers)
    took(work, notifier, stepped(work, notifier, input), undefined);
}

function stepped(work: Work, notifier: Notifier, input: NotifierInput): NotifierStep {
  return stepNotifier(notifier, work.now, input, envOf(work));
}

/** What a dialog has become takes its place; an answer leaves before the NOTIFY that follows it. */
function took(
  work: Work,
  before: Notifier | undefined,
  step: NotifierStep,
  to: string | undefined,
): void {
  const { half } = work;
  const others = half.notifiers.filter((one) => one !== before);
  const index = before === undefined ? others.length : half.notifiers.indexOf(before);
  half.notifiers =
    step.next === undefined
      ? others
      : [...others.slice(0, index), step.next, ...others.slice(index)];
  if (to !== undefined && step.answer !== undefined) answer(work, to, step.answer);
  if (step.notify !== undefined) {
    const tag = param(step.notify.from.params, 'tag') ?? '';
    work.effects.push({ kind: 'request', half: 'watched', tag, draft: step.notify });
  }
  if (step.ended !== undefined) work.did.push(step.ended);
}

/** The contact's state, of which only the approved may hear. @spec RFC 8048 §6.2 */
function present(work: Work, input: State): void {
  const word = isProbing(work) && input.kind === 'available' ? 'owned' : input.kind;
  const [state] = WATCHED[work.half.state][word];
  if (state === 'granted' && isOfUse(work)) learn(work, input);
  turn(work, word);
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
  if (resource !== '' && half.confirm === undefined) return probe(work);
  half.confirm = undefined;
  work.gone = true;
}

/** A probe is out, and no request for the authorization: whatever comes now may be its answer. */
function isProbing({ half }: Work): boolean {
  return half.confirm !== undefined && half.askedAt === undefined;
}

function heard({ half, x }: Work, resource: string): void {
  const { confirm } = half;
  if (confirm === undefined || confirm.heard.includes(resource)) return;
  if (confirm.heard.length >= x.limits.resources) return;
  half.confirm = { by: confirm.by, heard: [...confirm.heard, resource] };
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
    probe(work);
  }
  if (half.confirm !== undefined && half.confirm.by <= now) confirmed(work, half.confirm.heard);
  if (half.lostAt !== undefined && half.lostAt + x.waits.outage <= now) outage(work);
  for (const notifier of half.notifiers)
    if (notifierWakeAt(notifier) <= now)
      took(work, notifier, stepped(work, notifier, { kind: 'wake' }), undefined);
  if (half.idleSince !== undefined && half.idleSince + x.waits.idle <= now) turn(work, 'forgotten');
}

/** Resources that have not answered are gone. */
function confirmed(work: Work, heardOf: readonly string[]): void {
  const { half } = work;
  half.confirm = undefined;
  const there = half.resources.filter(({ resource }) => heardOf.includes(resource));
  const isNews = there.length < half.resources.length || !half.known;
  half.resources = there;
  half.known = true;
  work.gone = there.length === 0;
  if (isNews) each(work, { kind: 'changed' });
}

/** The contact's server was lost for so long that a probe must tell who is there; no answer is one too. */
function outage(work: Work): void {
  const { half } = work;
  half.lostAt = undefined;
  if (half.state === 'granted' && half.notifiers.length > 0) probe(work);
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

function say(work: Work, type: StanzaDraft['type']): void {
  work.effects.push({ kind: 'stanza', draft: { resource: '', to: '', type } });
}

function answer(work: Work, to: string, draft: { readonly status: number }): void {
  work.effects.push({ kind: 'answer', to, draft });
}

function envOf({ half, x }: Work): NotifierEnv {
  const { waits, draw, people } = x;
  return {
    contact: x.contact('watched'),
    event: 'presence',
    accept: ACCEPT,
    draw,
    minExpires: waits.minExpires,
    maxExpires: waits.maxExpires,
    interval: waits.interval,
    fetchHold: waits.fetch,
    document: () => documentOf(half, people.user),
  };
}

/** Everything that is known, or nothing at all. @spec RFC 8048 §5.3.2 */
function documentOf(
  { state, known, resources }: Watched,
  jid: PresenceContext['people']['user'],
): ReturnType<NotifierEnv['document']> {
  if (state !== 'granted' || !known) return undefined;
  return { contentType: PIDF_TYPE, body: writePidf(resourcesToPidf({ jid }, resources)) };
}

const ACCEPT: readonly string[] = [PIDF_TYPE];
const NO_DIALOG = { status: 481 } as const;
/** It is this watcher who has too many, so nobody else is to stay away. @spec RFC 3261 §21.4.18 */
const TOO_MANY = { status: 480, headers: [{ name: 'Retry-After', value: '600' }] };
