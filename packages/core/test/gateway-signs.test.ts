// Signs of conversations through the gateway as a machine: RFC 7573 §6 and RFC 3994 (typing), XEP-0184, XEP-0333 and RFC 5438
// (what became of a message). What leaves, to whom, what is remembered, and the words the trace says.
import { describe, expect, it } from 'vitest';
import { policyOf } from '@interwork/policy/testing';
import { decodeUtf8, encodeUtf8, textOf, type XmlElement, writeStanza } from '@interwork/xmpp';
import { type GatewayOptions, type GatewayOutput } from '@interwork/core';
import { type CpimHeader, NS_CPIM, readCpim, writeCpim } from '../src/body/cpim.ts';
import {
  type Disposition,
  type Imdn,
  NS_IMDN_HEADERS,
  readImdn,
  readImdnRequest,
  writeImdn,
  writeImdnRequest,
} from '../src/body/imdn.ts';
import { readIsComposing, writeIsComposing } from '../src/body/is-composing.ts';
import { Receipts } from '../src/gateway/receipts.ts';
import { Recent } from '../src/gateway/recent.ts';
import { Typings } from '../src/gateway/typings.ts';
import { HEARD_TIMES } from '../src/rules/typing.ts';
import {
  answers,
  Bench,
  message,
  proved,
  requests,
  response,
  START,
  stanzas,
  traces,
} from './gateway-bench.ts';

const BOB = 'bob@xmpp.test/r';
const state = (name: string) => `<${name} xmlns='http://jabber.org/protocol/chatstates'/>`;
const said = (inside: string, id = 'm1', thread = '') =>
  `<message from='${BOB}' to='alice@sip.test' id='${id}' type='chat'>${inside}${thread}</message>`;
const WORDS = `<body>hi</body>${state('active')}`;

/** A sign that Alice gives. */
const composing = (is: 'active' | 'idle', refresh?: number, callId = 'call-1') => {
  const said = refresh === undefined ? { state: is } : { state: is, refresh };
  const r = message(
    undefined,
    undefined,
    ['Content-Type: application/im-iscomposing+xml'],
    text(writeIsComposing(said)),
  );
  return { ...r, callId };
};

const text = (octets: Uint8Array | undefined) => decodeUtf8(octets ?? new Uint8Array()) ?? '';

/** Names of what stanzas say beside their path. */
const says = (outs: readonly GatewayOutput[]) =>
  stanzas(outs).map(({ element }) =>
    element.children.flatMap((one) =>
      typeof one === 'string' || one.name === 'path' || one.name === 'thread' ? [] : [one.name],
    ),
  );

const words = (outs: readonly GatewayOutput[]) =>
  traces(outs).map(({ traffic, outcome, reasons }) => [traffic, outcome, ...reasons].join(' '));

/** Alice's domain has said what became of the last request. */
function answer(bench: Bench, status: number): GatewayOutput[] {
  const context = requests(bench.out).at(-1)?.context;
  const event = { kind: 'response', response: response(status), context } as const;
  return bench.feed({ kind: 'sip', event });
}

/** What the last request says of composing. */
const typed = (outs: readonly GatewayOutput[]) =>
  requests(outs).map(({ draft }) => readIsComposing(draft.body ?? new Uint8Array())?.state);

