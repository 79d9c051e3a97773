// XEP-0198 §4: a stanza that came with a receipt gets it handed back exactly once, when its outcome is known, whatever
// that is and in whichever order; what comes without one gets none.
import { describe, expect, it } from 'vitest';
import type { GatewayOptions, GatewayOutput } from '@interwork/core';
import type { Receipt } from '@interwork/xmpp';
import { policyOf } from '@interwork/policy/testing';
import {
  Bench,
  CHAT,
  dialback,
  message,
  requests,
  response,
  stanzas,
  target,
} from './gateway-bench.ts';

/** Receipts are the edge's own: the gateway looks at none. */
const receipt = (name: string): Receipt => ({ name }) as unknown as Receipt;
const back = (outs: readonly GatewayOutput[]): string[] =>
  outs.flatMap((out) =>
    out.kind === 'xmpp' && out.input.kind === 'handled'
      ? [(out.input.receipt as unknown as { name: string }).name]
      : [],
  );

class Received extends Bench {
  take(xml: string, name = 'r'): GatewayOutput[] {
    return this.stanza(xml, dialback, receipt(name));
  }

  answer(context: unknown, status: number): GatewayOutput[] {
    return this.feed({
      kind: 'sip',
      event: { kind: 'response', response: response(status), context },
    });
  }
}

const from = (xml: string): string =>
  `${xml.slice(0, xml.indexOf(' '))} from='bob@xmpp.test' to='alice@sip.test'${xml.slice(xml.indexOf(' '))}`;

const AT_ONCE: readonly (readonly [string, string, Partial<GatewayOptions>])[] = [
  ['nothing to carry', from("<message type='chat' ></message>"), {}],
  ['a refusal', from("<message type='groupchat'><body>x</body></message>"), {}],
  ['a policy that forbids', CHAT, { policy: policyOf({}) }],
  ['no way that is trusted', CHAT, { routes: { 'sip.test': [] } }],
  ['no room', CHAT, { limits: { waiting: 0 } }],
  ['no room for a question', CHAT, { routes: {}, limits: { asks: 0 } }],
  ['a stray error', from("<message type='error' id='x'><error type='cancel'/></message>"), {}],
  ['an error that is none', from("<message type='error' id='x'></message>"), {}],
  ['presence', from('<presence ></presence>'), {}],
  ['a subscription', from("<presence type='subscribe'></presence>"), {}],
  [
    'a ping',
    "<iq type='get' id='p' from='xmpp.test' to='sip.test'><ping xmlns='urn:xmpp:ping'/></iq>",
    {},
  ],
  [
    'a question nobody answers',
    "<iq type='set' id='p' from='xmpp.test' to='sip.test'><x xmlns='y'/></iq>",
    {},
  ],
  [
    'an answer to a barrier that is none',
    "<iq type='result' id='p' from='xmpp.test' to='sip.test'/>",
    {},
  ],
];

