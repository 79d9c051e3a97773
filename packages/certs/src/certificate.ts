// One parsed view of an X.509 certificate (RFC 5280 §4.1). It exists only if the DER is strict and
// every field that we read is well formed; a single malformed alternative name is the one
// exception: it is kept, refused, in `subjectAltName`. What it may be used for is judged in
// usage.ts and chain.ts, whom it speaks for in identity.ts.

import { publicKeyOf, signatureAlgorithmOf } from './algorithm.ts';
import type { PublicKey, SignatureAlgorithm } from './algorithm.ts';
import { DEFAULT_LIMITS } from './budget.ts';
import type { CertLimits } from './budget.ts';
import { equalBytes, hexOf } from './bytes.ts';
import { TAG, readDer } from './der.ts';
import type { DerNode } from './der.ts';
import { nameOf, sameName } from './distinguished-name.ts';
import type { DistinguishedName } from './distinguished-name.ts';
import { extensionsOf } from './extension.ts';
import type { Extensions } from './extension.ts';
import { fault, isFault } from './fault.ts';
import type { Fault } from './fault.ts';
import { readPem } from './pem.ts';
import { integerOf, smallOf, timeOf, wholeBitsOf } from './primitive.ts';
import type { Instant } from './time.ts';

/** A certificate that has been read. Views into `der`, which must not change. */
export interface Certificate {
  readonly kind: 'certificate';
  readonly der: Uint8Array;
  readonly version: 1 | 2 | 3;
  /** Lower-case hexadecimal, as written. */
  readonly serial: string;
  readonly issuer: DistinguishedName;
  readonly subject: DistinguishedName;
  /** The first instant, epoch milliseconds. */
  readonly notBefore: Instant;
  /** The last instant, epoch milliseconds. */
  readonly notAfter: Instant;
  readonly publicKey: PublicKey;
  readonly signatureAlgorithm: SignatureAlgorithm;
  readonly signature: Uint8Array;
  /** The octets that were signed. */
  readonly tbs: Uint8Array;
  readonly extensions: Extensions;
  /** Issuer and subject are the same name. */
  readonly selfIssued: boolean;
}

/**
 * Reads one certificate, DER or PEM text with exactly one; faults as values.
 * @spec RFC 5280 §4.1
 */
export function parseCertificate(
  input: Uint8Array | string,
  limits: CertLimits = DEFAULT_LIMITS,
): Certificate | Fault {
  if (typeof input !== 'string') return readCertificate(input, limits);
  const blocks = readPem(input, 'CERTIFICATE', limits.maxPemBytes);
  if (isFault(blocks)) return blocks;
  const [only] = blocks;
  if (only === undefined || blocks.length !== 1) {
    return fault(
      'bad-pem',
      'RFC 7468 §5',
      'pem',
      `One certificate was wanted, ${blocks.length} are there.`,
    );
  }
  return readCertificate(only, limits);
}

/**
 * Reads every certificate of a PEM text, in order; the first fault if there is one.
 * @spec RFC 7468 §5
 */
export function parseCertificates(
  pem: string,
  limits: CertLimits = DEFAULT_LIMITS,
): readonly Certificate[] | Fault {
  const blocks = readPem(pem, 'CERTIFICATE', limits.maxPemBytes);
  if (isFault(blocks)) return blocks;
  const certificates: Certificate[] = [];
  for (const der of blocks) {
    const certificate = readCertificate(der, limits);
    if (isFault(certificate)) return certificate;
    certificates.push(certificate);
  }
  return certificates;
}

