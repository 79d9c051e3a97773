// The judge that hosts hand to their sockets: DER as presented and the peer's role in, a judgement
// out. It reads, builds a chain, and compares names. Chains are remembered, within a bound, by the
// digest of what was presented: good ones while they are valid, so that a known peer costs no
// signature, and what its certificate says for itself is not made anew; bad ones for a short time, so that showing one again and again costs a stranger more
// than us. Time and name are looked at each time. It never throws at what a peer sends.

import type { SignatureCheck } from './algorithm.ts';
import { DEFAULT_LIMITS } from './budget.ts';
import type { CertLimits } from './budget.ts';
import { concatBytes, latin1Of } from './bytes.ts';
import { parseCertificate, parseCertificates } from './certificate.ts';
import type { Certificate } from './certificate.ts';
import { verifyChain } from './chain.ts';
import type { ChainVerdict } from './chain.ts';
import { normalizeDomain } from './domain.ts';
import { MisuseError, isFault } from './fault.ts';
import { identitiesOf, matchIdentity } from './identity.ts';
import { holdsPin, keyPrint, pinnedKeys } from './pins.ts';
import type { KeyPin, PinnedKeys } from './pins.ts';
import type { ChainPolicy } from './policy.ts';
import { Remembered } from './remembered.ts';
import type { Span } from './remembered.ts';
import { revocationFacts } from './revocation.ts';
import type { Revocation, RevocationFacts } from './revocation.ts';
import { rememberingLists } from './revocation-check.ts';
import { summaryOf } from './summary.ts';
import type { Instant } from './time.ts';
import { JUDGED_FOR } from './usage.ts';
import type { Service, TlsRole } from './usage.ts';

/** What a judge says of a peer. */
export interface Judgement {
  readonly accepted: boolean;
  /** Domains (A-labels, lower case) that this certificate speaks for; empty unless accepted. */
  readonly proved: readonly string[];
  /** For traces: names, issuer and fingerprint; never a key. */
  readonly certificate: string;
  /** The most telling first. */
  readonly faults: readonly JudgementFault[];
}

/** One reason against a peer. */
export interface JudgementFault {
  readonly code: string;
  readonly field: string;
  readonly text: string;
}

/**
 * Judges what a peer presented: DER, leaf first, the order of the rest means nothing. With a
 * reference (a domain) it is accepted only if the certificate speaks for it; without one, if the
 * chain holds.
 */
export type Judge = (
  presented: readonly Uint8Array[],
  peerRole: TlsRole,
  reference: string | undefined,
) => Judgement;

/** The cryptography that a judge needs. */
export interface JudgeCrypto extends SignatureCheck {
  /** SHA-256, 32 octets. */
  sha256(data: Uint8Array): Uint8Array;
}

/** What a judge is made of. */
export interface JudgeOptions {
  readonly service: Service;
  /** What is trusted: DER, PEM texts (each may hold several), or certificates. */
  readonly anchors: readonly (Certificate | Uint8Array | string)[];
  /** The wall clock, epoch milliseconds. */
  readonly clock: () => Instant;
  readonly crypto: JudgeCrypto;
  readonly limits?: Partial<CertLimits>;
  readonly policy?: Partial<ChainPolicy>;
  /** What has been revoked, and how much has to be known of it. Default: it is not looked at. */
  readonly revocation?: Revocation;
  /** Keys that alone may speak for a domain, beside a chain that holds. Default: any key may. */
  readonly pins?: readonly KeyPin[];
}

/** Makes a judge; an anchor that cannot be read, or a text that holds none, is misuse. @spec RFC 6120 §13.7.2, RFC 5922 §7 */
export function judgeFor(options: JudgeOptions): Judge {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const bench: Bench = {
    options,
    limits,
    anchors: readAnchors(options.anchors),
    good: new Remembered(limits.maxRemembered),
    refused: new Remembered(limits.maxRefused),
    pins: pinnedKeys(options.pins ?? []),
    ...revocationOf(options),
  };
  return (presented, peerRole, reference) => judge(bench, presented, peerRole, reference);
}

