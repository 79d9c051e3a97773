// What a testing authority needs of cryptography: keys that sign, and the digest that key
// identifiers are made of.

import type { SignatureAlgorithm } from '../algorithm.ts';

/** Kinds of keys that a testing authority can give out; `rsa1024` is there to be refused. */
export type KeyKind = 'p256' | 'ed25519' | 'rsa2048' | 'rsa1024';

/** A private key that can sign. */
export interface SigningKey {
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Uint8Array;
  /** PKCS#8, PEM. */
  readonly keyPem: string;
  sign(algorithm: SignatureAlgorithm, data: Uint8Array): Uint8Array;
}

/** The cryptography of a testing authority, handed in. */
export interface AuthorityCrypto {
  generateKey(kind: KeyKind): SigningKey;
  sha1(data: Uint8Array): Uint8Array;
}
