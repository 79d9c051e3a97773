// One parsed view of an X.509 certificate (RFC 5280 §4.1). It exists only if the DER is strict and
// every field that we read is well formed; a single malformed alternative name is the one
// exception: it is kept, refused, in `subjectAltName`. What it may be used for is judged in
// usage.ts and chain.ts, whom it speaks for in identity.ts.

import { publicKeyAt, signatureAlgorithmAt } from './algorithm.ts';
import type { PublicKey, SignatureAlgorithm } from './algorithm.ts';
import { DEFAULT_LIMITS } from './budget.ts';
import type { CertLimits } from './budget.ts';
import { equalRuns, hexOf } from './bytes.ts';
import { NONE, TAG, contentAt, derFault, endAt, firstIn, nextOf, tagAt, wholeOf } from './der.ts';
import { nameAt, sameName } from './distinguished-name.ts';
import type { DistinguishedName } from './distinguished-name.ts';
import { extensionsAt } from './extension.ts';
import type { Extensions } from './extension.ts';
import { fault, isFault } from './fault.ts';
import type { Fault } from './fault.ts';
import { readPem } from './pem.ts';
import { integerAt, smallAt, timeAt, wholeBitsAt } from './primitive.ts';
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
  const unfit = derFault(der, limits);
  if (unfit !== undefined) return unfit;
  const tbs = firstIn(der, 0);
  const algorithm = nextOf(der, tbs, der.length);
  const bits = nextOf(der, algorithm, der.length);
  if (tagAt(der, 0) !== TAG.sequence || tagAt(der, tbs) !== TAG.sequence) return bad('certificate');
  if (bits < 0 || endAt(der, bits) !== der.length) return bad('certificate');
  const signature = wholeBitsAt(der, bits);
  if (signature < 0) return bad('signature');
  return readSigned(der, { tbs, algorithm, signature }, limits.maxNames);
}

/** Where the three parts of a certificate stand; of the signature its octets. */
interface Outer {
  readonly tbs: number;
  readonly algorithm: number;
  readonly signature: number;
}

/** Field by field, in their order. @spec RFC 5280 §4.1.2 */
function readSigned(der: Uint8Array, outer: Outer, maxNames: number): Certificate | Fault {
  const end = endAt(der, outer.tbs);
  const first = firstIn(der, outer.tbs);
  const version = versionAt(der, first);
  if (version === undefined) return bad('version');
  const serial = version === 1 ? first : nextOf(der, first, end);
  if (!isSerial(der, serial)) return bad('serialNumber');
  const signatureAlgorithm = signatureAlgorithmAt(der, outer.algorithm);
  if (signatureAlgorithm === undefined) return bad('signatureAlgorithm');
  // the algorithm that was signed and the one that is written beside the signature must be one
  const inner = nextOf(der, serial, end);
  if (!isSame(der, inner, outer.algorithm)) return bad('signatureAlgorithm');
  const issuing = nextOf(der, inner, end);
  const issuer = nameAt(der, issuing);
  if (issuer === undefined || firstIn(der, issuing) < 0) return bad('issuer');
  const validity = nextOf(der, issuing, end);
  const begin = firstIn(der, validity);
  const notBefore = timeAt(der, begin);
  const notAfter = lastTimeIn(der, validity, begin);
  if (notBefore === undefined || notAfter === undefined) return bad('validity');
  const naming = nextOf(der, validity, end);
  const subject = isSame(der, issuing, naming) ? issuer : nameAt(der, naming);
  if (subject === undefined) return bad('subject');
  const key = nextOf(der, naming, end);
  const publicKey = publicKeyAt(der, key);
  if (publicKey === undefined) return bad('subjectPublicKeyInfo');
  const list = extensionList(der, nextOf(der, key, end), end, version);
  if (list === 'malformed') return bad('extensions');
  const extensions = extensionsAt(der, list, maxNames);
  if (isFault(extensions)) return extensions;
  const fields: Fields = {
    version,
    issuer,
    subject,
    notBefore,
    notAfter,
    publicKey,
    signatureAlgorithm,
    extensions,
  };
  return new CertificateView(der, outer, serial, fields);
}

