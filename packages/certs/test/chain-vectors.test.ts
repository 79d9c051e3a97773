// The published chain cases (x509-limbo, BetterTLS, PKITS and our own): every verdict, and every
// exception by its id, so that the list can neither grow nor shrink unnoticed. Invariant: with the
// strict policy nothing that should be refused is accepted, but for what lies outside a verdict on
// a path (revocation, common names, public suffixes).

import {
  STRICT_POLICY,
  isFault,
  matchIdentity,
  parseCertificate,
  presentedNames,
  verifyChain,
} from '@interwork/certs';
import type { Certificate, ChainPolicy, Purpose } from '@interwork/certs';
import { nodeCrypto } from '@interwork/certs/node';
import { describe, expect, test } from 'vitest';
import { haveVectors, vectorJson } from '../../../test-kit/vectors.ts';

interface ChainCase {
  readonly id: string;
  readonly anchors: readonly string[];
  readonly intermediates: readonly string[];
  readonly leaf: string;
  readonly time: string;
  readonly purpose: Purpose;
  readonly name?: { readonly kind: 'dns' | 'ip' | 'rfc822'; readonly value: string };
  readonly maxDepth?: number;
  readonly features?: readonly string[];
  readonly expect: 'accept' | 'reject';
}

interface Cases {
  readonly certs: Readonly<Record<string, string>>;
  readonly cases: readonly ChainCase[];
}

type Exceptions = Readonly<Record<string, string>>;

// Accepted, though the case says reject: only a revocation list decides them, and revocation is not
// looked at.
const REVOCATION = 'decided by a revocation list';
const CHAINS_REVOCATION: Exceptions = {
  'limbo.crl.issuer-missing-crlsign': REVOCATION,
  'limbo.crl.revoked-certificate-with-crl': REVOCATION,
  'own.crl.revoked': REVOCATION,
};
const PKITS_REVOCATION: Exceptions = {
  'pkits.4.5.2': REVOCATION,
  'pkits.4.5.5': REVOCATION,
  'pkits.4.5.7': REVOCATION,
  'pkits.4.7.4': REVOCATION,
  'pkits.4.7.5': REVOCATION,
};

// Accepted, with the strict policy too, though the case says reject.
const CHAINS_STRICT: Exceptions = {
  ...CHAINS_REVOCATION,
  'limbo.webpki.cn.ipv4-leading-zeros-mismatch':
    'the common name is never used, so it cannot mislead',
  'limbo.webpki.cn.ipv6-uppercase-mismatch': 'the common name is never used, so it cannot mislead',
  'limbo.webpki.eku.ee-without-eku': 'no extended key usage means any use; other cases demand that',
  'limbo.webpki.san.public-suffix-private-namespace-wildcard-san': 'no public suffix list is kept',
};

// With the default policy also these.
const CHAINS_DEFAULT: Exceptions = {
  ...CHAINS_STRICT,
  'limbo.rfc5280.nc.permitted-dns-match-noncritical':
    'leniency name-constraints-not-critical: they bind all the same',
  'limbo.rfc5280.root-non-critical-basic-constraints': 'leniency root-form',
  'limbo.webpki.aki.root-with-aki-authoritycertissuer': 'leniency root-form',
  'limbo.webpki.aki.root-with-aki-ski-mismatch': 'leniency root-form',
};

// Refused, though the case says accept.
const PKITS_REFUSED: Exceptions = {
  'pkits.4.1.4': 'DSA with SHA-1',
  'pkits.4.1.5': 'DSA with SHA-1, parameters inherited',
};

interface Suite {
  readonly file: string;
  readonly policy: Partial<ChainPolicy>;
  readonly accepted: Exceptions;
  readonly refused: Exceptions;
  /** How many cases the vectors mark as needing a revocation list and that we accept. */
  readonly revocation: number;
}

const SUITES: readonly Suite[] = [
  { file: 'chains', policy: {}, accepted: CHAINS_DEFAULT, refused: {}, revocation: 0 },
  { file: 'chains', policy: STRICT_POLICY, accepted: CHAINS_STRICT, refused: {}, revocation: 0 },
  { file: 'pkits', policy: {}, accepted: PKITS_REVOCATION, refused: PKITS_REFUSED, revocation: 41 },
  {
    file: 'pkits',
    policy: STRICT_POLICY,
    accepted: PKITS_REVOCATION,
    refused: PKITS_REFUSED,
    revocation: 41,
  },
];

describe.skipIf(!haveVectors)('chain cases', () => {
  for (const { file, policy, accepted, refused, revocation } of SUITES) {
    const { certs, cases } = vectorJson<Cases>(`x509/${file}.json`, { certs: {}, cases: [] });
    test(`${file}, ${policy === STRICT_POLICY ? 'strict' : 'default'} policy`, () => {
      const wrong = cases.filter((one) => verdictOf(one, certs, policy) !== one.expect);
      const byList = wrong.filter(
        (one) => one.features?.includes('crl') === true && !(one.id in accepted),
      );
      const rest = wrong.filter((one) => !byList.includes(one));
      expect(
        rest
          .filter((one) => one.expect === 'reject')
          .map((one) => one.id)
          .toSorted(),
      ).toEqual(Object.keys(accepted).toSorted());
      expect(
        rest
          .filter((one) => one.expect === 'accept')
          .map((one) => one.id)
          .toSorted(),
      ).toEqual(Object.keys(refused).toSorted());
      expect(byList.map((one) => one.expect)).toEqual(
        Array.from({ length: revocation }, () => 'reject'),
      );
    });
  }
});

function verdictOf(
  one: ChainCase,
  certs: Cases['certs'],
  policy: Partial<ChainPolicy>,
): 'accept' | 'reject' {
  const read = (key: string): Certificate[] => {
    const certificate = parseCertificate(new Uint8Array(Buffer.from(certs[key] ?? '', 'base64')));
    return isFault(certificate) ? [] : [certificate];
  };
  const [leaf] = read(one.leaf);
  if (leaf === undefined) return 'reject';
  const verdict = verifyChain({
    leaf,
    intermediates: one.intermediates.flatMap(read),
    anchors: one.anchors.flatMap(read),
    now: Date.parse(one.time),
    purpose: one.purpose,
    crypto: nodeCrypto,
    policy,
    // the depth of the cases counts the authorities between leaf and anchor
    ...(one.maxDepth === undefined ? {} : { budget: { maxPathLength: one.maxDepth + 2 } }),
  });
  return verdict.accepted && hasName(leaf, one.name) ? 'accept' : 'reject';
}

function hasName(leaf: Certificate, name: ChainCase['name']): boolean {
  if (name === undefined) return true;
  if (name.kind === 'rfc822') return presentedNames(leaf).email.includes(name.value);
  return matchIdentity(leaf, { service: 'xmpp-server', domain: name.value }).match;
}
