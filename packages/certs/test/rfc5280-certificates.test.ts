// RFC 5280, section by section: what a certificate has to look like to be read at all (§4), and what a path asks of each
// certificate (§6). Certificates are written from plans, or a good one is taken apart and put together with one value changed.

import { isFault, parseCertificate, readDer, verifyChain } from '@interwork/certs';
import type { Certificate, DerNode } from '@interwork/certs';
import { nodeCrypto } from '@interwork/certs/node';
import { makeAuthority } from '@interwork/certs/testing';
import { describe, expect, test } from 'vitest';
import { writeCertificate } from '../src/testing/write-certificate.ts';
import type { CertificatePlan, PlannedExtension } from '../src/testing/write-certificate.ts';

const NOW = Date.UTC(2026, 2, 1);
const DAY = 86_400_000;
const bytes = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'));
const { certDer } = makeAuthority({ crypto: nodeCrypto, now: NOW }).issue({ commonName: 'leaf' });

/** The certificate with one value exchanged; the path leads there by the number of each child. */
function changed(path: readonly number[], hex: string): string {
  const root = readDer(certDer);
  if (isFault(root)) throw new Error(root.text);
  return codeOf(rebuilt(root, path, hex));
}

function rebuilt(node: DerNode, [step, ...rest]: readonly number[], hex: string): Uint8Array {
  if (step === undefined) return bytes(hex);
  const children = node.children.map((child, i) =>
    i === step ? rebuilt(child, rest, hex) : child.whole,
  );
  if (step === node.children.length) children.push(bytes(hex));
  return tlv(node.tag, ...children);
}

function tlv(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size =
    length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Uint8Array.of(tag, ...size, ...content);
}

function codeOf(der: Uint8Array): string {
  const read = parseCertificate(der);
  return isFault(read) ? (read.at ?? read.code) : 'ok';
}

// children of the certificate and of its body
const ALGORITHM = [1];
const BITS = [2];
const [VERSION, SERIAL, INNER, ISSUER, VALIDITY, SUBJECT, KEY] = [0, 1, 2, 3, 4, 5, 6].map((i) => [
  0,
  i,
]);
const END = [0, 8];
const FIRST_EXTENSION = [0, 7, 0, 0];
const AN_A = '300806035504030c0161';
const AN_O = '3008060355040a0c0162';
const SHA384 = '300a06082a8648ce3d040303';
const CN = (tagged: string): string => {
  const value = bytes(tagged);
  const pair = tlv(0x30, bytes('0603550403'), value);
  return Buffer.from(tlv(0x30, tlv(0x31, pair))).toString('hex');
};

