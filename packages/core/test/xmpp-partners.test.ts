// What a policy says of XMPP partners, as a daemon's XMPP side has it, row by row; and what it says in vain.
import { describe, expect, it } from 'vitest';
import type { FederationEntry } from '@interwork/policy';
import { policyOf } from '@interwork/policy/testing';
import { limitsBy, serverOf, timersBy, uncarried } from '../src/node/daemon/xmpp-partners.ts';

const FEDERATION: FederationEntry = {
  localDomains: ['sip.test'],
  accessEdge: { routing: 'useDnsSrvRouting', allowFederatedUsers: true },
  xmppPartners: [{ domain: 'a.test', proxyFqdn: 'xmpp.a.test' }, { domain: 'b.test' }],
};
const of = (more: Partial<FederationEntry> = {}) =>
  policyOf({ federation: { ...FEDERATION, ...more } });

describe('XMPP partners in a daemon', () => {
  it('RFC 6120 §14.7: a partner with a server of its own is not looked up', () => {
    expect(serverOf(of(), 'A.test')).toEqual([
      { address: 'xmpp.a.test', port: 5269, direct: false },
    ]);
    expect(serverOf(of(), 'b.test')).toBeUndefined();
    expect(serverOf(policyOf({}), 'a.test')).toBeUndefined();
  });

  it('bounds and times come from the gateway of the policy, and from nowhere without one', () => {
    const xmppGateway = { connectionLimit: 7, partnerConnectionLimit: 3, keepAliveInterval: 30 };
    expect(limitsBy(of({ xmppGateway }))).toEqual({ links: 7, inbound: 7, inboundPerDomain: 3 });
    expect(timersBy(of({ xmppGateway }))).toEqual({
      negotiation: 60_000,
      idle: 600_000,
      keepAlive: 10_000,
      silence: 30_000,
    });
    expect([limitsBy(policyOf({})), timersBy(policyOf({}))]).toEqual([{}, {}]);
  });

  it('a partner that sends no keep-alive is not cut for its silence', () => {
    const xmppPartners = [{ domain: 'a.test' }, { domain: 'b.test', enableKeepAlive: false }];
    expect(timersBy(of({ xmppPartners }))).not.toHaveProperty('silence');
  });

  const vain: readonly [Partial<FederationEntry>, string][] = [
    [{ archiving: { archiveExternal: true, enableArchiving: 'imOnly' } }, '/federation/archiving'],
    [
      { xmppGateway: { enableLoggingAllMessageBodies: true } },
      '/federation/xmppGateway/enableLoggingAllMessageBodies',
    ],
    [{ xmppPartners: [{ domain: 'a.test', connectionLimit: 2 }] }, '/federation/xmppPartners'],
  ];
  it.each(vain)('%j is told', (more, path) => {
    expect(uncarried(of(more), 'policy.json')).toMatchObject([{ code: 'not-carried', path }]);
    expect(uncarried(of(), 'policy.json')).toEqual([]);
  });

  it('connections of a partner of the document are told, whether or not there are Lync objects', () => {
    const partners = {
      busy: { domains: ['busy.test'], limits: { connections: 4 } },
      slow: { domains: ['slow.test'], limits: { messagesPerSecond: 1 } },
    };
    const path = '/partners/busy/limits/connections';
    for (const policy of [policyOf({ partners }), policyOf({ partners, federation: FEDERATION })])
      expect(uncarried(policy, 'policy.json')).toMatchObject([{ code: 'not-carried', path }]);
  });
});
