// What Lync's objects ask of a gateway between SIP and XMPP: facts are asked for and kept, duties are done by whoever
// declares them, links are looked for, and what nobody carries out stops a message by name.
import { describe, expect, it } from 'vitest';
import type { FederationEntry } from '@interwork/policy';
import { policyOf } from '@interwork/policy/testing';
import { child, textOf } from '@interwork/xmpp';
import type { DutyAnswer, GatewayOptions, GatewayOutput, Question } from '@interwork/core';
import { Bench, answers, condition, message, requests, stanzas, traces } from './gateway-bench.ts';

const PARTNER = { domain: 'xmpp.test', partnerType: 'federated' } as const;
const base: FederationEntry = {
  localDomains: ['sip.test'],
  accessEdge: { routing: 'useDnsSrvRouting', allowFederatedUsers: true },
  xmppPartners: [PARTNER],
  recipients: {},
};
const lync = (more: Partial<FederationEntry> = {}): Pick<GatewayOptions, 'policy'> => ({
  policy: policyOf({ federation: { ...base, ...more } }),
});
const chat = (body: string, more = ''): string =>
  `<message from='bob@xmpp.test/r' to='alice@sip.test' id='m1'>${more}<body>${body}</body></message>`;
const asked = (outs: readonly GatewayOutput[]): readonly { ask: string; question: Question }[] =>
  outs.flatMap((out) => (out.kind === 'ask' ? [out] : []));
const bodyOf = (outs: readonly GatewayOutput[]): string | undefined => {
  const [sent] = stanzas(outs);
  const body = sent && child(sent.element, 'body');
  return body && textOf(body);
};
const sentBy = (outs: readonly GatewayOutput[]): string | undefined => {
  const [request] = requests(outs);
  return request && new TextDecoder().decode(request.draft.body);
};
const reasons = (outs: readonly GatewayOutput[]): readonly string[] | undefined =>
  traces(outs)[0]?.reasons;

describe('facts', () => {
  const access = {
    externalAccess: {
      global: { enableFederationAccess: true },
      users: { chatters: { enableFederationAccess: true, enableXmppAccess: true } },
    },
  };

  it('asks nothing where the document knows everything', () => {
    const bench = new Bench(lync());
    expect(asked(bench.sip(message()))).toEqual([]);
    expect(asked(bench.stanza(chat('hi')))).toEqual([]);
    expect(bench.gateway.sizes).toMatchObject({ unsure: 0, known: 0 });
  });

  it('asks for a grant, lets a message wait, and carries it or not by the answer', () => {
    for (const [grant, status] of [
      [{ policy: 'chatters' }, undefined],
      [{}, 403],
    ] as const) {
      const bench = new Bench(lync(access));
      const [question] = asked(bench.sip(message()));
      expect(question?.question).toEqual({ kind: 'grant', user: 'alice@sip.test' });
      expect(bench.gateway.open).toBe(1);
      const outs = bench.feed({
        kind: 'answer',
        ask: question?.ask ?? '',
        answer: { kind: 'grant', grant },
      });
      expect(answers(outs)[0]).toBe(status);
      expect(stanzas(outs)).toHaveLength(status === undefined ? 1 : 0);
      if (status !== undefined) expect(traces(outs)[0]?.by).toEqual(['external-access:global']);
      const second = bench.sip(message(), undefined, 't2');
      expect(asked(second)).toEqual([]);
      expect(stanzas(second)).toHaveLength(status === undefined ? 1 : 0);
    }
  });

  it('refuses what is not known in time, and asks again later', () => {
    const bench = new Bench(lync(access));
    bench.stanza(chat('hi'));
    const late = bench.tick(5_000);
    expect(condition(late)).toBe('policy-violation');
    expect(reasons(late)).toEqual(['policy']);
    expect(asked(bench.stanza(chat('hi')))).toEqual([]);
    bench.tick(10_000);
    expect(asked(bench.stanza(chat('hi')))).toHaveLength(1);
  });

  it('waits with no more than it may, and says that there is no room', () => {
    const bench = new Bench({ ...lync(access), limits: { waiting: 1 } });
    bench.sip(message());
    const outs = bench.sip(message('sip:bob@xmpp.test', 'sip:ann@sip.test'), undefined, 't2');
    expect(answers(outs)).toEqual([503]);
    expect(reasons(outs)).toEqual(['queue-full']);
  });

  it('answers what waits when it closes', () => {
    const bench = new Bench(lync(access));
    bench.sip(message());
    expect(answers(bench.feed({ kind: 'close' }))).toEqual([503]);
  });
});

