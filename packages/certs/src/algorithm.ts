// Which signature and key algorithms a certificate names: RFC 3279, RFC 4055 (RSA, RSA-PSS), RFC
// 5758 (ECDSA), RFC 8410 (Ed25519). Whether one is strong enough is a matter of policy
// (strength.ts); the checking itself is handed in.

import { NONE, TAG, contentAt, endAt, firstIn, nextOf, tagAt, wholeOf } from './der.ts';
import { oidAt } from './oid.ts';
import { insideAt, integerAt, smallAt, wholeBitsAt } from './primitive.ts';

/** Hash functions by their usual short names. */
export type HashName = 'md2' | 'md5' | 'sha1' | 'sha224' | 'sha256' | 'sha384' | 'sha512';

/** How a signature was made. `unknown` carries the object identifier only. */
export type SignatureAlgorithm =
  | { readonly name: 'rsa-pkcs1' | 'ecdsa' | 'dsa'; readonly hash: HashName }
  | { readonly name: 'rsa-pss'; readonly hash: HashName; readonly saltLength: number }
  | { readonly name: 'ed25519' | 'ed448' }
  | { readonly name: 'unknown'; readonly oid: string };

/**
 * The cryptography that is handed in: one question, never thrown at, `false` for whatever does not
 * fit.
 */
export interface SignatureCheck {
  /** Whether `signature` over `data` was made with the key in `spkiDer` (SubjectPublicKeyInfo). */
  verify(
    algorithm: SignatureAlgorithm,
    spkiDer: Uint8Array,
    data: Uint8Array,
    signature: Uint8Array,
  ): boolean;
}

/** A public key: its kind, its size in bits (0: unknown), and the octets that a check needs. */
export interface PublicKey {
  readonly kind: 'rsa' | 'rsa-pss' | 'ec' | 'ed25519' | 'ed448' | 'dsa' | 'unknown';
  readonly bits: number;
  /**
   * The named curve, or the object identifier of one that we do not know; empty for other kinds.
   */
  readonly curve: string;
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Uint8Array;
  /** The key bits alone: what a key identifier is the digest of. */
  readonly point: Uint8Array;
}

/**
 * Reads the AlgorithmIdentifier of a signature at `at`; `undefined` when it is malformed.
 * @spec RFC 5280 §4.1.1.2
 */
export function signatureAlgorithmAt(
  bytes: Uint8Array,
  at: number,
): SignatureAlgorithm | undefined {
  if (tagAt(bytes, at) !== TAG.sequence) return undefined;
  const end = endAt(bytes, at);
  const first = firstIn(bytes, at);
  const oid = oidAt(bytes, first);
  const params = nextOf(bytes, first, end);
  if (oid === undefined || nextOf(bytes, params, end) >= 0) return undefined;
  const known = SIGNATURES[oid];
  if (known?.name === 'rsa-pss') return pssAt(bytes, params);
  if (known === undefined) return { name: 'unknown', oid };
  const mayBeNull = known.name === 'rsa-pkcs1' || known.name === 'dsa';
  return params < 0 || (mayBeNull && isNull(bytes, params)) ? known : undefined;
}

const isNull = (bytes: Uint8Array, at: number): boolean =>
  tagAt(bytes, at) === TAG.null && bytes[at + 1] === 0;

/** Reads the SubjectPublicKeyInfo at `at`; `undefined` when it is malformed. @spec RFC 5280 §4.1.2.7 */
export function publicKeyAt(bytes: Uint8Array, at: number): PublicKey | undefined {
  if (tagAt(bytes, at) !== TAG.sequence) return undefined;
  const end = endAt(bytes, at);
  const algorithm = firstIn(bytes, at);
  const bits = nextOf(bytes, algorithm, end);
  if (tagAt(bytes, algorithm) !== TAG.sequence || nextOf(bytes, bits, end) >= 0) return undefined;
  const first = firstIn(bytes, algorithm);
  const oid = oidAt(bytes, first);
  const point = wholeBitsAt(bytes, bits);
  if (oid === undefined || point < 0) return undefined;
  const params = nextOf(bytes, first, endAt(bytes, algorithm));
  const kind = KEYS[oid] ?? 'unknown';
  if (kind === 'ec') return curveKey(bytes, at, point, oidAt(bytes, params));
  const size = keyBits(bytes, kind, bits, params);
  return size === undefined
    ? undefined
    : new KeyView(bytes, at, point, { kind, bits: size, curve: '' });
}