interface Bench {
  readonly options: JudgeOptions;
  readonly limits: CertLimits;
  readonly anchors: readonly Certificate[];
  /** Leaves of good chains, by digest of what was presented and for what. */
  readonly good: Remembered<Known>;
  /** What was said of bad ones; apart, so that strangers do not crowd out known peers. */
  readonly refused: Remembered<Judgement>;
  readonly crypto: JudgeCrypto;
  readonly pins: PinnedKeys;
  readonly revocation?: RevocationFacts;
}

/** The leaf of a chain that holds, with what is the same whoever is meant. */
interface Known {
  readonly kind: 'known';
  readonly leaf: Certificate;
  readonly summary: string;
  /** Without those that other keys are kept for. */
  readonly identities: readonly string[];
  /** Of its key; empty where no pins are. */
  readonly print: string;
}

/** The facts, and checks that remember whose the lists are. */
function revocationOf({ crypto, revocation }: JudgeOptions): Pick<Bench, 'crypto' | 'revocation'> {
  const facts = revocation === undefined ? undefined : revocationFacts(revocation);
  return facts === undefined
    ? { crypto }
    : {
        crypto: { ...rememberingLists(crypto, facts.lists), sha256: (data) => crypto.sha256(data) },
        revocation: facts,
      };
}

function judge(
  bench: Bench,
  presented: readonly Uint8Array[],
  peerRole: TlsRole,
  reference: string | undefined,
): Judgement {
  const [first] = presented;
  if (first === undefined)
    return refused('', [
      { code: 'no-certificate', field: 'certificate', text: 'The peer presented no certificate.' },
    ]);
  const now = bench.options.clock();
  const key = keyOf(bench, presented, peerRole);
  const known = bench.good.recall(key, now);
  if (known !== undefined) return named(bench, known, reference);
  const before = bench.refused.recall(key, now);
  if (before !== undefined) return before;
  const found = examine(bench, [first, ...presented.slice(1)], peerRole, { key, now });
  return found.kind === 'known' ? named(bench, found, reference) : found.judgement;
}

/** The leaf of a chain that holds, or why there is none; remembered either way. */
function examine(
  bench: Bench,
  [first, ...others]: readonly [Uint8Array, ...Uint8Array[]],
  peerRole: TlsRole,
  { key, now }: { readonly key: string; readonly now: Instant },
): Known | Refusal {
  // a copy, since it may be remembered for longer than the socket's buffer
  const leaf = parseCertificate(first.slice(), bench.limits);
  if (isFault(leaf)) {
    const { code, at = 'certificate', text } = leaf;
    return refuse(bench, key, refused('', [{ code, field: at, text }]), lasting(bench, now, []));
  }
  const intermediates = readable(others, bench.limits);
  const verdict = chainOf(bench, leaf, intermediates, peerRole, now);
  if (!verdict.accepted) {
    const judgement = refused(summaryOf(leaf, bench.options.crypto), verdict.faults);
    const looked = [leaf, ...intermediates, ...bench.anchors];
    return refuse(bench, key, judgement, lasting(bench, now, looked));
  }
  const known = knownOf(bench, leaf);
  bench.good.keep(key, known, holding(bench, validityOf(verdict.path), now));
  return known;
}

function knownOf({ options: { crypto, service }, pins }: Bench, leaf: Certificate): Known {
  const print = pins.size === 0 ? '' : keyPrint(leaf, crypto);
  const identities = identitiesOf(leaf, service).filter((one) => holdsPin(pins, one, print));
  return { kind: 'known', leaf, summary: summaryOf(leaf, crypto), identities, print };
}

interface Refusal {
  readonly kind: 'refusal';
  readonly judgement: Judgement;
}

function refuse(bench: Bench, key: string, judgement: Judgement, span: Span): Refusal {
  bench.refused.keep(key, judgement, span);
  return { kind: 'refusal', judgement };
}

/** How long a refusal holds: not beyond the instant when one of these certificates begins or ends. */
function lasting(bench: Bench, now: Instant, certificates: readonly Certificate[]): Span {
  let until = now + bench.limits.maxRefusedMs;
  for (const { notBefore, notAfter } of certificates) {
    if (notBefore > now && notBefore < until) until = notBefore;
    // the last second belongs to it
    if (notAfter + 1000 > now && notAfter + 1000 < until) until = notAfter + 1000;
  }
  return { from: now, until };
}

