// Is there a path from this leaf to an anchor that holds at this instant for this purpose? RFC 5280
// §6, done by us: every branch is tried, a branch ends at the first thing that forbids it, a
// certificate stands in a path once, and the whole search has a purse of steps, signatures and
// comparisons. Anchors are trusted certificates; nothing that the peer sends becomes one. The rules
// for one certificate are in path-rules.ts, names are matched in identity.ts, revocation is looked up
// in revocation.ts, where the host has handed in lists.

import type { SignatureCheck } from './algorithm.ts';
import { DEFAULT_LIMITS, openBudget, spendSignature, spendStep } from './budget.ts';
import type { CertLimits } from './budget.ts';
import { equalBytes } from './bytes.ts';
import type { Certificate } from './certificate.ts';
import { chainFault, ranked } from './chain-fault.ts';
import type { ChainFault } from './chain-fault.ts';
import { sameName } from './distinguished-name.ts';
import { REFUSED, checkIssuer, checkLeaf, isAnchor, note } from './path-rules.ts';
import type { Trial, Usages } from './path-rules.ts';
import { DEFAULT_POLICY } from './policy.ts';
import type { ChainPolicy } from './policy.ts';
import { revokedBy } from './revocation.ts';
import type { RevocationFacts } from './revocation.ts';
import { weakKey, weakSignature } from './strength.ts';
import type { Instant } from './time.ts';
import type { Purpose } from './usage.ts';

/** One question about a chain. */
export interface ChainRequest {
  readonly leaf: Certificate;
  /** Whatever else the peer sent, in any order. Trusted for nothing. */
  readonly intermediates: readonly Certificate[];
  /** What is trusted. */
  readonly anchors: readonly Certificate[];
  /** Epoch milliseconds. */
  readonly now: Instant;
  readonly purpose: Purpose;
  readonly crypto: SignatureCheck;
  readonly budget?: Partial<CertLimits>;
  readonly policy?: Partial<ChainPolicy>;
  /** Without it revocation is not looked at. */
  readonly revocation?: RevocationFacts;
}

/** The answer: a path that holds, or everything that was found wrong. */
export interface ChainVerdict {
  readonly accepted: boolean;
  /** Leaf first, anchor last; empty unless accepted. */
  readonly path: readonly Certificate[];
  /** The most telling first; empty when accepted. */
  readonly faults: readonly ChainFault[];
}

/** Finds a path from the leaf to an anchor. @spec RFC 5280 §6.1 */
export function verifyChain(request: ChainRequest): ChainVerdict {
  const limits = { ...DEFAULT_LIMITS, ...request.budget };
  const search: Search = {
    ...request,
    limits,
    policy: { ...DEFAULT_POLICY, ...request.policy },
    budget: openBudget(limits),
    signatures: new Map(),
    faults: [],
  };
  const wanted = checkLeaf(search, request.leaf);
  const sound = search.faults.length === 0;
  const path = climb(search, [request.leaf], wanted);
  if (sound && path !== undefined) return { accepted: true, path, faults: [] };
  if (search.budget.spent !== undefined) note(search, spentFault(search.budget.spent, limits));
  return { accepted: false, path: [], faults: ranked(search.faults).slice(0, limits.maxFaults) };
}

interface Search extends Trial {
  readonly intermediates: readonly Certificate[];
  readonly crypto: SignatureCheck;
  readonly revocation?: RevocationFacts;
  /** What is known of signatures: child, then issuer, since branches meet the same pair again. */
  readonly signatures: Map<Certificate, Map<Certificate, boolean>>;
}

/** Goes up from the last certificate of a path, depth first; the finished path, or nothing. */
function climb(
  search: Search,
  path: readonly Certificate[],
  wanted: Usages,
): readonly Certificate[] | undefined {
  const child = path[path.length - 1];
  if (child === undefined) return undefined;
  if (isAnchor(search, child)) return path;
  const weak = weakSignature(child, search.policy);
  if (weak !== undefined) return note(search, weak);
  const issuers = issuersOf(search, child, path);
  if (issuers.length === 0) return note(search, nobodyIssued(child, path.length));
  let denied = true;
  for (const { issuer, anchor } of issuers) {
    if (!spendStep(search.budget)) return undefined;
    const good = isSigned(search, child, issuer);
    denied &&= good === false;
    if (good !== true) continue;
    const left = checkIssuer(search, issuer, path, wanted);
    if (left === REFUSED) continue;
    const longer = [...path, issuer];
    const found = anchor ? longer : climb(search, longer, left);
    // only now, so that strangers cost no look at the lists
    if (found !== undefined && isRevoked(search, path, issuer)) continue;
    if (found !== undefined || search.budget.spent !== undefined) return found;
  }
  if (!denied) return undefined;
  // a false root with the name of a true one is nobody's; of others the signature is what is wrong
  return note(search, child.selfIssued ? nobodyIssued(child, path.length) : badSignature(child));
}