describe('RFC 7573 §6 who composes, from SIP', () => {
  /** Bob has shown that he knows chat states. */
  const known = (more: Partial<GatewayOptions> = {}) => {
    const bench = new Bench(more);
    bench.stanza(said(WORDS));
    answer(bench, 200);
    bench.out.length = 0;
    return bench;
  };

  it('§6 and XEP-0085 §5.5: a state alone, to the device that knows them, in its thread', () => {
    const outs = known().sip(composing('active'));
    expect([answers(outs), says(outs)]).toEqual([[200], [['composing']]]);
    const [element] = stanzas(outs).map((one) => one.element);
    expect(element?.attrs).toMatchObject({ from: 'alice@sip.test', to: BOB, type: 'chat' });
    expect(
      textOf(element?.children.find((one) => (one as XmlElement).name === 'thread') as XmlElement),
    ).toBe('call-1');
    expect(traces(outs)[0]).toMatchObject({
      direction: 'sip-to-xmpp',
      traffic: 'composing',
      outcome: 'handed-over',
      reasons: ['composing'],
      by: ['friends'],
      answer: '200',
      rule: 'RFC 7573 §6',
    });
  });

  it('XEP-0085 §5.1: nobody is told who has not shown that he knows them', () => {
    const outs = new Bench().sip(composing('active'));
    expect([answers(outs), says(outs), words(outs)]).toEqual([
      [200],
      [],
      ['composing dropped no-chat-states'],
    ]);
  });

  it('only changes are told', () => {
    const bench = known();
    bench.sip(composing('active'));
    bench.now += 2000;
    const again = bench.sip(composing('active'));
    expect([answers(again), says(again), words(again)]).toEqual([
      [200],
      [],
      ['composing dropped no-change'],
    ]);
    expect(says(bench.sip(composing('idle')))).toEqual([['active']]);
  });

  it('a host may have it that whoever stops has paused', () => {
    const bench = known({ idleAs: 'paused' });
    bench.sip(composing('active'));
    bench.now += 2000;
    expect(says(bench.sip(composing('idle')))).toEqual([['paused']]);
  });

  it.each([
    [undefined, 120_000],
    [60, 60_000],
    [999_999_999, 600_000],
  ])('RFC 3994 §3.3: without a refresh of %s seconds it is over by itself', (refresh, ms) => {
    const bench = known();
    bench.sip(composing('active', refresh));
    expect(bench.gateway.wakeAt).toBe(bench.now + ms);
    const outs = bench.tick(ms);
    expect([says(outs), words(outs)]).toEqual([[['active']], ['composing handed-over idle']]);
    bench.tick(1000);
    expect([bench.gateway.sizes.typing, bench.gateway.wakeAt]).toEqual([0, Infinity]);
  });

  it('RFC 3994 §3.3, XEP-0085 §5.2: a message says so by itself', () => {
    const bench = known();
    bench.sip(composing('active'));
    const outs = bench.sip(message(), proved(), 't2');
    expect(says(outs)).toEqual([['body', 'active']]);
    bench.now += 2000;
    expect(says(bench.sip(composing('idle')))).toEqual([]);
  });

  it('wrapped in CPIM', () => {
    const content = {
      fields: [{ name: 'Content-Type', value: 'application/im-iscomposing+xml' }],
      content: writeIsComposing({ state: 'active' }),
    };
    const body = text(writeCpim({ headers: [], content }));
    const outs = known().sip(message(undefined, undefined, ['Content-Type: message/cpim'], body));
    expect(says(outs)).toEqual([['composing']]);
  });

  it('what cannot be read is 400', () => {
    const lines = ['Content-Type: application/im-iscomposing+xml'];
    const outs = known().sip(message(undefined, undefined, lines, '<x/>'));
    expect([answers(outs), words(outs)]).toEqual([[400], ['composing refused malformed-body']]);
  });

  it('RFC 7247 §8: policy may forbid it apart', () => {
    const policy = policyOf({
      rules: [
        { id: 'words', effect: 'permit', domains: ['xmpp.test'], traffic: ['message'] },
        { id: 'quiet', effect: 'forbid', domains: ['xmpp.test'], traffic: ['composing'] },
      ],
    });
    const outs = known({ policy }).sip(composing('active'));
    expect([answers(outs), says(outs), traces(outs)]).toMatchObject([
      [403],
      [],
      [{ traffic: 'composing', outcome: 'refused', reasons: ['policy'], by: ['quiet'] }],
    ]);
  });

  it('what a new policy forbids is not told any more', () => {
    const bench = known();
    bench.sip(composing('active'));
    const policy = policyOf({ rules: [] });
    bench.feed({ kind: 'policy', policy });
    expect(says(bench.tick(120_000))).toEqual([]);
  });

  it('and nobody but the proved domain may say so', () => {
    const outs = known().sip(composing('active'), proved('other.test'));
    expect([answers(outs), says(outs)]).toEqual([[403], []]);
  });
});

