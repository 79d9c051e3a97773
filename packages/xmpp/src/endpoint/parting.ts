// Ending what there is between two domains, because the host says that they may not talk any more: what waits fails, and
// every stream that carries the pair is closed with a stream error. A stream may carry other pairs too; those come back by
// another one. And telling which pairs there are, so that a host can look at each.
import type { Instant } from '../server-link.ts';
import { pairKey } from '../stream/domain.ts';
import { type Board, type Failure, feed, isWanted, type Link } from './board.ts';
import type { DomainPair } from './io.ts';
import { failLink, isInDoubt, tellLost } from './outbound.ts';

/** The pairs that have a stream, or are on their way to one. */
export function pairsOf(board: Board): readonly DomainPair[] {
  const pairs = new Map<string, DomainPair>();
  const add = (ours: string, theirs: string): unknown =>
    pairs.set(`${ours} ${theirs}`, { ours, theirs });
  for (const link of board.links.values()) if (isThere(link)) add(link.from.ascii, link.to.ascii);
  for (const pair of board.carriers.keys()) {
    const [theirs = '', ours = ''] = pair.split(' ');
    add(ours, theirs);
  }
  return [...pairs.values()];
}

/** One that rests and is not to be called again is only remembered: for whoever claimed it, it may never have been. */
function isThere(link: Link): boolean {
  return link.state !== 'resting' || isWanted(link);
}

/** Looks at no stream of another pair: peers choose how many there are, and a policy may forbid them all. @spec RFC 6120 §4.9.3.14 */
export function part(board: Board, now: Instant, pair: DomainPair): void {
  const [ours, theirs] = [{ ascii: pair.ours }, { ascii: pair.theirs }];
  const streams = new Set(board.carriers.get(pairKey(theirs, ours)));
  const link = board.links.get(pairKey(ours, theirs));
  if (link?.held !== undefined) streams.add(link.held);
  if (link !== undefined) partLink(board, now, link);
  for (const held of streams)
    feed(board, now, held, { kind: 'close', condition: 'policy-violation' });
}

/** Nothing of it is remembered: what may go again one day begins anew. */
function partLink(board: Board, now: Instant, link: Link): void {
  if (isInDoubt(link)) tellLost(board, link, PARTED.text);
  link.isKnown = false;
  failLink(board, now, link, PARTED);
  board.links.delete(link.key);
}

const PARTED: Failure = { reason: 'policy', text: 'The two domains may not talk any more.' };
