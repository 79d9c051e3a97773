// RFC 3428 §7: when a SIP sender is answered. Each state by each input, the waits, the bound; then barriers,
// pairs and ids.
import { describe, expect, it } from 'vitest';
import { createHmac } from 'node:crypto';
import { Barriers } from '../src/gateway/barrier.ts';
import { FATES, type FateInput, Fates, type FateState } from '../src/gateway/fates.ts';
import { LateFailures } from '../src/gateway/late.ts';
import { Pairs } from '../src/gateway/pairs.ts';

const waits = { proof: 1000, answer: 100 };
const inputs: readonly FateInput[] = ['sent', 'failed', 'error', 'barrier', 'expired'];

describe('fates', () => {
  for (const state of ['queued', 'waiting'] as readonly FateState[]) {
    for (const input of inputs) {
      const row: Partial<Record<FateInput, string>> = FATES[state];
      it(`${state} by ${input} is ${row[input] ?? 'nothing'}`, () => {
        const fates = new Fates<string>(waits, 10);
        fates.open(0, 'id', 'v');
        if (state === 'waiting') fates.step(0, 'id', 'sent');
        const ended = fates.step(1, 'id', input);
        if (row[input] === undefined) expect([ended, fates.size]).toEqual([undefined, 1]);
        else if (row[input] === 'waiting')
          expect([ended, fates.find('id')?.state]).toEqual([undefined, 'waiting']);
        else expect([ended?.end, fates.size]).toEqual([row[input], 0]);
      });
    }
  }

  it('ends each at its own time, and is idle then', () => {
    const fates = new Fates<number>(waits, 10);
    fates.open(0, 'a', 1);
    fates.open(10, 'b', 2);
    fates.step(20, 'b', 'sent');
    expect(fates.wakeAt).toBe(120);
    expect(fates.expire(119)).toBeUndefined();
    expect(fates.expire(120)).toMatchObject({ end: 'handed-over', fate: { id: 'b' } });
    expect(fates.wakeAt).toBe(1000);
    expect(fates.expire(1000)).toMatchObject({ end: 'failed', fate: { id: 'a' } });
    expect([fates.size, fates.wakeAt]).toEqual([0, Infinity]);
  });

  it('takes no more than its bound', () => {
    const fates = new Fates<number>(waits, 1);
    expect([fates.open(0, 'a', 1), fates.open(0, 'b', 2)]).toEqual([true, false]);
  });

  it('knows nothing of an id that was never opened', () => {
    expect(new Fates<number>(waits, 1).step(0, 'x', 'sent')).toBeUndefined();
  });
});

describe('barriers', () => {
  const made = () => {
    let n = 0;
    return new Barriers({ delay: 5, patience: 300, misses: 3, max: 2 }, () => `b${++n}`);
  };

  it('sends one for all messages of a few milliseconds, and settles them together', () => {
    const barriers = made();
    barriers.behind(0, 'a.test', 'b.test', 'm1');
    barriers.behind(3, 'a.test', 'b.test', 'm2');
    expect([barriers.due(4), barriers.wakeAt]).toEqual([undefined, 5]);
    expect(barriers.due(5)).toEqual({ id: 'b1', from: 'a.test', to: 'b.test' });
    barriers.behind(6, 'a.test', 'b.test', 'm3');
    expect(barriers.answered(20, 'b1', 'b.test', 'a.test')).toEqual(['m1', 'm2']);
    expect(barriers.due(25)).toMatchObject({ id: 'b2' });
    expect(barriers.answered(26, 'b2', 'b.test', 'a.test')).toEqual(['m3']);
    expect(barriers.wakeAt).toBe(Infinity);
  });

  it('believes only the domain that was asked, and each answer once', () => {
    const barriers = made();
    barriers.behind(0, 'a.test', 'b.test', 'm1');
    barriers.due(5);
    expect(barriers.answered(6, 'b1', 'evil.test', 'a.test')).toEqual([]);
    expect(barriers.answered(6, 'bx', 'b.test', 'a.test')).toEqual([]);
    expect(barriers.answered(6, 'b1', 'b.test', 'a.test')).toEqual(['m1']);
    expect(barriers.answered(6, 'b1', 'b.test', 'a.test')).toEqual([]);
  });

  it('drops the barrier for a domain that lets three go by', () => {
    const barriers = made();
    for (let round = 0; round < 3; round++) {
      const now = round * 1000;
      barriers.behind(now, 'a.test', 'b.test', 'm');
      expect(barriers.due(now + 5)).toBeDefined();
      expect(barriers.due(now + 305)).toBeUndefined();
    }
    barriers.behind(9000, 'a.test', 'b.test', 'm');
    expect([barriers.due(9005), barriers.wakeAt]).toEqual([undefined, Infinity]);
  });

  it('remembers no more domains than its bound, and forgets those at rest first', () => {
    const barriers = made();
    for (const to of ['b.test', 'c.test', 'd.test']) barriers.behind(0, 'a.test', to, 'm');
    expect([barriers.due(5), barriers.due(5), barriers.due(5)].map((due) => due?.to)).toEqual([
      'b.test',
      'c.test',
      undefined,
    ]);
    barriers.due(305);
    barriers.behind(400, 'a.test', 'd.test', 'm');
    expect(barriers.due(405)?.to).toBe('d.test');
  });
});

describe('pairs', () => {
  const made = () => new Pairs<string>({ perPair: 2, inAll: 3, wait: 1000 });

  it('starts one of a pair, keeps the order of the others, and lets other pairs go', () => {
    const pairs = made();
    expect(['1', '2', '3'].map((item) => pairs.push(0, 'ab', item))).toEqual([
      'start',
      'queued',
      'queued',
    ]);
    expect(pairs.push(0, 'cd', '4')).toBe('start');
    expect([pairs.ended('ab'), pairs.ended('ab'), pairs.ended('ab')]).toEqual([
      '2',
      '3',
      undefined,
    ]);
    expect(pairs.push(0, 'ab', '5')).toBe('start');
  });

  it('is full by pair and in all', () => {
    const pairs = made();
    for (const item of ['1', '2', '3']) pairs.push(0, 'ab', item);
    expect(pairs.push(0, 'ab', '4')).toBe('full');
    pairs.push(0, 'cd', '5');
    pairs.push(0, 'cd', '6');
    expect(pairs.push(0, 'cd', '7')).toBe('full');
  });

  it('gives back what waited too long, oldest first, and rests', () => {
    const pairs = made();
    for (const [at, item] of [
      [0, '1'],
      [5, '2'],
      [7, '3'],
    ] as const)
      pairs.push(at, 'ab', item);
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

  it.each([
    ['another user', { user: 'mallory@sip.test' }],
    ['another domain', { domain: 'evil.test' }],
    ['another secret', { secret: 'another secret of ours' }],
    ['too old', { now: DAY + 3_700_000 }],
    ['from the future', { now: DAY - 200_000 }],
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
