// RFC 5280 §5 and §6.3: revocation lists as facts, what they revoke, and what makes them worthless.

import {
  diagnose,
  isFault,
  parseCertificate,
  parseRevocationList,
  verifyChain,
} from '@interwork/certs';
import type { Certificate, RevocationFacts, RevocationList } from '@interwork/certs';
import { nodeCrypto } from '@interwork/certs/node';
import { makeAuthority } from '@interwork/certs/testing';
import type { RevocationPlan } from '@interwork/certs/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const NOW = Date.UTC(2026, 10, 27);
const DAY = 86_400_000;
const authority = makeAuthority({ crypto: nodeCrypto, now: NOW });
const read = (der: Uint8Array): Certificate => {
  const certificate = parseCertificate(der);
  if (isFault(certificate)) throw new Error(certificate.text);
  return certificate;
};
const listOf = (serials: readonly number[], plan: Partial<RevocationPlan> = {}): RevocationList => {
  const list = parseRevocationList(authority.revocationList(serials, plan));
  if (isFault(list)) throw new Error(list.text);
  return list;
};
const { chain } = authority.issue();
const [leaf, middle] = chain.map(read) as [Certificate, Certificate];
const anchors = [read(authority.certificate.der)];
const serial = Number.parseInt(leaf.serial, 16);

function codes(facts: RevocationFacts | undefined): readonly string[] {
  const { faults } = verifyChain({
    leaf,
    intermediates: [middle],
    anchors,
    now: NOW,
    purpose: 'server',
    crypto: nodeCrypto,
    ...(facts === undefined ? {} : { revocation: facts }),
  });
  return faults.map(({ code }) => code);
}

const bytes = (...octets: number[]): Uint8Array => Uint8Array.from(octets);
const ISSUING_POINT = '2.5.29.28';
const scoped = (...inner: number[]) => ({
  more: [{ type: ISSUING_POINT, critical: true, value: bytes(0x30, inner.length, ...inner) }],
});

describe('RFC 5280 §6.3.3', () => {
  type Row = readonly [title: string, lists: readonly RevocationList[], codes: readonly string[]];
  const other = makeAuthority({ crypto: nodeCrypto, now: NOW });
  const forged = parseRevocationList(other.revocationList([])) as RevocationList;
  const ROWS: readonly Row[] = [
    ['on the list', [listOf([serial])], ['revoked']],
    ['not on the list', [listOf([serial + 1])], []],
    ['on an empty list', [listOf([])], []],
    ['on one of two', [listOf([]), listOf([serial])], ['revoked']],
    ['signed by somebody else', [forged], ['revocation-unknown']],
    ['signed by somebody else, and a good one', [forged, listOf([])], []],
    ['of yesterday', [listOf([], { nextUpdate: NOW - 1000 })], ['revocation-unknown']],
    ['of yesterday, but it names it', [listOf([serial], { nextUpdate: NOW - 1000 })], ['revoked']],
    ['of tomorrow', [listOf([], { thisUpdate: NOW + DAY })], ['revocation-unknown']],
    ['without a next one', [listOf([], { nextUpdate: undefined })], ['revocation-unknown']],
    ['of another issuer', [listOf([serial], { issuer: 'Somebody' })], []],
    [
      'with a critical extension',
      [listOf([], { more: [{ type: '1.2.3', critical: true, value: bytes(5, 0) }] })],
      ['revocation-unknown'],
    ],
    ['with one that is not', [listOf([], { more: [{ type: '1.2.3', value: bytes(5, 0) }] })], []],
    [
      'with a critical extension of an entry',
      [
        listOf([], {
          revoked: [{ serial: 99, more: [{ type: '1.2.3', critical: true, value: bytes(5, 0) }] }],
        }),
      ],
      ['revocation-unknown'],
    ],
    [
      'taken back from a hold',
      [
        listOf([], {
          revoked: [{ serial, more: [{ type: '2.5.29.21', value: bytes(10, 1, 8) }] }],
        }),
      ],
      [],
    ],
    [
      'on hold',
      [
        listOf([], {
          revoked: [{ serial, more: [{ type: '2.5.29.21', value: bytes(10, 1, 6) }] }],
        }),
      ],
      ['revoked'],
    ],
    ['§5.2.5 servers only', [listOf([], scoped(0x81, 1, 0xff))], []],
    ['authorities only', [listOf([], scoped(0x82, 1, 0xff))], ['revocation-unknown']],
    ['attributes only', [listOf([], scoped(0x85, 1, 0xff))], ['revocation-unknown']],
    ['some reasons only', [listOf([], scoped(0x83, 2, 1, 2))], ['revocation-unknown']],
    [
      'another place',
      [listOf([], scoped(0xa0, 5, 0xa0, 3, 0x86, 1, 0x78))],
      ['revocation-unknown'],
    ],
    [
      '§5.2.4 changes only',
      [listOf([], { more: [{ type: '2.5.29.27', critical: true, value: bytes(2, 1, 1) }] })],
      ['revocation-unknown'],
    ],
    ['indirect, never', [listOf([serial], scoped(0x84, 1, 0xff))], []],
  ];
  for (const [title, lists, wanted] of ROWS) {
    test(title, () => {
      expect(codes({ lists, scope: 'leaf', missing: 'accepted' })).toEqual(wanted);
    });
  }
  test('no list at all: as the host will have it', () => {
    expect(codes(undefined)).toEqual([]);
    expect(codes({ lists: [], scope: 'leaf', missing: 'accepted' })).toEqual([]);
    expect(codes({ lists: [], scope: 'leaf', missing: 'refused' })).toEqual(['revocation-unknown']);
    expect(codes({ lists: [listOf([])], scope: 'leaf', missing: 'refused' })).toEqual([]);
    expect(codes({ lists: [listOf([])], scope: 'all', missing: 'refused' })).toEqual([
      'revocation-unknown',
    ]);
  });
  test('the doctor tells it', () => {
    const credential = {
      name: 'a.pem',
      service: 'sip' as const,
      roles: ['server'] as const,
      domains: ['example.com'],
      chain,
      from: 'file' as const,
    };
    const revocation: RevocationFacts = {
      lists: [listOf([serial])],
      scope: 'leaf',
      missing: 'accepted',
    };
    const facts = { now: NOW, crypto: nodeCrypto, anchors, revocation };
    const findings = diagnose({ credentials: [credential], partners: [] }, facts);
    expect(findings.map(({ code, field }) => [code, field])).toEqual([['revoked', 'serialNumber']]);
  });
});

