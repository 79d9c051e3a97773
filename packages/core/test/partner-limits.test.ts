// How much may come from a partner: counted over everything it sends, refused by name with a time to come back, and kept in
// a table that has its bound.
import { describe, expect, it } from 'vitest';
import { policyOf } from '@interwork/policy/testing';
import { countedFor, outcomeIn, PartnerLimits } from '../src/gateway/partner-limits.ts';
import { answers, Bench, condition, message, requests, traces } from './gateway-bench.ts';

const bounded = policyOf({
  partners: {
    xmpp: { domains: ['xmpp.test'], limits: { messagesPerSecond: 1, messageBurst: 2 } },
    sip: { domains: ['sip.test'], limits: { messagesPerSecond: 1, messageBurst: 1 } },
  },
  rules: [{ id: 'all', effect: 'permit', domains: ['xmpp.test', 'far.test'] }],
});
const chat = (from = 'bob@xmpp.test/r'): string =>
  `<message from='${from}' to='alice@sip.test' id='m'><body>x</body></message>`;

describe('a rate', () => {
  it('RFC 3261 §20.33: is refused towards SIP, with the time to come back', () => {
    const bench = new Bench({ policy: bounded });
    bench.sip(message(), undefined, 't1');
    const outs = bench.sip(message(), undefined, 't2');
    expect(answers(outs)).toEqual([480]);
    expect(traces(outs)[0]).toMatchObject({ outcome: 'refused', reasons: ['rate-exceeded'] });
    const [draft] = outs.flatMap((out) =>
      out.kind === 'sip' && out.input.kind === 'respond' ? [out.input.draft] : [],
    );
    expect(draft?.headers).toContainEqual({ name: 'Retry-After', value: '1' });
    bench.tick(1_000);
    expect(answers(bench.sip(message(), undefined, 't3'))).toEqual([]);
  });

  it('is refused towards XMPP, whoever of the domain writes', () => {
    const bench = new Bench({ policy: bounded });
    expect(requests(bench.stanza(chat()))).toHaveLength(1);
    expect(requests(bench.stanza(chat('carol@xmpp.test/r')))).toHaveLength(1);
    const outs = bench.stanza(chat('dave@xmpp.test/r'));
    expect(condition(outs)).toBe('resource-constraint');
    expect(traces(outs)[0]).toMatchObject({ reasons: ['rate-exceeded'], by: ['all'] });
    expect(requests(bench.stanza(chat('erin@far.test/r')))).toHaveLength(1);
  });
});

describe('a partner with several domains', () => {
  const limits = { messagesPerSecond: 1 };

  it('may do with all of them together what it may do', () => {
    const policy = policyOf({
      partners: { one: { domains: ['xmpp.test', '*.xmpp.test', 'far.test'], limits } },
      rules: [{ id: 'all', effect: 'permit', partner: 'one' }],
    });
    const bench = new Bench({ policy });
    expect(requests(bench.stanza(chat('bob@xmpp.test/r')))).toHaveLength(1);
    for (const from of ['bob@a.xmpp.test/r', 'bob@b.xmpp.test/r', 'bob@far.test/r'])
      expect(condition(bench.stanza(chat(from)))).toBe('resource-constraint');
    bench.tick(1_000);
    expect(requests(bench.stanza(chat('bob@far.test/r')))).toHaveLength(1);
  });

  it('has its bounds beside those of a discovered one, and under whatever name it is counted', () => {
    const policy = policyOf({
      partners: {
        here: { domains: ['here.test'], limits },
        server: { domains: ['server.test'], limits: { subscriptionsPerSecond: 2 } },
      },
      federation: {
        localDomains: ['sip.test'],
        accessEdge: { routing: 'useDnsSrvRouting', allowFederatedUsers: true },
      },
    });
    const named = (kind: 'discovered' | 'partner', domain: string) =>
      countedFor(policy, 'here.test', [{ kind: 'rate', class: kind, domain }]);
    expect(named('discovered', 'here.test')).toMatchObject([
      { partner: 'discovered here.test', limits: { all: { perSecond: 20 }, messages: undefined } },
      { partner: 'partner here', limits: { all: undefined, messages: { perSecond: 1 } } },
    ]);
    expect(named('partner', 'server.test')).toMatchObject([
      { partner: 'partner here', limits: { messages: { perSecond: 1 } } },
      { partner: 'partner server', limits: { subscriptions: { perSecond: 2 } } },
    ]);
  });
});