describe('RFC 7573 §6 who composes, from XMPP', () => {
  it('RFC 3994 §3.2: a MESSAGE of that type, with the thread as Call-ID, and the trace says so', () => {
    const bench = new Bench();
    const sent = bench.stanza(said(state('composing'), 'c1', '<thread>t-1</thread>'));
    expect(requests(sent)[0]?.draft).toMatchObject({
      method: 'MESSAGE',
      callId: 't-1',
      contentType: 'application/im-iscomposing+xml',
      headers: [{ name: 'Interwork-Path', value: 'gw-1' }],
    });
    const [draft] = requests(sent).map((one) => one.draft);
    expect(readIsComposing(draft?.body ?? new Uint8Array())).toEqual({
      state: 'active',
      refresh: 120,
    });
    expect(traces(answer(bench, 200))).toMatchObject([
      {
        traffic: 'composing',
        outcome: 'delivered',
        reasons: ['composing'],
        by: ['friends'],
        rule: 'RFC 7573 §6',
      },
    ]);
  });

  it.each(['active', 'paused', 'inactive', 'gone'])(
    '§6 and §6.1: %s is idle, after composing',
    (name) => {
      const bench = new Bench();
      bench.stanza(said(state('composing')));
      answer(bench, 200);
      bench.now += 2000;
      expect(typed(bench.stanza(said(state(name))))).toEqual(['idle']);
      answer(bench, 200);
      const again = bench.stanza(said(state(name)));
      expect([typed(again), words(again)]).toEqual([[], ['composing dropped no-change']]);
    },
  );

  it('RFC 3994 §3.2: it is said again every 90 seconds, and after ten minutes it is over', () => {
    const bench = new Bench();
    bench.stanza(said(state('composing')));
    answer(bench, 200);
    const told: (string | undefined)[] = [];
    for (let i = 0; i < 7; i++) {
      told.push(...typed(bench.tick(bench.gateway.wakeAt - bench.now)));
      answer(bench, 200);
    }
    expect(told).toEqual([...Array<string>(6).fill('active'), 'idle']);
    expect(bench.now - START).toBe(600_000);
  });

  it('a message says so by itself', () => {
    const bench = new Bench();
    bench.stanza(said(state('composing')));
    answer(bench, 200);
    bench.stanza(said('<body>hi</body>'));
    answer(bench, 200);
    bench.tick(10_000);
    expect(bench.gateway.sizes.typing).toBe(0);
  });

  it.each([415, 405, 489])('a domain that answers %s is asked again after an hour', (status) => {
    const bench = new Bench();
    bench.stanza(said(state('composing')));
    const refused = answer(bench, status);
    expect([stanzas(refused), words(refused)]).toEqual([
      [],
      [`composing failed sip-${status} composing`],
    ]);
    bench.now += 2000;
    expect(words(bench.stanza(said(state('paused'))))).toEqual(['composing dropped no-typing']);
    bench.tick(3_600_000);
    expect(typed(bench.stanza(said(state('composing'))))).toEqual(['active']);
  });

  it('no error goes back, whatever becomes of it', () => {
    const bench = new Bench();
    bench.stanza(said(state('composing')));
    const outs = answer(bench, 404);
    expect([stanzas(outs), words(outs)]).toEqual([[], ['composing failed sip-404 composing']]);
  });

  it('a peer that is told so within sessions only is not told outside', () => {
    const bench = new Bench({ dialects: { 'sip.test': 'lync' } });
    expect(words(bench.stanza(said(state('composing'))))).toEqual(['composing dropped no-session']);
  });

  it('it is no loss beside words', () => {
    const bench = new Bench();
    bench.stanza(said(WORDS));
    expect(traces(answer(bench, 200))[0]).toMatchObject({ lost: [{ what: 'type' }] });
  });
});

