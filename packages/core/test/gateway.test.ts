// RFC 7247 §8, RFC 7572: the gateway as a machine, without edges: what goes in by the door, and all that
// comes out. Identity, sides, policy, loops, order, answers, late failures, closing.
import { describe, expect, it } from 'vitest';
import { checkRequest, type Flow, type IncomingRequest, parseMessage } from '@interwork/sip';
import { child, textOf, writeStanza, type XmlElement } from '@interwork/xmpp';
import { policyOf } from '@interwork/policy/testing';
import { declineRequest, type GatewayOptions, type GatewayOutput } from '@interwork/core';
import {
  answers,
  Bench,
  CHAT,
  condition,
  dialback,
  message,
  proved,
  requests,
  response,
  stanzas,
  target,
  traces,
} from './gateway-bench.ts';

describe('SIP to XMPP', () => {
  it('answers 202 after the link is proved and the wait is over, not before', () => {
    const bench = new Bench();
    const first = bench.sip(message());
    expect(answers(first)).toEqual([]);
    expect(answers(bench.tick(1000))).toEqual([]);
    const [sent] = stanzas(first);
    expect(answers(bench.fate(sent?.context, 'sent'))).toEqual([]);
    expect(answers(bench.tick(299))).toEqual([]);
    const last = bench.tick(1);
    expect(answers(last)).toEqual([202]);
    expect(traces(last)[0]).toMatchObject({
      outcome: 'handed-over',
      answer: '202',
      by: ['friends'],
      rule: 'RFC 7572 §5',
      proof: 'certificate',
      took: { answered: 1300 },
    });
    expect(bench.gateway.counts['handed-over']).toBe(1);
    bench.tick(300);
    expect([bench.gateway.open, bench.gateway.sizes.unconfirmed]).toEqual([0, 1]);
    bench.tick(60_000);
    expect([bench.gateway.sizes.unconfirmed, bench.gateway.wakeAt]).toEqual([0, Infinity]);
  });

  it('RFC 7247 §8: says which gateway it passed, and nothing else that is not in the tables', () => {
    const [sent] = stanzas(new Bench().sip(message()));
    const written = sent === undefined ? '' : writeStanza(sent.element);
    expect(written).toContain('gw-1');
    expect(written.match(/<(\w+)/g)).toEqual(['<message', '<body', '<thread', '<path']);
  });

  it('a barrier ends the wait early, and its absence does not', () => {
    const bench = new Bench();
    const [sent] = stanzas(bench.sip(message()));
    bench.fate(sent?.context, 'sent');
    const [ping] = stanzas(bench.tick(5));
    expect(ping?.element).toMatchObject({
      name: 'iq',
      attrs: { type: 'get', from: 'sip.test', to: 'xmpp.test' },
    });
    expect(
      answers(
        bench.stanza(
          `<iq type='result' id='${ping?.element.attrs['id']}' from='evil.test' to='sip.test'/>`,
        ),
      ),
    ).toEqual([]);
    expect(
      answers(
        bench.stanza(
          `<iq type='result' id='${ping?.element.attrs['id']}' from='xmpp.test' to='sip.test'/>`,
        ),
      ),
    ).toEqual([202]);
  });

  it('sends no barrier to a domain that is named', () => {
    const bench = new Bench({ noBarrier: ['XMPP.test'] });
    const [sent] = stanzas(bench.sip(message()));
    bench.fate(sent?.context, 'sent');
    expect(stanzas(bench.tick(5))).toEqual([]);
  });

  const errors: readonly [string, string, number][] = [
    ['bob@xmpp.test', "<service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>", 480],
    ['bob@xmpp.test', "<item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>", 604],
    ['bob@xmpp.test/r', "<item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>", 404],
    ['xmpp.test', "<feature-not-implemented xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>", 501],
    [
      'bob@xmpp.test',
      "<gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>xmpp:robert@xmpp.test</gone>",
      301,
    ],
    [
      'bob@xmpp.test',
      "<redirect xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>mailto:x</redirect>",
      480,
    ],
  ];
  it.each(errors)('RFC 7247 §7.1: an error from %s with %s', (from, inner, status) => {
    const bench = new Bench();
    const [sent] = stanzas(bench.sip(message()));
    bench.fate(sent?.context, 'sent');
    const outs = bench.stanza(
      `<message type='error' from='${from}' to='alice@sip.test' id='${sent?.element.attrs['id']}'><error type='cancel'>${inner}</error></message>`,
    );
    expect(answers(outs)).toEqual([status]);
    expect(traces(outs)[0]?.outcome).toBe('failed');
    if (status === 301)
      expect(outs).toContainEqual(
        expect.objectContaining({
          input: expect.objectContaining({
            draft: expect.objectContaining({
              headers: expect.arrayContaining([
                { name: 'Contact', value: '<sip:robert@xmpp.test>' },
              ]),
            }),
          }),
        }),
      );
  });

  it('RFC 3261 §20.5: a 405 says what is allowed', () => {
    const bench = new Bench();
    const [sent] = stanzas(bench.sip(message()));
    bench.fate(sent?.context, 'sent');
    const outs = bench.stanza(
      `<message type='error' from='bob@xmpp.test/r' to='alice@sip.test' id='${sent?.element.attrs['id']}'><error type='cancel'><feature-not-implemented xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>`,
    );
    expect(answers(outs)).toEqual([405]);
    expect(JSON.stringify(outs)).toContain('{"name":"Allow","value":"MESSAGE, OPTIONS"}');
  });

  it('believes no error from another domain or about another user', () => {
    const bench = new Bench();
    const [sent] = stanzas(bench.sip(message()));
    const error =
      "<error type='cancel'><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>";
    const id = sent?.element.attrs['id'];
    for (const [from, to] of [
      ['bob@far.test', 'alice@sip.test'],
      ['bob@xmpp.test', 'carol@sip.test'],
    ]) {
      const outs = bench.stanza(
        `<message type='error' from='${from}' to='${to}' id='${id}'>${error}</message>`,
      );
      expect([answers(outs), requests(outs)]).toEqual([[], []]);
    }
  });

  it.each([
    ['not-found', 404],
    ['unreachable', 504],
    ['timeout', 504],
    ['certificate', 504],
    ['policy', 403],
    ['overload', 480],
  ] as const)('a link that fails by %s is answered %i', (reason, status) => {
    const bench = new Bench();
    const [sent] = stanzas(bench.sip(message()));
    const outs = bench.fate(sent?.context, 'failed', reason);
    expect(answers(outs)).toEqual([status]);
    expect(traces(outs)[0]).toMatchObject({ outcome: 'failed', reasons: [reason] });
  });

  it('a link that is never proved ends in an answer', () => {
    const bench = new Bench();
    bench.sip(message());
    expect(answers(bench.tick(24_000))).toEqual([480]);
    expect([bench.gateway.open, bench.gateway.wakeAt]).toEqual([0, Infinity]);
  });

  const refusals: readonly [string, () => GatewayOutput[], number, string][] = [
    ['nothing proved', () => new Bench().sip(message(), proved('')), 403, 'identity-not-proved'],
    [
      'another domain proved',
      () => new Bench().sip(message(), proved('evil.test')),
      403,
      'identity-not-proved',
    ],
    [
      'a subdomain of it proved',
      () => new Bench().sip(message(), proved('a.sip.test')),
      403,
      'identity-not-proved',
    ],
    ['policy', () => new Bench().sip(message('sip:x@spam.test')), 403, 'policy'],
    [
      'policy below a forbidden domain',
      () => new Bench().sip(message('sip:x@a.SPAM.test')),
      403,
      'policy',
    ],
    ['nothing permits', () => new Bench().sip(message('sip:x@other.test')), 403, 'policy'],
    ['both on the SIP side', () => new Bench().sip(message('sip:x@sip.test')), 404, 'same-side'],
    [
      'a sender that belongs to the other side',
      () =>
        new Bench({ sipDomains: ['*'], xmppDomains: ['xmpp.test'] }).sip(
          message('sip:x@xmpp.test', 'sip:y@xmpp.test'),
          proved('xmpp.test'),
        ),
      403,
      'own-domain-from-outside',
    ],
    [
      'a sender nobody serves',
      () => new Bench().sip(message('sip:x@xmpp.test', 'sip:y@other.test'), proved('other.test')),
      403,
      'unknown-sender',
    ],
    [
      'a recipient nobody serves',
      () => new Bench({ xmppDomains: ['xmpp.test'] }).sip(message('sip:x@other.test')),
      404,
      'unknown-domain',
    ],
    ['sips', () => new Bench().sip(message('sips:bob@xmpp.test')), 416, 'secure-scheme'],
    [
      'RFC 3261 §16.3: no hops left',
      () => new Bench().sip(message(undefined, undefined, ['Max-Forwards: 0'])),
      483,
      'too-many-hops',
    ],
    [
      'RFC 5393 §4: its own path',
      () => new Bench().sip(message(undefined, undefined, ['Interwork-Path: gw-9 gw-1'])),
      482,
      'loop',
    ],
    [
      'too long a path',
      () => new Bench().sip(message(undefined, undefined, ['Interwork-Path: a b c d e'])),
      483,
      'too-many-hops',
    ],
    [
      'a path beyond reading',
      () => new Bench().sip(message(undefined, undefined, [`Interwork-Path: ${'x'.repeat(2000)}`])),
      483,
      'too-many-hops',
    ],
    ['no user', () => new Bench().sip(message('sip:xmpp.test')), 404, 'no-user-part'],
    ['no JID', () => new Bench().sip(message('sip:%00@xmpp.test')), 400, 'malformed-address'],
    [
      'html',
      () => new Bench().sip(message(undefined, undefined, ['Content-Encoding: gzip'])),
      415,
      'content-encoding',
    ],
  ];
  it.each(refusals)('refuses %s', (_what, run, status, code) => {
    const outs = run();
    expect(answers(outs)).toEqual([status]);
    expect(stanzas(outs)).toEqual([]);
    expect(traces(outs)[0]).toMatchObject({
      outcome: 'refused',
      reasons: [code],
      answer: String(status),
    });
  });

  it('names the rule that refused, in the trace alone', () => {
    const outs = new Bench().sip(message('sip:x@spam.test'));
    expect(traces(outs)[0]?.by).toEqual(['spam']);
    expect(JSON.stringify(outs.filter((out) => out.kind !== 'trace'))).not.toContain('spam');
  });

  it('a partner may be proved by another name or by its address, where policy says so', () => {
    const partners = policyOf({
      partners: {
        p: {
          domains: ['sip.test'],
          certificateNames: ['edge.sip-host.test'],
          addresses: ['192.0.2.0/24'],
          prove: 'address',
        },
      },
      rules: [{ id: 'r', effect: 'permit', domains: ['xmpp.test'] }],
    });
    const by = (flow: Flow) =>
      traces(new Bench({ policy: partners }).sip(message(), flow)).map((trace) => trace.reasons[0]);
    expect(by(proved('edge.sip-host.test'))).toEqual([]);
    expect(by({ ...proved(''), transport: 'tcp' })).toEqual([]);
    expect(by({ ...proved(''), transport: 'udp' })).toEqual(['identity-not-proved']);
    const trusting = new Bench({ policy: partners, believesDatagrams: true });
    expect(traces(trusting.sip(message(), { ...proved(''), transport: 'udp' }))).toEqual([]);
    expect(by({ ...proved(''), remote: { address: '198.51.100.1', port: 1 } })).toEqual([
      'identity-not-proved',
    ]);
  });

  it('an empty message is answered, and carried nowhere', () => {
    const outs = new Bench().sip(message(undefined, undefined, [], ''));
    expect([answers(outs), stanzas(outs), traces(outs)[0]?.outcome]).toEqual([
      [200],
      [],
      'dropped',
    ]);
  });

  it('a link that is over before the answer fails what was written to it, and that alone', () => {
    const bench = new Bench();
    const [first] = stanzas(bench.sip(message(), proved(), 't1'));
    const [other] = stanzas(bench.sip(message('sip:carol@far.test'), proved(), 't2'));
    bench.fate(first?.context, 'sent');
    bench.fate(other?.context, 'sent');
    const [ping] = stanzas(bench.tick(5));
    const lost = { kind: 'link-lost', from: 'sip.test', to: 'xmpp.test', text: 'reset' } as const;
    const outs = bench.feed({ kind: 'xmpp', event: lost });
    expect([answers(outs), traces(outs)[0]?.reasons]).toEqual([[504], ['link-lost']]);
    const late = `<iq type='result' id='${ping?.element.attrs['id']}' from='xmpp.test' to='sip.test'/>`;
    expect(answers(bench.stanza(late))).toEqual([]);
    expect(answers(bench.tick(300))).toEqual([202]);
  });

  it('gives every message an id of its own, and answers each for itself', () => {
    const bench = new Bench();
    const sent = ['t1', 't2', 't3'].flatMap((id) => stanzas(bench.sip(message(), proved(), id)));
    expect(new Set(sent.map((one) => one.element.attrs['id'])).size).toBe(3);
    for (const one of sent) bench.fate(one.context, 'sent');
    expect(answers(bench.tick(300))).toEqual([202, 202, 202]);
  });

  it('RFC 3261 §21.5.4: takes no more open messages than its bound, and says for how long', () => {
    const bench = new Bench({ limits: { openFates: 1 } });
    bench.sip(message(), proved(), 't1');
    const outs = bench.sip(message(), proved(), 't2');
    expect([answers(outs), traces(outs)[0]?.reasons]).toEqual([[503], ['queue-full']]);
    expect(JSON.stringify(outs)).toContain('{"name":"Retry-After","value":"5"}');
  });

  it('shows no whole address and no body in a trace unless asked', () => {
    const outs = new Bench().sip(message('sip:bob@spam.test', undefined, [], 'SECRET BODY'));
    expect(JSON.stringify(traces(outs))).not.toMatch(/alice|bob@|SECRET/);
    const full = new Bench({ traces: 'full' }).sip(
      message('sip:bob@spam.test', undefined, [], 'SECRET BODY'),
    );
    expect(JSON.stringify(traces(full))).toContain('alice@sip.test');
    expect(JSON.stringify(traces(full))).not.toContain('SECRET');
  });
});