describe('who has to be added first', () => {
  // a document that says nothing of recipients leaves it to the host
  const { recipients: _recipients, ...open } = base;
  const held = (more: Partial<FederationEntry> = {}): Pick<GatewayOptions, 'policy'> => ({
    policy: policyOf({ federation: { ...open, xmppPartners: [{ domain: 'xmpp.test' }], ...more } }),
  });

  it.each([
    ['none', 'not-added'],
    ['added', undefined],
    ['allowed', undefined],
    ['blocked', 'policy'],
  ] as const)('a message from one who is %s', (relation, refusal) => {
    const bench = new Bench(held());
    const [question] = asked(bench.stanza(chat('hi')));
    expect(question?.question).toEqual({
      kind: 'relation',
      user: 'alice@sip.test',
      contact: 'bob@xmpp.test',
    });
    const outs = bench.feed({
      kind: 'answer',
      ask: question?.ask ?? '',
      answer: { kind: 'relation', relation },
    });
    expect(reasons(outs)?.[0]).toBe(refusal);
    expect(requests(outs)).toHaveLength(refusal === undefined ? 1 : 0);
    if (refusal === 'not-added') expect(condition(outs)).toBe('forbidden');
  });

  it('asks nothing where the document says that the user is a contact', () => {
    const contacts = { 'alice@sip.test': { contacts: ['bob@xmpp.test'] } };
    const bench = new Bench(held({ recipients: contacts }));
    expect(requests(bench.stanza(chat('hi')))).toHaveLength(1);
  });

  it('is blocked from a domain that writes itself too', () => {
    const xmppPartners = [{ domain: 'xmpp.test', partnerType: 'federated' }] as const;
    for (const block of ['*', 'xmpp.test'])
      for (const from of ['bob@xmpp.test/r', 'xmpp.test', 'xmpp.test/r']) {
        const recipients = { 'alice@sip.test': { block: [block] } };
        const bench = new Bench(held({ xmppPartners, recipients }));
        const outs = bench.stanza(
          `<message from='${from}' to='alice@sip.test' id='m'><body>hi</body></message>`,
        );
        expect(requests(outs)).toHaveLength(0);
        expect(traces(outs)[0]?.by).toEqual(['recipient:block']);
      }
  });

  it('says nothing of what local users send', () => {
    expect(stanzas(new Bench(held()).sip(message()))).toHaveLength(1);
  });
});

describe('links', () => {
  const filtered = (action: 'allow' | 'block' | 'warn'): Pick<GatewayOptions, 'policy'> =>
    lync({ imFilter: { enabled: true, action, prefixes: ['http:'], warnMessage: 'Beware' } });
  const link = 'see http://a.example';

  it('towards XMPP', () => {
    const body = (action: 'allow' | 'warn'): string | undefined =>
      bodyOf(new Bench(filtered(action)).sip(message(undefined, undefined, [], link)));
    expect(body('allow')).toBe('see _http://a.example');
    expect(body('warn')).toBe('Beware\nsee http://a.example');
    const outs = new Bench(filtered('block')).sip(message(undefined, undefined, [], link));
    expect(answers(outs)).toEqual([606]);
    expect(reasons(outs)).toEqual(['links']);
    const [answer] = outs.flatMap((out) =>
      out.kind === 'sip' && out.input.kind === 'respond' ? [out.input.draft] : [],
    );
    expect(answer?.headers?.[0]?.value).toMatch(/^309 /);
  });

  it('towards SIP', () => {
    expect(sentBy(new Bench(filtered('allow')).stanza(chat(link)))).toBe('see _http://a.example');
    expect(sentBy(new Bench(filtered('warn')).stanza(chat(link)))).toBe(`Beware\n${link}`);
    const outs = new Bench(filtered('block')).stanza(chat(link));
    expect(condition(outs)).toBe('policy-violation');
    expect(reasons(outs)).toEqual(['links']);
  });

  it('in rich text, whose text alone goes on', () => {
    const html = ['Content-Type: text/html'];
    const rich = '<html><body>see <a href="http://a.example">this</a></body></html>';
    const bench = new Bench(filtered('warn'));
    const request = message(undefined, undefined, html, rich);
    const outs = bench.sip(request);
    const [sent] = stanzas(outs);
    expect(bodyOf(outs)).toContain('Beware');
    expect(sent?.element.children.map((one) => (typeof one === 'string' ? one : one.name))).toEqual(
      expect.not.arrayContaining(['html']),
    );
  });

  it('leaves alone what has none', () => {
    expect(sentBy(new Bench(filtered('block')).stanza(chat('no link')))).toBe('no link');
    expect(bodyOf(new Bench(filtered('block')).sip(message()))).toBe('hello');
  });
});

