// The calendar of what breaks and changes, by authority and date of renewal.

import { AUTHORITY_PROFILES, PROFILES_AS_OF, forecast, parseCertificate } from '@interwork/certs';
import type { DoctorCredential, DoctorPartner, ForecastEntry } from '@interwork/certs';
import { nodeCrypto } from '@interwork/certs/node';
import { makeAuthority } from '@interwork/certs/testing';
import type { IssueOptions } from '@interwork/certs/testing';
import { describe, expect, test } from 'vitest';

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 10, 27);
const DOMAIN_VALIDATED = '2.23.140.1.2.1';
const plain = makeAuthority({ crypto: nodeCrypto, now: NOW });
const letsEncrypt = makeAuthority({ crypto: nodeCrypto, now: NOW, name: "Let's Encrypt" });

function credential(
  options: IssueOptions,
  more: Partial<DoctorCredential> = {},
  authority = plain,
): DoctorCredential {
  const { certPem } = authority.issue({ policies: [DOMAIN_VALIDATED], ...options });
  return {
    name: 'gateway.pem',
    service: 'sip',
    roles: ['server', 'client'],
    domains: ['example.com'],
    chain: certPem,
    from: 'file',
    ...more,
  };
}

const partner = (domain: string, habit: NonNullable<DoctorPartner['habit']>): DoctorPartner => ({
  domain,
  service: 'sip',
  habit,
});

const lines = (entries: readonly ForecastEntry[]): readonly string[] =>
  entries.map(({ at, level, code, peers }) => [at.slice(0, 10), level, code, ...peers].join(' '));
const told = (one: DoctorCredential, partners: readonly DoctorPartner[] = []): readonly string[] =>
  lines(forecast({ credentials: [one], partners }, { now: NOW }));

describe('RFC 5280 §4.2.1.4 a policy of the CA/Browser Forum makes an authority a public one', () => {
  test('the list is read, and a malformed one reads as none', () => {
    const leaf = parseCertificate(plain.issue({ policies: [DOMAIN_VALIDATED, '1.2.3'] }).certDer);
    expect(leaf).toMatchObject({ extensions: { policies: [DOMAIN_VALIDATED, '1.2.3'] } });
    expect(parseCertificate(plain.issue().certDer)).toMatchObject({
      extensions: { policies: undefined },
    });
  });
  const YEAR = { notBefore: NOW - 200 * DAY, notAfter: NOW + 198 * DAY };
  const ROWS: readonly (readonly [string, DoctorCredential, readonly string[]])[] = [
    [
      'a year from a public authority, renewed after all client usage is gone',
      credential(YEAR),
      [
        '2027-05-14 changes renewal-due',
        '2027-05-14 changes client-usage-ends',
        '2027-05-14 changes lifetime-shorter',
        '2027-06-13 breaks expires',
        '2029-03-15 changes lifetime-shorter',
      ],
    ],
    [
      'a year from an authority of our own',
      credential({ ...YEAR, policies: [] }),
      ['2027-05-14 changes renewal-due', '2027-06-13 breaks expires'],
    ],
    [
      'ninety days from a public one without client usage',
      credential({ notBefore: NOW - 10 * DAY, notAfter: NOW + 80 * DAY, as: 'server-auth-only' }),
      [
        '2027-01-16 changes renewal-due',
        '2027-02-15 breaks expires',
        '2029-03-15 changes lifetime-shorter',
      ],
    ],
    [
      "Let's Encrypt",
      credential({ notBefore: NOW - 10 * DAY, notAfter: NOW + 80 * DAY }, {}, letsEncrypt),
      [
        '2027-01-16 changes renewal-due',
        '2027-01-16 changes client-usage-ends',
        '2027-02-10 changes lifetime-shorter',
        '2027-02-15 breaks expires',
        '2028-02-16 changes lifetime-shorter',
      ],
    ],
    [
      'named by the host, whatever it shows',
      credential(YEAR, { authority: 'private' }),
      ['2027-05-14 changes renewal-due', '2027-06-13 breaks expires'],
    ],
    [
      'a name that nobody knows',
      credential(YEAR, { authority: 'somebody' }),
      ['2027-05-14 changes renewal-due', '2027-06-13 breaks expires'],
    ],
    [
      'used as a server only',
      credential(YEAR, { roles: ['server'] }),
      [
        '2027-05-14 changes renewal-due',
        '2027-05-14 changes lifetime-shorter',
        '2027-06-13 breaks expires',
        '2029-03-15 changes lifetime-shorter',
      ],
    ],
    [
      'over already: its renewal is due now',
      credential({ notBefore: NOW - 60 * DAY, notAfter: NOW - DAY, policies: [] }),
      ['2026-11-27 changes renewal-due'],
    ],
    ['what cannot be read has no future', credential({}, { chain: 'x' }), []],
  ];
  for (const [title, one, wanted] of ROWS) test(title, () => expect(told(one)).toEqual(wanted));
});

describe('whom the end of client usage hits', () => {
  const one = credential({ notBefore: NOW - 10 * DAY, notAfter: NOW + 80 * DAY });
  const ROWS: readonly (readonly [string, readonly DoctorPartner[], readonly string[]])[] = [
    ['nobody, if serverAuth does', [partner('a.example', 'server-usage-does')], []],
    [
      'perhaps those we know nothing of',
      [partner('a.example', 'unknown'), partner('b.example', 'server-usage-does')],
      ['2027-01-16 changes client-usage-ends a.example'],
    ],
    [
      'certainly those that insist',
      [partner('a.example', 'unknown'), partner('b.example', 'aol')],
      ['2027-01-16 breaks client-usage-ends b.example'],
    ],
    [
      'not those of the other protocol',
      [{ ...partner('a.example', 'aol'), service: 'xmpp-server' }],
      ['2027-01-16 changes client-usage-ends'],
    ],
  ];
  for (const [title, partners, wanted] of ROWS) {
    test(title, () => {
      const about = told(one, partners).filter((line) => line.includes('client-usage'));
      expect(about).toEqual(wanted);
    });
  }
});

test('the certificates of partners are in it', () => {
  const { chain } = plain.issue({ notAfter: NOW + 5 * DAY });
  const shows = { ...partner('a.example', 'unknown'), asServer: chain, asClient: chain };
  const entries = forecast({ credentials: [], partners: [shows] }, { now: NOW });
  expect(lines(entries)).toEqual(['2026-12-02 breaks expires a.example']);
  expect(JSON.parse(JSON.stringify(entries))).toEqual(entries);
});

test('the profiles are in the order of their dates, and dated themselves', () => {
  for (const { steps } of AUTHORITY_PROFILES) {
    const days = steps.map(({ from }) => from);
    expect(days).toEqual(days.toSorted());
    for (const { from, source } of steps)
      expect([Number.isFinite(Date.parse(from)), source !== '']).toEqual([true, true]);
  }
  expect(Number.isFinite(Date.parse(PROFILES_AS_OF))).toBe(true);
});

test('profiles of the host take the place of ours', () => {
  const own = [{ name: 'public', steps: [{ from: '2026-01-01', maxDays: 10, source: 'us' }] }];
  const one = credential({ notBefore: NOW - 10 * DAY, notAfter: NOW + 80 * DAY });
  const entries = forecast({ credentials: [one], partners: [] }, { now: NOW }, own);
  expect(entries.find(({ code }) => code === 'lifetime-shorter')).toMatchObject({
    source: 'us',
    text: 'New certificates live for 10 days at most: about 55 renewals a year.',
  });
});
