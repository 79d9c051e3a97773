// What has to hold for a permit, in a sentence each.
import { quoted } from '../finding.ts';
import type { Obligation, Query } from '../query.ts';

/** The sentence for one obligation of a crossing. */
export function obligationSentence(query: Query, obligation: Obligation): string {
  const domain =
    'end' in obligation ? quoted(obligation.end === 'from' ? query.from : query.to) : '';
  switch (obligation.kind) {
    case 'tls':
      return `The link with ${domain} must be encrypted (TLS).`;
    case 'prove':
      return `${domain} must be proved by ${PROOFS[obligation.by]}.`;
    case 'peer-name':
      return `The certificate of the server of ${domain} must carry ${obligation.names.join(' or ')}.`;
    case 'strip-trust':
      return 'A trust header from outside is taken away.';
    case 'mark':
      return `Inner servers are told: ${obligation.source}, ${obligation.network}, ${obligation.user}.`;
    case 'mark-outgoing':
      return `It leaves marked ${obligation.user}.`;
    case 'encrypt-media':
      return `Media: ${obligation.level}.`;
    case 'decorate':
      return `Addresses of ${domain} are written as user(domain)@${obligation.domain}.`;
    case 'archive':
      return obligation.stopOnFailure
        ? 'It is archived, or it does not pass.'
        : 'It is archived where that is possible.';
    case 'disclaimer':
      return 'The partner is told that it may be archived.';
    case 'filter':
      return `Links in it are filtered (${obligation.action}).`;
    case 'rate':
      return `It counts against the bounds of ${quoted(obligation.domain)} (${obligation.class}).`;
    case 'no-notes':
      return 'Status notes are left out.';
    case 'added-first':
      return 'It waits until the local user has added the other.';
  }
}

const PROOFS = {
  certificate: 'its certificate',
  dialback: 'dialback or its certificate',
  address: 'one of the addresses listed for it',
} as const;
