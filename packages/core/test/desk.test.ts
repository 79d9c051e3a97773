// The desk: nothing leaves before it is written, each event ends once, in order for each key, within every bound.
import { describe, expect, it } from 'vitest';
import type { StoreRequest } from '@interwork/core';
import type { StoreFate } from '@interwork/core/testing';
import { add, IDLE, Office, type RunningDesk, type Told } from './desk-world.ts';

const ofKind = (kind: StoreRequest['kind'], fate: StoreFate) => ({
  fate: (request: StoreRequest): StoreFate => (request.kind === kind ? fate : 'answered'),
});

describe('one event', () => {
  it('is read, decided, written, and only then lets leave', () => {
    const office = new Office();
    const { desk, put } = office.desk('a', { outbox: false });
    expect(put('k', add('x'))).toBe('taken');
    office.clock.advance(3);
    expect(office.left).toEqual([]);
    office.clock.advance(1);
    expect(office.left).toEqual(['x=1', '?x']);
    expect(office.kinds).toEqual(['due', 'read', 'write']);
    expect(office.read('k')).toEqual({ version: 1, n: 1 });
    expect(desk.sizes).toEqual(IDLE);
  });

  it('keeps what is to leave beside the record until it has left, but no answers', () => {
    const office = new Office();
    const { desk, put } = office.desk('a');
    put('k', add('x'));
    office.clock.advance(3);
    expect(office.read('k')).toMatchObject({ n: 1, outbox: { kept: ['x=1'] } });
    office.clock.advance(100);
    expect(office.left).toEqual(['x=1', '?x']);
    expect(office.kinds).toEqual(['due', 'read', 'write', 'read', 'write']);
    expect(office.read('k')).toEqual({ version: 1, n: 1 });
    expect(desk.sizes).toEqual(IDLE);
  });

  it('writes nothing when nothing changes, and lets leave at once', () => {
    const office = new Office();
    const options = { decide: () => ({ next: 'unchanged' as const, effects: ['seen'] }) };
    office.desk('a', options).put('k', add('x'));
    office.clock.advance(100);
    expect(office.left).toEqual(['seen']);
    expect(office.kinds).toEqual(['due', 'read']);
  });

  it('writes nothing when there is nothing to forget', () => {
    const office = new Office();
    const options = { decide: () => ({ next: undefined, effects: ['?none'] }) };
    office.desk('a', options).put('k', add('x'));
    office.clock.advance(100);
    expect([office.left, office.kinds]).toEqual([['?none'], ['due', 'read']]);
  });

  it('keeps a forgotten record for as long as something is to leave', () => {
    const office = new Office();
    const { desk, put } = office.desk('a');
    put('k', add('x'));
    office.clock.advance(100);
    put('k', { kind: 'forget', name: 'x' });
    office.clock.advance(3);
    expect(office.read('k')).toMatchObject({ version: 0, outbox: { kept: ['x forgot 1'] } });
    put('k', add('y'));
    office.clock.advance(100);
    expect(office.left).toEqual(['x=1', '?x', 'x forgot 1', 'y=1', '?y']);
    put('k', { kind: 'forget', name: 'y' });
    office.clock.advance(100);
    expect(office.read('k')).toBeUndefined();
    expect(desk.sizes).toEqual(IDLE);
  });

  it('is due at its own time, with an outbox and after it', () => {
    const office = new Office();
    office.desk('a').put('k', { kind: 'wake-at', at: office.clock.now + 60_000 });
    office.desk('b').put('k', add('x'));
    office.clock.advance(59_000);
    expect(office.left).toEqual(['x=1', '?x']);
    office.clock.advance(5_000);
    expect(office.left).toEqual(['x=1', '?x', 'due=2']);
  });
});

describe('events of one key', () => {
  it('go in order, and the last write strikes out what left before', () => {
    const office = new Office();
    const { desk, put } = office.desk('a');
    for (const name of ['x', 'y', 'z']) put('k', add(name));
    office.clock.advance(100);
    expect(office.left).toEqual(['x=1', '?x', 'y=2', '?y', 'z=3', '?z']);
    expect(office.kinds.filter((kind) => kind === 'write')).toHaveLength(4);
    expect(desk.sizes).toEqual(IDLE);
  });

  it('do not wait for those of another', () => {
    const slow = {
      delay: ({ kind, key = '' }: { kind: string; key?: string }) =>
        key === 's' && kind === 'read' ? 900 : 1,
    };
    const office = new Office(slow);
    const { put } = office.desk('a');
    put('s', add('slow'));
    put('k', add('x'));
    office.clock.advance(100);
    expect(office.left).toEqual(['x=1', '?x']);
  });
});

