// The judge that hosts hand to their sockets: DER as presented and the peer's role in, a judgement
// out. It reads, builds a chain, and compares names. Good chains are remembered, within a bound, by
// the digest of what was presented, so that a known peer costs no signature; time and name are
// looked at each time. It never throws at what a peer sends.

import type { SignatureCheck } from './algorithm.ts';
import { DEFAULT_LIMITS } from './budget.ts';
import type { CertLimits } from './budget.ts';
import { concatBytes, hexOf } from './bytes.ts';
import { parseCertificate, parseCertificates } from './certificate.ts';
import type { Certificate } from './certificate.ts';
import { verifyChain } from './chain.ts';
import type { ChainVerdict } from './chain.ts';
import { normalizeDomain } from './domain.ts';
import { MisuseError, isFault } from './fault.ts';
import { identitiesOf, matchIdentity } from './identity.ts';
import { presentedNames } from './names.ts';
import type { ChainPolicy } from './policy.ts';
import { shown } from './shown.ts';
import type { Instant } from './time.ts';
import type { Purpose } from './usage.ts';

/** The role that the PEER plays in TLS. */
export type TlsRole = 'client' | 'server';

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
  readonly service: 'xmpp-server' | 'sip';
  /** What is trusted: DER, PEM texts (each may hold several), or certificates. */
  readonly anchors: readonly (Certificate | Uint8Array | string)[];
  /** The wall clock, epoch milliseconds. */
  readonly clock: () => Instant;
  readonly crypto: JudgeCrypto;
  readonly limits?: Partial<CertLimits>;
  readonly policy?: Partial<ChainPolicy>;
}

/** Makes a judge; an anchor that cannot be read is misuse. @spec RFC 6120 §13.7.2, RFC 5922 §7 */
export function judgeFor(options: JudgeOptions): Judge {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const bench: Bench = { options, limits, anchors: readAnchors(options.anchors), known: new Map() };
  return (presented, peerRole, reference) => judge(bench, presented, peerRole, reference);
}

interface Bench {
  readonly options: JudgeOptions;
  readonly limits: CertLimits;
  readonly anchors: readonly Certificate[];
  /** By digest of what was presented and for what; the least recently used goes first. */
  readonly known: Map<string, Known>;
}

/** A chain that was found good, and how long that stays true. */
interface Known {
  readonly leaf: Certificate;
  readonly from: Instant;
  readonly until: Instant;
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
  const known = recall(bench, key, now);
  if (known !== undefined) return named(bench, known.leaf, reference);
  // a copy, since it may be remembered for longer than the socket's buffer
  const leaf = parseCertificate(first.slice(), bench.limits);
  if (isFault(leaf))
    return refused('', [{ code: leaf.code, field: leaf.at ?? 'certificate', text: leaf.text }]);
  const verdict = chainOf(bench, leaf, presented, peerRole, now);
  if (!verdict.accepted) return refused(summaryOf(leaf, bench.options.crypto), verdict.faults);
  if (key !== undefined) remember(bench, key, leaf, verdict.path);
  return named(bench, leaf, reference);
}

// What cannot be read beside the leaf is left out: it is no link of any path.
function chainOf(
  bench: Bench,
  leaf: Certificate,
  presented: readonly Uint8Array[],
  peerRole: TlsRole,
  now: Instant,
): ChainVerdict {
  const { options, limits, anchors } = bench;
  const intermediates: Certificate[] = [];
  for (const der of presented.slice(1, limits.maxPresented)) {
    const certificate = parseCertificate(der, limits);
    if (!isFault(certificate)) intermediates.push(certificate);
  }
  const purpose = PURPOSE[options.service][peerRole];
  const policy = options.policy ?? {};
  return verifyChain({
    leaf,
    intermediates,
    anchors,
    now,
    purpose,
    crypto: options.crypto,
    budget: limits,
    policy,
  });
}

/** The last question: does a good certificate speak for the name? */
function named(bench: Bench, leaf: Certificate, reference: string | undefined): Judgement {
  const { service, crypto } = bench.options;
  const certificate = summaryOf(leaf, crypto);
  const identities = identitiesOf(leaf, service);
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
  const proved =
    domain === undefined || identities.includes(domain) ? identities : [domain, ...identities];
  return { accepted: true, proved, certificate, faults: [] };
}

/**
 * A certificate in one line for traces: subject, names, issuer, last day, SHA-256 fingerprint. No
 * secret is in it. Names are cut at eight.
 */
export function summaryOf(certificate: Certificate, crypto: Pick<JudgeCrypto, 'sha256'>): string {
  const { dns, srv, xmppAddr, uri } = presentedNames(certificate);
  const names = [...dns, ...srv, ...xmppAddr, ...uri];
  const more = names.length > SHOWN ? ` and ${names.length - SHOWN} more` : '';
  const subject = certificate.subject.text === '' ? 'no subject' : certificate.subject.text;
  const list = names.slice(0, SHOWN).map(shown).join(', ') || 'none';
  const print = hexOf(crypto.sha256(certificate.der));
  return `${subject}; names ${list}${more}; issuer ${certificate.issuer.text}; sha256 ${print}`;
}

function recall(bench: Bench, key: string | undefined, now: Instant): Known | undefined {
  const known = key === undefined ? undefined : bench.known.get(key);
  if (key === undefined || known === undefined) return undefined;
  bench.known.delete(key);
  if (now < known.from || now >= known.until) return undefined;
  bench.known.set(key, known);
  return known;
}

function remember(
  bench: Bench,
  key: string,
  leaf: Certificate,
  path: readonly Certificate[],
): void {
  const from = Math.max(...path.map((one) => one.notBefore));
  const until = Math.min(...path.map((one) => one.notAfter));
  bench.known.set(key, { leaf, from, until });
  for (const oldest of bench.known.keys()) {
    if (bench.known.size <= bench.limits.maxRemembered) return;
    bench.known.delete(oldest);
  }
}

// One digest over the digests: where one certificate ends and the next begins counts. Too large is
// not remembered.
function keyOf(
  bench: Bench,
  presented: readonly Uint8Array[],
  peerRole: TlsRole,
): string | undefined {
  const { maxCertificateBytes, maxPresented } = bench.limits;
  if (presented.length > maxPresented || presented.some((der) => der.length > maxCertificateBytes))
    return undefined;
  const { crypto } = bench.options;
  const digests = presented.map((der) => crypto.sha256(der));
  return peerRole + hexOf(crypto.sha256(concatBytes(digests)));
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

const PURPOSE: Readonly<Record<JudgeOptions['service'], Readonly<Record<TlsRole, Purpose>>>> = {
  'xmpp-server': { server: 'server', client: 'xmpp-s2s-initiator' },
  sip: { server: 'sip-server', client: 'sip-initiator' },
};

// names in one line of a trace
const SHOWN = 8;
