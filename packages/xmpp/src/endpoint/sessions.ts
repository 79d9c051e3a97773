// Sessions of stream management across streams: XEP-0198 §4 and §5. Which stream has which, what the peer took, what the
// host is done with, and how long a session whose connection was lost is kept: ours until the link has another stream,
// a peer's until it comes back, both within bounds. A stanza that nobody acknowledged before that is told as failed.
// The counts are ../stream/management.ts, what is said on a stream ../stream/managing.ts.
import type { Instant, Receipt } from '../server-link.ts';
import { type DomainName, pairKey } from '../stream/domain.ts';
import { abandon, noteHandled, type Session } from '../stream/management.ts';
import { type Board, feed, type Held, type Kept, type Link, type Queued, wakeBy } from './board.ts';
import type { XmppTarget } from './io.ts';

/** A session has begun, or goes on, on a stream. */
export function takeManaged(board: Board, held: Held, session: Session): void {
  board.sessions.set(session.id, { session, held, link: undefined, until: Infinity });
}

/** The peer took these. @spec XEP-0198 §4 */
export function tellAcknowledged(board: Board, tags: readonly unknown[]): void {
  for (const tag of tags) {
    const { context, silent } = tag as Queued;
    if (!silent) board.fates.push({ kind: 'fate', context, fate: 'acknowledged' });
  }
}

/** The host is done with a stanza; its stream may be gone already. @spec XEP-0198 §4 */
export function takeHandled(board: Board, now: Instant, { session: id, number }: Receipt): void {
  const kept = board.sessions.get(id);
  if (kept?.held !== undefined) feed(board, now, kept.held, { kind: 'handled', number });
  else if (kept !== undefined) noteHandled(kept.session, number);
}

/** What a stanza of a session is handed to the host with. */
export function receiptOf(held: Held, number: number | undefined): Receipt | undefined {
  const session = held.stream.session?.id;
  if (number === undefined || session === undefined) return undefined;
  return { stream: held.id, session, number };
}

/**
 * The stream of a link broke: its session waits for the next one, if that can bring anything. One that had gone on and was
 * lost again without a single acknowledgement brings nothing: a peer that hangs up each time would be called for ever.
 * @spec XEP-0198 §5
 */
export function parkOnLink(board: Board, now: Instant, link: Link, held: Held): void {
  const { session, isResumable } = held.stream;
  if (session?.resumeId === undefined || !isResumable || board.closing !== 'no') return;
  const kept = board.sessions.get(session.id);
  if (kept === undefined || session.unacknowledged.length === 0) return;
  if (session.resumedAt === session.acked) return;
  kept.link = link;
  link.parked = session;
  link.parkedUntil = now + Math.min(session.keptFor, board.timers.resumption);
  wakeBy(board, link.parkedUntil);
}

/** The stream of a session is gone. */
export function releaseSession(board: Board, now: Instant, held: Held): void {
  const { session } = held.stream;
  const kept = session && board.sessions.get(session.id);
  if (kept === undefined || kept.held !== held) return;
  kept.held = undefined;
  if (kept.link !== undefined) return;
  if (held.isInbound && held.stream.isResumable && mayKeep(board)) keep(board, now, kept);
  else forget(board, kept);
}

function mayKeep(board: Board): boolean {
  return board.closing === 'no' && board.kept.size < board.limits.resumable;
}

/** A peer may come back for it. @spec XEP-0198 §5 */
function keep(board: Board, now: Instant, kept: Kept): void {
  kept.until = now + board.timers.resumption;
  board.kept.set(kept.session.id, kept);
  wakeBy(board, kept.until);
}

/** Nobody will go on with it: what was not acknowledged is told. */
function forget(board: Board, { session }: Kept): void {
  board.sessions.delete(session.id);
  board.kept.delete(session.id);
  tellUnacknowledged(
    board,
    abandon(session).map(({ tag }) => tag),
  );
}

/** Nobody will know whether the peer took these. */
export function tellUnacknowledged(board: Board, tags: readonly unknown[]): void {
  for (const tag of tags) {
    const { context, silent } = tag as Queued;
    if (!silent) board.fates.push({ kind: 'fate', context, fate: 'failed', ...UNACKNOWLEDGED });
  }
}

/** The link has no use for the session it waited with. */
export function abandonParked(board: Board, link: Link): void {
  const { parked } = link;
  link.parked = undefined;
  link.parkedUntil = Infinity;
  const kept = parked && board.sessions.get(parked.id);
  if (kept !== undefined) forget(board, kept);
}

/** The link is proved again: with its session, or without. @spec XEP-0198 §5 */
export function settleParked(board: Board, link: Link, held: Held): void {
  if (link.parked === held.stream.session) {
    link.parked = undefined;
    link.parkedUntil = Infinity;
  } else abandonParked(board, link);
}

/** The session a peer comes back for; the stream that still has it gives it up. @spec XEP-0198 §5 */
export function sessionFor(
  board: Board,
  id: string,
  ours: DomainName,
  theirs: DomainName,
): Session | undefined {
  const kept = board.sessions.get(id);
  if (kept === undefined || kept.session.pair !== pairKey(theirs, ours)) return undefined;
  const { held } = kept;
  kept.held = undefined;
  board.kept.delete(id);
  if (held !== undefined) feed(board, board.now, held, { kind: 'replaced' });
  return kept.session;
}

/** Those nobody came back for in time. @spec XEP-0198 §5 */
export function tickSessions(board: Board, now: Instant): void {
  for (const kept of board.kept.values()) {
    if (now < kept.until) return; // they are in order of time
    forget(board, kept);
  }
}

/** The endpoint closes: nobody can come back any more. */
export function forgetKept(board: Board): void {
  for (const kept of board.kept.values()) forget(board, kept);
}

/**
 * The place a peer would like to be called at comes first, if DNS has it: a place that only the peer names is not called.
 * @spec XEP-0198 §5
 */
export function preferred(
  targets: readonly XmppTarget[],
  location: string | undefined,
): readonly XmppTarget[] {
  if (location === undefined) return targets;
  const isNamed = ({ address, port }: XmppTarget): boolean => {
    const host = address.includes(':') ? `[${address}]` : address;
    return location === `${host}:${port}` || location === host;
  };
  return [...targets.filter(isNamed), ...targets.filter((target) => !isNamed(target))];
}

const UNACKNOWLEDGED = {
  reason: 'unacknowledged',
  text: 'The stream ended before the peer had acknowledged the stanza.',
} as const;
