// The doctor: what it finds in each wrong certificate, per partner and per role, and that it stays a
// value whatever it is shown.

import {
  PEER_HABITS,
  diagnose,
  isFault,
  parseCertificate,
  parseCertificates,
} from '@interwork/certs';
import type {
  Certificate,
  Deployment,
  DoctorCredential,
  DoctorFacts,
  DoctorPartner,
  Finding,
} from '@interwork/certs';
import { nodeCrypto } from '@interwork/certs/node';
import { VARIETIES, makeAuthority } from '@interwork/certs/testing';
import type { IssueOptions, Variety } from '@interwork/certs/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const NOW = Date.UTC(2026, 10, 27);
const DAY = 86_400_000;
const authority = makeAuthority({ crypto: nodeCrypto, now: NOW });
const anchors = parseCertificates(authority.certificate.pem) as readonly Certificate[];
const facts = { now: NOW, crypto: nodeCrypto, anchors };

function ours(options: IssueOptions, more: Partial<DoctorCredential> = {}): DoctorCredential {
  return {
    name: 'gateway.pem',
    service: 'xmpp-server',
    roles: ['server', 'client'],
    domains: ['example.com'],
    chain: authority.issue(options).certPem,
    from: 'file',
    ...more,
  };
}

const partner = (more: Partial<DoctorPartner> = {}): DoctorPartner => ({
  domain: 'partner.example',
  service: 'xmpp-server',
  habit: 'server-usage-does',
  ...more,
});

const found = (deployment: Partial<Deployment>): readonly Finding[] =>
  diagnose({ credentials: [], partners: [], ...deployment }, facts);
const codes = (findings: readonly Finding[]): readonly string[] =>
  findings.map(({ code, role }) => `${code} ${role}`);

// what is wrong with each as a certificate of an XMPP server, and of a SIP server
const WRONG: Readonly<Record<Variety, readonly [xmpp: readonly string[], sip: readonly string[]]>> =
  {
    good: [[], []],
    'server-auth-only': [[], []],
    'client-auth-only': [['wrong-purpose server'], ['wrong-purpose server']],
    'no-eku': [[], []],
    wildcard: [['name-mismatch both'], ['name-mismatch both']],
    'xmpp-addr-only': [[], ['name-mismatch both']],
    'srv-only': [[], ['name-mismatch both']],
    'sip-uri-only': [['name-mismatch both'], []],
    expired: [['expired both'], ['expired both']],
    'not-yet-valid': [['not-yet-valid both'], ['not-yet-valid both']],
    'other-name': [['name-mismatch both'], ['name-mismatch both']],
    'cn-only': [['no-name both'], ['no-name both']],
    'nul-in-name': [
      ['bad-extension both', 'no-name both'],
      ['bad-extension both', 'no-name both'],
    ],
    'email-only': [
      ['wrong-purpose server', 'wrong-purpose client'],
      ['wrong-purpose server', 'wrong-purpose client'],
    ],
    'self-signed': [['self-signed both'], ['self-signed both']],
    'unknown-issuer': [['unknown-issuer both'], ['unknown-issuer both']],
    'forged-chain': [['untrusted-root both'], ['untrusted-root both']],
    'not-a-ca': [
      ['not-a-ca both', 'wrong-key-usage both'],
      ['not-a-ca both', 'wrong-key-usage both'],
    ],
    'weak-hash': [['weak-signature both'], ['weak-signature both']],
    'weak-key': [['weak-key both'], ['weak-key both']],
    'trailing-byte': [['bad-der both'], ['bad-der both']],
  };

describe('each certificate of the testing authority', () => {
  for (const as of VARIETIES) {
    for (const [i, service] of (['xmpp-server', 'sip'] as const).entries()) {
      test(`${as} as one of ours, ${service}`, () => {
        const findings = found({
          credentials: [ours({ as }, { service })],
          partners: [partner({ service })],
        });
        expect(codes(findings)).toEqual(WRONG[as][i]);
        for (const one of findings) {
          expect(JSON.parse(JSON.stringify(one))).toEqual(one);
          expect([one.what, one.why, one.remedy].every((text) => text.endsWith('.'))).toBe(true);
          expect(one.evidence).not.toBe('');
        }
      });
      test(`${as} as a partner's, ${service}`, () => {
        const { chain } = authority.issue({ as, domain: 'partner.example' });
        const findings = found({
          partners: [partner({ service, asServer: chain, asClient: chain })],
        });
        expect(codes(findings)).toEqual(WRONG[as][i]);
        expect(findings.every(({ holder }) => holder === 'partner')).toBe(true);
      });
    }
  }
});