const SHAPES: readonly (readonly [
  section: string,
  id: string,
  path: readonly number[] | undefined,
  hex: string,
  at: string,
])[] = [
  ['§4.1', 'four fields', [3], '0500', 'certificate'],
  ['§4.1', 'a signature with unused bits', BITS, '030201fe', 'signature'],
  ['§4.1.1.2', 'another algorithm outside than inside', ALGORITHM, SHA384, 'signatureAlgorithm'],
  ['§4.1.1.2', 'another algorithm inside than outside', INNER, SHA384, 'signatureAlgorithm'],
  [
    '§4.1.1.2',
    'ECDSA with parameters',
    ALGORITHM,
    '300c06082a8648ce3d0403020500',
    'signatureAlgorithm',
  ],
  ['§4.1.2', 'version 1 written out', VERSION, 'a003020100', 'version'],
  ['§4.1.2', 'version 4', VERSION, 'a003020103', 'version'],
  ['§4.1.2', 'extensions in version 2', VERSION, 'a003020101', 'extensions'],
  ['§4.1.2', 'a padded serial number', SERIAL, '02020001', 'serialNumber'],
  ['§4.1.2', 'a serial number of 22 octets', SERIAL, `0216${'01'.repeat(22)}`, 'serialNumber'],
  ['§4.1.2', 'something behind the extensions', END, '0500', 'extensions'],
  ['§4.1.2.4', 'no issuer', ISSUER, '3000', 'issuer'],
  ['§4.1.2.4', 'a name that is a set', SUBJECT, '3100', 'subject'],
  ['§4.1.2.4', 'an empty relative name', SUBJECT, '30023100', 'subject'],
  [
    '§4.1.2.4',
    '65 relative names',
    SUBJECT,
    `308202cb${'3109300706035504031300'.repeat(65)}`,
    'subject',
  ],
  ['§4.1.2.4', 'two attributes in order', SUBJECT, `30163114${AN_A}${AN_O}`, 'ok'],
  ['§4.1.2.4', 'two attributes out of order', SUBJECT, `30163114${AN_O}${AN_A}`, 'subject'],
  ['§4.1.2.4', 'the same attribute twice', SUBJECT, `30163114${AN_A}${AN_A}`, 'ok'],
  ['§4.2', 'critical', FIRST_EXTENSION, '300e0603551d0f0101ff040403020780', 'ok'],
  ['§4.2', 'critical FALSE left out', FIRST_EXTENSION, '300b0603551d0f040403020780', 'ok'],
  ['§4.2', 'critical FALSE', FIRST_EXTENSION, '300e0603551d0f010100040403020780', 'extensions'],
  ['§4.2', 'critical as 01', FIRST_EXTENSION, '300e0603551d0f010101040403020780', 'extensions'],
  ['§4.2.1.3', 'zero bits at the end', FIRST_EXTENSION, '300b0603551d0f040403020080', 'ok'],
  ['§4.2.1.3', 'unused bits set', FIRST_EXTENSION, '300b0603551d0f040403020781', 'keyUsage'],
  ['§4.1.2.4', 'a UTF8String', SUBJECT, CN('0c02c3bc'), 'ok'],
  ['§4.1.2.4', 'a BMPString', SUBJECT, CN('1e0200fc'), 'ok'],
  ['§4.1.2.4', 'a UniversalString', SUBJECT, CN('1c04000000fc'), 'ok'],
  ['§4.1.2.4', 'a TeletexString', SUBJECT, CN('1401fc'), 'ok'],
  ['§4.1.2.4', 'a broken UTF8String is kept as octets', SUBJECT, CN('0c01c3'), 'ok'],
  ['§4.1.2.5', 'one time', VALIDITY, '300f170d3236303230313030303030305a', 'validity'],
  [
    '§4.1.2.7',
    'RSA with the exponent 1',
    KEY,
    '3020300d06092a864886f70d0101010500030f00300c020700ffffffffffff020101',
    'subjectPublicKeyInfo',
  ],
  [
    '§4.1.2.7',
    'EC with parameters of its own',
    KEY,
    '3010300b06072a8648ce3d02013000030100',
    'subjectPublicKeyInfo',
  ],
];

describe('RFC 5280: one value changed', () => {
  for (const [section, id, path = [], hex, at] of SHAPES) {
    test(`${section} ${id}`, () => expect(changed(path, hex)).toBe(at));
  }
});

const KEYS = new Map<string, ReturnType<typeof nodeCrypto.generateKey>>();
const keyOf = (name: string): ReturnType<typeof nodeCrypto.generateKey> => {
  const key = KEYS.get(name) ?? nodeCrypto.generateKey('p256');
  KEYS.set(name, key);
  return key;
};

function mint(subject: string, issuer: string, change: Partial<CertificatePlan> = {}): Uint8Array {
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
  return writeCertificate({ ...plan, ...change }, nodeCrypto);
}

function read(der: Uint8Array): Certificate {
  const certificate = parseCertificate(der);
  if (isFault(certificate)) throw new Error(certificate.text);
  return certificate;
}

const EXT = (type: string, hex: string, critical = false): PlannedExtension => ({
  type,
  value: bytes(hex),
  critical,
});
const LEAF = { ca: false, keyUsage: ['digitalSignature'], names: { dns: ['a.example'] } } as const;

const EXTENSIONS: readonly (readonly [
  section: string,
  id: string,
  more: readonly PlannedExtension[],
  at: string,
])[] = [
  ['§4.2', 'unknown, not critical', [EXT('1.2.3', '0500')], 'ok'],
  ['§4.2', 'the same twice', [EXT('1.2.3', '0500'), EXT('1.2.3', '0500')], '1.2.3'],
  ['§4.2.1.1', 'a critical authorityKeyIdentifier', [EXT('2.5.29.35', '3000', true)], '2.5.29.35'],
  ['§4.2.1.3', 'keyUsage without a bit', [EXT('2.5.29.15', '030100')], '2.5.29.15'],
  ['§4.2.1.6', 'no names', [EXT('2.5.29.17', '3000')], 'subjectAltName'],
  ['§4.2.1.9', 'a path length without cA', [EXT('2.5.29.19', '3003020100')], 'basicConstraints'],
  ['§4.2.1.9', 'no authority, written out', [EXT('2.5.29.19', '3003010100')], 'basicConstraints'],
  ['§4.2.1.9', 'no authority', [EXT('2.5.29.19', '3000')], 'ok'],
  [
    '§4.2.1.9',
    'a negative path length',
    [EXT('2.5.29.19', '30060101ff0201ff')],
    'basicConstraints',
  ],
  ['§4.2.1.10', 'no trees', [EXT('2.5.29.30', '3000')], 'nameConstraints'],
  ['§4.2.1.10', 'an empty list of trees', [EXT('2.5.29.30', '3002a000')], 'nameConstraints'],
  [
    '§4.2.1.10',
    'a tree with a minimum',
    [EXT('2.5.29.30', '300aa0083006820161800100')],
    'nameConstraints',
  ],
  [
    '§4.2.1.10',
    'a mask with a gap',
    [EXT('2.5.29.30', '300ea00c300a8708c0000200ff00ff00')],
    'nameConstraints',
  ],
  ['§4.2.1.10', 'a network', [EXT('2.5.29.30', '300ea00c300a8708c0000200ffffff00')], 'ok'],
  ['§4.2.1.12', 'no purposes', [EXT('2.5.29.37', '3000')], 'extKeyUsage'],
  ['§4.2.2.1', 'no access descriptions', [EXT('1.3.6.1.5.5.7.1.1', '3000')], 'authorityInfoAccess'],
];