describe('XEP-0198 §4: receipts', () => {
  it.each(AT_ONCE)('come back at once for %s', (_what, xml, options) => {
    const bench = new Received(options);
    expect(back(bench.take(xml))).toEqual(['r']);
    expect(back(bench.stanza(xml))).toEqual([]);
    bench.tick(60_000);
    bench.feed({ kind: 'close' });
    expect(back(bench.out)).toEqual(['r']);
  });

  it.each([200, 202, 404, 486, 503, 603])('come back with the final response %i', (status) => {
    const bench = new Received();
    const came = bench.take(CHAT);
    expect(back(came)).toEqual([]);
    const outs = bench.answer(requests(came)[0]?.context, status);
    expect(back(outs)).toEqual(['r']);
    // The error leaves first: whoever restarts between the two answers twice rather than not at all.
    expect(outs.findIndex((out) => out.kind === 'xmpp' && out.input.kind === 'handled')).toBe(
      outs.findLastIndex((out) => out.kind === 'xmpp'),
    );
    expect(back(bench.answer(requests(came)[0]?.context, status))).toEqual([]);
  });

  it('come back with a failure of the SIP edge', () => {
    const bench = new Received();
    const [sent] = requests(bench.take(CHAT));
    const event = { kind: 'failed', context: sent?.context, reason: 'timeout', text: '' } as const;
    expect(back(bench.feed({ kind: 'sip', event }))).toEqual(['r']);
    expect(back(bench.feed({ kind: 'sip', event }))).toEqual([]);
  });

  it('come back once where the person is tried after the device', () => {
    const bench = new Received();
    const [device] = requests(bench.take(CHAT.replace("@sip.test'", "@sip.test/stale'")));
    const person = bench.answer(device?.context, 404);
    expect(back(person)).toEqual([]);
    expect(back(bench.answer(requests(person)[0]?.context, 200))).toEqual(['r']);
  });

  it('come back in the order of the outcomes, not in that of arrival', () => {
    const bench = new Received();
    const to = (user: string) => CHAT.replace('alice@', `${user}@`);
    const sent = ['a', 'b', 'c'].flatMap((user) => requests(bench.take(to(user), user)));
    expect(back(bench.take(from('<presence ></presence>'), 'p'))).toEqual(['p']);
    for (const at of [2, 0, 1]) bench.answer(sent[at]?.context, 200);
    expect(back(bench.out)).toEqual(['p', 'c', 'a', 'b']);
  });

  it('wait behind the one outstanding, come back when that took too long, and when there was no room', () => {
    const bench = new Received({ limits: { waitingPerPair: 1 } });
    bench.take(CHAT, 'first');
    expect(back(bench.take(CHAT, 'behind'))).toEqual([]);
    expect(back(bench.take(CHAT, 'full'))).toEqual(['full']);
    expect(back(bench.tick(32_000))).toEqual(['behind']);
  });

  it('come back when no answer came to the question for a route, or one that leads nowhere', () => {
    const bench = new Received({ routes: {} });
    bench.take(CHAT, 'late');
    expect(back(bench.tick(5_000))).toEqual(['late']);
    const [asked] = bench.take(CHAT, 'none');
    const ask = asked?.kind === 'ask' ? asked.ask : '';
    const nowhere = { kind: 'sip-route', targets: [] } as const;
    expect(back(bench.feed({ kind: 'answer', ask, answer: nowhere }))).toEqual(['none']);
    const [again] = bench.take(CHAT, 'found');
    const there = { kind: 'sip-route', targets: [target] } as const;
    const found = bench.feed({
      kind: 'answer',
      ask: again?.kind === 'ask' ? again.ask : '',
      answer: there,
    });
    expect([back(found), requests(found).length]).toEqual([[], 1]);
  });

  it('of an error that becomes a notice come back at once: nobody bounces an error', () => {
    const bench = new Received();
    const [sent] = stanzas(bench.sip(message()));
    bench.fate(sent?.context, 'sent');
    bench.tick(300);
    const outs = bench.take(
      from(
        `<message type='error' id='${sent?.element.attrs['id']}'><error type='cancel'><gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>`,
      ),
    );
    expect([back(outs), requests(outs).length]).toEqual([['r'], 1]);
    expect(back(bench.answer(requests(outs)[0]?.context, 200))).toEqual([]);
  });

  it('of a barrier’s answer come back at once', () => {
    const bench = new Received();
    const [sent] = stanzas(bench.sip(message()));
    bench.fate(sent?.context, 'sent');
    const [ping] = stanzas(bench.tick(5));
    const id = ping?.element.attrs['id'];
    expect(
      back(bench.take(`<iq type='result' id='${id}' from='xmpp.test' to='sip.test'/>`)),
    ).toEqual(['r']);
  });

  it('come back when the gateway closes: what waits at once, what is outstanding in its time', () => {
    const bench = new Received({ sipDomains: ['sip.test', 'asked.test'] });
    const [sent] = requests(bench.take(CHAT, 'answered'));
    bench.take(CHAT.replace('alice@', 'carol@'), 'silent');
    bench.take(CHAT, 'behind');
    bench.take(CHAT.replace('sip.test', 'asked.test'), 'asking');
    expect(back(bench.feed({ kind: 'close' }))).toEqual(['behind', 'asking']);
    expect(back(bench.take(CHAT, 'new'))).toEqual(['new']);
    expect(back(bench.answer(sent?.context, 200))).toEqual(['answered']);
    expect(back(bench.tick(5_000))).toEqual(['silent']);
    expect(bench.out.at(-1)).toEqual({ kind: 'closed' });
  });

  it('do not come back from a gateway that has closed: it took nothing', () => {
    const bench = new Received();
    bench.feed({ kind: 'close' });
    expect(bench.take(CHAT)).toEqual([]);
  });
});
