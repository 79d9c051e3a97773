// What an XMPP user is shown of a SIP contact, and what of it may not have been heard: what has changed, everything to
// one who asks, and now and then everything to all. When that is due is watching.ts'.
import { diffResources, type ResourceState } from '../rules/presence-resource.ts';
import type { Instant } from '../store/store.ts';
import type { PresenceContext, PresenceEffect, StanzaDraft, Watching } from './presence-types.ts';

/** A step under way: changed in place, and seen by nobody before it is over. */
export interface WatchingWork {
  half: { -readonly [K in keyof Watching]: Watching[K] };
  readonly effects: PresenceEffect[];
  readonly did: string[];
  /** The status of a document that is none. */
  unreadable: number | undefined;
  /** In place of all notes of a document. */
  note: string | undefined;
  /** Whether what is shown is told whole. */
  isWhole: boolean;
  readonly now: Instant;
  readonly x: PresenceContext;
}

/**
 * Tells the user what has changed, and nothing else; but now and then everything, for what may have been lost.
 * @spec RFC 3856 §6.8
 */
export function show(work: WatchingWork, after: readonly ResourceState[]): void {
  const { half, now } = work;
  const changes = diffResources(half.shown, after);
  half.shown = after;
  for (const change of changes) if (change.kind === 'unavailable') withdraw(work, change.resource);
  if (work.isWhole) {
    half.wholeAt = now;
    return tellAll(work);
  }
  for (const change of changes) {
    if (change.kind === 'available') sayState(work, change.state, '');
    else sayGone(work, change.resource);
  }
  tellUntold(work);
}

export function hide(work: WatchingWork): void {
  show(work, NONE);
}

/** Nothing is shown any more, and the user, who seems to be away, is not told: should he be there after all, he will be. */
export function putAway(work: WatchingWork): void {
  const { half } = work;
  for (const { resource } of half.shown) withdraw(work, resource, true);
  half.shown = NONE;
}

/** What was put away and is not shown again. */
function tellUntold(work: WatchingWork): void {
  const { half } = work;
  if (half.withdrawn?.some(({ isUntold }) => isUntold === true) !== true) return;
  for (const { resource, isUntold } of half.withdrawn)
    if (isUntold === true && !isShown(work, resource)) sayGone(work, resource);
  half.withdrawn = half.withdrawn.map(({ resource, at }) => ({ resource, at }));
}

function isShown({ half }: WatchingWork, resource: string): boolean {
  return half.shown.some((state) => state.resource === resource);
}

/** Everything that is shown, and everything that is not any more. */
export function tellAll(work: WatchingWork): void {
  const { half } = work;
  forgetWithdrawn(work);
  for (const state of half.shown) sayState(work, state, '');
  for (const { resource } of half.withdrawn ?? []) sayGone(work, resource);
  half.withdrawn = half.withdrawn?.map(({ resource, at }) => ({ resource, at }));
}

/** Tells who asks everything that is known. @spec RFC 6121 §4.3.2 */
export function showAll(work: WatchingWork, from: string): void {
  const to = resourceOf(from);
  const { shown } = work.half;
  if (shown.length === 0) say(work, { resource: '', to, type: 'unavailable' });
  for (const state of shown) sayState(work, state, to);
}

/** The document that answers a request of ours is shown whole, twice an interval at most. */
export function isWholeDue({ half, now, x }: WatchingWork): boolean {
  const { subscriber, wholeAt = 0 } = half;
  return subscriber?.isTold === false && now >= wholeAt + secondsAsked(x) * 500;
}

/** Seconds that a subscription is asked for. */
export function secondsAsked({ waits, dialect }: PresenceContext): number {
  return dialect.traits.presence.expires ?? waits.expires;
}

export function say(work: WatchingWork, draft: StanzaDraft): void {
  work.effects.push({ kind: 'stanza', draft });
}

function sayState(work: WatchingWork, state: ResourceState, to: string): void {
  say(work, { resource: state.resource, to, type: 'available', state });
}

function sayGone(work: WatchingWork, resource: string): void {
  say(work, { resource, to: '', type: 'unavailable' });
}

/** Kept for as long as its end may not have been heard. */
export function withdraw(work: WatchingWork, resource: string, isUntold = false): void {
  const { half, now, x } = work;
  const others = (half.withdrawn ?? []).filter((one) => one.resource !== resource);
  const one = isUntold ? { resource, at: now, isUntold } : { resource, at: now };
  half.withdrawn = [...others, one].slice(-x.limits.resources);
}

/** What is shown again, and what was withdrawn so long ago that it has been told more than once. */
function forgetWithdrawn(work: WatchingWork): void {
  const { half, now, x } = work;
  const oldest = now - 2 * secondsAsked(x) * 1000;
  const left = (half.withdrawn ?? []).filter(
    ({ resource, at }) => at > oldest && !isShown(work, resource),
  );
  half.withdrawn = left.length === 0 ? undefined : left;
}

function resourceOf(jid: string): string {
  const slash = jid.indexOf('/');
  return slash < 0 ? '' : jid.slice(slash + 1);
}

/** Nobody is there. */
export const NONE: readonly ResourceState[] = [];
