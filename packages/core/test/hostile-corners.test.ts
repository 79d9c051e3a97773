// The corners of a gateway that honest traffic seldom sees: redirects that lead nowhere, failures without a
// reason, bounds that are reached, ends that come twice, names that mean something to the language. RFC 7247 §7,
// RFC 3261 §8.1.3.4, RFC 7247 §8.
import { describe, expect, it } from 'vitest';
import {
  type CrossingTrace,
  type Edges,
  Gateway,
  type GatewayEvent,
  type GatewayOptions,
  type GatewayOutput,
} from '@interwork/core';
import { mac } from '@interwork/core/node';
import { World } from '@interwork/core/testing';
import { policyOf } from '@interwork/policy/testing';
import { checkRequest, type Flow, parseMessage, type Response, type Target } from '@interwork/sip';
import {
  child,
  elementsOf,
  type LinkFacts,
  parseStanza,
  textOf,
  type XmlElement,
} from '@interwork/xmpp';

const TARGET: Target = { transport: 'tls', address: '192.0.2.7', port: 5061, references: [] };
const FLOW: Flow = {
  id: 'f',
  transport: 'tls',
  remote: { address: '192.0.2.1', port: 40_000 },
  local: { address: '192.0.2.9', port: 5061 },
  proved: ['sip.test'],
};
const LINK: LinkFacts = {
  proof: 'dialback',
  tls: true,
  remote: { address: '192.0.2.2', port: 40_001 },
  stream: 's',
};
const NS = 'urn:ietf:params:xml:ns:xmpp-stanzas';
const octetsOf = (lines: readonly string[]): Uint8Array =>
  new Uint8Array(Buffer.from(lines.join('\r\n')));

class Bench {
  now = Date.UTC(2026, 5, 1);
  readonly gateway: Gateway;

  constructor(more: Partial<GatewayOptions> = {}) {
    let tokens = 0;
    this.gateway = new Gateway({
      sipDomains: ['*'],
      xmppDomains: ['xmpp.test'],
      policy: policyOf({ default: 'permit', rules: [] }),
      routes: { 'sip.test': [TARGET] },
      instance: 'gw',
      secret: '0123456789abcdef',
      mac,
      drawToken: () => `token${++tokens}`,
      ...more,
    });
  }

  feed(event: GatewayEvent): readonly GatewayOutput[] {
    const outs: GatewayOutput[] = [];
    this.gateway.receive(this.now, event);
    for (let out = this.gateway.next(); out !== undefined; out = this.gateway.next())
      outs.push(out);
    return outs;
  }

  /** A MESSAGE of Alice's that has been written to a proved link; the id of its stanza. */
  sent(transaction = 't'): string {
    const [out] = stanzas(this.request('sip:bob@xmpp.test', 'sip:bob@xmpp.test', transaction));
    this.feed({ kind: 'xmpp', event: { kind: 'fate', context: out?.context, fate: 'sent' } });
    return out?.element.attrs['id'] ?? '';
  }

  request(uri: string, to = uri, id = 't'): readonly GatewayOutput[] {
    const read = parseMessage(
      octetsOf([
        `MESSAGE ${uri} SIP/2.0`,
        'Via: SIP/2.0/TLS sip.test;branch=z9hG4bKx1',
        'From: <sip:alice@sip.test>;tag=1',
        `To: <${to}>`,
        'Call-ID: c',
        'CSeq: 1 MESSAGE',
        'Content-Type: text/plain',
        '',
        'hello',
      ]),
    );
    const request = read.kind === 'request' ? checkRequest(read) : read;
    if (!('via' in request)) throw new Error(`unreadable: ${uri}`);
    return this.feed({ kind: 'sip', event: { kind: 'request', id, request, flow: FLOW } });
  }