describe('late failures', () => {
  const late = (options: Partial<GatewayOptions> = {}, fresh = false) => {
    const bench = new Bench(options);
    const [sent] = stanzas(bench.sip(message()));
    bench.fate(sent?.context, 'sent');
    bench.tick(400);
    const error = `<message type='error' from='bob@xmpp.test' to='alice@sip.test' id='${sent?.element.attrs['id']}'><error type='cancel'><service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/><text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>gone fishing</text></error></message>`;
    const taker = fresh ? new Bench(options) : bench;
    return { bench: taker, error, outs: taker.stanza(error) };
  };

  it('reach the sender in a message from the recipient', () => {
    const { bench, outs } = late();
    const [notice] = requests(outs);
    expect(Buffer.from(notice?.draft.body ?? []).toString()).toBe(
      'Your message to bob@xmpp.test could not be delivered: gone fishing',
    );
    expect(notice?.draft.from.uri).toMatchObject({ user: 'bob', host: 'xmpp.test' });
    const done = bench.feed({
      kind: 'sip',
      event: { kind: 'response', response: response(200), context: notice?.context },
    });
    expect(traces(done)[0]).toMatchObject({ outcome: 'late-failure' });
  });

  it('go by the policy of the moment, by a trusted way, in words that are cut', () => {
    const tls = policyOf({
      rules: [{ id: 'r', effect: 'permit', domains: ['xmpp.test', 'sip.test'], must: ['tls'] }],
    });
    const plain = { 'sip.test': [{ ...target, transport: 'udp' as const }] };
    expect(requests(late({ policy: tls, routes: plain }).outs)).toEqual([]);
    const bench = new Bench();
    const [sent] = stanzas(bench.sip(message()));
    bench.fate(sent?.context, 'sent');
    bench.tick(400);
    bench.feed({ kind: 'policy', policy: policyOf({}) });
    const error = (text: string) =>
      `<message type='error' from='bob@xmpp.test/evil' to='alice@sip.test/any' id='${sent?.element.attrs['id']}'><error type='cancel'><gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/><text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>${text}</text></error></message>`;
    const [notice] = requests(bench.stanza(error('buy now')));
    expect(Buffer.from(notice?.draft.body ?? []).toString()).toBe(
      'Your message to bob@xmpp.test could not be delivered: gone',
    );
    expect([notice?.draft.uri, notice?.draft.from.uri]).toMatchObject([
      { user: 'alice', params: [] },
      { user: 'bob', params: [] },
    ]);
    expect(notice?.draft.headers).toEqual([{ name: 'Interwork-Path', value: 'gw-1' }]);
  });

  it('come only from the one it was sent to', () => {
    const bench = new Bench();
    const [sent] = stanzas(bench.sip(message()));
    bench.fate(sent?.context, 'sent');
    bench.tick(400);
    const error = `<message type='error' from='other@xmpp.test' to='alice@sip.test' id='${sent?.element.attrs['id']}'><error type='cancel'><gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>`;
    expect(requests(bench.stanza(error))).toEqual([]);
  });

  it('are told once, and by another process too', () => {
    const { bench, error, outs } = late({}, true);
    expect(requests(outs)).toHaveLength(1);
    expect(requests(bench.stanza(error))).toEqual([]);
  });

  it('become a trace alone where the host says so', () => {
    const { outs } = late({ lateFailure: 'trace' });
    expect([requests(outs), traces(outs)[0]]).toMatchObject([
      [],
      { outcome: 'late-failure', reasons: ['not-told', 'service-unavailable'] },
    ]);
  });

  it('an error that came in time and comes again is not told again', () => {
    const bench = new Bench();
    const [sent] = stanzas(bench.sip(message()));
    bench.fate(sent?.context, 'sent');
    const error = `<message type='error' from='bob@xmpp.test' to='alice@sip.test' id='${sent?.element.attrs['id']}'><error type='cancel'><gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>`;
    expect(answers(bench.stanza(error))).toEqual([410]);
    expect(requests(bench.stanza(error))).toEqual([]);
  });
});

