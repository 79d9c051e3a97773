// What a host may do about a crossing: it passes, with other words or to somebody else, or it is refused; and whatever the
// hook does, the sender is told something within a bound.
import type { AskedCrossing, CrossingVerdict, GatewayOutput, Question } from '@interwork/core';
import { policyOf } from '@interwork/policy/testing';
import { decodeUtf8, textOf } from '@interwork/xmpp';
import { describe, expect, it } from 'vitest';
import { EdgeWorld } from './edge-world.ts';
import { crossings, realFederation } from './federation.ts';
import {
  answers,
  Bench,
  CHAT,
  condition,
  message,
  proved,
  requests,
  response,
  stanzas,
  traces,
} from './gateway-bench.ts';

function hooked(more: ConstructorParameters<typeof Bench>[0] = {}): Bench {
  const bench = new Bench(more);
  bench.feed({ kind: 'hooked', crossing: true });
  return bench;
}

const asked = (outs: readonly GatewayOutput[]): { ask: string; question: Question }[] =>
  outs.flatMap((out) => (out.kind === 'ask' ? [out] : []));
const says = (
  bench: Bench,
  outs: readonly GatewayOutput[],
  verdict: CrossingVerdict,
): GatewayOutput[] => {
  const ask = asked(outs)[0]?.ask ?? '';
  return bench.feed({ kind: 'answer', ask, answer: { kind: 'crossing', ...verdict } });
};
const bodyOf = (outs: readonly GatewayOutput[]): string | undefined => {
  const body = stanzas(outs)[0]?.element.children.find(
    (one) => typeof one !== 'string' && one.name === 'body',
  );
  return body === undefined || typeof body === 'string' ? undefined : textOf(body);
};
const sentBy = (outs: readonly GatewayOutput[]): string | undefined =>
  decodeUtf8(requests(outs)[0]?.draft.body ?? new Uint8Array());

