// A site for tests of Lync's objects: one domain of ours, one of everything that may stand outside, and the queries and
// facts that speak of them. What a test is about it writes over.
import {
  evaluate,
  type Facts,
  type FederationEntry,
  type PolicyDocument,
  type PolicySet,
  type Query,
  type Verdict,
} from '@interwork/policy';
import { policyOf } from '@interwork/policy/testing';

/** One of everything, all of it switched on. */
export const SITE: FederationEntry = {
  localDomains: ['ours.example', 'also-ours.example'],
  accessEdge: { routing: 'useDnsSrvRouting', allowFederatedUsers: true },
  allowedDomains: [
    { domain: 'listed.example' },
    { domain: 'fixed.example', proxyFqdn: 'edge.fixed.example' },
    { domain: 'hosted.example', verificationLevel: 'alwaysVerifiable' },
    { domain: 'wide.example', includeSubdomains: true },
  ],
  blockedDomains: [{ domain: 'blocked.example' }],
  publicProviders: [
    {
      identity: 'Messenger',
      enabled: true,
      proxyFqdn: 'federation.messenger.example',
      verificationLevel: 'alwaysVerifiable',
    },
    { identity: 'Old', enabled: false, proxyFqdn: 'federation.old.example' },
  ],
  hostingProviders: [
    { identity: 'Host', enabled: true, proxyFqdn: 'sipfed.host.example' },
    {
      identity: 'Split',
      enabled: true,
      proxyFqdn: 'sipfed.split.example',
      enabledSharedAddressSpace: true,
      hostsOCSUsers: true,
    },
    {
      identity: 'Voice',
      enabled: true,
      proxyFqdn: 'exap.voice.example',
      enabledSharedAddressSpace: true,
    },
    { identity: 'Off', enabled: false, proxyFqdn: 'sipfed.off.example' },
  ],
  xmppPartners: [{ domain: 'xmpp.example', partnerType: 'federated' }],
};

/** The set of a site that differs. */
export function site(
  more: Partial<FederationEntry> = {},
  document: Partial<PolicyDocument> = {},
): PolicySet {
  return policyOf({ ...document, federation: { ...SITE, ...more } });
}

/** The Access Edge of the site, with more on it. */
export function edge(more: Partial<FederationEntry['accessEdge']>): Partial<FederationEntry> {
  return {
    accessEdge: { ...SITE.accessEdge, ...more } as FederationEntry['accessEdge'],
  };
}

/** A message from a foreign SIP domain to ours. */
export function inward(from: string, more: Partial<Query> = {}): Query {
  return {
    from,
    to: 'ours.example',
    via: 'sip',
    toward: 'sip',
    traffic: 'message',
    mark: 'verified',
    ...more,
  };
}

/** A message from ours to a foreign SIP domain. */
export function outward(to: string, more: Partial<Query> = {}): Query {
  return { from: 'ours.example', to, via: 'sip', toward: 'sip', traffic: 'message', ...more };
}

/** Records by domain. */
export function srv(records: Readonly<Record<string, readonly string[] | undefined>>): Facts {
  return { srv: new Map(Object.entries(records)) };
}

/** Records that are as they should be. */
export const GOOD: Facts = srv({
  'listed.example': ['sip.listed.example'],
  'found.example': ['sip.found.example'],
  'it.wide.example': ['sip.it.wide.example'],
  'stranger.example': [],
});

/** What a verdict says, in a line: effect, ids, number, and what is not known. */
export function said({ effect, by, diagnostics, unknown }: Verdict): string {
  const number = diagnostics === undefined ? '' : ` ${diagnostics}`;
  const asked = unknown === undefined ? '' : ` ?${unknown.map(({ kind }) => kind).join(',')}`;
  return `${effect} ${by.join(' ')}${number}${asked}`;
}

/** `said` of what is decided. */
export function verdict(set: PolicySet, query: Query, facts?: Facts): string {
  return said(evaluate(set, query, facts));
}