describe('XMPP to SIP', () => {
  it('sends one, and tells nobody when it is delivered', () => {
    const bench = new Bench();
    const [sent] = requests(bench.stanza(CHAT));
    expect(sent).toMatchObject({
      targets: [target],
      local: 'xmpp.test',
      draft: { method: 'MESSAGE', headers: [{ name: 'Interwork-Path', value: 'gw-1' }] },
    });
    const outs = bench.feed({
      kind: 'sip',
      event: { kind: 'response', response: response(200), context: sent?.context },
    });
    expect([stanzas(outs), traces(outs)[0]]).toMatchObject([
      [],
      {
        outcome: 'delivered',
        answer: '200',
        by: ['friends'],
        proof: 'dialback',
        lost: [{ what: 'type' }],
      },
    ]);
    expect([bench.gateway.open, bench.gateway.wakeAt]).toEqual([0, Infinity]);
  });

  it.each([
    [404, 'item-not-found'],
    [480, 'recipient-unavailable'],
    [486, 'recipient-unavailable'],
    [403, 'forbidden'],
    [503, 'internal-server-error'],
    [603, 'recipient-unavailable'],
  ] as const)(
    'RFC 7247 §7.2: %i becomes %s, to the full JID and id that sent it',
    (status, expected) => {
      const bench = new Bench();
      const [sent] = requests(bench.stanza(CHAT));
      const outs = bench.feed({
        kind: 'sip',
        event: { kind: 'response', response: response(status), context: sent?.context },
      });
      expect(condition(outs)).toBe(expected);
      expect(stanzas(outs)[0]?.element.attrs).toMatchObject({
        to: 'bob@xmpp.test/r',
        from: 'alice@sip.test',
        id: 'm1',
        type: 'error',
      });
    },
  );

  it('RFC 6120 §8.3.3.5: a redirect carries its address as a JID', () => {
    const bench = new Bench();
    const [sent] = requests(bench.stanza(CHAT));
    const outs = bench.feed({
      kind: 'sip',
      event: {
        kind: 'response',
        response: response(301, 'Moved', ['Contact: <sip:al%40@new.test>']),
        context: sent?.context,
      },
    });
    expect(
      textOf(
        child(
          child(stanzas(outs)[0]?.element as XmlElement, 'error') as XmlElement,
          'gone',
          'urn:ietf:params:xml:ns:xmpp-stanzas',
        ) as XmlElement,
      ),
    ).toBe('xmpp:al\\40@new.test');
  });

  it.each([
    ['timeout', 'remote-server-timeout'],
    ['transport', 'remote-server-timeout'],
    ['certificate', 'remote-server-timeout'],
    ['no-target', 'remote-server-not-found'],
    ['closed', 'recipient-unavailable'],
    ['overload', 'resource-constraint'],
    ['too-large', 'policy-violation'],
  ] as const)('a request that fails by %s is %s', (reason, expected) => {
    const bench = new Bench();
    const [sent] = requests(bench.stanza(CHAT));
    expect(
      condition(
        bench.feed({
          kind: 'sip',
          event: { kind: 'failed', context: sent?.context, reason, text: 'why' },
        }),
      ),
    ).toBe(expected);
  });

  it('RFC 3428 §8: keeps the order of a pair, one outstanding, and lets other pairs go', () => {
    const bench = new Bench();
    const numbered = (n: number, to = 'alice@sip.test') =>
      `<message from='bob@xmpp.test' to='${to}' id='m${n}'><body>${n}</body></message>`;
    const first = requests(bench.stanza(numbered(1)));
    expect([requests(bench.stanza(numbered(2))), requests(bench.stanza(numbered(3)))]).toEqual([
      [],
      [],
    ]);
    expect(requests(bench.stanza(numbered(4, 'carol@sip.test')))).toHaveLength(1);
    const second = requests(
      bench.feed({
        kind: 'sip',
        event: { kind: 'response', response: response(200), context: first[0]?.context },
      }),
    );
    expect(Buffer.from(second[0]?.draft.body ?? []).toString()).toBe('2');
    const third = requests(
      bench.feed({
        kind: 'sip',
        event: { kind: 'failed', context: second[0]?.context, reason: 'timeout', text: '' },
      }),
    );
    expect(Buffer.from(third[0]?.draft.body ?? []).toString()).toBe('3');
  });

  it('a message that waited too long is told, and one that finds no room', () => {
    const bench = new Bench({ limits: { waitingPerPair: 1 } });
    bench.stanza(CHAT);
    bench.stanza(CHAT);
    expect(condition(bench.stanza(CHAT))).toBe('resource-constraint');
    expect(condition(bench.tick(32_000))).toBe('remote-server-timeout');
  });

  it('takes a response once', () => {
    const bench = new Bench();
    const [sent] = requests(bench.stanza(CHAT));
    const event = {
      kind: 'sip',
      event: { kind: 'response', response: response(500), context: sent?.context },
    } as const;
    expect([stanzas(bench.feed(event)).length, bench.feed(event)]).toEqual([1, []]);
  });

  it('asks for a route it does not have, and goes by the answer', () => {
    const bench = new Bench({ routes: {} });
    const [asked] = bench.stanza(CHAT);
    expect(asked).toMatchObject({
      kind: 'ask',
      question: { kind: 'sip-route', domain: 'sip.test' },
    });
    const ask = asked?.kind === 'ask' ? asked.ask : '';
    expect(
      requests(
        bench.feed({ kind: 'answer', ask, answer: { kind: 'sip-route', targets: [target] } }),
      ),
    ).toHaveLength(1);
    expect(
      bench.feed({ kind: 'answer', ask, answer: { kind: 'sip-route', targets: [target] } }),
    ).toEqual([]);
  });

  it('a route that is not found, or not told in time, is told to the sender', () => {
    const bench = new Bench({ routes: {} });
    const [asked] = bench.stanza(CHAT);
    expect(
      condition(
        bench.feed({
          kind: 'answer',
          ask: asked?.kind === 'ask' ? asked.ask : '',
          answer: { kind: 'sip-route', targets: [] },
        }),
      ),
    ).toBe('remote-server-not-found');
    bench.stanza(CHAT);
    expect(condition(bench.tick(5000))).toBe('remote-server-timeout');
    bench.takeAll();
    expect([bench.gateway.open, bench.gateway.wakeAt]).toEqual([0, Infinity]);
  });

  const refusals: readonly [string, string, string, string][] = [
    [
      'groupchat',
      "<message from='r@xmpp.test/n' to='alice@sip.test' type='groupchat'><body>x</body></message>",
      'groupchat',
      'not-acceptable',
    ],
    [
      'XEP-0045 §7.8.2: a mediated invitation',
      "<message from='r@xmpp.test' to='alice@sip.test'><x xmlns='http://jabber.org/protocol/muc#user'><invite from='bob@xmpp.test'/></x></message>",
      'room-invitation',
      'not-acceptable',
    ],
    [
      'XEP-0249 §2: a direct invitation',
      "<message from='bob@xmpp.test' to='alice@sip.test'><x xmlns='jabber:x:conference' jid='r@xmpp.test'/></message>",
      'room-invitation',
      'not-acceptable',
    ],
    [
      'a domain without a user',
      "<message from='bob@xmpp.test' to='sip.test'><body>x</body></message>",
      'no-user-part',
      'item-not-found',
    ],
    [
      'policy',
      "<message from='x@spam.test' to='alice@sip.test'><body>x</body></message>",
      'policy',
      'policy-violation',
    ],
    [
      'our own domain from outside',
      "<message from='carol@sip.test' to='alice@sip.test'><body>x</body></message>",
      'own-domain-from-outside',
      'forbidden',
    ],
    [
      'its own path',
      "<message from='bob@xmpp.test' to='alice@sip.test'><body>x</body><path xmlns='urn:interwork:path:0'>gw-1</path></message>",
      'loop',
      'policy-violation',
    ],
    [
      'subscription',
      "<presence from='bob@xmpp.test' to='alice@sip.test' type='subscribe'/>",
      'presence-not-carried',
      'feature-not-implemented',
    ],
  ];
  it.each(refusals)('refuses %s by name', (_what, xml, code, expected) => {
    const outs = new Bench().stanza(xml);
    expect(requests(outs)).toEqual([]);
    expect([condition(outs), traces(outs)[0]?.reasons, traces(outs)[0]?.outcome]).toEqual([
      expected,
      [code],
      'refused',
    ]);
  });

  it.each([
    [
      "<message from='bob@xmpp.test' to='alice@sip.test' type='chat'><store xmlns='urn:xmpp:hints'/></message>",
      'no-body',
    ],
    [
      "<message from='bob@xmpp.test' to='alice@sip.test' type='chat'><paused xmlns='http://jabber.org/protocol/chatstates'/></message>",
      'no-change',
    ],
    [
      "<message from='bob@xmpp.test' to='alice@sip.test' type='error' id='x'><error type='cancel'><gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>",
      'stray-error',
    ],
    ["<presence from='bob@xmpp.test' to='alice@sip.test'/>", 'presence-not-carried'],
  ])('drops %s, and says so in a trace', (xml, reason) => {
    const outs = new Bench().stanza(xml);
    expect([stanzas(outs), requests(outs), traces(outs)[0]]).toMatchObject([
      [],
      [],
      { outcome: 'dropped', reasons: [reason] },
    ]);
  });

  it('wants the proof that policy wants', () => {
    const strict = policyOf({
      partners: { x: { domains: ['xmpp.test'], prove: 'certificate' } },
      rules: [{ id: 'r', effect: 'permit', partner: 'x' }],
    });
    expect(condition(new Bench({ policy: strict }).stanza(CHAT))).toBe('not-authorized');
    expect(
      requests(new Bench({ policy: strict }).stanza(CHAT, { ...dialback, proof: 'certificate' })),
    ).toHaveLength(1);
    expect(stanzas(new Bench({ policy: strict }).sip(message()))[0]?.need).toBe('certificate');
  });

  it('asks for an encrypted link where policy wants one', () => {
    const tls = policyOf({
      rules: [{ id: 'r', effect: 'permit', domains: ['xmpp.test', 'sip.test'], must: ['tls'] }],
    });
    expect(stanzas(new Bench({ policy: tls }).sip(message()))[0]?.need).toBe('tls');
  });

  it('goes by no way that policy does not trust', () => {
    const strict = policyOf({
      partners: { s: { domains: ['sip.test'], prove: 'certificate' } },
      rules: [{ id: 'r', effect: 'permit', partner: 's' }],
    });
    const plain = { 'sip.test': [{ ...target, transport: 'tcp' as const }] };
    expect(condition(new Bench({ policy: strict, routes: plain }).stanza(CHAT))).toBe(
      'policy-violation',
    );
  });

  it('goes to no address that is not the partner’s, where the address is the proof', () => {
    const byAddress = policyOf({
      partners: { s: { domains: ['sip.test'], prove: 'address', addresses: ['192.0.2.0/24'] } },
      rules: [{ id: 'r', effect: 'permit', partner: 's' }],
    });
    const to = (address: string, transport: 'udp' | 'tls') =>
      new Bench({ policy: byAddress, routes: { 'sip.test': [{ ...target, address, transport }] } });
    expect(requests(to('192.0.2.7', 'udp').stanza(CHAT))).toHaveLength(1);
    expect(condition(to('198.51.100.7', 'udp').stanza(CHAT))).toBe('policy-violation');
    expect(requests(to('198.51.100.7', 'tls').stanza(CHAT))).toHaveLength(1);
  });

  it('RFC 5627 §4: a device that is gone is followed by the person, once', () => {
    const bench = new Bench();
    const [first] = requests(
      bench.stanza(CHAT.replace("to='alice@sip.test'", "to='alice@sip.test/stale'")),
    );
    expect(first?.draft.uri).toMatchObject({ params: [{ name: 'gr', value: 'stale' }] });
    const answer = (status: number, context: unknown) =>
      bench.feed({ kind: 'sip', event: { kind: 'response', response: response(status), context } });
    const [second] = requests(answer(404, first?.context));
    expect(second?.draft.uri).toMatchObject({ user: 'alice', params: [] });
    expect(condition(answer(480, second?.context))).toBe('recipient-unavailable');
    expect(bench.gateway.open).toBe(0);
  });

  it('asks once for a domain, however many wait, and answers them all', () => {
    const bench = new Bench({ routes: {}, limits: { asks: 1 } });
    const to = (user: string) => CHAT.replace('alice@', `${user}@`);
    const asks = ['alice', 'carol', 'dave'].flatMap((user) =>
      bench.stanza(to(user)).flatMap((out) => (out.kind === 'ask' ? [out.ask] : [])),
    );
    expect(asks).toHaveLength(1);
    const answer = { kind: 'sip-route', targets: [target] } as const;
    expect(requests(bench.feed({ kind: 'answer', ask: asks[0] ?? '', answer }))).toHaveLength(3);
  });

  it('RFC 7247 §6.5: refuses an address whose escape would make it somebody else’s', () => {
    const outs = new Bench().stanza(CHAT.replace('bob@', 'b\\5cob@'));
    expect([condition(outs), requests(outs)]).toEqual(['jid-malformed', []]);
  });

  it('a subject alone is a message; one that no SIP element reads is refused', () => {
    const only = (subject: string) =>
      `<message from='bob@xmpp.test' to='alice@sip.test' id='s'><subject>${subject}</subject></message>`;
    const [sent] = requests(new Bench().stanza(only('meet at nine')));
    expect([sent?.draft.subject, sent?.draft.body?.length]).toEqual(['meet at nine', 0]);
    expect(condition(new Bench().stanza(only('x'.repeat(1001))))).toBe('policy-violation');
  });

  it('sends nothing over a connection that would cut it for everybody', () => {
    const large = CHAT.replace('hi', 'x'.repeat(60_000));
    expect(condition(new Bench().stanza(large))).toBe('policy-violation');
  });

  it('RFC 3428 §8: what is too large for datagrams is handed over all the same: it may go over TCP', () => {
    const routes = { 'sip.test': [{ ...target, transport: 'udp' as const }] };
    const large = CHAT.replace('hi', 'x'.repeat(1300));
    expect(requests(new Bench({ routes }).stanza(large))).toHaveLength(1);
  });

  it('RFC 7572 §4: the branch holds a hash of the id and a fresh token', () => {
    const branches = ['a', 'a', 'b'].map((id) => {
      const stanza = `<message from='bob@xmpp.test' to='alice@sip.test' id='${id}'><body>hi</body></message>`;
      return requests(new Bench().stanza(stanza))[0]?.draft.branch?.split('.') ?? [];
    });
    const [first, again, other] = branches.map(([hash]) => hash);
    expect([again === first, other === first]).toEqual([true, false]);
    expect(branches.every(([hash, token]) => hash !== '' && token !== undefined)).toBe(true);
  });

  it('XEP-0199 §4, XEP-0030 §3: answers for itself, to those who may talk', () => {
    const ping =
      "<iq type='get' id='p' from='xmpp.test' to='sip.test'><ping xmlns='urn:xmpp:ping'/></iq>";
    expect(stanzas(new Bench().stanza(ping))[0]?.element.attrs).toMatchObject({
      type: 'result',
      id: 'p',
      to: 'xmpp.test',
    });
    expect(condition(new Bench().stanza(ping.replace('xmpp.test', 'other.test')))).toBe(
      'policy-violation',
    );
    const version =
      "<iq type='get' id='p' from='xmpp.test' to='sip.test'><query xmlns='jabber:iq:version'/></iq>";
    expect(condition(new Bench().stanza(version))).toBe('service-unavailable');
  });
});