type Fields = Pick<
  Certificate,
  | 'version'
  | 'issuer'
  | 'subject'
  | 'notBefore'
  | 'notAfter'
  | 'publicKey'
  | 'signatureAlgorithm'
  | 'extensions'
>;

/** A certificate that has been checked, whose octets and texts are cut out when they are asked for. */
class CertificateView implements Certificate {
  readonly kind = 'certificate';
  readonly der: Uint8Array;
  readonly version: 1 | 2 | 3;
  readonly issuer: DistinguishedName;
  readonly subject: DistinguishedName;
  readonly notBefore: Instant;
  readonly notAfter: Instant;
  readonly publicKey: PublicKey;
  readonly signatureAlgorithm: SignatureAlgorithm;
  readonly extensions: Extensions;
  readonly #outer: Outer;
  readonly #serial: number;

  constructor(der: Uint8Array, outer: Outer, serial: number, fields: Fields) {
    this.der = der;
    this.version = fields.version;
    this.issuer = fields.issuer;
    this.subject = fields.subject;
    this.notBefore = fields.notBefore;
    this.notAfter = fields.notAfter;
    this.publicKey = fields.publicKey;
    this.signatureAlgorithm = fields.signatureAlgorithm;
    this.extensions = fields.extensions;
    this.#outer = outer;
    this.#serial = serial;
  }

  get serial(): string {
    return hexOf(this.der, contentAt(this.der, this.#serial), endAt(this.der, this.#serial));
  }

  get tbs(): Uint8Array {
    return wholeOf(this.der, this.#outer.tbs);
  }

  get signature(): Uint8Array {
    return this.der.subarray(this.#outer.signature);
  }

  get selfIssued(): boolean {
    return sameName(this.issuer, this.subject);
  }
}

// Version 1 is the default, which DER does not write out.
function versionAt(der: Uint8Array, at: number): 1 | 2 | 3 | undefined {
  if (tagAt(der, at) !== 0xa0) return 1;
  const only = firstIn(der, at);
  const value = nextOf(der, only, endAt(der, at)) < 0 ? smallAt(der, only) : undefined;
  return value === 1 ? 2 : value === 2 ? 3 : undefined;
}

function isSerial(der: Uint8Array, at: number): boolean {
  const octets = integerAt(der, at);
  return octets >= 0 && endAt(der, at) - octets <= MAX_SERIAL;
}

function isSame(der: Uint8Array, one: number, other: number): boolean {
  if (one < 0 || other < 0) return false;
  return equalRuns(der, one, endAt(der, one), other, endAt(der, other));
}

/** The second of two times. */
function lastTimeIn(der: Uint8Array, validity: number, begin: number): Instant | undefined {
  const end = endAt(der, validity);
  const last = nextOf(der, begin, end);
  return last >= 0 && endAt(der, last) === end ? timeAt(der, last) : undefined;
}

// What may follow the key: [1] and [2] unique identifiers from version 2 on, [3] extensions in
// version 3.
function extensionList(
  der: Uint8Array,
  first: number,
  end: number,
  version: 1 | 2 | 3,
): number | 'malformed' {
  let last = 0;
  let list = NONE;
  for (let at = first; at >= 0; at = nextOf(der, at, end)) {
    const tag = tagAt(der, at);
    const number = tag & 0x1f;
    if ((tag & 0xc0) !== 0x80 || number <= last || number > 3 || version < (number === 3 ? 3 : 2))
      return 'malformed';
    last = number;
    if (number !== 3) continue;
    list = firstIn(der, at);
    if (tag !== 0xa3 || list < 0 || endAt(der, list) !== endAt(der, at)) return 'malformed';
  }
  return list;
}

const bad = (at: string): Fault =>
  fault('bad-certificate', 'RFC 5280 §4.1', at, `The field ${at} is malformed.`);

// 20 octets, and one more for those who count the sign apart
const MAX_SERIAL = 21;
