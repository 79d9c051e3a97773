// The places where a revocation list is published, as comparable texts: nothing is fetched from them,
// they only say which of an authority's lists is for which of its certificates.

import { hexOf } from './bytes.ts';
import { NONE, TAG, endAt, firstIn, nextOf, tagAt } from './der.ts';

/**
 * The places of a certificate; those for some reasons only, or of another authority, are left out.
 * @spec RFC 5280 §4.2.1.13
 */
export function distributionPoints(bytes: Uint8Array, at: number): readonly string[] {
  if (tagAt(bytes, at) !== TAG.sequence) return [];
  const places: string[] = [];
  const end = endAt(bytes, at);
  for (let one = firstIn(bytes, at); one >= 0; one = nextOf(bytes, one, end)) {
    const point = firstIn(bytes, one);
    if (tagAt(bytes, point) === 0xa0 && nextOf(bytes, point, endAt(bytes, one)) === NONE)
      places.push(...pointNames(bytes, point));
  }
  return places;
}

/** The full names in a DistributionPointName; one relative to the authority is not compared. */
export function pointNames(bytes: Uint8Array, at: number): readonly string[] {
  const choice = firstIn(bytes, at);
  if (tagAt(bytes, choice) !== 0xa0) return [];
  const names: string[] = [];
  const end = endAt(bytes, choice);
  for (let one = firstIn(bytes, choice); one >= 0; one = nextOf(bytes, one, end))
    names.push(hexOf(bytes, one, endAt(bytes, one)));
  return names;
}