describe('RFC 5280: extensions', () => {
  for (const [section, id, more, at] of EXTENSIONS) {
    test(`${section} ${id}`, () => {
      // a leaf that has neither names nor basicConstraints of its own
      expect(
        codeOf(mint('leaf', 'Root', { ca: false, keyUsage: ['digitalSignature'], more })),
      ).toBe(at);
    });
  }
});

const root = read(mint('Root', 'Root'));
const DNS_A = EXT('2.5.29.30', '300fa00d300b8209612e6578616d706c65', true);
const DNS_B = EXT('2.5.29.30', '300fa00d300b8209622e6578616d706c65', true);

function verdict(leaf: Uint8Array, ...above: readonly Uint8Array[]): string {
  const base = { anchors: [root], now: NOW, purpose: 'server' as const, crypto: nodeCrypto };
  return (
    verifyChain({ ...base, leaf: read(leaf), intermediates: above.map(read) }).faults[0]?.code ??
    'ok'
  );
}

describe('RFC 5280: paths', () => {
  test('RFC 5280 §6.1 an unknown critical extension refuses, in the leaf and above', () => {
    const more = [EXT('1.2.3', '0500', true)];
    expect(verdict(mint('leaf', 'Root', { ...LEAF, more }))).toBe('unknown-critical-extension');
    expect(verdict(mint('leaf', 'A', LEAF), mint('A', 'Root', { more }))).toBe(
      'unknown-critical-extension',
    );
  });
  test('RFC 5280 §6.1.3 names below are bound, a self-issued authority in the middle is not', () => {
    const leaf = mint('leaf', 'A', LEAF);
    expect(verdict(leaf, mint('A', 'Root', { more: [DNS_A] }))).toBe('ok');
    expect(verdict(leaf, mint('A', 'Root', { more: [DNS_B] }))).toBe('name-not-permitted');
    expect(
      verdict(mint('leaf', 'A', LEAF), mint('A', 'B'), mint('B', 'Root', { more: [DNS_B] })),
    ).toBe('name-not-permitted');
    const newer = nodeCrypto.generateKey('p256');
    const rollover = mint('A', 'A', { key: newer, names: { dns: ['b.example'] } });
    const below = mint('leaf', 'A', { ...LEAF, issuerKey: newer });
    expect(verdict(below, rollover, mint('A', 'Root', { more: [DNS_A] }))).toBe('ok');
  });
  test('RFC 5280 §6.1.4 path length, cA and keyCertSign', () => {
    const short = EXT('2.5.29.19', '30060101ff020100', true);
    const leaf = mint('leaf', 'A', LEAF);
    const bounded = { ca: false, more: [short] };
    expect(verdict(leaf, mint('A', 'Root', bounded))).toBe('ok');
    expect(verdict(leaf, mint('A', 'B'), mint('B', 'Root', bounded))).toBe('path-too-long');
    expect(verdict(leaf, mint('A', 'Root', { ca: false }))).toBe('not-a-ca');
    expect(verdict(leaf, mint('A', 'Root', { keyUsage: ['cRLSign'] }))).toBe('wrong-key-usage');
  });
  test('RFC 5280 §7.1 names chain whatever the case, the blanks and the string type', () => {
    const a = mint('  an  AUTHORITY ', 'Root', { key: keyOf('An Authority') });
    expect(verdict(mint('leaf', 'An Authority', LEAF), a)).toBe('ok');
  });
});
