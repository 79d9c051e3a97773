// Stream management on a stream, either end: enabling and resuming a session, asking for acknowledgement, giving it.
// XEP-0198 §3 to §6. Each act is a cell of the tables in transitions.ts.
//
// When we ask: as soon as something new is not acknowledged and no question is out. So one question is on its way at a
// time, and what is written meanwhile is covered by the next. A peer that answers with less than was written is asked
// again after a while only: it may be waiting for something itself. A question without an answer ends the stream.
// The counts themselves are management.ts.
import { NS } from '../namespaces.ts';
import type { XmlElement } from '../xml/element.ts';
import type { Act, Arrived } from './arrival.ts';
import { type Core, fail, failCounting, put, write } from './core.ts';
import {
  abandon,
  acknowledge,
  catchUp,
  newSession,
  noteHandled,
  noteReceived,
  noteSent,
  readCount,
  type Session,
  wireCount,
} from './management.ts';
import { attribute } from './markup.ts';
import type { ManagementAction, StreamState } from './transitions.ts';
import { pairKey } from './domain.ts';

/** What either end does about stream management. @spec XEP-0198 §3, §4, §5 */
export const MANAGEMENT_ACTS: Readonly<Record<ManagementAction, Act>> = {
  enable,
  resume,
  refuseEarly,
  answerRequest,
  takeAck,
};

/** A stanza of ours goes out; in a session it is counted and kept. @spec XEP-0198 §4 */
export function writeManaged(core: Core, text: string, tag: unknown, now: number): void {
  write(core, text);
  if (core.session === undefined) return;
  noteSent(core.session, text, tag);
  ask(core, now);
}

/** What was written since the last question is asked for now, the rest later. @spec XEP-0198 §4 */
function ask(core: Core, now: number): void {
  const { session } = core;
  if (session === undefined || core.ackBy !== Infinity) return;
  core.askAt = Infinity;
  if (session.unacknowledged.length === 0) return;
  if (session.sent > core.askedUpTo) return askNow(core, now);
  core.askAt = now + core.with.timers.askAgain;
}

/** @spec XEP-0198 §4 */
export function askNow(core: Core, now: number): void {
  core.askedUpTo = core.session?.sent ?? 0;
  core.askAt = Infinity;
  core.ackBy = now + core.with.timers.acknowledgement;
  write(core, `<r xmlns='${NS.streamManagement}'/>`);
}

/** Whether another stanza may be written. */
export function hasRoom(core: Core): boolean {
  const { session } = core;
  if (session === undefined) return true;
  const { unacknowledgedStanzas, unacknowledgedBytes } = core.with.limits;
  if (session.unacknowledged.length >= unacknowledgedStanzas) return false;
  return session.unacknowledgedBytes < unacknowledgedBytes;
}

/** @spec XEP-0198 §4, §6 */
function takeAck(core: Core, { element }: Arrived, now: number): StreamState {
  const { session } = core;
  if (session === undefined) return fail(core, 'unmanaged');
  const h = readCount(element.attrs['h']);
  if (h === undefined) return fail(core, 'bad-count');
  const wrong = settleUpTo(core, session, h);
  if (wrong !== undefined) return wrong;
  core.ackBy = Infinity;
  ask(core, now);
  return core.state;
}

/** The peer may not acknowledge what it was not sent. @spec XEP-0198 §6 */
function settleUpTo(core: Core, session: Session, h: number): 'closed' | undefined {
  catchUp(session, h);
  const taken = acknowledge(session, h);
  if (taken === undefined) return failCounting(core, h, wireCount(session.sent));
  if (taken.length > 0) put(core, { kind: 'acknowledged', tags: taken.map(({ tag }) => tag) });
  return undefined;
}

/** @spec XEP-0198 §4 */
function answerRequest(core: Core): StreamState {
  const { session } = core;
  if (session === undefined) return fail(core, 'unmanaged');
  session.owed = session.received;
  tellHandled(core, session);
  return core.state;
}

