// Obligations as bits while a verdict is found, and as lists when it is given. There are four for
// each end, so every possible list is made once, here, and a verdict only points at one.
import type { End, Obligation, Proof } from './query.ts';

/** Bits for one end; the other end has the same, shifted. */
export const PROVE: Readonly<Record<Proof, number>> = { certificate: 1, dialback: 2, address: 4 };
export const TLS = 8;

const BITS = 4;

/** The bits of one end where they belong. */
export function atEnd(bits: number, end: End): number {
  return end === 'from' ? bits : bits << BITS;
}

/** The list for bits of both ends. The same bits give the same list. */
export function obligations(bits: number): readonly Obligation[] {
  return LISTS[bits] ?? [];
}

const EACH: readonly Obligation[] = (['from', 'to'] as const).flatMap((end): Obligation[] => [
  { kind: 'prove', end, by: 'certificate' },
  { kind: 'prove', end, by: 'dialback' },
  { kind: 'prove', end, by: 'address' },
  { kind: 'tls', end },
]);

const LISTS: readonly (readonly Obligation[])[] = Array.from(
  { length: 1 << EACH.length },
  (_, bits) => Object.freeze(EACH.filter((_obligation, bit) => (bits & (1 << bit)) !== 0)),
);
