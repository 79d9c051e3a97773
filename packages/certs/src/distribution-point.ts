// The places where a revocation list is published, as comparable texts, and for people: nothing is fetched
// from them, they only say which of an authority's lists is for which of its certificates.

import { hexOf } from './bytes.ts';
import { NONE, TAG, endAt, firstIn, nextOf, tagAt } from './der.ts';
import { generalNameAt } from './general-name.ts';

/**
 * The places of a certificate; those for some reasons only, or of another authority, are left out.
 * @spec RFC 5280 §4.2.1.13
 */
export function distributionPoints(bytes: Uint8Array, at: number): readonly string[] {
  return pointsIn(bytes, at).flatMap((point) => pointNames(bytes, point));
}

/** The URIs among them, as texts for people. */
export function pointUris(bytes: Uint8Array, at: number): readonly string[] {
  return pointsIn(bytes, at).flatMap((point) =>
    namesIn(bytes, point).flatMap((one) => {
      const name = generalNameAt(bytes, one);
      return name.kind === 'uri' ? [name.text] : [];
    }),
  );
}

/** The full names in a DistributionPointName; one relative to the authority is not compared. */
export function pointNames(bytes: Uint8Array, at: number): readonly string[] {
  return namesIn(bytes, at).map((one) => hexOf(bytes, one, endAt(bytes, one)));
}

/** Where the names of the places stand that are for every reason and of the same authority. */
function pointsIn(bytes: Uint8Array, at: number): readonly number[] {
  if (tagAt(bytes, at) !== TAG.sequence) return [];
  const points: number[] = [];
  const end = endAt(bytes, at);
  for (let one = firstIn(bytes, at); one >= 0; one = nextOf(bytes, one, end)) {
    const point = firstIn(bytes, one);
    if (tagAt(bytes, point) === 0xa0 && nextOf(bytes, point, endAt(bytes, one)) === NONE)
      points.push(point);
  }
  return points;
}

function namesIn(bytes: Uint8Array, at: number): readonly number[] {
  const choice = firstIn(bytes, at);
  if (tagAt(bytes, choice) !== 0xa0) return [];
  const names: number[] = [];
  const end = endAt(bytes, choice);
  for (let one = firstIn(bytes, choice); one >= 0; one = nextOf(bytes, one, end)) names.push(one);
  return names;
}
