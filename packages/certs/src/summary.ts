// A certificate in one line, for logs and traces. Judging is judge.ts.

import { hexOf } from './bytes.ts';
import type { Certificate } from './certificate.ts';
import { presentedNames } from './names.ts';
import { shown } from './shown.ts';

/**
 * A certificate in one line for traces: subject, names, issuer, last day, SHA-256 fingerprint. No
 * secret is in it. Names are cut at eight.
 */
export function summaryOf(
  certificate: Certificate,
  crypto: { sha256(data: Uint8Array): Uint8Array },
): string {
  const { dns, srv, xmppAddr, uri } = presentedNames(certificate);
  const names = [...dns, ...srv, ...xmppAddr, ...uri];
  const more = names.length > SHOWN ? ` and ${names.length - SHOWN} more` : '';
  const subject = certificate.subject.text === '' ? 'no subject' : certificate.subject.text;
  const list = names.slice(0, SHOWN).map(shown).join(', ') || 'none';
  const print = hexOf(crypto.sha256(certificate.der));
  return `${subject}; names ${list}${more}; issuer ${certificate.issuer.text}; sha256 ${print}`;
}

// names in one line of a trace
const SHOWN = 8;
