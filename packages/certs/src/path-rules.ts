// What RFC 5280 §6.1 asks of each certificate in a path: of the leaf, and of every authority above
// it. Each rule notes what it finds wrong; chain.ts decides where to go on.

import type { Budget, CertLimits } from './budget.ts';
import { equalBytes } from './bytes.ts';
import type { Certificate } from './certificate.ts';
import { chainFault } from './chain-fault.ts';
import type { ChainFault } from './chain-fault.ts';
import { unpermittedName } from './permitted-names.ts';
import type { ChainPolicy } from './policy.ts';
import { authorityForm, leafForm, rootForm } from './profile.ts';
import { weakKey } from './strength.ts';
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

/** What the rules look at and write to while one chain is judged. */
export interface Trial {
  readonly anchors: readonly Certificate[];
  readonly now: Instant;
  readonly purpose: Purpose;
  readonly limits: CertLimits;
  readonly policy: ChainPolicy;
  readonly budget: Budget;
  /** Bounded by steps: each adds a handful. */
  readonly faults: ChainFault[];
}

/** Extended key usages still possible; `undefined`: any. */
export type Usages = readonly string[] | undefined;

/** An authority that may not stand where it would. */
export const REFUSED = 'refused';

/** What the leaf itself must be; returns the usages that an authority above has to allow. */
export function checkLeaf(trial: Trial, leaf: Certificate): Usages {
  const { purpose } = trial;
  const needed = NEEDED[purpose];
  const left = narrowUsages(needed, leaf);
  checkValidity(trial, leaf);
  checkCritical(trial, leaf);
  if (left?.length === 0) noteUsage(trial, leaf, needed);
  if (purpose !== 'any' && !mayDoTls(leaf)) {
    blame(
      trial,
      'wrong-key-usage',
      leaf,
      'keyUsage',
      'Its key is not for use in TLS',
      'digitalSignature',
    );
  }
  if (purpose !== 'any') note(trial, leafForm(leaf, trial.policy, isAnchor(trial, leaf)));
  note(trial, weakKey(leaf, trial.policy));
  return left?.length === 0 ? needed : left;
}

/**
 * What an authority must be to stand above this path; the usages left, or `REFUSED`.
 * @spec RFC 5280 §6.1.4
 */
export function checkIssuer(
  trial: Trial,
  issuer: Certificate,
  path: readonly Certificate[],
  wanted: Usages,
): Usages | typeof REFUSED {
  const before = trial.faults.length;
  checkValidity(trial, issuer);
  checkCritical(trial, issuer);
  checkAuthority(trial, issuer, path);
  const form = isAnchor(trial, issuer) ? rootForm : authorityForm;
  note(trial, form(issuer, trial.policy));
  const left = narrowUsages(wanted, issuer);
  if (left?.length === 0) noteUsage(trial, issuer, wanted);
  if (trial.faults.length === before) checkNames(trial, issuer, path);
  return trial.faults.length === before ? left : REFUSED;
}

/** @spec RFC 5280 §4.2.1.9 */
function checkAuthority(trial: Trial, issuer: Certificate, path: readonly Certificate[]): void {
  if (!isAuthority(issuer)) {
    blame(
      trial,
      'not-a-ca',
      issuer,
      'basicConstraints',
      'It issued a certificate but is no authority',
      'cA',
    );
  }
  if (!maySignCertificates(issuer)) {
    blame(
      trial,
      'wrong-key-usage',
      issuer,
      'keyUsage',
      'Its key may not sign certificates',
      'keyCertSign',
    );
  }
  const between = path.slice(1).filter((one) => !one.selfIssued).length;
  const allowed = issuer.extensions.basicConstraints?.pathLength ?? Number.POSITIVE_INFINITY;
  if (between > allowed) {
    blame(
      trial,
      'path-too-long',
      issuer,
      'basicConstraints.pathLenConstraint',
      `${between} authorities stand below it`,
      `${allowed}`,
    );
  }
  if (path.length >= trial.limits.maxPathLength) {
    blame(
      trial,
      'path-too-long',
      issuer,
      'path',
      'The path is too long',
      `${trial.limits.maxPathLength}`,
    );
  }
}

/** A self-issued authority in the middle is not bound, the leaf always is. @spec RFC 5280 §6.1.3 */
function checkNames(trial: Trial, issuer: Certificate, path: readonly Certificate[]): void {
  const constraints = issuer.extensions.nameConstraints;
  if (constraints === undefined) return;
  for (const [i, below] of path.entries()) {
    if (i > 0 && below.selfIssued) continue;
    const names = { subject: below.subject, subjectAltName: below.extensions.subjectAltName };
    const name = unpermittedName(names, constraints, trial.budget);
    if (name === undefined) continue;
    blame(
      trial,
      'name-not-permitted',
      issuer,
      'nameConstraints',
      `It may not vouch for the name ${name}`,
    );
    return;
  }
}

/** Both ends belong to the time of validity. @spec RFC 5280 §4.1.2.5 */
function checkValidity(trial: Trial, certificate: Certificate): void {
  const { now } = trial;
  const at = isoOf(now);
  // whole seconds: a certificate is good until the end of its last one
  if (now >= certificate.notAfter + 1000) {
    blame(
      trial,
      'expired',
      certificate,
      'validity.notAfter',
      `It had expired when judged at ${at}`,
      isoOf(certificate.notAfter),
    );
  }
  if (now < certificate.notBefore) {
    blame(
      trial,
      'not-yet-valid',
      certificate,
      'validity.notBefore',
      `It is not valid yet at ${at}`,
      isoOf(certificate.notBefore),
    );
  }
}

/** The first one is enough: thousands fit into a certificate. @spec RFC 5280 §4.2 */
function checkCritical(trial: Trial, certificate: Certificate): void {
  const [oid] = certificate.extensions.unknownCritical;
  if (oid !== undefined) {
    blame(
      trial,
      'unknown-critical-extension',
      certificate,
      oid,
      `Its critical extension ${oid} is not known`,
    );
  }
}

function noteUsage(trial: Trial, certificate: Certificate, wanted: Usages): void {
  const has = usageNames(certificate.extensions.extKeyUsage ?? []);
  blame(
    trial,
    'wrong-purpose',
    certificate,
    'extKeyUsage',
    `It is for ${has} only`,
    usageNames(wanted ?? []),
  );
}

// the fields of a fault, in the order of chainFault
function blame(trial: Trial, ...about: Parameters<typeof chainFault>): void {
  note(trial, chainFault(...about));
}

/** Whether a certificate is one of those trusted. */
export function isAnchor({ anchors }: Trial, child: Certificate): boolean {
  return anchors.some((anchor) => anchor === child || equalBytes(anchor.der, child.der));
}

/** Keeps a fault, if it is one. */
export function note(trial: Trial, one: ChainFault | undefined): undefined {
  if (one !== undefined) trial.faults.push(one);
  return undefined;
}
