// Which dialect a domain speaks: what is said stands before what is shown, and nothing of trust follows from it.
import type { PolicySet } from '@interwork/policy';
import { policyOf } from '@interwork/policy/testing';
import { describe, expect, it } from 'vitest';
import { crossingBetween } from '@interwork/core';
import { Jid, parseStanza } from '@interwork/xmpp';
import { messageToSip } from '../src/rules/pager-message.ts';
import { readFileSync } from 'node:fs';
import { dialectOf, Dialects, profileOf } from '../src/dialect/dialect-of.ts';
import { AS_IT_CAME, STANDARD } from '../src/dialect/standard.ts';
import type { DialectName, ProfileName } from '../src/dialect/types.ts';

const OPEN = policyOf({});
const LYNC_CLIENT = { product: 'UCCAPI/15.0.4569.1503 OC/15.0.4569.1503', supported: [] };

const ROWS: readonly (readonly [
  string,
  PolicySet,
  Readonly<Record<string, DialectName>>,
  string,
])[] = [
  ['nothing is said', OPEN, {}, 'standard'],
  ['the host says it', OPEN, { 'contoso.com': 'lync' }, 'lync'],
  ['the host writes it in capitals', OPEN, { 'Contoso.COM.': 'lync' }, 'lync'],
  ['the host says it of another', OPEN, { 'litwareinc.com': 'lync' }, 'standard'],
  ['policy says it', partner('lync'), {}, 'lync'],
  ['policy and the host differ', partner('standard'), { 'contoso.com': 'lync' }, 'standard'],
  ['policy names what nobody knows', partner('klingon'), {}, 'standard'],
  ['it is an allowed domain of Lync', allowed(), {}, 'lync'],
  [
    'it is allowed, and the host says otherwise',
    allowed(),
    { 'contoso.com': 'standard' },
    'standard',
  ],
];

describe('the dialect of a domain', () => {
  for (const [title, set, said, expected] of ROWS)
    it(title, () => {
      expect(dialectOf({ policy: set, dialects: new Dialects(said, 10) }, 'contoso.com').name).toBe(
        expected,
      );
    });

  it('is what its connection has shown, where nothing is said', () => {
    const dialects = new Dialects(undefined, 10);
    expect(dialects.at(OPEN, 'contoso.com')).toBe(STANDARD);
    dialects.shown(OPEN, 'contoso.com', { product: 'other/1', supported: ['timer'] });
    expect(dialects.at(OPEN, 'contoso.com')).toBe(STANDARD);
    dialects.shown(OPEN, 'contoso.com', LYNC_CLIENT);
    expect(dialects.at(OPEN, 'contoso.com').name).toBe('lync');
    expect(dialects.at(OPEN, 'litwareinc.com')).toBe(STANDARD);
    expect(dialects.at(partner('standard'), 'contoso.com')).toBe(STANDARD);
    expect(dialects.at(OPEN, 'contoso.com').name).toBe('lync');
  });

  it('is not what it has shown where something is said', () => {
    const dialects = new Dialects({ 'contoso.com': 'standard' }, 10);
    dialects.shown(OPEN, 'contoso.com', LYNC_CLIENT);
    expect([dialects.at(OPEN, 'contoso.com'), dialects.size]).toEqual([STANDARD, 0]);
  });

  it('is remembered for so many domains and no more', () => {
    const dialects = new Dialects(undefined, 3);
    for (let i = 0; i < 5; i += 1) dialects.shown(OPEN, `d${i}.example`, LYNC_CLIENT);
    expect(dialects.size).toBe(3);
    expect(dialects.at(OPEN, 'd0.example')).toBe(STANDARD);
    expect(dialects.at(OPEN, 'd4.example').name).toBe('lync');
  });

  it('that does not exist is the host’s mistake', () => {
    expect(() => new Dialects({ 'contoso.com': 'klingon' as DialectName }, 3)).toThrow('klingon');
    expect(() => new Dialects({ 'not a domain': 'lync' }, 3)).toThrow('no domain name');
  });
});

describe('the profile of an XMPP domain', () => {
  const of = (
    policy: PolicySet,
    said: Readonly<Record<string, DialectName | ProfileName>>,
  ): string => profileOf({ policy, dialects: new Dialects(said, 10) }, 'contoso.com').name;

  it.each([
    ['nothing is said', OPEN, {}, 'standard'],
    ['the host says it', OPEN, { 'contoso.com': 'google-talk' }, 'google-talk'],
    ['policy says it', partner('google-talk'), {}, 'google-talk'],
    ['policy says otherwise', partner('standard'), { 'contoso.com': 'google-talk' }, 'standard'],
    ['it is a dialect of SIP', OPEN, { 'contoso.com': 'lync' }, 'standard'],
    ['it is an allowed domain of Lync', allowed(), {}, 'standard'],
  ] as const)('%s', (_title, policy, said, expected) => {
    expect(of(policy, said)).toBe(expected);
  });

  it('is no dialect of SIP', () => {
    const dialects = new Dialects({ 'contoso.com': 'google-talk' }, 10);
    expect(dialectOf({ policy: OPEN, dialects }, 'contoso.com')).toBe(STANDARD);
  });

  const file = new URL('../vectors/google-talk/private-elements.json', import.meta.url);
  const { rows } = JSON.parse(readFileSync(file, 'utf8')) as {
    readonly rows: readonly { point: string; stanza: string; lost: readonly string[] }[];
  };

  it.each(rows)('google-talk: $point', ({ stanza, lost }) => {
    const dialects = new Dialects({ 'gmail.example': 'google-talk' }, 10);
    const { silent } = profileOf({ policy: OPEN, dialects }, 'gmail.example');
    expect(lostOf(stanza, silent)).toEqual(lost);
    const all = [...stanza.matchAll(/<(\w+) xmlns/g)].map(([, name]) => `element:${name}`);
    expect(lostOf(stanza, undefined)).toEqual(all);
  });
});

function lostOf(text: string, silent: ReadonlySet<string> | undefined): readonly string[] {
  const stanza = parseStanza(text);
  if (stanza.kind !== 'message') throw new Error(stanza.kind);
  const [from, to] = [Jid.parse('a@gmail.example/x'), Jid.parse('amy@contoso.com')];
  if (from.kind !== 'jid' || to.kind !== 'jid') throw new Error('not addresses');
  const crossing = crossingBetween(from, to, { id: '1', now: 0, silent });
  if (crossing.kind !== 'crossing') throw new Error(crossing.text);
  const read = messageToSip(stanza, crossing);
  if (read.kind === 'refusal') throw new Error(read.text);
  return read.lost.map(({ what }) => what).filter((what) => what.startsWith('element:'));
}

describe('the standard dialect', () => {
  it('changes nothing and makes nothing', () => {
    const draft = { status: 200 };
    const request = {} as never;
    expect(STANDARD.request(request)).toBe(AS_IT_CAME);
    expect(STANDARD.answer(request, draft, AS_IT_CAME)).toBe(draft);
    expect(STANDARD.response(request, 'MESSAGE')).toBe(AS_IT_CAME);
    expect(STANDARD.recognise(LYNC_CLIENT)).toBe(false);
  });
});

function partner(dialect: string): PolicySet {
  return policyOf({ partners: { contoso: { domains: ['contoso.com'], dialect } } });
}

function allowed(): PolicySet {
  const accessEdge = { routing: 'useDnsSrvRouting' } as const;
  const allowedDomains = [{ domain: 'contoso.com' }];
  const localDomains = ['fabrikam.com'];
  return policyOf({ federation: { accessEdge, localDomains, allowedDomains } });
}
