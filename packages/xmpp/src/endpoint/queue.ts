// Stanzas on their way to another domain: by the stream of its link or of the peer, one after the other, or waiting for
// one within bounds; each has exactly one fate. RFC 6120 §10.1 (order), XEP-0288 §2.2. The life of a link is outbound.ts.
import type { Instant, Judgement } from '../server-link.ts';
import type { DomainName } from '../stream/domain.ts';
import {
  type Board,
  type Failure,
  feed,
  type Held,
  type Link,
  type Queued,
  wakeBy,
} from './board.ts';
import { isDone, isResting, releaseIfDone, wakeLink } from './link.ts';
import { linksBy, openWay, useWay, waitForWay, wayOf } from './ways.ts';

/** Sends a stanza, or lets it wait for a proved stream. */
export function deliver(board: Board, now: Instant, link: Link, item: Queued): void {
  const way = wayOf(board, link);
  if (way === undefined && mayGo(link)) return sendNow(board, now, link, link.held, item);
  if (way !== undefined && !isFull(board, link, item)) {
    waitForWay(board, link, item);
    return sendByWay(board, now, link);
  }
  const isOutage = isResting(link, now);
  if (isOutage && !mayWait(link, item.deadline))
    return tellFailed(board, item, link.failure ?? UNKNOWN);
  if (isFull(board, link, item)) {
    if (link.state === 'new' && isDone(link)) board.links.delete(link.key);
    return tellFailed(board, item, QUEUE_FULL);
  }
  link.queue.push(item);
  link.queuedBytes += item.bytes;
  wakeBy(board, item.deadline);
  if (isOutage) wakeBy(board, link.retryAt);
  else goByOwn(board, now, link);
}

/** Something waits for a stream of ours. */
function goByOwn(board: Board, now: Instant, link: Link): void {
  if (link.held !== undefined) feed(board, now, link.held, { kind: 'prove' });
  wakeLink(board, now, link);
}

/** The stream of the peer is over, and what waited for it goes by one of ours. @spec XEP-0288 §2.2 */
export function leaveWay(board: Board, now: Instant, link: Link): void {
  if (link.queue.length === 0 || board.closing !== 'no') return;
  if (link.isProved && link.held !== undefined) sendWaiting(board, now, link, link.held);
  else goByOwn(board, now, link);
}

/** What waits goes out by the stream of the peer; a link that is then of no use is forgotten. @spec XEP-0288 §2.2 */
export function sendByWay(board: Board, now: Instant, link: Link): void {
  const way = wayOf(board, link);
  while (way?.stream.state === 'open' && way.stream.hasRoom) {
    const item = link.queue.shift();
    if (item === undefined) break;
    link.queuedBytes -= item.bytes;
    useWay(link, way);
    sendNow(board, now, link, way, item);
  }
  if (link.state === 'new' && isDone(link)) board.links.delete(link.key);
  else releaseIfDone(board, now, link);
}

/** A peer has opened a stream for both directions: what waited for one of ours goes by it. @spec XEP-0288 §2.2 */
export function takeWay(
  board: Board,
  now: Instant,
  held: Held,
  ours: DomainName,
  theirs: DomainName,
): void {
  openWay(board, held, ours, theirs);
  for (const link of linksBy(board, held))
    if (link.state === 'resting' && link.queue.length > 0) sendByWay(board, now, link);
}

/** Whether a stanza may be written at once: on a proved stream, after all that wait, within what may be unacknowledged. */
function mayGo(link: Link): link is Link & { readonly held: Held } {
  const { held, isProved, queue } = link;
  if (!isProved || held === undefined || queue.length > 0) return false;
  return held.stream.state === 'ready' && held.stream.hasRoom;
}

/** Whether the next call comes in time, and may bring more than the last. */
export function mayWait({ isKnown, failure, retryAt }: Link, deadline: Instant): boolean {
  return isKnown && failure !== undefined && PASSING.has(failure.reason) && retryAt < deadline;
}