function readCertificate(der: Uint8Array, limits: CertLimits): Certificate | Fault {
  if (der.length > limits.maxCertificateBytes) {
    return fault(
      'too-large',
      'RFC 5280 §4.1',
      'certificate',
      `It has more than ${limits.maxCertificateBytes} octets.`,
    );
  }
  const root = readDer(der, limits);
  if (isFault(root)) return root;
  const [tbs, algorithm, bits] = root.children;
  if (root.tag !== TAG.sequence || root.children.length !== 3 || tbs?.tag !== TAG.sequence)
    return bad('certificate');
  const signature = wholeBitsOf(bits);
  if (signature === undefined) return bad('signature');
  return readSigned({ der, tbs, algorithm, signature }, limits.maxNames);
}

interface Outer {
  readonly der: Uint8Array;
  readonly tbs: DerNode;
  readonly algorithm: DerNode | undefined;
  readonly signature: Uint8Array;
}

/** @spec RFC 5280 §4.1.2 */
function readSigned(
  { der, tbs, algorithm, signature }: Outer,
  maxNames: number,
): Certificate | Fault {
  const version = versionOf(tbs.children[0]);
  if (version === undefined) return bad('version');
  const [serial, inner, issuing, validity, naming, key, ...rest] = tbs.children.slice(
    version === 1 ? 0 : 1,
  );
  const serialOctets = integerOf(serial);
  if (serialOctets === undefined || serialOctets.length > MAX_SERIAL) return bad('serialNumber');
  const signatureAlgorithm = signatureAlgorithmOf(algorithm);
  if (signatureAlgorithm === undefined) return bad('signatureAlgorithm');
  // the algorithm that was signed and the one that is written beside the signature must be one
  if (inner === undefined || !equalBytes(inner.whole, algorithm?.whole ?? inner.content))
    return bad('signatureAlgorithm');
  const issuer = nameOf(issuing);
  if (issuer === undefined || issuer.keys.length === 0) return bad('issuer');
  const notBefore = timeOf(validity?.children[0]);
  const notAfter = timeOf(validity?.children[1]);
  if (notBefore === undefined || notAfter === undefined || validity?.children.length !== 2)
    return bad('validity');
  const subject = nameOf(naming);
  if (subject === undefined) return bad('subject');
  const publicKey = publicKeyOf(key);
  if (publicKey === undefined) return bad('subjectPublicKeyInfo');
  const list = extensionList(rest, version);
  if (list === 'malformed') return bad('extensions');
  const extensions = extensionsOf(list, maxNames);
  if (isFault(extensions)) return extensions;
  return {
    kind: 'certificate',
    der,
    version,
    serial: hexOf(serialOctets),
    issuer,
    subject,
    notBefore,
    notAfter,
    publicKey,
    signatureAlgorithm,
    signature,
    tbs: tbs.whole,
    extensions,
    selfIssued: sameName(issuer, subject),
  };
}

// Version 1 is the default, which DER does not write out.
function versionOf(node: DerNode | undefined): 1 | 2 | 3 | undefined {
  if (node?.tag !== 0xa0) return 1;
  const value = node.children.length === 1 ? smallOf(node.children[0]) : undefined;
  return value === 1 ? 2 : value === 2 ? 3 : undefined;
}

// What may follow the key: [1] and [2] unique identifiers from version 2 on, [3] extensions in
// version 3.
function extensionList(
  rest: readonly DerNode[],
  version: 1 | 2 | 3,
): DerNode | undefined | 'malformed' {
  let last = 0;
  let list: DerNode | undefined;
  for (const node of rest) {
    const number = node.tag & 0x1f;
    if (
      (node.tag & 0xc0) !== 0x80 ||
      number <= last ||
      number > 3 ||
      version < (number === 3 ? 3 : 2)
    )
      return 'malformed';
    last = number;
    if (number !== 3) continue;
    list = node.children[0];
    if (node.tag !== 0xa3 || node.children.length !== 1) return 'malformed';
  }
  return list;
}

const bad = (at: string): Fault =>
  fault('bad-certificate', 'RFC 5280 §4.1', at, `The field ${at} is malformed.`);

// 20 octets, and one more for those who count the sign apart
const MAX_SERIAL = 21;
