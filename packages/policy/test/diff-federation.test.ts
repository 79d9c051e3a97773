// What a new document changes of what Lync's objects decide, from a sample made of both.
import {
  crossingsOf,
  diff,
  type FederationEntry,
  type PolicyDiff,
  type PolicyDocument,
} from '@interwork/policy';
import { policyOf } from '@interwork/policy/testing';
import { describe, expect, it } from 'vitest';
import { access, edge, FEDERATION } from './federated.ts';

type Part = Partial<PolicyDocument>;
const BEFORE: PolicyDocument = { version: 1, default: 'deny', rules: [], federation: FEDERATION };
const ALLOWED = FEDERATION.allowedDomains ?? [];
const fed = (more: Partial<FederationEntry>): Part => ({ federation: { ...FEDERATION, ...more } });

function compared(part: Part): PolicyDiff {
  const after = { ...BEFORE, ...part };
  return diff(policyOf(BEFORE), policyOf(after), crossingsOf([BEFORE, after]));
}

const ROWS: readonly (readonly [id: string, part: Part, told: readonly string[]])[] = [
  ['nothing', {}, []],
  [
    'discovery on',
    edge({ enablePartnerDiscovery: true }),
    [
      'permitted: default -> discovery',
      'permitted: default -> discovery,external-access:user:Everything',
      'permitted: hosting-provider:Hoster -> hosting-provider:Hoster',
      'permitted: hosting-provider:Hoster -> external-access:user:Everything,hosting-provider:Hoster',
      'permitted: default -> discovery,external-access:global',
      'permitted: hosting-provider:Hoster -> external-access:global,hosting-provider:Hoster',
      'permitted: default -> discovery,external-access:user:Everything,recipient:contacts',
      'reasons: default -> external-access:site:Paris',
      'reasons: hosting-provider:Hoster -> external-access:site:Paris',
      'reasons: default -> discovery',
      'reasons: default -> recipient:contacts',
    ],
  ],
  [
    'an allowed domain more',
    fed({ allowedDomains: [...ALLOWED, { domain: 'new.example' }] }),
    [
      'permitted: default -> allowed-domain:new.example',
      'reasons: default -> allowed-domain:new.example',
    ],
  ],
  [
    'an allowed domain that is believed',
    fed({
      allowedDomains: [
        { domain: 'fabrikam.example', verificationLevel: 'alwaysVerifiable' },
        ...ALLOWED.slice(1),
      ],
    }),
    [
      'permitted: allowed-domain:fabrikam.example -> allowed-domain:fabrikam.example,external-access:user:Everything',
      'permitted: allowed-domain:fabrikam.example -> allowed-domain:fabrikam.example',
      'permitted: recipient:contacts -> allowed-domain:fabrikam.example,external-access:user:Everything',
      'permitted: recipient:contacts -> allowed-domain:fabrikam.example,external-access:global',
      'permitted: allowed-domain:fabrikam.example -> allowed-domain:fabrikam.example,external-access:global',
      'obligations: allowed-domain:fabrikam.example -> allowed-domain:fabrikam.example',
      'obligations: allowed-domain:fabrikam.example,external-access:user:Everything,recipient:allow -> allowed-domain:fabrikam.example,external-access:user:Everything',
      'reasons: allowed-domain:fabrikam.example -> external-access:site:Paris',
      'reasons: allowed-domain:fabrikam.example -> recipient:block',
    ],
  ],
  [
    'a domain blocked that was allowed',
    fed({
      blockedDomains: [{ domain: 'spam.example' }, { domain: 'litware.example' }],
      allowedDomains: ALLOWED.filter(({ domain }) => domain !== 'litware.example'),
    }),
    [
      'forbidden: allowed-domain:litware.example -> blocked-domain:litware.example',
      'reasons: default -> blocked-domain:litware.example',
      'reasons: allowed-domain:litware.example -> blocked-domain:litware.example',
    ],
  ],
  [
    'a public provider on',
    fed({
      publicProviders: (FEDERATION.publicProviders ?? []).map((one) => ({ ...one, enabled: true })),
    }),
    [
      'permitted: public-provider:Old -> public-provider:Old',
      'permitted: public-provider:Old -> external-access:user:Everything,public-provider:Old',
      'reasons: public-provider:Old -> external-access:site:Paris',
      'reasons: public-provider:Old -> external-access:global',
      'reasons: public-provider:Old -> recipient:contacts',
      'reasons: public-provider:Old -> external-access:user:Everything',
    ],
  ],
  [
    'a hosting provider off',
    fed({
      hostingProviders: (FEDERATION.hostingProviders ?? []).map((one) => ({
        ...one,
        enabled: false,
      })),
    }),
    ['reasons: hosting-provider:Hoster -> default'],
  ],
  [
    'no XMPP partner',
    fed({ xmppPartners: [] }),
    [
      'forbidden: xmpp-partner:jabber.example -> default',
      'forbidden: external-access:user:Everything,xmpp-partner:jabber.example -> default',
      'reasons: xmpp-partner:jabber.example -> default',
      'reasons: external-access:site:Paris -> default',
      'reasons: external-access:global -> default',
    ],
  ],
  [
    'a global policy that allows nothing',
    access({ global: {} }),
    [
      'forbidden: allowed-domain:fabrikam.example,external-access:global -> external-access:global',
      'reasons: recipient:contacts -> external-access:global',
    ],
  ],
  [
    'a grant less',
    access({ granted: {} }),
    [
      'forbidden: external-access:user:Everything,public-provider:Public -> external-access:global',
      'forbidden: external-access:user:Everything,xmpp-partner:jabber.example -> external-access:global',
      'reasons: allowed-domain:fabrikam.example,external-access:user:Everything -> allowed-domain:fabrikam.example,external-access:global',
      'reasons: recipient:contacts -> external-access:global',
      'reasons: external-access:user:Everything -> external-access:global',
      'reasons: allowed-domain:fabrikam.example,external-access:user:Everything,recipient:allow -> allowed-domain:fabrikam.example,external-access:global,recipient:allow',
    ],
  ],
  [
    'lists of a recipient cleared',
    fed({ recipients: { 'amy@contoso.example': {} } }),
    [
      'permitted: recipient:block -> allowed-domain:fabrikam.example,external-access:user:Everything',
      'forbidden: allowed-domain:fabrikam.example,external-access:user:Everything,recipient:allow -> recipient:contacts',
      'reasons: recipient:block -> recipient:contacts',
    ],
  ],
];