describe('a crossing that the host looks at', () => {
  it('is asked about once everything else permits it, with how it came to be', () => {
    const bench = hooked();
    const outs = bench.sip(message());
    expect(stanzas(outs)).toEqual([]);
    expect(asked(outs)[0]?.question).toEqual({
      kind: 'crossing',
      crossing: {
        direction: 'sip-to-xmpp',
        traffic: 'message',
        what: 'message',
        mayChange: ['text', 'subject', 'to'],
        from: 'alice@sip.test',
        to: 'bob@xmpp.test',
        subject: undefined,
        text: 'hello',
        proof: 'certificate',
        by: ['friends'],
      },
    });
    expect(bench.gateway.open).toBe(1);
    expect(bodyOf(says(bench, outs, { result: 'pass' }))).toBe('hello');
    expect(bench.gateway.sizes.duties).toBe(0);
  });

  it('is not asked about what is refused anyway, nor where the host does not look', () => {
    expect(asked(hooked().sip(message('sip:x@spam.test')))).toEqual([]);
    expect(asked(hooked().sip(message(), proved('other.test')))).toEqual([]);
    expect(asked(new Bench().sip(message()))).toEqual([]);
    const bench = hooked();
    bench.feed({ kind: 'hooked', crossing: false });
    expect(stanzas(bench.sip(message()))).toHaveLength(1);
  });

  it('may get other words, either way, and the trace says so', () => {
    const bench = hooked();
    const request = message(undefined, undefined, ['Subject: lunch']);
    const outs = bench.sip(request);
    const rewrite = { result: 'rewrite', text: '[checked] hello', subject: 'dinner' } as const;
    const then = says(bench, outs, rewrite);
    expect(bodyOf(then)).toBe('[checked] hello');
    expect(JSON.stringify(stanzas(then)[0]?.element)).toContain('dinner');
    bench.fate(stanzas(then)[0]?.context, 'sent');
    expect(traces(bench.tick(300))).toMatchObject([
      { outcome: 'handed-over', reasons: ['rewritten'], took: { answered: 300 } },
    ]);
    const back = says(bench, bench.stanza(CHAT), { result: 'rewrite', text: 'bonjour' });
    expect(sentBy(back)).toBe('bonjour');
  });

  it('has all of its subjects looked at', () => {
    const wrapped = `From: <im:a@b>\r\nTo: <im:c@d>\r\nSubject: lunch\r\nSubject:;lang=fr card 4111\r\n\r\nContent-Type: text/plain\r\n\r\nhello`;
    const bench = hooked();
    const outs = bench.sip(message(undefined, undefined, ['Content-Type: message/cpim'], wrapped));
    expect(asked(outs)[0]?.question).toMatchObject({ crossing: { subject: 'lunch\ncard 4111' } });
    const subjects = (verdict: CrossingVerdict, from: readonly GatewayOutput[]) =>
      stanzas(says(bench, from, verdict))[0]
        ?.element.children.filter((one) => typeof one !== 'string' && one.name === 'subject')
        .map((one) => (typeof one === 'string' ? one : textOf(one)));
    expect(subjects({ result: 'pass' }, outs)).toEqual(['lunch', 'card 4111']);
    const again = bench.sip(
      message(undefined, undefined, ['Content-Type: message/cpim'], wrapped),
      undefined,
      't2',
    );
    expect(subjects({ result: 'rewrite', subject: 'dinner' }, again)).toEqual(['dinner']);
  });

  it('is not answered in words that nobody has looked at', () => {
    const SAID = 'card 4111';
    const error = (outs: readonly GatewayOutput[]) =>
      `<message type='error' from='bob@xmpp.test' to='alice@sip.test' id='${stanzas(outs)[0]?.element.attrs['id']}'><error type='cancel'><gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/><text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>${SAID}</text></error></message>`;
    const pass = { result: 'pass' } as const;
    const [there, late, back] = [hooked(), hooked(), hooked()];
    const sent = says(there, there.sip(message()), pass);
    const refused = there.stanza(error(sent));
    expect([answers(refused), JSON.stringify(refused).includes(SAID)]).toEqual([[410], false]);
    const taken = says(late, late.sip(message()), pass);
    late.fate(stanzas(taken)[0]?.context, 'sent');
    late.tick(400);
    expect(sentBy(late.stanza(error(taken)))).toBe(
      'Your message to bob@xmpp.test could not be delivered: gone',
    );
    const left = requests(says(back, back.stanza(CHAT), pass))[0];
    const event = {
      kind: 'response',
      response: response(486, SAID),
      context: left?.context,
    } as const;
    const told = stanzas(back.feed({ kind: 'sip', event }))[0]?.element;
    expect(told?.attrs['type']).toBe('error');
    expect(JSON.stringify(told)).not.toContain(SAID);
  });

  const XHTML = "xmlns='http://www.w3.org/1999/xhtml'";
  const rich = (text: string, inside: string) =>
    CHAT.replace(
      '<body>hi</body>',
      `<body>${text}</body><html xmlns='http://jabber.org/protocol/xhtml-im'><body ${XHTML}>${inside}</body></html>`,
    );
  const parts = (text: string, html: string) =>
    `--b\r\nContent-Type: text/plain\r\n\r\n${text}\r\n--b\r\nContent-Type: text/html\r\n\r\n${html}\r\n--b--\r\n`;

  it.each([
    ['says the same', 'see  this (http://a.example)', true],
    ['has other words', 'hello', false],
    ['has an address besides', 'see this', false],
  ])('is rich as long as that says nothing that was not looked at: %s', (_what, text, isRich) => {
    const html = '<p>see <a href="http://a.example">this</a></p>';
    const bench = hooked({ htmlDomains: ['sip.test'] });
    const request = message(
      undefined,
      undefined,
      ['Content-Type: multipart/alternative;boundary=b'],
      parts(text, html),
    );
    const there = bench.sip(request);
    expect(asked(there)[0]?.question).toMatchObject({ crossing: { text } });
    const stanza = JSON.stringify(stanzas(says(bench, there, { result: 'pass' }))[0]?.element);
    expect([stanza.includes('href'), stanza.includes(text)]).toEqual([isRich, true]);
    const back = bench.stanza(rich(text, html.replaceAll('"', "'")));
    expect(asked(back)[0]?.question).toMatchObject({ crossing: { text } });
    const sent = sentBy(says(bench, back, { result: 'pass' }));
    expect([sent?.includes('href'), sent?.includes(text)]).toEqual([isRich, true]);
  });

  it('may go to somebody else of the same domain, for whom policy is asked again', () => {
    const bench = hooked();
    const then = says(bench, bench.sip(message()), { result: 'rewrite', to: 'team@xmpp.test' });
    expect(stanzas(then)[0]?.element.attrs['to']).toBe('team@xmpp.test');
    const back = says(bench, bench.stanza(CHAT), { result: 'rewrite', to: 'desk@sip.test' });
    expect(requests(back)[0]?.draft.uri).toMatchObject({ user: 'desk', host: 'sip.test' });
    expect(asked(back)).toEqual([]);
  });

  it.each(['bob@far.test', 'xmpp.test', 'a@b@c', ''])('may not go to %j', (to) => {
    const bench = hooked();
    const outs = says(bench, bench.sip(message()), { result: 'rewrite', to });
    expect(answers(outs)).toEqual([480]);
    expect(traces(outs)).toMatchObject([{ outcome: 'refused', reasons: ['host-failed'] }]);
  });

  it('may be refused, and the sender is told why in its protocol', () => {
    const bench = hooked();
    const verdict = { result: 'refuse', why: 'not on Sundays' } as const;
    const outs = says(bench, bench.sip(message()), verdict);
    expect(answers(outs)).toEqual([403]);
    expect(JSON.stringify(outs)).toContain('not on Sundays');
    expect(traces(outs)).toMatchObject([
      { outcome: 'refused', reasons: ['host'], by: ['friends'], answer: '403' },
    ]);
    const back = says(bench, bench.stanza(CHAT), verdict);
    expect(condition(back)).toBe('policy-violation');
    expect(traces(back)).toMatchObject([{ outcome: 'refused', reasons: ['host'] }]);
  });

  const FAILURES: readonly [string, (bench: Bench, outs: GatewayOutput[]) => GatewayOutput[]][] = [
    ['says that it cannot say', (bench, outs) => says(bench, outs, { result: 'failed' })],
    ['says nothing in time', (bench) => bench.tick(5_000)],
    [
      'answers something else',
      (bench, outs) =>
        bench.feed({
          kind: 'answer',
          ask: asked(outs)[0]?.ask ?? '',
          answer: { kind: 'duty', result: 'done' },
        }),
    ],
    ['is told that the gateway closes', (bench) => bench.feed({ kind: 'close' })],
  ];
  it.each(FAILURES)('is refused by name where the host %s', (_what, end) => {
    const bench = hooked();
    const outs = end(bench, bench.sip(message()));
    expect(answers(outs)).toEqual([480]);
    expect(traces(outs)).toMatchObject([{ outcome: 'refused', reasons: ['host-failed'] }]);
    const other = hooked();
    expect(condition(end(other, other.stanza(CHAT)))).toBe('resource-constraint');
  });

  it('is decided anew with the answer: policy may have changed', () => {
    const bench = hooked();
    const outs = bench.sip(message());
    bench.feed({ kind: 'policy', policy: policyOf({ rules: [] }) });
    const then = says(bench, outs, { result: 'pass' });
    expect(answers(then)).toEqual([403]);
    expect(traces(then)).toMatchObject([{ reasons: ['policy'], by: ['default'] }]);
  });

  it('keeps the order of two people, and lets others pass', () => {
    const bench = hooked();
    const one = bench.sip(message(undefined, undefined, [], 'one'), undefined, 't1');
    expect(asked(bench.sip(message(undefined, undefined, [], 'two'), undefined, 't2'))).toEqual([]);
    const ann = message(undefined, 'sip:ann@sip.test', [], 'three');
    expect(bodyOf(says(bench, bench.sip(ann, undefined, 't3'), { result: 'pass' }))).toBe('three');
    const next = says(bench, one, { result: 'pass' });
    expect(bodyOf(next)).toBe('one');
    expect(bodyOf(says(bench, next, { result: 'pass' }))).toBe('two');
  });

  it('has its time counted from when it came', () => {
    const bench = hooked();
    const outs = bench.stanza(CHAT);
    const start = bench.now;
    bench.now += 1_000;
    const [request] = requests(says(bench, outs, { result: 'pass' }));
    const context = request?.context;
    const over = bench.feed({
      kind: 'sip',
      event: { kind: 'response', response: response(200), context },
    });
    expect(traces(over)).toMatchObject([{ at: start, took: { answered: 1_000 } }]);
  });

  it('is refused where there is no room to wait', () => {
    const bench = hooked({ limits: { waiting: 1 } });
    bench.sip(message());
    const outs = bench.sip(message(undefined, 'sip:ann@sip.test'), undefined, 't2');
    expect(traces(outs)).toMatchObject([{ reasons: ['queue-full'] }]);
  });
});

