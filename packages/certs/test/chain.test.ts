// Paths: purposes by role, branches, loops, budgets. Chains that the testing authority does not
// make are written here from plans.

import { STRICT_POLICY, isFault, parseCertificate, verifyChain } from '@interwork/certs';
import type { Certificate, ChainRequest, Purpose, SignatureCheck } from '@interwork/certs';
import { nodeCrypto } from '@interwork/certs/node';
import { makeAuthority } from '@interwork/certs/testing';
import type { IssueOptions } from '@interwork/certs/testing';
import { describe, expect, test } from 'vitest';
import { writeCertificate } from '../src/testing/write-certificate.ts';
import type { CertificatePlan } from '../src/testing/write-certificate.ts';

const NOW = Date.UTC(2026, 2, 1);
const DAY = 86_400_000;
const authority = makeAuthority({ crypto: nodeCrypto, now: NOW });
const root = read(authority.certificate.der);

function read(der: Uint8Array | undefined): Certificate {
  const certificate = parseCertificate(der ?? new Uint8Array());
  if (isFault(certificate)) throw new Error(certificate.text);
  return certificate;
}

function verdictOf(options: IssueOptions, rest: Partial<ChainRequest> = {}): string {
  const [leaf, ...intermediates] = authority.issue(options).chain.map(read);
  const request = {
    intermediates,
    anchors: [root],
    now: NOW,
    purpose: 'server' as const,
    crypto: nodeCrypto,
  };
  const verdict = verifyChain({ ...request, leaf: leaf ?? root, ...rest });
  expect(verdict.path.length > 0).toBe(verdict.accepted);
  return verdict.faults[0]?.code ?? 'ok';
}

const USAGES: readonly (readonly [usages: IssueOptions['usages'], ...verdicts: string[]])[] = [
  // usages                       server  client  any  xmpp-s2s-initiator  sip-initiator  sip-server
  [['serverAuth', 'clientAuth'], 'ok', 'ok', 'ok', 'ok', 'ok', 'ok'],
  [['serverAuth'], 'ok', 'no', 'ok', 'ok', 'ok', 'ok'],
  [['clientAuth'], 'no', 'ok', 'ok', 'ok', 'ok', 'no'],
  [['sipDomain'], 'no', 'no', 'ok', 'no', 'ok', 'ok'],
  [['emailProtection'], 'no', 'no', 'ok', 'no', 'no', 'no'],
  [['any'], 'ok', 'ok', 'ok', 'ok', 'ok', 'ok'],
  [[], 'ok', 'ok', 'ok', 'ok', 'ok', 'ok'],
];
const PURPOSES: readonly Purpose[] = [
  'server',
  'client',
  'any',
  'xmpp-s2s-initiator',
  'sip-initiator',
  'sip-server',
];

describe('RFC 5280 §4.2.1.12, RFC 5924 §4.1 extended key usage by purpose', () => {
  for (const [usages = [], ...verdicts] of USAGES) {
    for (const [i, purpose] of PURPOSES.entries()) {
      test(`${usages.join(' ') || 'none'} as ${purpose}`, () => {
        const wanted = verdicts[i] === 'ok' ? 'ok' : 'wrong-purpose';
        expect(verdictOf({ usages }, { purpose })).toBe(wanted);
      });
    }
  }
});

describe('RFC 5280 §4.1.2.5 time, to the second', () => {
  const notBefore = NOW - DAY;
  const notAfter = NOW + DAY;
  const ROWS: readonly (readonly [id: string, now: number, code: string])[] = [
    ['before the first', notBefore - 1, 'not-yet-valid'],
    ['the first', notBefore, 'ok'],
    ['the last', notAfter, 'ok'],
    ['within the last second', notAfter + 999, 'ok'],
    ['after the last', notAfter + 1000, 'expired'],
  ];
  for (const [id, now, code] of ROWS) {
    test(id, () => expect(verdictOf({ notBefore, notAfter }, { now })).toBe(code));
  }
});