function validityOf(path: readonly Certificate[]): Span {
  return {
    from: Math.max(...path.map((one) => one.notBefore)),
    until: Math.min(...path.map((one) => one.notAfter)),
  };
}

/** No longer than the lists say the same: each that begins or ends may change the answer. */
function holding({ revocation }: Bench, { from, until }: Span, now: Instant): Span {
  let end = until;
  for (const { thisUpdate, nextUpdate } of revocation?.lists ?? [])
    for (const turn of [thisUpdate, nextUpdate])
      if (turn !== undefined && turn >= now && turn < end) end = turn;
  return { from, until: end };
}

// What cannot be read beside the leaf is left out: it is no link of any path.
function readable(others: readonly Uint8Array[], limits: CertLimits): readonly Certificate[] {
  const certificates: Certificate[] = [];
  for (const der of others.slice(0, Math.max(0, limits.maxPresented - 1))) {
    const certificate = parseCertificate(der, limits);
    if (!isFault(certificate)) certificates.push(certificate);
  }
  return certificates;
}

function chainOf(
  { options, limits, anchors, crypto, revocation }: Bench,
  leaf: Certificate,
  intermediates: readonly Certificate[],
  peerRole: TlsRole,
  now: Instant,
): ChainVerdict {
  return verifyChain({
    leaf,
    intermediates,
    anchors,
    now,
    purpose: JUDGED_FOR[options.service][peerRole],
    crypto,
    budget: limits,
    policy: options.policy ?? {},
    ...(revocation === undefined ? {} : { revocation }),
  });
}

/** The last question: does a good certificate speak for the name? */
function named(
  { options: { service }, pins }: Bench,
  { leaf, summary: certificate, identities, print }: Known,
  reference: string | undefined,
): Judgement {
  if (reference === undefined)
    return { accepted: true, proved: identities, certificate, faults: [] };
  const verdict = matchIdentity(leaf, { service, domain: reference });
  if (!verdict.match) {
    const code =
      verdict.field === 'reference'
        ? 'bad-reference'
        : verdict.presented.length === 0
          ? 'no-name'
          : 'name-mismatch';
    return refused(certificate, [
      { code, field: verdict.field ?? 'subjectAltName', text: verdict.text },
    ]);
  }
  const domain = normalizeDomain(reference);
  if (domain !== undefined && !holdsPin(pins, domain, print)) {
    const text = `It has another key than those kept for ${domain}; the SHA-256 of its key is ${print}.`;
    return refused(certificate, [{ code: 'not-pinned', field: 'subjectPublicKeyInfo', text }]);
  }
  const proved =
    domain === undefined || identities.includes(domain) ? identities : [domain, ...identities];
  return { accepted: true, proved, certificate, faults: [] };
}

// One digest over all of them, each behind its length: where one certificate ends and the next begins
// counts. What is never looked at does not count, or a stranger could add some of it to be looked at anew.
function keyOf(
  { limits, options }: Bench,
  presented: readonly Uint8Array[],
  role: TlsRole,
): string {
  const parts: Uint8Array[] = [];
  for (const der of presented.slice(0, limits.maxPresented)) {
    const looked =
      der.length > limits.maxCertificateBytes
        ? der.subarray(0, limits.maxCertificateBytes + 1)
        : der;
    const { length } = looked;
    parts.push(Uint8Array.of(length >>> 24, length >>> 16, length >>> 8, length), looked);
  }
  return role + latin1Of(options.crypto.sha256(concatBytes(parts)));
}

function readAnchors(inputs: JudgeOptions['anchors']): readonly Certificate[] {
  const anchors: Certificate[] = [];
  for (const input of inputs) {
    const read =
      typeof input === 'string'
        ? parseCertificates(input)
        : input instanceof Uint8Array
          ? parseCertificate(input)
          : input;
    if (isFault(read))
      throw new MisuseError('bad-anchor', `An anchor cannot be read: ${read.text}`);
    if ('length' in read && read.length === 0)
      throw new MisuseError('bad-anchor', 'A text given as an anchor holds no certificate.');
    if ('length' in read) anchors.push(...read);
    else anchors.push(read);
  }
  return anchors;
}

const refused = (certificate: string, faults: readonly JudgementFault[]): Judgement => ({
  accepted: false,
  proved: [],
  certificate,
  faults,
});
