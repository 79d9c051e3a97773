// One link: the way from one of our domains to another domain. Making it, setting it going, asking where it stands.
// Its life from then on is outbound.ts.
import type { Instant } from '../server-link.ts';
import { type DomainName, pairKey } from '../stream/domain.ts';
import { type Board, feed, type Link, wakeBy } from './board.ts';

/** The link for a pair, new if need be; undefined when there are too many in use. */
export function linkFor(board: Board, from: DomainName, to: DomainName): Link | undefined {
  const key = pairKey(from, to);
  const known = board.links.get(key);
  if (known !== undefined) return known;
  if (board.links.size >= board.limits.links) makeRoom(board);
  if (board.links.size >= board.limits.links) return undefined;
  const link = newLink(key, from, to);
  board.links.set(key, link);
  return link;
}

/**
 * Forgets a link that rests and that nobody waits for, one of a stranger first: whoever claims domains that cannot be
 * reached has us remember each for minutes, and is not to use up what others need.
 * @spec RFC 6120 §13.12
 */
function makeRoom(board: Board): void {
  let spare: Link | undefined;
  for (const link of board.links.values()) {
    if (link.state !== 'resting' || !isDone(link)) continue;
    if (spare === undefined || !link.isKnown) spare = link;
    if (!link.isKnown) break;
  }
  if (spare !== undefined) board.links.delete(spare.key);
}

function newLink(key: string, from: DomainName, to: DomainName): Link {
  return {
    key,
    from,
    to,
    state: 'new',
    queue: [],
    queuedBytes: 0,
    verifications: new Set(),
    targets: [],
    connect: '',
    direct: false,
    held: undefined,
    isProved: false,
    deadline: Infinity,
    idleAt: Infinity,
    failure: undefined,
    isKnown: false,
    isPairRefused: false,
    parked: undefined,
    parkedUntil: Infinity,
    failures: 0,
    retryAt: -Infinity,
    forgetAt: Infinity,
  };
}

/** Whether a failure is still fresh enough to be the answer. */
export function isResting(link: Link, now: Instant): boolean {
  return link.state === 'resting' && now < link.retryAt;
}

/** Whether the domain was called in vain just now; one that refused our pair can still be asked. */
export function isUnreached(link: Link, now: Instant): boolean {
  return isResting(link, now) && !link.isPairRefused;
}

/** Sets a link going for a claim, in its turn. @spec XEP-0220 §2.1.2 */
export function callBack(board: Board, now: Instant, link: Link): void {
  if (!isAtRest(link)) return;
  forgetCallBacks(board, now);
  const at = board.callBacks.get(link.to.ascii);
  if (at === undefined) {
    board.callBacks.set(link.to.ascii, now + board.timers.callBackGap);
    return wakeLink(board, now, link);
  }
  link.state = 'paced';
  link.deadline = at;
  wakeBy(board, at);
}

/** Domains that may be called again. */
export function forgetCallBacks(board: Board, now: Instant): void {
  for (const [domain, at] of board.callBacks) {
    if (at > now) return;
    board.callBacks.delete(domain);
  }
}

/** Whether a link has no stream and is not on the way to one. */
function isAtRest(link: Link): boolean {
  return link.state === 'new' || link.state === 'paced' || link.state === 'resting';
}

/** Sets a link going that has no stream and is not on the way to one. @spec RFC 6120 §3.2 */
export function wakeLink(board: Board, now: Instant, link: Link): void {
  if (!isAtRest(link)) return;
  link.state = 'locating';
  link.deadline = now + board.timers.locate;
  wakeBy(board, link.deadline);
  const others = board.locating.get(link.to.ascii);
  if (others !== undefined) return void others.add(link);
  board.locating.set(link.to.ascii, new Set([link]));
  board.outputs.push({ kind: 'locate', domain: link.to.ascii });
}

/** Whether nobody waits for the link. */
export function isDone(link: Link): boolean {
  return link.queue.length === 0 && link.verifications.size === 0 && link.parked === undefined;
}

/** Ends what nobody waits for: the way to a stream, or one opened for verification only. @spec XEP-0220 §2.1.2 */
export function releaseIfDone(board: Board, now: Instant, link: Link): void {
  if (link.isProved || !isDone(link)) return;
  if (link.held !== undefined) feed(board, now, link.held, { kind: 'close' });
  else if (link.state !== 'new' && link.state !== 'resting') {
    leaveWaiting(board, link);
    board.links.delete(link.key);
  }
}

/** Takes a link out of the answers it waits for. */
export function leaveWaiting(board: Board, link: Link): void {
  board.connecting.delete(link.connect);
  const locating = board.locating.get(link.to.ascii);
  locating?.delete(link);
  if (locating?.size === 0) board.locating.delete(link.to.ascii);
}