const REQUEST = "<request xmlns='urn:xmpp:receipts'/>";
const MARKABLE = "<markable xmlns='urn:xmpp:chat-markers:0'/>";
const IMDN = { imdnDomains: ['sip.test'] };

/** A wrapper that asks, around a text. */
const asking = (
  dispositions: readonly Disposition[],
  messageId = 'alice-1',
  more: readonly CpimHeader[] = [],
) => {
  const content = {
    fields: [{ name: 'Content-Type', value: 'text/plain' }],
    content: encodeUtf8('hello'),
  };
  const stamp = { ns: NS_CPIM, name: 'DateTime', lang: undefined, value: '2026-06-01T00:00:00Z' };
  const headers = [stamp, ...writeImdnRequest({ messageId, dispositions }), ...more];
  const body = text(writeCpim({ headers, content }));
  return message(undefined, undefined, ['Content-Type: message/cpim'], body);
};

/** A notification of Alice. */
const telling = (messageId: string, kind: Imdn['kind'], status: Imdn['status'], from?: string) => {
  const content = {
    fields: [
      { name: 'Content-Type', value: 'message/imdn+xml' },
      { name: 'Content-Disposition', value: 'notification' },
    ],
    content: writeImdn({ messageId, sentAt: START, kind, status }),
  };
  const body = text(writeCpim({ headers: [], content }));
  return message(undefined, from, ['Content-Type: message/cpim'], body);
};

/** The notification in a request. */
const imdnOf = (outs: readonly GatewayOutput[]) =>
  requests(outs).map(({ draft }) => {
    const wrapper = readCpim(draft.body ?? new Uint8Array());
    expect(readImdnRequest(wrapper?.headers ?? [])).toBeUndefined();
    return readImdn(wrapper?.content.content ?? new Uint8Array());
  });

