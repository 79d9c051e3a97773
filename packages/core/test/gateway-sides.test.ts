// RFC 7247 §4, §5: one side named and the other `*`, both ways round. Routes come by questions, a domain that is named
// is believed from its own side alone, and what is not known is refused with the word for it on each side.
import { describe, expect, it } from 'vitest';
import type { GatewayOptions, GatewayOutput } from '@interwork/core';
import { policyOf } from '@interwork/policy/testing';
import {
  answers,
  Bench,
  condition,
  message,
  proved,
  requests,
  response,
  stanzas,
  target,
  traces,
} from './gateway-bench.ts';

const open = policyOf({
  rules: [
    { id: 'all', effect: 'permit', domains: ['*'] },
    { id: 'spam', effect: 'forbid', domains: ['spam.test'] },
  ],
});
const ANY_SIP: Partial<GatewayOptions> = {
  sipDomains: ['*'],
  xmppDomains: ['xmpp.test'],
  routes: {},
  policy: open,
};
const ANY_XMPP: Partial<GatewayOptions> = {
  sipDomains: ['sip.test'],
  xmppDomains: ['*'],
  policy: open,
};

const chat = (from: string, to: string): string =>
  `<message from='${from}' to='${to}' id='m'><body>x</body></message>`;
const asked = (outs: readonly GatewayOutput[]): { ask: string; domain: string }[] =>
  outs.flatMap((out) =>
    out.kind === 'ask' && out.question.kind === 'sip-route'
      ? [{ ask: out.ask, domain: out.question.domain }]
      : [],
  );
const code = (outs: readonly GatewayOutput[]): string | undefined => traces(outs)[0]?.reasons[0];

describe('any SIP domain, XMPP domains by name', () => {
  it('a message to any SIP domain goes where the answer says, and its reply comes from there', () => {
    const bench = new Bench(ANY_SIP);
    const [question] = asked(bench.stanza(chat('bob@xmpp.test', 'x@Far.Example.')));
    expect(question?.domain).toBe('far.example');
    const answer = { kind: 'sip-route', targets: [target] } as const;
    const [sent] = requests(bench.feed({ kind: 'answer', ask: question?.ask ?? '', answer }));
    expect(sent).toMatchObject({ targets: [target], draft: { uri: { host: 'far.example' } } });
    const event = { kind: 'response', response: response(200), context: sent?.context } as const;
    expect(traces(bench.feed({ kind: 'sip', event }))[0]?.outcome).toBe('delivered');
    const back = bench.sip(
      message('sip:bob@xmpp.test', 'sip:x@far.example'),
      proved('far.example'),
    );
    expect(stanzas(back)[0]?.element.attrs).toMatchObject({ from: 'x@far.example' });
  });

  it('RFC 7247 §7.2: one that no SIP has is remote-server-not-found', () => {
    const bench = new Bench(ANY_SIP);
    const [question] = asked(bench.stanza(chat('bob@xmpp.test', 'x@far.example')));
    const nowhere = { kind: 'sip-route', targets: [] } as const;
    const outs = bench.feed({ kind: 'answer', ask: question?.ask ?? '', answer: nowhere });
    expect([condition(outs), code(outs)]).toEqual(['remote-server-not-found', 'unknown-domain']);
  });

  it('RFC 7247 §7.1: a recipient on the other side that is not named is 404', () => {
    const outs = new Bench(ANY_SIP).sip(
      message('sip:x@elsewhere.test', 'sip:y@far.example'),
      proved('far.example'),
    );
    expect([answers(outs), code(outs)]).toEqual([[404], 'unknown-domain']);
  });

  const closed: readonly [string, (bench: Bench) => GatewayOutput[], string][] = [
    [
      'a SIP sender of a domain that it has not proved',
      (bench) =>
        bench.sip(message('sip:bob@xmpp.test', 'sip:y@far.example'), proved('near.example')),
      'identity-not-proved',
    ],
    [
      'a SIP sender that calls itself of the XMPP side',
      (bench) => bench.sip(message('sip:bob@xmpp.test', 'sip:y@xmpp.test'), proved('xmpp.test')),
      'own-domain-from-outside',
    ],
    [
      'an XMPP sender of a domain that is not named',
      (bench) => bench.stanza(chat('y@other.test', 'x@far.example')),
      'unknown-sender',
    ],
    [
      'an XMPP message to the XMPP side',
      (bench) => bench.stanza(chat('bob@xmpp.test', 'carol@XMPP.test.')),
      'same-side',
    ],
    [
      'what policy forbids',
      (bench) => bench.stanza(chat('bob@xmpp.test', 'x@a.spam.test')),
      'policy',
    ],
  ];
  it.each(closed)('RFC 7247 §8: refuses %s, and asks nobody', (_what, run, expected) => {
    const outs = run(new Bench(ANY_SIP));
    expect([code(outs), asked(outs), requests(outs)]).toEqual([expected, [], []]);
  });
});