describe('the table', () => {
  const limits = {
    all: undefined,
    messages: undefined,
    subscriptions: undefined,
    perUser: undefined,
    contacts: 1,
    suspicious: { perSecond: 1, burst: 1 },
  };
  const of = (partner: string) => [{ partner, limits }];
  const to = (bare: string) => ({ kind: 'message', to: bare }) as const;

  it('keeps whoever was heard, and has room for others a day later', () => {
    const table = new PartnerLimits(2);
    for (const partner of ['a', 'b']) expect(table.count(0, of(partner), to('x'))).toBeUndefined();
    expect(table.count(0, of('c'), to('x'))?.code).toBe('queue-full');
    expect(table.count(86_400_000, of('c'), to('x'))).toBeUndefined();
    expect(table.size).toBe(2);
  });

  it('says when somebody has addressed too many people', () => {
    const table = new PartnerLimits(2);
    expect(table.count(0, of('a'), to('x'))).toBeUndefined();
    expect(table.count(0, of('a'), to('x'))).toBeUndefined();
    expect(table.count(0, of('a'), to('y'))?.code).toBe('too-many-contacts');
  });

  it('counts for all or for none of whom something is counted for', () => {
    const rate = { perSecond: 1, burst: 1 };
    const bounded = (partner: string) => ({ partner, limits: { ...limits, messages: rate } });
    const [a, b] = [bounded('a'), bounded('b')];
    const table = new PartnerLimits(2);
    expect(table.count(0, [b], to('x'))).toBeUndefined();
    expect(table.count(0, [a, b], to('x'))?.code).toBe('rate-exceeded');
    expect(table.count(0, [a], to('x'))).toBeUndefined();
    expect(table.count(0, [a, bounded('c')], to('x'))?.code).toBe('queue-full');
    expect(table.count(86_400_000, [a, bounded('c')], to('x'))).toBeUndefined();
    expect(table.size).toBe(2);
    expect(new PartnerLimits(1).count(0, [a, b], to('x'))?.code).toBe('queue-full');
  });

  it('slows down who mostly tries addresses out, and nobody else', () => {
    const policy = policyOf({
      federation: {
        localDomains: ['sip.test'],
        accessEdge: {
          routing: 'useDnsSrvRouting',
          allowFederatedUsers: true,
          enablePartnerDiscovery: true,
        },
      },
    });
    const duty = { kind: 'rate', class: 'discovered', domain: 'a.test' } as const;
    const second = (status: number): string | undefined => {
      const partners = new PartnerLimits(2);
      const counted = countedFor(policy, 'a.test', [duty]);
      partners.count(0, counted, to('x'));
      for (let n = 0; n < 40; n += 1) outcomeIn({ partners, policy }, 0, [duty], 'a.test', status);
      partners.count(0, counted, to('x'));
      return partners.count(0, counted, to('x'))?.code;
    };
    expect([second(404), second(200), second(504)]).toEqual([
      'rate-exceeded',
      undefined,
      undefined,
    ]);
  });

  it('counts nothing where nothing is bounded', () => {
    const open = policyOf({ rules: [] });
    expect(countedFor(open, 'a.test', [])).toEqual([]);
    const duty = { kind: 'rate', class: 'partner', domain: 'a.test' } as const;
    expect(countedFor(open, 'a.test', [duty])).toEqual([]);
  });
});