describe('XEP-0184 and RFC 5438 what XMPP users ask', () => {
  it('RFC 3261 §21.4.11: what is too large with its HTML goes once more as text, and asks all the same', () => {
    const bench = new Bench({ ...IMDN, htmlDomains: ['sip.test'] });
    const html =
      "<html xmlns='http://jabber.org/protocol/xhtml-im'><body xmlns='http://www.w3.org/1999/xhtml'><em>hi</em></body></html>";
    const [first] = requests(bench.stanza(said(`<body>hi</body>${html}${REQUEST}`)));
    expect(text(first?.draft.body)).toContain('text/html');
    const [second, ...others] = requests(answer(bench, 413));
    expect(others).toEqual([]);
    const wrapped = readCpim(second?.draft.body ?? new Uint8Array());
    expect(text(wrapped?.content.content)).toBe('hi');
    expect(readImdnRequest(wrapped?.headers ?? [])).toBeDefined();
    expect(requests(answer(bench, 413))).toEqual([]);
  });

  it('RFC 3428 §8: what would be too long with its wrapper goes without, and that is a loss', () => {
    const bench = new Bench({ ...IMDN, limits: { requestOctets: 1300 } });
    const long = 'x'.repeat(700);
    const sent = requests(bench.stanza(said(`<body>${long}</body>${REQUEST}`)));
    expect(sent.map(({ draft }) => text(draft.body))).toEqual([long]);
    const lost = traces(answer(bench, 200)).map((one) => one.lost.map(({ what }) => what));
    expect(lost).toEqual([['type', 'element:request']]);
  });

  const asked = (inside = REQUEST, more: Partial<GatewayOptions> = IMDN) => {
    const bench = new Bench(more);
    const [sent] = requests(bench.stanza(said(`<body>hi</body>${inside}`)));
    const wrapper = readCpim(sent?.draft.body ?? new Uint8Array());
    const request = readImdnRequest(wrapper?.headers ?? []);
    return { bench, sent, wrapper, request, id: request?.messageId ?? '' };
  };

  it('RFC 5438 §7.1.1: is asked in a wrapper, of domains that read it', () => {
    const { bench, sent, wrapper, request } = asked(REQUEST + MARKABLE);
    expect(sent?.draft.contentType).toBe('message/cpim');
    expect(request?.dispositions).toEqual(['positive-delivery', 'negative-delivery', 'display']);
    const named = wrapper?.headers
      .filter(({ ns }) => ns === NS_CPIM)
      .map(({ name, value }) => [name, value]);
    expect(named).toEqual([
      ['From', '<sip:bob@xmpp.test;gr=r>'],
      ['To', '<sip:alice@sip.test>'],
      ['DateTime', '2026-06-01T00:00:00.000Z'],
    ]);
    expect(text(wrapper?.content.content)).toBe('hi');
    expect(traces(answer(bench, 200))[0]).toMatchObject({ lost: [{ what: 'type' }] });
  });

  it('of nobody else, which is a loss', () => {
    const { bench, sent } = asked(REQUEST, {});
    expect(sent?.draft.contentType).toBe('text/plain;charset=UTF-8');
    expect(traces(answer(bench, 200))[0]?.lost.map(({ what }) => what)).toContain(
      'element:request',
    );
  });

  it.each([415, 488, 406])(
    'a domain that answers %s gets the words alone, and the loss is declared',
    (status) => {
      const { bench } = asked();
      const again = answer(bench, status);
      expect(requests(again).map(({ draft }) => [draft.contentType, text(draft.body)])).toEqual([
        ['text/plain;charset=UTF-8', 'hi'],
      ]);
      const last = answer(bench, 200);
      expect(traces(last)[0]).toMatchObject({ outcome: 'delivered' });
      expect(traces(last)[0]?.lost.map(({ what }) => what)).toContain('element:request');
    },
  );

  it.each([
    ['delivery', 'delivered', 'received'],
    ['display', 'displayed', 'displayed'],
  ] as const)('§7.1.3 and XEP-0333 §3: %s is told once, as %s to %s', (kind, status, name) => {
    const { bench, id } = asked(REQUEST + MARKABLE);
    answer(bench, 200);
    const outs = bench.sip(telling(id, kind, status), proved(), 't2');
    expect([answers(outs), says(outs)]).toEqual([[200], [[name]]]);
    const [element] = stanzas(outs).map((one) => one.element);
    expect(element?.attrs).toMatchObject({ from: 'alice@sip.test', to: BOB, type: 'chat' });
    expect(writeStanza(element as XmlElement)).toContain(' id="m1"');
    expect(traces(outs)[0]).toMatchObject({
      traffic: 'receipt',
      outcome: 'handed-over',
      reasons: [status],
      rule: 'RFC 5438 §7.2.1',
    });
    const again = bench.sip(telling(id, kind, status), proved(), 't3');
    expect([says(again), words(again)]).toEqual([[], ['receipt dropped no-change']]);
  });

  it('§7.1.3: a failure is an error, where nothing was told before', () => {
    const { bench, id } = asked();
    answer(bench, 200);
    const outs = bench.sip(telling(id, 'delivery', 'failed'), proved(), 't2');
    const [element] = stanzas(outs).map((one) => one.element);
    expect(element?.attrs).toMatchObject({
      type: 'error',
      id: 'm1',
      from: 'alice@sip.test',
      to: BOB,
    });
    expect(writeStanza(element as XmlElement)).toContain('recipient-unavailable');
    const other = asked();
    answer(other.bench, 200);
    other.bench.sip(telling(other.id, 'delivery', 'delivered'), proved(), 't2');
    const late = other.bench.sip(telling(other.id, 'delivery', 'error'), proved(), 't3');
    expect([says(late), words(late)]).toEqual([[], ['receipt dropped no-change']]);
  });

  it.each([
    ['of somebody else', 'sip:eve@sip.test', 'unknown-message'],
    ['of nothing', 'sip:alice@sip.test', 'unknown-message'],
  ])('a notification %s tells nothing', (what, from, why) => {
    const { bench, id } = asked();
    answer(bench, 200);
    const request = telling(what === 'of nothing' ? 'x' : id, 'delivery', 'delivered', from);
    const outs = bench.sip(request, proved(), 't2');
    expect([answers(outs), says(outs), words(outs)]).toEqual([
      [200],
      [],
      [`receipt dropped ${why}`],
    ]);
  });

  it.each(['processed', 'stored', 'forbidden'] as const)('%s has no word there', (status) => {
    const { bench, id } = asked();
    answer(bench, 200);
    const outs = bench.sip(telling(id, 'processing', status), proved(), 't2');
    expect(words(outs)).toEqual([`receipt dropped ${status}`]);
  });

  it('after a day nobody waits any more', () => {
    const { bench, id } = asked();
    answer(bench, 200);
    bench.tick(24 * 3_600_000 + 1);
    expect(words(bench.sip(telling(id, 'delivery', 'delivered'), proved(), 't2'))).toEqual([
      'receipt dropped unknown-message',
    ]);
    expect(bench.gateway.sizes.receipts).toBe(0);
  });

  it('RFC 7247 §8: what policy forbids is not asked', () => {
    const policy = policyOf({
      rules: [{ id: 'words', effect: 'permit', domains: ['xmpp.test'], traffic: ['message'] }],
    });
    expect(asked(REQUEST, { ...IMDN, policy }).sent?.draft.contentType).toBe(
      'text/plain;charset=UTF-8',
    );
  });

  it('never a notice for a notice', () => {
    const received = "<received xmlns='urn:xmpp:receipts' id='x'/>";
    expect(asked(REQUEST + received).request).toBeUndefined();
  });

  it('a 200 is the receipt of peers that have no other', () => {
    const bench = new Bench({ dialects: { 'sip.test': 'lync' } });
    bench.stanza(said(`<body>hi</body>${REQUEST}`));
    const outs = answer(bench, 200);
    expect([says(outs), words(outs)]).toEqual([
      [['received']],
      ['receipt handed-over delivered', 'message delivered'],
    ]);
    bench.stanza(said(`<body>hi</body>${REQUEST}`));
    expect(says(answer(bench, 202))).toEqual([]);
  });

  it('XEP-0308 §3 and XEP-0359 §3: a correction and ids of others are lost, and declared', () => {
    const bench = new Bench();
    const inside =
      "<body>hi</body><replace xmlns='urn:xmpp:message-correct:0' id='m0'/><origin-id xmlns='urn:xmpp:sid:0' id='o'/><stanza-id xmlns='urn:xmpp:sid:0' id='s' by='xmpp.test'/>";
    bench.stanza(said(inside));
    expect(traces(answer(bench, 200))[0]?.lost.map(({ what }) => what)).toEqual([
      'type',
      'element:replace',
      'element:origin-id',
      'element:stanza-id',
    ]);
  });
});

