// SIP partners and XMPP partners of Lync's, from the document to the verdict: allowed, blocked, and what their links are.
import {
  DEFAULT_XMPP_LINK_RULES,
  evaluate,
  type FederationEntry,
  linkRulesOf,
  loadPolicy,
  type PolicyDocument,
  proxyOf,
  type Query,
  xmppPartnerOf,
} from '@interwork/policy';
import { policyOf } from '@interwork/policy/testing';
import { describe, expect, it } from 'vitest';

const BASE: FederationEntry = {
  localDomains: ['ours.example'],
  accessEdge: { routing: 'useDnsSrvRouting', allowFederatedUsers: true },
};

function lync(more: Partial<FederationEntry>, document: Partial<PolicyDocument> = {}) {
  return policyOf({ ...document, federation: { ...BASE, ...more } });
}

const IN: Query = {
  from: 'fabrikam.example',
  to: 'ours.example',
  via: 'sip',
  toward: 'sip',
  traffic: 'message',
  mark: 'verified',
};
const OUT: Query = { ...IN, from: 'ours.example', to: 'fabrikam.example' };
const SRV = { srv: new Map([['fabrikam.example', ['sip.fabrikam.example']]]) };

describe('an allowed domain', () => {
  const set = lync({ allowedDomains: [{ domain: 'Fabrikam.Example' }] });

  it('is let in when its record names a server directly in it', () => {
    const verdict = evaluate(set, IN, SRV);
    expect(verdict).toMatchObject({
      effect: 'permit',
      by: ['allowed-domain:fabrikam.example'],
      level: 'domain',
    });
    expect(verdict.must).toContainEqual({
      kind: 'peer-name',
      end: 'from',
      names: ['sip.fabrikam.example'],
    });
  });

  it('is reached the same way', () => {
    const verdict = evaluate(set, OUT, SRV);
    expect(verdict).toMatchObject({ effect: 'permit', by: ['allowed-domain:fabrikam.example'] });
  });

  it('is asked after when its record is not known', () => {
    expect(evaluate(set, IN)).toEqual({
      effect: 'forbid',
      by: ['allowed-domain:fabrikam.example'],
      must: [],
      skipped: [],
      level: 'domain',
      unknown: [{ kind: 'srv', domain: 'fabrikam.example' }],
    });
  });

  it('is forbidden while the edge is closed', () => {
    const closed = lync({
      accessEdge: { routing: 'useDnsSrvRouting' },
      allowedDomains: [{ domain: 'fabrikam.example' }],
    });
    expect(evaluate(closed, IN, SRV)).toMatchObject({ effect: 'forbid', by: ['access-edge'] });
  });

  it('is forbidden when it is blocked above', () => {
    const blocked = lync({
      allowedDomains: [{ domain: 'it.fabrikam.example', proxyFqdn: 'edge.fabrikam.example' }],
      blockedDomains: [{ domain: 'fabrikam.example' }],
    });
    const query = { ...IN, from: 'it.fabrikam.example' };
    expect(evaluate(blocked, query)).toMatchObject({
      effect: 'forbid',
      by: ['blocked-domain:fabrikam.example'],
    });
    expect(proxyOf(blocked, 'IT.Fabrikam.Example')).toBe('edge.fabrikam.example');
    expect(proxyOf(blocked, 'fabrikam.example')).toBeUndefined();
  });

  it('is one name, and nothing below it', () => {
    expect(evaluate(set, { ...IN, from: 'it.fabrikam.example' })).toMatchObject({
      effect: 'forbid',
      by: ['default'],
    });
  });
});

describe('an XMPP partner', () => {
  const set = lync({
    xmppPartners: [
      { domain: 'gmail.example', additionalDomains: ['mail.example'], partnerType: 'federated' },
    ],
  });
  const FROM: Query = { ...IN, from: 'mail.example', via: 'xmpp' };

  it('is permitted by each of its domains, under its first', () => {
    expect(evaluate(set, FROM)).toMatchObject({
      effect: 'permit',
      by: ['xmpp-partner:gmail.example'],
    });
    expect(evaluate(set, { ...FROM, from: 'sub.gmail.example' })).toMatchObject({
      effect: 'forbid',
      by: ['default'],
    });
  });

  it('is found by each of its domains', () => {
    expect(xmppPartnerOf(set, 'Mail.Example.')).toMatchObject({
      domain: 'gmail.example',
      domains: ['gmail.example', 'mail.example'],
      connectionLimit: 20,
      enableKeepAlive: true,
    });
    expect(xmppPartnerOf(set, 'fabrikam.example')).toBeUndefined();
  });

  it('has the links of its negotiation', () => {
    expect(linkRulesOf(set, 'mail.example')).toEqual({
      tls: 'required',
      sasl: 'required',
      dialback: false,
    });
    expect(linkRulesOf(set, 'fabrikam.example')).toBe(DEFAULT_XMPP_LINK_RULES);
  });

  it('is described in one place', () => {
    const document = (domains: readonly string[], more: object): unknown => ({
      version: 1,
      default: 'deny',
      rules: [],
      partners: { google: { domains, ...more } },
      federation: {
        ...BASE,
        xmppPartners: [{ domain: 'gmail.example', supportDialbackNegotiation: false }],
      },
    });
    const twice = loadPolicy(document(['gmail.example'], { prove: 'dialback' }));
    expect(twice).toMatchObject({
      kind: 'findings',
      findings: [{ code: 'link-contradiction', path: '/federation/xmppPartners/0' }],
    });
    const silent = loadPolicy(document(['gmail.example'], { note: 'a note' }));
    const wider = loadPolicy(document(['*'], { xmpp: { tls: 'optional' } }));
    for (const loaded of [silent, wider]) {
      if (loaded.kind === 'findings') throw new Error(loaded.findings[0]?.text);
      expect(linkRulesOf(loaded, 'gmail.example').sasl).toBe('required');
    }
  });
});