describe('a store that fails', () => {
  it.each<[StoreRequest['kind'], StoreFate, number, readonly string[], unknown]>([
    ['read', 'failed', 10, ['store'], undefined],
    ['read', 'answer-lost', 10, ['store'], undefined],
    ['read', 'vanished', 4_010, ['store'], undefined],
    ['write', 'failed', 10, ['store'], undefined],
    ['write', 'vanished', 4_010, ['store'], undefined],
  ])('%s %s: the event comes to nothing', (kind, fate, within, left, record) => {
    const office = new Office(ofKind(kind, fate));
    const { desk, put } = office.desk('a');
    put('k', add('x'));
    office.clock.advance(within);
    expect(office.left).toEqual(left);
    office.fate = () => 'answered';
    expect(office.read('k')).toEqual(record);
    expect(desk.sizes).toEqual(IDLE);
  });

  it.each<[StoreFate, number]>([
    ['answer-lost', 20],
    ['unanswered', 4_020],
  ])('a write that was done but %s lets leave all the same', (fate, within) => {
    let writes = 0;
    const isFirst = (request: StoreRequest): boolean => request.kind === 'write' && writes++ === 0;
    const office = new Office({ fate: (request) => (isFirst(request) ? fate : 'answered') });
    const { desk, put } = office.desk('a');
    put('k', add('x'));
    office.clock.advance(within);
    expect(office.left).toEqual(['store', 'x=1']);
    expect(office.seen[1]?.event).toEqual({ kind: 'recovered', kept: ['x=1'] });
    expect(office.read('k')).toEqual({ version: 1, n: 1 });
    expect(desk.sizes).toEqual(IDLE);
  });

  it('the next event waits for what was written and has not left', () => {
    let writes = 0;
    const isFirst = (request: StoreRequest): boolean => request.kind === 'write' && writes++ === 0;
    const office = new Office({
      fate: (request) => (isFirst(request) ? 'answer-lost' : 'answered'),
    });
    const { put } = office.desk('a');
    put('k', add('x'));
    put('k', add('y'));
    office.clock.advance(100);
    expect(office.left).toEqual(['store', 'x=1', 'y=2', '?y']);
  });

  it('an answer that comes too late is nobody’s', () => {
    const office = new Office({ delay: ({ kind }) => (kind === 'read' ? 2_500 : 1) });
    office.desk('a').put('k', add('x'));
    office.clock.advance(20_000);
    expect(office.left).toEqual(['store']);
  });

  it('what left and could not be struck out does not leave again', () => {
    let reads = 0;
    const isSecond = (request: StoreRequest): boolean => request.kind === 'read' && ++reads === 2;
    const office = new Office({ fate: (request) => (isSecond(request) ? 'failed' : 'answered') });
    const { desk, put } = office.desk('a');
    put('k', add('x'));
    office.clock.advance(100);
    expect(desk.sizes).toEqual({ ...IDLE, remembered: 1 });
    expect(office.read('k')).toMatchObject({ outbox: { kept: ['x=1'] } });
    office.clock.advance(17_000);
    expect(office.left).toEqual(['x=1', '?x']);
    expect(office.read('k')).toEqual({ version: 1, n: 1 });
    expect(desk.sizes).toEqual(IDLE);
  });

  it('forgets what it cannot strike out, in time and in number', () => {
    const office = new Office({ fate: ({ kind }) => (kind === 'due' ? 'failed' : 'answered') });
    const { desk, put } = office.desk('a', { limits: { remembered: 2 } });
    office.fate = (request) => {
      const isLook = request.kind === 'read' && office.left.includes(`${request.key}=1`);
      return isLook || request.kind === 'due' ? 'failed' : 'answered';
    };
    for (const key of ['p', 'q', 'r']) put(key, add(key));
    office.clock.advance(100);
    expect(desk.sizes).toEqual({ ...IDLE, remembered: 2 });
    office.clock.advance(61_000);
    expect(desk.sizes).toEqual(IDLE);
  });

  it('says when there is no room, and nothing leaves', () => {
    const office = new Office({ max: 1 });
    const { put } = office.desk('a');
    put('k', add('x'));
    office.clock.advance(100);
    put('l', add('y'));
    office.clock.advance(100);
    expect(office.left).toEqual(['x=1', '?x', 'full']);
  });

  it('gives up a key that never rests', () => {
    const office = new Office();
    const { desk, put } = office.desk('a');
    office.spoil = (request) => request.kind === 'write';
    put('k', add('x'));
    office.clock.advance(1_000);
    expect(office.left).toEqual(['contended']);
    expect(office.kinds.filter((kind) => kind === 'write')).toHaveLength(16);
    expect(desk.sizes).toEqual(IDLE);
  });

  it('touches no record whose outbox it does not understand', () => {
    const office = new Office();
    const strange = { version: 1, n: 1, outbox: 'later' };
    office.write('k', strange);
    office.desk('a').put('k', add('x'));
    office.clock.advance(1_000);
    expect([office.left, office.read('k')]).toEqual([['store'], strange]);
  });
});

