// Which keys and signatures are strong enough: a named policy, as data. Broken hashes and short keys are refused by default.

import type { HashName } from './algorithm.ts';
import type { Certificate } from './certificate.ts';
import type { ChainFault } from './chain-fault.ts';
import { chainFault } from './chain-fault.ts';

/** What a chain's keys and signatures have to be. */
export interface StrengthPolicy {
  /** Bits of an RSA modulus. */
  readonly minRsaBits: number;
  /** Hash functions allowed in a signature. */
  readonly hashes: readonly HashName[];
  readonly curves: readonly string[];
  /** Whether DSA is allowed, from 2048 bits on. Nobody federates with it. */
  readonly dsa: boolean;
}

/** The default: no MD5, no SHA-1, RSA from 2048 bits, the curves of TLS 1.3, no DSA. */
export const STRONG: StrengthPolicy = {
  minRsaBits: 2048,
  hashes: ['sha224', 'sha256', 'sha384', 'sha512'],
  curves: ['P-256', 'P-384', 'P-521', 'brainpoolP256r1', 'brainpoolP384r1', 'brainpoolP512r1'],
  dsa: false,
};

/** What is too weak about a certificate's own key. @spec RFC 9325 §4.5 */
export function weakKey(certificate: Certificate, policy: StrengthPolicy): ChainFault | undefined {
  const { kind, bits, curve } = certificate.publicKey;
  const refuse = (limit: string): ChainFault =>
    chainFault(
      'weak-key',
      certificate,
      'subjectPublicKeyInfo',
      `Its key (${kind}, ${curve === '' ? bits : curve}) is refused`,
      limit,
    );
  if (kind === 'rsa' || kind === 'rsa-pss')
    return bits < policy.minRsaBits ? refuse(`${policy.minRsaBits} bits`) : undefined;
  if (kind === 'ec') return policy.curves.includes(curve) ? undefined : refuse('a known curve');
  if (kind === 'dsa') return policy.dsa && bits >= 2048 ? undefined : refuse('no DSA');
  return kind === 'unknown' ? refuse('a known kind of key') : undefined;
}

/** What is too weak about the signature on a certificate. @spec RFC 9325 §4.5 */
export function weakSignature(
  certificate: Certificate,
  policy: StrengthPolicy,
): ChainFault | undefined {
  const algorithm = certificate.signatureAlgorithm;
  if (algorithm.name === 'unknown') {
    return chainFault(
      'unknown-algorithm',
      certificate,
      'signatureAlgorithm',
      `Its signature algorithm ${algorithm.oid} is not known`,
    );
  }
  if (!('hash' in algorithm) || policy.hashes.includes(algorithm.hash)) return undefined;
  return chainFault(
    'weak-signature',
    certificate,
    'signatureAlgorithm',
    `It is signed with ${algorithm.hash}`,
    policy.hashes.join(', '),
  );
}