/** A request as the endpoint has checked it. */
const declined = (method: string, more: readonly string[] = [], body = ''): IncomingRequest => {
  const text = [
    `${method} sip:bob@xmpp.test SIP/2.0`,
    'Via: SIP/2.0/TLS sip.test;branch=z9hG4bKx1',
    'From: <sip:alice@sip.test>;tag=1',
    'To: <sip:bob@xmpp.test>',
    'Call-ID: call-1',
    `CSeq: 1 ${method}`,
    'Max-Forwards: 70',
    ...more,
    `Content-Length: ${body.length}`,
    '',
    body,
  ];
  const parsed = parseMessage(Buffer.from(text.join('\r\n')));
  const checked = parsed.kind === 'request' ? checkRequest(parsed) : undefined;
  if (checked === undefined || 'code' in checked) throw new Error('not a request');
  return checked;
};

describe('requests that no rule carries', () => {
  const rows: readonly [string, IncomingRequest, number | undefined, string][] = [
    ['a session', declined('INVITE'), 405, 'session'],
    [
      'RFC 4579 §5.2: a conference',
      declined('INVITE', ['Contact: <sip:conf@sip.test>;isfocus']),
      405,
      'multi-party',
    ],
    [
      'a session that must be for many',
      declined('INVITE', ['Require: com.microsoft.rtc-multiparty']),
      405,
      'multi-party',
    ],
    ['a subscription', declined('SUBSCRIBE'), 405, 'presence-not-carried'],
    ['a method nobody knows', declined('constructor'), undefined, 'sip-501'],
  ];
  it.each(rows)(
    'RFC 3261 §8.2.1, §20.43: %s is refused by name',
    (_what, request, status, code) => {
      const answer = declineRequest(request);
      expect(answer?.status).toBe(status);
      if (answer !== undefined)
        expect(answer.headers).toEqual([
          { name: 'Warning', value: expect.stringMatching(/^399 interwork ".+"$/) },
        ]);
      const event = { kind: 'declined', request, status: status ?? 501, flow: proved() } as const;
      const outs = new Bench().feed({ kind: 'sip', event });
      expect(traces(outs)).toMatchObject([
        { outcome: 'refused', reasons: [code], traffic: request.method.toLowerCase() },
      ]);
    },
  );

  it.each(['SUBSCRIBE', 'NOTIFY', 'OPTIONS', 'INFO', 'BENOTIFY', 'constructor'])(
    'and is answered so and told where an endpoint takes it all the same: %s',
    (method) => {
      const bench = new Bench();
      const outs = bench.sip(declined(method));
      expect(answers(outs)).toEqual([405]);
      expect(traces(outs)).toMatchObject([{ outcome: 'refused', answer: '405' }]);
      const unanswered = bench.sip(declined(method), proved(), '');
      expect(answers(unanswered)).toEqual([]);
      expect(traces(unanswered)).toMatchObject([{ outcome: 'dropped', answer: undefined }]);
    },
  );
});