function isFull(board: Board, link: Link, item: Queued): boolean {
  const { queuedStanzas, queuedPresence, queuedBytes } = board.limits;
  const room = item.isPresence ? Math.min(queuedPresence, queuedStanzas) : queuedStanzas;
  return link.queue.length >= room || link.queuedBytes + item.bytes > queuedBytes;
}

/** What waits goes out, as far as it may be unacknowledged; not while the stream of the peer is used. */
export function sendWaiting(board: Board, now: Instant, link: Link, held: Held): void {
  if (wayOf(board, link) !== undefined) return;
  while (link.isProved && held.stream.state === 'ready' && held.stream.hasRoom) {
    const item = link.queue.shift();
    if (item === undefined) return;
    link.queuedBytes -= item.bytes;
    sendNow(board, now, link, held, item);
  }
}

function sendNow(board: Board, now: Instant, link: Link, held: Held, item: Queued): void {
  if (item.need === 'certificate' && !isCertified(link, held))
    return tellFailed(board, item, uncertified(held.stream.judgement));
  if (item.need === 'tls' && !held.stream.tls) return tellFailed(board, item, IN_CLEAR);
  feed(board, now, held, { kind: 'stanza', text: item.text, tag: item });
  link.idleAt = now + board.timers.idle;
  if (item.silent) return;
  const willAcknowledge = held.stream.session !== undefined;
  board.fates.push({ kind: 'fate', context: item.context, fate: 'sent', willAcknowledge });
}

function isCertified(link: Link, { isInbound, stream }: Held): boolean {
  return isInbound ? stream.proofOf(link.to, link.from) === 'certificate' : stream.isCertified;
}

function uncertified(judgement: Judgement | undefined): Failure {
  const text = 'The domain of the recipient is not proved by a certificate.';
  if (judgement === undefined || judgement.accepted) return { reason: 'certificate', text };
  return { reason: 'certificate', text, judgement };
}

/** In an outage those may wait that the next call comes in time for. */
export function failHopeless(board: Board, link: Link, failure: Failure): void {
  const may = ({ deadline }: Queued): boolean => board.closing === 'no' && mayWait(link, deadline);
  const waiting = link.queue.filter(may);
  const hopeless = link.queue.filter((item) => !may(item));
  link.queue.splice(0, link.queue.length, ...waiting);
  link.queuedBytes = waiting.reduce((sum, { bytes }) => sum + bytes, 0);
  for (const item of hopeless) tellFailed(board, item, failure);
}

export function failQueue(board: Board, link: Link, failure: Failure): void {
  const queue = link.queue.splice(0);
  link.queuedBytes = 0;
  for (const item of queue) tellFailed(board, item, failure);
}

/** One stanza is not handed over. */
export function tellFailed(board: Board, item: Queued, failure: Failure): void {
  if (item.silent) return;
  const { context } = item;
  board.fates.push({ kind: 'fate', context, fate: 'failed', ...failure });
}

/** Whether a stanza waited too long. */
export function expireQueue(board: Board, now: Instant, link: Link): boolean {
  const waiting = link.queue.length;
  const why = link.failure === undefined ? {} : { text: link.failure.text };
  for (let item = link.queue[0]; item !== undefined && now >= item.deadline; item = link.queue[0]) {
    link.queue.shift();
    link.queuedBytes -= item.bytes;
    tellFailed(board, item, { ...WAITED, ...why });
  }
  return link.queue.length < waiting;
}

/** What an outage looks like. */
const PASSING: ReadonlySet<string> = new Set(['unreachable', 'timeout', 'stream-error', 'closed']);

const UNKNOWN: Failure = {
  reason: 'unreachable',
  text: 'The domain could not be reached just now.',
};
const QUEUE_FULL: Failure = { reason: 'overload', text: 'Too many stanzas wait for this domain.' };
export const WAITED: Failure = { reason: 'expired', text: 'No proved stream came about in time.' };
const IN_CLEAR: Failure = { reason: 'policy', text: 'The stream to the domain is not encrypted.' };
