// The published chain cases (x509-limbo, BetterTLS, PKITS and our own): every verdict, and every
// exception by its id, so that the list can neither grow nor shrink unnoticed. Invariant: with the
// strict policy nothing that should be refused is accepted, but for what lies outside a verdict on
// a path (common names, public suffixes).

import {
  STRICT_POLICY,
  isFault,
  matchIdentity,
  parseCertificate,
  parseRevocationList,
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
  readonly crls?: readonly string[];
  readonly revocation?: 'leaf' | 'all';
  readonly expect: 'accept' | 'reject';
}

interface Cases {
  readonly certs: Readonly<Record<string, string>>;
  readonly crls: Readonly<Record<string, string>>;
  readonly cases: readonly ChainCase[];
}

type Exceptions = Readonly<Record<string, string>>;

// Accepted, with the strict policy too, though the case says reject.
const CHAINS_STRICT: Exceptions = {
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
const OTHER_KEY = 'the list is signed with another key of the issuer than the certificate';
const INDIRECT = 'the list is of another authority than the certificate';
const RELATIVE = 'the place of the list is told relative to its issuer';
const SOME_REASONS = 'lists that tell some reasons only are not put together';
const PKITS_REFUSED: Exceptions = {
  'pkits.4.4.19': OTHER_KEY,
  'pkits.4.5.1': OTHER_KEY,
  'pkits.4.5.4': OTHER_KEY,
  'pkits.4.5.6': OTHER_KEY,
  'pkits.4.6.15': OTHER_KEY,
  'pkits.4.6.17': OTHER_KEY,
  'pkits.4.13.19': OTHER_KEY,
  'pkits.4.14.4': RELATIVE,
  'pkits.4.14.5': RELATIVE,
  'pkits.4.14.7': RELATIVE,
  'pkits.4.14.18': SOME_REASONS,
  'pkits.4.14.19': SOME_REASONS,
  'pkits.4.14.22': INDIRECT,
  'pkits.4.14.24': INDIRECT,
  'pkits.4.14.25': INDIRECT,
  'pkits.4.14.28': INDIRECT,
  'pkits.4.14.29': INDIRECT,
  'pkits.4.14.30': INDIRECT,
  'pkits.4.14.33': INDIRECT,
  'pkits.4.15.5': 'a hold that a list of changes takes back stays a hold',
  'pkits.4.1.4': 'DSA with SHA-1',
  'pkits.4.1.5': 'DSA with SHA-1, parameters inherited',
};

interface Suite {
  readonly file: string;
  readonly policy: Partial<ChainPolicy>;
  readonly accepted: Exceptions;
  readonly refused: Exceptions;
}

const SUITES: readonly Suite[] = [
  { file: 'chains', policy: {}, accepted: CHAINS_DEFAULT, refused: {} },
  { file: 'chains', policy: STRICT_POLICY, accepted: CHAINS_STRICT, refused: {} },
  { file: 'pkits', policy: {}, accepted: {}, refused: PKITS_REFUSED },
  {
    file: 'pkits',
    policy: STRICT_POLICY,
    accepted: {},
    refused: PKITS_REFUSED,
  },
];

describe.skipIf(!haveVectors)('chain cases', () => {
  for (const { file, policy, accepted, refused } of SUITES) {
    const { cases, ...pools } = vectorJson<Cases>(`x509/${file}.json`, {
      certs: {},
      crls: {},
      cases: [],
    });
    test(`${file}, ${policy === STRICT_POLICY ? 'strict' : 'default'} policy`, () => {
      const wrong = cases.filter((one) => verdictOf(one, pools, policy) !== one.expect);
      expect(
        wrong
          .filter((one) => one.expect === 'reject')
          .map((one) => one.id)
          .toSorted(),
      ).toEqual(Object.keys(accepted).toSorted());
      expect(
        wrong
          .filter((one) => one.expect === 'accept')
          .map((one) => one.id)
          .toSorted(),
      ).toEqual(Object.keys(refused).toSorted());
    });
  }
});

function verdictOf(
  one: ChainCase,
  { certs, crls }: Pick<Cases, 'certs' | 'crls'>,
  policy: Partial<ChainPolicy>,
): 'accept' | 'reject' {
  const octets = (text = ''): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'));
  const read = (key: string): Certificate[] => {
    const certificate = parseCertificate(octets(certs[key]));
    return isFault(certificate) ? [] : [certificate];
  };
  const [leaf] = read(one.leaf);
  if (leaf === undefined) return 'reject';
  const lists = (one.crls ?? []).flatMap((key) => {
    const list = parseRevocationList(octets(crls[key]));
    return isFault(list) ? [] : [list];
  });
  const { revocation: scope } = one;
  // the cases that ask for the leaf alone do without a list of its issuer
  const missing = scope === 'leaf' ? 'accepted' : 'refused';
  const verdict = verifyChain({
    ...(scope === undefined ? {} : { revocation: { lists, scope, missing } }),
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
