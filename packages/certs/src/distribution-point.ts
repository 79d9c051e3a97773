// The places where a revocation list is published, as comparable texts: nothing is fetched from them,
// they only say which of an authority's lists is for which of its certificates.

import { hexOf } from './bytes.ts';
import { TAG } from './der.ts';
import type { DerNode } from './der.ts';

/**
 * The places of a certificate; those for some reasons only, or of another authority, are left out.
 * @spec RFC 5280 §4.2.1.13
 */
export function distributionPoints(node: DerNode | undefined): readonly string[] {
  if (node?.tag !== TAG.sequence) return [];
  return node.children.flatMap(({ children: [point, ...more] }) =>
    point?.tag === 0xa0 && more.length === 0 ? pointNames(point) : [],
  );
}

/** The full names in a DistributionPointName; one relative to the authority is not compared. */
export function pointNames({ children: [choice] }: DerNode): readonly string[] {
  return choice?.tag === 0xa0 ? choice.children.map(({ whole }) => hexOf(whole)) : [];
}