// only named curves: explicit parameters let a certificate bring a curve of its own (CVE-2020-0601)
function curveKey(
  bytes: Uint8Array,
  at: number,
  point: number,
  curve: string | undefined,
): PublicKey | undefined {
  if (curve === undefined) return undefined;
  const { name, bits } = CURVES[curve] ?? { name: curve, bits: 0 };
  return new KeyView(bytes, at, point, { kind: 'ec', bits, curve: name });
}

/** A key that has been checked, whose octets are cut out when they are asked for. */
class KeyView implements PublicKey {
  readonly kind: PublicKey['kind'];
  readonly bits: number;
  readonly curve: string;
  readonly #bytes: Uint8Array;
  readonly #at: number;
  readonly #point: number;
  #spki: Uint8Array | undefined;

  constructor(
    bytes: Uint8Array,
    at: number,
    point: number,
    { kind, bits, curve }: Omit<PublicKey, 'spki' | 'point'>,
  ) {
    this.kind = kind;
    this.bits = bits;
    this.curve = curve;
    this.#bytes = bytes;
    this.#at = at;
    this.#point = point;
  }

  get spki(): Uint8Array {
    this.#spki ??= wholeOf(this.#bytes, this.#at);
    return this.#spki;
  }

  get point(): Uint8Array {
    return this.#bytes.subarray(this.#point, endAt(this.#bytes, this.#at));
  }
}

function keyBits(
  bytes: Uint8Array,
  kind: PublicKey['kind'],
  bits: number,
  params: number,
): number | undefined {
  if (kind === 'rsa' || kind === 'rsa-pss') return modulusBits(bytes, bits);
  if (kind === 'dsa') return bitLength(bytes, firstIn(bytes, params)) ?? 0;
  return (endAt(bytes, bits) - contentAt(bytes, bits) - 1) * 8;
}

// The exponent has to be odd, not 1, and short: a long one makes each check as dear as a signature.
function modulusBits(bytes: Uint8Array, bits: number): number | undefined {
  const key = insideAt(bytes, bits, 1);
  if (tagAt(bytes, key) !== TAG.sequence) return undefined;
  const end = endAt(bytes, key);
  const modulus = firstIn(bytes, key);
  const exponent = nextOf(bytes, modulus, end);
  const size = bitLength(bytes, exponent);
  if (size === undefined || nextOf(bytes, exponent, end) >= 0) return undefined;
  const isOdd = ((bytes[endAt(bytes, exponent) - 1] ?? 0) & 1) === 1;
  if (!isOdd || size < 2 || size > MAX_EXPONENT_BITS) return undefined;
  return bitLength(bytes, modulus);
}

/** Of an INTEGER that is not below zero. */
function bitLength(bytes: Uint8Array, integer: number): number | undefined {
  let at = integerAt(bytes, integer);
  if (at < 0 || (bytes[at] ?? 0) >= 0x80) return undefined;
  const end = endAt(bytes, integer);
  while (at < end && bytes[at] === 0) at += 1;
  return at === end ? 0 : (end - at) * 8 - (Math.clz32(bytes[at] ?? 0) - 24);
}

/** RSASSA-PSS parameters; the mask hash has to be the hash. @spec RFC 4055 §3.1 */
function pssAt(bytes: Uint8Array, params: number): SignatureAlgorithm | undefined {
  if (tagAt(bytes, params) !== TAG.sequence) return undefined;
  let hash: HashName | undefined = 'sha1';
  let mask: HashName | undefined = 'sha1';
  let saltLength: number | undefined = 20;
  const end = endAt(bytes, params);
  for (let field = firstIn(bytes, params); field >= 0; field = nextOf(bytes, field, end)) {
    const tag = tagAt(bytes, field);
    const inner = firstIn(bytes, field);
    if (tag === 0xa0) hash = hashAt(bytes, inner);
    else if (tag === 0xa1) mask = hashAt(bytes, secondIn(bytes, inner));
    else if (tag === 0xa2) saltLength = smallAt(bytes, inner);
    else if (tag !== 0xa3 || smallAt(bytes, inner) !== 1) return undefined;
  }
  if (hash === undefined || hash !== mask || saltLength === undefined) return undefined;
  return { name: 'rsa-pss', hash, saltLength };
}

