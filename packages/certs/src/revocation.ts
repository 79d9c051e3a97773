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
import { shown } from './shown.ts';
import { isoOf } from './time.ts';
import type { Instant } from './time.ts';
import { isAuthority } from './usage.ts';

/** What is known of revocation, and how much has to be. */
export interface RevocationFacts {
  readonly lists: readonly RevocationList[];
  /** Which certificates of a path are looked up; an anchor never is. */
  readonly scope: 'leaf' | 'all';
  /** What to do where no list is of the issuer. */
  readonly missing: 'accepted' | 'refused';
  /** What to do where the list that there is was to be renewed before now. Default `refused`. */
  readonly stale?: 'accepted' | 'refused';
  /** What to do where the lists that there are do not hold for another reason. Default `refused`. */
  readonly unsound?: 'accepted' | 'refused';
}

/**
 * `ignore`: lists are not looked at. `soft`: what a list names is refused, and what no list speaks of is let pass.
 * `required`: what no list speaks of is refused, too.
 */
export type RevocationRule = 'ignore' | 'soft' | 'required';

/** What a judge does about revocation. */
export interface Revocation {
  readonly rule: RevocationRule;
  readonly lists: readonly RevocationList[];
  /** Which certificates of a path are looked up; an anchor never is. Default `leaf`. */
  readonly scope?: 'leaf' | 'all';
  /**
   * Whether a list still speaks for what it does not name once it was to be renewed; what it names stays revoked.
   * Default: as the rule has it for what no list speaks of.
   */
  readonly stale?: 'accepted' | 'refused';
}

/** The facts for chains that follow from a rule; `undefined` where lists are not looked at. */
export function revocationFacts({
  rule,
  lists,
  scope = 'leaf',
  stale,
}: Revocation): RevocationFacts | undefined {
  if (rule === 'ignore') return undefined;
  const uncovered = rule === 'soft' ? 'accepted' : 'refused';
  return { lists, scope, missing: uncovered, stale: stale ?? uncovered, unsound: uncovered };
}

/** A list for people: its issuer, its number and since when it holds. */
export function listTitle({ issuer, number, thisUpdate }: RevocationList): string {
  const title = number === undefined ? 'the list' : `list ${number}`;
  return `${title} of ${shown(issuer.text)} of ${isoOf(thisUpdate)}`;
}

/** What one look-up needs beyond the facts. */
export interface LookUp {
  readonly now: Instant;
  readonly crypto: SignatureCheck;
  readonly policy: ChainPolicy;
  readonly budget: Budget;
}

/**
 * What the lists have against a certificate of this issuer. Those that name it are looked at first: what a peer has us spend
 * on its chain, or the number of lists, must not hide one of them.
 * @spec RFC 5280 §6.3.3
 */
export function revokedBy(
  facts: RevocationFacts,
  child: Certificate,
  issuer: Certificate,
  lookUp: LookUp,
): ChainFault | undefined {
  const own = facts.lists.filter(
    (list) => sameName(list.issuer, child.issuer) && !list.scope.indirect,
  );
  if (own.length === 0) return facts.missing === 'accepted' ? undefined : unknown(child, NO_LIST);
  const isNaming = ({ revoked: serials }: RevocationList): boolean => serials.has(child.serial);
  let reason: string | undefined;
  for (const list of own.filter(isNaming)) {
    const flaw = flawOf(list, issuer, lookUp);
    if (flaw === undefined) return revoked(child, list);
    reason = `${flaw} (${listTitle(list)})`;
    if (flaw === UNCHECKED) return unknown(child, reason);
  }
  if (reason !== undefined && facts.unsound === 'accepted') return undefined;
  const others = own.filter((list) => !isNaming(list));
  for (const list of others) {
    const short = shortOf(list, child) ?? flawOf(list, issuer, lookUp);
    const late = lateness(list, lookUp.now);
    if (short === undefined && (late === undefined || facts.stale === 'accepted')) return undefined;
    if (short !== undefined && facts.unsound === 'accepted') return undefined;
    reason = `${short ?? late} (${listTitle(list)})`;
  }
  return unknown(child, reason ?? NO_LIST);
}

/** Why a list is not this authority's word. */
function flawOf(list: RevocationList, issuer: Certificate, lookUp: LookUp): string | undefined {
  const { keyUsage } = issuer.extensions;
  const { signatureAlgorithm, tbs, signature } = list;
  if (keyUsage !== undefined && !keyUsage.includes('cRLSign'))
    return 'Its issuer may not sign revocation lists';
  if ('hash' in signatureAlgorithm && !lookUp.policy.hashes.includes(signatureAlgorithm.hash))
    return 'The revocation list has a weak signature';
  if (!spendSignature(lookUp.budget)) return UNCHECKED;
  const { spki } = issuer.publicKey;
  if (!lookUp.crypto.verify(signatureAlgorithm, spki, tbs, signature))
    return 'The revocation list is not signed with the key of its issuer';
  return undefined;
}

const NO_LIST = 'No revocation list of its issuer is known';
const UNCHECKED = 'The revocation lists cost too much to check';

/** Why a list that holds says nothing of a certificate that it does not name. */
function shortOf(
  { nextUpdate, unknownCritical, scope }: RevocationList,
  child: Certificate,
): string | undefined {
  const [unknown] = unknownCritical;
  if (unknown !== undefined) return `The revocation list has a critical extension ${unknown}`;
  if (nextUpdate === undefined) return 'The revocation list does not say when the next one comes';
  const kind = isAuthority(child) ? 'authorities' : 'servers';
  if (scope.only !== 'everything' && scope.only !== kind)
    return 'The revocation list is not for certificates of this kind';
  if (scope.partial) return 'The revocation list is not complete';
  const { points } = scope;
  const known = child.extensions.listPoints ?? [];
  return points === undefined || points.some((point) => known.includes(point))
    ? undefined
    : 'The revocation list is for other certificates of its issuer';
}

/** Why a list does not hold at this instant. */
function lateness({ thisUpdate, nextUpdate }: RevocationList, now: Instant): string | undefined {
  if (now < thisUpdate) return `The revocation list is not valid before ${isoOf(thisUpdate)}`;
  return nextUpdate !== undefined && now > nextUpdate
    ? `The revocation list was to be renewed at ${isoOf(nextUpdate)}`
    : undefined;
}

function revoked(child: Certificate, list: RevocationList): ChainFault {
  return chainFault(
    'revoked',
    child,
    'serialNumber',
    `It has been revoked, says ${listTitle(list)}`,
  );
}

function unknown(child: Certificate, reason: string): ChainFault {
  return chainFault('revocation-unknown', child, 'cRLDistributionPoints', reason);
}
