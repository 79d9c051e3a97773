// What policy wants to know, as a machine: one question for all that wait, their order, the bounds, and what is kept.
import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import type { PolicyQuestion } from '@interwork/policy';
import type { PolicyAnswer } from '@interwork/core';
import { Inquiry, type InquiryOptions } from '../src/gateway/inquiry.ts';

const SRV = { kind: 'srv', domain: 'a.test' } as const;
const GRANT = { kind: 'grant', user: 'ann@sip.test' } as const;
const RELATION = { kind: 'relation', user: 'ann@sip.test', contact: 'bob@a.test' } as const;

interface Bench {
  readonly inquiry: Inquiry;
  readonly asked: { readonly ask: string; readonly question: PolicyQuestion }[];
  readonly done: string[];
  /** Lets something wait until nothing is left to ask. */
  readonly want: (
    name: string,
    questions: readonly PolicyQuestion[],
    asker?: string,
    now?: number,
  ) => string;
}

function bench(limits: Partial<InquiryOptions['limits']> = {}): Bench {
  const asked: { readonly ask: string; readonly question: PolicyQuestion }[] = [];
  const done: string[] = [];
  let tokens = 0;
  const inquiry = new Inquiry({
    limits: { asks: 10, asksPerDomain: 5, waiting: 20, perLink: 10, facts: 100, ...limits },
    waits: { ask: 5_000, fact: 30_000 },
    drawToken: () => `ask${++tokens}`,
    put: (_now, ask, question) => void asked.push({ ask, question }),
  });
  const want = (
    name: string,
    questions: readonly PolicyQuestion[],
    asker = 'a.test',
    now = 0,
  ): string => {
    const again = (then: number): void => void want(name, questions, asker, then);
    const waits = inquiry.wait(now, { asker, questions }, again);
    if (waits !== 'waiting') done.push(name);
    return waits;
  };
  return { inquiry, asked, done, want };
}

