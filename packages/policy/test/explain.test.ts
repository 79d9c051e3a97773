// What an administrator is told. Whole answers: the sentences are what people search for.
import { evaluate, explain, type Query } from '@interwork/policy';
import { policyOf } from '@interwork/policy/testing';
import { describe, expect, it } from 'vitest';

const set = policyOf({
  partners: {
    contoso: { domains: ['contoso.example'], via: 'sip', prove: 'certificate' },
    fixed: { domains: ['fixed.example'], prove: 'address', addresses: ['192.0.2.1'] },
  },
  rules: [
    { id: 'abuse-7', effect: 'forbid', domains: ['spam.example'], note: 'ticket 7' },
    { id: 'contoso-im', effect: 'permit', partner: 'contoso', traffic: ['message'], must: ['tls'] },
    { id: 'spam-im', effect: 'permit', from: ['spam.example'] },
    { id: 'fixed-im', effect: 'permit', to: ['fixed.example'] },
    { id: 'pair', effect: 'permit', from: ['a.example'], to: ['b.example'] },
  ],
});

const QUERY: Query = { from: 'contoso.example', to: 'us.example', via: 'sip', traffic: 'message' };

const ROWS: readonly (readonly [id: string, query: Partial<Query>, said: readonly string[]])[] = [
  [
    'a permit, and what has to hold',
    {},
    [
      'Permitted: message from "contoso.example" to "us.example".',
      'Rule contoso-im permits crossings with partner contoso (contoso.example).',
      '"contoso.example" must be proved by its certificate.',
      'The link with "contoso.example" must be encrypted (TLS).',
    ],
  ],
  [
    'a forbid, its note, and what it overruled',
    { from: 'spam.example' },
    [
      'Forbidden: message from "spam.example" to "us.example".',
      'Rule abuse-7 forbids crossings with spam.example and everything below. Note: ticket 7',
      'Without rule abuse-7, spam-im would permit it.',
    ],
  ],
  [
    'a forbid that overruled nothing',
    { from: 'us.example', to: 'a.spam.example' },
    [
      'Forbidden: message from "us.example" to "a.spam.example".',
      'Rule abuse-7 forbids crossings with spam.example and everything below. Note: ticket 7',
      'Without rule abuse-7, the default would hold.',
    ],
  ],
  [
    'the default, near a permit for other traffic',
    { traffic: 'audio' },
    [
      'Forbidden: audio from "contoso.example" to "us.example".',
      'No rule speaks of it, and the default is to deny.',
      'Near: rule contoso-im permits crossings with partner contoso (contoso.example), but not this.',
      'To permit it, add a permit that names both its domain and its traffic.',
    ],
  ],
  [
    'the default, near a permit for the name above',
    { from: 'eu.contoso.example' },
    [
      'Forbidden: message from "eu.contoso.example" to "us.example".',
      'No rule speaks of it, and the default is to deny.',
      'Near: rule contoso-im permits crossings with partner contoso (contoso.example), but not this.',
      'To permit it, add a permit that names both its domain and its traffic.',
    ],
  ],
  [
    'a permit of a pair',
    { from: 'a.example', to: 'b.example' },
    [
      'Permitted: message from "a.example" to "b.example".',
      'Rule pair permits crossings from a.example to b.example.',
    ],
  ],
  [
    'a name that is none, shown without harm',
    { from: 'bad\u0000name\u2028' },
    [
      'Forbidden: message from "bad\\u0000name\u2028" to "us.example".',
      'Not a domain name: "bad\\u0000name\u2028".',
    ],
  ],
  [
    'the wrong side',
    { via: 'xmpp' },
    [
      'Forbidden: message from "contoso.example" to "us.example".',
      'It came by xmpp, and a partner at one end is set to the other side (via).',
    ],
  ],
  [
    'a foreign address',
    { from: 'fixed.example', address: '192.0.2.2' },
    [
      'Forbidden: message from "fixed.example" to "us.example".',
      'The address "192.0.2.2" is none of partner fixed.',
    ],
  ],
];

describe('explain', () => {
  for (const [id, more, said] of ROWS) {
    it(id, () => {
      const query = { ...QUERY, ...more };
      expect(explain(set, query, evaluate(set, query))).toEqual(said);
    });
  }

  it('shortens a list that nobody would read', () => {
    const domains = Array.from({ length: 12 }, (_, n) => `d${n}.example`);
    const long = policyOf({ rules: [{ id: 'list', effect: 'forbid', domains }] });
    const query = { ...QUERY, from: 'd3.example' };
    expect(explain(long, query, evaluate(long, query))[1]).toBe(
      'Rule list forbids crossings with d0.example, d1.example, d2.example, d3.example, d4.example and 7 more and everything below.',
    );
  });

  it('says open when the default is', () => {
    const open = policyOf({ default: 'permit' });
    expect(explain(open, QUERY, evaluate(open, QUERY))).toEqual([
      'Permitted: message from "contoso.example" to "us.example".',
      'No rule speaks of it, and the default is to permit.',
    ]);
  });
});
