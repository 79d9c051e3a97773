// The example as its reader runs it: a certificate that speaks for the domain, and three that do not.
import { nodeCrypto } from '@interwork/certs/node';
import { makeAuthority } from '@interwork/certs/testing';
import { expect, it } from 'vitest';
import { sentence, verdictOn } from './main.ts';

const NOW = Date.UTC(2026, 10, 27);
const DOMAIN = 'gtalk.example';
const authority = makeAuthority({ crypto: nodeCrypto, now: NOW });
const elsewhere = makeAuthority({ crypto: nodeCrypto, now: NOW, name: 'Nobody knows it' });
const anchors = [authority.certificate.pem];

it('says for which domain a certificate speaks', () => {
  const { chain } = authority.issue({ dns: [DOMAIN] });
  const verdict = verdictOn({ chain, anchors }, DOMAIN, NOW);
  expect(verdict).toMatchObject({ accepted: true, proved: [DOMAIN] });
  expect(sentence(verdict)).toContain(`speaks for ${DOMAIN}`);
});

it.each([
  ['of another domain', authority.issue({ dns: ['other.example'] }), 'name-mismatch'],
  ['that has expired', authority.issue({ dns: [DOMAIN], as: 'expired' }), 'expired'],
  ['of an authority nobody knows', elsewhere.issue({ dns: [DOMAIN] }), 'unknown-issuer'],
] as const)('says why not, of one %s', (_what, { chain }, code) => {
  const verdict = verdictOn({ chain, anchors }, DOMAIN, NOW);
  expect([verdict.accepted, verdict.faults[0]?.code]).toEqual([false, code]);
  expect(sentence(verdict)).toContain(code);
});