describe('an inquiry', () => {
  it('asks nothing where nothing is unknown', () => {
    const { inquiry, asked } = bench();
    expect(inquiry.wait(0, undefined, () => {})).toBe('none');
    expect([asked, inquiry.size, inquiry.known, inquiry.wakeAt]).toEqual([[], 0, 0, Infinity]);
  });

  const rows: readonly [PolicyQuestion, PolicyAnswer, object][] = [
    [
      SRV,
      { kind: 'srv', records: [{ host: 'sip.a.test', port: 5061 }] },
      { srv: [['a.test', ['sip.a.test']]] },
    ],
    [SRV, { kind: 'srv', records: [] }, { srv: [['a.test', []]] }],
    [SRV, { kind: 'srv', records: undefined }, { srv: [['a.test', undefined]] }],
    [GRANT, { kind: 'grant', grant: { site: 'X' } }, { grants: [['ann@sip.test', { site: 'X' }]] }],
    [GRANT, { kind: 'grant', grant: undefined }, {}],
    [
      RELATION,
      { kind: 'relation', relation: 'added' },
      { relations: [['ann@sip.test bob@a.test', 'added']] },
    ],
    [RELATION, { kind: 'relation', relation: undefined }, {}],
    [GRANT, { kind: 'srv', records: [{ host: 'an.answer.to.something.else', port: 1 }] }, {}],
  ];
  it.each(rows)('keeps the answer to %o: %o', (question, answer, known) => {
    const { inquiry, asked, done, want } = bench();
    expect(want('one', [question])).toBe('waiting');
    expect(asked.map((one) => one.question)).toEqual([question]);
    expect(inquiry.answered(0, asked[0]?.ask ?? '', answer)).toBe(true);
    const { srv, grants, relations } = inquiry.facts;
    const entries = { srv: [...(srv ?? [])], grants: [...(grants ?? [])] };
    expect({ ...entries, relations: [...(relations ?? [])] }).toEqual({
      srv: [],
      grants: [],
      relations: [],
      ...known,
    });
    expect(done).toEqual(['one']);
    expect(want('two', [question])).toBe('none');
    const isThere = question === SRV && answer.kind === 'srv';
    expect(inquiry.recordsOf('a.test')).toEqual(isThere ? answer.records : undefined);
  });

  it('asks one question once, however many wait, and does them in their order', () => {
    const { inquiry, asked, done, want } = bench();
    for (const name of ['1', '2', '3']) want(name, [SRV, RELATION]);
    expect(asked).toHaveLength(2);
    inquiry.answered(0, asked[1]?.ask ?? '', { kind: 'relation', relation: 'none' });
    expect(done).toEqual([]);
    want('4', [SRV, RELATION]);
    inquiry.answered(0, asked[0]?.ask ?? '', { kind: 'srv', records: [] });
    expect(done).toEqual(['1', '2', '3', '4']);
    expect(inquiry.size).toBe(0);
  });

  it('goes on without an answer when its time is over, and does not ask again at once', () => {
    const { inquiry, asked, done, want } = bench();
    want('1', [GRANT]);
    inquiry.tick(4_999);
    expect([done, inquiry.wakeAt]).toEqual([[], 5_000]);
    inquiry.tick(5_000);
    expect(done).toEqual(['1']);
    expect(want('2', [GRANT], 'a.test', 14_999)).toBe('none');
    inquiry.tick(15_000);
    expect(want('3', [GRANT], 'a.test', 15_000)).toBe('waiting');
    expect(asked).toHaveLength(2);
    expect(inquiry.answered(15_000, asked[0]?.ask ?? '', { kind: 'grant', grant: {} })).toBe(false);
  });

  it('forgets an answer when its life is over, or when it has changed', () => {
    const { inquiry, asked, want } = bench();
    want('1', [RELATION]);
    inquiry.answered(0, asked[0]?.ask ?? '', { kind: 'relation', relation: 'added' });
    inquiry.tick(29_999);
    expect(inquiry.facts.relations?.size).toBe(1);
    inquiry.forget(RELATION);
    expect([inquiry.facts.relations?.size, inquiry.known]).toEqual([0, 0]);
    want('2', [RELATION]);
    inquiry.answered(30_000, asked[1]?.ask ?? '', { kind: 'relation', relation: 'none' });
    inquiry.tick(60_000);
    expect([inquiry.facts.relations?.size, inquiry.known]).toEqual([0, 0]);
  });

  it('bounds what is open, what one asker may ask and have waiting, and what waits in all', () => {
    const srv = (n: number): PolicyQuestion => ({ kind: 'srv', domain: `d${n}.test` });
    const perAsker = bench({ asksPerDomain: 1 });
    expect([
      perAsker.want('1', [srv(1)]),
      perAsker.want('2', [srv(2)]),
      perAsker.want('3', [srv(2)], 'b.test'),
    ]).toEqual(['waiting', 'full', 'waiting']);
    const asks = bench({ asks: 1 });
    expect([asks.want('1', [srv(1)]), asks.want('2', [srv(2)], 'b.test')]).toEqual([
      'waiting',
      'full',
    ]);
    const share = bench({ perLink: 1 });
    expect([
      share.want('1', [SRV]),
      share.want('2', [SRV]),
      share.want('3', [SRV], 'b.test'),
    ]).toEqual(['waiting', 'full', 'waiting']);
    const all = bench({ waiting: 1 });
    expect([all.want('1', [SRV]), all.want('2', [SRV], 'b.test')]).toEqual(['waiting', 'full']);
  });

  it('keeps no more answers than it may, the oldest go first', () => {
    const { inquiry, asked, want } = bench({ facts: 16, asksPerDomain: 100, asks: 100 });
    for (let n = 0; n < 40; n += 1) {
      want(String(n), [{ kind: 'srv', domain: `d${n}.test` }]);
      inquiry.answered(0, asked[n]?.ask ?? '', {
        kind: 'srv',
        records: n % 3 === 0 ? [] : undefined,
      });
    }
    expect([inquiry.known, inquiry.facts.srv?.size, inquiry.facts.srv?.has('d39.test')]).toEqual([
      16,
      16,
      true,
    ]);
  });

  it('lets everything go when it closes, and keeps nothing', () => {
    const { inquiry, done, want } = bench();
    want('1', [SRV, GRANT]);
    want('2', [RELATION]);
    inquiry.close(0);
    expect(done.toSorted()).toEqual(['1', '2']);
    expect([inquiry.size, inquiry.known, inquiry.wakeAt]).toEqual([0, 0, Infinity]);
  });

  it('ends everything once, in whatever order answers come or fail to', () => {
    const question = fc.constantFrom<PolicyQuestion>(SRV, GRANT, RELATION);
    const step = fc.oneof(
      fc.record({ want: fc.uniqueArray(question, { minLength: 1 }) }),
      fc.record({ answer: fc.nat(8), with: fc.constantFrom('srv', 'grant', 'relation') }),
      fc.record({ pass: fc.nat(6_000) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const { inquiry, asked, done, want } = bench();
        let now = 0;
        let wanted = 0;
        for (const one of steps) {
          if ('want' in one) want(String(wanted++), one.want, 'a.test', now);
          else if ('pass' in one) inquiry.tick((now += one.pass));
          else inquiry.answered(now, asked[one.answer]?.ask ?? '', answerOf(one.with));
        }
        for (let round = 0; round < 4; round += 1) inquiry.tick((now += 5_000));
        expect(done.toSorted()).toEqual(
          Array.from({ length: wanted }, (_, n) => `${n}`).toSorted(),
        );
        expect([inquiry.size, inquiry.wakeAt]).toEqual([0, Infinity]);
      }),
    );
  });
});

function answerOf(kind: string): PolicyAnswer {
  if (kind === 'srv') return { kind, records: [] };
  return kind === 'grant' ? { kind, grant: {} } : { kind: 'relation', relation: 'added' };
}
