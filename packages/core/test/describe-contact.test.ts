// What a client may show of a contact: its class, how far its address can be believed, and what the two may do.
import { describe, expect, it } from 'vitest';
import { loadPolicy, type PolicySet, TRAFFIC } from '@interwork/policy';
import { Jid } from '@interwork/xmpp';
import {
  type ContactDescription,
  describeContact,
  type FederatedContact,
  type PublicProvider,
} from '@interwork/core';

const policyOf = (document: object): PolicySet => {
  const set = loadPolicy(JSON.stringify({ version: 1, ...document }));
  if (set.kind !== 'policy') throw new Error(JSON.stringify(set));
  return set;
};
const policy = policyOf({
  default: 'deny',
  partners: {
    contoso: { domains: ['contoso.test'], via: 'sip', prove: 'certificate' },
    lab: { domains: ['lab.test'], via: 'sip', prove: 'address', addresses: ['192.0.2.0/24'] },
    jabber: { domains: ['jabber.test'], via: 'xmpp', prove: 'dialback' },
  },
  rules: [
    { id: 'contoso-all', effect: 'permit', partner: 'contoso', traffic: ['message', 'presence'] },
    { id: 'lab-im', effect: 'permit', partner: 'lab', traffic: ['message'] },
    { id: 'jabber-im', effect: 'permit', partner: 'jabber', traffic: ['message', 'presence'] },
    { id: 'no-presence-out', effect: 'forbid', to: ['jabber.test'], traffic: ['presence'] },
    { id: 'public', effect: 'permit', domains: ['public.test'], traffic: ['message'] },
    {
      id: 'strict',
      effect: 'permit',
      domains: ['strict.test'],
      traffic: ['message'],
      must: ['certificate'],
    },
    {
      id: 'mixed-im',
      effect: 'permit',
      domains: ['mixed.test'],
      traffic: ['message'],
      must: ['tls'],
    },
  ],
});
const providers: readonly PublicProvider[] = [
  { name: 'Public', domains: ['Public.Test', 'free.test'], vouches: false },
  { name: 'Known', domains: ['known.test'], vouches: true },
];
const describeIt = (
  address: string,
  via: 'sip' | 'xmpp',
  proof?: FederatedContact['proof'],
): ContactDescription => {
  const jid = Jid.parse(address);
  if (jid.kind !== 'jid') throw new Error(address);
  return describeContact({ address: jid, via, proof }, { policy, domain: 'ours.test', providers });
};
const verification = (d: ContactDescription): string =>
  d.verification.level === 'verified' ? `by ${d.verification.by}` : d.verification.why;
const may = (d: ContactDescription): string =>
  d.together
    .flatMap(({ traffic, send, receive }) => [
      ...(send.may ? [`>${traffic}`] : []),
      ...(receive.may ? [`<${traffic}`] : []),
    ])
    .join(' ');

