// The outbound half: a link per pair of domains goes new → locating → connecting → up, walks on to the next target
// while nothing was taken by the last, and rests after a failure. RFC 6120 §3.2, §10.1 (order), XEP-0220 §2.1.
// Stanzas wait within bounds and each has exactly one fate. What a stream says while it is negotiated is ../stream.
// More than 400 lines, since every step of a life that ends in one of several fates is read together.
import type { Instant, Judgement } from '../server-link.ts';
import type { Verdict } from '../stream/dialback.ts';
import type { DomainName } from '../stream/domain.ts';
import type { StreamEnded } from '../stream/io.ts';
import { XmppStream } from '../stream/stream.ts';
import {
  type Board,
  type Failure,
  feed,
  type Held,
  isWanted,
  type Link,
  linkWakeAt,
  type Queued,
  wakeBy,
} from './board.ts';
import type { ConnectFailure, XmppInput, XmppTarget } from './io.ts';
import { callBack, isDone, isResting, leaveWaiting, releaseIfDone, wakeLink } from './link.ts';
import { abandonParked, parkOnLink, preferred, settleParked } from './sessions.ts';
import { linksBy, openWay, useWay, waitForWay, wayOf } from './ways.ts';
import { conditionOf, settleVerifications } from './verifications.ts';

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
function mayWait({ isKnown, failure, retryAt }: Link, deadline: Instant): boolean {
  return isKnown && failure !== undefined && PASSING.has(failure.reason) && retryAt < deadline;
}

function isFull(board: Board, link: Link, item: Queued): boolean {
  const { queuedStanzas, queuedPresence, queuedBytes } = board.limits;
  const room = item.isPresence ? Math.min(queuedPresence, queuedStanzas) : queuedStanzas;
  return link.queue.length >= room || link.queuedBytes + item.bytes > queuedBytes;
}

/** @spec RFC 6120 §3.2.1 */
export function takeLocated(
  board: Board,
  now: Instant,
  domain: string,
  targets: readonly XmppTarget[] | 'not-found' | 'failed',
): void {
  const links = board.locating.get(domain);
  board.locating.delete(domain);
  for (const link of links ?? []) {
    if (targets === 'not-found' || targets.length === 0) failLink(board, now, link, NOT_FOUND);
    else if (targets === 'failed') failLink(board, now, link, DNS_FAILED);
    else {
      const ordered = preferred(targets, link.parked?.location);
      link.targets = ordered.slice(0, board.limits.targets);
      tryNext(board, now, link, NO_TARGET);
    }
  }
}

/** The next target, or the last failure. @spec RFC 6120 §3.2.1 */
function tryNext(board: Board, now: Instant, link: Link, last: Failure): void {
  const target = nextTarget(link, board.with.rules(link.to.ascii).tls !== 'never');
  if (target === undefined) return failLink(board, now, link, last);
  board.serial += 1;
  link.connect = `c${board.serial}`;
  link.direct = target.direct;
  link.state = 'connecting';
  link.deadline = now + board.timers.connect;
  wakeBy(board, link.deadline);
  board.connecting.set(link.connect, link);
  const [local, domain] = [link.from.ascii, link.to.ascii];
  board.outputs.push({ kind: 'connect', connect: link.connect, local, domain, target });
}

function nextTarget(link: Link, mayBeDirect: boolean): XmppTarget | undefined {
  for (let target = link.targets.shift(); target !== undefined; target = link.targets.shift())
    if (mayBeDirect || !target.direct) return target;
  return undefined;
}

/** A connection stands; undefined when nobody waits for it any more. */
export function takeConnected(
  board: Board,
  now: Instant,
  input: XmppInput & { readonly kind: 'connected' },
): Held | undefined {
  const link = board.connecting.get(input.connect);
  if (link === undefined || isDone(link) || board.streams.has(input.stream)) return undefined;
  board.connecting.delete(input.connect);
  const { from, to, direct, parked } = link;
  const end = { role: 'initiator', from, to, direct } as const;
  const resuming = parked === undefined ? end : { ...end, resume: parked };
  const stream = new XmppStream(resuming, board.with);
  const { stream: id, remote } = input;
  const held: Held = {
    id,
    remote,
    stream,
    link,
    isInbound: false,
    network: '',
    countsUnproved: false,
    proved: new Set(),
    ways: new Map(),
    isGone: false,
  };
  board.streams.set(id, held);
  link.held = held;
  link.state = 'up';
  link.idleAt = Infinity;
  feed(board, now, held, { kind: 'start' });
  if (link.queue.length > 0 || parked !== undefined) feed(board, now, held, { kind: 'prove' });
  for (const { request } of link.verifications) feed(board, now, held, { kind: 'verify', request });
  return held;
}

