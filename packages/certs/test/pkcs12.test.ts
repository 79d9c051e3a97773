// PKCS#12 files: ours are read by OpenSSL, those of OpenSSL by us, each kind of key and each protection; what is damaged,
// dear or under another password is a value.
import { execFileSync, spawnSync } from 'node:child_process';
import { createPrivateKey, randomBytes, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MOST_KEY_ROUNDS, isFault, parseCertificates } from '@interwork/certs';
import type { Certificate } from '@interwork/certs';
import { nodeCrypto } from '@interwork/certs/node';
import { makeAuthority } from '@interwork/certs/testing';
import { readPkcs12, writePkcs12 } from '@interwork/certs/pkcs12';
import type { Pkcs12, Pkcs12Plan } from '@interwork/certs/pkcs12';
import type { KeyKind } from '@interwork/certs/request';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';

const NOW = Date.UTC(2026, 10, 27);
const AUTHORITY = makeAuthority({ crypto: nodeCrypto, now: NOW });
const KINDS: readonly KeyKind[] = ['p256', 'p384', 'p521', 'rsa2048', 'ed25519'];
const PASSWORD = 'grün & 42 "quoted"';
const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
const absent = hasOpenssl ? '' : ' (skipped: no openssl)';
const folder = mkdtempSync(join(tmpdir(), 'interwork-p12-'));
afterAll(() => rmSync(folder, { recursive: true }));

function random(length: number): Uint8Array {
  return new Uint8Array(randomBytes(length));
}

function issued(key: KeyKind): { readonly keyPem: string; readonly chain: readonly Certificate[] } {
  const { keyPem, certPem } = AUTHORITY.issue({ key });
  const chain = parseCertificates(certPem);
  if (isFault(chain)) throw new Error(chain.text);
  return { keyPem, chain };
}

function fileOf(plan: Partial<Pkcs12Plan>, key: KeyKind = 'p256'): Uint8Array {
  const file = writePkcs12({ ...issued(key), password: PASSWORD, random, ...plan });
  if (isFault(file)) throw new Error(file.text);
  return file;
}

function read(file: Uint8Array, password = PASSWORD): Pkcs12 {
  const found = readPkcs12(file, password);
  if (isFault(found)) throw new Error(`${found.code}: ${found.text}`);
  return found;
}

const fits = ({ keyPem, chain }: Pkcs12): boolean =>
  new X509Certificate(chain[0]?.der ?? new Uint8Array()).checkPrivateKey(createPrivateKey(keyPem));