describe('a session that is not carried is told with what policy says of it', () => {
  const offer = (line: string): string => `v=0\r\no=- 0 0 IN IP4 192.0.2.1\r\ns=-\r\n${line}\r\n`;
  const ROWS = [
    ['m=message 5060 sip null', ['chat'], ['talk']],
    ['m=x-ms-message 5060 sip null', ['chat'], ['talk']],
    ['m=audio 4000 RTP/AVP 0', ['chat'], ['default']],
    ['m=audio 4000 RTP/AVP 0', ['audio'], ['talk']],
    ['m=audio 1 RTP/AVP 0\r\nm=video 2 RTP/AVP 31', ['audio'], ['default']],
    ['m=audio 1 RTP/AVP 0\r\nm=video 2 RTP/AVP 31', ['video'], ['talk']],
    ['a=m=message', ['chat'], ['default']],
  ] as const;
  it.each(ROWS)('%s, where %j is permitted: by %j', (line, traffic, by) => {
    const policy = policyOf({
      rules: [{ id: 'talk', effect: 'permit', domains: ['xmpp.test'], traffic: [...traffic] }],
    });
    const request = declined('INVITE', [], offer(line));
    const event = { kind: 'declined', request, status: 405, flow: proved() } as const;
    const outs = new Bench({ policy }).feed({ kind: 'sip', event });
    expect(traces(outs)).toMatchObject([{ outcome: 'refused', reasons: ['session'], by }]);
  });
});

