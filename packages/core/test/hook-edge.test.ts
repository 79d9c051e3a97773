// What a host may do about what goes from SIP to SIP: who asks to see whom, each document, who composes; refused as anything is,
// and otherwise as it came.
import type { AskedCrossing } from '@interwork/core';
import type { Relation } from '@interwork/policy';
import type { ResponseDraft } from '@interwork/sip';
import { pidf } from '@interwork/sip/testing';
import { encodeUtf8 } from '@interwork/xmpp';
import { describe, expect, it } from 'vitest';
import { EdgeWorld, type EdgeWorldOptions, FEDERATION } from './edge-world.ts';
import { activity, hookOf, of, PASS, REFUSED, type Say } from './hook-chat-town.ts';

describe('from SIP to SIP', () => {
  const [FROM, TO] = ['amy@contoso.example', 'romeo@fabrikam.example'];

  function watched(say: Say) {
    const { asked, onCrossing } = hookOf(say);
    const w = new EdgeWorld({ onCrossing });
    const [amy, romeo] = [w.orgs.contoso.domain.user('amy'), w.orgs.fabrikam.domain.user('romeo')];
    romeo.setDocument('<presence>first</presence>');
    romeo.allow(FROM);
    amy.watch(TO, { expires: 600 });
    w.pass(5_000);
    return { w, amy, romeo, asked };
  }

  it('who asks to see whom, and each document; the end is not', () => {
    const { amy, asked, w } = watched(() => PASS);
    expect(amy.sees(TO)).toMatchObject({ state: 'active', document: '<presence>first</presence>' });
    expect(asked).toEqual(['sip-to-sip presence request', 'sip-to-sip presence document first']);
    amy.unwatch(TO);
    w.pass(5_000);
    expect(w.crossings.filter(({ traffic }) => traffic === 'subscribe')).toHaveLength(2);
    expect(asked.filter((line) => line.includes('request'))).toHaveLength(1);
  });

  it.each<[AskedCrossing['what'], Say, string]>([
    ['request', of('request', REFUSED), 'subscribe refused host 403'],
    ['document', of('document', REFUSED), 'notify refused host 403'],
    ['document', of('document', { result: 'failed' }), 'notify refused host-failed 500'],
    [
      'document',
      of('document', { result: 'rewrite', text: 'x' }),
      'notify refused host-failed 500',
    ],
  ])('a %s may be refused', (_what, say, trace) => {
    const { amy, w } = watched(say);
    expect(amy.sees(TO).document).toBeUndefined();
    const traces = w.crossings.map(({ traffic, outcome, reasons, answer }) =>
      [traffic, outcome, ...reasons, answer].join(' '),
    );
    expect(traces).toContain(trace);
  });

  const OPEN = pidf(TO, [{ id: 'desk', basic: 'open', note: 'at lunch' }]);
  const OF_DOCUMENT = /^(?:Content-(?:Type|Language|Length)|ms-piggyback-cseq):.*\r\n/gim;

  /** Amy asks to see Romeo, whose server puts what he shows into its answer. */
  function brought(
    say?: Say,
    document = OPEN,
    options: EdgeWorldOptions = {},
    relation: Relation = 'none',
  ) {
    const { asked, onCrossing } = hookOf(say ?? (() => PASS));
    const w = new EdgeWorld({ ...options, ...(say === undefined ? {} : { onCrossing }) });
    w.relations.set(`${FROM} ${TO}`, relation);
    const { domain } = w.orgs.fabrikam;
    const next = domain.next.bind(domain);
    domain.next = () => {
      const input = next();
      return input?.kind === 'respond'
        ? { ...input, draft: bringing(input.draft, document) }
        : input;
    };
    domain.user('romeo').allow(FROM);
    w.orgs.contoso.domain.user('amy').watch(TO, { expires: 600 });
    w.pass(5_000);
    const answer = () =>
      w.toldTo('contoso').find((text) => /^SIP\/2.0 200 [^]*CSeq: \d+ SUBSCRIBE/.test(text)) ?? '';
    const traces = () =>
      w.crossings
        .filter(({ traffic }) => traffic === 'subscribe')
        .map(({ outcome, reasons, answer: told }) => [outcome, ...reasons, told].join(' '));
    return { w, asked, answer, traces };
  }

  const bringing = (draft: ResponseDraft, document: string): ResponseDraft => ({
    ...draft,
    contentType: 'application/pidf+xml',
    headers: [
      ...(draft.headers ?? []),
      { name: 'Content-Language', value: 'en' },
      { name: 'Subscription-State', value: 'active;expires=600' },
      { name: 'ms-piggyback-cseq', value: '1' },
    ],
    body: encodeUtf8(document),
  });

  it('a document that the 200 to a SUBSCRIBE brings along is looked at, and goes as it came', () => {
    const { answer, asked, traces } = brought(() => PASS);
    expect(answer().endsWith(`\r\n\r\n${OPEN}`)).toBe(true);
    expect(answer().match(OF_DOCUMENT)).toHaveLength(4);
    expect(asked.slice(0, 2)).toEqual([
      'sip-to-sip presence request',
      'sip-to-sip presence document at lunch',
    ]);
    expect(traces()).toEqual(['delivered 200']);
  });

  it.each<[string, Say]>([
    ['host', of('document', REFUSED)],
    ['host-failed', of('document', { result: 'failed' })],
    ['host-failed', of('document', { result: 'rewrite', text: 'x' })],
  ])('or the 200 goes without it, and the trace says why: %s', (why, say) => {
    const { answer, traces } = brought(say);
    const [whole] = brought(() => PASS)
      .answer()
      .replace(OF_DOCUMENT, '')
      .split(OPEN);
    expect(answer().replace(OF_DOCUMENT, '')).toBe(whole);
    expect(answer().match(OF_DOCUMENT)).toEqual(['Content-Length: 0\r\n']);
    expect(traces()).toEqual([`delivered ${why} 200`]);
  });

  it.each([
    [200, 200],
    [404, 404],
    [503, 500],
  ])('what another answer brings along does not go with it: %i to a MESSAGE', (status, passed) => {
    const { asked, onCrossing } = hookOf(() => PASS);
    const brought = [new EdgeWorld({ onCrossing }), new EdgeWorld()].map((w) => {
      const { domain } = w.orgs.fabrikam;
      const next = domain.next.bind(domain);
      domain.next = () => {
        const input = next();
        if (input?.kind !== 'respond') return input;
        const body = encodeUtf8('card 4111');
        return { ...input, draft: { ...input.draft, status, contentType: 'text/plain', body } };
      };
      domain.user('romeo');
      return w.sends('contoso', FROM, TO, 'hello').response;
    });
    expect(brought.map((one) => [one?.status, one?.body.length])).toEqual([
      [passed, 0],
      [passed, 9],
    ]);
    expect(asked).toEqual(['sip-to-sip message message hello']);
  });

  it('one that cannot be read is asked about with all that is in it', () => {
    const { answer, asked } = brought(of('document', REFUSED), 'card 4111');
    const [, document] = asked;
    expect([document, answer().includes('4111')]).toEqual([
      'sip-to-sip presence document card 4111',
      false,
    ]);
  });

  it('the 200 waits for the host, who sees who answers as the sender, and for no longer than it may', () => {
    const asked: AskedCrossing[] = [];
    const { answer, traces, w } = brought((crossing) => {
      asked.push(crossing);
      return crossing.what === 'document' ? new Promise(() => {}) : PASS;
    });
    expect(asked).toHaveLength(2); // his NOTIFY stands behind it
    expect(asked[1]).toMatchObject({ from: TO, to: FROM, proof: 'response', mayChange: [] });
    expect([answer(), traces()]).toEqual(['', []]);
    w.pass(5_000);
    expect([answer().includes('SIP/2.0 200 OK'), answer().includes('lunch')]).toEqual([
      true,
      false,
    ]);
    expect(traces()).toEqual(['delivered host-failed 200']);
  });

  const [THERE, BACK] = [
    { id: 'there', effect: 'permit', from: ['contoso.example'], to: ['fabrikam.example'] },
    { id: 'back', effect: 'permit', from: ['fabrikam.example'], to: ['contoso.example'] },
  ] as const;
  const PROVED = { fabrikam: ['fabrikam.example', 'sip.fabrikam.example'] };

  it('policy is asked of the way back as well, and the host is told what it says', () => {
    const by: unknown[] = [];
    const say = (crossing: AskedCrossing) => (by.push([crossing.what, ...crossing.by]), PASS);
    const { answer } = brought(say, OPEN, {
      policy: { rules: [THERE, BACK] },
      certificates: PROVED,
    });
    expect(by.slice(0, 2)).toEqual([
      ['request', 'there'],
      ['document', 'back'],
    ]);
    expect(answer()).toContain('at lunch');
  });

  const NO_WAY = { ...BACK, id: 'no-way', effect: 'forbid' } as const;
  const SHY = { ...NO_WAY, traffic: ['presence'] } as const;
  it.each<[string, NonNullable<EdgeWorldOptions['policy']>]>([
    ['no rule', { rules: [THERE] }],
    ['a rule', { rules: [THERE, NO_WAY] }],
    ['one about presence', { rules: [THERE, BACK, SHY] }],
    ['one beside the objects of Lync', { rules: [SHY], federation: FEDERATION }],
  ])('what it forbids of that way stays behind, looked at or not: %s', (_what, policy) => {
    const [looked, unseen] = [() => PASS, undefined].map((say) =>
      brought(say, OPEN, { policy, certificates: PROVED }),
    );
    for (const one of [looked, unseen]) {
      expect(one?.answer()).toContain('SIP/2.0 200 OK');
      expect(one?.answer()).not.toContain('lunch');
      expect(one?.traces()).toEqual(['delivered policy 200']);
    }
    expect(looked?.asked).toEqual(['sip-to-sip presence request']);
  });

  it.each([
    ['none', ['delivered policy 200'], false],
    ['added', ['delivered 200'], true],
  ] as const)(
    'what policy has to be told of that way is asked first: %s',
    (relation, traces, is) => {
      const level = 'alwaysUnverifiable' as const;
      const allowedDomains = [{ domain: 'fabrikam.example', verificationLevel: level }];
      const federation = { ...FEDERATION, allowedDomains };
      const one = brought(() => PASS, OPEN, { policy: { federation } }, relation);
      expect([one.traces(), one.answer().includes('at lunch')]).toEqual([traces, is]);
      expect(one.w.asked).toContain(`relation ${FROM}`);
    },
  );

  const composing = (state: string) =>
    `<isComposing xmlns="urn:ietf:params:xml:ns:im-iscomposing"><state>${state}</state></isComposing>`;
  const [FORM, KEYS] = ['application/im-iscomposing+xml', 'application/xml'];
  it.each([
    ['MESSAGE', FORM, composing('active'), ['sip-to-sip composing composing']],
    ['MESSAGE', FORM, composing('idle'), []],
    ['INFO', KEYS, activity('type'), ['sip-to-sip composing composing']],
    ['INFO', KEYS, activity('idle'), []],
  ])('who composes, and no more: %s of %s, %s', (method, contentType, text, expected) => {
    const { asked, onCrossing } = hookOf(() => PASS);
    const w = new EdgeWorld({ onCrossing });
    w.orgs.fabrikam.domain.user('romeo');
    const body = encodeUtf8(text);
    w.sends('contoso', FROM, TO, '', { method, contentType, body });
    expect(asked).toEqual(expected);
  });

  it.each([
    ['text/plain', 'card 4111 1111 1111 1111', 415, 'content-type'],
    [KEYS, '<said>card 4111 1111 1111 1111</said>', 400, 'malformed-body'],
    [KEYS, activity('thinks'), 400, 'malformed-body'],
  ])('an INFO that cannot be read is refused unasked: %s %s', (contentType, text, status, why) => {
    const { asked, onCrossing } = hookOf(() => PASS);
    const [looked, unseen] = [new EdgeWorld({ onCrossing }), new EdgeWorld()];
    const statuses = [looked, unseen].map((w) => {
      w.orgs.fabrikam.domain.user('romeo');
      const draft = { method: 'INFO', contentType, body: encodeUtf8(text) };
      return w.sends('contoso', FROM, TO, '', draft).response?.status;
    });
    const carried = [looked, unseen].map((w) => w.toldTo('fabrikam').length);
    expect([statuses, carried, asked]).toEqual([[status, 200], [0, 1], []]);
    expect(looked.crossings.at(-1)).toMatchObject({ outcome: 'refused', reasons: [why] });
  });

  it.each([
    ['OPTIONS', '', 200],
    ['OPTIONS', 'hello', 400],
    ['MESSAGE', 'hello', 400],
  ])(
    'of somebody whom hosts have no name for, what says nothing passes: %s %s',
    (method, text, status) => {
      const { asked, onCrossing } = hookOf(() => PASS);
      const w = new EdgeWorld({ onCrossing });
      const nameless = '%F0%9F%98%80@contoso.example';
      const sent = w.sends('contoso', nameless, TO, text, { method });
      expect([sent.response?.status, asked]).toEqual([status, []]);
    },
  );
});
