// Ending what there is between two domains, because the host says that they may not talk any more: what waits fails, and
// every stream that carries the pair is closed with a stream error. A stream may carry other pairs too; those come back by
// another one. And telling which pairs there are, so that a host can look at each.
import type { Instant } from '../server-link.ts';
import { type Board, type Failure, feed, type Held, isWanted, type Link } from './board.ts';
import type { DomainPair } from './io.ts';
import { failLink, isInDoubt, tellLost } from './outbound.ts';

/** The pairs that have a stream, or are on their way to one. */
export function pairsOf(board: Board): readonly DomainPair[] {
  const pairs = new Map<string, DomainPair>();
  const add = (ours: string, theirs: string): unknown =>
    pairs.set(`${ours} ${theirs}`, { ours, theirs });
  for (const link of board.links.values()) if (isThere(link)) add(link.from.ascii, link.to.ascii);
  for (const { isInbound, stream } of board.streams.values())
    if (isInbound) for (const { from, to } of stream.pairs) add(to, from);
  return [...pairs.values()];
}

/** One that rests and is not to be called again is only remembered: for whoever claimed it, it may never have been. */
function isThere(link: Link): boolean {
  return link.state !== 'resting' || isWanted(link);
}

/** @spec RFC 6120 §4.9.3.14 */
export function part(board: Board, now: Instant, { ours, theirs }: DomainPair): void {
  const streams = new Set<Held>();
  for (const held of board.streams.values()) {
    const { isInbound, stream } = held;
    if (isInbound && stream.pairs.some(({ from, to }) => from === theirs && to === ours))
      streams.add(held);
  }
  for (const link of board.links.values()) {
    if (link.from.ascii !== ours || link.to.ascii !== theirs) continue;
    if (link.held !== undefined) streams.add(link.held);
    if (isInDoubt(link)) tellLost(board, link, PARTED.text);
    link.isKnown = false;
    failLink(board, now, link, PARTED);
    // Nothing of it is remembered: what may go again one day begins anew.
    board.links.delete(link.key);
  }
  for (const held of streams)
    feed(board, now, held, { kind: 'close', condition: 'policy-violation' });
}

const PARTED: Failure = { reason: 'policy', text: 'The two domains may not talk any more.' };
