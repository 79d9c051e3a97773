// What an administrator is told where Lync's objects decide: a sentence for each object, the steps in their order, and
// what is not known. Whole answers: the sentences are what people search for.
import {
  evaluate,
  explain,
  type Facts,
  type PolicyDocument,
  type Query,
  type RuleEntry,
} from '@interwork/policy';
import { policyOf } from '@interwork/policy/testing';
import { describe, expect, it } from 'vitest';
import {
  access,
  DEFAULT_ROUTE,
  edge,
  FACTS,
  FEDERATION,
  IN,
  OUT,
  UNLISTED,
  UNMARKED,
} from './federated.ts';

type Part = Partial<PolicyDocument>;
const rule = (effect: RuleEntry['effect'], domain: string): RuleEntry => ({
  id: 'r',
  effect,
  domains: [domain],
});
type Row = readonly [id: string, part: Part, query: Query, said: readonly string[], facts?: Facts];
const ROWS: readonly Row[] = [
  [
    'an allowed domain, in',
    {},
    IN,
    [
      'Permitted down to the user level: message from "bob@fabrikam.example" to "amy@contoso.example".',
      '"fabrikam.example" is an allowed domain.',
      'The external access policy of user "Everything" agrees: it has enableFederationAccess, enableXmppAccess, enablePublicCloudAccess.',
      'A trust header from outside is taken away.',
      'Inner servers are told: autoFederation, federation, verified.',
      'The certificate of the server of "fabrikam.example" must carry sip.fabrikam.example.',
      'It counts against the bounds of "fabrikam.example" (partner).',
    ],
  ],
  [
    'an allowed domain with its server, out',
    {},
    { ...OUT, to: 'litware.example' },
    [
      'Permitted down to the user level: message from "amy@contoso.example" to "bob@litware.example".',
      '"litware.example" is an allowed domain (server edge.litware.example). Note: signed in May',
      'The external access policy of user "Everything" agrees: it has enableFederationAccess, enableXmppAccess, enablePublicCloudAccess.',
      'It leaves marked verified.',
      'The certificate of the server of "litware.example" must carry edge.litware.example.',
    ],
  ],
  [
    'an allowed domain whose record nobody has asked for',
    {},
    IN,
    [
      'Forbidden at the domain level: message from "bob@fabrikam.example" to "amy@contoso.example".',
      '"fabrikam.example" is an allowed domain, but something has to be known first.',
      'It is not known which hosts _sipfederationtls._tcp.fabrikam.example names.',
      'Once that is known, the answer may be another.',
    ],
    {},
  ],
  [
    'a closed edge',
    edge({ allowFederatedUsers: false }),
    OUT,
    [
      'Forbidden at the domain level: message from "amy@contoso.example" to "bob@fabrikam.example".',
      'The Access Edge is closed: allowFederatedUsers is false.',
      'In ms-diagnostics it is 1012: the sender may not talk to anybody outside.',
      'To permit it, set allowFederatedUsers of the Access Edge to true.',
    ],
  ],
  [
    'a stranger',
    {},
    { ...OUT, to: 'stranger.example' },
    [
      'Forbidden at the domain level: message from "amy@contoso.example" to "bob@stranger.example".',
      'No rule, no listed domain, no partner and no provider speaks of it, and the default is to deny.',
      'In ms-diagnostics it is 1005: there is no route to the domain.',
      'To permit it, allow the SIP domain, make the XMPP domain a partner, or add a permit that names both its domain and its traffic.',
    ],
  ],
  [
    'a stranger, discovered',
    edge({ enablePartnerDiscovery: true }),
    { ...OUT, to: 'stranger.example' },
    [
      'Permitted down to the user level: message from "amy@contoso.example" to "bob@stranger.example".',
      'Domains that are not listed may be discovered.',
      'The external access policy of user "Everything" agrees: it has enableFederationAccess, enableXmppAccess, enablePublicCloudAccess.',
      'It leaves marked verified.',
      'The certificate of the server of "stranger.example" must carry sip.stranger.example.',
    ],
  ],
  [
    'a record that leads elsewhere',
    {},
    { ...OUT, to: 'northwind.example' },
    [
      'Forbidden at the domain level: message from "amy@contoso.example" to "bob@northwind.example".',
      '"northwind.example" is an allowed domain with everything below it, but its SRV record names no host directly in the domain.',
      'In ms-diagnostics it is 1009: its SRV record names no host directly in the domain.',
      'The partner has to name a host directly in its domain, or an allowed domain has to name its server (proxyFqdn).',
    ],
  ],
  [
    'a server that shows another name',
    {},
    { ...IN, from: 'litware.example', peerNames: ['x.example'] },
    [
      'Forbidden at the domain level: message from "bob@litware.example" to "amy@contoso.example".',
      '"litware.example" is an allowed domain (server edge.litware.example), but the server\'s certificate does not show the name that it must. Note: signed in May',
      "In ms-diagnostics it is 1010: the server's certificate does not show the name that it must.",
      'The server has to show a certificate with that name, or proxyFqdn has to be the name that it shows.',
    ],
  ],
  [
    'a sender without mark',
    {},
    UNMARKED,
    [
      'Forbidden at the domain level: message from "bob@fabrikam.example" to "amy@contoso.example".',
      '"fabrikam.example" is an allowed domain, but the sender\'s edge has not marked it as verified or unverified.',
      'The partner has to mark what it sends, or the verificationLevel has to be another than useSourceVerification.',
    ],
  ],
  [
    'a blocked domain',
    {},
    { ...IN, from: 'a.spam.example' },
    [
      'Forbidden at the domain level: message from "bob@a.spam.example" to "amy@contoso.example".',
      '"spam.example" is blocked, with everything below it.',
      'To permit it, take "spam.example" from the blocked domains; the other lists decide then.',
    ],
  ],
  [
    'a sender whom the recipient blocks',
    {},
    { ...IN, fromUser: 'rude' },
    [
      'Forbidden at the recipient level: message from "rude@fabrikam.example" to "amy@contoso.example".',
      'The recipient blocks the sender.',
      'Only the recipient can change that.',
    ],
  ],
  [
    'a sender who is not verified and not known',
    {},
    { ...IN, mark: 'unverified' },
    [
      'Forbidden at the recipient level: message from "bob@fabrikam.example" to "amy@contoso.example".',
      'The sender is not verified, and the recipient has neither allowed nor added them.',
      'The recipient has to add or allow the sender.',
    ],
  ],
  [
    'a sender who is not verified and allowed',
    {},
    { ...IN, mark: 'unverified', fromUser: 'ok' },
    [
      'Permitted down to the recipient level: message from "ok@fabrikam.example" to "amy@contoso.example".',
      '"fabrikam.example" is an allowed domain.',
      'The external access policy of user "Everything" agrees: it has enableFederationAccess, enableXmppAccess, enablePublicCloudAccess.',
      'The recipient has allowed the sender.',
      'A trust header from outside is taken away.',
      'Inner servers are told: autoFederation, federation, unverified.',
      'The certificate of the server of "fabrikam.example" must carry sip.fabrikam.example.',
      'It counts against the bounds of "fabrikam.example" (partner).',
    ],
  ],
  [
    'a public provider, in',
    {},
    { ...IN, from: 'public.example', fromUser: 'pal' },
    [
      'Permitted down to the recipient level: message from "pal@public.example" to "amy@contoso.example".',
      'The external access policy of user "Everything" agrees: it has enableFederationAccess, enableXmppAccess, enablePublicCloudAccess.',
      'Public provider "Public" speaks for it.',
      'The sender is on the contact list of the recipient.',
      'A trust header from outside is taken away.',
      'Inner servers are told: authorizedServer, publiccloud, unverified.',
      'The certificate of the server of "public.example" must carry edge.public.example.',
      'It counts against the bounds of "edge.public.example" (partner).',
    ],
  ],
  [
    'a public provider, to a user who may not',
    {},
    { ...OUT, fromUser: 'carl', to: 'public.example' },
    [
      'Forbidden at the user level: message from "carl@contoso.example" to "bob@public.example".',
      'The global external access policy does not agree: it has enableFederationAccess.',
      'In ms-diagnostics it is 1001: the sender may not talk to users of public providers.',
      'To permit it, grant our user a policy with the flag that is missing, or set it in theirs.',
    ],
  ],
  [
    'a public provider that is off',
    {},
    { ...OUT, to: 'old.example' },
    [
      'Forbidden at the domain level: message from "amy@contoso.example" to "bob@old.example".',
      'Public provider "Old" speaks for it, but it is switched off.',
      'In ms-diagnostics it is 1005: there is no route to the domain.',
      'Set "enabled" to true.',
    ],
  ],
  [
    'a hosting provider, for a domain that is not listed',
    {},
    { ...OUT, to: 'hosted.example' },
    [
      'Forbidden at the domain level: message from "amy@contoso.example" to "bob@hosted.example".',
      'Hosting provider "Hoster" speaks for it, but the domain is neither allowed nor may it be discovered.',
      'In ms-diagnostics it is 1005: there is no route to the domain.',
      'Allow the domain, or turn discovery on (enablePartnerDiscovery).',
    ],
  ],
  [
    'a policy of a site',
    {},
    { ...OUT, fromUser: 'pierre' },
    [
      'Forbidden at the user level: message from "pierre@contoso.example" to "bob@fabrikam.example".',
      'The external access policy of site "Paris" does not agree: it has no flag set.',
      'In ms-diagnostics it is 1012: the sender may not talk to anybody outside.',
      'To permit it, grant our user a policy with the flag that is missing, or set it in theirs.',
    ],
  ],
  [
    'an XMPP partner, in',
    {},
    { ...IN, from: 'jabber.example', via: 'xmpp' },
    [
      'Permitted down to the user level: message from "bob@jabber.example" to "amy@contoso.example".',
      'The external access policy of user "Everything" agrees: it has enableFederationAccess, enableXmppAccess, enablePublicCloudAccess.',
      '"jabber.example" is an XMPP partner (publicUnverified).',
      'It waits until the local user has added the other.',
      'It counts against the bounds of "jabber.example" (partner).',
      'XMPP links with partner jabber.example: TLS optional, SASL EXTERNAL never, dialback allowed.',
    ],
  ],
  [
    'a call to an XMPP partner',
    {},
    { ...OUT, to: 'jabber.example', toward: 'xmpp', traffic: 'audio' },
    [
      'Forbidden at the domain level: audio from "amy@contoso.example" to "bob@jabber.example".',
      '"jabber.example" is an XMPP partner (publicUnverified), but its users get no audio.',
      'Only a rule of our own that names audio permits it.',
    ],
  ],
  [
    'two of our own domains',
    {},
    { ...OUT, to: 'contoso.test' },
    [
      'Forbidden at the domain level: message from "amy@contoso.example" to "bob@contoso.test".',
      'Both ends are our own domains, and no hosting provider that shares them brought it.',
      'In ms-diagnostics it is 1017: both domains are our own.',
      'It can only come by an enabled hosting provider with enabledSharedAddressSpace.',
    ],
  ],
  [
    'two strangers to each other',
    {},
    { ...OUT, from: 'litware.example' },
    [
      'Forbidden at the domain level: message from "amy@litware.example" to "bob@fabrikam.example".',
      'Neither end is one of our own domains, and the edge is no clearing house.',
      'In ms-diagnostics it is 1005: there is no route to the domain.',
      'To permit it, list our own domain in localDomains, or let the edge be a clearing house (beClearingHouse).',
    ],
  ],
  [
    'a rule of our own that forbids',
    { rules: [rule('forbid', 'fabrikam.example')] },
    OUT,
    [
      'Forbidden at the domain level: message from "amy@contoso.example" to "bob@fabrikam.example".',
      'Rule r forbids crossings with fabrikam.example and everything below.',
      'Without rule r, the other objects would decide.',
    ],
  ],
  [
    'a rule of our own that permits',
    { rules: [rule('permit', 'stranger.example')] },
    { ...OUT, to: 'stranger.example' },
    [
      'Permitted down to the user level: message from "amy@contoso.example" to "bob@stranger.example".',
      'The external access policy of user "Everything" agrees: it has enableFederationAccess, enableXmppAccess, enablePublicCloudAccess.',
      'Rule r permits crossings with stranger.example.',
      'It leaves marked verified.',
    ],
  ],
  [
    'the default route',
    DEFAULT_ROUTE,
    OUT,
    [
      'Permitted down to the user level: message from "amy@contoso.example" to "bob@fabrikam.example".',
      'Everything outside goes by the default route (server gw.example).',
      'The external access policy of user "Everything" agrees: it has enableFederationAccess, enableXmppAccess, enablePublicCloudAccess.',
      'It leaves marked verified.',
      'The certificate of the server of "fabrikam.example" must carry gw.example.',
    ],
  ],
  [
    'a grant that is not known',
    access({ granted: undefined, siteOf: undefined }),
    { ...OUT, to: 'public.example' },
    [
      'Forbidden at the user level: message from "amy@contoso.example" to "bob@public.example".',
      'Not every external access policy that our user may have agrees.',
      'It is not known which external access policy "amy@contoso.example" has.',
      'In ms-diagnostics it is 1001: the sender may not talk to users of public providers.',
      'Once that is known, the answer may be another.',
    ],
  ],
  [
    'a recipient of whom nothing is known',
    UNLISTED,
    IN,
    [
      'Forbidden at the recipient level: message from "bob@fabrikam.example" to "amy@contoso.example".',
      'Whether the recipient blocks the sender is not known.',
      'It is not known whether "amy@contoso.example" has blocked, allowed or added "bob@fabrikam.example".',
      'Once that is known, the answer may be another.',
    ],
  ],
];

