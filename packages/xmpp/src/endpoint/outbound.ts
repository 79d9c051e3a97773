// The outbound half: a link per pair of domains goes new → locating → connecting → up, walks on to the next target
// while nothing was taken by the last, and rests after a failure. RFC 6120 §3.2, XEP-0220 §2.1. What goes by it, and
// what waits for it, is queue.ts. What a stream says while it is negotiated is ../stream.
import type { Instant } from '../server-link.ts';
import type { Verdict } from '../stream/dialback.ts';
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
  wakeBy,
} from './board.ts';
import type { ConnectFailure, XmppInput, XmppTarget } from './io.ts';
import { callBack, isDone, leaveWaiting, releaseIfDone, wakeLink } from './link.ts';
import { expireQueue, failHopeless, failQueue, mayWait, sendWaiting, WAITED } from './queue.ts';
import { abandonParked, parkOnLink, preferred, settleParked } from './sessions.ts';
import { conditionOf, settleVerifications } from './verifications.ts';

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
  board.outputs.push({ kind: 'connect', connect: link.connect, domain: link.to.ascii, target });
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
  const isManaged = held?.stream.session !== undefined;
  if (held !== undefined) parkOnLink(board, now, link, held);
  dropStream(link);
  if (board.closing !== 'no') return failLink(board, now, link, { ...ENDED, text: ended.text });
  if (wasProved && !isManaged) tellLost(board, link, ended.text);
  if (wasProved || isDone(link)) return startOver(board, now, link);
  const failure = failureOf(ended);
  if (FINAL.has(ended.reason)) failLink(board, now, link, failure);
  else tryNext(board, now, link, failure);
}

function tellLost(board: Board, { from, to }: Link, text: string): void {
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

/** Doubles with each failure, and spreads. */
function restOf(board: Board, failures: number): number {
  const { shortestRest, longestRest } = board.timers;
  const rest = Math.min(longestRest, shortestRest * 2 ** Math.min(failures - 1, 16));
  return rest * (0.75 + 0.5 * board.random());
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

/** What a peer's dialback error means for the stanzas that waited. @spec XEP-0220 §2.5 */
const REFUSALS: ReadonlyMap<string, 'not-found' | 'policy' | 'overload' | 'certificate'> = new Map([
  ['item-not-found', 'not-found'],
  ['policy-violation', 'policy'],
  ['not-authorized', 'certificate'],
  ['resource-constraint', 'overload'],
] as const);

/** Another target would say the same. */
const FINAL: ReadonlySet<string> = new Set(['not-found', 'dialback', 'policy']);

const NOT_FOUND: Failure = { reason: 'not-found', text: 'The domain has no XMPP server.' };
const DNS_FAILED: Failure = { reason: 'unreachable', text: 'The domain could not be looked up.' };
const NO_TARGET: Failure = { reason: 'unreachable', text: 'The domain has no server we may call.' };
const CONNECT_TIMEOUT: Failure = { reason: 'timeout', text: 'The server did not answer the call.' };
const ENDED: Failure = { reason: 'closed', text: '' };
