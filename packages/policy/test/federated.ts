// A company with one of each of Lync's objects, for tests of what is told about them.
import type { Facts, FederationEntry, PolicyDocument, Query } from '@interwork/policy';

export const FEDERATION: FederationEntry = {
  localDomains: ['contoso.example', 'contoso.test'],
  accessEdge: { routing: 'useDnsSrvRouting', allowFederatedUsers: true },
  allowedDomains: [
    { domain: 'fabrikam.example' },
    { domain: 'litware.example', proxyFqdn: 'edge.litware.example', comment: 'signed in May' },
    { domain: 'northwind.example', includeSubdomains: true, verificationLevel: 'alwaysVerifiable' },
  ],
  blockedDomains: [{ domain: 'spam.example' }],
  publicProviders: [
    { identity: 'Public', proxyFqdn: 'edge.public.example', enabled: true },
    { identity: 'Old', proxyFqdn: 'edge.old.example', enabled: false },
  ],
  hostingProviders: [{ identity: 'Hoster', proxyFqdn: 'edge.hoster.example', enabled: true }],
  xmppPartners: [
    {
      domain: 'jabber.example',
      partnerType: 'publicUnverified',
      tlsNegotiation: 'optional',
      saslNegotiation: 'notSupported',
    },
  ],
  externalAccess: {
    global: { enableFederationAccess: true },
    sites: { Paris: {} },
    users: {
      Everything: {
        enableFederationAccess: true,
        enableXmppAccess: true,
        enablePublicCloudAccess: true,
      },
    },
    granted: { 'amy@contoso.example': 'Everything' },
    siteOf: { 'pierre@contoso.example': 'Paris' },
  },
  recipients: {
    'amy@contoso.example': {
      block: ['rude@fabrikam.example'],
      allow: ['ok@fabrikam.example'],
      contacts: ['pal@public.example'],
    },
  },
};

/** Where records lead: one of them to a server outside its domain. */
export const FACTS: Facts = {
  srv: new Map([
    ['fabrikam.example', ['sip.fabrikam.example']],
    ['eu.fabrikam.example', ['sip.eu.fabrikam.example']],
    ['northwind.example', ['sip.elsewhere.example']],
    ['stranger.example', ['sip.stranger.example']],
    ['public.example', ['edge.public.example']],
    ['old.example', ['edge.old.example']],
    ['hosted.example', ['edge.hoster.example']],
  ]),
};

/** From one of our users, whose policy allows everything. */
export const OUT: Query = {
  from: 'contoso.example',
  fromUser: 'amy',
  to: 'fabrikam.example',
  toUser: 'bob',
  via: 'sip',
  toward: 'sip',
  traffic: 'message',
};

/** To her, without the mark that the sender's edge puts on it. */
export const UNMARKED: Query = {
  ...OUT,
  from: 'fabrikam.example',
  fromUser: 'bob',
  to: 'contoso.example',
  toUser: 'amy',
};

/** To her. */
export const IN: Query = { ...UNMARKED, mark: 'verified' };

/** The company with another edge. */
export const edge = (more: object): Partial<PolicyDocument> => ({
  federation: { ...FEDERATION, accessEdge: { ...FEDERATION.accessEdge, ...more } },
});

/** The company with other external access. */
export const access = (more: object): Partial<PolicyDocument> => ({
  federation: { ...FEDERATION, externalAccess: { ...FEDERATION.externalAccess, ...more } },
});

const { recipients: _recipients, ...unlisted } = FEDERATION;

/** The company without what its users have set. */
export const UNLISTED: Partial<PolicyDocument> = { federation: unlisted };

/** The company behind one server. */
export const DEFAULT_ROUTE: Partial<PolicyDocument> = {
  federation: {
    localDomains: FEDERATION.localDomains,
    accessEdge: {
      routing: 'useDefaultRouting',
      allowFederatedUsers: true,
      defaultRouteFqdn: 'gw.example',
    },
    externalAccess: FEDERATION.externalAccess ?? {},
    recipients: {},
  },
};
