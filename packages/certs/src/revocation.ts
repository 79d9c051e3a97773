// Has a certificate been revoked, by the lists that the host has handed in? RFC 5280 §6.3, the plain
// part: a list counts if the very key that issued the certificate has signed it, it is fresh, and it
// speaks of this certificate. Indirect lists, lists of changes alone and lists for some reasons do
// not count as cover. Any list of that key that names the certificate revokes it.

import type { SignatureCheck } from './algorithm.ts';
import { spendSignature } from './budget.ts';
import type { Budget } from './budget.ts';
import type { Certificate } from './certificate.ts';
import { chainFault } from './chain-fault.ts';
import type { ChainFault } from './chain-fault.ts';
import { sameName } from './distinguished-name.ts';
import type { ChainPolicy } from './policy.ts';
import type { RevocationList } from './revocation-list.ts';
import { isoOf } from './time.ts';
import type { Instant } from './time.ts';
import { isAuthority } from './usage.ts';

/** What is known of revocation, and how much has to be. */
export interface RevocationFacts {
  readonly lists: readonly RevocationList[];
  /** Which certificates of a path are looked up; an anchor never is. */
  readonly scope: 'leaf' | 'all';
  /** What to do where no list is of the issuer. A list of it that does not hold is a fault anyhow. */
  readonly missing: 'accepted' | 'refused';
}

/** What one look-up needs beyond the facts. */
export interface LookUp {
  readonly now: Instant;
  readonly crypto: SignatureCheck;
  readonly policy: ChainPolicy;
  readonly budget: Budget;
}

/** What the lists have against a certificate of this issuer. @spec RFC 5280 §6.3.3 */
export function revokedBy(
  { lists, missing }: RevocationFacts,
  child: Certificate,
  issuer: Certificate,
  lookUp: LookUp,
): ChainFault | undefined {
  const own = lists.filter((list) => sameName(list.issuer, child.issuer) && !list.scope.indirect);
  let reason = missing === 'accepted' ? '' : 'No revocation list of its issuer is known';
  let covered = false;
  for (const list of own) {
    const flaw = flawOf(list, issuer, lookUp) ?? '';
    if (flaw === '' && list.revoked.has(child.serial)) return revoked(child, list);
    const short = flaw || shortOf(list, child, lookUp.now);
    if (short === '') covered = true;
    else reason = short;
  }
  return covered || reason === ''
    ? undefined
    : chainFault('revocation-unknown', child, 'cRLDistributionPoints', reason);
}

/** Why a list is not this authority's word. */
function flawOf(list: RevocationList, issuer: Certificate, lookUp: LookUp): string | undefined {
  const { keyUsage } = issuer.extensions;
  const { signatureAlgorithm, tbs, signature } = list;
  if (keyUsage !== undefined && !keyUsage.includes('cRLSign'))
    return 'Its issuer may not sign revocation lists';
  if ('hash' in signatureAlgorithm && !lookUp.policy.hashes.includes(signatureAlgorithm.hash))
    return 'The revocation list has a weak signature';
  if (!spendSignature(lookUp.budget)) return 'The revocation lists cost too much to check';
  const { spki } = issuer.publicKey;
  if (!lookUp.crypto.verify(signatureAlgorithm, spki, tbs, signature))
    return 'The revocation list is not signed with the key of its issuer';
  return undefined;
}

/** Why a list that holds says nothing of a certificate that it does not name; empty if it does. */
function shortOf(
  { thisUpdate, nextUpdate, unknownCritical, scope }: RevocationList,
  child: Certificate,
  now: Instant,
): string {
  const [unknown] = unknownCritical;
  if (unknown !== undefined) return `The revocation list has a critical extension ${unknown}`;
  if (now < thisUpdate) return `The revocation list is not valid before ${isoOf(thisUpdate)}`;
  if (nextUpdate === undefined) return 'The revocation list does not say when the next one comes';
  if (now > nextUpdate) return `The revocation list was to be renewed at ${isoOf(nextUpdate)}`;
  const kind = isAuthority(child) ? 'authorities' : 'servers';
  if (scope.only !== 'everything' && scope.only !== kind)
    return 'The revocation list is not for certificates of this kind';
  if (scope.partial) return 'The revocation list is not complete';
  const { points } = scope;
  const known = child.extensions.listPoints ?? [];
  return points === undefined || points.some((point) => known.includes(point))
    ? ''
    : 'The revocation list is for other certificates of its issuer';
}

function revoked(child: Certificate, list: RevocationList): ChainFault {
  const text = `It has been revoked, says the list of ${isoOf(list.thisUpdate)}`;
  return chainFault('revoked', child, 'serialNumber', text);
}
