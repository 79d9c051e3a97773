// The policy of the gateway: what an operator would write as JSON.

/** Contoso talks to gtalk.example, which proves itself by dialback, and to nobody below spam.example. */
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
} as const;
