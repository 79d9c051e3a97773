// Certificate requests: what they say is read back by OpenSSL, and their signatures by node:crypto; what cannot be asked
// for is refused by name.
import { spawnSync } from 'node:child_process';
import { isFault, readDer, writePem } from '@interwork/certs';
import type { RequestPlan, SignatureAlgorithm } from '@interwork/certs';
import { nodeCrypto, signingKeyFrom } from '@interwork/certs/node';
import { writeRequest } from '@interwork/certs/request';
import type { KeyKind } from '@interwork/certs/request';
import { describe, expect, it } from 'vitest';

const PLAN: RequestPlan = {
  subject: { country: 'DE', organization: 'Contoso Müller', commonName: 'edge.contoso.example' },
  names: {
    dns: ['edge.contoso.example', 'sip.contoso.example', '*.chat.contoso.example'],
    srv: ['_xmpp-server.contoso.example'],
    xmppAddr: ['contoso.example'],
    uri: ['sip:contoso.example'],
    ip: ['192.0.2.1', '2001:db8::1'],
  },
  usages: ['serverAuth', 'clientAuth'],
};

const KINDS: readonly KeyKind[] = ['p256', 'p384', 'p521', 'ed25519', 'rsa2048', 'rsa3072'];
const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
const absent = hasOpenssl ? '' : ' (skipped: no openssl)';

function requestOf(plan: RequestPlan, kind: KeyKind): Uint8Array {
  const der = writeRequest(plan, nodeCrypto.generateKey(kind));
  if (isFault(der)) throw new Error(der.text);
  return der;
}

function openssl(der: Uint8Array): string {
  const args = ['req', '-noout', '-verify', '-text', '-nameopt', 'utf8,sep_comma_plus'];
  const { stdout, stderr } = spawnSync('openssl', args, {
    input: writePem(der, 'CERTIFICATE REQUEST'),
    encoding: 'utf8',
  });
  return stdout + stderr;
}

describe.each(KINDS)('RFC 2986 §4.2, RFC 5480 §4: a request for a key of kind %s', (kind) => {
  it('is signed by that key', () => {
    const key = nodeCrypto.generateKey(kind);
    const der = writeRequest(PLAN, key);
    const node = isFault(der) ? der : readDer(der);
    if (isFault(node)) throw new Error(node.text);
    const [info, , signature] = node.children;
    const bits = signature?.content.subarray(1) ?? new Uint8Array();
    const signed = info?.whole ?? new Uint8Array();
    const check = (algorithm: SignatureAlgorithm, data: Uint8Array): boolean =>
      nodeCrypto.verify(algorithm, key.spki, data, bits);
    expect(check(key.algorithm, signed)).toBe(true);
    expect(check(key.algorithm, signed.subarray(1))).toBe(false);
  });

  it.skipIf(!hasOpenssl)(`RFC 2985 §5.4.2: says to OpenSSL what was asked for${absent}`, () => {
    const text = openssl(requestOf(PLAN, kind));
    expect(text).toMatch(/verify OK/);
    expect(text).toMatch(
      /Subject: C ?= ?DE, ?O ?= ?Contoso Müller, ?CN ?= ?edge\.contoso\.example/,
    );
    expect(text).toContain('DNS:edge.contoso.example, DNS:sip.contoso.example, DNS:*.chat.');
    expect(text).toContain('URI:sip:contoso.example');
    expect(text).toContain('IP Address:192.0.2.1, IP Address:2001:DB8:0:0:0:0:0:1');
    expect(text).toMatch(/_xmpp-server\.contoso\.example/);
    expect(text).toMatch(/TLS Web Server Authentication, TLS Web Client Authentication/);
  });
});

it('a key read from PEM signs as the one that was made', () => {
  const key = nodeCrypto.generateKey('p384');
  const again = signingKeyFrom(key.keyPem);
  expect([again?.spki, again?.algorithm]).toEqual([key.spki, key.algorithm]);
  expect(signingKeyFrom('no key')).toBeUndefined();
});

it('without a subject the names are critical', () => {
  const { names } = PLAN;
  const text = hasOpenssl ? openssl(requestOf({ names }, 'p256')) : 'Alternative Name: critical';
  expect(text).toMatch(/Alternative Name: critical/);
});

describe('RFC 9525 §3, RFC 2986 §4.1: what no certificate can carry', () => {
  const ROWS: readonly (readonly [plan: RequestPlan, code: string, at: string])[] = [
    [{ names: {} }, 'no-name', 'names'],
    [{ names: { dns: [] } }, 'no-name', 'names'],
    [{ names: { dns: ['a b.example'] } }, 'bad-reference', 'names.dns'],
    [{ names: { dns: ['192.0.2.1'] } }, 'bad-reference', 'names.dns'],
    [{ names: { dns: ['bücher.example'] } }, 'bad-reference', 'names.dns'],
    [{ names: { dns: ['*.*.example'] } }, 'bad-reference', 'names.dns'],
    [{ names: { dns: ['a.*.example'] } }, 'bad-reference', 'names.dns'],
    [{ names: { dns: ['a.example\u0000.b.example'] } }, 'bad-reference', 'names.dns'],
    [{ names: { srv: ['xmpp-server.a.example'] } }, 'bad-reference', 'names.srv'],
    [{ names: { srv: ['_xmpp-server.*.a.example'] } }, 'bad-reference', 'names.srv'],
    [{ names: { xmppAddr: ['a@b.example'] } }, 'bad-reference', 'names.xmppAddr'],
    [{ names: { uri: ['sip:'] } }, 'bad-reference', 'names.uri'],
    [{ names: { uri: ['sip:a b'] } }, 'bad-reference', 'names.uri'],
    [{ names: { ip: ['192.0.2.256'] } }, 'bad-reference', 'names.ip'],
    [
      { names: { dns: Array.from({ length: 251 }, (_, n) => `h${n}.example`) } },
      'too-large',
      'names',
    ],
    [
      { subject: { country: 'DEU' }, names: { dns: ['a.example'] } },
      'bad-reference',
      'subject.country',
    ],
    [
      { subject: { country: '1' }, names: { dns: ['a.example'] } },
      'bad-reference',
      'subject.country',
    ],
    [
      { subject: { commonName: 'x'.repeat(65) }, names: { dns: ['a.example'] } },
      'bad-reference',
      'subject.commonName',
    ],
    [
      { subject: { organization: 'A\nB' }, names: { dns: ['a.example'] } },
      'bad-reference',
      'subject.organization',
    ],
  ];
  it.each(ROWS)('%j', (plan, code, at) => {
    expect(writeRequest(plan, nodeCrypto.generateKey('p256'))).toMatchObject({ code, at });
  });
});