/** Nothing was taken by that target: on to the next. */
export function takeConnectFailed(
  board: Board,
  now: Instant,
  connect: string,
  reason: ConnectFailure,
  text: string | undefined,
): void {
  const link = board.connecting.get(connect);
  if (link === undefined) return;
  board.connecting.delete(connect);
  const why = reason === 'timeout' || reason === 'certificate' ? reason : 'unreachable';
  tryNext(board, now, link, { reason: why, text: text ?? `The connection failed: ${reason}.` });
}

/** Our pair is proved: what waits goes out, in order, unless the peer left with the same bytes. @spec RFC 6120 §10.1 */
export function takeProved(board: Board, now: Instant, link: Link, held: Held): void {
  if (held.stream.state !== 'ready') return;
  link.isProved = true;
  link.isKnown = true;
  link.failures = 0;
  link.failure = undefined;
  link.idleAt = now + board.timers.idle;
  wakeBy(board, link.idleAt);
  settleParked(board, link, held);
  sendWaiting(board, now, link, held);
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

/** The peer refused our pair, and the stream stands. @spec XEP-0220 §2.1.1, §2.5 */
export function takeUnproved(board: Board, now: Instant, link: Link, verdict: Verdict): void {
  if (verdict.type !== 'error') return; // the stream ends with it
  const reason = REFUSALS.get(verdict.condition) ?? 'dialback';
  const text = `The peer answered our dialback with ${verdict.condition}.`;
  if (link.verifications.size > 0) return failQueue(board, link, { reason, text });
  giveUp(board, now, link, { reason, text });
  link.isPairRefused = true;
}

/** The link rests, and a stream that stands is of no use. */
function giveUp(board: Board, now: Instant, link: Link, failure: Failure): void {
  const held = link.held;
  failLink(board, now, link, failure);
  if (held !== undefined) feed(board, now, held, { kind: 'close' });
}

/** The stream of a link is over. Unproved it took nothing, so the next target may be tried. */
export function takeEnded(board: Board, now: Instant, link: Link, ended: StreamEnded): void {
  const { isProved: wasProved, held } = link;
  const isDoubtful = isInDoubt(link);
  if (held !== undefined) parkOnLink(board, now, link, held);
  dropStream(link);
  if (board.closing !== 'no') return failLink(board, now, link, { ...ENDED, text: ended.text });
  if (isDoubtful) tellLost(board, link, ended.text);
  if (wasProved || isDone(link)) return startOver(board, now, link);
  const failure = failureOf(ended);
  if (FINAL.has(ended.reason)) failLink(board, now, link, failure);
  else tryNext(board, now, link, failure);
}

/** Whether something may have gone by the stream of a link of which no acknowledgement will tell. */
export function isInDoubt({ isProved, held }: Link): boolean {
  return isProved && held?.stream.session === undefined;
}

/** What was written to the stream just before may not have been read. */
export function tellLost(board: Board, { from, to }: Link, text: string): void {
  board.fates.push({ kind: 'link-lost', from: from.ascii, to: to.ascii, text });
}

/** The link did its work. What came in while its stream ended gets another one. */
function startOver(board: Board, now: Instant, link: Link): void {
  settleVerifications(board, now, link, 'remote-server-timeout');
  link.state = 'new';
  if (!isDone(link)) wakeLink(board, now, link);
  else if (link.isKnown) rememberKnown(board, now, link);
  else board.links.delete(link.key);
}

/** A peer that is away from now on is having an outage. */
function rememberKnown(board: Board, now: Instant, link: Link): void {
  link.state = 'resting';
  link.retryAt = now;
  link.forgetAt = now + board.timers.known;
  wakeBy(board, link.forgetAt);
}

function dropStream(link: Link): void {
  if (link.held !== undefined) link.held.link = undefined;
  link.held = undefined;
  link.isProved = false;
  link.idleAt = Infinity;
}

function failureOf(ended: StreamEnded): Failure {
  const { reason, text, judgement } = ended;
  return judgement === undefined ? { reason, text } : { reason, text, judgement };
}

/** Everyone who waits in vain is told, and the pair rests for a while. */
export function failLink(board: Board, now: Instant, link: Link, failure: Failure): void {
  leaveWaiting(board, link);
  dropStream(link);
  link.failure = failure;
  link.isPairRefused = false;
  link.failures += 1;
  link.state = 'resting';
  link.targets = [];
  const rest = restOf(board, link.failures);
  link.retryAt = now + rest;
  link.forgetAt = now + 2 * rest;
  wakeBy(board, link.forgetAt);
  if (!mayWait(link, link.parkedUntil) || board.closing !== 'no') abandonParked(board, link);
  failHopeless(board, link, failure);
  wakeBy(board, linkWakeAt(link));
  settleVerifications(board, now, link, conditionOf(failure));
}

/** In an outage those may wait that the next call comes in time for. */
function failHopeless(board: Board, link: Link, failure: Failure): void {
  const may = ({ deadline }: Queued): boolean => board.closing === 'no' && mayWait(link, deadline);
  const waiting = link.queue.filter(may);
  const hopeless = link.queue.filter((item) => !may(item));
  link.queue.splice(0, link.queue.length, ...waiting);
  link.queuedBytes = waiting.reduce((sum, { bytes }) => sum + bytes, 0);
  for (const item of hopeless) tellFailed(board, item, failure);
}

function failQueue(board: Board, link: Link, failure: Failure): void {
  const queue = link.queue.splice(0);
  link.queuedBytes = 0;
  for (const item of queue) tellFailed(board, item, failure);
}

/** Doubles with each failure, and spreads. */
function restOf(board: Board, failures: number): number {
  const { shortestRest, longestRest } = board.timers;
  const rest = Math.min(longestRest, shortestRest * 2 ** Math.min(failures - 1, 16));
  return rest * (0.75 + 0.5 * board.random());
}

/** One stanza is not handed over. */
export function tellFailed(board: Board, item: Queued, failure: Failure): void {
  if (item.silent) return;
  const { context } = item;
  board.fates.push({ kind: 'fate', context, fate: 'failed', ...failure });
}

/** Deadlines of one link: waiting stanzas, DNS, connecting, idleness, rest. */
export function tickLink(board: Board, now: Instant, link: Link): void {
  const isLate = now >= link.parkedUntil;
  if (isLate) abandonParked(board, link);
  const isUseless = (expireQueue(board, now, link) || isLate) && isDone(link);
  if (isUseless && !link.isProved && link.state !== 'resting')
    return giveUp(board, now, link, WAITED);
  releaseIfDone(board, now, link);
  if (link.state === 'paced' && now >= link.deadline) callBack(board, now, link);
  else if (link.state === 'locating' && now >= link.deadline)
    failLink(board, now, link, DNS_FAILED);
  else if (link.state === 'connecting' && now >= link.deadline) {
    board.connecting.delete(link.connect);
    tryNext(board, now, link, CONNECT_TIMEOUT);
  } else if (link.state === 'up' && now >= link.idleAt) tickIdle(board, now, link);
  else if (link.state === 'resting' && isWanted(link)) retry(board, now, link);
  else if (link.state === 'resting' && now >= link.forgetAt) board.links.delete(link.key);
}

/** The outage may be over. */
function retry(board: Board, now: Instant, link: Link): void {
  if (now >= link.retryAt) wakeLink(board, now, link);
}

/** Nothing was sent for long; a verification on its way keeps the stream for as long again. */
function tickIdle(board: Board, now: Instant, link: Link): void {
  link.idleAt = now + board.timers.idle;
  const isOwed = (link.held?.stream.session?.unacknowledged.length ?? 0) > 0;
  if (isDone(link) && !isOwed && link.held) feed(board, now, link.held, { kind: 'close' });
}

/** Whether a stanza waited too long. */
function expireQueue(board: Board, now: Instant, link: Link): boolean {
  const waiting = link.queue.length;
  const why = link.failure === undefined ? {} : { text: link.failure.text };
  for (let item = link.queue[0]; item !== undefined && now >= item.deadline; item = link.queue[0]) {
    link.queue.shift();
    link.queuedBytes -= item.bytes;
    tellFailed(board, item, { ...WAITED, ...why });
  }
  return link.queue.length < waiting;
}

/** What a peer's dialback error means for the stanzas that waited. @spec XEP-0220 §2.5 */
const REFUSALS: ReadonlyMap<string, 'not-found' | 'policy' | 'overload' | 'certificate'> = new Map([
  ['item-not-found', 'not-found'],
  ['policy-violation', 'policy'],
  ['not-authorized', 'certificate'],
  ['resource-constraint', 'overload'],
] as const);

/** What an outage looks like. */
const PASSING: ReadonlySet<string> = new Set(['unreachable', 'timeout', 'stream-error', 'closed']);

/** Another target would say the same. */
const FINAL: ReadonlySet<string> = new Set(['not-found', 'dialback', 'policy']);

const UNKNOWN: Failure = {
  reason: 'unreachable',
  text: 'The domain could not be reached just now.',
};
const QUEUE_FULL: Failure = { reason: 'overload', text: 'Too many stanzas wait for this domain.' };
const NOT_FOUND: Failure = { reason: 'not-found', text: 'The domain has no XMPP server.' };
const DNS_FAILED: Failure = { reason: 'unreachable', text: 'The domain could not be looked up.' };
const NO_TARGET: Failure = { reason: 'unreachable', text: 'The domain has no server we may call.' };
const CONNECT_TIMEOUT: Failure = { reason: 'timeout', text: 'The server did not answer the call.' };
const WAITED: Failure = { reason: 'expired', text: 'No proved stream came about in time.' };
const IN_CLEAR: Failure = { reason: 'policy', text: 'The stream to the domain is not encrypted.' };
const ENDED: Failure = { reason: 'closed', text: '' };
