// Is there a path from this leaf to an anchor that holds at this instant for this purpose? RFC 5280 §6, done by us: every
// branch is tried, a branch ends at the first thing that forbids it, a certificate stands in a path once, and the whole
// search has a purse of steps, signatures and comparisons. Anchors are trusted certificates; nothing that the peer sends
// becomes one. Names are matched in identity.ts. Revocation is not looked at.

import type { SignatureCheck } from './algorithm.ts';
import { DEFAULT_LIMITS, openBudget, spendSignature, spendStep } from './budget.ts';
import type { Budget, CertLimits } from './budget.ts';
import { equalBytes } from './bytes.ts';
import type { Certificate } from './certificate.ts';
import { chainFault, ranked } from './chain-fault.ts';
import type { ChainFault } from './chain-fault.ts';
import { sameName } from './distinguished-name.ts';
import { unpermittedName } from './name-constraints.ts';
import { authorityForm, leafForm, rootForm } from './profile.ts';
import { DEFAULT_POLICY } from './policy.ts';
import type { ChainPolicy } from './policy.ts';
import { weakKey, weakSignature } from './strength.ts';
import { isoOf } from './time.ts';
import type { Instant } from './time.ts';
import {
  NEEDED,
  isAuthority,
  maySignCertificates,
  mayDoTls,
  narrowUsages,
  usageNames,
} from './usage.ts';
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
    request,
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

interface Search {
  readonly request: ChainRequest;
  readonly limits: CertLimits;
  readonly policy: ChainPolicy;
  readonly budget: Budget;
  /** What is known of signatures: child, then issuer, since branches meet the same pair again. */
  readonly signatures: Map<Certificate, Map<Certificate, boolean>>;
  readonly faults: ChainFault[];
}

type Usages = readonly string[] | undefined;

/** What the leaf itself must be; returns the usages that an authority above has to allow. */
function checkLeaf(search: Search, leaf: Certificate): Usages {
  const { purpose } = search.request;
  const needed = NEEDED[purpose];
  const left = narrowUsages(needed, leaf);
  checkValidity(search, leaf);
  checkCritical(search, leaf);
  if (left?.length === 0) noteUsage(search, leaf, needed);
  if (purpose !== 'any' && !mayDoTls(leaf)) {
    note(
      search,
      chainFault(
        'wrong-key-usage',
        leaf,
        'keyUsage',
        'Its key is not for use in TLS',
        'digitalSignature',
      ),
    );
  }
  if (purpose !== 'any') note(search, leafForm(leaf, search.policy, isAnchor(search, leaf)));
  note(search, weakKey(leaf, search.policy));
  return left?.length === 0 ? needed : left;
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
  let signed = false;
  for (const { issuer, anchor } of issuers) {
    if (!spendStep(search.budget)) return undefined;
    if (!isSigned(search, child, issuer)) continue;
    signed = true;
    const left = checkIssuer(search, issuer, path, wanted);
    if (left === REFUSED) continue;
    const longer = [...path, issuer];
    const found = anchor ? longer : climb(search, longer, left);
    if (found !== undefined || search.budget.spent !== undefined) return found;
  }
  // a false root with the name of a true one
  if (!signed && child.selfIssued) note(search, nobodyIssued(child, path.length));
  return undefined;
}

