// Streams that peers opened and that carry both directions: XEP-0288. What goes to a domain that is proved on one, from the
// domain it is proved for, goes by it and needs no stream of ours. Verifications never do: they are on links (link.ts),
// so that no key is checked on the connection that brought it. Which pair is proved is ../stream/answer.ts.
import type { Instant } from '../server-link.ts';
import { type DomainName, pairKey } from '../stream/domain.ts';
import { type Board, type Held, type Link, type Queued, wakeBy } from './board.ts';
import { wakeLink } from './link.ts';

/** A pair is proved on a stream that a peer opened: its inverse may go back. @spec XEP-0288 §2.2 */
export function openWay(board: Board, held: Held, ours: DomainName, theirs: DomainName): void {
  const key = pairKey(ours, theirs);
  if (!held.stream.isBidi || board.ways.has(key)) return;
  board.ways.set(key, held);
  held.ways.set(key, { from: ours.ascii, to: theirs.ascii, isUsed: false });
}

/** The stream by which what is for a link may go at once; a link with a stream of its own uses that. */
export function wayOf(board: Board, link: Link): Held | undefined {
  const way = board.ways.get(link.key);
  if (way === undefined || link.isProved || way.stream.state !== 'open') return undefined;
  return way;
}

/** Notes what went by it uncounted, before the peer asked for stream management or without: its end is told. */
export function useWay(link: Link, held: Held): void {
  const way = held.ways.get(link.key);
  if (way !== undefined && held.stream.session === undefined) way.isUsed = true;
}

/** Waits for room on the stream of the peer: another stream would not keep the order. @spec RFC 6120 §10.1 */
export function waitForWay(board: Board, link: Link, item: Queued): void {
  link.queue.push(item);
  link.queuedBytes += item.bytes;
  wakeBy(board, item.deadline);
}

/** The links whose stanzas go by a stream. */
export function linksBy(board: Board, held: Held): Link[] {
  return [...held.ways.keys()].flatMap((key) => board.links.get(key) ?? []);
}

/** The stream is over: who used it is told, who waited for it gets a stream of ours. */
export function closeWays(board: Board, now: Instant, held: Held, text: string): void {
  for (const [key, { from, to, isUsed }] of held.ways) {
    board.ways.delete(key);
    if (isUsed) board.fates.push({ kind: 'link-lost', from, to, text });
    const link = board.links.get(key);
    if (link !== undefined && link.queue.length > 0 && board.closing === 'no')
      wakeLink(board, now, link);
  }
  held.ways.clear();
}
