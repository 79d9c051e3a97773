// The judge as hosts use it: role, reference, memory, and what stands in a trace.

import { isFault, judgeFor, keyPrint, parseCertificate } from '@interwork/certs';
import type { JudgeCrypto, KeyPin } from '@interwork/certs';
import { nodeCrypto } from '@interwork/certs/node';
import { makeAuthority } from '@interwork/certs/testing';
import { describe, expect, test } from 'vitest';

const NOW = Date.UTC(2026, 2, 1);
const DAY = 86_400_000;
const authority = makeAuthority({ crypto: nodeCrypto, now: NOW });

/** A judge with a clock that can be moved and signatures that are counted. */
function bench(service: 'xmpp-server' | 'sip', maxRemembered = 10, maxRefused = 10) {
  const state = { now: NOW, signatures: 0 };
  const crypto: JudgeCrypto = {
    sha256: (data) => nodeCrypto.sha256(data),
    verify(...args) {
      state.signatures += 1;
      return nodeCrypto.verify(...args);
    },
  };
  const anchors = [authority.certificate.pem];
  const judge = judgeFor({
    service,
    anchors,
    clock: () => state.now,
    crypto,
    limits: { maxRemembered, maxRefused },
  });
  return { state, judge };
}

describe('RFC 6120 §13.7.2 names proved', () => {
  const { judge } = bench('xmpp-server');
  const { chain } = authority.issue({ dns: ['b.example', '*.a.example'], xmppAddr: ['C.example'] });
  const ROWS: readonly (readonly [
    reference: string | undefined,
    proved: readonly string[],
    code: string,
  ])[] = [
    [undefined, ['b.example', 'c.example'], 'ok'],
    ['B.example.', ['b.example', 'c.example'], 'ok'],
    ['x.a.example', ['x.a.example', 'b.example', 'c.example'], 'ok'],
    ['a.example', [], 'name-mismatch'],
    ['not a name', [], 'bad-reference'],
  ];
  for (const [reference, proved, code] of ROWS) {
    test(`reference ${reference}`, () => {
      const judgement = judge(chain, 'server', reference);
      expect(judgement.proved).toEqual(proved);
      expect(judgement.faults[0]?.code ?? 'ok').toBe(code);
      expect(judgement.accepted).toBe(code === 'ok');
    });
  }
});

test('RFC 5922 §7: serverAuth or sipDomain, either way round', () => {
  const { judge } = bench('sip');
  for (const usage of ['serverAuth', 'sipDomain'] as const) {
    const { chain } = authority.issue({ as: 'sip-uri-only', usages: [usage] });
    expect(judge(chain, 'server', 'example.com').accepted).toBe(true);
    expect(judge(chain, 'client', 'example.com').proved).toEqual(['example.com']);
  }
});

describe('RFC 7469 §2.4 keys that alone may speak for a domain', () => {
  const options = { dns: ['a.example', 'b.example', '*.c.example'] };
  const [kept, other] = [authority.issue(options), authority.issue(options)];
  const printOf = (der: Uint8Array): string => {
    const leaf = parseCertificate(der);
    if (isFault(leaf)) throw new Error(leaf.text);
    return keyPrint(leaf, nodeCrypto);
  };
  const made = (pins: readonly KeyPin[]) =>
    judgeFor({
      service: 'xmpp-server',
      anchors: [authority.certificate.pem],
      clock: () => NOW,
      crypto: nodeCrypto,
      pins,
    });
  const next = '0'.repeat(64);
  const keys = [printOf(kept.certDer).toUpperCase(), next];
  const judge = made([
    { domain: 'A.example.', keys },
    { domain: 'x.c.example', keys },
  ]);
  const ROWS = [
    ['the key that is kept', kept, 'a.example', 'ok', ['a.example', 'b.example']],
    ['another', other, 'a.example', 'not-pinned', []],
    ['another, for a domain without pins', other, 'b.example', 'ok', ['b.example']],
    ['another, for nobody in particular', other, undefined, 'ok', ['b.example']],
    [
      'a wildcard with the key',
      kept,
      'x.c.example',
      'ok',
      ['x.c.example', 'a.example', 'b.example'],
    ],
    ['a wildcard with another', other, 'x.c.example', 'not-pinned', []],
    ['a wildcard beside', other, 'y.c.example', 'ok', ['y.c.example', 'b.example']],
    ['the name counts as before', kept, 'd.example', 'name-mismatch', []],
  ] as const;
  for (const [title, { chain }, reference, code, proved] of ROWS)
    test(title, () => {
      for (const _again of ['new', 'known']) {
        const said = judge(chain, 'server', reference);
        expect([said.faults[0]?.code ?? 'ok', said.proved]).toEqual([code, proved]);
      }
    });
  test('the fault names the field and the digest that was seen, and no pin excuses a chain', () => {
    const [fault] = judge(other.chain, 'server', 'a.example').faults;
    expect(fault).toMatchObject({ field: 'subjectPublicKeyInfo' });
    expect(fault?.text).toContain(printOf(other.certDer));
    expect(judge(kept.chain.slice(0, 1), 'server', 'a.example').accepted).toBe(false);
  });
  test.each([
    ['no domain', { domain: '192.0.2.7', keys }],
    ['no key', { domain: 'a.example', keys: [] }],
    ['no digest', { domain: 'a.example', keys: ['abc'] }],
  ])('%s is misuse', (_title, pin) => {
    expect(() => made([pin])).toThrowError(expect.objectContaining({ code: 'bad-pin' }));
  });
});

