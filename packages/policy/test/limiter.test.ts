// How much may come from a partner: buckets, different addresses, suspicion, users, and budgets that several processes share.
import {
  connectionLimitOf,
  countCrossing,
  countDistinct,
  countOutcome,
  DEFAULT_KEPT,
  DEFAULT_SUSPICION,
  evaluate,
  giveBack,
  isForgotten,
  isSuspicious,
  type Lease,
  leaseFrom,
  limitsOf,
  type PartnerCounts,
  type Query,
  readBudget,
  spendLease,
  takeTokens,
  type TrafficLimits,
} from '@interwork/policy';
import { policyOf } from '@interwork/policy/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const RATE = { perSecond: 2, burst: 3 };
const NO_LIMITS: TrafficLimits = {
  all: undefined,
  messages: undefined,
  subscriptions: undefined,
  perUser: undefined,
  contacts: undefined,
  suspicious: undefined,
};

describe('a token bucket', () => {
  it('lets a burst pass, then what comes back', () => {
    let bucket = takeTokens(undefined, RATE, 0).bucket;
    const passed = [0, 0, 0, 400, 500, 500].map((now) => {
      const taken = takeTokens(bucket, RATE, now);
      bucket = taken.bucket;
      return taken.isTaken ? 'passed' : taken.waitMs;
    });
    expect(passed).toEqual(['passed', 'passed', 500, 100, 'passed', 500]);
  });

  it('never gives what it can never hold', () => {
    expect(takeTokens(undefined, RATE, 0, 4).waitMs).toBe(Infinity);
    const empty = { tokens: 0, at: 0 };
    expect(takeTokens(empty, { perSecond: 0, burst: 3 }, 1e9)).toMatchObject({
      isTaken: false,
      waitMs: Infinity,
    });
  });

  it('lets no more pass than burst and rate, whatever the times, also those that go backwards', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 60_000 }), { maxLength: 300 }), (times) => {
        let bucket = takeTokens(undefined, RATE, 0, 0).bucket;
        let passed = 0;
        for (const now of times) {
          const taken = takeTokens(bucket, RATE, now);
          bucket = taken.bucket;
          if (taken.isTaken) passed += 1;
        }
        const seconds = Math.max(0, ...times) / 1000;
        expect(passed).toBeLessThanOrEqual(RATE.burst + RATE.perSecond * seconds);
      }),
    );
  });
});

describe('different addresses', () => {
  it('are exact up to the bound, and then closed', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 30 }).map(String)), (addresses) => {
        let seen: readonly string[] | undefined;
        const known = new Set<string>();
        for (const address of addresses) {
          const counted = countDistinct(seen, address, { max: 10, characters: 1000 });
          const expected = known.has(address) || known.size < 10;
          expect(counted.isWithin).toBe(expected);
          if (expected) known.add(address);
          seen = counted.seen;
          expect(seen).toEqual([...known].toSorted());
        }
      }),
    );
  });

  it('have a bound of characters too', () => {
    const { seen } = countDistinct(['aaaa'], 'bbbb', { max: 10, characters: 8 });
    expect(seen).toEqual(['aaaa', 'bbbb']);
    expect(countDistinct(seen, 'c', { max: 10, characters: 8 }).isWithin).toBe(false);
    expect(countDistinct(seen, 'aaaa', { max: 10, characters: 8 }).isWithin).toBe(true);
  });
});

describe('suspicion', () => {
  const after = (good: number, bad: number): PartnerCounts => {
    let counts = countOutcome(undefined, true, 0);
    for (let n = 1; n < good; n += 1) counts = countOutcome(counts, true, 0);
    for (let n = 0; n < bad; n += 1) counts = countOutcome(counts, false, 0);
    return counts;
  };
  const ROWS: readonly (readonly [good: number, bad: number, suspicious: boolean])[] = [
    [1, 18, false], // one answer too few
    [1, 19, true],
    [11, 9, false],
    [10, 10, true],
    [100, 99, false],
    [100, 100, true],
  ];
  for (const [good, bad, suspicious] of ROWS) {
    it(`${good} good and ${bad} bad answers are ${suspicious ? '' : 'not '}suspicious`, () => {
      expect(isSuspicious(after(good, bad).suspicion, 0)).toBe(suspicious);
    });
  }

  it('fades', () => {
    const { suspicion } = after(1, 39);
    expect(isSuspicious(suspicion, DEFAULT_SUSPICION.halfLifeMs)).toBe(true);
    expect(isSuspicious(suspicion, 2 * DEFAULT_SUSPICION.halfLifeMs)).toBe(false);
    expect(isSuspicious(suspicion, -1)).toBe(true);
  });

  it('leaves one message a second', () => {
    const limits = { ...NO_LIMITS, suspicious: { perSecond: 1, burst: 1 } };
    let counts = after(1, 39);
    const outcomes = [0, 0, 999, 1000, 1001].map((now) => {
      const admission = countCrossing(counts, { kind: 'message', to: 'a@b' }, limits, now);
      counts = admission.counts;
      return admission.over ?? 'passed';
    });
    expect(outcomes).toEqual(['passed', 'suspicious', 'suspicious', 'passed', 'suspicious']);
  });
});