describe('RFC 9325 §4.5 keys', () => {
  for (const key of ['p256', 'p384', 'p521', 'ed25519', 'rsa2048'] as const) {
    test(`a leaf with ${key}`, () => expect(verdictOf({ key })).toBe('ok'));
    test(`pinned, signed by itself with ${key}`, () => {
      const { chain } = authority.issue({ as: 'self-signed', key });
      expect(
        verdictOf({}, { leaf: read(chain[0]), intermediates: [], anchors: [read(chain[0])] }),
      ).toBe('ok');
    });
  }
  test('pinned, whoever issued it, and good for itself alone', () => {
    const [one, other] = [authority.issue(), authority.issue()].map(({ chain }) => read(chain[0]));
    if (one === undefined || other === undefined) throw new Error('not issued');
    const anchors = [one];
    expect(verdictOf({}, { leaf: one, intermediates: [], anchors })).toBe('ok');
    expect(verdictOf({}, { leaf: other, intermediates: [], anchors })).not.toBe('ok');
  });
  test('too short', () => expect(verdictOf({ key: 'rsa1024' })).toBe('weak-key'));
  test('too short, allowed by name', () => {
    expect(verdictOf({ key: 'rsa1024' }, { policy: { minRsaBits: 1024 } })).toBe('ok');
  });
  test('SHA-1', () => expect(verdictOf({ as: 'weak-hash' })).toBe('weak-signature'));
  test('the strict policy has nothing against a good chain', () => {
    expect(verdictOf({}, { policy: STRICT_POLICY })).toBe('ok');
  });
});

// A small world of authorities: every name has one key.
const KEYS = new Map<string, ReturnType<typeof nodeCrypto.generateKey>>();
const keyOf = (name: string): ReturnType<typeof nodeCrypto.generateKey> => {
  const key = KEYS.get(name) ?? nodeCrypto.generateKey('p256');
  KEYS.set(name, key);
  return key;
};

function mint(subject: string, issuer: string, change: Partial<CertificatePlan> = {}): Certificate {
  const plan: CertificatePlan = {
    serial: 7,
    subject,
    issuer,
    notBefore: NOW - DAY,
    notAfter: NOW + DAY,
    key: keyOf(subject),
    issuerKey: keyOf(issuer),
    algorithm: { name: 'ecdsa', hash: 'sha256' },
    ca: true,
    keyUsage: ['keyCertSign'],
    extKeyUsage: [],
    names: {},
  };
  return read(writeCertificate({ ...plan, ...change }, nodeCrypto));
}

const LEAF: Partial<CertificatePlan> = {
  ca: false,
  keyUsage: ['digitalSignature'],
  names: { dns: ['example.com'] },
};
const anchor = mint('Root', 'Root');
const base = { anchors: [anchor], now: NOW, purpose: 'server' as const, crypto: nodeCrypto };

describe('RFC 5280 §6.1 paths', () => {
  test('found whatever the order of what was sent, past a branch that is over', () => {
    const leaf = mint('leaf', 'A', LEAF);
    const over = mint('A', 'Root', { notAfter: NOW - 1000 });
    const intermediates = [over, mint('B', 'Root'), mint('A', 'B')];
    for (const list of [intermediates, intermediates.toReversed()]) {
      const { accepted, path } = verifyChain({ ...base, leaf, intermediates: list });
      expect([accepted, path.map((one) => one.subject.text)]).toEqual([
        true,
        ['CN=leaf', 'CN=A', 'CN=B', 'CN=Root'],
      ]);
    }
    const { faults } = verifyChain({ ...base, leaf, intermediates: [over] });
    expect(faults).toMatchObject([
      {
        code: 'expired',
        field: 'validity.notAfter',
        subject: 'CN=A',
        limit: '2026-02-28T23:59:59Z',
      },
    ]);
  });

  test('a loop ends', () => {
    const intermediates = [mint('A', 'B'), mint('B', 'A')];
    const { accepted, faults } = verifyChain({
      ...base,
      leaf: mint('leaf', 'A', LEAF),
      intermediates,
    });
    expect([accepted, faults[0]?.code]).toEqual([false, 'unknown-issuer']);
  });

  test('an authority may narrow what it issues for', () => {
    const leaf = mint('leaf', 'A', LEAF);
    for (const [usage, code] of [
      ['1.3.6.1.5.5.7.3.1', undefined],
      ['1.3.6.1.5.5.7.3.4', 'wrong-purpose'],
    ] as const) {
      const intermediates = [mint('A', 'Root', { extKeyUsage: [usage] })];
      expect(verifyChain({ ...base, leaf, intermediates }).faults[0]?.code).toBe(code);
    }
    const clientOnly = [mint('A', 'Root', { extKeyUsage: ['1.3.6.1.5.5.7.3.2'] })];
    const serverLeaf = mint('leaf', 'A', { ...LEAF, extKeyUsage: ['1.3.6.1.5.5.7.3.1'] });
    const purpose = 'xmpp-s2s-initiator';
    expect(
      verifyChain({ ...base, leaf: serverLeaf, intermediates: clientOnly, purpose }).accepted,
    ).toBe(false);
  });

  test('an authority is no peer', () => {
    const leaf = mint('leaf', 'Root', { names: { dns: ['example.com'] } });
    expect(verifyChain({ ...base, leaf, intermediates: [] }).faults[0]?.code).toBe('ca-as-leaf');
  });

  test('every fault is kept, the most telling first', () => {
    const leaf = mint('leaf', 'A', {
      ...LEAF,
      notAfter: NOW - 1000,
      extKeyUsage: ['1.3.6.1.5.5.7.3.4'],
    });
    const { faults } = verifyChain({ ...base, leaf, intermediates: [mint('A', 'Nobody')] });
    expect(faults.map(({ code }) => code)).toEqual(['expired', 'wrong-purpose', 'unknown-issuer']);
  });
});

