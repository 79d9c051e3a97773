// RFC 3428 §7: when a SIP sender is answered. Each state by each input, the waits, the bound; then barriers,
// pairs and ids.
import { describe, expect, it } from 'vitest';
import { createHmac } from 'node:crypto';
import { Barriers } from '../src/gateway/barrier.ts';
import { type Fate, FATES, type FateInput, Fates, type FateState } from '../src/gateway/fates.ts';
import { LateFailures } from '../src/gateway/late.ts';
import { Pairs } from '../src/gateway/pairs.ts';

const waits = { proof: 1000, answer: 100, confirm: 5000 };
const limits = { openFates: 10, perLink: 9, unconfirmed: 3 };
const inputs: readonly FateInput[] = [
  'sent',
  'acknowledged',
  'proof',
  'failed',
  'error',
  'expired',
];
const states: readonly FateState[] = [
  'queued',
  'waiting',
  'read',
  'unconfirmed',
  'forgotten',
  'over',
];

const ranks = (): (() => number) => {
  let rank = 0;
  return () => ++rank;
};

/** What brings a fresh entry into a state. */
const WAY: Readonly<Record<FateState, readonly FateInput[]>> = {
  queued: [],
  waiting: ['sent'],
  read: ['sent', 'acknowledged'],
  unconfirmed: ['sent', 'expired'],
  forgotten: ['sent', 'expired', 'expired'],
  over: ['failed'],
};

function opened(fates: Fates<string>, id: string, now = 0, lane = 'a b'): Fate<string> {
  const fate = fates.open(now, id, lane, id);
  if (fate === undefined) throw new Error('no room');
  return fate;
}

/** An entry that was written and answered because its wait was over. */
function answered(fates: Fates<string>, id: string, tracked = false): Fate<string> {
  const fate = opened(fates, id);
  fates.sent(0, fate, tracked);
  fates.step(0, fate, 'expired');
  return fate;
}