/** Anchors before others, and those whose key identifier fits before those whose does not. @spec RFC 5280 §4.2.1.1 */
function issuersOf(
  search: Search,
  child: Certificate,
  path: readonly Certificate[],
): readonly Candidate[] {
  const found: Candidate[] = [];
  for (const issuer of search.request.anchors) {
    if (sameName(issuer.subject, child.issuer) && !path.includes(issuer))
      found.push({ issuer, anchor: true });
  }
  for (const issuer of search.request.intermediates.slice(0, search.limits.maxPresented)) {
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

// The same name with the same key is the same authority, whatever certificate it shows: that is how loops end.
function isIn(path: readonly Certificate[], one: Certificate): boolean {
  return path.some(
    (other) =>
      equalBytes(other.publicKey.spki, one.publicKey.spki) && sameName(other.subject, one.subject),
  );
}

function isAnchor({ request }: Search, child: Certificate): boolean {
  return request.anchors.some((anchor) => anchor === child || equalBytes(anchor.der, child.der));
}

/** What an authority must be to stand above this path; the usages left, or `REFUSED`. @spec RFC 5280 §6.1.4 */
function checkIssuer(
  search: Search,
  issuer: Certificate,
  path: readonly Certificate[],
  wanted: Usages,
): Usages | typeof REFUSED {
  const before = search.faults.length;
  checkValidity(search, issuer);
  checkCritical(search, issuer);
  checkAuthority(search, issuer, path);
  const form = isAnchor(search, issuer) ? rootForm : authorityForm;
  note(search, form(issuer, search.policy));
  note(search, weakKey(issuer, search.policy));
  const left = narrowUsages(wanted, issuer);
  if (left?.length === 0) noteUsage(search, issuer, wanted);
  if (search.faults.length === before) checkNames(search, issuer, path);
  return search.faults.length === before ? left : REFUSED;
}

/** @spec RFC 5280 §4.2.1.9 */
function checkAuthority(search: Search, issuer: Certificate, path: readonly Certificate[]): void {
  if (!isAuthority(issuer)) {
    note(
      search,
      chainFault(
        'not-a-ca',
        issuer,
        'basicConstraints',
        'It issued a certificate but is no authority',
        'cA',
      ),
    );
  }
  if (!maySignCertificates(issuer)) {
    note(
      search,
      chainFault(
        'wrong-key-usage',
        issuer,
        'keyUsage',
        'Its key may not sign certificates',
        'keyCertSign',
      ),
    );
  }
  const between = path.slice(1).filter((one) => !one.selfIssued).length;
  const allowed = issuer.extensions.basicConstraints?.pathLength ?? Number.POSITIVE_INFINITY;
  if (between > allowed) {
    note(
      search,
      chainFault(
        'path-too-long',
        issuer,
        'basicConstraints.pathLenConstraint',
        `${between} authorities stand below it`,
        `${allowed}`,
      ),
    );
  }
  if (path.length >= search.limits.maxPathLength) {
    note(
      search,
      chainFault(
        'path-too-long',
        issuer,
        'path',
        'The path is too long',
        `${search.limits.maxPathLength}`,
      ),
    );
  }
}

/** A self-issued authority in the middle is not bound, the leaf always is. @spec RFC 5280 §6.1.3 */
function checkNames(search: Search, issuer: Certificate, path: readonly Certificate[]): void {
  const constraints = issuer.extensions.nameConstraints;
  if (constraints === undefined) return;
  for (const [i, below] of path.entries()) {
    if (i > 0 && below.selfIssued) continue;
    const names = { subject: below.subject, subjectAltName: below.extensions.subjectAltName };
    const name = unpermittedName(names, constraints, search.budget);
    if (name === undefined) continue;
    note(
      search,
      chainFault(
        'name-not-permitted',
        issuer,
        'nameConstraints',
        `It may not vouch for the name ${name}`,
      ),
    );
    return;
  }
}

function isSigned(search: Search, child: Certificate, issuer: Certificate): boolean {
  const known = search.signatures.get(child) ?? new Map<Certificate, boolean>();
  search.signatures.set(child, known);
  const before = known.get(issuer);
  if (before !== undefined) return before;
  if (!spendSignature(search.budget)) return false;
  const { signatureAlgorithm, tbs, signature } = child;
  const good = search.request.crypto.verify(
    signatureAlgorithm,
    issuer.publicKey.spki,
    tbs,
    signature,
  );
  known.set(issuer, good);
  if (!good)
    note(
      search,
      chainFault(
        'bad-signature',
        child,
        'signature',
        `It was not signed by the key of ${issuer.subject.text}`,
      ),
    );
  return good;
}

/** Both ends belong to the time of validity. @spec RFC 5280 §4.1.2.5 */
function checkValidity(search: Search, certificate: Certificate): void {
  const { now } = search.request;
  const at = isoOf(now);
  // whole seconds: a certificate is good until the end of its last one
  if (now >= certificate.notAfter + 1000) {
    note(
      search,
      chainFault(
        'expired',
        certificate,
        'validity.notAfter',
        `It has expired at ${at}`,
        isoOf(certificate.notAfter),
      ),
    );
  }
  if (now < certificate.notBefore) {
    note(
      search,
      chainFault(
        'not-yet-valid',
        certificate,
        'validity.notBefore',
        `It is not valid yet at ${at}`,
        isoOf(certificate.notBefore),
      ),
    );
  }
}

/** @spec RFC 5280 §4.2 */
function checkCritical(search: Search, certificate: Certificate): void {
  for (const oid of certificate.extensions.unknownCritical) {
    note(
      search,
      chainFault(
        'unknown-critical-extension',
        certificate,
        oid,
        `Its critical extension ${oid} is not known`,
      ),
    );
  }
}

function noteUsage(search: Search, certificate: Certificate, wanted: Usages): void {
  const has = usageNames(certificate.extensions.extKeyUsage ?? []);
  note(
    search,
    chainFault(
      'wrong-purpose',
      certificate,
      'extKeyUsage',
      `It is for ${has} only`,
      usageNames(wanted ?? []),
    ),
  );
}

function nobodyIssued(child: Certificate, length: number): ChainFault {
  if (!child.selfIssued) {
    return chainFault(
      'unknown-issuer',
      child,
      'issuer',
      `Its issuer ${child.issuer.text} is neither trusted nor presented`,
    );
  }
  if (length === 1)
    return chainFault(
      'self-signed',
      child,
      'issuer',
      'It names itself as its issuer and is not trusted',
    );
  return chainFault(
    'untrusted-root',
    child,
    'issuer',
    'The chain ends in a root that is not trusted',
  );
}

function spentFault(what: keyof CertLimits, limits: CertLimits): ChainFault {
  return chainFault(
    'budget-exceeded',
    undefined,
    what,
    'The chain costs too much to check',
    `${limits[what]}`,
  );
}

// Bounded by steps: each adds a handful.
function note(search: Search, one: ChainFault | undefined): undefined {
  if (one !== undefined) search.faults.push(one);
  return undefined;
}

const REFUSED = 'refused';