describe('bounds', () => {
  it('takes so many events of one key', () => {
    const { put } = new Office().desk('a', { limits: { perKey: 2 } });
    expect([put('k', add('1')), put('k', add('2')), put('k', add('3'))]).toEqual([
      'taken',
      'taken',
      'full',
    ]);
    expect(put('l', add('1'))).toBe('taken');
  });

  it('takes so many events of all keys, and others again once they have ended', () => {
    const office = new Office();
    const { put } = office.desk('a', { limits: { events: 2 } });
    expect([put('k', add('1')), put('l', add('2')), put('m', add('3'))]).toEqual([
      'taken',
      'taken',
      'full',
    ]);
    office.clock.advance(100);
    expect(put('m', add('3'))).toBe('taken');
  });

  it('asks a store so many things at once, and works on everything in the end', () => {
    const office = new Office();
    const { desk, put } = office.desk('a', { limits: { openKeys: 3 } });
    for (let n = 0; n < 20; n++) put(`k${n}`, add('x'));
    expect(desk.sizes.operations).toBe(4);
    let most = 0;
    office.onAsk = () => (most = Math.max(most, desk.sizes.operations));
    office.clock.advance(200);
    expect(most).toBeLessThanOrEqual(4);
    expect(office.left).toHaveLength(40);
  });

  it('lets nobody wait for ever', () => {
    const office = new Office({ fate: () => 'vanished' });
    const { desk, put } = office.desk('a', { limits: { openKeys: 1 } });
    for (let n = 0; n < 10; n++) put('k', add(`${n}`));
    put('l', add('x'));
    office.clock.advance(32_000);
    expect(office.left.filter((why) => why === 'store')).toHaveLength(6);
    expect(office.left.filter((why) => why === 'late')).toHaveLength(5);
    expect(desk.sizes).toMatchObject({ events: 0, keys: 0 });
  });
});

