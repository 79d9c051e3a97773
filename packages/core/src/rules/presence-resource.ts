// What one device of somebody says of itself, as a record keeps it: from a stanza, into a stanza, and what has
// changed between two moments (RFC 6121 §4.5, RFC 3856 §6.8). How many of them make a document is
// presence-notification.ts.
import {
  child,
  delayOf,
  elementsOf,
  idleSinceOf,
  Jid,
  type Presence,
  type PresenceDraft,
  type Show,
  type XmlElement,
} from '@interwork/xmpp';
import { given, listed } from '../body/given.ts';
import { cut } from '../body/pidf-note.ts';
import { DEFAULT_PIDF_LIMITS, isNameable } from '../body/pidf-reading.ts';
import { type Loss, NOTHING, translated, type Translation } from '../translation.ts';
import { languageTag } from './language.ts';

/** One device that is reachable: plain data, with only what is there. */
export interface ResourceState {
  /** The resource of its JID; empty where somebody has none. */
  readonly resource: string;
  readonly show?: Show;
  readonly statuses?: readonly Status[];
  /** -128 to 127. */
  readonly priority?: number;
  /** Since when it says this (epoch ms). */
  readonly since?: number;
  /** When it was last used (epoch ms). */
  readonly idleSince?: number;
}

/** A text of a status, and its language where one is given. */
export interface Status {
  readonly lang?: string;
  readonly text: string;
}

/** What has changed for those who watch. */
export type ResourceChange =
  | { readonly kind: 'available'; readonly state: ResourceState }
  | { readonly kind: 'unavailable'; readonly resource: string };

/**
 * What a presence says of the device it is from. Of one that goes, what it says last.
 * @spec RFC 8048 §6.2, Table 1
 */
export function presenceToResource(p: Presence, now: number): Translation<ResourceState> {
  const statuses = statusesOf(p.statuses);
  const state: ResourceState = {
    resource: p.from?.resource ?? '',
    since: Math.min(delayOf(p.element) ?? now, now),
    ...given({
      show: p.show,
      statuses: listed(statuses),
      priority: child(p.element, 'priority') === undefined ? undefined : p.priority,
      idleSince: idleSinceOf(p.element),
    }),
  };
  return translated(state, lostOf(p, statuses));
}

/** The first of each language; a note holds as much, and a blank one says nothing. @spec RFC 6121 §4.7.2.2 */
export function statusesOf(
  texts: readonly { lang?: string | undefined; text: string }[],
): readonly Status[] {
  const found = new Map<string, Status>();
  for (const { lang, text } of texts) {
    const tag = languageTag(lang);
    const key = tag?.toLowerCase() ?? '';
    if (text.trim() === '' || found.has(key) || found.size === DEFAULT_PIDF_LIMITS.notes) continue;
    found.set(key, { ...given({ lang: tag }), text: cut(text, DEFAULT_PIDF_LIMITS.noteLength) });
  }
  return [...found.values()];
}

/** What people have written in what they show, each text once, a line each. */
export function notesOf(states: readonly ResourceState[]): string {
  const texts = states.flatMap(({ statuses = [] }) => statuses.map(({ text }) => text));
  return [...new Set(texts)].join('\n');
}

/** The same with one text in place of all; with an empty one nothing is said. Who has said nothing says nothing, unless nobody has. */
export function withNotes(
  states: readonly ResourceState[],
  text: string,
): readonly ResourceState[] {
  const statuses = statusesOf([{ text }]);
  const isSilent = states.every((state) => state.statuses === undefined);
  return states.map(({ statuses: had, ...state }, at) => {
    const speaks = statuses.length > 0 && (isSilent ? at === 0 : had !== undefined);
    return speaks ? { ...state, statuses } : state;
  });
}

/** What a document has no place for. */
function lostOf(p: Presence, statuses: readonly Status[]): readonly Loss[] {
  const lost: Loss[] = [];
  if (p.id !== undefined) lost.push({ what: 'id', spec: 'RFC 8048 §6.2' });
  if (p.priority < 0) lost.push({ what: 'priority', spec: 'RFC 8048 §6.2' });
  const isWhole = p.statuses.every(
    ({ text }) => text.trim() === '' || statuses.some((kept) => kept.text === text),
  );
  if (!isWhole) lost.push({ what: 'status', spec: 'RFC 8048 §6.2' });
  for (const el of elementsOf(p.element)) {
    if (isCarried(el, p.element.ns)) continue;
    lost.push({ what: `element:${el.name}`.slice(0, 64), spec: 'RFC 8048 §6.2' });
    if (lost.length >= MAX_LOSSES) break;
  }
  return lost.length === 0 ? NOTHING : lost;
}

function isCarried({ name, ns }: XmlElement, stanzaNs: string): boolean {
  return ns === stanzaNs ? CARRIED.has(name) : CARRIED_ELSEWHERE.has(`${name} ${ns}`);
}

const CARRIED: ReadonlySet<string> = new Set(['show', 'status', 'priority']);
const CARRIED_ELSEWHERE: ReadonlySet<string> = new Set([
  'delay urn:xmpp:delay',
  'idle urn:xmpp:idle:1',
]);
/** Losses told of one stanza. */
const MAX_LOSSES = 16;

/**
 * What has changed: first who is there, then who is gone. That something is said again, later, is no change.
 * @spec RFC 3856 §6.8
 */
export function diffResources(
  before: readonly ResourceState[],
  after: readonly ResourceState[],
): readonly ResourceChange[] {
  const known = new Map(before.map((state) => [state.resource, saidBy(state)]));
  const changes: ResourceChange[] = [];
  for (const state of after) {
    const said = known.get(state.resource);
    known.delete(state.resource);
    if (said !== saidBy(state)) changes.push({ kind: 'available', state });
  }
  for (const resource of known.keys()) changes.push({ kind: 'unavailable', resource });
  return changes;
}

function saidBy({ show, statuses, priority, idleSince }: ResourceState): string {
  const texts = statuses?.map(({ lang, text }) => [lang, text]);
  return JSON.stringify([show, texts, priority ?? 0, idleSince]);
}

/**
 * The presence of a device towards somebody; `from` is the bare address of its user.
 * @spec RFC 8048 §6.3, Table 2
 */
export function resourceToPresence(
  said: ResourceState | { readonly gone: string },
  from: Jid,
  to: Jid,
  now: number,
): PresenceDraft {
  if ('gone' in said) return { from: within(from, said.gone), to, type: 'unavailable' };
  const { resource, show, priority, since, idleSince } = said;
  const isOld = isNameable(since) && now - since > DELAY_WORTH_SAYING;
  return {
    from: within(from, resource),
    to,
    type: 'available',
    ...given({
      show,
      statuses: said.statuses?.map(({ lang, text }) => ({ lang, text })),
      priority,
      delay: isOld ? since : undefined,
      idleSince: isNameable(idleSince) ? Math.min(idleSince, now) : undefined,
    }),
  };
}

/** The JID of a device; of its user where no JID can name it. */
function within(user: Jid, resource: string): Jid {
  if (resource === '') return user;
  const jid = Jid.of(user.local, user.domain, resource);
  return jid.kind === 'jid' ? jid : user;
}

/** Milliseconds that a state may be old before it is worth saying. @spec XEP-0203 §4 */
export const DELAY_WORTH_SAYING = 60_000;
