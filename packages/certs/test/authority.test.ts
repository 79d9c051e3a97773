// The testing authority: every variety by name, and what a judge says of it as an XMPP server and
// as an initiator.

import { judgeFor } from '@interwork/certs';
import { nodeCrypto } from '@interwork/certs/node';
import { VARIETIES, makeAuthority } from '@interwork/certs/testing';
import type { Variety } from '@interwork/certs/testing';
import { describe, expect, test } from 'vitest';

const NOW = Date.UTC(2026, 2, 1);
const authority = makeAuthority({ crypto: nodeCrypto, now: NOW });
const judge = judgeFor({
  service: 'xmpp-server',
  anchors: [authority.certificate.der],
  clock: () => NOW,
  crypto: nodeCrypto,
});

type Row = readonly [as: Variety, server: string, initiator: string];

// 'ok', or the code of the most telling fault
const ROWS: readonly Row[] = [
  ['good', 'ok', 'ok'],
  ['server-auth-only', 'ok', 'ok'],
  ['client-auth-only', 'wrong-purpose', 'ok'],
  ['no-eku', 'ok', 'ok'],
  ['wildcard', 'name-mismatch', 'name-mismatch'],
  ['xmpp-addr-only', 'ok', 'ok'],
  ['srv-only', 'ok', 'ok'],
  ['sip-uri-only', 'name-mismatch', 'name-mismatch'],
  ['expired', 'expired', 'expired'],
  ['not-yet-valid', 'not-yet-valid', 'not-yet-valid'],
  ['other-name', 'name-mismatch', 'name-mismatch'],
  ['cn-only', 'no-name', 'no-name'],
  ['nul-in-name', 'no-name', 'no-name'],
  ['email-only', 'wrong-purpose', 'wrong-purpose'],
  ['self-signed', 'self-signed', 'self-signed'],
  ['unknown-issuer', 'unknown-issuer', 'unknown-issuer'],
  ['forged-chain', 'untrusted-root', 'untrusted-root'],
  ['not-a-ca', 'not-a-ca', 'not-a-ca'],
  ['weak-hash', 'weak-signature', 'weak-signature'],
  ['weak-key', 'weak-key', 'weak-key'],
  ['trailing-byte', 'bad-der', 'bad-der'],
];

describe('every variety has its verdict', () => {
  test('the table is complete', () => {
    expect(ROWS.map(([as]) => as)).toEqual([...VARIETIES]);
  });
  for (const [as, server, initiator] of ROWS) {
    test(as, () => {
      const { chain } = authority.issue({ as });
      for (const [role, code] of [
        ['server', server],
        ['client', initiator],
      ] as const) {
        const judgement = judge(chain, role, 'example.com');
        expect(judgement.faults[0]?.code ?? 'ok').toBe(code);
        expect(judgement.accepted).toBe(code === 'ok');
        expect(judgement.proved).toEqual(code === 'ok' ? ['example.com'] : []);
      }
    });
  }
});