  stanza(xml: string): readonly GatewayOutput[] {
    const stanza = parseStanza(xml.replace(/^<(\w+)/, "<$1 xmlns='jabber:server'"));
    if (!('from' in stanza) || stanza.from === undefined || stanza.to === undefined)
      throw new Error(`no stanza: ${xml}`);
    const { from, to } = stanza;
    return this.feed({ kind: 'xmpp', event: { kind: 'stanza', stanza, from, to, link: LINK } });
  }

  chat(to = 'alice@sip.test'): readonly GatewayOutput[] {
    return this.stanza(
      `<message from='bob@xmpp.test/r' to='${to}' id='m'><body>x</body></message>`,
    );
  }

  /** The context of a request that is under way. */
  under(): unknown {
    return this.chat().flatMap((out) =>
      out.kind === 'sip' && out.input.kind === 'request' ? [out.input.context] : [],
    )[0];
  }
}

const stanzas = (
  outs: readonly GatewayOutput[],
): readonly { element: XmlElement; context: unknown }[] =>
  outs.flatMap((out) => (out.kind === 'xmpp' && out.input.kind === 'stanza' ? [out.input] : []));
const answers = (outs: readonly GatewayOutput[]) =>
  outs.flatMap((out) =>
    out.kind === 'sip' && out.input.kind === 'respond' ? [out.input.draft] : [],
  );
const traced = (outs: readonly GatewayOutput[]): readonly CrossingTrace[] =>
  outs.flatMap((out) => (out.kind === 'trace' && out.trace.kind === 'crossing' ? [out.trace] : []));
/** The condition of the error that went out, and what stands in it. */
const told = (outs: readonly GatewayOutput[]): readonly (string | undefined)[] => {
  const element = stanzas(outs)[0]?.element;
  const error = element === undefined ? undefined : child(element, 'error');
  const [condition] = error === undefined ? [] : elementsOf(error);
  return condition === undefined ? [] : [condition.name, textOf(condition)];
};
const response = (status: number, ...more: readonly string[]): Response => {
  const read = parseMessage(
    octetsOf([`SIP/2.0 ${status} x`, ...more, 'Content-Length: 0', '', '']),
  );
  if (read.kind !== 'response') throw new Error('no response');
  return read;
};

describe('redirects', () => {
  const rows: readonly (readonly [string, string, number, string | undefined])[] = [
    ['gone', 'xmpp:robert@new.test', 301, '<sip:robert@new.test>'],
    ['gone', 'xmpp:robert@new.test?message;body=a', 301, '<sip:robert@new.test>'],
    ['gone', 'sip:robert@new.test', 301, '<sip:robert@new.test>'],
    ['redirect', 'sips:robert@new.test', 302, '<sips:robert@new.test>'],
    ['gone', 'mailto:robert@new.test', 410, undefined],
    ['gone', 'xmpp:@', 410, undefined],
    ['gone', 'xmpp:', 410, undefined],
    ['gone', 'javascript:alert(1)', 410, undefined],
    ['gone', '', 410, undefined],
    ['redirect', 'tel:+15551234', 480, undefined],
    ['redirect', 'sip:', 480, undefined],
    ['redirect', '__proto__', 480, undefined],
  ];
  it.each(rows)('RFC 7247 §7.1: %s with %s is %i', (condition, address, status, contact) => {
    const bench = new Bench();
    const id = bench.sent();
    const [draft] = answers(
      bench.stanza(
        `<message type='error' from='bob@xmpp.test' to='alice@sip.test' id='${id}'><error type='cancel'>` +
          `<${condition} xmlns='${NS}'>${address}</${condition}></error></message>`,
      ),
    );
    const found = draft?.headers?.find(({ name }) => name === 'Contact')?.value;
    expect([draft?.status, found]).toEqual([status, contact]);
  });

  const back: readonly (readonly [number, readonly string[], readonly (string | undefined)[]])[] = [
    [302, ['Contact: <sip:al@new.test>'], ['redirect', 'xmpp:al@new.test']],
    [302, ['Contact: <sip:new.test>'], ['redirect', 'xmpp:new.test']],
    [302, ['Contact: <mailto:al@new.test>'], ['redirect', 'mailto:al@new.test']],
    [302, ['Contact: *'], ['redirect', '']],
    [302, [], ['redirect', '']],
    [301, ['Contact: <sip:a@one.test>, <sip:b@two.test>'], ['gone', 'xmpp:a@one.test']],
    [404, ['Contact: <sip:al@new.test>'], ['item-not-found', '']],
    [699, [], ['recipient-unavailable', '']],
    [399, [], ['redirect', '']],
  ];
  it.each(back)('RFC 7247 §7.2: %i with %j', (status, more, expected) => {
    const bench = new Bench();
    const context = bench.under();
    const event = { kind: 'response', response: response(status, ...more), context } as const;
    expect(told(bench.feed({ kind: 'sip', event }))).toEqual(expected);
  });
});