describe('XEP-0184 and RFC 5438 what SIP users ask', () => {
  const carried = (dispositions: readonly Disposition[], more: Partial<GatewayOptions> = {}) => {
    const bench = new Bench(more);
    const [sent] = stanzas(bench.sip(asking(dispositions)));
    bench.fate(sent?.context, 'sent');
    bench.tick(300);
    return { bench, sent, id: sent?.element.attrs['id'] ?? '' };
  };
  const notice = (name: string, ns: string, id: string, from = BOB) =>
    `<message from='${from}' to='alice@sip.test' id='n1'><${name} xmlns='${ns}' id='${id}'/></message>`;
  const received = (id: string, from?: string) => notice('received', 'urn:xmpp:receipts', id, from);
  const displayed = (id: string) => notice('displayed', 'urn:xmpp:chat-markers:0', id);

  it.each<readonly [readonly Disposition[], readonly string[]]>([
    [['positive-delivery'], ['body', 'request']],
    [['display'], ['body', 'markable']],
    [
      ['positive-delivery', 'display'],
      ['body', 'request', 'markable'],
    ],
    [['negative-delivery'], ['body']],
  ])('XEP-0184 §5.1: %j asks for %j, and nothing is lost', (dispositions, names) => {
    const { bench, sent } = carried(dispositions);
    const shown = sent?.element.children.map((one) => (one as XmlElement).name);
    expect(shown?.filter((name) => !['path', 'thread', 'delay'].includes(name))).toEqual(names);
    expect(traces(bench.out)[0]?.lost).toEqual([]);
  });

  it.each([
    ['received', received, 'delivery', 'delivered'],
    ['displayed', displayed, 'display', 'displayed'],
  ] as const)('RFC 5438 §7.2.1: %s is told once', (_, told, kind, status) => {
    const { bench, id } = carried(['positive-delivery', 'display']);
    const outs = bench.stanza(told(id));
    expect(imdnOf(outs)).toEqual([
      {
        messageId: 'alice-1',
        sentAt: START,
        kind,
        status,
        recipient: 'sip:bob@xmpp.test;gr=r',
      },
    ]);
    const [sent] = requests(outs);
    expect(text(sent?.draft.body)).toContain('Content-Disposition: notification');
    expect(traces(answer(bench, 200))).toMatchObject([
      { traffic: 'receipt', outcome: 'delivered', reasons: [status], rule: 'RFC 5438 §7.2.1' },
    ]);
    const again = bench.stanza(told(id));
    expect([requests(again), words(again)]).toEqual([[], ['receipt dropped no-change']]);
  });

  it.each([
    ['what was not asked', ['display'], received, undefined, 'not-asked'],
    ['of somebody else', ['positive-delivery'], received, 'eve@xmpp.test/r', 'unknown-message'],
  ] as const)('%s is not told', (_, dispositions, told, from, why) => {
    const { bench, id } = carried(dispositions);
    const outs = bench.stanza(told(id, from));
    expect([requests(outs), words(outs)]).toEqual([[], [`receipt dropped ${why}`]]);
  });

  it.each([
    ['the longest', '~'.repeat(512), []],
    ['one too long', '~'.repeat(513), ['imdn']],
    ['one that is not ASCII', '€'.repeat(400), ['imdn']],
  ])('a failure after the 202 is told whatever the Message-ID: %s', (_, messageId, lost) => {
    const bench = new Bench();
    const [sent] = stanzas(bench.sip(asking(['positive-delivery'], messageId)));
    bench.fate(sent?.context, 'sent');
    expect(traces(bench.tick(300))).toMatchObject([{ answer: '202' }]);
    const gone = "<error type='cancel'><gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>";
    const id = sent?.element.attrs['id'] ?? '';
    const outs = bench.stanza(
      `<message type='error' from='bob@xmpp.test' to='alice@sip.test' id='${id}'>${gone}</message>`,
    );
    expect(requests(outs)).toHaveLength(1);
    expect(traces(bench.out)[0]?.lost.map(({ what }) => what)).toEqual(lost);
  });

  it('policy may forbid it apart: nothing is asked, and that is a loss', () => {
    const policy = policyOf({
      rules: [{ id: 'words', effect: 'permit', domains: ['xmpp.test'], traffic: ['message'] }],
    });
    const { bench, sent } = carried(['positive-delivery'], { policy });
    expect(writeStanza(sent?.element as XmlElement)).not.toContain('urn:xmpp:receipts');
    expect(traces(bench.out)[0]?.lost.map(({ what }) => what)).toEqual(['imdn']);
  });

  it('RFC 5438 §8: a way back of its own, and that it was processed, are lost, and declared', () => {
    const bench = new Bench();
    const way = {
      ns: NS_IMDN_HEADERS,
      name: 'IMDN-Record-Route',
      lang: undefined,
      value: '<sip:spy@sip.test>',
    };
    const [sent] = stanzas(
      bench.sip(asking(['positive-delivery', 'processing'], 'alice-1', [way])),
    );
    bench.fate(sent?.context, 'sent');
    bench.tick(300);
    expect(traces(bench.out)[0]?.lost.map(({ what }) => what)).toEqual([
      'imdn:processing',
      'imdn:route',
    ]);
    expect(writeStanza(sent?.element as XmlElement)).toContain('urn:xmpp:receipts');
  });

  const late = (id: string) =>
    `<message type='error' from='${BOB}' to='alice@sip.test' id='${id}'><error type='cancel'><service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>`;

  it('RFC 5438 §7.2.1: a failure after the 202 is told as such to who has asked for it', () => {
    const { bench, id } = carried(['negative-delivery']);
    const outs = bench.stanza(late(id));
    expect(imdnOf(outs)).toMatchObject([
      { messageId: 'alice-1', kind: 'delivery', status: 'failed' },
    ]);
    expect(words(answer(bench, 200))).toEqual(['message late-failure service-unavailable']);
  });

  it('RFC 3428 §7: and in words to who has not', () => {
    const { bench, id } = carried(['positive-delivery']);
    const [sent] = requests(bench.stanza(late(id)));
    expect(sent?.draft.contentType).toBe('text/plain;charset=UTF-8');
  });
});