describe('what a stranger can make us spend', () => {
  function counting(): { crypto: SignatureCheck; spent: () => number } {
    let count = 0;
    const crypto: SignatureCheck = {
      verify(...args) {
        count += 1;
        return nodeCrypto.verify(...args);
      },
    };
    return { crypto, spent: () => count };
  }

  test('authorities that all sign each other', () => {
    const names = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H'];
    const intermediates = names.flatMap((one) =>
      names.filter((other) => other !== one).map((other) => mint(one, other)),
    );
    const { crypto, spent } = counting();
    const { accepted, faults } = verifyChain({
      ...base,
      crypto,
      leaf: mint('leaf', 'A', LEAF),
      intermediates,
    });
    expect([accepted, faults[0]?.code]).toEqual([false, 'budget-exceeded']);
    expect(spent()).toBeLessThanOrEqual(100);
    expect(faults.length).toBeLessThanOrEqual(32);
  });

  test('many authorities of one name with other keys', () => {
    const key = (): Partial<CertificatePlan> => ({
      key: nodeCrypto.generateKey('p256'),
      issuerKey: nodeCrypto.generateKey('p256'),
    });
    const intermediates = Array.from({ length: 60 }, () => mint('A', 'A', key()));
    const { crypto, spent } = counting();
    const { accepted } = verifyChain({
      ...base,
      crypto,
      leaf: mint('leaf', 'A', LEAF),
      intermediates,
    });
    expect(accepted).toBe(false);
    expect(spent()).toBeLessThanOrEqual(100);
  });

  test('an enormous key is not even asked', () => {
    const modulus = [0x02, 0x82, 0x08, 0x01, 0x00, ...Array.from({ length: 2048 }, () => 0xff)];
    const point = [0x30, 0x82, 0x08, 0x0a, ...modulus, 0x02, 0x03, 0x01, 0x00, 0x01];
    const algorithm = [...Buffer.from('300d06092a864886f70d0101010500', 'hex')];
    const size = algorithm.length + point.length + 5;
    const head = [0x30, 0x82, size >> 8, size & 255, ...algorithm, 0x03, 0x82];
    const spki = [...head, (point.length + 1) >> 8, (point.length + 1) & 255, 0x00, ...point];
    const key = { ...keyOf('A'), spki: Uint8Array.from(spki) };
    const intermediates = [mint('A', 'Root', { key })];
    const { crypto, spent } = counting();
    const { faults } = verifyChain({
      ...base,
      crypto,
      leaf: mint('leaf', 'A', LEAF),
      intermediates,
    });
    expect(faults).toMatchObject([{ code: 'weak-key', limit: '2048 to 4096 bits, whole octets' }]);
    expect(spent()).toBe(0);
  });

  test('a path longer than allowed', () => {
    const names = Array.from({ length: 14 }, (_, i) => `N${i}`);
    const intermediates = names.map((name, i) => mint(name, names[i + 1] ?? 'Root'));
    const leaf = mint('leaf', 'N0', LEAF);
    expect(verifyChain({ ...base, leaf, intermediates }).faults[0]?.code).toBe('path-too-long');
    expect(
      verifyChain({ ...base, leaf, intermediates, budget: { maxPathLength: 16 } }).accepted,
    ).toBe(true);
  });

  test('more certificates than are looked at', () => {
    const noise = Array.from({ length: 64 }, (_, i) => mint(`noise${i}`, 'Root'));
    const leaf = mint('leaf', 'A', LEAF);
    const a = mint('A', 'Root');
    expect(verifyChain({ ...base, leaf, intermediates: [a, ...noise] }).accepted).toBe(true);
    expect(verifyChain({ ...base, leaf, intermediates: [...noise, a] }).accepted).toBe(false);
  });
});