describe("what a new document changes of Lync's objects", () => {
  for (const [id, part, told] of ROWS) {
    it(id, () => {
      const lines = compared(part).differences.map(
        ({ kind, before, after }) => `${kind}: ${before.by.join()} -> ${after.by.join()}`,
      );
      expect(new Set(lines)).toEqual(new Set(told));
    });
  }

  it('is everything once the edge is closed', () => {
    const { asked, changed, differences } = compared(edge({ allowFederatedUsers: false }));
    expect(changed).toBe(asked);
    expect(new Set(differences.map(({ after }) => after.by.join()))).toEqual(
      new Set(['access-edge']),
    );
  });

  it('tells what is asked now and what no longer is', () => {
    const archived = compared(
      fed({ archiving: { archiveExternal: true, enableArchiving: 'imOnly' } }),
    );
    for (const { kind, gained, lost } of archived.differences)
      expect([kind, gained, lost]).toEqual([
        'obligations',
        [{ kind: 'archive', stopOnFailure: false }],
        [],
      ]);
    const [partner] = FEDERATION.xmppPartners ?? [];
    const vouched = compared(
      fed({ xmppPartners: [{ domain: 'jabber.example', ...partner, partnerType: 'federated' }] }),
    );
    const lost = vouched.differences.flatMap((one) =>
      [...one.gained, ...one.lost].map(({ kind }) => kind),
    );
    expect(new Set(lost)).toEqual(new Set(['added-first', 'no-notes']));
    const served = compared(
      fed({
        allowedDomains: [
          { domain: 'fabrikam.example', proxyFqdn: 'edge.fabrikam.example' },
          ...ALLOWED.slice(1),
        ],
      }),
    );
    expect(served.differences[0]).toMatchObject({
      gained: [{ kind: 'peer-name', names: ['edge.fabrikam.example'] }],
      lost: [{ kind: 'peer-name', names: ['sip.fabrikam.example'] }],
    });
  });
});

describe('the sample', () => {
  const { crossings, facts, left } = crossingsOf([BEFORE]);

  it('has the record that each domain should have, and those of providers', () => {
    expect(facts.srv?.get('fabrikam.example')).toEqual(['sip.fabrikam.example']);
    expect(facts.srv?.get('hosted.edge.public.example')).toEqual(['edge.public.example']);
  });

  it('has each user with a grant, somebody without, and whom a recipient names', () => {
    const users = new Set(crossings.map(({ fromUser }) => fromUser));
    expect(users).toEqual(
      new Set([undefined, 'anybody', 'somebody', 'amy', 'pierre', 'rude', 'ok', 'pal']),
    );
    expect(left).toBe(0);
  });

  it('makes up a user for each policy where the host keeps the grants', () => {
    const { granted: _granted, siteOf: _siteOf, ...policies } = FEDERATION.externalAccess ?? {};
    const elsewhere = { ...BEFORE, ...fed({ externalAccess: policies }) };
    const sample = crossingsOf([elsewhere]);
    const users = new Set(sample.crossings.map(({ fromUser }) => fromUser));
    for (const user of ['anybody', 'somebody with Everything', 'somebody at Paris'])
      expect(users).toContain(user);
    expect(sample.facts.grants?.get('somebody%20;with%20;everything@contoso.example')).toEqual({
      policy: 'Everything',
    });
    const shut = {
      ...BEFORE,
      ...fed({ externalAccess: { ...policies, users: { Everything: {} } } }),
    };
    const { differences } = diff(
      policyOf(elsewhere),
      policyOf(shut),
      crossingsOf([elsewhere, shut]),
    );
    expect(differences.map(({ kind }) => kind)).toContain('forbidden');
  });

  it('takes nothing for set where the document does not say what users have set', () => {
    const { recipients: _recipients, ...unlisted } = FEDERATION;
    const document = { ...BEFORE, federation: unlisted };
    const sample = crossingsOf([document]);
    expect(new Set(sample.facts.relations?.values())).toEqual(new Set(['none']));
    expect(crossingsOf([BEFORE]).facts.relations?.size).toBe(0);
    const closed = { ...document, federation: { ...unlisted, xmppPartners: [] } };
    const { differences } = diff(
      policyOf(document),
      policyOf(closed),
      crossingsOf([document, closed]),
    );
    expect(
      differences.every(
        ({ before, after }) => before.unknown === undefined && after.unknown === undefined,
      ),
    ).toBe(true);
  });

  it('asks with each mark that a sender may bring', () => {
    const inward = crossings.filter(
      ({ via, toward, traffic }) => via === 'sip' && toward === 'sip' && traffic === 'message',
    );
    expect(new Set(inward.map(({ mark }) => mark))).toEqual(
      new Set(['verified', 'unverified', undefined]),
    );
  });
});