describe('RFC 5280 §5.1 what is no list is a fault', () => {
  const good = authority.revocationList([1, 2, 3], scoped(0x81, 1, 0xff));
  test('whole, cut, with octets behind it, and too large', () => {
    expect(parseRevocationList(good)).toMatchObject({
      kind: 'revocation-list',
      revoked: new Set(['01', '02', '03']),
      scope: { only: 'servers', indirect: false, partial: false },
    });
    for (let cut = 0; cut < good.length; cut += 1)
      expect(isFault(parseRevocationList(good.slice(0, cut)))).toBe(true);
    expect(parseRevocationList(bytes(...good, 0))).toMatchObject({ code: 'bad-der' });
    expect(parseRevocationList(chain[0] ?? bytes())).toMatchObject({ code: 'bad-revocation-list' });
    const large = new Uint8Array(2_097_153);
    expect(parseRevocationList(large)).toMatchObject({ code: 'too-large' });
  });
  test('§5.2 an extension that comes twice, §5.3 an entry without a date', () => {
    const twice = { type: '1.2.3', value: bytes(5, 0) };
    expect(
      parseRevocationList(authority.revocationList([], { more: [twice, twice] })),
    ).toMatchObject({
      at: 'crlExtensions',
    });
    const odd = { ...twice, type: '2.5.29.28', value: bytes(4, 0) };
    expect(parseRevocationList(authority.revocationList([], { more: [odd] }))).toMatchObject({
      at: 'crlExtensions',
    });
  });
  test('§5.2 an extension that is no SEQUENCE', () => {
    const more = [{ type: '1.2.3', value: bytes(5, 0) }];
    const list = authority.revocationList([], { more }).slice();
    const at = Buffer.from(list).indexOf('06022a03', 0, 'hex') - 2;
    expect([list[at], isFault(parseRevocationList(list))]).toEqual([0x30, false]);
    list[at] = 0x31;
    expect(parseRevocationList(list)).toMatchObject({ at: 'crlExtensions' });
  });
  test('any octet changed: a value, and never a list that holds', () => {
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }), (at, by) => {
        const changed = good.slice();
        changed[at] = (changed[at] ?? 0) ^ by;
        const list = parseRevocationList(changed);
        if (isFault(list)) return;
        const facts = { lists: [list], scope: 'leaf', missing: 'refused' } as const;
        expect(codes(facts)).toEqual(['revocation-unknown']);
      }),
      { numRuns: 200 },
    );
  });
});

describe('RFC 5280 §4.2.1.13 a list for one place is for the certificates that name it', () => {
  // one place with the full name `x`, as a URI
  const place = bytes(0x30, 9, 0x30, 7, 0xa0, 5, 0xa0, 3, 0x86, 1, 0x78);
  const ROWS = [
    ['the same place', false, place, [], '860178'],
    [
      'for some reasons',
      false,
      bytes(0x30, 13, 0x30, 11, ...place.slice(4), 0x81, 2, 1, 2),
      ['revocation-unknown'],
      '',
    ],
    ['no list of places', false, bytes(4, 0), ['revocation-unknown'], ''],
    ['critical: unread', true, place, ['unknown-critical-extension'], '860178'],
  ] as const;
  for (const [title, critical, value, wanted, points] of ROWS) {
    test(title, () => {
      const issued = authority.issue({ extensions: [{ type: '2.5.29.31', critical, value }] });
      const [one, ...rest] = issued.chain.map(read);
      expect(one?.extensions.listPoints?.join(' ')).toBe(points);
      const lists = [listOf([], scoped(0xa0, 5, 0xa0, 3, 0x86, 1, 0x78))];
      const { faults } = verifyChain({
        leaf: one as Certificate,
        intermediates: rest,
        anchors,
        now: NOW,
        purpose: 'server',
        crypto: nodeCrypto,
        revocation: { lists, scope: 'leaf', missing: 'refused' },
      });
      expect(faults.map(({ code }) => code)).toEqual(wanted);
    });
  }
});
