// Which keys and signatures are strong enough: policy.ts says what is asked for.

import type { Certificate } from './certificate.ts';
import type { ChainFault } from './chain-fault.ts';
import { chainFault } from './chain-fault.ts';
import type { ChainPolicy } from './policy.ts';

/** What is too weak about a certificate's own key. @spec RFC 9325 §4.5 */
export function weakKey(certificate: Certificate, policy: ChainPolicy): ChainFault | undefined {
  const { kind, bits, curve } = certificate.publicKey;
  const refuse = (limit: string): ChainFault =>
    chainFault(
      'weak-key',
      certificate,
      'subjectPublicKeyInfo',
      `Its key (${kind}, ${curve === '' ? bits : curve}) is refused`,
      limit,
    );
  if (kind === 'rsa' || kind === 'rsa-pss') {
    const { minRsaBits, maxRsaBits } = policy;
    const fits = bits >= minRsaBits && bits <= maxRsaBits && bits % 8 === 0;
    return fits ? undefined : refuse(`${minRsaBits} to ${maxRsaBits} bits, whole octets`);
  }
  if (kind === 'ec') return policy.curves.includes(curve) ? undefined : refuse('a known curve');
  return kind === 'unknown' || kind === 'dsa' ? refuse('RSA, ECDSA or EdDSA') : undefined;
}

/** What is too weak about the signature on a certificate. @spec RFC 9325 §4.5 */
export function weakSignature(
  certificate: Certificate,
  policy: ChainPolicy,
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