describe('any XMPP domain, SIP domains by name', () => {
  it('a message to any XMPP domain is handed over, and one from there comes', () => {
    const bench = new Bench(ANY_XMPP);
    const [sent] = stanzas(bench.sip(message('sip:x@far.example')));
    expect(sent?.element.attrs['to']).toBe('x@far.example');
    expect(requests(bench.stanza(chat('x@far.example', 'alice@sip.test')))).toHaveLength(1);
  });

  it('RFC 7247 §7.1: one that no XMPP has is 404, one that cannot be reached 504', () => {
    const bench = new Bench(ANY_XMPP);
    const failed = (reason: 'not-found' | 'unreachable', id: string): number[] => {
      const [sent] = stanzas(bench.sip(message('sip:x@far.example'), proved(), id));
      return answers(bench.fate(sent?.context, 'failed', reason));
    };
    expect([failed('not-found', 't1'), failed('unreachable', 't2')]).toEqual([[404], [504]]);
  });

  it('RFC 7247 §7.2: a recipient on the other side that is not named is remote-server-not-found', () => {
    const outs = new Bench(ANY_XMPP).stanza(chat('x@far.example', 'y@elsewhere.test'));
    expect([condition(outs), code(outs)]).toEqual(['remote-server-not-found', 'unknown-domain']);
  });

  const closed: readonly [string, (bench: Bench) => GatewayOutput[], string][] = [
    [
      'an XMPP sender that calls itself of the SIP side',
      (bench) => bench.stanza(chat('x@Sip.test.', 'alice@sip.test')),
      'own-domain-from-outside',
    ],
    [
      'a SIP sender of a domain that is not named',
      (bench) => bench.sip(message('sip:x@far.example', 'sip:y@other.test'), proved('other.test')),
      'unknown-sender',
    ],
    ['a SIP message to the SIP side', (bench) => bench.sip(message('sip:x@SIP.test')), 'same-side'],
    ['what policy forbids', (bench) => bench.sip(message('sip:x@a.spam.test')), 'policy'],
  ];
  it.each(closed)('RFC 7247 §8: refuses %s', (_what, run, expected) => {
    const outs = run(new Bench(ANY_XMPP));
    const carried = stanzas(outs).filter(({ element }) => element.attrs['type'] !== 'error');
    expect([code(outs), carried, requests(outs)]).toEqual([expected, [], []]);
  });
});

describe('without a policy that permits', () => {
  it.each([
    ['any SIP domain', ANY_SIP],
    ['any XMPP domain', ANY_XMPP],
  ])('RFC 7247 §8: %s is nobody', (_what, options) => {
    const bench = new Bench({ ...options, policy: policyOf({}) });
    const sip = bench.sip(message('sip:bob@xmpp.test', 'sip:alice@sip.test'));
    const xmpp = bench.stanza(chat('bob@xmpp.test', 'alice@sip.test'));
    expect([answers(sip), condition(xmpp), requests(xmpp), asked(xmpp)]).toEqual([
      [403],
      'policy-violation',
      [],
      [],
    ]);
  });
});
