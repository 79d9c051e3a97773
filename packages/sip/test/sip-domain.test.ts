// Two domains of the model watch each other: what a decent one does, and each way in which it may be difficult.
import { describe, expect, it } from 'vitest';
import { juliet, PresenceTown } from './presence-town.ts';

const JULIET = 'sip:juliet@b.example';
const ROMEO = 'romeo@a.example';

/** A town in which romeo watches juliet, who lets him. */
function watching(options: ConstructorParameters<typeof PresenceTown>[0] = {}): PresenceTown {
  const town = new PresenceTown(options);
  town.juliet.allow(ROMEO);
  town.juliet.setDocument(juliet('in'));
  town.romeo.watch(JULIET);
  town.pass();
  return town;
}

describe('somebody who watches', () => {
  it('is pending until he is let, then sees the state and every change of it', () => {
    const town = new PresenceTown();
    town.juliet.setDocument(juliet('in'));
    town.romeo.watch(JULIET);
    town.pass();
    expect(town.romeo.sees(JULIET)).toMatchObject({ state: 'pending', document: undefined });
    expect(town.juliet.pendingWatchers).toEqual([ROMEO]);
    town.juliet.allow(ROMEO);
    town.pass();
    expect(town.romeo.sees(JULIET)).toMatchObject({ state: 'active', document: juliet('in') });
    expect(town.juliet.pendingWatchers).toEqual([]);
    town.juliet.setDocument(juliet('out'));
    town.pass();
    expect(town.romeo.sees(JULIET).document).toBe(juliet('out'));
    expect(town.ladder).toEqual([
      'a> SUBSCRIBE 3600',
      'b> 200 SUBSCRIBE',
      'b> NOTIFY pending',
      'a> 200 NOTIFY',
      'b> NOTIFY active',
      'a> 200 NOTIFY',
      'b> NOTIFY active',
      'a> 200 NOTIFY',
    ]);
    expect(town.complaints).toEqual([]);
  });

  it('refreshes in the dialog before it ends, and is told the state again', () => {
    const town = watching();
    town.pass(10 * 3600_000);
    expect(town.romeo.sees(JULIET).state).toBe('active');
    expect(town.juliet.watchers).toHaveLength(1);
    expect(town.ladder.filter((line) => line === 'a> SUBSCRIBE 3600').length).toBeGreaterThan(10);
    expect(town.complaints).toEqual([]);
  });

  it('asks for less than he is granted at most, and refreshes by what he is granted', () => {
    const town = new PresenceTown();
    town.juliet.behave({ policy: 'allow', longest: 60 });
    town.romeo.watch(JULIET);
    town.pass(120_000);
    expect(town.juliet.watchers).toHaveLength(1);
    expect(town.ladder.filter((line) => line === 'a> SUBSCRIBE 3600')).toHaveLength(4);
  });

  it('stops: the dialog ends on both sides', () => {
    const town = watching();
    town.romeo.unwatch(JULIET);
    town.pass();
    expect(town.romeo.sees(JULIET)).toMatchObject({ state: 'terminated', reason: 'timeout' });
    expect([town.romeo.watching, town.juliet.watchers]).toEqual([0, []]);
    expect(town.ladder.slice(4)).toEqual([
      'a> SUBSCRIBE 0',
      'b> 200 SUBSCRIBE',
      'b> NOTIFY terminated',
      'a> 200 NOTIFY',
    ]);
  });

  it('may stop before he has been answered', () => {
    const town = new PresenceTown();
    town.juliet.behave({ policy: 'allow' });
    town.romeo.watch(JULIET);
    town.pass(0);
    town.romeo.unwatch(JULIET);
    town.pass();
    expect([town.romeo.watching, town.juliet.watchers]).toEqual([0, []]);
  });

  it('fetches once, and sees the state if he may', () => {
    const town = new PresenceTown();
    town.juliet.setDocument(juliet('in'));
    town.romeo.poll(JULIET);
    town.pass();
    expect(town.romeo.sees(JULIET)).toMatchObject({ state: 'terminated', document: undefined });
    town.juliet.allow(ROMEO);
    town.romeo.poll(JULIET);
    town.pass();
    expect(town.romeo.sees(JULIET)).toMatchObject({ reason: 'timeout', document: juliet('in') });
    expect([town.romeo.watching, town.juliet.watchers]).toEqual([0, []]);
  });

  it('watches from several devices in a dialog each', () => {
    const town = watching();
    town.romeo.watch(JULIET, { device: 'phone', expires: 600 });
    town.pass();
    expect(town.juliet.watchers.map((one) => one.watcher)).toEqual([ROMEO, ROMEO]);
    town.romeo.unwatch(JULIET);
    town.juliet.setDocument(juliet('out'));
    town.pass();
    expect(town.romeo.sees(JULIET, 'phone').document).toBe(juliet('out'));
    expect(town.juliet.watchers).toHaveLength(1);
  });

  it('logs out and in again by his list', () => {
    const town = watching();
    town.romeo.logout();
    town.pass();
    expect(town.juliet.watchers).toEqual([]);
    town.romeo.login();
    town.pass();
    expect(town.romeo.sees(JULIET).state).toBe('active');
  });

  it('crashes: what is sent to its dialogs gets 481, which ends them', () => {
    const town = watching();
    town.romeo.crash();
    expect(town.romeo.sees(JULIET).state).toBe('none');
    town.juliet.setDocument(juliet('out'));
    town.pass();
    expect(town.ladder.slice(-2)).toEqual(['b> NOTIFY active', 'a> 481 NOTIFY']);
    expect(town.juliet.watchers).toEqual([]);
    town.romeo.login();
    town.pass();
    expect(town.romeo.sees(JULIET).document).toBe(juliet('out'));
  });

  it.each([
    { answer: { status: 481 }, watchers: 0 },
    { answer: { status: 500 }, watchers: 1 },
    { answer: { status: 200, after: 500 }, watchers: 1 },
    { answer: 'silence' as const, watchers: 0 },
  ])('answers NOTIFYs as it is told: $answer', ({ answer, watchers }) => {
    const town = watching();
    town.romeo.answerNotify(answer);
    town.juliet.setDocument(juliet('out'));
    town.pass(40_000);
    expect(town.juliet.watchers).toHaveLength(watchers);
    town.romeo.answerNotify(undefined);
    town.pass(3600_000);
    expect(town.romeo.sees(JULIET).document).toBe(juliet('out'));
  });
});

