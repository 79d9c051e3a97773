// The conversation of two people in a session, as the store keeps it, and what an event makes of it. Pure: record in,
// record and effects out. The tables are chat-tables.ts, what is done chat-acts.ts, the SIP session chat-session.ts. Which
// key, who may, and how things reach the wire is the gateway's part (gateway/chat.ts).
//
// Messages within an open session do not come here: whoever has it open counts CSeq up from the record's to `upTo`, and
// hands in what was learned meanwhile (`known`) with the next event.
import {
  type Dialog,
  type IncomingRequest,
  isWithin,
  requestWithin,
  type Session,
  sessionWakeAt,
} from '@interwork/sip';
import type { Instant, JsonValue, Next, StoredRecord } from '../store/store.ts';
import { ACTS } from './chat-acts.ts';
import { session, strayed } from './chat-session.ts';
import { BY_CONTACT, BY_USER, type ChatState, type ChatWord } from './chat-tables.ts';
import type {
  ChatContext,
  ChatEffect,
  ChatEvent,
  ChatRecord,
  ChatResponse,
  HeardMessage,
} from './chat-types.ts';
import { type ChatKept, type ChatMatter, type ChatWork, inviteHere, tagOf } from './chat-work.ts';
import { isSameJson } from './same-json.ts';

/** What an event makes of a record. */
export interface ChatDecision {
  readonly next: Next | undefined | 'unchanged';
  readonly effects: readonly ChatEffect[];
}

/**
 * One step of a record.
 * @spec RFC 7573 §4
 * @spec RFC 7573 §5
 */
export function stepChat(
  now: Instant,
  stored: StoredRecord | undefined,
  event: ChatEvent,
  x: ChatContext,
): ChatDecision {
  if (stored !== undefined && stored.version !== VERSION) return UNKNOWN_VERSION;
  const work = workOf(now, stored as ChatRecord | undefined, event, x);
  enter(work, event);
  return decided(work, stored, event);
}

/** What of an effect must not be forgotten before it has left. Answers are asked for again by who wants them. */
export function keptOfChat(effect: ChatEffect): JsonValue | undefined {
  if (effect.kind === 'farewell') {
    const { isForbidden, lock: farewell, thread } = effect;
    return { farewell, thread, isForbidden };
  }
  if (effect.kind !== 'request' || effect.of === 'fork-bye') return undefined;
  if (effect.of !== 'bye') return { tag: effect.tag };
  return effect.session === undefined
    ? undefined
    : { bye: effect.session.dialog as unknown as JsonValue };
}

function workOf(
  now: Instant,
  record: ChatRecord | undefined,
  event: ChatEvent,
  x: ChatContext,
): ChatWork {
  const work: ChatWork = {
    state: record?.state ?? 'none',
    kept: record === undefined ? undefined : keptIn(record, x),
    effects: [],
    did: [],
    isOpening: false,
    to: event.kind === 'within' || event.kind === 'invite' ? event.to : '',
    now,
    x,
    turn: (word, matter = {}) => turn(work, word, matter),
  };
  return work;
}

/** The record with what is known beside it. */
function keptIn(record: ChatRecord, { known }: ChatContext): ChatKept {
  const { version: _version, state: _state, ...kept } = record;
  const { session: one } = kept;
  if (known === undefined || one === undefined || known.tag !== tagOf(one)) return kept;
  const { thread, lock, signs, isInactive } = known;
  const heard = newest(kept.heard, known.heard);
  const remoteCseq = Math.max(one.dialog.remoteCseq, known.remoteCseq);
  const dialog = { ...one.dialog, remoteCseq };
  const last = Math.max(kept.last, known.last);
  const learned = { ...kept, thread, lock, signs, isInactive, last };
  return { ...learned, ...(heard && { heard }), session: { ...one, dialog } };
}

function newest(
  one: HeardMessage | undefined,
  other: HeardMessage | undefined,
): HeardMessage | undefined {
  return (one?.cseq ?? -1) >= (other?.cseq ?? -1) ? one : other;
}

function turn(work: ChatWork, word: ChatWord, matter: ChatMatter): void {
  const before = work.state;
  const [state, act] = cellOf(work, word);
  work.state = state;
  work.did.push(`${word}:${act}`);
  ACTS[act](work, matter, before);
}

