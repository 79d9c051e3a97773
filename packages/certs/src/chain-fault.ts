// What can be wrong with a chain: one fault names the certificate, the field, the limit and, where
// time matters, the instant. Several branches fail in several ways; all faults are kept, and the
// most telling one comes first.

import type { Certificate } from './certificate.ts';
import type { FaultCode } from './fault.ts';

/** One thing that is wrong with a chain. */
export interface ChainFault {
  readonly code: FaultCode;
  /** `validity.notAfter`, `extKeyUsage`, `subjectAltName`, `signature`, `issuer` and the like. */
  readonly field: string;
  /** One English sentence. */
  readonly text: string;
  /** The subject of the certificate it is about; empty when there is none. */
  readonly subject: string;
  /** What was asked for: an instant in ISO form, a number of bits, a list. */
  readonly limit?: string;
}

/** Makes a fault about one certificate; `text` is a clause that the limit is added to. */
export function chainFault(
  code: FaultCode,
  certificate: Certificate | undefined,
  field: string,
  text: string,
  limit?: string,
): ChainFault {
  const subject = certificate === undefined ? '' : titleOf(certificate);
  const about = subject === '' ? '' : ` [${subject}]`;
  const sentence = `${text}${limit === undefined ? '' : ` (the limit: ${limit})`}${about}.`;
  const plain = { code, field, text: sentence, subject };
  return limit === undefined ? plain : { ...plain, limit };
}

/** Each once, the most telling first; of equals the one found first. */
export function ranked(faults: readonly ChainFault[]): readonly ChainFault[] {
  const seen = new Set<string>();
  const once = faults.filter(({ text }) => !seen.has(text) && seen.add(text));
  return once.toSorted((a, b) => rankOf(a.code) - rankOf(b.code));
}

function titleOf(certificate: Certificate): string {
  return certificate.subject.text === ''
    ? `serial ${certificate.serial}`
    : certificate.subject.text;
}

function rankOf(code: FaultCode): number {
  const rank = RANK.indexOf(code);
  return rank < 0 ? 0 : rank;
}

// Reading comes first (rank 0 by absence), then trust, then what a trusted chain may not do.
// `unknown-issuer` is last: each branch that leads nowhere ends in it.
const RANK: readonly FaultCode[] = [
  'no-certificate',
  'budget-exceeded',
  'self-signed',
  'untrusted-root',
  'bad-signature',
  'revoked',
  'expired',
  'not-yet-valid',
  'wrong-purpose',
  'not-a-ca',
  'ca-as-leaf',
  'wrong-key-usage',
  'name-not-permitted',
  'path-too-long',
  'unknown-critical-extension',
  'bad-profile',
  'weak-signature',
  'weak-key',
  'unknown-algorithm',
  'revocation-unknown',
  'name-mismatch',
  'no-name',
  'bad-reference',
  'unknown-issuer',
];
