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

describe('the table', () => {
  const limits = {
    all: undefined,
    messages: undefined,
    subscriptions: undefined,
    perUser: undefined,
    contacts: 1,
    suspicious: { perSecond: 1, burst: 1 },
  };
  const of = (partner: string) => ({ partner, limits });
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
      if (counted === undefined) throw new Error('it is not counted');
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
    expect(countedFor(open, 'a.test', [])).toBeUndefined();
    const duty = { kind: 'rate', class: 'partner', domain: 'a.test' } as const;
    expect(countedFor(open, 'a.test', [duty])).toBeUndefined();
  });
});
