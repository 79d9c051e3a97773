// The kinds of traffic as bits: a rule carries the set of those it speaks of in one number.
import type { Traffic } from './query.ts';

/** The kinds of traffic, in the order of the bits that stand for them. */
export const TRAFFIC: readonly Traffic[] = [
  'message',
  'presence',
  'composing',
  'receipt',
  'chat',
  'audio',
  'video',
];

const BIT_OF: ReadonlyMap<string, number> = new Map(TRAFFIC.map((word, bit) => [word, 1 << bit]));

/** The bit of a kind of traffic, zero for a word that is none. */
export function trafficBit(traffic: Traffic): number {
  return BIT_OF.get(traffic) ?? 0;
}

/** The bits of several. */
export function trafficBits(kinds: readonly Traffic[]): number {
  return kinds.reduce((bits, traffic) => bits | trafficBit(traffic), 0);
}
