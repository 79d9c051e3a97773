// RFC 5280 §6.3.3 as a judge applies it: three rules by name, what a list that is late is worth, and that what is
// remembered is no older than the lists. RFC 5280 §5.2.3 and RFC 7468 §7: lists by number, from files.

import {
  isFault,
  judgeFor,
  listTitle,
  parseRevocationList,
  parseRevocationLists,
  writePem,
} from '@interwork/certs';
import type { JudgeCrypto, JudgeOptions, Revocation, RevocationList } from '@interwork/certs';
import { nodeCrypto } from '@interwork/certs/node';
import { makeAuthority } from '@interwork/certs/testing';
import type { RevocationPlan } from '@interwork/certs/testing';
import { describe, expect, test } from 'vitest';

const NOW = Date.UTC(2026, 10, 27);
const HOUR = 3_600_000;
const authority = makeAuthority({ crypto: nodeCrypto, now: NOW });
const SERIAL = 3;
const { chain } = authority.issue();
const NUMBER = { type: '2.5.29.20', value: Uint8Array.from([2, 2, 1, 1]) };

function listOf(serials: readonly number[], plan: Partial<RevocationPlan> = {}): RevocationList {
  const list = parseRevocationList(authority.revocationList(serials, { more: [NUMBER], ...plan }));
  if (isFault(list)) throw new Error(list.text);
  return list;
}

function bench(
  revocation: Revocation | undefined,
  peers = chain,
  limits: JudgeOptions['limits'] = {},
) {
  const state = { now: NOW, lists: 0, all: 0 };
  const crypto: JudgeCrypto = {
    sha256: (data) => nodeCrypto.sha256(data),
    verify(...args) {
      state.all += 1;
      if (revocation?.lists.some(({ tbs }) => tbs === args[2]) === true) state.lists += 1;
      return nodeCrypto.verify(...args);
    },
  };
  const judge = judgeFor({
    service: 'xmpp-server',
    anchors: [authority.certificate.pem],
    clock: () => state.now,
    crypto,
    limits,
    ...(revocation === undefined ? {} : { revocation }),
  });
  const ask = (presented = peers): string =>
    judge(presented, 'client', 'example.com').faults[0]?.code ?? 'accepted';
  return { state, judge, ask };
}

const REVOKED = listOf([SERIAL]);
const CLEAN = listOf([]);
const LATE = listOf([], { nextUpdate: NOW - HOUR });
const LATE_REVOKED = listOf([SERIAL], { nextUpdate: NOW - HOUR });
const EARLY = listOf([], { thisUpdate: NOW + HOUR });
const forged = makeAuthority({ crypto: nodeCrypto, now: NOW });
const FORGED = parseRevocationList(forged.revocationList([SERIAL])) as RevocationList;

