// Which credential is shown to whom, and which must not be shown at all: RFC 6066 §3, RFC 6120 §5.4.3.1; RFC 5280 §4.1.2.5,
// §4.2.1.12.

import { chooseCredential, credentialFaults, isFault, parseCertificate } from '@interwork/certs';
import type { CredentialUse, Occasion, Service, TlsRole } from '@interwork/certs';
import { nodeCrypto } from '@interwork/certs/node';
import { makeAuthority } from '@interwork/certs/testing';
import type { IssueOptions } from '@interwork/certs/testing';
import { describe, expect, test } from 'vitest';

interface Named extends CredentialUse {
  readonly name: string;
}

const SHELF: readonly Named[] = [
  { name: 'fallback', role: 'both' },
  { name: 'server', role: 'server' },
  { name: 'client', role: 'client' },
  { name: 'a', role: 'both', domains: ['a.example'] },
  { name: 'a server', domains: ['a.example'], role: 'server' },
  { name: 'below b', role: 'both', domains: ['*.b.example'] },
  { name: 'to p', partners: ['p.example'], role: 'client' },
  { name: 'a to p', role: 'both', partners: ['p.example'], domains: ['a.example'] },
  { name: 'a to p again', role: 'both', partners: ['p.example'], domains: ['a.example'] },
  { name: 'idn', role: 'both', domains: ['xn--mnchen-3ya.example'] },
];

describe('RFC 6066 §3 and RFC 6120 §5.4.3.1: which credential is shown', () => {
  const ROWS: readonly (readonly [title: string, Occasion, chosen: string])[] = [
    ['called by no name', { role: 'server' }, 'server'],
    ['called by a name of ours', { role: 'server', local: 'a.example' }, 'a server'],
    ['in another spelling', { role: 'server', local: 'A.Example.' }, 'a server'],
    ['in U-labels', { role: 'server', local: 'münchen.example' }, 'idn'],
    ['called by a name that is not ours', { role: 'server', local: 'z.example' }, 'server'],
    ['called by no name at all', { role: 'server', local: '' }, 'server'],
    ['called by what is no name', { role: 'server', local: 'a\0.example' }, 'server'],
    ['a wildcard stands for one label', { role: 'server', local: 'x.b.example' }, 'below b'],
    ['and not for two', { role: 'server', local: 'y.x.b.example' }, 'server'],
    ['nor for none', { role: 'server', local: 'b.example' }, 'server'],
    ['calling somebody', { role: 'client', peer: 'q.example' }, 'client'],
    ['calling in a name', { role: 'client', local: 'a.example', peer: 'q.example' }, 'a'],
    ['calling a partner', { role: 'client', peer: 'p.example' }, 'to p'],
    [
      'calling a partner in a name',
      { role: 'client', local: 'a.example', peer: 'p.example' },
      'a to p',
    ],
    [
      'a partner outweighs a name',
      { role: 'client', local: 'x.b.example', peer: 'p.example' },
      'to p',
    ],
  ];
  for (const [title, occasion, chosen] of ROWS)
    test(title, () => expect(chooseCredential(SHELF, occasion)?.name).toBe(chosen));

  test('nothing that fits is nothing', () => {
    const shelf = [
      { role: 'both', domains: ['a.example'] },
      { role: 'both', partners: ['p.example'] },
      { role: 'client' },
    ] as const;
    expect(chooseCredential(shelf, { role: 'server', local: 'b.example' })).toBe(undefined);
    expect(chooseCredential([], { role: 'client' })).toBe(undefined);
  });

  test('an empty list of names fits nobody', () => {
    expect(
      chooseCredential([{ role: 'both', domains: [] }], { role: 'server', local: 'a.example' }),
    ).toBe(undefined);
  });
});

describe('RFC 5280 §4.1.2.5 and §4.2.1.12: what must not be shown', () => {
  const NOW = Date.UTC(2026, 10, 27);
  const authority = makeAuthority({ crypto: nodeCrypto, now: NOW });
  const codes = (options: IssueOptions, service: Service, role: TlsRole): readonly string[] => {
    const leaf = parseCertificate(authority.issue(options).certDer);
    if (isFault(leaf)) return [leaf.code];
    return credentialFaults(leaf, { service, role, now: NOW }).map(({ code }) => code);
  };
  type Row = readonly [
    as: NonNullable<IssueOptions['as']>,
    server: readonly string[],
    client: readonly string[],
  ];
  const ROWS: readonly Row[] = [
    ['good', [], []],
    ['server-auth-only', [], []],
    ['self-signed', [], []],
    ['no-eku', [], []],
    ['client-auth-only', ['wrong-purpose'], []],
    ['email-only', ['wrong-purpose'], ['wrong-purpose']],
    ['expired', ['expired'], ['expired']],
    ['not-yet-valid', ['not-yet-valid'], ['not-yet-valid']],
    ['weak-key', ['weak-key'], ['weak-key']],
  ];
  for (const service of ['xmpp-server', 'sip'] as const)
    for (const [as, server, client] of ROWS)
      test(`${service}: ${as}`, () => {
        expect([codes({ as }, service, 'server'), codes({ as }, service, 'client')]).toEqual([
          server,
          client,
        ]);
      });

  test('a fault names the certificate, the field and the limit', () => {
    const leaf = parseCertificate(authority.issue({ as: 'expired', commonName: 'ours' }).certDer);
    if (isFault(leaf)) throw new Error(leaf.text);
    expect(credentialFaults(leaf, { service: 'sip', role: 'server', now: NOW })).toMatchObject([
      { field: 'validity.notAfter', subject: 'CN=ours', limit: '2026-11-26T00:00:00Z' },
    ]);
  });
});
