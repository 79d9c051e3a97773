// Which signature and key algorithms a certificate names: RFC 3279, RFC 4055 (RSA, RSA-PSS), RFC
// 5758 (ECDSA), RFC 8410 (Ed25519). Whether one is strong enough is a matter of policy
// (strength.ts); the checking itself is handed in.

import { TAG } from './der.ts';
import type { DerNode } from './der.ts';
import { integerOf, oidOf, smallOf, wholeBitsOf, insideOf } from './primitive.ts';

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
 * Reads an AlgorithmIdentifier of a signature; `undefined` when it is malformed.
 * @spec RFC 5280 §4.1.1.2
 */
export function signatureAlgorithmOf(node: DerNode | undefined): SignatureAlgorithm | undefined {
  const oid = oidOf(node?.children[0]);
  if (node?.tag !== TAG.sequence || oid === undefined || node.children.length > 2) return undefined;
  const params = node.children[1];
  const known = SIGNATURES[oid];
  if (known?.name === 'rsa-pss') return pssOf(params);
  if (known === undefined) return { name: 'unknown', oid };
  const mayBeNull = known.name === 'rsa-pkcs1' || known.name === 'dsa';
  const fits =
    params === undefined || (mayBeNull && params.tag === TAG.null && params.content.length === 0);
  return fits ? known : undefined;
}

/** Reads a SubjectPublicKeyInfo; `undefined` when it is malformed. @spec RFC 5280 §4.1.2.7 */
export function publicKeyOf(node: DerNode | undefined): PublicKey | undefined {
  const [algorithm, bits] = node?.children ?? [];
  const oid = oidOf(algorithm?.children[0]);
  const point = wholeBitsOf(bits);
  if (node?.tag !== TAG.sequence || node.children.length !== 2 || algorithm?.tag !== TAG.sequence)
    return undefined;
  if (oid === undefined || point === undefined) return undefined;
  const kind = KEYS[oid] ?? 'unknown';
  const key = { kind, curve: '', spki: node.whole, point };
  if (kind === 'rsa' || kind === 'rsa-pss') return withBits(key, modulusBits(point));
  if (kind === 'dsa')
    return { ...key, bits: bitLength(integerOf(algorithm.children[1]?.children[0])) ?? 0 };
  if (kind === 'ec') return curveKey(key, oidOf(algorithm.children[1]));
  return { ...key, bits: point.length * 8 };
}

type KeyWithoutBits = Omit<PublicKey, 'bits'>;

function withBits(key: KeyWithoutBits, bits: number | undefined): PublicKey | undefined {
  return bits === undefined ? undefined : { ...key, bits };
}

// only named curves: explicit parameters let a certificate bring a curve of its own (CVE-2020-0601)
function curveKey(key: KeyWithoutBits, curve: string | undefined): PublicKey | undefined {
  if (curve === undefined) return undefined;
  const known = CURVES[curve];
  return { ...key, curve: known?.name ?? curve, bits: known?.bits ?? 0 };
}

// The exponent has to be odd, not 1, and short: a long one makes each check as dear as a signature.
function modulusBits(point: Uint8Array): number | undefined {
  const key = insideOf(point);
  const exponent = integerOf(key?.children[1]);
  if (key?.tag !== TAG.sequence || key.children.length !== 2 || exponent === undefined)
    return undefined;
  const isOdd = ((exponent[exponent.length - 1] ?? 0) & 1) === 1;
  const size = bitLength(exponent);
  if (!isOdd || size === undefined || size < 2 || size > MAX_EXPONENT_BITS) return undefined;
  return bitLength(integerOf(key.children[0]));
}

function bitLength(octets: Uint8Array | undefined): number | undefined {
  if (octets === undefined || (octets[0] ?? 0) >= 0x80) return undefined;
  let at = 0;
  while (octets[at] === 0) at += 1;
  return at === octets.length ? 0 : (octets.length - at) * 8 - (Math.clz32(octets[at] ?? 0) - 24);
}

/** RSASSA-PSS parameters; the mask hash has to be the hash. @spec RFC 4055 §3.1 */
function pssOf(params: DerNode | undefined): SignatureAlgorithm | undefined {
  if (params?.tag !== TAG.sequence) return undefined;
  let hash: HashName | undefined = 'sha1';
  let mask: HashName | undefined = 'sha1';
  let saltLength: number | undefined = 20;
  for (const field of params.children) {
    const inner = field.children[0];
    if (field.tag === 0xa0) hash = hashOf(inner);
    else if (field.tag === 0xa1) mask = hashOf(inner?.children[1]);
    else if (field.tag === 0xa2) saltLength = smallOf(inner);
    else if (field.tag !== 0xa3 || smallOf(inner) !== 1) return undefined;
  }
  if (hash === undefined || hash !== mask || saltLength === undefined) return undefined;
  return { name: 'rsa-pss', hash, saltLength };
}

function hashOf(node: DerNode | undefined): HashName | undefined {
  const oid = oidOf(node?.children[0]);
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
