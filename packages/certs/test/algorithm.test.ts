// Signatures over all the algorithms we read: what one side signs with Node, the other checks; and RSA-PSS parameters.

import { execFileSync, spawnSync } from 'node:child_process';
import { constants, generateKeyPairSync, sign } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isFault, parseCertificate, verifyChain } from '@interwork/certs';
import type { SignatureAlgorithm } from '@interwork/certs';
import { nodeCrypto } from '@interwork/certs/node';
import { describe, expect, test } from 'vitest';
import { signatureAlgorithmAt } from '../src/algorithm.ts';
import { derFault } from '../src/der.ts';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-384' });
const ed = generateKeyPairSync('ed25519');
const DATA = Uint8Array.of(1, 2, 3);
const PSS = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };

const ROWS: readonly (readonly [
  id: string,
  algorithm: SignatureAlgorithm,
  pair: typeof rsa,
  signature: Uint8Array,
])[] = [
  ['RSA', { name: 'rsa-pkcs1', hash: 'sha256' }, rsa, sign('sha256', DATA, rsa.privateKey)],
  [
    'RSA-PSS',
    { name: 'rsa-pss', hash: 'sha256', saltLength: 32 },
    rsa,
    sign('sha256', DATA, { key: rsa.privateKey, ...PSS }),
  ],
  ['ECDSA', { name: 'ecdsa', hash: 'sha384' }, ec, sign('sha384', DATA, ec.privateKey)],
  ['Ed25519', { name: 'ed25519' }, ed, sign(null, DATA, ed.privateKey)],
];

describe('nodeCrypto.verify', () => {
  for (const [id, algorithm, pair, signature] of ROWS) {
    const spki = new Uint8Array(pair.publicKey.export({ format: 'der', type: 'spki' }));
    test(id, () => {
      expect(nodeCrypto.verify(algorithm, spki, DATA, signature)).toBe(true);
      expect(nodeCrypto.verify(algorithm, spki, Uint8Array.of(1, 2), signature)).toBe(false);
      expect(nodeCrypto.verify(algorithm, spki, DATA, signature.subarray(1))).toBe(false);
      expect(nodeCrypto.verify(algorithm, Uint8Array.of(0), DATA, signature)).toBe(false);
      expect(nodeCrypto.verify({ name: 'unknown', oid: '1.2.3' }, spki, DATA, signature)).toBe(
        false,
      );
    });
    test(`${id}: no other algorithm takes it`, () => {
      for (const [other, asked] of ROWS) {
        expect(nodeCrypto.verify(asked, spki, DATA, signature)).toBe(other === id);
      }
    });
  }
});

const OID = '06092a864886f70d01010a';
const SHA256 = '300d06096086480165030402010500';
const MGF1 = `301a06092a864886f70d010108${SHA256}`;

describe('RFC 4055 §3.1 RSASSA-PSS parameters', () => {
  const PARAMS: readonly (readonly [
    id: string,
    params: string,
    read: SignatureAlgorithm | undefined,
  ])[] = [
    [
      'SHA-256',
      `3034a00f${SHA256}a11c${MGF1}a203020120`,
      { name: 'rsa-pss', hash: 'sha256', saltLength: 32 },
    ],
    ['all defaults', '3000', { name: 'rsa-pss', hash: 'sha1', saltLength: 20 }],
    ['the mask with another hash', `3011a00f${SHA256}`, undefined],
    ['another trailer', '3005a303020102', undefined],
    ['a negative salt', '3005a2030201ff', undefined],
    ['no parameters', '', undefined],
  ];
  for (const [id, params, read] of PARAMS) {
    test(id, () => {
      const content = Buffer.from(OID + params, 'hex');
      const algorithm = Uint8Array.of(0x30, content.length, ...content);
      expect(derFault(algorithm)).toBe(undefined);
      expect(signatureAlgorithmAt(algorithm, 0)).toEqual(read);
    });
  }
});

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
const absent = hasOpenssl ? '' : ' (skipped: no openssl)';

describe.skipIf(!hasOpenssl)(`chains with RSASSA-PSS${absent}`, () => {
  const ROWS = [
    ['a key for anything, a signature of this kind', 'RSA'],
    ['a key for this kind alone', 'RSA-PSS'],
  ] as const;
  test.each(ROWS)('RFC 4055 §3.1: %s', (_title, kind) => {
    const folder = mkdtempSync(join(tmpdir(), 'interwork-pss-'));
    const openssl = (...args: readonly string[]): void =>
      void execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });
    const SIGNED = '-sha256 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:32'.split(' ');
    writeFileSync(
      join(folder, 'leaf.ext'),
      'subjectAltName=DNS:a.example\nextendedKeyUsage=serverAuth\nkeyUsage=critical,digitalSignature\n' +
        'subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n',
    );
    try {
      for (const name of ['ca', 'leaf'])
        openssl('genpkey', '-algorithm', kind, '-pkeyopt', 'rsa_keygen_bits:2048', '-out', name);
      const usage = ['-addext', 'keyUsage=critical,keyCertSign'];
      openssl(
        'req',
        '-x509',
        '-key',
        'ca',
        '-subj',
        '/CN=ca',
        '-out',
        'ca.pem',
        ...SIGNED,
        ...usage,
      );
      openssl('req', '-new', '-key', 'leaf', '-subj', '/CN=leaf', '-out', 'csr', ...SIGNED);
      const by = ['-CA', 'ca.pem', '-CAkey', 'ca', '-CAcreateserial', '-extfile', 'leaf.ext'];
      openssl('x509', '-req', '-in', 'csr', '-out', 'leaf.pem', ...by, ...SIGNED);
      const [leaf, ca] = ['leaf.pem', 'ca.pem'].map((name) =>
        parseCertificate(readFileSync(join(folder, name), 'utf8')),
      );
      if (leaf === undefined || ca === undefined || isFault(leaf) || isFault(ca))
        throw new Error('cannot be read');
      expect([leaf.publicKey.kind, leaf.publicKey.bits]).toEqual([kind.toLowerCase(), 2048]);
      expect(leaf.signatureAlgorithm).toEqual({ name: 'rsa-pss', hash: 'sha256', saltLength: 32 });
      const chain = { leaf, intermediates: [], anchors: [ca], now: Date.now(), crypto: nodeCrypto };
      expect(verifyChain({ ...chain, purpose: 'server' })).toMatchObject({
        accepted: true,
        faults: [],
      });
      const spoilt = leaf.der.slice();
      spoilt[spoilt.length - 1] = (spoilt[spoilt.length - 1] ?? 0) ^ 1;
      const forged = parseCertificate(spoilt);
      if (isFault(forged)) throw new Error(forged.text);
      const { faults } = verifyChain({ ...chain, leaf: forged, purpose: 'server' });
      expect(faults.map(({ code }) => code)).toEqual(['bad-signature']);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
