// Another policy while traffic flows: what is under way ends as its protocol has it, each with a trace, and what is
// permitted again goes again.
import { describe, expect, it } from 'vitest';
import { policyOf } from '@interwork/policy/testing';
import { crossings, realFederation, SIP, virtualFederation, XMPP } from './federation.ts';
import { Bench, condition, requests, response, traces } from './gateway-bench.ts';

const OPEN = policyOf({ rules: [{ id: 'friends', effect: 'permit', domains: [XMPP] }] });
const SHUT = policyOf({ rules: [{ id: 'over', effect: 'forbid', domains: [XMPP] }] });
const [ALICE, BOB] = [`alice@${SIP}`, `bob@${XMPP}`];

describe.each([
  ['virtual', virtualFederation],
  ['real', realFederation],
] as const)('in a %s federation', (_name, federation) => {
  it('RFC 6120 §4.9.3.14: links end, messages are refused, and all comes back', async () => {
    const f = await federation({ gateway: { policy: OPEN } });
    try {
      expect(await f.sipSends(ALICE, BOB, 'one')).toBe(202);
      expect((await f.xmppSends(BOB, ALICE, 'two')).fate).toBe('sent');
      await f.until(() => crossings(f.traces).find(({ outcome }) => outcome === 'delivered'));
      f.replacePolicy(SHUT);
      const parted = await f.until(() => f.traces.find(({ kind }) => kind === 'parted'));
      expect(parted).toMatchObject({ ours: SIP, theirs: XMPP, by: ['over'] });
      expect(await f.sipSends(ALICE, BOB, 'three')).toBe(403);
      expect(crossings(f.traces).at(-1)).toMatchObject({ reasons: ['policy'], by: ['over'] });
      f.replacePolicy(OPEN);
      expect(await f.sipSends(ALICE, BOB, 'four')).toBe(202);
    } finally {
      await f.close();
    }
  });
});

describe('messages that wait', () => {
  const chat = (n: number): string =>
    `<message from='bob@xmpp.test/r' to='alice@sip.test' id='m${n}'><body>${n}</body></message>`;
  const shut = policyOf({ rules: [{ id: 'over', effect: 'forbid', domains: ['xmpp.test'] }] });

  it('behind another are refused when it is their turn', () => {
    const bench = new Bench();
    const [first] = requests(bench.stanza(chat(1)));
    bench.stanza(chat(2));
    bench.feed({ kind: 'policy', policy: shut });
    const outs = bench.feed({
      kind: 'sip',
      event: { kind: 'response', response: response(200), context: first?.context },
    });
    expect(requests(outs)).toEqual([]);
    expect(condition(outs)).toBe('policy-violation');
    expect(traces(outs).map(({ outcome, by }) => [outcome, by])).toEqual([
      ['delivered', ['friends']],
      ['refused', ['over']],
    ]);
  });

  it('for a route are refused when it is known', () => {
    const bench = new Bench({ routes: {} });
    const asked = bench.stanza(chat(1)).find((out) => out.kind === 'ask');
    bench.feed({ kind: 'policy', policy: shut });
    const targets = [
      { transport: 'tls', address: '192.0.2.1', port: 5061, references: [] },
    ] as const;
    const outs = bench.feed({
      kind: 'answer',
      ask: asked?.ask ?? '',
      answer: { kind: 'sip-route', targets },
    });
    expect(requests(outs)).toEqual([]);
    expect(traces(outs)[0]).toMatchObject({ outcome: 'refused', by: ['over'] });
  });
});

it('a link stays while anything may pass by it, either way', () => {
  const bench = new Bench();
  const oneWay = policyOf({
    rules: [
      { id: 'in', effect: 'permit', from: ['xmpp.test'], to: ['sip.test'], traffic: ['presence'] },
    ],
  });
  const pairs = [
    { ours: 'sip.test', theirs: 'xmpp.test' },
    { ours: 'sip.test', theirs: 'far.test' },
  ];
  const review = bench.feed({ kind: 'policy', policy: oneWay });
  expect(review).toContainEqual({ kind: 'xmpp', input: { kind: 'review' } });
  const outs = bench.feed({ kind: 'xmpp', event: { kind: 'links', pairs } });
  expect(outs.filter(({ kind }) => kind === 'xmpp')).toEqual([
    { kind: 'xmpp', input: { kind: 'part', ours: 'sip.test', theirs: 'far.test' } },
  ]);
});
