// Name constraints: one tree and one name a row, permitted and excluded. In doubt a name is not
// permitted, and is excluded.

import { describe, expect, test } from 'vitest';
import { DEFAULT_LIMITS, openBudget } from '../src/budget.ts';
import type { DistinguishedName } from '../src/distinguished-name.ts';
import type { GeneralName } from '../src/general-name.ts';
import { parseIp } from '../src/ip.ts';
import type { Subtree } from '../src/name-constraints.ts';
import { unpermittedName } from '../src/permitted-names.ts';

const NOBODY: DistinguishedName = {
  der: new Uint8Array(),
  text: '',
  commonNames: [],
  emails: [],
  keys: [],
};

const dns = (text: string): GeneralName => ({ kind: 'dns', text });
const uri = (text: string): GeneralName => ({ kind: 'uri', text });
const email = (text: string): GeneralName => ({ kind: 'email', text });
const ip = (text: string): GeneralName => ({ kind: 'ip', text, bytes: octets(text) });
const srv = (text: string): GeneralName => ({ kind: 'srv', text });
const addr = (text: string): GeneralName => ({ kind: 'xmpp-addr', text });
const refused = (of: 'dns' | 'uri'): GeneralName => ({ kind: 'refused', of, text: 'is malformed' });
const octets = (text: string): Uint8Array => parseIp(text) ?? new Uint8Array();
const net = (address: string, mask: string): Subtree => ({
  kind: 'ip',
  address: octets(address),
  mask: octets(mask),
});

// permitted: does it pass a permitted tree; excluded: does it pass the same tree when excluded
const ROWS: readonly (readonly [
  id: string,
  tree: Subtree,
  name: GeneralName,
  permitted: boolean,
  excluded: boolean,
])[] = [
  ['the domain', { kind: 'dns', text: 'a.example' }, dns('a.example'), true, false],
  ['case', { kind: 'dns', text: 'a.example' }, dns('A.Example'), true, false],
  ['below', { kind: 'dns', text: 'a.example' }, dns('x.y.a.example'), true, false],
  ['a longer label', { kind: 'dns', text: 'a.example' }, dns('ba.example'), false, true],
  ['everything', { kind: 'dns', text: '' }, dns('any.test'), true, false],
  ['leading dot, below', { kind: 'dns', text: '.a.example' }, dns('x.a.example'), true, false],
  ['leading dot, itself', { kind: 'dns', text: '.a.example' }, dns('a.example'), false, true],
  ['wildcard within', { kind: 'dns', text: 'a.example' }, dns('*.a.example'), true, false],
  [
    'wildcard that would reach in',
    { kind: 'dns', text: 'x.a.example' },
    dns('*.a.example'),
    false,
    false,
  ],
  [
    'wildcard too high to reach',
    { kind: 'dns', text: 'y.x.a.example' },
    dns('*.a.example'),
    false,
    true,
  ],
  ['a malformed name', { kind: 'dns', text: 'a.example' }, refused('dns'), false, false],
  ['SRV within', { kind: 'dns', text: 'a.example' }, srv('_xmpp-server.a.example'), true, false],
  ['SRV outside', { kind: 'dns', text: 'a.example' }, srv('_xmpp-server.b.example'), false, true],
  ['XmppAddr within', { kind: 'dns', text: 'a.example' }, addr('u@a.example/r'), true, false],
  ['XmppAddr outside', { kind: 'dns', text: 'a.example' }, addr('b.example'), false, true],
  ['XmppAddr that is no domain', { kind: 'dns', text: 'a.example' }, addr('a b'), false, false],
  ['sip: URI outside', { kind: 'dns', text: 'a.example' }, uri('sip:b.example'), false, true],
  [
    'http URI is not bound by DNS',
    { kind: 'dns', text: 'a.example' },
    uri('http://b.example/'),
    true,
    true,
  ],
  ['URI host', { kind: 'uri', text: 'a.example' }, uri('http://u@a.example:80/x'), true, false],
  [
    'URI below is not within',
    { kind: 'uri', text: 'a.example' },
    uri('sip:x.a.example'),
    false,
    true,
  ],
  [
    'URI with a leading dot',
    { kind: 'uri', text: '.a.example' },
    uri('sip:x.a.example'),
    true,
    false,
  ],
  [
    'URI with an address',
    { kind: 'uri', text: 'a.example' },
    uri('http://192.0.2.7/'),
    false,
    false,
  ],
  ['URI without a host', { kind: 'uri', text: 'a.example' }, uri('urn:x:y'), false, false],
  ['mail host', { kind: 'email', text: 'a.example' }, email('u@A.example'), true, false],
  ['mail host below', { kind: 'email', text: 'a.example' }, email('u@x.a.example'), false, true],
  [
    'mail with a leading dot',
    { kind: 'email', text: '.a.example' },
    email('u@x.a.example'),
    true,
    false,
  ],
  ['mailbox', { kind: 'email', text: 'u@a.example' }, email('u@A.EXAMPLE'), true, false],
  [
    'mailbox, case counts before the at-sign',
    { kind: 'email', text: 'u@a.example' },
    email('U@a.example'),
    false,
    true,
  ],
  [
    'mail without an at-sign',
    { kind: 'email', text: 'a.example' },
    email('a.example'),
    false,
    false,
  ],
  ['IPv4 within', net('192.0.2.0', '255.255.255.0'), ip('192.0.2.7'), true, false],
  ['IPv4 outside', net('192.0.2.0', '255.255.255.0'), ip('192.0.3.7'), false, true],
  ['IPv6 is not within IPv4', net('192.0.2.0', '255.255.255.0'), ip('::'), false, true],
  ['another kind is not bound', { kind: 'dns', text: 'a.example' }, ip('192.0.2.7'), true, true],
  ['a kind we cannot judge', { kind: 'other' }, { kind: 'other', type: '1.2.3' }, false, false],
  ['other names, of which XmppAddr is one', { kind: 'other' }, addr('a.example'), false, false],
];