describe('RFC 5280 §6.3.3 three rules', () => {
  const UNKNOWN = 'revocation-unknown';
  type Row = readonly [
    title: string,
    lists: readonly RevocationList[],
    codes: Readonly<Record<'ignore' | 'soft' | 'required', string>>,
    stale?: 'accepted' | 'refused',
  ];
  const ok = 'accepted';
  const ROWS: readonly Row[] = [
    ['named', [REVOKED], { ignore: ok, soft: 'revoked', required: 'revoked' }],
    ['not named', [CLEAN], { ignore: ok, soft: ok, required: ok }],
    ['no list', [], { ignore: ok, soft: ok, required: UNKNOWN }],
    ['a late list', [LATE], { ignore: ok, soft: ok, required: UNKNOWN }],
    ['a late list that counts', [LATE], { ignore: ok, soft: ok, required: ok }, 'accepted'],
    [
      'a late list that does not',
      [LATE],
      { ignore: ok, soft: UNKNOWN, required: UNKNOWN },
      'refused',
    ],
    [
      'a late list that names it',
      [LATE_REVOKED],
      { ignore: ok, soft: 'revoked', required: 'revoked' },
    ],
    ['a list of the future', [EARLY], { ignore: ok, soft: ok, required: UNKNOWN }],
    [
      'a list of somebody else with that name',
      [FORGED],
      { ignore: ok, soft: ok, required: UNKNOWN },
    ],
    ['a late one and a good one', [LATE, CLEAN], { ignore: ok, soft: ok, required: ok }],
  ];
  for (const [title, lists, codes, stale] of ROWS)
    for (const rule of ['ignore', 'soft', 'required'] as const)
      test(`${rule}: ${title}`, () => {
        const asked = { rule, lists, ...(stale === undefined ? {} : { stale }) };
        expect(bench(asked).ask()).toBe(codes[rule]);
      });

  test('without any it is not looked at', () => {
    expect(bench(undefined).ask()).toBe('accepted');
  });

  test('scope: the leaf, or every certificate below the anchor', () => {
    expect(bench({ rule: 'required', lists: [CLEAN] }).ask()).toBe('accepted');
    expect(bench({ rule: 'required', lists: [CLEAN], scope: 'all' }).ask()).toBe(UNKNOWN);
  });

  test('what refuses is named: certificate, field, list', () => {
    const { judge } = bench({ rule: 'soft', lists: [REVOKED] });
    const { certificate, faults } = judge(chain, 'client', 'example.com');
    expect(certificate).toContain('names example.com');
    expect(faults).toEqual([
      {
        code: 'revoked',
        field: 'serialNumber',
        subject: 'serial 03',
        text: expect.stringContaining(
          'list 257 of CN=Interwork Test Root Intermediate of 2026-11-26T00:00:00Z',
        ),
      },
    ]);
    const late = bench({ rule: 'required', lists: [LATE] }).judge(chain, 'client', 'example.com');
    expect(late.faults[0]?.text).toMatch(
      /was to be renewed at 2026-11-26T23:00:00Z \(list 257 of CN=Interwork Test Root Intermediate/,
    );
  });
});

describe('RFC 5280 §6.3.3 more lists than signatures that may be checked', () => {
  const MANY = Array.from({ length: 120 }, () => CLEAN);
  const rules = ['soft', 'required'] as const;

  test.each(rules)('%s: the one that names it is found behind all others', (rule) => {
    expect(bench({ rule, lists: [...MANY, REVOKED] }).ask()).toBe('revoked');
    expect(bench({ rule, lists: [...MANY, LATE_REVOKED] }).ask()).toBe('revoked');
  });

  test.each(rules)('%s: those that do not are no reason against it', (rule) => {
    expect(bench({ rule, lists: MANY }).ask()).toBe('accepted');
  });

  test.each(rules)('%s: one that names it and cannot be checked any more refuses it', (rule) => {
    const asked = { rule, lists: [CLEAN, REVOKED] };
    // leaf and intermediate take one each
    expect(bench(asked, chain, { maxSignatures: 2 }).ask()).toBe('budget-exceeded');
    expect(bench(asked, chain, { maxSignatures: 3 }).ask()).toBe('revoked');
  });
});

describe('RFC 5280 §5.1.2.5 what is remembered', () => {
  test('is asked anew when a list is late', () => {
    const { state, ask } = bench({
      rule: 'required',
      lists: [listOf([], { nextUpdate: NOW + HOUR })],
    });
    expect(ask()).toBe('accepted');
    const before = state.all;
    state.now = NOW + HOUR - 1;
    expect([ask(), state.all]).toEqual(['accepted', before]);
    state.now = NOW + HOUR + 1;
    expect(ask()).toBe('revocation-unknown');
  });

  test('is asked anew when a list begins', () => {
    const lists = [LATE, listOf([], { thisUpdate: NOW + HOUR })];
    const { state, ask } = bench({ rule: 'required', lists, stale: 'accepted' });
    ask();
    const before = state.all;
    state.now = NOW + HOUR;
    ask();
    expect(state.all).toBeGreaterThan(before);
  });

  test('a list is checked once, however many chains are new', () => {
    const { state, ask } = bench({ rule: 'required', lists: [CLEAN] });
    for (let count = 0; count < 10; count += 1)
      expect(ask(authority.issue().chain)).toBe('accepted');
    expect(state.lists).toBe(1);
  });

  test('strangers cost no look at the lists', () => {
    const { state, ask } = bench({ rule: 'required', lists: [CLEAN, FORGED] });
    const stranger = makeAuthority({ crypto: nodeCrypto, now: NOW });
    expect([ask(stranger.issue().chain), state.lists]).toEqual(['bad-signature', 0]);
    expect([ask(), state.lists]).toEqual(['accepted', 2]);
  });
});

describe('RFC 5280 §5.2.3 the number of a list', () => {
  const numbered = (...value: number[]) =>
    parseRevocationList(
      authority.revocationList([], { more: [{ ...NUMBER, value: Uint8Array.from(value) }] }),
    );
  const ROWS = [
    ['one octet', [2, 1, 7], '7'],
    [
      '20 octets',
      [2, 20, 0x7f, ...Array.from({ length: 19 }, () => 0xff)],
      String(2n ** 159n - 1n),
    ],
  ] as const;
  for (const [title, value, number] of ROWS)
    test(title, () => expect(numbered(...value)).toMatchObject({ number }));
  const BAD = [
    ['21 octets', [2, 21, 1, ...Array.from({ length: 20 }, () => 0)]],
    ['negative', [2, 1, 0x80]],
    ['no number', [4, 1, 1]],
    ['not the shortest form', [2, 2, 0, 1]],
  ] as const;
  for (const [title, value] of BAD)
    test(title, () => expect(numbered(...value)).toMatchObject({ code: 'bad-revocation-list' }));

  test('one without has none, and its title says so', () => {
    const list = listOf([], { more: [] });
    expect(list.number).toBe(undefined);
    expect(listTitle(list)).toBe(
      'the list of CN=Interwork Test Root Intermediate of 2026-11-26T00:00:00Z',
    );
  });
});

describe('RFC 7468 §7 lists from files', () => {
  const der = authority.revocationList([1]);
  const pem = writePem(der, 'X509 CRL');
  const text = (said: string): Uint8Array => new TextEncoder().encode(said);
  const codeOf = (file: Uint8Array): string | number => {
    const lists = parseRevocationLists(file);
    return isFault(lists) ? lists.code : lists.length;
  };
  const ROWS: readonly (readonly [title: string, file: Uint8Array, outcome: string | number])[] = [
    ['DER', der, 1],
    ['PEM', text(pem), 1],
    ['two in PEM, with words around', text(`one\n${pem}two\n${pem}`), 2],
    ['DER with an octet behind it', Uint8Array.from([...der, 0]), 'bad-der'],
    ['PEM that does not end', text(pem.slice(0, -20)), 'bad-pem'],
    ['a certificate', text(authority.certificate.pem), 'bad-revocation-list'],
    ['nothing', new Uint8Array(), 'bad-revocation-list'],
    [
      'the second is none',
      text(pem + writePem(Uint8Array.from([0x30, 0]), 'X509 CRL')),
      'bad-revocation-list',
    ],
  ];
  for (const [title, file, outcome] of ROWS) test(title, () => expect(codeOf(file)).toBe(outcome));
});
