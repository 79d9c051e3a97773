// What two people send one way stands in a line while the host is asked: each in its turn, within a bound, however many there
// are.
import { describe, expect, it } from 'vitest';
import type { CrossingVerdict, DutyAnswer } from '@interwork/core';
import { type DutyEnd, HostDuties, type HostTask } from '../src/gateway/host-duties.ts';

const LOOK: HostTask = {
  kind: 'crossing',
  traffic: 'presence',
  what: 'document',
  mayChange: [],
  proof: 'certificate',
  by: [],
};
const ARCHIVE: HostTask = { kind: 'archive', stopOnFailure: true };
const MESSAGE = {
  direction: 'xmpp-to-sip',
  from: 'a@x.test',
  to: 'b@s.test',
  text: '',
  subject: undefined,
} as const;
const [DUTY, PAIR] = [5_000, 32_000];

/** A line of one pair, what was asked, and what came of each. */
class Pair {
  readonly asked: string[] = [];
  readonly ends: string[] = [];
  readonly #duties: HostDuties;
  #drawn = 0;

  constructor(waiting = 100_000) {
    this.#duties = new HostDuties({
      limits: { waiting, perLink: waiting },
      waits: { duty: DUTY, pair: PAIR },
      drawToken: () => `t${++this.#drawn}`,
      put: (ask) => this.asked.push(ask),
    });
  }

  get size(): number {
    return this.#duties.size;
  }

  comes(now: number, name: string, ...tasks: readonly HostTask[]): string {
    const whose = { pair: 'a b', asker: 'x.test' };
    return this.#duties.carryOut(now, whose, tasks, MESSAGE, (at, end) =>
      this.ends.push(`${at} ${name} ${wordOf(end)}`),
    );
  }

  says(now: number, verdict: CrossingVerdict): void {
    this.#duties.answered(now, this.asked.at(-1) ?? '', { kind: 'crossing', ...verdict });
  }

  did(now: number, answer: Omit<DutyAnswer, 'kind'>): void {
    this.#duties.answered(now, this.asked.at(-1) ?? '', { kind: 'duty', ...answer });
  }

  close(now: number): void {
    this.#duties.close(now);
  }

  /** Time passes, and nobody answers. */
  passes(from: number, to: number): void {
    for (let now = from; now <= to; now += DUTY) this.#duties.tick(now);
  }
}

function wordOf(end: DutyEnd): string {
  return end.kind === 'go' ? 'go' : end.refusal.code;
}

describe('a line of one pair', () => {
  it('lets go in the order in which they came, whether or not the host is asked', () => {
    const pair = new Pair();
    pair.comes(0, 'shows', LOOK);
    pair.comes(1, 'takes back');
    pair.comes(2, 'shows anew', LOOK);
    expect([pair.asked, pair.ends]).toEqual([['t1'], []]);
    pair.says(10, { result: 'pass' });
    expect([pair.asked, pair.ends]).toEqual([
      ['t1', 't2'],
      ['10 shows go', '10 takes back go'],
    ]);
    pair.says(20, { result: 'refuse' });
    expect([pair.ends.at(-1), pair.size]).toEqual(['20 shows anew host', 0]);
  });

  it('may be as long as there is room', () => {
    const pair = new Pair();
    pair.comes(0, 'first', LOOK);
    for (let at = 0; at < 50_000; at++) pair.comes(1, 'behind');
    pair.says(2, { result: 'pass' });
    expect([pair.ends.length, pair.size]).toEqual([50_001, 0]);
  });

  it('does not ask about what has waited too long, and lets go what nobody is asked about', () => {
    const pair = new Pair();
    for (let at = 0; at < 20; at++) pair.comes(0, `look ${at}`, LOOK);
    pair.comes(0, 'takes back');
    pair.passes(DUTY, 2 * PAIR);
    expect(pair.asked).toHaveLength(5);
    expect(pair.ends.slice(0, 20).every((end) => end.endsWith('host-failed'))).toBe(true);
    expect([pair.ends.at(-1), pair.size]).toEqual(['25000 takes back go', 0]);
  });

  it('RFC 3261 §17.1.2.2 ends before its sender gives up, however slow the host is', () => {
    const pair = new Pair();
    for (let at = 0; at < 20; at++) pair.comes(0, `look ${at}`, LOOK);
    for (let now = DUTY - 1; pair.size > 0; now += DUTY - 1) pair.says(now, { result: 'pass' });
    const [last = ''] = pair.ends.filter((end) => end.endsWith(' go')).slice(-1);
    expect(Number(last.split(' ')[0])).toBeLessThan(PAIR - DUTY);
    expect(pair.ends.map((end) => end.replace(/^\d+ /, '')).slice(0, 7)).toEqual([
      'look 0 go',
      'look 1 go',
      'look 2 go',
      'look 3 go',
      'look 4 go',
      'look 5 host-failed',
      'look 6 host-failed',
    ]);
  });

  it('asks nobody any more once it is closed', () => {
    const pair = new Pair();
    for (const name of ['one', 'two', 'three']) pair.comes(0, name, LOOK);
    pair.comes(0, 'takes back');
    pair.close(10);
    const failed = ['one', 'two', 'three'].map((name) => `10 ${name} host-failed`);
    expect([pair.asked, pair.ends]).toEqual([['t1'], [...failed, '10 takes back go']]);
    pair.comes(11, 'later', LOOK);
    expect([pair.asked.length, pair.ends.at(-1), pair.size]).toEqual([
      1,
      '11 later host-failed',
      0,
    ]);
  });

  it.each([null, 5, Object.create(null), Symbol('why')])(
    'goes on where what says why is no text (%#)',
    (why) => {
      const pair = new Pair();
      pair.comes(0, 'one', LOOK);
      pair.comes(0, 'two', ARCHIVE);
      pair.comes(0, 'three', LOOK);
      const untyped = { result: 'refuse', why: why as string } as const;
      pair.says(1, untyped);
      pair.did(2, { result: 'refused', why: why as string });
      pair.says(3, untyped);
      expect(pair.ends).toEqual(['1 one host', '2 two obligation-unmet', '3 three host']);
    },
  );

  it('is bounded', () => {
    const pair = new Pair(1);
    expect([pair.comes(0, 'one', LOOK), pair.comes(0, 'two', LOOK)]).toEqual(['taken', 'full']);
    expect(pair.size).toBe(1);
  });
});