function tellHandled(core: Core, session: Session): void {
  session.told = session.handled;
  const h = attribute('h', String(wireCount(session.handled)));
  write(core, `<a xmlns='${NS.streamManagement}'${h}/>`);
}

/** What the peer has not been told goes out before the stream is closed. @spec XEP-0198 §4 */
export function tellLast(core: Core): void {
  const { session } = core;
  if (session !== undefined && session.told < session.handled) tellHandled(core, session);
}

/** A stanza has come; its number, when the peer counts. */
export function received(core: Core, isDone: boolean): number | undefined {
  const { session } = core;
  if (session === undefined) return undefined;
  const number = noteReceived(session);
  if (isDone || core.with.acknowledge !== 'handled') noteHandled(session, number);
  return number;
}

/** Whether more is not handled than may be. */
export function isSwamped(core: Core): boolean {
  const { session } = core;
  if (session === undefined) return false;
  return session.received - session.handled > core.with.limits.unhandledStanzas;
}

/** The host is done with a stanza; a peer that asked and was told less hears more. @spec XEP-0198 §4 */
export function handled(core: Core, number: number): void {
  const { session } = core;
  if (session === undefined) return;
  noteHandled(session, number);
  if (session.handled > session.told && session.told < session.owed) tellHandled(core, session);
}

/** Called: a session begins. @spec XEP-0198 §3, §5 */
function enable(core: Core, { element }: Arrived): StreamState {
  if (core.session !== undefined) return fail(core, 'managed-twice');
  const pair = resumablePair(core);
  const mayResume = pair !== '' && isTrue(element.attrs['resume']);
  const session = newSession(core.with.drawToken(), mayResume ? pair : '');
  core.session = session;
  core.isKept = mayResume;
  write(core, `<enabled xmlns='${NS.streamManagement}'${mayResume ? offer(core, session) : ''}/>`);
  put(core, { kind: 'managed', session });
  return core.state;
}

/** Of whom a session is kept: the two of the header, if they are proved. */
function resumablePair(core: Core): string {
  const { ours, theirs } = core;
  if (core.with.resume === undefined || ours === undefined || theirs === undefined) return '';
  const pair = pairKey(theirs, ours);
  return core.pairs.has(pair) ? pair : '';
}

function offer(core: Core, { id }: Session): string {
  const max = String(Math.floor(core.with.timers.resumption / 1000));
  return `${attribute('id', id)} resume='true'${attribute('max', max)}`;
}

/** Called: a session goes on, if it is kept here and is the peer's. @spec XEP-0198 §5 */
function resume(core: Core, { element }: Arrived): StreamState {
  if (core.session !== undefined) return fail(core, 'managed-twice');
  const h = readCount(element.attrs['h']);
  if (h === undefined) return fail(core, 'bad-count');
  const session = kept(core, element.attrs['previd']);
  if (session === undefined) return refuse(core, 'item-not-found');
  core.session = session;
  core.isKept = true;
  const own = attribute('h', String(wireCount(session.handled))) + attribute('previd', session.id);
  session.told = session.handled;
  write(core, `<resumed xmlns='${NS.streamManagement}'${own}/>`);
  put(core, { kind: 'managed', session });
  return settleUpTo(core, session, h) ?? giveBack(core, session);
}

/**
 * What we wrote on a stream of the peer and it did not get is not written again: the pairs it was for may not be proved
 * on this one, nor both directions agreed on, and later stanzas may have gone by another meanwhile.
 * @spec XEP-0198 §5; RFC 6120 §10.1
 */
function giveBack(core: Core, session: Session): StreamState {
  const tags = abandon(session).map(({ tag }) => tag);
  session.sent = session.acked;
  if (tags.length > 0) put(core, { kind: 'unacknowledged', tags });
  return core.state;
}

function kept(core: Core, id: string | undefined): Session | undefined {
  const { ours, theirs } = core;
  if (id === undefined || ours === undefined || theirs === undefined) return undefined;
  return resumablePair(core) === '' ? undefined : core.with.resume?.(id, ours, theirs);
}

