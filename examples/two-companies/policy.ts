// The policy of the gateway: what an operator would write as JSON.

/**
 * Contoso talks to gtalk.example, which proves itself by dialback, and to nobody below spam.example; to SIP companies whose
 * SRV record and certificate are right, and to the users of a public provider, but for Bob.
 */
export const POLICY = {
  version: 1,
  default: 'deny',
  partners: {
    contoso: { domains: ['contoso.example'], via: 'sip', prove: 'certificate' },
    gtalk: { domains: ['gtalk.example'], via: 'xmpp', prove: 'dialback' },
  },
  rules: [
    {
      id: 'contoso-gtalk',
      effect: 'permit',
      partner: 'gtalk',
      traffic: ['message', 'presence'],
      note: 'the companies agreed in spring',
    },
    { id: 'no-spam', effect: 'forbid', domains: ['spam.example'], note: 'ticket 7' },
  ],
  federation: {
    localDomains: ['contoso.example'],
    accessEdge: {
      routing: 'useDnsSrvRouting',
      allowFederatedUsers: true,
      enablePartnerDiscovery: true,
      discoveredPartnerVerificationLevel: 'alwaysVerifiable',
    },
    publicProviders: [
      {
        identity: 'cloud',
        proxyFqdn: 'federation.cloud.example',
        enabled: true,
        verificationLevel: 'alwaysVerifiable',
        nameDecorationRoutingDomain: 'cloud.example',
        nameDecorationExcludedDomainList: ['cloud.example'],
      },
    ],
    externalAccess: {
      global: {
        enableFederationAccess: true,
        enableXmppAccess: true,
        enablePublicCloudAccess: true,
      },
      users: { Business: { enableFederationAccess: true, enableXmppAccess: true } },
      granted: { 'bob@contoso.example': 'Business' },
    },
    // Nobody has blocked anybody.
    recipients: {},
  },
} as const;
