// The DER reader. Invariants: no input makes it throw; what is not the one DER form of one value is
// a fault with its place; a certificate with any octet changed, cut off or added is never accepted.

import { isFault, judgeFor, parseCertificate, readDer } from '@interwork/certs';
import { nodeCrypto } from '@interwork/certs/node';
import { makeAuthority } from '@interwork/certs/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const NOW = Date.UTC(2026, 2, 1);
const authority = makeAuthority({ crypto: nodeCrypto, now: NOW });
const { chain, certDer } = authority.issue({
  dns: ['example.com', '*.example.com'],
  srv: ['_xmpp-server.example.com'],
  xmppAddr: ['example.com'],
  uri: ['sip:example.com'],
  ip: ['192.0.2.7', '2001:db8::1'],
});
const judge = judgeFor({
  service: 'xmpp-server',
  anchors: [authority.certificate.der],
  clock: () => NOW,
  crypto: nodeCrypto,
});

const ROWS: readonly (readonly [id: string, hex: string, fault: string])[] = [
  ['a null', '0500', ''],
  ['an empty sequence', '3000', ''],
  ['nested', '3003020101', ''],
  ['long form where it is needed', `048180${'00'.repeat(128)}`, ''],
  ['nothing', '', 'is cut off in a header'],
  ['a tag alone', '30', 'is cut off in a header'],
  ['content cut off', '300502', 'announces more octets'],
  ['length cut off', '308201', 'is cut off in a length'],
  ['a trailing octet', '050000', 'has octets behind its end'],
  ['indefinite length', '30800000', 'indefinite length'],
  ['long form for a short length', '04817f', 'shortest form'],
  ['leading zero in a length', '04820081', 'shortest form'],
  ['a length of five octets', '04850000000001', 'more than four octets'],
  ['four octets of length', '0484ffffffff', 'announces more octets'],
  ['a tag of two octets', '1f8100', 'more than one octet'],
  ['end of contents', '30020000', 'end-of-contents'],
  ['a child longer than its parent', '30030402aa', 'announces more octets'],
];

describe('RFC 5280 §4.1 one value, whole', () => {
  for (const [id, hex, fault] of ROWS) {
    test(id, () => {
      const read = readDer(new Uint8Array(Buffer.from(hex, 'hex')));
      expect(isFault(read) ? read.text : '').toContain(fault);
      expect(isFault(read)).toBe(fault !== '');
    });
  }
  test('nested too deep', () => {
    let bytes = Uint8Array.of(0x05, 0x00);
    for (let i = 0; i < 30; i += 1) bytes = Uint8Array.of(0x30, bytes.length, ...bytes);
    expect(readDer(bytes)).toMatchObject({ code: 'bad-der', at: 'octet 50' });
  });
  test('too many values', () => {
    const bytes = new Uint8Array(4 + 2 * 20_000);
    bytes.set([0x30, 0x82, (40_000 >> 8) & 255, 40_000 & 255]);
    for (let i = 4; i < bytes.length; i += 2) bytes[i] = 0x05;
    expect(readDer(bytes)).toMatchObject({ code: 'bad-der' });
  });
});

describe('a certificate', () => {
  test('every prefix is a fault', () => {
    for (let end = 0; end < certDer.length; end += 1) {
      expect(isFault(parseCertificate(certDer.subarray(0, end)))).toBe(true);
    }
  });
  test('an octet more, anywhere, is never accepted', () => {
    for (let at = 0; at <= certDer.length; at += 1) {
      const longer = [...certDer.subarray(0, at), 0, ...certDer.subarray(at)];
      expect(
        judge([Uint8Array.from(longer), ...chain.slice(1)], 'server', 'example.com').accepted,
      ).toBe(false);
    }
  });
  test('too large', () => {
    expect(parseCertificate(new Uint8Array(65_537))).toMatchObject({ code: 'too-large' });
  });
  test('any octets changed: nothing is thrown and nothing accepted', () => {
    const change = fc.record({
      at: fc.nat({ max: certDer.length - 1 }),
      by: fc.integer({ min: 1, max: 255 }),
    });
    const changes = fc.uniqueArray(change, {
      minLength: 1,
      maxLength: 3,
      selector: ({ at }) => at,
    });
    fc.assert(
      fc.property(changes, fc.constantFrom('client' as const, 'server' as const), (list, role) => {
        const broken = certDer.slice();
        for (const { at, by } of list) broken[at] = (broken[at] ?? 0) ^ by;
        const judgement = judge([broken, ...chain.slice(1)], role, 'example.com');
        expect(judgement.accepted).toBe(false);
        expect(judgement.faults.length).toBeGreaterThan(0);
      }),
      { numRuns: 3000 },
    );
  });
  test('any octet of the intermediate changed: nothing accepted', () => {
    const [leaf = certDer, intermediate = certDer] = chain;
    for (let at = 0; at < intermediate.length; at += 1) {
      const broken = intermediate.slice();
      broken[at] = (broken[at] ?? 0) ^ (1 << (at % 8));
      expect(judge([leaf, broken], 'server', 'example.com').accepted).toBe(false);
    }
  });
  test('any octets at all', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => isFault(parseCertificate(bytes))),
      { numRuns: 2000 },
    );
  });
});
