// What an administrator wants to know of a chain before a partner refuses it: for each use it
// should serve and each name it should prove, what stands in the way, and what to do about it.
// Findings are values; nothing here decides anything.

import type { SignatureCheck } from './algorithm.ts';
import { parseCertificate } from './certificate.ts';
import type { Certificate } from './certificate.ts';
import { verifyChain } from './chain.ts';
import { isFault } from './fault.ts';
import type { FaultCode } from './fault.ts';
import { matchIdentity } from './identity.ts';
import { presentedNames } from './names.ts';
import type { ChainPolicy } from './policy.ts';
import { isoOf } from './time.ts';
import type { Instant } from './time.ts';
import { KEY_PURPOSE } from './usage.ts';
import type { Purpose } from './usage.ts';

/** One question to the doctor. */
export interface DiagnosisRequest {
  /** DER, leaf first. */
  readonly presented: readonly Uint8Array[];
  readonly anchors: readonly Certificate[];
  /** Epoch milliseconds. */
  readonly now: Instant;
  readonly crypto: SignatureCheck;
  readonly service: 'xmpp-server' | 'sip';
  /** Each use it should serve, such as `server` and `xmpp-s2s-initiator`. */
  readonly purposes: readonly Purpose[];
  /** Each domain it should prove. */
  readonly domains: readonly string[];
  readonly policy?: Partial<ChainPolicy>;
}

/** One thing found. A `warning` stands in nobody's way today. */
export interface DiagnosisFinding {
  readonly level: 'error' | 'warning';
  readonly code: FaultCode | 'expires-soon' | 'no-client-auth';
  readonly field: string;
  /** One English sentence. */
  readonly text: string;
  /** What to do, one English sentence. */
  readonly remedy: string;
}

/**
 * Findings in the order: chain for each purpose, names, then warnings; each once. An empty list is
 * good health.
 */
export function diagnose(request: DiagnosisRequest): readonly DiagnosisFinding[] {
  const [first] = request.presented;
  if (first === undefined)
    return [finding('no-certificate', 'certificate', 'There is no certificate.')];
  const leaf = parseCertificate(first);
  if (isFault(leaf)) return [finding(leaf.code, leaf.at ?? 'certificate', leaf.text)];
  const found = [
    ...chainFindings(request, leaf),
    ...nameFindings(request, leaf),
    ...warnings(request, leaf),
  ];
  return found.filter((one, i) => found.findIndex((other) => other.text === one.text) === i);
}

function chainFindings(request: DiagnosisRequest, leaf: Certificate): readonly DiagnosisFinding[] {
  const { anchors, now, crypto, policy = {} } = request;
  const intermediates: Certificate[] = [];
  const found: DiagnosisFinding[] = [];
  for (const der of request.presented.slice(1)) {
    const certificate = parseCertificate(der);
    if (isFault(certificate))
      found.push(finding(certificate.code, certificate.at ?? 'certificate', certificate.text));
    else intermediates.push(certificate);
  }
  for (const purpose of request.purposes) {
    const { faults } = verifyChain({ leaf, intermediates, anchors, now, purpose, crypto, policy });
    for (const { code, field, text } of faults) found.push(finding(code, field, text));
  }
  return found;
}

function nameFindings(
  { service, domains }: DiagnosisRequest,
  leaf: Certificate,
): readonly DiagnosisFinding[] {
  const found = presentedNames(leaf).faults.map(({ code, at, text }) =>
    finding(code, at ?? 'subjectAltName', text),
  );
  for (const domain of domains) {
    const { match, field, text } = matchIdentity(leaf, { service, domain });
    if (!match) found.push(finding('name-mismatch', field ?? 'subjectAltName', text));
  }
  return found;
}

function warnings(
  { now, purposes }: DiagnosisRequest,
  { notAfter, extensions }: Certificate,
): readonly DiagnosisFinding[] {
  const found: DiagnosisFinding[] = [];
  if (now <= notAfter && notAfter - now < SOON) {
    const text = `It expires at ${isoOf(notAfter)}.`;
    found.push({
      level: 'warning',
      code: 'expires-soon',
      field: 'validity.notAfter',
      text,
      remedy: RENEW,
    });
  }
  const calls = purposes.some(
    (purpose) => purpose === 'xmpp-s2s-initiator' || purpose === 'sip-initiator',
  );
  const usages = extensions.extKeyUsage;
  if (
    !calls ||
    usages === undefined ||
    usages.includes(KEY_PURPOSE.clientAuth) ||
    usages.includes(KEY_PURPOSE.any)
  )
    return found;
  found.push({
    level: 'warning',
    code: 'no-client-auth',
    field: 'extKeyUsage',
    text: 'It lacks clientAuth: a partner that insists on it refuses our connections.',
    remedy:
      'Where such a partner matters, get a certificate with clientAuth, or let it prove us by dialback.',
  });
  return found;
}

const finding = (code: FaultCode, field: string, text: string): DiagnosisFinding => ({
  level: 'error',
  code,
  field,
  text,
  remedy:
    REMEDY[code] ?? 'Have the certificate issued again by an authority that keeps to RFC 5280.',
});

const RENEW = 'Renew the certificate.';
const STRONGER =
  'Have it issued again with SHA-256 and an RSA key of at least 2048 bits or a P-256 key.';
const REMEDY: Readonly<Partial<Record<FaultCode, string>>> = {
  expired: RENEW,
  'not-yet-valid': 'Wait, or set the clock right.',
  'no-certificate': 'Configure a certificate.',
  'self-signed':
    'Get a certificate from an authority that the partner trusts, or have the partner trust this one.',
  'untrusted-root':
    'Use an authority that the partner trusts, or have the partner trust this root.',
  'unknown-issuer': 'Send the intermediate certificates along, or trust the root that issued it.',
  'bad-signature':
    'Check that the chain belongs to this certificate; a name may be shared by two authorities.',
  'weak-signature': STRONGER,
  'weak-key': STRONGER,
  'wrong-purpose':
    'Have it issued with serverAuth and, where the authority still does so, clientAuth.',
  'name-mismatch': 'Have it issued with the domain itself in subjectAltName.',
  'not-a-ca': 'Send the right intermediate certificates.',
};

// thirty days: a month is what people need to get a certificate by hand
const SOON = 30 * 86_400_000;