describe('the hook of a host', () => {
  const VERDICTS: readonly [
    string,
    (crossing: AskedCrossing) => unknown,
    number,
    readonly string[],
  ][] = [
    ['answers', () => ({ result: 'pass' }), 202, []],
    ['answers later', async () => ({ result: 'rewrite', text: 'x' }), 202, ['rewritten']],
    ['refuses', () => ({ result: 'refuse' }), 403, ['host']],
    [
      'throws',
      () => {
        throw new Error('no database');
      },
      480,
      ['host-failed'],
    ],
    [
      'rejects',
      async () => {
        throw new Error('no database');
      },
      480,
      ['host-failed'],
    ],
    ['answers nothing', () => undefined, 480, ['host-failed']],
    ['says of what kind it is', () => ({ kind: 'sip-route', result: 'pass' }), 202, []],
    [
      'says why by what is no text',
      () => ({ result: 'refuse', why: Object.create(null) }),
      403,
      ['host'],
    ],
  ];
  it.each(VERDICTS)('that %s', async (_what, hook, status, reasons) => {
    const onCrossing = hook as (crossing: AskedCrossing) => CrossingVerdict;
    const federation = await realFederation({ hooks: { onCrossing } });
    const sent = await federation.sipSends('alice@contoso.example', 'bob@gtalk.example', 'hello');
    expect(sent).toBe(status);
    expect(crossings(federation.traces)[0]?.reasons).toEqual(reasons);
    await federation.close();
  });
});

