// Every certificate a partner may show here, and what our judge says first of each: the code, and the field it is about.
import { WRONGS } from './openssl-pki.ts';

export const KINDS = ['good', 'server-only', ...WRONGS] as const;
export type Kind = (typeof KINDS)[number];

/** A code and a field. */
export type Said = readonly [code: string, field: string];

export const SAID: Readonly<Record<Kind, Said | undefined>> = {
  good: undefined,
  'server-only': undefined,
  expired: ['expired', 'validity.notAfter'],
  'not-yet-valid': ['not-yet-valid', 'validity.notBefore'],
  'other-name': ['name-mismatch', 'subjectAltName'],
  'wrong-usage': ['wrong-purpose', 'extKeyUsage'],
  'unknown-authority': ['unknown-issuer', 'issuer'],
  'no-intermediate': ['unknown-issuer', 'issuer'],
  revoked: ['revoked', 'serialNumber'],
  'weak-key': ['weak-key', 'subjectPublicKeyInfo'],
  'weak-hash': ['weak-signature', 'signatureAlgorithm'],
  'self-signed': ['self-signed', 'issuer'],
};

/** What the log has of such a peer: the certificate, the field and what was wrong; of a revoked one also the list. */
export function refusalOf(server: string, kind: Kind, [code, field]: Said) {
  const list = kind === 'revoked' ? / says list 42 of CN=Known Intermediate of \d{4}-/ : /./;
  return { certificate: `CN=${server}-${kind}; names `, code, field, text: list };
}