describe('several desks over one store', () => {
  it('let leave in the order of the writes', () => {
    const office = new Office();
    const [a, b] = [office.desk('a'), office.desk('b')];
    a.put('k', add('x'));
    office.clock.advance(3);
    b.put('k', add('y'));
    a.put('k', add('z'));
    office.clock.advance(1_000);
    expect(office.left).toEqual(['x=1', '?x', 'z=2', '?z', 'y=3', '?y']);
  });

  it('decide again when another was faster', () => {
    const office = new Office();
    const [a, b] = [office.desk('a', { outbox: false }), office.desk('b', { outbox: false })];
    a.put('k', add('x'));
    b.put('k', add('y'));
    office.clock.advance(1_000);
    expect(office.left).toEqual(['x=1', '?x', 'y=2', '?y']);
  });

  it.each<[string, number, readonly string[]]>([
    ['before its write', 1, []],
    ['between its write and what leaves', 3, ['b: x=1']],
    ['between what leaves and striking it out', 5, ['a: x=1', 'a: ?x', 'b: x=1']],
    ['while it is struck out', 6, ['a: x=1', 'a: ?x']],
  ])('one that is killed %s: another lets leave what is owed', (_when, after, left) => {
    const office = new Office();
    const [a, b] = [office.desk('a'), office.desk('b')];
    a.put('k', add('x'));
    office.clock.advance(after);
    a.kill();
    office.clock.advance(17_000);
    const said = office.seen.flatMap(({ desk, effects }) =>
      effects.map((one) => `${desk}: ${one}`),
    );
    expect(said).toEqual(left);
    expect(b.desk.sizes).toEqual(IDLE);
  });

  it('events wait for what a killed one owes', () => {
    const office = new Office();
    const [a, b] = [office.desk('a'), office.desk('b')];
    a.put('k', add('x'));
    office.clock.advance(3);
    a.kill();
    b.put('k', add('y'));
    office.clock.advance(14_000);
    expect(office.left).toEqual([]);
    office.clock.advance(2_000);
    expect(office.left).toEqual(['x=1', 'y=2', '?y']);
  });

  it('take turns over one key, however much comes', () => {
    const office = new Office();
    const more = (desk: RunningDesk): void => {
      while (desk.put('k', add('x')) === 'taken');
    };
    const limits = { perKey: 8, inRow: 4 };
    const desks = ['a', 'b', 'c'].map((name) => office.desk(name, { limits }));
    for (let n = 0; n < 1_000; n++) {
      for (const desk of desks) more(desk);
      office.clock.advance(10);
    }
    for (const name of ['a', 'b', 'c'])
      expect(office.seen.filter(({ desk }) => desk === name).length).toBeGreaterThan(60);
    expect(office.left.filter((one) => !one.includes('x'))).toEqual([]);
    expect(office.numbers('k')).toEqual(office.numbers('k').map((_n, at) => at + 1));
  });

  it('one that waits leaves its turn to other keys', () => {
    const office = new Office();
    const [a, b] = [office.desk('a'), office.desk('b', { limits: { openKeys: 1 } })];
    a.put('k', add('x'));
    office.clock.advance(3);
    a.kill();
    b.put('k', add('y'));
    b.put('l', add('z'));
    office.clock.advance(50);
    expect(office.left).toEqual(['z=1', '?z']);
  });

  it('a process that comes back owes what it owed', () => {
    const office = new Office();
    office.desk('a').put('k', add('x'));
    office.clock.advance(3);
    office.killAll();
    office.desk('a2');
    office.clock.advance(17_000);
    expect(office.left).toEqual(['x=1']);
  });

  it('a recovered decision that cannot be written is not lost', () => {
    const office = new Office();
    office.desk('a').put('k', add('x'));
    office.clock.advance(3);
    office.killAll();
    const { desk } = office.desk('b');
    office.fate = ({ kind }) => (kind === 'write' ? 'failed' : 'answered');
    office.clock.advance(20_000);
    expect(office.left).toEqual(['store']);
    expect(office.seen[0]?.event).toEqual({ kind: 'due' });
    office.fate = () => 'answered';
    office.clock.advance(17_000);
    expect(office.left).toEqual(['store', 'x=1']);
    expect(desk.sizes).toEqual(IDLE);
  });
});