describe('RFC 3428 §7: fates', () => {
  for (const state of states) {
    for (const input of inputs) {
      const [next = state, end] = FATES[state][input] ?? [];
      it(`${state} by ${input} is ${next}${end === undefined ? '' : `, and ${end} is told`}`, () => {
        const fates = new Fates<string>(waits, limits, ranks());
        const fate = opened(fates, 'id');
        for (const before of WAY[state]) fates.step(0, fate, before);
        expect(fate.state).toBe(state);
        expect(fates.step(1, fate, input)).toEqual(end === undefined ? undefined : { fate, end });
        const { queued, waiting, unconfirmed } = fates.sizes;
        expect([fate.state, queued + waiting + unconfirmed]).toEqual([
          next,
          next === 'over' || next === 'forgotten' ? 0 : 1,
        ]);
        expect(fates.find('id') === fate).toBe(next !== 'over' && next !== 'forgotten');
      });
    }
  }

  it('ends each at its own time, keeps what is in doubt for its time, and is idle then', () => {
    const fates = new Fates<string>(waits, limits, ranks());
    opened(fates, 'a');
    const b = opened(fates, 'b', 10);
    fates.sent(20, b, false);
    expect(fates.wakeAt).toBe(120);
    expect(fates.expire(119)).toBeUndefined();
    expect(fates.expire(120)).toEqual({ end: 'handed-over', fate: b });
    expect([fates.wakeAt, fates.size, fates.sizes.unconfirmed]).toEqual([1000, 1, 1]);
    expect(fates.expire(1000)).toMatchObject({ end: 'failed', fate: { id: 'a' } });
    expect(fates.wakeAt).toBe(5120);
    expect(fates.expire(5120)).toBeUndefined();
    expect([fates.sizes, fates.wakeAt]).toEqual([EMPTY, Infinity]);
  });

  it('takes no more than its bound, and what is in doubt does not count', () => {
    const fates = new Fates<string>(waits, { openFates: 1, perLink: 9, unconfirmed: 1 }, ranks());
    answered(fates, 'a');
    opened(fates, 'b');
    expect(fates.open(0, 'c', 'a b', 'c')).toBeUndefined();
  });

  it('takes no more for one link than its share, and gives it back once each is answered', () => {
    const fates = new Fates<string>(waits, { ...limits, perLink: 2 }, ranks());
    const [a] = [opened(fates, 'a'), opened(fates, 'b')];
    expect(fates.open(0, 'c', 'a b', 'c')).toBeUndefined();
    expect(fates.open(0, 'd', 'a other', 'd')).toBeDefined();
    fates.sent(0, a, false);
    expect(fates.open(0, 'c', 'a b', 'c')).toBeUndefined();
    fates.step(0, a, 'expired');
    expect([a.state, fates.open(0, 'c', 'a b', 'c')?.id]).toEqual(['unconfirmed', 'c']);
    fates.step(0, a, 'proof');
    expect(fates.open(0, 'e', 'a b', 'e')).toBeUndefined();
    fates.clear();
    expect(fates.open(0, 'e', 'a b', 'e')?.id).toBe('e');
  });

  it('forgets the oldest in doubt for a new one', () => {
    const fates = new Fates<string>(waits, limits, ranks());
    const all = ['a', 'b', 'c', 'd'].map((id) => answered(fates, id));
    expect(all.map(({ state }) => state)).toEqual([
      'forgotten',
      'unconfirmed',
      'unconfirmed',
      'unconfirmed',
    ]);
    expect(fates.ofLane('a b').map(({ id }) => id)).toEqual(['b', 'c', 'd']);
  });

  it('XEP-0198 §4: one that was forgotten is still told lost by the edge that promised to say so', () => {
    const fates = new Fates<string>(waits, limits, ranks());
    const fate = answered(fates, 'a', true);
    expect(fates.expire(5000)).toBeUndefined();
    expect([fates.sizes.unconfirmed, fates.wakeAt]).toEqual([0, Infinity]);
    expect(fates.step(9000, fate, 'failed')).toEqual({ fate, end: 'lost' });
    expect(fates.step(9000, fate, 'failed')).toBeUndefined();
  });

  it('knows by link what was written to it, in the order in which it was', () => {
    const fates = new Fates<string>(waits, limits, ranks());
    const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((id) => opened(fates, id));
    const other = opened(fates, 'e', 0, 'a c');
    for (const fate of [d, a, other, c]) fates.sent(0, fate as Fate<string>, false);
    fates.sent(0, b as Fate<string>, true);
    fates.step(0, d as Fate<string>, 'expired');
    const of = (lane: string, upTo?: number) => fates.ofLane(lane, upTo).map(({ id }) => id);
    expect([of('a b'), of('a c'), of('x y')]).toEqual([['d', 'a', 'c', 'b'], ['e'], []]);
    expect([of('a b', a?.rank), of('a b', 0)]).toEqual([['d', 'a'], []]);
    for (const fate of [d, a, other, c]) fates.step(0, fate as Fate<string>, 'proof');
    expect([of('a b'), of('a c'), fates.sizes.waiting]).toEqual([['b'], [], 1]);
  });

  it('XEP-0198 §5: a barrier speaks for those that nobody tracks, and for those that are read', () => {
    const fates = new Fates<string>(waits, limits, ranks());
    const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((id) => opened(fates, id));
    for (const fate of [a, b, c, d]) fates.sent(0, fate as Fate<string>, fate !== a);
    fates.step(0, b as Fate<string>, 'acknowledged');
    fates.step(0, c as Fate<string>, 'expired');
    expect(fates.covered('a b', d?.rank ?? 0).map(({ id }) => id)).toEqual(['a', 'b']);
    expect(fates.covered('a b', a?.rank ?? 0).map(({ id }) => id)).toEqual(['a']);
  });

  it('one that is read keeps its place and its time', () => {
    const fates = new Fates<string>(waits, limits, ranks());
    const [a, b] = ['a', 'b'].map((id) => opened(fates, id));
    for (const [now, fate] of [a, b].entries()) fates.sent(now, fate as Fate<string>, true);
    fates.step(50, a as Fate<string>, 'acknowledged');
    expect([fates.wakeAt, fates.size]).toEqual([100, 2]);
    expect(fates.expire(100)).toEqual({ fate: a, end: 'handed-over' });
    expect(fates.expire(101)).toEqual({ fate: b, end: 'handed-over' });
    expect([a?.state, b?.state]).toEqual(['over', 'unconfirmed']);
  });

  it('is written once', () => {
    const fates = new Fates<string>(waits, limits, ranks());
    const fate = opened(fates, 'a');
    fates.sent(0, fate, false);
    const { rank } = fate;
    fates.sent(50, fate, true);
    expect([fate.rank, fate.tracked, fate.deadline]).toEqual([rank, false, 100]);
  });
});

