// What two people send one way stands in a line while the host is asked: each in its turn, within a bound, however many there
// are.
import { describe, expect, it } from 'vitest';
import type { CrossingVerdict } from '@interwork/core';
import { type DutyEnd, HostDuties, type HostTask } from '../src/gateway/host-duties.ts';

const LOOK: HostTask = {
  kind: 'crossing',
  traffic: 'presence',
  what: 'document',
  mayChange: [],
  proof: 'certificate',
  by: [],
};
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
    expect(pair.asked).toHaveLength(7);
    expect(pair.ends.slice(0, 20).every((end) => end.endsWith('host-failed'))).toBe(true);
    expect([pair.ends.at(-1), pair.size]).toEqual(['35000 takes back go', 0]);
  });

  it('is bounded', () => {
    const pair = new Pair(1);
    expect([pair.comes(0, 'one', LOOK), pair.comes(0, 'two', LOOK)]).toEqual(['taken', 'full']);
    expect(pair.size).toBe(1);
  });
});