describe('failures', () => {
  it.each([
    [undefined, 480],
    ['dialback', 504],
    ['stream-error', 504],
    ['closed', 480],
  ] as const)('of a link by %s are answered %i', (reason, status) => {
    const bench = new Bench();
    const [out] = stanzas(bench.request('sip:bob@xmpp.test'));
    const event = {
      kind: 'fate',
      context: out?.context,
      fate: 'failed',
      text: 'a\r\nb"c',
    } as const;
    const [draft] = answers(
      bench.feed({ kind: 'xmpp', event: reason === undefined ? event : { ...event, reason } }),
    );
    expect([draft?.status, draft?.headers]).toEqual([
      status,
      [{ name: 'Warning', value: '399 interwork "a b\\"c"' }],
    ]);
  });

  it('of a certificate name its field on both sides', () => {
    const faults = [{ code: 'expired', field: 'validity.notAfter', text: 'over' }];
    const judgement = { accepted: false, proved: [], certificate: 'x', faults };
    const bench = new Bench();
    const failed = { kind: 'failed', reason: 'certificate', judgement, text: 'no' } as const;
    const out = bench.feed({ kind: 'sip', event: { ...failed, context: bench.under() } });
    expect(traced(out)[0]?.reasons).toEqual(['certificate', 'expired:validity.notAfter']);
  });

  it('of things that were never sent, or have ended, change nothing', () => {
    const bench = new Bench();
    const strange: readonly unknown[] = [undefined, null, 0, 'm', {}, { kind: 'message', id: 'x' }];
    for (const context of strange) {
      const outs = [
        bench.feed({ kind: 'xmpp', event: { kind: 'fate', context, fate: 'sent' } }),
        bench.feed({ kind: 'xmpp', event: { kind: 'fate', context, fate: 'failed' } }),
        bench.feed({ kind: 'sip', event: { kind: 'response', response: response(200), context } }),
        bench.feed({
          kind: 'sip',
          event: { kind: 'failed', context, reason: 'timeout', text: '' },
        }),
      ];
      expect(outs.flat()).toEqual([]);
    }
  });

  it('RFC 3428 §7: of a notice are told to nobody', () => {
    const bench = new Bench();
    const id = bench.sent();
    bench.now += 400;
    bench.feed({ kind: 'tick' });
    const [notice] = bench
      .stanza(
        `<message type='error' from='bob@xmpp.test' to='alice@sip.test' id='${id}'><error type='cancel'>` +
          `<gone xmlns='${NS}'/></error></message>`,
      )
      .flatMap((out) => (out.kind === 'sip' && out.input.kind === 'request' ? [out.input] : []));
    const event = { kind: 'response', response: response(404), context: notice?.context } as const;
    const outs = bench.feed({ kind: 'sip', event });
    expect([stanzas(outs), traced(outs)[0]?.outcome]).toEqual([[], 'late-failure']);
    expect(traced(outs)[0]?.reasons[0]).toBe('not-told');
  });

  it('of peers are traced, and count as no crossing', () => {
    const bench = new Bench();
    const fault = {
      kind: 'fault',
      code: 'x',
      spec: 'RFC 3261 §7',
      at: '',
      text: 'y',
      answer: undefined,
    };
    const sip = bench.feed({
      kind: 'sip',
      event: { kind: 'fault', fault: fault as never, flow: undefined },
    });
    const over = bench.feed({
      kind: 'sip',
      event: { kind: 'fault', fault: fault as never, flow: FLOW },
    });
    const remotes = [...sip, ...over].map((out) =>
      out.kind === 'trace' && out.trace.kind === 'fault' ? out.trace.remote : '-',
    );
    expect([remotes, Object.values(bench.gateway.counts)]).toEqual([
      ['', '192.0.2.1'],
      Object.values(bench.gateway.counts).map(() => 0),
    ]);
  });
});

