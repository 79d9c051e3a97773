// Streams that peers opened and that carry both directions: XEP-0288. What goes to a domain that is proved on one, from the
// domain it is proved for, goes by it and needs no stream of ours. Verifications never do: they are on links (link.ts),
// so that no key is checked on the connection that brought it. Which pair is proved is ../stream/answer.ts.
import { type DomainName, pairKey } from '../stream/domain.ts';
import { type Board, type Held, type Link, type Queued, wakeBy } from './board.ts';

/** A pair is proved on a stream that a peer opened: its inverse may go back. @spec XEP-0288 §2.2 */
export function openWay(board: Board, held: Held, ours: DomainName, theirs: DomainName): void {
  const key = pairKey(ours, theirs);
  if (!held.stream.isBidi || board.ways.has(key)) return;
  board.ways.set(key, held);
  held.ways.set(key, { from: ours.ascii, to: theirs.ascii, isUsed: false, isInDoubt: false });
}

/**
 * The stream of the peer by which what is for a link goes. Of that and a stream of ours the one that was used first, until
 * it is over: two at a time would not keep the order, nor would anything else while a session of ours waits to go on.
 * @spec RFC 6120 §10.1; XEP-0198 §5
 */
export function wayOf(board: Board, link: Link): Held | undefined {
  const held = board.ways.get(link.key);
  if (held === undefined || held.stream.state !== 'open') return undefined;
  if (link.parked !== undefined) return undefined;
  return link.isProved && held.ways.get(link.key)?.isUsed !== true ? undefined : held;
}

/** Notes what goes by it; what goes uncounted, before the peer asked for stream management or without, is in doubt at its end. */
export function useWay(link: Link, held: Held): void {
  const way = held.ways.get(link.key);
  if (way === undefined) return;
  way.isUsed = true;
  if (held.stream.session === undefined) way.isInDoubt = true;
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

/** The stream is over: who used it is told. The links that used it go by a stream of ours. */
export function closeWays(board: Board, held: Held, text: string): Link[] {
  const links = linksBy(board, held);
  for (const [key, { from, to, isInDoubt }] of held.ways) {
    board.ways.delete(key);
    if (isInDoubt) board.fates.push({ kind: 'link-lost', from, to, text });
  }
  held.ways.clear();
  return links;
}
