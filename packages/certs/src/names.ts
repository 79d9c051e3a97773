// The names that a certificate presents, sorted by kind, as they are written; and those that had to
// be refused. Which of them speak for a domain is the business of identity.ts. The common name is
// read for people and never used.

import type { Certificate } from './certificate.ts';
import { fault } from './fault.ts';
import type { Fault } from './fault.ts';

/** Names as presented. Nothing here has been matched or normalised. */
export interface PresentedNames {
  readonly dns: readonly string[];
  /** `_service.domain` (RFC 4985). */
  readonly srv: readonly string[];
  readonly xmppAddr: readonly string[];
  readonly uri: readonly string[];
  readonly ip: readonly string[];
  readonly email: readonly string[];
  /** The last common name of the subject. */
  readonly commonName: string | undefined;
  /** Names that are not what their type says, or hold a control character. */
  readonly faults: readonly Fault[];
}

/** Sorts the names of a certificate; total. @spec RFC 5280 §4.2.1.6 */
export function presentedNames(certificate: Certificate): PresentedNames {
  const names = {
    dns: [] as string[],
    srv: [] as string[],
    xmppAddr: [] as string[],
    uri: [] as string[],
    ip: [] as string[],
    email: [] as string[],
    commonName: certificate.subject.commonNames.at(-1),
    faults: [] as Fault[],
  };
  for (const name of certificate.extensions.subjectAltName ?? []) {
    if (name.kind === 'refused') names.faults.push(refusedName(name.of, name.text));
    else if (name.kind === 'dns') names.dns.push(name.text);
    else if (name.kind === 'xmpp-addr') names.xmppAddr.push(name.text);
    else if (name.kind !== 'directory' && name.kind !== 'other') names[name.kind].push(name.text);
  }
  return names;
}

const refusedName = (of: string, text: string): Fault =>
  fault(
    'bad-extension',
    'RFC 5280 §4.2.1.6',
    'subjectAltName',
    `A name of the kind ${of} ${text}.`,
  );