describe('peers and faults', () => {
  it('tell which certificate was refused, and by which field', () => {
    const judgement = {
      accepted: false,
      proved: [],
      certificate: 'CN=x',
      faults: [{ code: 'expired', field: 'validity.notAfter', text: 'over' }],
    };
    const outs = new Bench().feed({
      kind: 'sip',
      event: { kind: 'refused-peer', remote: { address: '192.0.2.7', port: 1 }, judgement },
    });
    expect(outs).toEqual([
      {
        kind: 'trace',
        trace: expect.objectContaining({
          kind: 'peer',
          side: 'sip',
          remote: '192.0.2.7',
          faults: judgement.faults,
        }),
      },
    ]);
  });
});

describe('policy that changes, and the end', () => {
  it('a new policy holds from the next thing on', () => {
    const bench = new Bench();
    bench.feed({ kind: 'policy', policy: policyOf({}) });
    expect(condition(bench.stanza(CHAT))).toBe('policy-violation');
  });

  it('close answers what is open, refuses what is new, and ends', () => {
    const bench = new Bench();
    const [first] = stanzas(bench.sip(message(), proved(), 't1'));
    const [second] = stanzas(bench.sip(message(), proved(), 't2'));
    bench.fate(first?.context, 'sent');
    const [out] = requests(bench.stanza(CHAT));
    bench.stanza(CHAT);
    const closing = bench.feed({ kind: 'close' });
    expect(condition(closing)).toBe('recipient-unavailable');
    expect(answers(closing)).toEqual([]);
    const late = bench.sip(message(), proved(), 't3');
    expect([answers(late), traces(late)[0]?.reasons]).toEqual([[503], ['draining']]);
    expect(JSON.stringify(late)).toContain('{"name":"Retry-After","value":"5"}');
    expect(condition(bench.stanza(CHAT))).toBe('recipient-unavailable');
    bench.fate(second?.context, 'sent');
    bench.takeAll();
    const [ping] = stanzas(bench.tick(5));
    const pong = `<iq type='result' id='${ping?.element.attrs['id']}' from='xmpp.test' to='sip.test'/>`;
    expect(answers(bench.stanza(pong))).toEqual([202, 202]);
    const ended = bench.feed({
      kind: 'sip',
      event: { kind: 'response', response: response(200), context: out?.context },
    });
    expect(ended.at(-1)).toEqual({ kind: 'closed' });
    expect([bench.feed({ kind: 'tick' }), bench.gateway.wakeAt]).toEqual([[], Infinity]);
  });

  it('close gives up what no link has taken within its bound', () => {
    const bench = new Bench();
    bench.sip(message());
    expect(answers(bench.feed({ kind: 'close' }))).toEqual([]);
    const outs = bench.tick(5000);
    expect([answers(outs), outs.at(-1)]).toEqual([[480], { kind: 'closed' }]);
  });

  it('close waits no longer than its bound for a peer that says nothing', () => {
    const bench = new Bench();
    bench.stanza(CHAT);
    bench.feed({ kind: 'close' });
    const outs = bench.tick(5000);
    expect([condition(outs), outs.at(-1)]).toEqual(['recipient-unavailable', { kind: 'closed' }]);
  });
});

describe('misuse', () => {
  it('a bound left undefined is the default, one that is no number is thrown', () => {
    const left = { openFates: undefined } as unknown as Partial<GatewayOptions['limits']>;
    expect(stanzas(new Bench({ limits: { ...left } }).sip(message()))).toHaveLength(1);
    expect(() => new Bench({ waits: { answer: Number.NaN } })).toThrow(
      expect.objectContaining({ code: 'malformed-bound' }),
    );
  });

  it.each([
    [
      'a domain on both sides',
      { sipDomains: ['a.test'], xmppDomains: ['A.test.'] },
      'domain-on-both-sides',
    ],
    ['no domain', { sipDomains: ['a b'] }, 'malformed-domain'],
    ['a secret too short', { secret: 'x' }, 'short-secret'],
    ['an instance that could break a header', { instance: 'a\r\nb' }, 'malformed-instance'],
  ])('%s is thrown at once', (_what, options, code) => {
    expect(() => new Bench(options)).toThrow(
      expect.objectContaining({ name: 'MisuseError', code }),
    );
  });
});