function cellOf(
  { state, kept }: ChatWork,
  word: ChatWord,
): readonly [ChatState, keyof typeof ACTS] {
  if (state === 'answering' || state === 'accepted') return BY_CONTACT[state][word];
  const isTheirs = kept?.session?.role === 'uas' && (state === 'open' || state === 'leaving');
  return isTheirs ? BY_CONTACT[state][word] : BY_USER[state][word];
}

function enter(work: ChatWork, event: ChatEvent): void {
  switch (event.kind) {
    case 'say':
      forgetStale(work);
      return work.turn('say', { wish: event.wish });
    case 'invite':
      return work.turn('invite', { invited: event });
    case 'answer':
      if (isAbout(work, event))
        work.turn(event.isTaken ? 'taken' : 'declined', { answered: event });
      return;
    case 'within':
      return within(work, event);
    case 'response':
      return responded(work, event);
    case 'failed': {
      const { of, failed } = event;
      const input = { kind: 'failed', tag: of, reason: failed.reason } as const;
      if (isAbout(work, event)) session(work, input, { failed });
      return;
    }
    case 'ringing':
      if (isAbout(work, event)) session(work, { kind: 'provisional', response: event.response });
      return;
    case 'acknowledged':
      if (isAbout(work, event)) session(work, { kind: 'acknowledged', request: event.request });
      return;
    case 'unacknowledged':
      if (isAbout(work, event)) session(work, { kind: event.kind });
      return;
    case 'cancelled':
      if (inviteHere(work) === event.to) session(work, { kind: event.kind });
      return;
    case 'renew':
      if (isAbout(work, event) && work.state === 'open') work.isOpening = true;
      else work.effects.push({ kind: 'closed' });
      return;
    case 'dead':
      if (isAbout(work, event)) work.turn('dead');
      return;
    case 'touch':
    case 'heard':
      return;
    case 'wake':
      return wake(work);
    case 'gone':
    case 'forbidden':
    case 'shutdown':
      return work.turn(event.kind);
    case 'recovered':
      return recover(work, event.kept);
  }
}

/** What happened to a session that has been replaced, or is over, concerns nobody. */
function isAbout({ kept }: ChatWork, { tag }: { readonly tag: string }): boolean {
  return kept?.session !== undefined && tagOf(kept.session) === tag;
}

/**
 * A contact that was found to take no sessions may do so by now; and an INVITE of a process that has ended has nobody who
 * hears the answer.
 */
function forgetStale(work: ChatWork): void {
  const { state, kept, now, x } = work;
  const isOld = state === 'paged' && (kept?.last ?? 0) + x.waits.pager <= now;
  const isLost = state === 'inviting' && kept?.by !== x.by;
  if (!isOld && !isLost) return;
  work.state = 'none';
  work.kept = undefined;
}

/**
 * A message that was passed on already, and comes again because its answer was lost with a process, is answered the same.
 * @spec RFC 3261 §12.2.2
 * @spec RFC 3261 §17.2.2
 */
function within(work: ChatWork, { request, to }: Extract<ChatEvent, { kind: 'within' }>): void {
  const { session: one, heard } = work.kept ?? {};
  if (one === undefined || !isWithin(one.dialog, request))
    work.effects.push({ kind: 'answer', to, draft: { status: 481 } });
  else if (heard === undefined || !isAgain(request, heard))
    session(work, { kind: 'request', request });
  else {
    work.effects.push({ kind: 'answer', to, draft: { status: heard.status } });
    work.did.push('again');
  }
}

function isAgain({ method, cseq }: IncomingRequest, heard: HeardMessage): boolean {
  return method === 'MESSAGE' && cseq.number === heard.cseq;
}

function responded(work: ChatWork, event: ChatResponse): void {
  const { kind, of, response, isForPager } = event;
  if (!isAbout(work, event)) return strayed(work, event);
  session(work, { kind, tag: of, response }, { isForPager });
}

function wake(work: ChatWork): void {
  const { kept, now, state, x } = work;
  if (kept === undefined) return;
  if (quietAt(state, kept, x) <= now) return work.turn('idle');
  if (sessionDueAt(work) <= now) session(work, { kind: 'wake' });
}

