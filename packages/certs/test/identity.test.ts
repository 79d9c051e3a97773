// Presented names against references, by our own table: service, names in the certificate,
// reference, and what matches.

import {
  identitiesOf,
  isFault,
  matchIdentity,
  normalizeDomain,
  parseCertificate,
  presentedNames,
} from '@interwork/certs';
import type { Certificate, IdentityPurpose } from '@interwork/certs';
import { nodeCrypto } from '@interwork/certs/node';
import { makeAuthority } from '@interwork/certs/testing';
import type { PlannedNames } from '@interwork/certs/testing';
import { describe, expect, test } from 'vitest';

const authority = makeAuthority({ crypto: nodeCrypto, now: Date.UTC(2026, 2, 1) });

function certificateFor(names: PlannedNames): Certificate {
  const certificate = parseCertificate(authority.issue(names).certDer);
  if (isFault(certificate)) throw new Error(certificate.text);
  return certificate;
}

type Row = readonly [
  id: string,
  service: IdentityPurpose,
  names: PlannedNames,
  domain: string,
  by: string,
];

// by: the identifier type, or the field that failed
const ROWS: readonly Row[] = [
  ['x1 exact', 'xmpp-server', { dns: ['example.com'] }, 'example.com', 'DNS-ID'],
  ['x2 case', 'xmpp-server', { dns: ['Example.COM'] }, 'eXample.com', 'DNS-ID'],
  [
    'x3 trailing dot of the reference',
    'xmpp-server',
    { dns: ['example.com'] },
    'example.com.',
    'DNS-ID',
  ],
  [
    'x4 trailing dot presented',
    'xmpp-server',
    { dns: ['example.com.'] },
    'example.com',
    'subjectAltName',
  ],
  [
    'x5 leading dot presented',
    'xmpp-server',
    { dns: ['.example.com'] },
    'a.example.com',
    'subjectAltName',
  ],
  ['x6 wildcard, one label', 'xmpp-server', { dns: ['*.example.com'] }, 'a.example.com', 'DNS-ID'],
  [
    'x7 wildcard, two labels',
    'xmpp-server',
    { dns: ['*.example.com'] },
    'a.b.example.com',
    'subjectAltName',
  ],
  [
    'x8 wildcard in the middle',
    'xmpp-server',
    { dns: ['a.*.com'] },
    'a.example.com',
    'subjectAltName',
  ],
  [
    'x9 wildcard of a top domain',
    'xmpp-server',
    { dns: ['*.com'] },
    'example.com',
    'subjectAltName',
  ],
  ['x10 only a wildcard', 'xmpp-server', { dns: ['*'] }, 'example.com', 'subjectAltName'],
  [
    'x11 two wildcards',
    'xmpp-server',
    { dns: ['*.*.example.com'] },
    'a.b.example.com',
    'subjectAltName',
  ],
  [
    'x12 partial wildcard',
    'xmpp-server',
    { dns: ['a*.example.com'] },
    'ab.example.com',
    'subjectAltName',
  ],
  [
    'x13 the reference is a wildcard',
    'xmpp-server',
    { dns: ['*.example.com'] },
    '*.example.com',
    'reference',
  ],
  [
    'x14 NUL',
    'xmpp-server',
    { dns: ['example.com\u0000.evil.example'] },
    'example.com',
    'subjectAltName',
  ],
  ['x15 control', 'xmpp-server', { dns: ['example.com\n'] }, 'example.com', 'subjectAltName'],
  ['x16 blank', 'xmpp-server', { dns: ['example.com '] }, 'example.com', 'subjectAltName'],
  [
    'x17 RFC 5280 §7.2 an A-label',
    'xmpp-server',
    { dns: ['xn--bcher-kva.example'] },
    'BÜCHER.example',
    'DNS-ID',
  ],
  ['x18 a false A-label', 'xmpp-server', { dns: ['xn--a.example'] }, 'xn--a.example', 'reference'],
  ['x19 full-width letters', 'xmpp-server', { dns: ['example.com'] }, 'ｅxample.com', 'DNS-ID'],
  [
    'x20 a sharp s is not ss',
    'xmpp-server',
    { dns: ['strasse.example'] },
    'straße.example',
    'subjectAltName',
  ],
  ['x21 an empty reference', 'xmpp-server', { dns: ['example.com'] }, '', 'reference'],
  [
    'x22 a slash in the reference',
    'xmpp-server',
    { dns: ['example.com'] },
    'example.com/a',
    'reference',
  ],
  ['x23 a number in hexadecimal', 'xmpp-server', { ip: ['127.0.0.1'] }, '0x7f.1', 'reference'],
  ['x24 a percent escape', 'xmpp-server', { dns: ['example.com'] }, 'ex%61mple.com', 'reference'],
  ['x25 IPv4', 'xmpp-server', { ip: ['192.0.2.7'] }, '192.0.2.7', 'IP-ID'],
  ['x26 IPv4 with a leading zero', 'xmpp-server', { ip: ['192.0.2.7'] }, '192.0.2.07', 'reference'],
  [
    'x27 IPv6, compressed',
    'xmpp-server',
    { ip: ['2001:db8:0:0:0:0:0:1'] },
    '[2001:db8::1]',
    'IP-ID',
  ],
  [
    'x28 IPv4 in IPv6 is another address',
    'xmpp-server',
    { ip: ['::ffff:192.0.2.7'] },
    '192.0.2.7',
    'subjectAltName',
  ],
  [
    'x29 RFC 4985 §2 SRV',
    'xmpp-server',
    { srv: ['_xmpp-server.example.com'] },
    'example.com',
    'SRV-ID',
  ],
  [
    'x30 SRV in capitals',
    'xmpp-server',
    { srv: ['_XMPP-Server.EXAMPLE.com'] },
    'example.com',
    'SRV-ID',
  ],
  [
    'x31 SRV of clients',
    'xmpp-client',
    { srv: ['_xmpp-client.example.com'] },
    'example.com',
    'SRV-ID',
  ],
  [
    'x32 SRV with a wildcard',
    'xmpp-server',
    { srv: ['_xmpp-server.*.example.com'] },
    'a.example.com',
    'subjectAltName',
  ],
  ['x33 SRV of SIP', 'xmpp-server', { srv: ['_sip.example.com'] }, 'example.com', 'subjectAltName'],
  [
    'x34 RFC 6120 §13.7.1.4 XmppAddr',
    'xmpp-server',
    { xmppAddr: ['bücher.example'] },
    'xn--bcher-kva.example',
    'XmppAddr',
  ],
  [
    'x35 XmppAddr with a resource',
    'xmpp-server',
    { xmppAddr: ['example.com/a'] },
    'example.com',
    'subjectAltName',
  ],
  [
    'x36 XmppAddr of a user',
    'xmpp-server',
    { xmppAddr: ['a@example.com'] },
    'example.com',
    'subjectAltName',
  ],
  ['x37 a sip: URI', 'xmpp-server', { uri: ['sip:example.com'] }, 'example.com', 'subjectAltName'],
  [
    'x38 the last of many',
    'xmpp-server',
    { dns: ['a.example', 'b.example', 'c.example'] },
    'c.example',
    'DNS-ID',
  ],
  ['s1 URI', 'sip', { uri: ['sip:example.com'] }, 'example.com', 'URI'],
  ['s2 scheme in capitals', 'sip', { uri: ['SIP:Example.com'] }, 'example.com', 'URI'],
  ['s3 URI with a port', 'sip', { uri: ['sip:example.com:5061'] }, 'example.com', 'URI'],
  [
    's4 URI with parameters',
    'sip',
    { uri: ['sip:example.com;transport=tls'] },
    'example.com',
    'URI',
  ],
  ['s5 URI with a user', 'sip', { uri: ['sip:a@example.com'] }, 'example.com', 'subjectAltName'],
  [
    's6 an at-sign behind',
    'sip',
    { uri: ['sip:example.com;x=@y'] },
    'example.com',
    'subjectAltName',
  ],
  ['s7 sips', 'sip', { uri: ['sips:example.com'] }, 'example.com', 'subjectAltName'],
  [
    's8 sips beside a DNS name',
    'sip',
    { uri: ['sips:example.com'], dns: ['example.com'] },
    'example.com',
    'DNS',
  ],
  [
    's9 a URI hides DNS names',
    'sip',
    { uri: ['sip:a.example'], dns: ['b.example'] },
    'b.example',
    'subjectAltName',
  ],
  [
    's10 a broken URI hides them too',
    'sip',
    { uri: ['sip:a_b'], dns: ['b.example'] },
    'b.example',
    'subjectAltName',
  ],
  [
    's11 the URI of a user does not',
    'sip',
    { uri: ['sip:u@a.example'], dns: ['b.example'] },
    'b.example',
    'DNS',
  ],
  ['s12 wildcard', 'sip', { dns: ['*.example.com'] }, 'a.example.com', 'subjectAltName'],
  ['s13 suffix', 'sip', { dns: ['example.com'] }, 'a.example.com', 'subjectAltName'],
  [
    's14 XMPP names',
    'sip',
    { xmppAddr: ['example.com'], srv: ['_xmpp-server.example.com'] },
    'example.com',
    'subjectAltName',
  ],
  ['s15 an address', 'sip', { ip: ['192.0.2.7'] }, '192.0.2.7', 'subjectAltName'],
  ['s16 IDN', 'sip', { uri: ['sip:xn--bcher-kva.example'] }, 'bücher.example', 'URI'],
];