describe('bounds', () => {
  it('no more questions are open than may be; what finds no room is told', () => {
    const bench = new Bench({ routes: {}, limits: { asks: 1 } });
    expect(bench.chat().map((out) => out.kind)).toEqual(['ask']);
    expect(bench.chat('carol@sip.test')).toEqual([]);
    expect(told(bench.chat('carol@other.test'))[0]).toBe('resource-constraint');
    expect(bench.gateway.open).toBe(2);
  });

  it('an open fate that ends makes room', () => {
    const bench = new Bench({ limits: { openFates: 1 } });
    bench.sent('t1');
    expect(
      answers(bench.request('sip:bob@xmpp.test', undefined, 't2')).map((one) => one.status),
    ).toEqual([503]);
    bench.now += 300;
    expect(answers(bench.feed({ kind: 'tick' })).map((one) => one.status)).toEqual([202]);
    expect(answers(bench.request('sip:bob@xmpp.test', undefined, 't3'))).toEqual([]);
  });

  it('S4: closing tells everybody once, whatever comes after', () => {
    const bench = new Bench({ routes: { 'sip.test': [TARGET] } });
    const context = bench.under();
    bench.chat();
    const [asked] = bench
      .chat('x@asked.test')
      .flatMap((out) => (out.kind === 'ask' ? [out.ask] : []));
    bench.sent();
    const first = bench.feed({ kind: 'close' });
    expect([traced(first).length, bench.feed({ kind: 'close' })]).toEqual([2, []]);
    const late = { kind: 'sip-route', targets: [TARGET] } as const;
    expect(bench.feed({ kind: 'answer', ask: asked ?? '', answer: late })).toEqual([]);
    bench.now += 5_000;
    const last = bench.feed({ kind: 'tick' });
    expect([traced(last).length, last.at(-1)?.kind]).toEqual([2, 'closed']);
    const event = { kind: 'response', response: response(200), context } as const;
    expect([bench.feed({ kind: 'sip', event }), bench.chat(), bench.gateway.open]).toEqual([
      [],
      [],
      0,
    ]);
  });
});

describe('secure addresses', () => {
  it('RFC 7247 §8: cross by agreement alone, in the Request-URI or in To', () => {
    const [sips, plain] = ['sips:bob@xmpp.test', 'sip:bob@xmpp.test'];
    expect(answers(new Bench().request(sips))[0]?.status).toBe(416);
    expect(answers(new Bench().request(plain, sips))[0]?.status).toBe(416);
    expect(stanzas(new Bench({ allowSips: true }).request(sips))).toHaveLength(1);
  });
});