describe('habits of partners', () => {
  const edge = { srvTarget: 'edge.example.com', service: 'sip' } as const;
  const both = { domain: 'example.com', dns: ['edge.example.com', 'example.com'] };
  const server = { as: 'server-auth-only' } as const;
  type Row = readonly [
    title: string,
    credential: DoctorCredential,
    partner: DoctorPartner,
    codes: readonly string[],
  ];
  const ROWS: readonly Row[] = [
    ['serverAuth does', ours(server), partner(), []],
    [
      'nobody knows',
      ours(server),
      partner({ habit: 'unknown' }),
      ['warning no-client-usage client'],
    ],
    [
      'clientAuth is asked for',
      ours(server),
      partner({ habit: 'client-usage-required' }),
      ['error wrong-purpose client'],
    ],
    [
      'one for servers is asked for of those who call, too',
      ours({ as: 'client-auth-only' }, { roles: ['client'] }),
      partner({ habit: 'prosody' }),
      ['error wrong-purpose client'],
    ],
    ['and does', ours(server), partner({ habit: 'prosody' }), []],
    [
      'elsewhere one for clients is enough',
      ours({ as: 'client-auth-only' }, { roles: ['client'] }),
      partner(),
      [],
    ],
    [
      'an edge that goes by the host',
      ours({ ...both }, edge),
      partner({ service: 'sip', habit: 'microsoft-edge' }),
      [],
    ],
    [
      'whose name is not there',
      ours({ dns: ['example.com'] }, edge),
      partner({ service: 'sip', habit: 'microsoft-edge' }),
      ['error name-mismatch both'],
    ],
    [
      'or is outside',
      ours({ dns: ['edge.hosting.example'] }, { ...edge, srvTarget: 'edge.hosting.example' }),
      partner({ service: 'sip', habit: 'microsoft-edge' }),
      ['error srv-target-outside server'],
    ],
    [
      'or two labels below',
      ours({ dns: ['a.b.example.com'] }, { ...edge, srvTarget: 'a.b.example.com' }),
      partner({ service: 'sip', habit: 'microsoft-edge' }),
      ['error srv-target-outside server'],
    ],
    [
      'or a wildcard',
      ours({ dns: ['*.example.com'] }, edge),
      partner({ service: 'sip', habit: 'microsoft-edge' }),
      ['error wildcard-refused both'],
    ],
    [
      'a wildcard in XMPP',
      ours({ dns: ['*.example.com'] }, { domains: ['chat.example.com'] }),
      partner(),
      [],
    ],
    [
      'a wildcard in SIP',
      ours({ dns: ['*.example.com'] }, { service: 'sip', domains: ['chat.example.com'] }),
      partner({ service: 'sip' }),
      ['error wildcard-refused both'],
    ],
    [
      'it trusts somebody else',
      ours({}),
      partner({
        authorities: makeAuthority({ crypto: nodeCrypto, now: NOW, name: 'B' }).certificate.pem,
      }),
      ['error unknown-issuer both'],
    ],
    [
      'its authorities cannot be read',
      ours({}),
      partner({ authorities: '-----BEGIN CERTIFICATE-----' }),
      ['error bad-pem both'],
    ],
    [
      'a partner in the other protocol',
      ours(server),
      partner({ service: 'sip' }),
      ['warning no-client-usage client'],
    ],
  ];
  for (const [title, credential, one, wanted] of ROWS) {
    test(title, () => {
      const findings = found({ credentials: [credential], partners: [one] });
      expect(findings.map(({ level, code, role }) => `${level} ${code} ${role}`)).toEqual(wanted);
    });
  }
  test('every habit is one that diagnose can ask', () => {
    for (const habit of Object.keys(PEER_HABITS) as (keyof typeof PEER_HABITS)[])
      expect(found({ credentials: [ours({})], partners: [partner({ habit })] })).toEqual([]);
  });
  test('whom a finding concerns is told once', () => {
    const names = ['a.example', 'b.example', 'c.example'];
    const findings = found({
      credentials: [ours(server)],
      partners: names.map((domain, i) =>
        partner({ domain, habit: i < 2 ? 'client-usage-required' : 'server-usage-does' }),
      ),
    });
    expect(findings.map(({ peers }) => peers)).toEqual([['a.example', 'b.example']]);
  });
  test('a partner that shows the name of its host', () => {
    const { chain } = authority.issue({ dns: ['edge.partner.example'] });
    const one = partner({
      service: 'sip',
      habit: 'microsoft-edge',
      asServer: chain,
      srvTarget: 'edge.partner.example',
    });
    expect(codes(found({ partners: [one] }))).toEqual(['named-by-srv-target server']);
    const outside = { ...one, srvTarget: 'edge.hosting.example' };
    expect(codes(found({ partners: [outside] }))).toEqual([
      'name-mismatch server',
      'srv-target-outside server',
    ]);
  });
});