describe('what is due', () => {
  const wakeAt = (at: number): Told => ({ kind: 'wake-at', at });

  it('is looked for at the start and every second, and lent to one', () => {
    const office = new Office();
    const [a, b] = [office.desk('a', { outbox: false }), office.desk('b', { outbox: false })];
    a.put('k', wakeAt(office.clock.now + 10_000));
    office.clock.advance(9_999);
    expect(office.left).toEqual([]);
    office.clock.advance(1_100);
    expect(office.left).toEqual(['due=1']);
    expect(office.kinds.filter((kind) => kind === 'due')).toHaveLength(24);
    expect([a.desk.sizes, b.desk.sizes]).toEqual([IDLE, IDLE]);
  });

  it('is looked for again at once when as much was due as there was room for', () => {
    const office = new Office();
    const at = office.clock.now + 5_000;
    for (let n = 0; n < 40; n++) office.write(`k${n}`, { version: 1, n: 0, wakeAt: at }, at);
    office.desk('a', { limits: { background: 8 } });
    office.clock.advance(6_100);
    expect(office.left).toEqual(Array.from({ length: 40 }, () => 'due=1'));
    const limits = office.asked.flatMap((one) => (one.kind === 'due' ? [one.limit] : []));
    expect(Math.max(...limits)).toBe(8);
  });

  it('comes to nothing while the store does not answer, and is looked for again', () => {
    const office = new Office({ fate: ({ kind }) => (kind === 'due' ? 'failed' : 'answered') });
    const at = office.clock.now;
    office.write('k', { version: 1, n: 0, wakeAt: at }, at);
    office.desk('a');
    office.clock.advance(5_000);
    expect(office.left).toEqual([]);
    office.fate = () => 'answered';
    office.clock.advance(1_100);
    expect(office.left).toEqual(['due=1']);
  });

  it('is not looked for while the desk is full', () => {
    const office = new Office({ fate: ({ kind }) => (kind === 'read' ? 'vanished' : 'answered') });
    const { desk, put } = office.desk('a', { limits: { events: 1 } });
    office.clock.advance(10);
    put('k', add('x'));
    const before = office.kinds.length;
    office.clock.advance(3_900);
    expect(office.kinds).toHaveLength(before);
    expect(desk.wakeAt).toBe(1_004_010);
    office.clock.advance(200);
    expect(office.kinds.at(-1)).toBe('due');
  });

  it('lets time stand still between two looks', () => {
    const office = new Office();
    const { desk, put } = office.desk('a');
    put('k', add('x'));
    office.clock.advance(100);
    expect(desk.wakeAt).toBe(1_001_002);
  });
});

describe('rechecks', () => {
  const recheck = (name: string, prefix = 'k', matches = (_key: string): boolean => true) => ({
    name,
    prefix,
    matches,
    event: add(name),
  });
  const keysOf = (office: Office): readonly string[] =>
    office.seen.map(({ key }) => key).toSorted();

  it('are one event for each key that matches, in pages', () => {
    const office = new Office();
    for (const key of ['k1', 'k2', 'k3', 'k4', 'k5', 'l1']) office.write(key, { version: 1, n: 0 });
    const a = office.desk('a', { limits: { page: 2 } });
    expect(a.recheck(recheck('r', 'k', (key) => key !== 'k2'))).toBe('taken');
    expect(a.desk.sizes.rechecks).toBe(1);
    office.clock.advance(1_000);
    expect(keysOf(office)).toEqual(['k1', 'k3', 'k4', 'k5']);
    expect(office.kinds.filter((kind) => kind === 'keys')).toHaveLength(3);
    expect(a.desk.sizes).toEqual(IDLE);
  });

  it('walk at a pace, one after the other, and leave room', () => {
    const office = new Office();
    for (let n = 0; n < 30; n++) office.write(`k${n}`, { version: 1, n: 0 });
    const a = office.desk('a', { limits: { page: 10, background: 2 }, waits: { page: 500 } });
    a.recheck(recheck('r'));
    a.recheck(recheck('s'));
    office.clock.advance(400);
    expect(a.desk.sizes).toEqual({ ...IDLE, rechecks: 2 });
    expect(office.seen).toHaveLength(10);
    let most = 0;
    office.onAsk = () => (most = Math.max(most, a.desk.sizes.events));
    office.clock.advance(5_000);
    expect(most).toBe(2);
    expect(office.seen).toHaveLength(60);
    expect(a.desk.sizes).toEqual(IDLE);
  });

  it('of one name are one while they wait, and follow one that runs', () => {
    const office = new Office();
    office.write('k1', { version: 1, n: 0 });
    const a = office.desk('a');
    for (const name of ['r', 'r', 'r', 's', 's']) a.recheck(recheck(name));
    expect(a.desk.sizes.rechecks).toBe(3);
    office.clock.advance(1_000);
    expect(office.left.filter((one) => !one.startsWith('?'))).toEqual(['r=1', 'r=2', 's=3']);
  });

  it('are refused when too many wait', () => {
    const a = new Office().desk('a', { limits: { rechecks: 1 } });
    const taken = ['r', 's', 't', 's'].map((name) => a.recheck(recheck(name)));
    expect(taken).toEqual(['taken', 'taken', 'full', 'taken']);
  });

  it('ask again for a page that did not come', () => {
    const office = new Office();
    office.write('k1', { version: 1, n: 0 });
    office.fate = ({ kind }) => (kind === 'keys' ? 'failed' : 'answered');
    const a = office.desk('a');
    a.recheck(recheck('r'));
    office.clock.advance(3_000);
    office.fate = () => 'answered';
    office.clock.advance(1_100);
    expect(keysOf(office)).toEqual(['k1']);
    expect(a.desk.sizes).toEqual(IDLE);
  });
});