describe('between SIP domains', () => {
  const [AMY, ROMEO] = ['amy@contoso.example', 'romeo@fabrikam.example'];
  const HOOKS: readonly [CrossingVerdict, number, string | undefined, readonly string[]][] = [
    [{ result: 'pass' }, 200, 'hello', []],
    [{ result: 'rewrite', text: 'bonjour' }, 200, 'bonjour', ['rewritten']],
    [{ result: 'rewrite', to: 'tybalt@fabrikam.example' }, 480, undefined, ['host-failed']],
    [{ result: 'refuse' }, 403, undefined, ['host']],
  ];
  it.each(HOOKS)('the host says %o', (verdict, status, text, reasons) => {
    const seen: AskedCrossing[] = [];
    const w = new EdgeWorld({
      onCrossing: (crossing) => {
        seen.push(crossing);
        return verdict;
      },
    });
    w.orgs.fabrikam.domain.user('romeo');
    const sent = w.sends('contoso', AMY, ROMEO, 'hello');
    expect(sent.response?.status).toBe(status);
    expect(w.orgs.fabrikam.domain.script.texts('romeo')[0]).toBe(text);
    expect(seen).toMatchObject([{ direction: 'sip-to-sip', from: AMY, to: ROMEO, text: 'hello' }]);
    expect(w.crossings).toMatchObject([{ reasons }]);
  });
});