describe('bounds', () => {
  it('what was told is told once, a failure where nothing was; the oldest makes room, and a day is enough', () => {
    const table = new Receipts({ most: 2, age: 1000 });
    const tell = (at: number, key: string, what: string) => table.tells(START + at, key, what);
    expect([tell(0, 'a', 'delivered'), tell(0, 'a', 'delivered'), tell(0, 'a', 'failed')]).toEqual([
      true,
      false,
      false,
    ]);
    expect([tell(1, 'b', 'failed'), tell(1, 'b', 'displayed'), tell(1, 'b', 'failed')]).toEqual([
      true,
      true,
      false,
    ]);
    expect([tell(2, 'c', 'delivered'), table.size]).toEqual([true, 2]);
    expect(tell(3, 'a', 'delivered')).toBe(true);
    expect([tell(1004, 'd', 'delivered'), table.size]).toEqual([true, 1]);
  });

  it('pairs of whom it is known who composes: one too many is told nothing', () => {
    const table = new Typings<number>(HEARD_TIMES, 2);
    expect(['a', 'b', 'c'].map((pair) => table.put(START, pair, 'composing', 0))).toEqual([
      'composing',
      'composing',
      undefined,
    ]);
    expect(table.put(START + 2000, 'a', 'idle', 0)).toBe('idle');
    expect(table.due(START + 4000)).toBeUndefined();
    expect([table.size, table.put(START + 4000, 'c', 'composing', 0)]).toEqual([1, 'composing']);
    table.clear();
    expect([table.size, table.wakeAt]).toEqual([0, Infinity]);
  });

  it('what was learned last', () => {
    const table = new Recent<number>(2);
    for (const key of ['a', 'b', 'a', 'c']) table.set(key, 1);
    expect([table.get('a'), table.get('b'), table.get('c'), table.size]).toEqual([
      1,
      undefined,
      1,
      2,
    ]);
  });

  it('a gateway that is closed remembers nothing, and one that closes takes no signs', () => {
    const bench = new Bench(IMDN);
    const [sent] = requests(bench.stanza(said(`<body>hi</body>${REQUEST}`)));
    answer(bench, 200);
    const asked = readImdnRequest(readCpim(sent?.draft.body ?? new Uint8Array())?.headers ?? []);
    bench.sip(telling(asked?.messageId ?? '', 'delivery', 'delivered'), proved(), 't2');
    bench.stanza(said(state('composing')));
    expect([bench.gateway.sizes.receipts, bench.gateway.sizes.typing]).toEqual([1, 1]);
    bench.feed({ kind: 'close' });
    expect(answers(bench.sip(composing('active')))).toEqual([503]);
    bench.tick(60_000);
    expect([bench.gateway.sizes.receipts, bench.gateway.sizes.typing]).toEqual([0, 0]);
  });
});
