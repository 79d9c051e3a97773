// Cryptography by node:crypto: signatures checked and made, keys, digests. A check never throws:
// what does not fit is false.

import {
  constants,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  hash,
  sign,
  verify,
} from 'node:crypto';
import type { KeyObject, SignKeyObjectInput } from 'node:crypto';
import type { HashName, SignatureAlgorithm } from '../algorithm.ts';
import type { JudgeCrypto } from '../judge.ts';
import type { AuthorityCrypto, KeyKind, SigningKey } from '../write/signing.ts';

/** Signature checks, SHA-256, and keys for a testing authority. */
export const nodeCrypto: JudgeCrypto & AuthorityCrypto = {
  verify(algorithm, spkiDer, data, signature) {
    try {
      return check(algorithm, spkiDer, data, signature);
    } catch {
      return false;
    }
  },
  sha256: (data) => hash('sha256', data, 'buffer'),
  sha1: (data) => hash('sha1', data, 'buffer'),
  generateKey: (kind) => signingKey(generate(kind)),
};

/**
 * A private key from PEM (PKCS#8, PKCS#1 or SEC 1, unencrypted), to sign a request with; `undefined` when it is none, or
 * of a kind that certificates for TLS do not have.
 */
export function signingKeyFrom(pem: string): SigningKey | undefined {
  try {
    const privateKey = createPrivateKey(pem);
    return signingKey({ privateKey, publicKey: createPublicKey(privateKey) });
  } catch {
    return undefined;
  }
}

function check(
  algorithm: SignatureAlgorithm,
  spkiDer: Uint8Array,
  data: Uint8Array,
  signature: Uint8Array,
): boolean {
  const key = keyOf(spkiDer);
  const kinds = KEY_TYPES[algorithm.name];
  if (kinds === undefined || !kinds.includes(key.asymmetricKeyType ?? '')) return false;
  if (!('hash' in algorithm)) return verify(null, data, key, signature);
  return verify(algorithm.hash, data, { key, ...paddingOf(algorithm) }, signature);
}

/**
 * A public key, read once: the same few authorities sign most of what is checked, and reading a key costs as much as a check.
 * Known by its octets, so that nothing but the very key is taken for it.
 */
function keyOf(spkiDer: Uint8Array): KeyObject {
  const der = Buffer.from(spkiDer);
  const octets = der.toString('latin1');
  const known = KEYS.get(octets);
  if (known !== undefined) return known;
  const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
  if (der.length > LONGEST_KEPT) return key;
  for (const [oldest] of KEYS) {
    if (KEYS.size < MOST_KEPT) break;
    KEYS.delete(oldest);
  }
  KEYS.set(octets, key);
  return key;
}

const KEYS = new Map<string, KeyObject>();
/** Keys. The public authorities of the world have some 2,000 that sign certificates of servers; a partner needs two. */
const MOST_KEPT = 256;
/** Octets: RSA of 4096 bits takes 550. */
const LONGEST_KEPT = 1024;

type Padding = Pick<SignKeyObjectInput, 'padding' | 'saltLength'>;

function paddingOf(algorithm: SignatureAlgorithm): Padding {
  if (algorithm.name === 'rsa-pkcs1') return { padding: constants.RSA_PKCS1_PADDING };
  if (algorithm.name !== 'rsa-pss') return {};
  return { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: algorithm.saltLength };
}

function generate(kind: KeyKind): { publicKey: KeyObject; privateKey: KeyObject } {
  if (kind === 'ed25519') return generateKeyPairSync('ed25519');
  const size = Number(kind.slice(kind.startsWith('rsa') ? 3 : 1));
  return kind.startsWith('rsa')
    ? generateKeyPairSync('rsa', { modulusLength: size })
    : generateKeyPairSync('ec', { namedCurve: `P-${size}` });
}

/** How a key of each kind signs: with a hash as strong as the key. @spec RFC 5480 §4 */
function algorithmOf(key: KeyObject): SignatureAlgorithm {
  const curve = key.asymmetricKeyDetails?.namedCurve ?? '';
  const hash = HASH_OF_CURVE[curve];
  if (key.asymmetricKeyType === 'ec' && hash !== undefined) return { name: 'ecdsa', hash };
  if (key.asymmetricKeyType === 'rsa') return { name: 'rsa-pkcs1', hash: 'sha256' };
  if (key.asymmetricKeyType === 'ed25519') return { name: 'ed25519' };
  throw new Error('A key of this kind signs nothing here.');
}

const HASH_OF_CURVE: Readonly<Record<string, HashName | undefined>> = {
  prime256v1: 'sha256',
  secp384r1: 'sha384',
  secp521r1: 'sha512',
};

function signingKey({
  publicKey,
  privateKey,
}: {
  publicKey: KeyObject;
  privateKey: KeyObject;
}): SigningKey {
  return {
    spki: new Uint8Array(publicKey.export({ format: 'der', type: 'spki' })),
    keyPem: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
    algorithm: algorithmOf(privateKey),
    sign(algorithm, data) {
      const hash = 'hash' in algorithm ? algorithm.hash : null;
      return new Uint8Array(sign(hash, data, { key: privateKey, ...paddingOf(algorithm) }));
    },
  };
}

const KEY_TYPES: Readonly<Record<SignatureAlgorithm['name'], readonly string[] | undefined>> = {
  'rsa-pkcs1': ['rsa'],
  'rsa-pss': ['rsa', 'rsa-pss'],
  ecdsa: ['ec'],
  dsa: ['dsa'],
  ed25519: ['ed25519'],
  ed448: ['ed448'],
  unknown: undefined,
};