/** What the peer did not get goes out again, and what it got is told. @spec XEP-0198 §5 */
function goOn(core: Core, session: Session, h: number, now: number): StreamState {
  const wrong = settleUpTo(core, session, h);
  if (wrong !== undefined) return wrong;
  for (const { text } of session.unacknowledged) write(core, text);
  if (session.unacknowledged.length > 0) askNow(core, now);
  return core.state;
}

/** Called: nobody is proved yet. @spec XEP-0198 §3 */
function refuseEarly(core: Core): StreamState {
  return refuse(core, 'unexpected-request');
}

function refuse(core: Core, condition: string): StreamState {
  const inner = `<${condition} xmlns='${NS.stanzas}'/>`;
  write(core, `<failed xmlns='${NS.streamManagement}'>${inner}</failed>`);
  return core.state;
}

/** Calling, and proved: asks for a session where it is offered; whether there is an answer to wait for. @spec XEP-0198 §3, §5 */
export function askManagement(core: Core, now: number): boolean {
  if (!core.offersManagement || core.management !== 'none') return false;
  const { wanted } = core;
  core.deadline = now + core.with.timers.negotiation;
  if (wanted?.resumeId === undefined) {
    core.management = 'enabling';
    write(core, `<enable xmlns='${NS.streamManagement}' resume='true'/>`);
  } else {
    core.management = 'resuming';
    const h = attribute('h', String(wireCount(wanted.handled)));
    const previd = attribute('previd', wanted.resumeId);
    write(core, `<resume xmlns='${NS.streamManagement}'${h}${previd}/>`);
  }
  return true;
}

/** Calling: the peer has begun a session; false when it was not asked to. @spec XEP-0198 §3, §5 */
export function beginSession(core: Core, { attrs }: XmlElement): boolean {
  if (core.management !== 'enabling') return false;
  core.management = 'done';
  const session = newSession(core.with.drawToken());
  const id = isTrue(attrs['resume']) ? attrs['id'] : undefined;
  session.resumeId = id === undefined || id === '' || id.length > LONGEST_ID ? undefined : id;
  session.location = attrs['location'];
  const max = readCount(attrs['max']);
  if (max !== undefined) session.keptFor = max * 1000;
  core.session = session;
  core.isKept = session.resumeId !== undefined;
  put(core, { kind: 'managed', session });
  return true;
}

/** Calling: the peer goes on with the session. @spec XEP-0198 §5 */
export function continueSession(core: Core, el: XmlElement, now: number): StreamState | undefined {
  const { wanted } = core;
  if (core.management !== 'resuming' || wanted?.resumeId !== el.attrs['previd']) return undefined;
  const h = readCount(el.attrs['h']);
  if (wanted === undefined || h === undefined) return fail(core, 'bad-count');
  core.management = 'done';
  core.wanted = undefined;
  core.session = wanted;
  core.isKept = true;
  wanted.resumedAt = wanted.acked;
  put(core, { kind: 'managed', session: wanted });
  return goOn(core, wanted, h, now);
}

/** Calling: no session, or not that one; what the peer says it got still counts. False when it was not asked. @spec XEP-0198 §5, §6 */
export function hearFailed(
  core: Core,
  { attrs }: XmlElement,
  now: number,
): StreamState | undefined {
  const { management, wanted } = core;
  if (management !== 'enabling' && management !== 'resuming') return undefined;
  core.management = management === 'resuming' ? 'none' : 'done';
  core.wanted = undefined;
  const h = readCount(attrs['h']);
  if (wanted !== undefined && h !== undefined) {
    const wrong = settleUpTo(core, wanted, h);
    if (wrong !== undefined) return wrong;
  }
  if (management === 'resuming') askManagement(core, now);
  return core.state;
}

function isTrue(text: string | undefined): boolean {
  return text === 'true' || text === '1';
}

/** Characters. @spec XEP-0198 §5 */
const LONGEST_ID = 4000;