describe('memory', () => {
  test('a known chain costs no signature, and the name is looked at each time', () => {
    const { judge, state } = bench('xmpp-server');
    const { chain } = authority.issue();
    expect(judge(chain, 'server', 'example.com').accepted).toBe(true);
    expect(state.signatures).toBe(2);
    expect(judge(chain, 'server', 'example.com').accepted).toBe(true);
    expect(judge(chain, 'server', 'other.example').accepted).toBe(false);
    expect(state.signatures).toBe(2);
  });
  test('of one role it says nothing about the other', () => {
    const { judge } = bench('xmpp-server');
    const { chain } = authority.issue({ as: 'client-auth-only' });
    expect(judge(chain, 'client', 'example.com').accepted).toBe(true);
    expect(judge(chain, 'server', 'example.com').accepted).toBe(false);
  });
  test('a known chain expires', () => {
    const { judge, state } = bench('xmpp-server');
    const { chain } = authority.issue({ notAfter: NOW + DAY });
    expect(judge(chain, 'server', 'example.com').accepted).toBe(true);
    state.now = NOW + DAY + 1000;
    expect(judge(chain, 'server', 'example.com').faults[0]?.code).toBe('expired');
    state.now = NOW - 10 * DAY;
    expect(judge(chain, 'server', 'example.com').faults[0]?.code).toBe('not-yet-valid');
  });
  test('it is bounded', () => {
    const { judge, state } = bench('xmpp-server', 2);
    const chains = [authority.issue(), authority.issue(), authority.issue()].map(
      ({ chain }) => chain,
    );
    for (const chain of chains) judge(chain, 'server', undefined);
    expect(state.signatures).toBe(6);
    judge(chains[2] ?? [], 'server', undefined);
    expect(state.signatures).toBe(6);
    judge(chains[0] ?? [], 'server', undefined);
    expect(state.signatures).toBe(8);
  });
  test('where one certificate ends and the next begins makes it another chain', () => {
    const { judge } = bench('xmpp-server');
    const { chain } = authority.issue();
    const [leaf = Uint8Array.of(), above = Uint8Array.of()] = chain;
    expect(judge(chain, 'server', 'example.com').accepted).toBe(true);
    const joined = Uint8Array.from([...leaf, ...above]);
    for (const cut of [1, leaf.length - 1, leaf.length + 1, joined.length]) {
      const other = [joined.subarray(0, cut), joined.subarray(cut)];
      expect(judge(other, 'server', 'example.com').accepted).toBe(false);
    }
    expect(judge([joined], 'server', 'example.com').accepted).toBe(false);
    const again = judge([joined.subarray(0, leaf.length), above], 'server', 'example.com');
    expect(again).toEqual(judge(chain, 'server', 'example.com'));
  });
  test('octets that change after the judgement change nothing', () => {
    const { judge } = bench('xmpp-server');
    const chain = authority.issue().chain.map((der) => der.slice());
    judge(chain, 'server', 'example.com');
    const same = chain.map((der) => der.slice());
    chain[0]?.fill(0);
    expect(judge(same, 'server', 'example.com').proved).toEqual(['example.com']);
    expect(judge(chain, 'server', 'example.com').accepted).toBe(false);
  });
});