const EMPTY = { queued: 0, waiting: 0, unconfirmed: 0, lanes: 0 };

describe('barriers', () => {
  const made = (misses = 3) => {
    let n = 0;
    return new Barriers({ delay: 5, patience: 300, misses, max: 2 }, () => `b${++n}`);
  };

  it('sends one for all messages of a few milliseconds, and settles them together', () => {
    const barriers = made();
    barriers.behind(0, 'a.test', 'b.test', 1);
    barriers.behind(3, 'a.test', 'b.test', 2);
    expect([barriers.due(4), barriers.wakeAt]).toEqual([undefined, 5]);
    expect(barriers.due(5)).toEqual({ id: 'b1', from: 'a.test', to: 'b.test' });
    barriers.behind(6, 'a.test', 'b.test', 3);
    expect(barriers.due(100)).toBeUndefined();
    expect(barriers.answered(120, 'b1', 'b.test', 'a.test')).toBe(2);
    expect(barriers.due(125)).toMatchObject({ id: 'b2' });
    expect(barriers.answered(126, 'b2', 'b.test', 'a.test')).toBe(3);
    expect([barriers.wakeAt, barriers.size]).toEqual([Infinity, 0]);
  });

  it('believes only the domain that was asked, and each answer once', () => {
    const barriers = made();
    barriers.behind(0, 'a.test', 'b.test', 7);
    barriers.due(5);
    expect(barriers.answered(6, 'b1', 'evil.test', 'a.test')).toBeUndefined();
    expect(barriers.answered(6, 'bx', 'b.test', 'a.test')).toBeUndefined();
    expect(barriers.answered(6, 'b1', 'b.test', 'a.test')).toBe(7);
    expect(barriers.answered(6, 'b1', 'b.test', 'a.test')).toBeUndefined();
  });

  const missed = (barriers: Barriers, rounds: number): void => {
    for (let round = 0; round < rounds; round++) {
      const now = round * 1000;
      barriers.behind(now, 'a.test', 'b.test', round + 1);
      expect(barriers.due(now + 5)).toBeDefined();
      expect(barriers.due(now + 305)).toBeUndefined();
    }
  };

  it('drops the barrier for a domain that lets three go by', () => {
    const barriers = made();
    missed(barriers, 3);
    barriers.behind(9000, 'a.test', 'b.test', 4);
    expect([barriers.due(9005), barriers.wakeAt, barriers.size]).toEqual([undefined, Infinity, 1]);
  });

  it('takes an answer that comes late for the proof that it is, and asks that domain again', () => {
    const barriers = made();
    missed(barriers, 3);
    expect(barriers.answered(9000, 'b2', 'b.test', 'a.test')).toBe(2);
    barriers.behind(9000, 'a.test', 'b.test', 4);
    expect(barriers.due(9005)).toMatchObject({ id: 'b4' });
    expect(barriers.answered(9006, 'b1', 'b.test', 'a.test')).toBeUndefined();
    expect(barriers.answered(9007, 'b3', 'b.test', 'a.test')).toBe(3);
    expect(barriers.answered(9008, 'b4', 'b.test', 'a.test')).toBe(4);
    expect([barriers.size, barriers.wakeAt]).toEqual([0, Infinity]);
  });

  it('remembers no more unanswered ones of a domain than it may miss', () => {
    const barriers = made(2);
    missed(barriers, 2);
    expect(barriers.answered(2500, 'b2', 'b.test', 'a.test')).toBe(2);
    for (const [n, now] of [3000, 4000].entries()) {
      barriers.behind(now, 'a.test', 'b.test', n + 3);
      barriers.due(now + 5);
      barriers.due(now + 305);
    }
    expect(barriers.answered(5000, 'b1', 'b.test', 'a.test')).toBeUndefined();
    expect(barriers.answered(5000, 'b3', 'b.test', 'a.test')).toBe(3);
  });

  it('remembers no more domains than its bound, and forgets those at rest first', () => {
    const barriers = made();
    for (const to of ['b.test', 'c.test', 'd.test']) barriers.behind(0, 'a.test', to, 1);
    expect([barriers.due(5), barriers.due(5), barriers.due(5)].map((due) => due?.to)).toEqual([
      'b.test',
      'c.test',
      undefined,
    ]);
    barriers.due(305);
    barriers.behind(400, 'a.test', 'd.test', 2);
    expect(barriers.due(405)?.to).toBe('d.test');
  });

  it('a link that is over takes its barriers with it, and all can be forgotten', () => {
    const barriers = made();
    barriers.behind(0, 'a.test', 'b.test', 1);
    barriers.due(5);
    barriers.lost('a.test', 'b.test');
    barriers.lost('a.test', 'x.test');
    expect(barriers.answered(6, 'b1', 'b.test', 'a.test')).toBeUndefined();
    missed(barriers, 3);
    barriers.clear();
    expect([barriers.size, barriers.wakeAt]).toEqual([0, Infinity]);
  });
});