describe('duties of the host', () => {
  const archiving = (stop: boolean): Partial<FederationEntry> => ({
    archiving: { archiveExternal: true, enableArchiving: 'imOnly', blockOnArchiveFailure: stop },
  });
  const archives = (stop: boolean): Pick<GatewayOptions, 'policy' | 'duties'> => ({
    ...lync(archiving(stop)),
    duties: ['archive'],
  });
  const answered = (
    bench: Bench,
    outs: readonly GatewayOutput[],
    answer: Omit<DutyAnswer, 'kind'>,
  ) =>
    bench.feed({
      kind: 'answer',
      ask: asked(outs)[0]?.ask ?? '',
      answer: { kind: 'duty', ...answer },
    });

  it('what nobody declares stops the message, by name', () => {
    const bench = new Bench(lync(archiving(false)));
    const outs = bench.sip(message());
    expect(answers(outs)).toEqual([403]);
    expect(reasons(outs)).toEqual(['obligation-unmet']);
    expect(condition(new Bench(lync(archiving(false))).stanza(chat('hi')))).toBe(
      'policy-violation',
    );
  });

  it('is asked with the message, and the message goes on when it is done', () => {
    const bench = new Bench(archives(true));
    const outs = bench.sip(message());
    expect(asked(outs)[0]?.question).toEqual({
      kind: 'duty',
      duty: { kind: 'archive', stopOnFailure: true },
      message: {
        direction: 'sip-to-xmpp',
        from: 'alice@sip.test',
        to: 'bob@xmpp.test',
        subject: undefined,
        text: 'hello',
      },
    });
    expect(stanzas(outs)).toEqual([]);
    expect([bench.gateway.open, bench.gateway.sizes.duties]).toEqual([1, 1]);
    expect(bodyOf(answered(bench, outs, { result: 'done' }))).toBe('hello');
    expect(bench.gateway.sizes.duties).toBe(0);
  });

  const failures: readonly [boolean, Omit<DutyAnswer, 'kind'> | 'silence', boolean][] = [
    [true, { result: 'failed' }, false],
    [true, 'silence', false],
    [true, { result: 'refused', why: 'not that' }, false],
    [false, { result: 'failed' }, true],
    [false, 'silence', true],
    [false, { result: 'refused' }, false],
  ];
  it.each(failures)('stopping on failure %s, answered %o: goes on %s', (stop, answer, goesOn) => {
    const bench = new Bench(archives(stop));
    const outs = bench.sip(message());
    const then = answer === 'silence' ? bench.tick(5_000) : answered(bench, outs, answer);
    expect(stanzas(then)).toHaveLength(goesOn ? 1 : 0);
    if (goesOn) {
      bench.fate(stanzas(then)[0]?.context, 'sent');
      expect(reasons(bench.tick(300))).toEqual(['archive-failed']);
    } else {
      expect(answers(then)).toEqual([403]);
      expect(reasons(then)).toEqual(['obligation-unmet']);
    }
  });

  it('may rewrite the words, one duty after the other', () => {
    const policy = lync({ ...archiving(true), imFilter: { enabled: true, action: 'block' } });
    const bench = new Bench({ ...policy, duties: ['archive', 'filter'] });
    const first = bench.stanza(chat('http://a.example'));
    expect(asked(first)[0]?.question).toMatchObject({ duty: { kind: 'filter' } });
    const second = answered(bench, first, { result: 'done', text: 'a link was here' });
    expect(asked(second)[0]?.question).toMatchObject({
      duty: { kind: 'archive' },
      message: { direction: 'xmpp-to-sip', text: 'a link was here' },
    });
    expect(sentBy(answered(bench, second, { result: 'done' }))).toBe('a link was here');
  });

  it('a filter that fails or refuses lets nothing through', () => {
    const policy = lync({ imFilter: { enabled: true } });
    for (const [result, code] of [
      ['failed', 'obligation-unmet'],
      ['refused', 'links'],
    ] as const) {
      const bench = new Bench({ ...policy, duties: ['filter'] });
      expect(reasons(answered(bench, bench.sip(message()), { result }))).toEqual([code]);
    }
  });

  it('keeps the order of two people, and lets others pass', () => {
    const bench = new Bench(archives(true));
    const one = bench.sip(message(undefined, undefined, [], 'one'), undefined, 't1');
    const two = bench.sip(message(undefined, undefined, [], 'two'), undefined, 't2');
    expect(asked(two)).toEqual([]);
    const ann = message('sip:bob@xmpp.test', 'sip:ann@sip.test', [], 'three');
    const three = bench.sip(ann, undefined, 't3');
    expect(bodyOf(answered(bench, three, { result: 'done' }))).toBe('three');
    const next = answered(bench, one, { result: 'done' });
    expect(bodyOf(next)).toBe('one');
    expect(bodyOf(answered(bench, next, { result: 'done' }))).toBe('two');
  });

  it('ends with the gateway', () => {
    const bench = new Bench(archives(true));
    bench.sip(message());
    expect(answers(bench.feed({ kind: 'close' }))).toEqual([403]);
    expect(bench.gateway.sizes.duties).toBe(0);
  });
});

