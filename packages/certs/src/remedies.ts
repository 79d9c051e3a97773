// What to do about each code of this package: faults of certificates and chains, and misuse by hosts.
import type { FaultCode } from './fault.ts';

const BROKEN = 'The file or what the peer shows is broken: have it issued or exported anew.';
const ISSUE =
  'Have the certificate issued anew by an authority that follows the section named in the fault.';
const CLOCK = 'Look at the clocks of both sides first; then renew the certificate.';

/** For each fault. A row that is missing does not compile. */
export const FAULT_REMEDIES: Readonly<Record<FaultCode, string>> = {
  'too-large':
    'More was presented than is read: raise the limit of that name if the peer is honest.',
  'bad-pem': BROKEN,
  'bad-der': BROKEN,
  'bad-certificate': BROKEN,
  'bad-extension': ISSUE,
  'bad-revocation-list': 'Fetch the revocation list anew from where the authority publishes it.',
  'bad-pkcs12': BROKEN,
  'wrong-password': 'Give the password with which the file was exported.',
  'no-certificate': 'The peer must show a certificate: switch on client certificates there.',
  'budget-exceeded':
    'It takes more work than is spent on one peer or one file: have it shortened, or raise the limit that the text names.',
  'bad-signature':
    'The chain does not belong together: show the issuer that signed the certificate.',
  'weak-signature': ISSUE,
  'weak-key': ISSUE,
  'unknown-algorithm': ISSUE,
  'untrusted-root': 'Add the root to the anchors if you trust it.',
  'self-signed':
    'Add the certificate to the anchors if you trust it, or have it issued by an authority.',
  'unknown-issuer':
    'Have the peer show the intermediate certificate, or add its authority to the anchors.',
  expired: CLOCK,
  'not-yet-valid': CLOCK,
  'not-a-ca': ISSUE,
  'ca-as-leaf': ISSUE,
  'bad-profile': ISSUE,
  'path-too-long': ISSUE,
  'wrong-key-usage': ISSUE,
  'wrong-purpose': ISSUE,
  'unknown-critical-extension': ISSUE,
  'name-not-permitted': 'The authority may not issue for this name: use another authority.',
  revoked: 'The authority has withdrawn it: have another one issued, and ask why.',
  'revocation-unknown': 'Give a revocation list that is current, or do not ask for one.',
  'bad-reference': 'Ask for a domain name: what was asked for is none.',
  'name-mismatch':
    'Have the certificate name the domain, or allow the other name in the rule of the partner.',
  'no-name': 'Have the domain put into subjectAltName: the subject alone does not count.',
  'not-pinned':
    'Ask the partner by another way whether it has a new key; if it has, keep that one for its domain.',
  'unreadable-file': 'Look at the path and at who may read the file.',
  'bad-key': 'Give the private key in PEM, without a password or with the right one.',
  'key-mismatch': 'Give the key that belongs to the certificate.',
};

/** For each code of a `MisuseError`. */
export const MISUSE_REMEDIES: Readonly<Record<string, string>> = {
  'bad-pin':
    'Give a domain, and the SHA-256 of each key in hexadecimal: the message says which is none.',
  'bad-limit': 'Give a whole number within the bound that the message names.',
  'bad-anchor': 'Hand in anchors as PEM or DER of certificates: the message says which is none.',
};

/** What to do about a code of a fault or of misuse; `undefined` for a code that is not of this package. */
export function remedyOf(code: string): string | undefined {
  const table: Readonly<Record<string, string>> = Object.hasOwn(FAULT_REMEDIES, code)
    ? FAULT_REMEDIES
    : MISUSE_REMEDIES;
  return Object.hasOwn(table, code) ? table[code] : undefined;
}
