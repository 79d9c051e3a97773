// What certificates should say, and what those that are there say to it.

import {
  compareRequirements,
  isFault,
  parseCertificate,
  requestFor,
  requirements,
} from '@interwork/certs';
import type { Certificate, DeploymentNames, DoctorPartner } from '@interwork/certs';
import { nodeCrypto } from '@interwork/certs/node';
import { writeRequest } from '@interwork/certs/request';
import { makeAuthority } from '@interwork/certs/testing';
import type { IssueOptions } from '@interwork/certs/testing';
import { describe, expect, test } from 'vitest';

const authority = makeAuthority({ crypto: nodeCrypto, now: Date.UTC(2026, 10, 27) });
const NAMES: DeploymentNames = {
  edge: 'ap.contoso.com',
  sipDomains: ['contoso.com'],
  xmppDomains: ['contoso.com', 'chat.contoso.com'],
  internal: 'edge.corp.contoso.com',
};
const partner = (habit: NonNullable<DoctorPartner['habit']>) => ({
  domain: `${habit}.example`,
  service: 'sip' as const,
  habit,
});
const lines = (
  names: DeploymentNames,
  roles: readonly ('client' | 'server')[],
  habits: readonly NonNullable<DoctorPartner['habit']>[],
) =>
  requirements(names, roles, habits.map(partner)).map(({ side, level, part, value, peers }) =>
    [side, level, part, value, ...peers].join(' '),
  );

test('an edge with both protocols, an inside and every kind of partner', () => {
  expect(
    lines(NAMES, ['server', 'client'], ['microsoft-edge', 'aol', 'unknown', 'server-usage-does']),
  ).toEqual([
    'external must subjectAltName ap.contoso.com microsoft-edge.example aol.example',
    'external should subject ap.contoso.com microsoft-edge.example aol.example',
    'external must subjectAltName contoso.com',
    'external should subjectAltName sip.contoso.com',
    'external must subjectAltName chat.contoso.com',
    'external must extKeyUsage serverAuth',
    'external must extKeyUsage clientAuth aol.example',
    'internal must subject edge.corp.contoso.com',
    'internal should subjectAltName ',
    'internal must extKeyUsage serverAuth',
  ]);
});

describe('usages by role and partner', () => {
  const xmpp: DeploymentNames = { edge: 'x', sipDomains: [], xmppDomains: ['a.example'] };
  const ROWS = [
    [['server'], ['aol'], []],
    [['server', 'client'], [], []],
    [['server', 'client'], ['server-usage-does'], []],
    [['server', 'client'], ['unknown'], ['external should extKeyUsage clientAuth unknown.example']],
    [['client'], ['aol', 'unknown'], ['external must extKeyUsage clientAuth aol.example']],
    [['client'], ['prosody'], ['external must extKeyUsage serverAuth prosody.example']],
    [['client'], [], ['external should extKeyUsage clientAuth']],
  ] as const;
  for (const [roles, habits, more] of ROWS) {
    test(`${roles.join('+')}: ${habits.join(', ') || 'nobody'}`, () => {
      expect(lines(xmpp, roles, habits)).toEqual([
        'external must subjectAltName a.example',
        ...(roles.some((role) => role === 'server')
          ? ['external must extKeyUsage serverAuth']
          : []),
        ...more,
      ]);
    });
  }
});

describe('compared with a certificate', () => {
  const wanted = requirements(NAMES, ['server', 'client'], [partner('aol')]);
  const read = (options: IssueOptions): Certificate => {
    const leaf = parseCertificate(authority.issue(options).certDer);
    if (leaf.kind !== 'certificate') throw new Error(leaf.text);
    return leaf;
  };
  const full = ['ap.contoso.com', 'contoso.com', 'sip.contoso.com', 'chat.contoso.com'];
  const ROWS: readonly (readonly [
    string,
    'external' | 'internal',
    IssueOptions,
    readonly string[],
  ])[] = [
    ['everything', 'external', { commonName: 'AP.contoso.com', dns: full }, []],
    [
      'a plain one for the web',
      'external',
      { dns: ['contoso.com'], as: 'server-auth-only', domain: 'contoso.com' },
      [
        'subjectAltName ap.contoso.com',
        'subject ap.contoso.com',
        'subjectAltName sip.contoso.com',
        'subjectAltName chat.contoso.com',
        'extKeyUsage clientAuth',
      ],
    ],
    [
      'no wildcard counts outside',
      'external',
      { commonName: '*.contoso.com', dns: ['*.contoso.com', 'contoso.com'] },
      [
        'subjectAltName ap.contoso.com',
        'subject ap.contoso.com',
        'subjectAltName sip.contoso.com',
        'subjectAltName chat.contoso.com',
      ],
    ],
    [
      'a wildcard does on the inside',
      'internal',
      { as: 'cn-only', domain: '*.corp.contoso.com' },
      [],
    ],
    [
      'alternative names on the inside',
      'internal',
      { commonName: 'edge.corp.contoso.com', dns: ['edge.corp.contoso.com'] },
      ['subjectAltName '],
    ],
    ['any use', 'external', { commonName: 'ap.contoso.com', dns: full, usages: [] }, []],
    [
      'e-mail',
      'internal',
      { as: 'email-only', dns: [] },
      ['subject edge.corp.contoso.com', 'extKeyUsage serverAuth'],
    ],
  ];
  for (const [title, side, options, unmet] of ROWS) {
    test(title, () => {
      const checks = compareRequirements(wanted, read(options), side);
      const missing = checks.filter(({ met }) => !met);
      expect(missing.map(({ requirement }) => `${requirement.part} ${requirement.value}`)).toEqual(
        unmet,
      );
      expect(checks).toHaveLength(wanted.filter((one) => one.side === side).length);
    });
  }
});

describe('requestFor', () => {
  const asked = requirements(NAMES, ['server', 'client'], [partner('client-usage-required')]);

  test.each([
    ['external', 'clientAuth'],
    ['internal', undefined],
  ] as const)('%s: the request satisfies every requirement of its side', (side, usage) => {
    const plan = requestFor(asked, side);
    const wanted = asked.filter((one) => one.side === side && one.value !== '');
    const said = [plan.subject?.commonName, ...(plan.names.dns ?? []), ...(plan.usages ?? [])];
    const left = wanted.filter(({ value }) => !said.includes(value) && value !== 'serverAuth');
    expect([left, plan.usages?.[1]]).toEqual([[], usage]);
    expect(isFault(writeRequest(plan, nodeCrypto.generateKey('p256')))).toBe(false);
  });
});