describe('XEP-0166 §6.2 §6.3.2: calls', () => {
  const call = (contents: string, action = 'session-initiate'): string =>
    `<iq type='set' id='c1' from='bob@xmpp.test/r' to='alice@sip.test'><jingle xmlns='urn:xmpp:jingle:1' action='${action}' sid='s'>${contents}</jingle></iq>`;
  const content = (media: string): string =>
    `<content name='${media}'><description xmlns='urn:xmpp:jingle:apps:rtp:1' media='${media}'/></content>`;
  const permits = (
    ...traffic: ('audio' | 'video' | 'message')[]
  ): Pick<GatewayOptions, 'policy'> => ({
    policy: policyOf({
      rules: [{ id: 'calls', effect: 'permit', domains: ['xmpp.test'], traffic }],
    }),
  });

  it.each([
    ['audio', ['audio'], content('audio'), 'call', ['calls']],
    ['video', ['audio', 'video'], content('audio') + content('video'), 'call', ['calls']],
    ['video', ['audio'], content('audio') + content('video'), 'policy', ['default']],
    ['audio', ['message'], content('audio'), 'policy', ['default']],
    ['video', ['audio'], '<content name="file"/>', 'policy', ['default']],
  ] as const)(
    '%s, where %j is permitted, is refused by name',
    (traffic, may, contents, why, by) => {
      const outs = new Bench(permits(...may)).stanza(call(contents));
      expect(condition(outs)).toBe('service-unavailable');
      expect(traces(outs)).toMatchObject([
        { traffic, outcome: 'refused', reasons: [why], by, answer: 'service-unavailable' },
      ]);
    },
  );

  it('by the objects of Lync, which let XMPP partners call nobody', () => {
    const outs = new Bench(lync()).stanza(call(content('audio')));
    expect(traces(outs)[0]).toMatchObject({ reasons: ['policy'], by: ['xmpp-partner:xmpp.test'] });
  });

  it('what begins no session is answered like any question', () => {
    const outs = new Bench(permits('message')).stanza(call('', 'session-terminate'));
    expect(condition(outs)).toBe('service-unavailable');
    expect(traces(outs)).toEqual([]);
  });
});

describe('signs without words', () => {
  const sign = (child: string): string =>
    `<message from='bob@xmpp.test/r' to='alice@sip.test' id='m1'>${child}</message>`;
  const composing = "<composing xmlns='http://jabber.org/protocol/chatstates'/>";
  const received = "<received xmlns='urn:xmpp:receipts' id='m0'/>";
  const policy = policyOf({
    rules: [
      { id: 'words', effect: 'permit', domains: ['xmpp.test'], traffic: ['message', 'receipt'] },
      { id: 'no-typing', effect: 'forbid', domains: ['xmpp.test'], traffic: ['composing'] },
    ],
  });

  it.each([
    ['composing', composing, 'policy', 'no-typing'],
    ['receipt', received, 'unknown-message', 'words'],
    ['message', '<x/>', 'no-body', 'words'],
  ] as const)('%s is dropped, and policy is told of it', (traffic, child, why, by) => {
    const outs = new Bench({ policy }).stanza(sign(child));
    expect(traces(outs)).toMatchObject([{ traffic, outcome: 'dropped', reasons: [why], by: [by] }]);
    expect(stanzas(outs)).toEqual([]);
  });
});
