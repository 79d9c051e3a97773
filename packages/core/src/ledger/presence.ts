// The presence record of two people, as the store keeps it, and what an event makes of it: both halves together.
// Pure. Which key, who may, and how things reach the wire is the gateway's part (gateway/presence.ts).
import type { Condition } from '@interwork/xmpp';
import type { Instant, JsonValue, Next, StoredRecord } from '../store/store.ts';
import { isSameJson } from './same-json.ts';
import type { ResourceState } from '../rules/presence-resource.ts';
import type {
  Half,
  KeptRequest,
  PresenceContext,
  PresenceEffect,
  StanzaDraft,
  Watched,
  WatchedInput,
  Watching,
  WatchingInput,
} from './presence-types.ts';
import { stepWatched, watchedWakeAt } from './watched.ts';
import { stepWatching, watchingWakeAt } from './watching.ts';

/** What is kept of two people. */
export interface PresenceRecord {
  readonly version: 1;
  readonly watching?: Watching | undefined;
  readonly watched?: Watched | undefined;
}

/** What may happen to two people: something from SIP or from time, or a presence stanza of the XMPP person. */
export type PresenceEvent =
  | { readonly half: 'watching'; readonly input: WatchingInput }
  | { readonly half: 'watched'; readonly input: WatchedInput }
  | PresenceStanza
  | { readonly half: 'both'; readonly kind: BothKind }
  | { readonly half: 'both'; readonly kind: 'recovered'; readonly kept: readonly JsonValue[] };

/** What happens to both directions at once. */
export type BothKind =
  | 'wake'
  | 'undelivered'
  | 'link-lost'
  | 'restarted'
  | 'forbidden'
  | 'shutdown';

/** A presence stanza of the XMPP person, to the SIP person. */
export type PresenceStanza =
  | {
      readonly half: 'stanza';
      readonly type:
        | 'subscribe'
        | 'unsubscribe'
        | 'subscribed'
        | 'unsubscribed'
        | 'probe'
        | 'unavailable';
      /** The full or bare JID it came from. */
      readonly from: string;
      readonly resource: string;
      /** It is not to be passed on unless the SIP person has added the other. */
      readonly isGated?: boolean;
      /** What stands of it beside the record. */
      readonly kept?: KeptRequest | undefined;
    }
  | {
      readonly half: 'stanza';
      readonly type: 'available';
      readonly from: string;
      readonly state: ResourceState;
    }
  | { readonly half: 'stanza'; readonly type: 'error'; readonly condition: Condition };

/** What an event makes of a record. */
export interface PresenceDecision {
  readonly next: Next | undefined | 'unchanged';
  readonly effects: readonly PresenceEffect[];
}

/** One step of a record. @spec RFC 8048 §5 */
export function stepPresence(
  now: Instant,
  stored: StoredRecord | undefined,
  event: PresenceEvent,
  x: PresenceContext,
): PresenceDecision {
  const record = recordIn(stored);
  if (record === undefined) return UNKNOWN_VERSION;
  const pair: Pair = { ...record, effects: [], did: [], now, x };
  enter(pair, event);
  return decided(stored, pair, event.half === 'both' && event.kind !== 'restarted');
}

/** What of an effect must not be forgotten before it has left. Answers are asked for again by who wants them. */
export function keptOf(effect: PresenceEffect): JsonValue | undefined {
  if (effect.kind === 'stanza') return { stanza: effect.draft as unknown as JsonValue };
  if (effect.kind !== 'request' || effect.tag === '') return undefined;
  return { half: effect.half, tag: effect.tag };
}

/** Both halves under way. */
interface Pair {
  watching?: Watching | undefined;
  watched?: Watched | undefined;
  readonly effects: PresenceEffect[];
  readonly did: string[];
  readonly now: Instant;
  readonly x: PresenceContext;
}

function enter(pair: Pair, event: PresenceEvent): void {
  switch (event.half) {
    case 'watching':
      return watching(pair, event.input);
    case 'watched':
      return watched(pair, event.input);
    case 'stanza':
      return stanza(pair, event);
    case 'both':
      return event.kind === 'recovered' ? recover(pair, event.kept) : both(pair, event.kind);
  }
}

function watching(pair: Pair, input: WatchingInput): void {
  const step = stepWatching(pair.watching, pair.now, input, pair.x);
  pair.watching = step.next;
  pair.effects.push(...step.effects);
  pair.did.push(...step.did);
}

function watched(pair: Pair, input: WatchedInput): void {
  const { shown = [], state = 'none' } = pair.watching ?? {};
  const other = { isShown: shown.length > 0, isWatching: state !== 'none' };
  const step = stepWatched(pair.watched, pair.now, input, pair.x, other);
  const wasAdded = isAdded(pair);
  pair.watched = step.next;
  pair.effects.push(...step.effects);
  pair.did.push(...step.did);
  if (step.gone && pair.watching !== undefined) watching(pair, { kind: 'gone', from: '' });
  if (!wasAdded && isAdded(pair) && pair.watching !== undefined) watching(pair, { kind: 'added' });
}

/** The SIP person wants to see the other: on a contact list of his. */
function isAdded({ watched }: Pick<Pair, 'watched'>): boolean {
  return (watched?.state ?? 'none') !== 'none';
}

/** Whether a record says that the SIP person has added the other. */
export function hasAdded(stored: StoredRecord | undefined): boolean {
  return isAdded(recordIn(stored) ?? {});
}