/** Whether the lists forbid what this issuer has issued; noted. */
function isRevoked(search: Search, path: readonly Certificate[], issuer: Certificate): boolean {
  const { revocation } = search;
  const child = path[path.length - 1];
  if (revocation === undefined || child === undefined) return false;
  if (revocation.scope === 'leaf' && path.length > 1) return false;
  const found = revokedBy(revocation, child, issuer, search);
  note(search, found);
  return found !== undefined;
}

/**
 * Anchors before others, and those whose key identifier fits before those whose does not.
 * @spec RFC 5280 §4.2.1.1
 */
function issuersOf(
  search: Search,
  child: Certificate,
  path: readonly Certificate[],
): readonly Candidate[] {
  const found: Candidate[] = [];
  for (const issuer of search.anchors) {
    if (sameName(issuer.subject, child.issuer) && !path.includes(issuer))
      found.push({ issuer, anchor: true });
  }
  for (const issuer of search.intermediates.slice(0, search.limits.maxPresented)) {
    if (!sameName(issuer.subject, child.issuer) || isIn(path, issuer)) continue;
    if (!found.some((other) => equalBytes(other.issuer.der, issuer.der)))
      found.push({ issuer, anchor: false });
  }
  const wanted = child.extensions.authorityKeyId;
  if (wanted === undefined || found.length < 2) return found;
  return found.toSorted((a, b) => mismatch(a.issuer, wanted) - mismatch(b.issuer, wanted));
}

interface Candidate {
  readonly issuer: Certificate;
  readonly anchor: boolean;
}

function mismatch({ extensions }: Certificate, wanted: string): number {
  return extensions.subjectKeyId === undefined || extensions.subjectKeyId === wanted ? 0 : 1;
}

// The same name with the same key is the same authority, whatever certificate it shows: that is how
// loops end.
function isIn(path: readonly Certificate[], one: Certificate): boolean {
  return path.some(
    (other) =>
      equalBytes(other.publicKey.spki, one.publicKey.spki) && sameName(other.subject, one.subject),
  );
}

/** `undefined`: not asked, the purse being empty or the key refused: an enormous one costs too much. */
function isSigned(search: Search, child: Certificate, issuer: Certificate): boolean | undefined {
  const known = search.signatures.get(child) ?? new Map<Certificate, boolean>();
  search.signatures.set(child, known);
  const before = known.get(issuer);
  if (before !== undefined) return before;
  const weak = weakKey(issuer, search.policy);
  note(search, weak);
  if (weak !== undefined || !spendSignature(search.budget)) return undefined;
  const { signatureAlgorithm, tbs, signature } = child;
  const { spki } = issuer.publicKey;
  const good = search.crypto.verify(signatureAlgorithm, spki, tbs, signature);
  known.set(issuer, good);
  return good;
}

function badSignature(child: Certificate): ChainFault {
  const text = `No key of ${child.issuer.text} that is known has signed it`;
  return chainFault('bad-signature', child, 'signature', text);
}

function nobodyIssued(child: Certificate, length: number): ChainFault {
  const { text: issuer } = child.issuer;
  if (!child.selfIssued) {
    const text = `Its issuer ${issuer} is neither trusted nor presented`;
    return chainFault('unknown-issuer', child, 'issuer', text);
  }
  return length === 1
    ? chainFault('self-signed', child, 'issuer', 'It is its own issuer and is not trusted')
    : chainFault('untrusted-root', child, 'issuer', 'The chain ends in a root not trusted');
}

function spentFault(what: keyof CertLimits, limits: CertLimits): ChainFault {
  const text = 'The chain costs too much to check';
  return chainFault('budget-exceeded', undefined, what, text, `${limits[what]}`);
}