describe('names that mean something to the language', () => {
  const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', 'prototype'];

  it.each(names)('%s as a domain is a domain like others, and has no route', (name) => {
    const bench = new Bench({ routes: {} });
    if (name === '__proto__') {
      expect(() => bench.chat(`alice@${name}`)).toThrow('no stanza');
      return;
    }
    const [out] = bench.chat(`alice@${name}`);
    expect(out).toMatchObject({ kind: 'ask', question: { domain: name.toLowerCase() } });
  });

  it.each(names)(
    '%s as a user, an id, a resource, a thread, an attribute and an element',
    (name) => {
      const bench = new Bench();
      const [out] = bench.stanza(
        `<message from='${name}@xmpp.test/${name}' to='${name}@sip.test/${name}' id='${name}' ${name}='${name}'>` +
          `<body>${name}</body><thread>${name}</thread><subject>${name}</subject><${name} xmlns='urn:x'/></message>`,
      );
      expect(out).toMatchObject({
        kind: 'sip',
        input: {
          draft: {
            uri: { user: name.toLowerCase(), params: [{ name: 'gr', value: name }] },
            subject: name,
            callId: name,
          },
        },
      });
    },
  );

  it.each(names)('%s as a condition is none that is defined', (name) => {
    const bench = new Bench();
    const id = bench.sent();
    const outs = bench.stanza(
      `<message type='error' from='bob@xmpp.test' to='alice@sip.test' id='${id}'>` +
        `<error type='${name}'><${name} xmlns='${NS}'/></error></message>`,
    );
    expect([answers(outs)[0]?.status, traced(outs)[0]?.reasons]).toEqual([
      400,
      ['undefined-condition'],
    ]);
  });

  it.each(names)('%s as a question, a transaction and a barrier belongs to nobody', (name) => {
    const bench = new Bench();
    const answer = { kind: 'sip-route', targets: [] } as const;
    expect(bench.feed({ kind: 'answer', ask: name, answer })).toEqual([]);
    expect(bench.stanza(`<iq type='result' id='${name}' from='xmpp.test' to='sip.test'/>`)).toEqual(
      [],
    );
    expect(bench.sent(name)).toMatch(/^iw\./);
    bench.now += 300;
    expect(answers(bench.feed({ kind: 'tick' })).map((one) => one.status)).toEqual([202]);
  });
});

describe('a running gateway without routes', () => {
  const runs = (route?: (domain: string, reply: (targets: readonly Target[]) => void) => void) => {
    const world = new World();
    const sent: string[] = [];
    const takes: ((event: never) => void)[] = [];
    const edge = (name: string) => ({
      start: (take: (event: never) => void) => void takes.push(take),
      send: (command: { readonly kind: string }) => void sent.push(`${name} ${command.kind}`),
      close: async () => {},
    });
    const { gateway } = new Bench({ routes: {} });
    const edges = { sip: edge('sip'), xmpp: edge('xmpp') } as unknown as Edges;
    const running = world.run(gateway, edges, route === undefined ? {} : { route });
    const stanza = parseStanza(
      "<message xmlns='jabber:server' from='bob@xmpp.test' to='alice@far.test'><body>x</body></message>",
    );
    if (!('from' in stanza)) throw new Error('no stanza');
    const event = { kind: 'stanza', stanza, from: stanza.from, to: stanza.to, link: LINK };
    takes[1]?.(event as never);
    return { world, sent, running, gateway };
  };

  it('tells the sender, where the host names no look-up', () => {
    const { sent, gateway } = runs();
    expect([sent, gateway.open]).toEqual([['xmpp stanza'], 0]);
  });

  it('goes by the first reply of the host, whenever it comes, and by no second', () => {
    const later: (() => void)[] = [];
    const { sent, world, gateway } = runs((domain, reply) => {
      later.push(() => {
        reply(domain === 'far.test' ? [TARGET] : []);
        reply([]);
      });
    });
    expect([sent, gateway.open]).toEqual([[], 1]);
    for (const run of later.splice(0)) run();
    expect(sent).toEqual(['sip request']);
    world.clock.advance(60_000);
    expect(sent).toEqual(['sip request']);
  });

  it('waits no longer than it must for a host that never replies', () => {
    const { sent, world, gateway } = runs(() => {});
    world.clock.advance(5_000);
    expect([sent, gateway.open]).toEqual([['xmpp stanza'], 0]);
  });
});
