// The values of single extensions (RFC 5280 §4.2.1 and §4.2.2), each read where it stands among octets that passed the
// strict reader. What is malformed is `undefined` or `false`; which extension it was is said in extension.ts.

import { hexOf } from './bytes.ts';
import { NONE, TAG, contentAt, countIn, endAt, firstIn, nextOf, tagAt } from './der.ts';
import { generalNameAt } from './general-name.ts';
import type { GeneralName } from './general-name.ts';
import { isOidAt, oidAt } from './oid.ts';
import { flagAt, smallAt } from './primitive.ts';

/** One place of authorityInfoAccess. @spec RFC 5280 §4.2.2.1 */
export interface AccessPlace {
  /** `ca-issuers` or `ocsp`; of others the object identifier. */
  readonly method: string;
  readonly location: GeneralName;
}

/** Whether this is an authority, and how many authorities may follow below it. */
export interface BasicConstraints {
  readonly ca: boolean;
  readonly pathLength: number | undefined;
}

/** Whether this is an authority, and how deep. @spec RFC 5280 §4.2.1.9 */
export function basicConstraintsAt(bytes: Uint8Array, at: number): BasicConstraints | undefined {
  if (tagAt(bytes, at) !== TAG.sequence) return undefined;
  const end = endAt(bytes, at);
  const first = firstIn(bytes, at);
  const explicit = tagAt(bytes, first) === TAG.boolean;
  const ca = explicit ? flagAt(bytes, first) : false;
  const length = explicit ? nextOf(bytes, first, end) : first;
  if (ca === undefined || nextOf(bytes, length, end) >= 0) return undefined;
  if (length < 0) return { ca, pathLength: undefined };
  const pathLength = smallAt(bytes, length);
  return pathLength === undefined || !ca ? undefined : { ca, pathLength };
}

/** Object identifiers of the purposes; one at least. @spec RFC 5280 §4.2.1.12 */
export function purposesAt(bytes: Uint8Array, at: number): readonly string[] | undefined {
  const first = firstIn(bytes, at);
  if (tagAt(bytes, at) !== TAG.sequence || first < 0) return undefined;
  const purposes: string[] = [];
  const end = endAt(bytes, at);
  for (let one = first; one >= 0; one = nextOf(bytes, one, end)) {
    const purpose = oidAt(bytes, one);
    if (purpose === undefined) return undefined;
    purposes.push(purpose);
  }
  return purposes;
}

/** Whether there are names, and not too many. @spec RFC 5280 §4.2.1.6 */
export function isNameList(bytes: Uint8Array, at: number, maxNames: number): boolean {
  if (tagAt(bytes, at) !== TAG.sequence || firstIn(bytes, at) < 0) return false;
  return countIn(bytes, at, maxNames) <= maxNames;
}

/** The names of a list that has been looked at. */
export function namesAt(bytes: Uint8Array, at: number): readonly GeneralName[] {
  const names: GeneralName[] = [];
  const end = endAt(bytes, at);
  for (let one = firstIn(bytes, at); one >= 0; one = nextOf(bytes, one, end))
    names.push(generalNameAt(bytes, one));
  return names;
}

/** Object identifiers of the policies. @spec RFC 5280 §4.2.1.4 */
export function policiesAt(bytes: Uint8Array, at: number): readonly string[] | undefined {
  if (tagAt(bytes, at) !== TAG.sequence) return undefined;
  const policies: string[] = [];
  const end = endAt(bytes, at);
  for (let one = firstIn(bytes, at); one >= 0; one = nextOf(bytes, one, end)) {
    const policy = oidAt(bytes, firstIn(bytes, one));
    if (policy === undefined) return undefined;
    policies.push(policy);
  }
  return policies;
}

/** Whether a key identifier of this tag stands there, and is not empty. */
export const isKeyId = (bytes: Uint8Array, at: number, tag: number): boolean =>
  tagAt(bytes, at) === tag && bytes[at + 1] !== 0;

/** The content in hexadecimal, of a value that is there. */
export const hexAt = (bytes: Uint8Array, at: number): string | undefined =>
  at === NONE ? undefined : hexOf(bytes, contentAt(bytes, at), endAt(bytes, at));

/** Nothing is fetched from there; only its form is looked at. @spec RFC 5280 §4.2.2.1 */
export function isAccessList(bytes: Uint8Array, at: number): boolean {
  const first = firstIn(bytes, at);
  if (tagAt(bytes, at) !== TAG.sequence || first < 0) return false;
  const end = endAt(bytes, at);
  for (let one = first; one >= 0; one = nextOf(bytes, one, end))
    if (!isAccess(bytes, one)) return false;
  return true;
}

function isAccess(bytes: Uint8Array, at: number): boolean {
  const method = firstIn(bytes, at);
  if (tagAt(bytes, at) !== TAG.sequence || !isOidAt(bytes, method)) return false;
  const location = nextOf(bytes, method, endAt(bytes, at));
  if (location < 0 || endAt(bytes, location) !== endAt(bytes, at)) return false;
  return generalNameAt(bytes, location).kind !== 'refused';
}

/** The places of a list that has been looked at. */
export function accessAt(bytes: Uint8Array, at: number): readonly AccessPlace[] {
  const places: AccessPlace[] = [];
  const end = endAt(bytes, at);
  for (let one = firstIn(bytes, at); one >= 0; one = nextOf(bytes, one, end)) {
    const first = firstIn(bytes, one);
    const method = oidAt(bytes, first) ?? '';
    const location = generalNameAt(bytes, endAt(bytes, first));
    places.push({ method: ACCESS_METHOD[method] ?? method, location });
  }
  return places;
}

const ACCESS_METHOD: Readonly<Record<string, string>> = {
  '1.3.6.1.5.5.7.48.1': 'ocsp',
  '1.3.6.1.5.5.7.48.2': 'ca-issuers',
};