describe('somebody who is watched', () => {
  it('expires a dialog that is not refreshed', () => {
    const town = watching();
    town.loses = (text) => text.startsWith('SUBSCRIBE');
    town.pass(3600_000);
    expect(town.juliet.watchers).toEqual([]);
    expect(town.ladder.filter((line) => line === 'b> NOTIFY terminated')).toHaveLength(1);
  });

  it.each([
    { by: 'status', seen: 'status 403' },
    { by: 'notify', seen: 'rejected' },
  ] as const)('refuses by $by', ({ by, seen }) => {
    const town = new PresenceTown();
    town.juliet.behave({ denial: by });
    town.juliet.deny(ROMEO);
    town.romeo.watch(JULIET);
    town.pass(3600_000);
    expect(town.romeo.sees(JULIET)).toMatchObject({ state: 'terminated', reason: seen });
    expect(town.romeo.watching).toBe(0);
  });

  it('refuses one who was let before, and shows him nothing more', () => {
    const town = watching();
    town.juliet.deny(ROMEO);
    town.juliet.setDocument(juliet('secret'));
    town.pass(3600_000);
    expect(town.romeo.sees(JULIET)).toMatchObject({ reason: 'rejected', document: juliet('in') });
  });

  it('blocks politely: active, and nothing to see', () => {
    const town = new PresenceTown();
    town.juliet.setDocument(juliet('in'));
    town.juliet.blockPolitely(ROMEO);
    town.romeo.watch(JULIET);
    town.pass();
    expect(town.romeo.sees(JULIET)).toMatchObject({ state: 'active', document: undefined });
  });

  it('takes a decision back: who was let is pending again', () => {
    const town = watching();
    town.juliet.undecide(ROMEO);
    town.pass();
    expect(town.romeo.sees(JULIET).state).toBe('pending');
    expect(town.juliet.pendingWatchers).toEqual([ROMEO]);
    town.juliet.undecide(ROMEO);
    expect(town.juliet.pendingWatchers).toEqual([ROMEO]);
  });

  it.each([
    { reason: 'deactivated', retryAfter: undefined, again: 0 },
    { reason: 'probation', retryAfter: 30, again: 30 },
    { reason: 'probation', retryAfter: undefined, again: 60 },
    { reason: 'giveup', retryAfter: 90, again: 90 },
    { reason: 'timeout', retryAfter: undefined, again: 0 },
    { reason: 'noresource', retryAfter: undefined, again: Number.POSITIVE_INFINITY },
    { reason: 'rejected', retryAfter: undefined, again: Number.POSITIVE_INFINITY },
  ])('ends a dialog for $reason, after $retryAfter', ({ reason, retryAfter, again }) => {
    const town = watching();
    town.juliet.terminate(reason, retryAfter === undefined ? {} : { retryAfter });
    town.pass(100);
    const isBack = (): boolean => town.juliet.watchers.length === 1;
    expect(isBack()).toBe(again === 0);
    town.pass(Math.min(again, 3600) * 1000);
    expect(isBack()).toBe(again !== Number.POSITIVE_INFINITY);
  });

  it('loses its memory: a refresh gets 481, and the watcher begins anew', () => {
    const town = watching();
    town.b.restart();
    town.juliet.setDocument(juliet('out'));
    town.pass(1000);
    expect(town.juliet.watchers).toEqual([]);
    town.pass(1800_000);
    expect(town.ladder).toContain('b> 481 SUBSCRIBE');
    expect(town.romeo.sees(JULIET).document).toBe(juliet('out'));
    expect(town.complaints).toEqual([]);
  });

  it('asks for longer subscriptions by 423', () => {
    const town = new PresenceTown();
    town.juliet.behave({ policy: 'allow', shortest: 600 });
    town.romeo.watch(JULIET, { expires: 60 });
    town.pass();
    expect(town.ladder.slice(0, 3)).toEqual([
      'a> SUBSCRIBE 60',
      'b> 423 SUBSCRIBE',
      'a> SUBSCRIBE 600',
    ]);
    expect(town.romeo.sees(JULIET).state).toBe('active');
  });

  it.each([403, 404, 480, 503, 603])('refuses every SUBSCRIBE with %i', (status) => {
    const town = new PresenceTown();
    town.juliet.behave({ policy: 'allow', refusal: { status, retryAfter: 5 } });
    town.romeo.watch(JULIET);
    town.pass(1000);
    town.juliet.behave({ refusal: undefined });
    town.pass(120_000);
    const isTransient = status === 480 || status === 503;
    expect(town.romeo.sees(JULIET).state).toBe(isTransient ? 'active' : 'terminated');
  });

  it('answers 202 as peers of RFC 3265 do', () => {
    const town = new PresenceTown();
    town.juliet.behave({ accepted: 202 });
    town.romeo.watch(JULIET);
    town.pass();
    expect(town.ladder).toContain('b> 202 SUBSCRIBE');
    expect(town.romeo.sees(JULIET).state).toBe('pending');
  });

  it('notifies before it answers', () => {
    const town = new PresenceTown();
    town.juliet.behave({ policy: 'allow', lateAnswer: 100 });
    town.romeo.watch(JULIET);
    town.pass(3000_000);
    expect(town.ladder.indexOf('b> NOTIFY active')).toBeLessThan(
      town.ladder.indexOf('b> 200 SUBSCRIBE'),
    );
    expect(town.juliet.watchers).toHaveLength(1);
    expect(town.complaints).toEqual([]);
  });

  it('is forked: the first NOTIFY wins, and the other dialogs get 481', () => {
    const town = new PresenceTown();
    town.juliet.behave({ policy: 'allow', forks: 2 });
    town.romeo.watch(JULIET);
    town.pass();
    expect(town.ladder.filter((line) => line === 'a> 481 NOTIFY')).toHaveLength(2);
    expect(town.juliet.watchers).toHaveLength(1);
  });

  it('never notifies, and the watcher tries again when he has waited', () => {
    const town = new PresenceTown();
    town.juliet.behave({ policy: 'allow', notifies: false });
    town.romeo.watch(JULIET);
    town.pass(40_000);
    expect(town.romeo.sees(JULIET).state).toBe('none');
    town.juliet.behave({ notifies: true });
    town.pass(60_000);
    expect(town.romeo.sees(JULIET).state).toBe('active');
  });

  it.each([
    { kind: 'out-of-order', answer: 'a> 500 NOTIFY' },
    { kind: 'no-dialog', answer: 'a> 481 NOTIFY' },
    { kind: 'after-end', answer: 'a> 481 NOTIFY' },
  ] as const)('sends a NOTIFY $kind, which changes nothing', ({ kind, answer }) => {
    const town = watching();
    town.juliet.setDocument(juliet('out'));
    town.pass();
    if (kind === 'after-end') town.romeo.unwatch(JULIET);
    town.pass();
    const seen = town.romeo.sees(JULIET);
    town.juliet.stray(kind, ROMEO);
    town.pass(100);
    expect(town.ladder.at(-1)).toBe(answer);
    expect(town.romeo.sees(JULIET)).toEqual(seen);
  });

  it('is nobody: 404', () => {
    const town = new PresenceTown();
    town.romeo.watch('sip:nobody@b.example');
    town.pass();
    expect(town.romeo.sees('sip:nobody@b.example').reason).toBe('status 404');
  });
});