function secondIn(bytes: Uint8Array, at: number): number {
  return at < 0 ? NONE : nextOf(bytes, firstIn(bytes, at), endAt(bytes, at));
}

function hashAt(bytes: Uint8Array, at: number): HashName | undefined {
  const oid = oidAt(bytes, firstIn(bytes, at));
  return oid === undefined ? undefined : HASHES[oid];
}

const HASHES: Readonly<Record<string, HashName>> = {
  '1.3.14.3.2.26': 'sha1',
  '2.16.840.1.101.3.4.2.4': 'sha224',
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};

const SIGNATURES: Readonly<Record<string, SignatureAlgorithm>> = {
  '1.2.840.113549.1.1.2': { name: 'rsa-pkcs1', hash: 'md2' },
  '1.2.840.113549.1.1.4': { name: 'rsa-pkcs1', hash: 'md5' },
  '1.2.840.113549.1.1.5': { name: 'rsa-pkcs1', hash: 'sha1' },
  '1.2.840.113549.1.1.14': { name: 'rsa-pkcs1', hash: 'sha224' },
  '1.2.840.113549.1.1.11': { name: 'rsa-pkcs1', hash: 'sha256' },
  '1.2.840.113549.1.1.12': { name: 'rsa-pkcs1', hash: 'sha384' },
  '1.2.840.113549.1.1.13': { name: 'rsa-pkcs1', hash: 'sha512' },
  '1.2.840.113549.1.1.10': { name: 'rsa-pss', hash: 'sha1', saltLength: 20 },
  '1.2.840.10045.4.1': { name: 'ecdsa', hash: 'sha1' },
  '1.2.840.10045.4.3.1': { name: 'ecdsa', hash: 'sha224' },
  '1.2.840.10045.4.3.2': { name: 'ecdsa', hash: 'sha256' },
  '1.2.840.10045.4.3.3': { name: 'ecdsa', hash: 'sha384' },
  '1.2.840.10045.4.3.4': { name: 'ecdsa', hash: 'sha512' },
  '1.2.840.10040.4.3': { name: 'dsa', hash: 'sha1' },
  '2.16.840.1.101.3.4.3.1': { name: 'dsa', hash: 'sha224' },
  '2.16.840.1.101.3.4.3.2': { name: 'dsa', hash: 'sha256' },
  '1.3.101.112': { name: 'ed25519' },
  '1.3.101.113': { name: 'ed448' },
};

const KEYS: Readonly<Record<string, PublicKey['kind']>> = {
  '1.2.840.113549.1.1.1': 'rsa',
  '1.2.840.113549.1.1.10': 'rsa-pss',
  '1.2.840.10045.2.1': 'ec',
  '1.2.840.10040.4.1': 'dsa',
  '1.3.101.112': 'ed25519',
  '1.3.101.113': 'ed448',
};

const CURVES: Readonly<Record<string, { readonly name: string; readonly bits: number }>> = {
  '1.2.840.10045.3.1.1': { name: 'P-192', bits: 192 },
  '1.3.132.0.33': { name: 'P-224', bits: 224 },
  '1.2.840.10045.3.1.7': { name: 'P-256', bits: 256 },
  '1.3.132.0.34': { name: 'P-384', bits: 384 },
  '1.3.132.0.35': { name: 'P-521', bits: 521 },
  '1.3.132.0.10': { name: 'secp256k1', bits: 256 },
  '1.3.36.3.3.2.8.1.1.7': { name: 'brainpoolP256r1', bits: 256 },
  '1.3.36.3.3.2.8.1.1.11': { name: 'brainpoolP384r1', bits: 384 },
  '1.3.36.3.3.2.8.1.1.13': { name: 'brainpoolP512r1', bits: 512 },
};

// 65,537 has 17; some old authorities use 32
const MAX_EXPONENT_BITS = 64;