/** A stanza that says something about both directions goes to both. */
function stanza(pair: Pair, event: PresenceStanza): void {
  switch (event.type) {
    case 'subscribe':
    case 'probe':
      return event.isGated === true && !isAdded(pair)
        ? gated(pair, event.type, event)
        : watching(pair, { kind: event.type, from: event.from, kept: event.kept });
    case 'unsubscribe':
      return watching(pair, { kind: event.type, from: event.from, kept: event.kept });
    case 'available':
      watched(pair, { kind: 'available', state: event.state });
      if (pair.watching !== undefined) watching(pair, { kind: 'available', from: event.from });
      return;
    case 'unavailable':
      return watched(pair, { kind: 'unavailable', resource: event.resource });
    case 'subscribed':
      return watched(pair, { kind: 'subscribed' });
    case 'unsubscribed':
      return revoked(pair);
    case 'error':
      return bounced(pair, event.condition);
  }
}

/** From somebody who has not been added: an invitation is held, and only who may see already is answered. */
function gated(
  pair: Pair,
  type: 'subscribe' | 'probe',
  { from, kept }: Extract<PresenceStanza, { readonly resource: string }>,
): void {
  const { state = 'none' } = pair.watching ?? {};
  if (type === 'subscribe') watching(pair, { kind: 'hold', from, kept });
  else if (state === 'granted' || state === 'requested') watching(pair, { kind: type, from });
  else pair.did.push('not-added');
}

/**
 * The end of one direction comes with an `unavailable`, which says nothing about the other: whoever watched goes on.
 * @spec RFC 6121 §3.2.2
 */
function revoked(pair: Pair): void {
  const wasSeen = (pair.watched?.state ?? 'none') !== 'none';
  if (!isSign(pair)) watched(pair, { kind: 'unsubscribed' });
  const half = pair.watching;
  const isRecent = half !== undefined && pair.now < half.seen + pair.x.waits.sign;
  if (half?.state === 'granted' && (wasSeen || isRecent))
    watching(pair, { kind: 'available', from: '' });
}

/**
 * Who is asked for a sign of life by somebody who may not see him says so. That is no answer to a request that waits.
 * @spec RFC 6121 §4.3.2
 */
function isSign({ watching, watched: other, now, x }: Pair): boolean {
  const { probed } = watching ?? {};
  return other?.state === 'requested' && probed !== undefined && now < probed + x.waits.confirm;
}

/** Whoever is not there needs no presence. */
function bounced(pair: Pair, condition: Condition): void {
  watched(pair, { kind: 'error', condition });
  if (NOBODY.has(condition) && pair.watching !== undefined)
    watching(pair, { kind: 'gone', from: '' });
}

/** What was on a link that is lost may not have been read. */
function both(pair: Pair, kind: BothKind): void {
  if (pair.watching !== undefined)
    watching(pair, { kind: kind === 'link-lost' ? 'undelivered' : kind });
  if (pair.watched === undefined) return;
  watched(pair, { kind });
  if (kind === 'link-lost') watched(pair, { kind: 'undelivered' });
}

/** What had been decided and may not have left. */
function recover(pair: Pair, kept: readonly JsonValue[]): void {
  for (const one of kept as unknown as readonly Kept[]) {
    if (one.stanza !== undefined) pair.effects.push({ kind: 'stanza', draft: one.stanza });
    else if (one.half === 'watching') watching(pair, { kind: 'lost', tag: one.tag ?? '' });
    else watched(pair, { kind: 'lost', tag: one.tag ?? '' });
  }
}

interface Kept {
  readonly stanza?: StanzaDraft;
  readonly half?: Half;
  readonly tag?: string;
}

/** A key that was lent because it is due is written back, so that it is due when it says and not at the lease's end. */
function decided(stored: StoredRecord | undefined, pair: Pair, isDue: boolean): PresenceDecision {
  const { did } = pair;
  const effects = [...pair.effects, { kind: 'did', words: did } as const];
  const next = nextOf(pair);
  const isSame = !isDue && isSameJson(next?.record, stored);
  return { next: isSame ? 'unchanged' : next, effects };
}

function nextOf({ watching, watched, x }: Pair): Next | undefined {
  if (watching === undefined && watched === undefined) return undefined;
  const record = { version: VERSION, watching, watched } as unknown as StoredRecord;
  const wakes = [
    watching === undefined ? Infinity : watchingWakeAt(watching, x),
    watched === undefined ? Infinity : watchedWakeAt(watched, x),
  ];
  return { record, wakeAt: Math.min(...wakes) };
}

/** A record as this release reads it. */
function recordIn(stored: StoredRecord | undefined): Omit<PresenceRecord, 'version'> | undefined {
  if (stored === undefined) return {};
  if (stored.version !== VERSION) return undefined;
  const { watching, watched } = stored as unknown as PresenceRecord;
  return { watching, watched };
}

/** Written by a later release, which may still be there: it stays as it is. */
const UNKNOWN_VERSION: PresenceDecision = {
  next: 'unchanged',
  effects: [{ kind: 'did', words: ['unknown-version'] }],
};

/** The shape that is written. A change of it comes with the step that reads the one before. */
const VERSION = 1;

/** @spec RFC 6120 §8.3.3 */
const NOBODY: ReadonlySet<Condition> = new Set(['item-not-found', 'gone', 'jid-malformed']);