/**
 * What is due of an INVITE without its final answer is due in the process that has it, since no other can answer or cancel it.
 * Others look when that has certainly had its time.
 */
function sessionDueAt({ kept, state, x }: ChatWork): Instant {
  if (kept?.session === undefined) return Infinity;
  const { ackBy, answerBy } = kept.session;
  if (kept.by === x.by) return sessionWakeAt(kept.session);
  if (state === 'answering') return ackBy;
  return state === 'inviting' ? answerBy + ELSEWHERE : sessionWakeAt(kept.session);
}

/** When nothing has been said for too long. @spec RFC 7573 §6.1 */
function quietAt(
  state: ChatState,
  { last, isInactive }: ChatKept,
  { waits }: ChatContext,
): Instant {
  if (state === 'paged') return last + waits.pager;
  if (state !== 'open') return Infinity;
  return last + (isInactive ? Math.min(waits.inactive, waits.idle) : waits.idle);
}

/** What had been decided and may not have left. */
function recover(work: ChatWork, kept: readonly JsonValue[]): void {
  for (const one of kept as unknown as readonly Recovered[]) {
    if (one.bye !== undefined) sayBye(work, one.bye);
    else if (one.farewell !== undefined) work.effects.push(farewellOf(one.farewell, one));
    else if (isAbout(work, { tag: one.tag ?? '' })) session(work, { kind: 'lost' });
  }
}

interface Recovered {
  readonly bye?: Dialog;
  readonly farewell?: string;
  readonly thread?: string;
  readonly isForbidden?: boolean;
  readonly tag?: string;
}

function farewellOf(lock: string, { isForbidden = false, thread = '' }: Recovered): ChatEffect {
  return { kind: 'farewell', lock, thread, isForbidden };
}

/** With another CSeq: the peer may have seen the one before. @spec RFC 3261 §15.1.1 */
function sayBye(work: ChatWork, dialog: Dialog): void {
  const { draft } = requestWithin(dialog, 'BYE');
  work.effects.push({ kind: 'request', tag: dialog.localTag, of: 'fork-bye', draft });
}

/** A key that was lent because it is due is written back, so that it is due when it says and not at the lease's end. */
function decided(work: ChatWork, stored: StoredRecord | undefined, event: ChatEvent): ChatDecision {
  const { effects, did } = work;
  const record = recordOf(work);
  const isDue = event.kind === 'wake' || event.kind === 'recovered';
  const isSame = !isDue && !work.isOpening && isSameJson(record, stored);
  const leases = record?.state === 'open' && !isSame && event.kind !== 'heard';
  const opened = leases ? leased(record, work) : record;
  effects.push({ kind: 'did', words: did });
  if (isSame) return { next: 'unchanged', effects };
  const wakeAt = wakeAtOf(work);
  const next = opened && { record: opened as unknown as StoredRecord, wakeAt };
  return { next, effects };
}

function recordOf({ state, kept }: ChatWork): ChatRecord | undefined {
  return state === 'none' || kept === undefined ? undefined : { version: VERSION, state, ...kept };
}

/** The record that is written has a CSeq that nobody will have used; the numbers below it are for whoever has this open. */
function leased(record: ChatRecord, { effects, x }: ChatWork): ChatRecord {
  const { session: one } = record;
  if (one === undefined) return record;
  const upTo = one.dialog.localCseq + x.limits.block;
  effects.push({ kind: 'open', record, upTo });
  return { ...record, by: x.by, session: withCseq(one, upTo) };
}

function withCseq(one: Session, localCseq: number): Session {
  return { ...one, dialog: { ...one.dialog, localCseq } };
}

function wakeAtOf(work: ChatWork): Instant {
  const { state, kept, x } = work;
  if (kept === undefined) return Infinity;
  return Math.min(sessionDueAt(work), quietAt(state, kept, x));
}

/** Written by a later release, which may still be there: it stays as it is. */
const UNKNOWN_VERSION: ChatDecision = {
  next: 'unchanged',
  effects: [{ kind: 'did', words: ['unknown-version'] }],
};

/** Milliseconds: longer than whoever waits for an INVITE waits beyond its time (gateway/chat-saying.ts). */
const ELSEWHERE = 30_000;

/** The shape that is written. A change of it comes with the step that reads the one before. */
const VERSION = 1;