describe('RFC 6120 §13.7, RFC 9525 §6.3, RFC 5922 §7.2: matchIdentity', () => {
  for (const [id, service, names, domain, by] of ROWS) {
    test(id, () => {
      const verdict = matchIdentity(certificateFor(names), { service, domain });
      expect(verdict.by ?? verdict.field).toBe(by);
      expect(verdict.match).toBe(verdict.by !== undefined);
      expect(verdict.text).toContain(domain);
    });
  }
});

test('RFC 6120 §13.7.1, RFC 5922 §7.1: what is proved is always what matches', () => {
  for (const [, service, names] of ROWS) {
    const certificate = certificateFor(names);
    for (const domain of identitiesOf(certificate, service)) {
      expect(matchIdentity(certificate, { service, domain }).match).toBe(true);
      expect(normalizeDomain(domain)).toBe(domain);
    }
  }
});

test('RFC 5280 §4.2.1.6 names as presented, those refused apart', () => {
  const names = presentedNames(
    certificateFor({ dns: ['a.example', 'b\u0000c', '\u00fc.example'], ip: ['192.0.2.7'] }),
  );
  expect(names).toMatchObject({
    dns: ['a.example'],
    ip: ['192.0.2.7'],
    srv: [],
    commonName: undefined,
  });
  expect(names.faults.map(({ at, text }) => [at, text])).toEqual([
    ['subjectAltName', 'A name of the kind dns holds a NUL or another control character.'],
    ['subjectAltName', 'A name of the kind dns has octets outside ASCII.'],
  ]);
});