describe.each(KINDS)('RFC 7292 §4, §4.1, §4.2 and §5.1: a key of kind %s', (kind) => {
  it.each(['modern', 'old'] as const)(
    'RFC 8018 §6.2 and Appendix A.4, RFC 7292 Appendix B and Appendix C: comes back as it went in (%s)',
    (protection) => {
      const { keyPem, chain } = issued(kind);
      const file = writePkcs12({ keyPem, chain, password: PASSWORD, random, protection });
      if (isFault(file)) throw new Error(file.text);
      const found = read(file);
      expect(found.keyPem).toBe(keyPem);
      expect(found.chain.map(({ der }) => der)).toEqual(chain.map(({ der }) => der));
      expect([fits(found), found.others]).toEqual([true, []]);
    },
  );

  it.skipIf(!hasOpenssl)(
    `RFC 7292 §4.2.2 and §4.2.3, RFC 5652 §4 and §8: is read by OpenSSL${absent}`,
    () => {
      const path = join(folder, `ours-${kind}.p12`);
      writeFileSync(path, fileOf({}, kind));
      const args = ['pkcs12', '-in', path, '-passin', 'env:P12', '-noenc'];
      const text = execFileSync('openssl', args, { env: { ...process.env, P12: PASSWORD } });
      expect(text.toString().match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
      expect(text.toString()).toContain('BEGIN PRIVATE KEY');
    },
  );

  const WAYS = [
    [],
    ['-iter', '1'],
    ['-legacy'],
    ['-certpbe', 'NONE', '-keypbe', 'NONE'],
    ['-macalg', 'sha512'],
  ];
  it.skipIf(!hasOpenssl).each(WAYS)(
    `RFC 7292 §4.2.1: made by OpenSSL is read (%s %s %s %s)${absent}`,
    (...way) => {
      const { keyPem, certPem } = AUTHORITY.issue({ key: kind });
      const [key, cert, out] = ['key', 'cert', 'p12'].map((name) =>
        join(folder, `${kind}.${name}`),
      );
      writeFileSync(key ?? '', keyPem);
      writeFileSync(cert ?? '', certPem);
      const args = ['pkcs12', '-export', '-inkey', key ?? '', '-in', cert ?? '', '-out', out ?? ''];
      const env = { ...process.env, P12: 'plain' };
      execFileSync(
        'openssl',
        [...args, '-passout', 'env:P12', ...way.filter((one) => one !== undefined)],
        { env },
      );
      const found = read(new Uint8Array(readFileSync(out ?? '')), 'plain');
      expect([found.chain.length, fits(found), found.keyPem]).toEqual([2, true, keyPem]);
    },
  );
});

it('RFC 2985 §5.5.2: the leaf comes first whatever the order in the file, and strangers stand apart', () => {
  const { keyPem, chain } = issued('p256');
  const stranger = issued('p384').chain[0];
  const [leaf, intermediate] = chain;
  if (leaf === undefined || intermediate === undefined || stranger === undefined) throw new Error();
  const found = read(fileOf({ keyPem, chain: [leaf, stranger, intermediate] }));
  expect(found.chain.map(({ serial }) => serial)).toEqual([leaf.serial, intermediate.serial]);
  expect(found.others.map(({ serial }) => serial)).toEqual([stranger.serial]);
});

describe('what does not open', () => {
  const file = fileOf({});
  const ROWS: readonly (readonly [name: string, () => unknown, code: string])[] = [
    ['another password', () => readPkcs12(file, 'another'), 'wrong-password'],
    ['no password', () => readPkcs12(file, ''), 'wrong-password'],
    ['nothing', () => readPkcs12(new Uint8Array(), PASSWORD), 'bad-pkcs12'],
    ['cut off', () => readPkcs12(file.subarray(0, 200), PASSWORD), 'bad-pkcs12'],
    ['a byte behind', () => readPkcs12(Uint8Array.from([...file, 0]), PASSWORD), 'bad-pkcs12'],
    ['too long', () => readPkcs12(file, PASSWORD, { maxPkcs12Bytes: 100 }), 'too-large'],
    ['too dear', () => readPkcs12(file, PASSWORD, { maxKeyRounds: 3_000 }), 'budget-exceeded'],
    ['text', () => readPkcs12(new TextEncoder().encode('-----BEGIN'), PASSWORD), 'bad-pkcs12'],
  ];
  it.each(ROWS)('%s', (_name, attempt, code) => {
    expect(attempt()).toMatchObject({ kind: 'fault', code });
  });

  it('a billion rounds cost nothing', () => {
    const dear = fileOf({});
    const seal = dear.length - 2; // the last INTEGER: 2048
    dear.set([0x7f, 0xff], seal);
    expect(readPkcs12(dear, PASSWORD, { maxKeyRounds: 20_000 })).toMatchObject({
      code: 'budget-exceeded',
    });
  });

  it('RFC 7292 §4: a file that asks for many rounds opens where the host allows them, and only there', () => {
    // what fileOf writes asks for 6,144 in all
    for (const [maxKeyRounds, opens] of [
      [6_143, false],
      [6_144, true],
      [MOST_KEY_ROUNDS, true],
    ] as const)
      expect(!isFault(readPkcs12(file, PASSWORD, { maxKeyRounds }))).toBe(opens);
    const fault = readPkcs12(file, PASSWORD, { maxKeyRounds: 6_143 });
    expect(fault).toMatchObject({ text: expect.stringContaining('maxKeyRounds allows, 6143') });
  });

  it.each([MOST_KEY_ROUNDS + 1, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])(
    'to allow %d rounds is misuse',
    (maxKeyRounds) => {
      const attempt = (): unknown => readPkcs12(file, PASSWORD, { maxKeyRounds });
      expect(attempt).toThrowError(expect.objectContaining({ code: 'bad-limit' }));
    },
  );

  it('one octet changed anywhere never throws, and never opens to something else', () => {
    const whole = read(file);
    fc.assert(
      fc.property(fc.nat(file.length - 1), fc.integer({ min: 1, max: 255 }), (at, by) => {
        const spoilt = file.slice();
        spoilt[at] = (spoilt[at] ?? 0) ^ by;
        const found = readPkcs12(spoilt, PASSWORD, { maxKeyRounds: 50_000 });
        if (!isFault(found))
          expect([found.keyPem, found.certPem]).toEqual([whole.keyPem, whole.certPem]);
      }),
      { numRuns: 60 },
    );
  });
});

describe('what is not written', () => {
  it.each([
    ['no key', { keyPem: 'no key' }, 'bad-key'],
    ['no certificate', { chain: [] }, 'no-certificate'],
  ] as const)('%s', (_name, plan, code) => {
    const made = writePkcs12({ ...issued('p256'), password: PASSWORD, random, ...plan });
    expect(made).toMatchObject({ code });
  });
});