describe('pairs', () => {
  const made = () =>
    new Pairs<string>({
      perPair: 2,
      octetsPerPair: 100,
      inAll: 3,
      wait: 1000,
      patience: 1000,
    });

  it('starts one of a pair, keeps the order of the others, and lets other pairs go', () => {
    const pairs = made();
    expect(['1', '2', '3'].map((item) => pairs.push(0, 'ab', item, 1))).toEqual([
      'start',
      'queued',
      'queued',
    ]);
    expect(pairs.push(0, 'cd', '4', 1)).toBe('start');
    expect([pairs.ended('ab'), pairs.ended('ab'), pairs.ended('ab')]).toEqual([
      '2',
      '3',
      undefined,
    ]);
    expect(pairs.push(0, 'ab', '5', 1)).toBe('start');
  });

  it('is full by pair and in all', () => {
    const pairs = made();
    for (const item of ['1', '2', '3']) pairs.push(0, 'ab', item, 1);
    expect(pairs.push(0, 'ab', '4', 1)).toBe('full');
    pairs.push(0, 'cd', '5', 1);
    pairs.push(0, 'cd', '6', 1);
    expect(pairs.push(0, 'cd', '7', 1)).toBe('full');
  });

  it('is full by octets of what waits, and has room again as that leaves, each way it may leave', () => {
    const leaves: readonly ((pairs: ReturnType<typeof made>) => unknown)[] = [
      (pairs) => pairs.ended('ab'),
      (pairs) => pairs.expired(1_000),
      (pairs) => pairs.behind('ab'),
      (pairs) => pairs.drain(),
    ];
    for (const leave of leaves) {
      const pairs = made();
      expect(pairs.push(0, 'ab', 'large, but it goes', 5_000)).toBe('start');
      expect(pairs.push(0, 'ab', 'large', 101)).toBe('full');
      expect(pairs.push(0, 'ab', 'just', 100)).toBe('queued');
      expect(pairs.push(0, 'ab', 'one more', 1)).toBe('full');
      expect(pairs.push(0, 'cd', 'another pair', 1)).toBe('start');
      leave(pairs);
      expect(pairs.push(0, 'ab', 'again', 100)).toBe('queued');
      expect(pairs.push(0, 'ab', 'and no more', 1)).toBe('full');
    }
  });

  it('gives back what waited too long, oldest first, and rests', () => {
    const pairs = made();
    for (const [at, item] of [
      [0, '1'],
      [5, '2'],
      [7, '3'],
    ] as const)
      pairs.push(at, 'ab', item, 1);
    expect([pairs.wakeAt, pairs.expired(1004)]).toEqual([1005, undefined]);
    expect([pairs.expired(1007), pairs.expired(1007), pairs.expired(1007)]).toEqual([
      '2',
      '3',
      undefined,
    ]);
    expect([pairs.ended('ab'), pairs.busy, pairs.size, pairs.wakeAt]).toEqual([
      undefined,
      0,
      0,
      Infinity,
    ]);
  });

  it('does not mind the end of a pair it does not know', () => {
    expect(made().ended('xy')).toBeUndefined();
  });
});