describe('the end', () => {
  it('looks for nothing any more, and finishes what is under way', () => {
    const office = new Office();
    office.write('k1', { version: 1, n: 0 });
    const a = office.desk('a');
    a.put('k', add('x'));
    a.recheck({ name: 'r', prefix: 'k', matches: () => true, event: add('r') });
    a.desk.close();
    office.clock.advance(100);
    expect(office.left).toEqual(['x=1', '?x']);
    expect(a.desk.sizes).toEqual(IDLE);
    expect(a.desk.wakeAt).toBe(Infinity);
  });

  it('ends what does not end by itself, and leaves what was written to the next', () => {
    const office = new Office();
    const a = office.desk('a');
    a.put('k', add('x'));
    a.put('k', add('y'));
    office.clock.advance(3);
    a.abandon();
    expect(office.left).toEqual(['closed', 'closed']);
    expect([a.desk.sizes, a.desk.wakeAt]).toEqual([IDLE, Infinity]);
    office.clock.advance(100);
    expect(office.left).toHaveLength(2);
    office.desk('b');
    office.clock.advance(17_000);
    expect(office.left).toEqual(['closed', 'closed', 'x=1']);
  });

  it('says of what does not end whether it may have been written all the same', () => {
    const office = new Office();
    const a = office.desk('a');
    a.put('k', add('x'));
    a.put('k', add('y'));
    a.put('m', add('z'));
    office.clock.advance(3);
    a.abandon();
    const told = office.seen.map(({ event, isInDoubt }) => [
      'name' in event && event.name,
      isInDoubt,
    ]);
    expect(told).toEqual([
      ['x', true],
      ['y', false],
      ['z', true],
    ]);
  });
});

describe('a store that cannot be asked', () => {
  const isPatient = (event: Told | { readonly kind: string }): boolean =>
    event.kind === 'add' && 'name' in event && event.name.startsWith('w');

  it('is asked again for who waits, and not for who would come again', () => {
    let fate: StoreFate = 'failed';
    const office = new Office({ fate: () => fate });
    const { desk, put } = office.desk('a', { isPatient });
    put('k', add('wait'));
    put('m', add('now'));
    office.clock.advance(3_000);
    expect(office.seen.map(({ unable }) => unable)).toEqual(['store']);
    fate = 'answered';
    office.clock.advance(2_000);
    expect(office.left).toEqual(['store', 'wait=1', '?wait']);
    expect(desk.sizes).toEqual(IDLE);
  });

  it('is given up in the end', () => {
    const office = new Office({ fate: () => 'failed' });
    const { desk, put } = office.desk('a', { isPatient });
    put('k', add('wait'));
    office.clock.advance(60_000);
    expect(office.seen.map(({ unable }) => unable)).toEqual(['late']);
    expect(desk.sizes).toEqual(IDLE);
  });

  it('may have done what it did not answer: the order of a key holds all the same', () => {
    let fate: StoreFate = 'answer-lost';
    const office = new Office({ fate: ({ kind }) => (kind === 'write' ? fate : 'answered') });
    const { put } = office.desk('a', { isPatient });
    put('k', add('w1'));
    put('k', add('w2'));
    office.clock.advance(500);
    fate = 'answered';
    office.clock.advance(60_000);
    expect(office.left.filter((effect) => !effect.startsWith('?')).at(-1)).toMatch(/^w2=/);
    expect(office.left.findIndex((effect) => effect.startsWith('w1'))).toBeLessThan(
      office.left.findIndex((effect) => effect.startsWith('w2')),
    );
  });
});
