// Credentials from files: what fits is loaded, what does not is a fault that names the file and
// never shows a key.

import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { isFault, parseCertificates } from '@interwork/certs';
import { loadCredentials, nodeCrypto, systemAnchors } from '@interwork/certs/node';
import { writePkcs12 } from '@interwork/certs/pkcs12';
import { makeAuthority } from '@interwork/certs/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const authority = makeAuthority({ crypto: nodeCrypto, now: Date.UTC(2026, 2, 1) });
const { keyPem, certPem } = authority.issue();
const other = authority.issue();
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'interwork-certs-'));
  const files = {
    key: keyPem,
    cert: certPem,
    ca: authority.certificate.pem,
    otherKey: other.keyPem,
    broken: 'no PEM at all',
    brokenCert: '-----BEGIN CERTIFICATE-----\n????\n-----END CERTIFICATE-----\n',
    disorder: certPem + certPem,
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const ROWS = [
  ['all three', 'key', 'cert', 'ca', 'ok'],
  ['no file', 'absent', 'cert', undefined, 'unreadable-file'],
  ['a key of another certificate', 'otherKey', 'cert', undefined, 'key-mismatch'],
  ['no key in the file', 'broken', 'cert', undefined, 'bad-key'],
  ['no certificate in the file', 'key', 'broken', undefined, 'no-certificate'],
  ['a malformed certificate', 'key', 'brokenCert', undefined, 'bad-pem'],
  ['a chain out of order', 'key', 'disorder', undefined, 'unknown-issuer'],
  ['no certificate in the trust', 'key', 'cert', 'broken', 'no-certificate'],
  ['malformed trust', 'key', 'cert', 'brokenCert', 'bad-pem'],
] as const;

describe('loadCredentials', () => {
  for (const [id, key, cert, ca, code] of ROWS) {
    test(id, async () => {
      const at = (name: string): string => join(folder, name);
      const loaded = await loadCredentials({
        key: at(key),
        cert: at(cert),
        ...(ca === undefined ? {} : { ca: at(ca) }),
      });
      expect(isFault(loaded) ? loaded.code : 'ok').toBe(code);
      if (isFault(loaded)) expect(loaded.text).not.toContain('PRIVATE');
      else expect([loaded.chain.length, loaded.anchors.length]).toEqual([2, 1]);
    });
  }
});

describe('loadCredentials of a PKCS#12 file', () => {
  const password = 'of the file';
  const P12_ROWS = [
    ['the file', 'file', password, 'ok'],
    ['another password', 'file', 'another', 'wrong-password'],
    ['no such file', 'absent', password, 'unreadable-file'],
    ['no PKCS#12', 'cert', password, 'bad-pkcs12'],
    ['the key of another', 'stranger', password, 'key-mismatch'],
  ] as const;
  const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length));

  test.each(P12_ROWS)('%s', async (_id, name, said, code) => {
    const chain = parseCertificates(certPem);
    if (isFault(chain)) throw new Error(chain.text);
    for (const [file, key] of [
      ['file', keyPem],
      ['stranger', other.keyPem],
    ] as const) {
      const made = writePkcs12({ keyPem: key, chain, password, random });
      if (!isFault(made)) await writeFile(join(folder, file), made);
    }
    const loaded = await loadCredentials({ pkcs12: join(folder, name), password: said });
    expect(isFault(loaded) ? loaded.code : 'ok').toBe(code);
    if (isFault(loaded)) expect(`${loaded.text}${loaded.at}`).not.toMatch(/PRIVATE|of the file/);
    else expect([loaded.key, loaded.chain.length]).toEqual([keyPem, 2]);
  });
});

test('the roots that come with Node are all readable', () => {
  expect(systemAnchors().length).toBe(rootCertificates.length);
  expect(rootCertificates.length).toBeGreaterThan(100);
});