describe('what a contact is', () => {
  type Row = readonly [
    address: string,
    via: 'sip' | 'xmpp',
    proof: FederatedContact['proof'],
    what: string,
    believed: string,
    may: string,
  ];
  const both = '>message <message >presence <presence';
  const rows: readonly Row[] = [
    ['amy@contoso.test/desk', 'sip', undefined, 'federated-sip contoso', 'by certificate', both],
    ['amy@contoso.test', 'sip', 'certificate', 'federated-sip contoso', 'by certificate', both],
    ['amy@contoso.test', 'sip', 'address', 'federated-sip contoso', 'weaker', both],
    ['bob@lab.test', 'sip', undefined, 'federated-sip lab', 'by address', '>message <message'],
    [
      'bob@lab.test',
      'sip',
      'certificate',
      'federated-sip lab',
      'by certificate',
      '>message <message',
    ],
    [
      'cy@jabber.test',
      'xmpp',
      undefined,
      'xmpp jabber',
      'by dialback',
      '>message <message <presence',
    ],
    ['cy@jabber.test', 'sip', undefined, 'federated-sip jabber', 'unknown', ''],
    ['di@public.test', 'sip', 'certificate', 'public-im Public', 'provider', '>message <message'],
    ['di@free.test', 'xmpp', undefined, 'xmpp Public', 'provider', ''],
    ['di@sub.public.test', 'sip', undefined, 'federated-sip', 'unknown', ''],
    ['ed@known.test', 'sip', 'certificate', 'public-im Known', 'by certificate', ''],
    ['flo@strict.test', 'xmpp', undefined, 'xmpp', 'by certificate', '>message <message'],
    ['flo@strict.test', 'xmpp', 'dialback', 'xmpp', 'weaker', '>message <message'],
    ['gus@mixed.test', 'xmpp', 'dialback', 'xmpp', 'by dialback', '>message <message'],
    ['hal@nowhere.test', 'xmpp', undefined, 'xmpp', 'unknown', ''],
  ];
  it.each(rows)('%s by %s, proved by %s', (address, via, proof, what, believed, together) => {
    const d = describeIt(address, via, proof);
    const said = [d.class, d.provider, d.partner].filter((one) => one !== undefined).join(' ');
    expect([said, verification(d), may(d)]).toEqual([what, believed, together]);
  });

  it('names the user, not a device, and every kind of traffic once', () => {
    const d = describeIt('amy@contoso.test/desk', 'sip');
    expect([d.address, d.together.map(({ traffic }) => traffic)]).toEqual([
      'amy@contoso.test',
      [...TRAFFIC],
    ]);
  });

  it('says by which rules, and what else has to hold', () => {
    const presence = (d: ContactDescription): unknown =>
      d.together.find(({ traffic }) => traffic === 'presence');
    expect(presence(describeIt('cy@jabber.test', 'xmpp'))).toEqual({
      traffic: 'presence',
      send: { may: false, by: ['no-presence-out'], must: [] },
      receive: {
        may: true,
        by: ['jabber-im'],
        must: [{ kind: 'prove', end: 'from', by: 'dialback' }],
      },
    });
    expect(presence(describeIt('hal@nowhere.test', 'xmpp'))).toMatchObject({
      send: { may: false, by: ['default'] },
    });
    expect(presence(describeIt('cy@jabber.test', 'sip'))).toMatchObject({
      receive: { may: false, by: ['wrong-side'] },
    });
  });

  it('is plain data', () => {
    const d = describeIt('amy@contoso.test', 'sip', 'certificate');
    expect(JSON.parse(JSON.stringify(d))).toEqual(d);
  });

  it('without providers nobody is public', () => {
    const jid = Jid.parse('di@public.test') as Jid;
    const d = describeContact({ address: jid, via: 'sip' }, { policy, domain: 'ours.test' });
    expect([d.class, d.provider]).toEqual(['federated-sip', undefined]);
  });

  it.each([
    ['publicUnverified', { level: 'unverified', why: 'provider' }],
    ['publicVerified', { level: 'verified', by: 'dialback' }],
    ['federated', { level: 'verified', by: 'dialback' }],
  ] as const)('an XMPP partner of Lync that is %s', (partnerType, verification) => {
    const lync = policyOf({
      default: 'deny',
      rules: [],
      federation: {
        localDomains: ['ours.test'],
        accessEdge: { routing: 'useDnsSrvRouting', allowFederatedUsers: true },
        xmppPartners: [{ domain: 'talk.test', partnerType, saslNegotiation: 'optional' }],
      },
    });
    const address = Jid.parse('di@talk.test') as Jid;
    const contact = { address, via: 'xmpp', proof: 'dialback' } as const;
    const d = describeContact(contact, { policy: lync, domain: 'ours.test' });
    expect(d).toMatchObject({ class: 'xmpp', partner: 'xmpp-partner:talk.test', verification });
    expect(d.together.find(({ traffic }) => traffic === 'audio')?.send.may).toBe(false);
  });
});