describe('files and time', () => {
  const { chain, certPem } = authority.issue();
  const [leaf = new Uint8Array(), middle = new Uint8Array()] = chain;
  test('RFC 8446 §4.4.2: the order, in files only', () => {
    const mixed = [leaf, authority.certificate.der, middle];
    const at = (from: 'file' | 'socket') =>
      codes(found({ credentials: [ours({}, { chain: mixed, from })], partners: [partner()] }));
    expect(at('file')).toEqual(['chain-order both']);
    expect(at('socket')).toEqual([]);
    expect(
      codes(found({ credentials: [ours({}, { chain: certPem })], partners: [partner()] })),
    ).toEqual([]);
  });
  /** A place under an identifier, as authorityInfoAccess and a list of places have it. */
  const uri = (text: string): readonly number[] => [0x86, text.length, ...Buffer.from(text)];
  const tlv = (tag: number, ...content: readonly number[]): readonly number[] => [
    tag,
    content.length,
    ...content,
  ];
  test('RFC 5280 §4.2.2.1 and §4.2.1.13: where people find what is missing', () => {
    const at = (end: number) => [0x06, 8, 0x2b, 6, 1, 5, 5, 7, 0x30, end];
    const access = tlv(
      0x30,
      ...tlv(0x30, ...at(1), ...uri('http://ocsp.example')),
      ...tlv(0x30, ...at(2), ...uri('http://ca.example/i.cer')),
    );
    const place = tlv(0xa0, ...tlv(0xa0, ...uri('http://ca.example/l.crl')));
    const points = tlv(0x30, ...tlv(0x30, ...place));
    const extensions = [
      { type: '1.3.6.1.5.5.7.1.1', value: Uint8Array.from(access) },
      { type: '2.5.29.31', value: Uint8Array.from(points) },
    ];
    const issued = authority.issue({ extensions });
    const [der = new Uint8Array()] = issued.chain;
    const read = parseCertificate(der);
    if (isFault(read)) throw new Error(read.text);
    expect(read.extensions.authorityAccess).toEqual([
      { method: 'ocsp', location: { kind: 'uri', text: 'http://ocsp.example' } },
      { method: 'ca-issuers', location: { kind: 'uri', text: 'http://ca.example/i.cer' } },
    ]);
    expect(read.extensions.listUris).toEqual(['http://ca.example/l.crl']);
    const seen = (chain: readonly Uint8Array[], more: Partial<DoctorFacts> = {}) =>
      diagnose(
        { credentials: [ours({}, { chain })], partners: [partner()] },
        { ...facts, ...more },
      ).map(({ code, evidence }) => [code, evidence.split('; ')[1]]);
    expect(seen([der])).toEqual([
      ['missing-intermediate', 'its issuer at http://ca.example/i.cer'],
    ]);
    const revocation = { lists: [], scope: 'leaf', missing: 'refused' } as const;
    expect(seen(issued.chain, { revocation })).toEqual([
      ['revocation-unknown', 'its lists at http://ca.example/l.crl'],
    ]);
  });
  test('an intermediate that is not sent', () => {
    const findings = found({ credentials: [ours({}, { chain: [leaf] })], partners: [partner()] });
    expect(codes(findings)).toEqual(['missing-intermediate both']);
  });
  const HORIZON = [
    // a third of a life of 91 days, and a month of a longer one
    [-1 * DAY, 29 * DAY, []],
    [-61 * DAY, 30 * DAY - 1000, ['expires-soon both']],
    [-300 * DAY, 31 * DAY, []],
    [-4 * DAY, 2 * DAY - 1000, ['expires-soon both']],
    [-3 * DAY, 3 * DAY, []],
  ] as const;
  for (const [before, after, wanted] of HORIZON) {
    test(`valid from ${before / DAY} to ${after / DAY} days`, () => {
      const options = { notBefore: NOW + before, notAfter: NOW + after };
      const findings = found({ credentials: [ours(options)], partners: [partner()] });
      expect(codes(findings)).toEqual(wanted);
    });
  }
  test('an authority that ends first', () => {
    const options = { notAfter: NOW + 5000 * DAY };
    const findings = found({ credentials: [ours(options)], partners: [partner()] });
    expect(codes(findings)).toEqual(['authority-expires-first both']);
  });
  test('nothing at all', () => {
    expect(found({})).toEqual([]);
    const empty = found({ credentials: [ours({}, { chain: '' }), ours({}, { chain: [] })] });
    expect(codes(empty)).toEqual(['no-certificate both']);
    expect(
      codes(found({ credentials: [ours({}, { domains: ['127.1'] })], partners: [partner()] })),
    ).toEqual(['bad-reference both']);
  });
});

test('hostile octets stay a value, and never a good one', () => {
  const { chain } = authority.issue();
  const [leaf = new Uint8Array(), ...rest] = chain;
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(leaf.length - 1), fc.integer({ min: 1, max: 255 })), {
        minLength: 1,
        maxLength: 4,
      }),
      fc.nat(8),
      (flips, cut) => {
        const changed = leaf.slice(0, leaf.length - cut);
        for (const [at, by] of new Map(flips))
          if (at < changed.length) changed[at] = (changed[at] ?? 0) ^ by;
        fc.pre(cut > 0 || changed.some((octet, i) => octet !== leaf[i]));
        const findings = found({
          credentials: [ours({}, { chain: [changed, ...rest] })],
          partners: [partner({ asClient: [changed, ...rest] })],
        });
        expect(findings.some(({ level }) => level === 'error')).toBe(true);
        expect(() => JSON.stringify(findings)).not.toThrow();
      },
    ),
    { numRuns: 150 },
  );
});
