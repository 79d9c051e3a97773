// B2, B6: how much of the gateway's tables one link may have. A domain that is dead or floods fills its share, its senders
// are told, and others go on.
import { describe, expect, it } from 'vitest';
import type { GatewayOutput } from '@interwork/core';
import { answers, Bench, message, proved, requests, response, stanzas } from './gateway-bench.ts';

const chat = (from: string, to = 'alice@sip.test'): string =>
  `<message from='${from}' to='${to}' id='1'><body>hi</body></message>`;
const conditions = (outs: readonly GatewayOutput[]): (string | undefined)[] =>
  stanzas(outs).map(
    ({ element }) =>
      element.children.flatMap((one) =>
        typeof one === 'string' ? [] : [one.attrs['type'] ?? ''],
      )[0],
  );

describe('the share of one link', () => {
  it('from SIP: a dead domain fills its own, and another domain is reached', () => {
    const bench = new Bench({ limits: { perLink: 2 } });
    bench.sip(message('sip:a@xmpp.test'), proved(), 't1');
    bench.sip(message('sip:b@xmpp.test'), proved(), 't2');
    expect(answers(bench.sip(message('sip:c@xmpp.test'), proved(), 't3'))).toEqual([503]);
    expect(stanzas(bench.sip(message('sip:c@far.test'), proved(), 't4'))).toHaveLength(1);
    expect(answers(bench.tick(24_000))).toEqual([480, 480, 480]);
    expect(stanzas(bench.sip(message('sip:c@xmpp.test'), proved(), 't5'))).toHaveLength(1);
  });

  it('from XMPP: a flood fills its own, with waiting and outstanding, and another domain is carried', () => {
    const bench = new Bench({ limits: { perLink: 2 } });
    const [first] = requests(bench.stanza(chat('a@xmpp.test')));
    expect(requests(bench.stanza(chat('a@xmpp.test')))).toEqual([]);
    expect(conditions(bench.stanza(chat('b@xmpp.test')))).toEqual(['wait']);
    expect(requests(bench.stanza(chat('b@far.test')))).toHaveLength(1);
    const done = { kind: 'response', response: response(200), context: first?.context } as const;
    expect(requests(bench.feed({ kind: 'sip', event: done }))).toHaveLength(1);
    expect(requests(bench.stanza(chat('b@xmpp.test')))).toHaveLength(1);
  });

  it('is given back however a message ends', () => {
    const bench = new Bench({ limits: { perLink: 1, waitingPerPair: 0 }, routes: {} });
    const asked = (outs: readonly GatewayOutput[]): string[] =>
      outs.flatMap((out) => (out.kind === 'ask' ? [out.ask] : []));
    const [ask = ''] = asked(bench.stanza(chat('a@xmpp.test')));
    const answer = { kind: 'sip-route', targets: [] } as const;
    expect(conditions(bench.feed({ kind: 'answer', ask, answer }))).toEqual(['cancel']);
    expect(asked(bench.stanza(chat('a@xmpp.test')))).toHaveLength(1);
    bench.tick(5_000);
    expect(asked(bench.stanza(chat('a@xmpp.test')))).toHaveLength(1);
  });

  it('is given back by one that finds no room behind another', () => {
    const bench = new Bench({ limits: { perLink: 2, waitingPerPair: 0 } });
    bench.stanza(chat('a@xmpp.test'));
    expect(conditions(bench.stanza(chat('a@xmpp.test')))).toEqual(['wait']);
    expect(requests(bench.stanza(chat('b@xmpp.test')))).toHaveLength(1);
  });

  it('does not keep its senders from being told: a notice needs none', () => {
    const bench = new Bench({ limits: { perLink: 2 } });
    for (const user of ['a', 'b', 'c', 'd']) {
      const from = `sip:${user}@sip.test`;
      const [sent] = stanzas(bench.sip(message('sip:bob@xmpp.test', from), proved(), user));
      bench.fate(sent?.context, 'sent');
      bench.tick(300);
    }
    bench.stanza(chat('x@xmpp.test'));
    bench.stanza(chat('y@xmpp.test'));
    const notices = requests(bench.linkLost());
    expect(notices).toHaveLength(4);
    for (const { context } of notices)
      bench.feed({ kind: 'sip', event: { kind: 'response', response: response(200), context } });
    expect(requests(bench.stanza(chat('z@xmpp.test')))).toEqual([]);
  });

  it("of the questions to the host is a domain's, and comes back with each answer", () => {
    const bench = new Bench({
      sipDomains: ['*'],
      xmppDomains: ['xmpp.test', 'far.test'],
      limits: { asksPerDomain: 1 },
      routes: {},
    });
    const asks = (outs: readonly GatewayOutput[]): number =>
      outs.filter(({ kind }) => kind === 'ask').length;
    expect(asks(bench.stanza(chat('a@xmpp.test', 'alice@one.test')))).toBe(1);
    expect(conditions(bench.stanza(chat('b@xmpp.test', 'alice@two.test')))).toEqual(['wait']);
    expect(bench.stanza(chat('c@xmpp.test', 'alice@one.test'))).toEqual([]);
    expect(asks(bench.stanza(chat('b@far.test', 'alice@two.test')))).toBe(1);
    bench.tick(5_000);
    expect(asks(bench.stanza(chat('b@xmpp.test', 'alice@two.test')))).toBe(1);
  });
});