function told(part: Part, query: Query, facts: Facts): readonly string[] {
  const set = policyOf({ federation: FEDERATION, ...part });
  return explain(set, query, evaluate(set, query, facts), facts);
}

describe('explain, beside its steps', () => {
  for (const [id, part, query, said, facts = FACTS] of ROWS) {
    it(id, () => {
      const sentences = told(part, query, facts);
      expect(sentences.filter((text) => !text.startsWith('Step '))).toEqual(said);
    });
  }
});

describe('the steps', () => {
  const steps = (query: Query, facts = FACTS): readonly string[] =>
    told({}, query, facts).filter((text) => text.startsWith('Step '));

  it('are told in their order, without those that had nothing to look at', () => {
    expect(steps({ ...IN, mark: 'unverified', fromUser: 'ok' })).toEqual([
      'Step own-rules, what our own rules say: pass.',
      'Step access-edge, whether the Access Edge is open: pass.',
      'Step local-domains, whether one end is ours: pass.',
      'Step blocked-domains, whether a domain is blocked: pass.',
      'Step sender, whose server it comes from: permit by allowed-domain:fabrikam.example.',
      'Step verification, how far the sender is believed: pass.',
      'Step capability, whether such users get such traffic: pass.',
      'Step domain, whether anything permits it: permit by allowed-domain:fabrikam.example.',
      'Step external-access, what our user may do outside: permit by external-access:user:Everything.',
      'Step recipient-rules, whether the recipient blocks the sender: pass.',
      'Step contact-list, whether the recipient knows a sender that is not verified: permit by recipient:allow.',
    ]);
  });

  it('end where one forbids', () => {
    expect(steps({ ...IN, from: 'a.spam.example' })).toEqual([
      'Step own-rules, what our own rules say: pass.',
      'Step access-edge, whether the Access Edge is open: pass.',
      'Step local-domains, whether one end is ours: pass.',
      'Step blocked-domains, whether a domain is blocked: forbid by blocked-domain:spam.example.',
    ]);
  });

  it('name what an object has against it', () => {
    expect(steps({ ...OUT, to: 'northwind.example' })).toEqual([
      'Step own-rules, what our own rules say: pass.',
      'Step access-edge, whether the Access Edge is open: pass.',
      'Step local-domains, whether one end is ours: pass.',
      'Step blocked-domains, whether a domain is blocked: pass.',
      'Step route, whose server it goes to: objection by allowed-domain:northwind.example (1009).',
      'Step capability, whether such users get such traffic: pass.',
      'Step domain, whether anything permits it: forbid by allowed-domain:northwind.example (1009).',
    ]);
    expect(steps(UNMARKED)).toContain(
      'Step verification, how far the sender is believed: objection by allowed-domain:fabrikam.example.',
    );
  });

  it('name what is not known', () => {
    expect(steps(IN, {})).toContain(
      'Step sender, whose server it comes from: forbid by allowed-domain:fabrikam.example; it is not known which hosts _sipfederationtls._tcp.fabrikam.example names.',
    );
  });

  it('are one where nothing is understood', () => {
    expect(steps({ ...IN, from: 'bad name' })).toEqual([
      'Step query, whether it is understood: forbid by malformed-domain.',
    ]);
  });
});

describe('a sentence for every id', () => {
  it('is there: none of them falls back on the default', () => {
    for (const [id, part, query, , facts = FACTS] of ROWS) {
      const set = policyOf({ federation: FEDERATION, ...part });
      const verdict = evaluate(set, query, facts);
      if (verdict.by.includes('default')) continue;
      expect([id, explain(set, query, verdict, facts).join('\n')]).not.toEqual([
        id,
        expect.stringContaining('speaks of it, and'),
      ]);
    }
  });
});