describe('crossings of a partner', () => {
  it('messages and subscriptions take from one bucket, and from one of their own', () => {
    const all = { ...NO_LIMITS, all: { perSecond: 1, burst: 2 } };
    const apart = { ...NO_LIMITS, messages: { perSecond: 1, burst: 1 } };
    const kinds = ['message', 'subscription', 'subscription'] as const;
    const outcomes = (limits: TrafficLimits): readonly string[] => {
      let counts: PartnerCounts | undefined;
      return kinds.map((kind) => {
        const admission = countCrossing(counts, { kind, to: 'a@b' }, limits, 0);
        counts = admission.counts;
        return admission.over ?? 'passed';
      });
    };
    expect(outcomes(all)).toEqual(['passed', 'passed', 'rate']);
    expect(outcomes(apart)).toEqual(['passed', 'passed', 'passed']);
  });

  it('what is over one bound takes nothing from the others', () => {
    const limits = { ...NO_LIMITS, all: { perSecond: 1, burst: 5 }, contacts: 1 };
    const first = countCrossing(undefined, { kind: 'message', to: 'a@b' }, limits, 0);
    const second = countCrossing(first.counts, { kind: 'message', to: 'c@b' }, limits, 0);
    expect(second).toMatchObject({ over: 'contacts', counts: { all: { tokens: 4 } } });
    expect(second.waitMs).toBeUndefined();
    const third = countCrossing(second.counts, { kind: 'subscription', to: 'a@b' }, limits, 0);
    expect(third.over).toBeUndefined();
  });

  it('each user has a bucket, and idle ones make room', () => {
    const limits = { ...NO_LIMITS, perUser: { perSecond: 1, burst: 1 } };
    const kept = { ...DEFAULT_KEPT, users: 2 };
    let counts: PartnerCounts | undefined;
    const say = (from: string, now: number): string => {
      const admission = countCrossing(
        counts,
        { kind: 'message', from, to: 'x' },
        limits,
        now,
        kept,
      );
      counts = admission.counts;
      return admission.over ?? 'passed';
    };
    expect(['b', 'b', 'a', 'c'].map((from) => say(from, 0))).toEqual([
      'passed',
      'user-rate',
      'passed',
      'users',
    ]);
    expect(say('c', 1000)).toBe('passed');
    expect(counts?.users?.map(({ user }) => user)).toEqual(['c']);
    expect(JSON.parse(JSON.stringify(counts))).toEqual(counts);
  });

  it('is forgotten a day after it was heard', () => {
    const { counts } = countCrossing(undefined, { kind: 'message', to: 'a@b' }, NO_LIMITS, 5);
    expect(isForgotten(counts, 5 + DEFAULT_KEPT.forgetMs - 1)).toBe(false);
    expect(isForgotten(counts, 5 + DEFAULT_KEPT.forgetMs)).toBe(true);
  });
});

describe('a shared budget', () => {
  it('is never overspent, whichever process takes, gives back or dies', () => {
    const step = fc.record({
      process: fc.nat(2),
      want: fc.nat(10),
      spend: fc.nat(10),
      passes: fc.nat(2000),
      ends: fc.constantFrom('keeps', 'gives', 'dies'),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        let now = 0;
        let spent = 0;
        let budget = leaseFrom(undefined, RATE, 0, 0).budget;
        const leases: (Lease | undefined)[] = [undefined, undefined, undefined];
        for (const { process, want, spend, passes, ends } of steps) {
          now += passes;
          if (leases[process] === undefined) {
            const lent = leaseFrom(budget, RATE, want, now, 1000);
            budget = lent.budget;
            leases[process] = lent.lease;
          }
          for (let n = 0; n < spend; n += 1) {
            const next = spendLease(leases[process], now);
            if (next === undefined) break;
            leases[process] = next;
            spent += 1;
          }
          const held = leases[process];
          if (ends === 'gives' && held !== undefined) budget = giveBack(budget, RATE, held, now);
          if (ends !== 'keeps') leases[process] = undefined;
        }
        expect(spent).toBeLessThanOrEqual(RATE.burst + (RATE.perSecond * now) / 1000);
      }),
      { numRuns: 300 },
    );
  });

  it('gives what is there, for a while, and takes back what is left', () => {
    const first = leaseFrom(undefined, RATE, 2, 0, 1000);
    expect(first).toEqual({
      budget: { version: 1, tokens: 1, at: 0 },
      lease: { tokens: 2, until: 1000 },
    });
    const second = leaseFrom(first.budget, RATE, 2, 0, 1000);
    expect(second.lease.tokens).toBe(1);
    expect(leaseFrom(second.budget, RATE, 2, 0, 1000).lease.tokens).toBe(0);
    expect(spendLease(first.lease, 1000)).toBeUndefined();
    expect(giveBack(second.budget, RATE, first.lease, 0).tokens).toBe(2);
    expect(giveBack(second.budget, RATE, first.lease, 1000).tokens).toBe(2);
    expect(giveBack(second.budget, RATE, first.lease, 900).tokens).toBe(3);
  });

  it('is a record that is read with care', () => {
    const { budget } = leaseFrom(undefined, RATE, 1, 7);
    expect(readBudget(JSON.parse(JSON.stringify(budget)))).toEqual(budget);
    for (const wrong of [
      null,
      'x',
      {},
      { ...budget, version: 2 },
      { ...budget, tokens: -1 },
      { ...budget, tokens: '3' },
      { ...budget, at: Number.NaN },
    ])
      expect(readBudget(wrong)).toBeUndefined();
  });
});