describe('late failures', () => {
  let drawn = 0;
  const mac = (key: string, text: string) => createHmac('sha256', key).update(text).digest('hex');
  const made = (secret = 'a secret of sixteen', told = 2) =>
    new LateFailures({
      mac,
      secret,
      told,
      late: 3_600_000,
      drawToken: () => `token-${++drawn}-of-these-tests`,
    });
  const DAY = 86_400_000;
  const user = 'alice@sip.test';

  it('takes an id it made, once, in another process too', () => {
    const id = made().makeId(DAY, user, 'xmpp.test');
    const other = made();
    expect([
      other.takes(DAY + 1, id, user, 'xmpp.test'),
      other.takes(DAY + 2, id, user, 'xmpp.test'),
    ]).toEqual([true, false]);
  });

  it('takes an id of a process whose clock is minutes ahead', () => {
    const id = made().makeId(DAY, user, 'xmpp.test');
    expect(made().takes(DAY - 600_000, id, user, 'xmpp.test')).toBe(true);
  });

  it.each([
    ['another user', { user: 'mallory@sip.test' }],
    ['another domain', { domain: 'evil.test' }],
    ['another secret', { secret: 'another secret of ours' }],
    ['too old', { now: DAY + 3_700_000 }],
    ['from too far in the future', { now: DAY - 3_700_000 }],
  ])(
    'refuses an id of %s',
    (_what, wrong: { user?: string; domain?: string; secret?: string; now?: number }) => {
      const id = made().makeId(DAY, user, 'xmpp.test');
      expect(
        made(wrong.secret).takes(
          wrong.now ?? DAY,
          id,
          wrong.user ?? user,
          wrong.domain ?? 'xmpp.test',
        ),
      ).toBe(false);
    },
  );

  it.each([
    '',
    'iw',
    'iw.x.y.z',
    `iw.1.${'a'.repeat(16)}.${'b'.repeat(32)}`,
    `iw.${'9'.repeat(400)}`,
    'iw.....',
    'iw.__proto__.a.b',
  ])('refuses %j', (id) => {
    expect(made().takes(DAY, id, user, 'xmpp.test')).toBe(false);
  });

  it('remembers only as many as it may', () => {
    const late = made();
    const ids = ['1', '2', '3'].map(() => late.makeId(DAY, user, 'xmpp.test'));
    expect(ids.map((id) => late.takes(DAY, id, user, 'xmpp.test'))).toEqual([true, true, true]);
    expect(late.takes(DAY, ids[2] as string, user, 'xmpp.test')).toBe(false);
  });
});
