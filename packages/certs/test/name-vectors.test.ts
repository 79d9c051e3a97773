// The published name cases: does a certificate speak for a domain, by which identifier; and what
// does it vouch for at all.

import { identitiesOf, isFault, matchIdentity, parseCertificate } from '@interwork/certs';
import type { Certificate, IdentityPurpose, IdentityReference } from '@interwork/certs';
import { describe, expect, test } from 'vitest';
import { haveVectors, vectorJson } from '../../../test-kit/vectors.ts';

type NameCase = { readonly id: string; readonly leaf: string } & (
  | {
      readonly kind: 'match';
      readonly reference: IdentityReference;
      readonly expect: string;
      readonly by?: string;
    }
  | {
      readonly kind: 'extract';
      readonly identities: Readonly<Record<IdentityPurpose, readonly string[]>>;
    }
);

const { cases } = vectorJson<{ cases: readonly NameCase[] }>('x509/names.json', { cases: [] });

describe.skipIf(!haveVectors)('RFC 9525 §1.4, RFC 6120 §13.7.2.1: name cases', () => {
  test('all are there', () => expect(cases.length).toBe(41));
  for (const one of cases) {
    test(one.id, () => {
      const leaf = read(one.leaf);
      if (one.kind === 'match') {
        const { match, by } = matchIdentity(leaf, one.reference);
        expect([match ? 'match' : 'no-match', by]).toEqual([one.expect, one.by]);
        return;
      }
      for (const purpose of ['sip', 'xmpp-server', 'xmpp-client'] as const) {
        expect(identitiesOf(leaf, purpose).toSorted()).toEqual(one.identities[purpose]);
      }
    });
  }
});

function read(base64: string): Certificate {
  const certificate = parseCertificate(new Uint8Array(Buffer.from(base64, 'base64')));
  if (isFault(certificate)) throw new Error(certificate.text);
  return certificate;
}