describe('memory of what is bad', () => {
  /** Signed badly: costs a signature each time it is searched. */
  const forged = () => {
    const chain = authority.issue().chain.map((der) => der.slice());
    const [leaf] = chain;
    if (leaf !== undefined) leaf[leaf.length - 1] = (leaf[leaf.length - 1] ?? 0) ^ 1;
    return chain;
  };
  test('a bad chain costs its signatures once in a minute of the judge, whatever the name', () => {
    const { judge, state } = bench('xmpp-server');
    const chain = forged();
    const first = judge(chain, 'server', 'example.com');
    expect(first.faults[0]?.code).toBe('bad-signature');
    const cost = state.signatures;
    expect(cost).toBeGreaterThan(0);
    expect(judge(chain, 'server', 'example.com')).toEqual(first);
    expect(judge(chain, 'server', 'other.example')).toEqual(first);
    state.now += 59_999;
    expect(judge(chain, 'server', undefined)).toEqual(first);
    expect(state.signatures).toBe(cost);
    state.now += 1;
    judge(chain, 'server', 'example.com');
    expect(state.signatures).toBe(2 * cost);
  });
  test('of one role it says nothing about the other', () => {
    const { judge } = bench('xmpp-server');
    const { chain } = authority.issue({ as: 'client-auth-only' });
    expect(judge(chain, 'server', 'example.com').accepted).toBe(false);
    expect(judge(chain, 'client', 'example.com').accepted).toBe(true);
  });
  test('what is never looked at does not make it another chain', () => {
    const { judge, state } = bench('xmpp-server');
    const chain = forged();
    const padding = Array.from({ length: 64 }, () => Uint8Array.of(0));
    judge([...chain, ...padding], 'server', 'example.com');
    const cost = state.signatures;
    judge([...chain, ...padding, Uint8Array.of(1)], 'server', 'example.com');
    expect(state.signatures).toBe(cost);
    const large = new Uint8Array(70_000);
    judge([...chain, large], 'server', 'example.com');
    const after = state.signatures;
    judge([...chain, large.map((_, i) => (i > 65_536 ? 7 : 0))], 'server', 'example.com');
    expect(state.signatures).toBe(after);
  });
  test('a leaf that is too large is not the chain without it', () => {
    const { judge } = bench('xmpp-server');
    const { chain } = authority.issue();
    const large = new Uint8Array(70_000);
    expect(judge([large, ...chain], 'server', 'example.com').faults[0]?.code).toBe('too-large');
    expect(judge(chain, 'server', 'example.com').accepted).toBe(true);
  });
  test('a fault of time does not outlive the instant when it changes', () => {
    const { judge, state } = bench('xmpp-server');
    const { chain } = authority.issue({ notBefore: NOW + 10_000 });
    expect(judge(chain, 'server', 'example.com').faults[0]?.code).toBe('not-yet-valid');
    state.now = NOW + 9_999;
    expect(judge(chain, 'server', 'example.com').faults[0]?.code).toBe('not-yet-valid');
    state.now = NOW + 10_000;
    expect(judge(chain, 'server', 'example.com').accepted).toBe(true);
  });
  test('when the clock goes back, it is looked at anew', () => {
    const { judge, state } = bench('xmpp-server');
    const { chain } = authority.issue({ notAfter: NOW - 10_000 });
    expect(judge(chain, 'server', 'example.com').faults[0]?.code).toBe('expired');
    state.now = NOW - 11_000;
    expect(judge(chain, 'server', 'example.com').accepted).toBe(true);
  });
  test('strangers do not crowd out a known peer, and are bounded', () => {
    const { judge, state } = bench('xmpp-server', 1, 2);
    const { chain } = authority.issue();
    judge(chain, 'server', 'example.com');
    const cost = state.signatures;
    const chains = [0, 1, 2].map(() => forged());
    for (const one of chains) judge(one, 'server', undefined);
    const after = state.signatures;
    expect(judge(chain, 'server', 'example.com').accepted).toBe(true);
    judge(chains[2] ?? [], 'server', undefined);
    expect(state.signatures).toBe(after);
    judge(chains[0] ?? [], 'server', undefined);
    expect(state.signatures).toBeGreaterThan(after);
    expect(after).toBeGreaterThan(cost);
  });
});

describe('what is not a chain', () => {
  const { judge } = bench('xmpp-server');
  const { chain } = authority.issue();
  test('nothing presented', () => {
    expect(judge([], 'server', 'example.com').faults[0]?.code).toBe('no-certificate');
  });
  test('garbage beside a good chain is left out', () => {
    expect(judge([...chain, Uint8Array.of(1, 2, 3)], 'server', 'example.com').accepted).toBe(true);
  });
  const ANCHORS: readonly (readonly [id: string, anchor: string | Uint8Array])[] = [
    ['octets that are no certificate', Uint8Array.of(1)],
    ['no octets', new Uint8Array()],
    ['an empty text', ''],
    ['a text without a certificate', 'no PEM at all'],
    ['a text with something else', '-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n'],
  ];
  for (const [id, anchor] of ANCHORS) {
    test(`an anchor that cannot be read is misuse: ${id}`, () => {
      const anchors = [authority.certificate.pem, anchor];
      const make = (): unknown =>
        judgeFor({ service: 'sip', anchors, clock: () => NOW, crypto: nodeCrypto });
      expect(make).toThrowError(
        expect.objectContaining({ name: 'MisuseError', code: 'bad-anchor' }),
      );
    });
  }
});

test('a trace line has names, issuer and fingerprint, and no control characters', () => {
  const { judge } = bench('xmpp-server');
  const { chain, certDer } = authority.issue({ commonName: 'a\r\nb', dns: ['example.com'] });
  const { certificate } = judge(chain, 'server', 'example.com');
  const print = Buffer.from(nodeCrypto.sha256(certDer)).toString('hex');
  expect(certificate).toBe(
    `CN=a??b; names example.com; issuer CN=Interwork Test Root Intermediate; sha256 ${print}`,
  );
});