describe('a proxy that stays in the path', () => {
  it('is passed by everything within the dialog', () => {
    const town = watching({ proxy: 'sip:edge.a.example;lr' });
    town.juliet.setDocument(juliet('out'));
    town.pass(3600_000);
    expect(town.romeo.sees(JULIET).document).toBe(juliet('out'));
    expect(town.complaints).toEqual([]);
  });
});

describe('datagrams that are lost', () => {
  it.each([3, 5, 7])('one in %i, and both sides still see the truth', (every) => {
    const town = new PresenceTown();
    let sent = 0;
    town.loses = () => (sent += 1) % every === 0;
    town.juliet.allow(ROMEO);
    town.romeo.watch(JULIET);
    town.pass(60_000);
    for (const note of ['in', 'out', 'back']) {
      town.juliet.setDocument(juliet(note));
      town.pass(30_000);
      expect(town.romeo.sees(JULIET).document).toBe(juliet(note));
    }
    town.romeo.unwatch(JULIET);
    town.pass(60_000);
    expect([town.romeo.watching, town.juliet.watchers]).toEqual([0, []]);
    expect(town.complaints).toEqual([]);
  });
});

describe('everything that is not presence', () => {
  it('is the script of the domain', () => {
    const town = new PresenceTown();
    const target = { transport: 'udp', address: '192.0.2.2', port: 5060, references: [] } as const;
    const sent = town.a.script.send({ from: ROMEO, to: 'juliet@b.example', text: 'hi' }, [target]);
    town.pass();
    expect(sent.response?.status).toBe(200);
    expect(town.b.script.texts('juliet')).toEqual(['hi']);
  });
});