describe('RFC 5280 §4.2.1.10 one tree, one name', () => {
  for (const [id, tree, name, permitted, excluded] of ROWS) {
    test(id, () => {
      const names = { subject: NOBODY, subjectAltName: [name] };
      const passes = (trees: { permitted: Subtree[]; excluded: Subtree[] }): boolean =>
        unpermittedName(names, trees, openBudget(DEFAULT_LIMITS)) === undefined;
      expect(passes({ permitted: [tree], excluded: [] })).toBe(permitted);
      expect(passes({ permitted: [], excluded: [tree] })).toBe(excluded);
    });
  }
});

test('any permitted tree of the kind will do', () => {
  const permitted = ['a.example', 'b.example'].map((text): Subtree => ({ kind: 'dns', text }));
  const names = { subject: NOBODY, subjectAltName: [dns('x.b.example')] };
  expect(unpermittedName(names, { permitted, excluded: [] }, openBudget(DEFAULT_LIMITS))).toBe(
    undefined,
  );
});

test('the mail address of a subject counts where there is no other', () => {
  const subject = { ...NOBODY, emails: ['u@b.example'] };
  const constraints = { permitted: [{ kind: 'email', text: 'a.example' } as const], excluded: [] };
  const budget = openBudget(DEFAULT_LIMITS);
  expect(unpermittedName({ subject, subjectAltName: undefined }, constraints, budget)).toBe(
    'u@b.example',
  );
  expect(
    unpermittedName({ subject, subjectAltName: [email('u@a.example')] }, constraints, budget),
  ).toBe(undefined);
});

test('out of budget no name passes', () => {
  const budget = openBudget({ ...DEFAULT_LIMITS, maxComparisons: 3 });
  const permitted = [{ kind: 'dns', text: '' } as const, { kind: 'dns', text: 'a' } as const];
  const names = { subject: NOBODY, subjectAltName: [dns('a.example'), dns('b.example')] };
  expect(unpermittedName(names, { permitted, excluded: [] }, budget)).toBe('b.example');
  expect(budget.spent).toBe('maxComparisons');
});
