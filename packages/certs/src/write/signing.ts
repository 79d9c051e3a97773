// What writing certificates and requests needs of cryptography: keys that sign, and the digest that key identifiers are
// made of. Handed in; node/crypto.ts is Node's.

import type { SignatureAlgorithm } from '../algorithm.ts';

/** Kinds of keys that can be made; `rsa1024` is there to be refused. */
export type KeyKind =
  | 'p256'
  | 'p384'
  | 'p521'
  | 'ed25519'
  | 'rsa2048'
  | 'rsa3072'
  | 'rsa4096'
  | 'rsa1024';

/** A private key that can sign. */
export interface SigningKey {
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Uint8Array;
  /** PKCS#8, PEM. Secret. */
  readonly keyPem: string;
  /** How a key of its kind signs. */
  readonly algorithm: SignatureAlgorithm;
  sign(algorithm: SignatureAlgorithm, data: Uint8Array): Uint8Array;
}

/** The cryptography of a testing authority, handed in. */
export interface AuthorityCrypto {
  generateKey(kind: KeyKind): SigningKey;
  sha1(data: Uint8Array): Uint8Array;
}