describe('bounds of a policy', () => {
  const set = policyOf({
    partners: {
      busy: {
        domains: ['busy.example'],
        limits: {
          messagesPerSecond: 5,
          messageBurst: 50,
          subscriptionsPerSecond: 2,
          perUserMessagesPerSecond: 1,
          connections: 7,
        },
      },
    },
    federation: {
      localDomains: ['ours.example'],
      accessEdge: {
        routing: 'useDnsSrvRouting',
        allowFederatedUsers: true,
        enablePartnerDiscovery: true,
        outgoingTlsCountForFederatedPartners: 3,
      },
      allowedDomains: [{ domain: 'listed.example' }],
      xmppPartners: [
        { domain: 'gmail.example', partnerType: 'federated' },
        { domain: 'limited.example', connectionLimit: 2 },
      ],
    },
  });

  it('of a discovered partner are the three of the Access Edge', () => {
    expect(limitsOf(set, { class: 'discovered', domain: 'found.example' })).toEqual({
      ...NO_LIMITS,
      all: { perSecond: 20, burst: 20 },
      contacts: 1000,
      suspicious: { perSecond: 1, burst: 1 },
    });
  });

  it('of a listed partner are none but those of its own entry', () => {
    expect(limitsOf(set, { class: 'partner', domain: 'listed.example' })).toEqual(NO_LIMITS);
    expect(limitsOf(set, { class: 'partner', domain: 'busy.example' })).toEqual({
      ...NO_LIMITS,
      messages: { perSecond: 5, burst: 50 },
      subscriptions: { perSecond: 2, burst: 2 },
      perUser: { perSecond: 1, burst: 1 },
    });
  });

  it('are asked by what the verdict says: found partners are counted, listed ones are not', () => {
    const srv = new Map([
      ['found.example', ['sip.found.example']],
      ['listed.example', ['sip.listed.example']],
    ]);
    const classes = ['found.example', 'listed.example'].map((from) => {
      const query: Query = {
        from,
        to: 'ours.example',
        via: 'sip',
        toward: 'sip',
        traffic: 'presence',
        mark: 'verified',
        peerNames: [`sip.${from}`],
      };
      const { must } = evaluate(set, query, { srv });
      return must.filter(({ kind }) => kind === 'rate');
    });
    expect(classes).toEqual([
      [{ kind: 'rate', class: 'discovered', domain: 'found.example' }],
      [{ kind: 'rate', class: 'partner', domain: 'listed.example' }],
    ]);
  });

  it('are off where the Access Edge says so', () => {
    const open = policyOf({
      federation: {
        localDomains: ['ours.example'],
        accessEdge: {
          routing: 'useDnsSrvRouting',
          enableDiscoveredPartnerContactsLimit: false,
          discoveredPartnerStandardRate: 4,
        },
      },
    });
    expect(limitsOf(open, { class: 'discovered', domain: 'found.example' })).toMatchObject({
      all: { perSecond: 4, burst: 4 },
      contacts: undefined,
    });
  });

  it('of connections come from the own entry, the XMPP partner, or the Access Edge', () => {
    const rows = [
      ['busy.example', 7],
      ['limited.example', 2],
      ['gmail.example', 20],
      ['found.example', 3],
    ] as const;
    for (const [domain, limit] of rows) expect(connectionLimitOf(set, domain)).toBe(limit);
    expect(connectionLimitOf(policyOf({}), 'found.example')).toBeUndefined();
  });
});
