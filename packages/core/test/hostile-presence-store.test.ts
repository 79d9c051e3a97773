// The store that presence stands on fails, answers late, or answers nothing. Whoever asks is told that it is our fault and
// for now; nothing is half done; and when the store is back, what both sides see is what there is.
import { describe, expect, it } from 'vitest';
import { policyOf } from '@interwork/policy/testing';
import { documentOf } from './presence-kit.ts';
import {
  headerOf,
  notifyText,
  PresenceMachine,
  refreshText,
  type SentRequest,
  type StoreMood,
  subscribeText,
} from './presence-machine.ts';

const ACTIVE = 'active;expires=3600';
const ORCHARD = documentOf({ id: 'ID-orchard', show: 'away' });
const of = (type: string, resource = ''): string =>
  `<presence from='juliet@example.com${resource}' to='romeo@example.net'${type === '' ? '' : ` type='${type}'`}/>`;

/** Juliet and Romeo see one another. */
function friends(machine = new PresenceMachine()): {
  readonly machine: PresenceMachine;
  readonly subscribe: SentRequest;
  readonly notify: SentRequest;
} {
  machine.stanza(of('subscribe'));
  const subscribe = machine.request();
  machine.respond(subscribe, 200, ['Expires: 3600', 'Contact: <sip:romeo@192.0.2.1>']);
  machine.sip(notifyText(subscribe.draft, 1, ACTIVE, ORCHARD));
  machine.sip(subscribeText({}));
  machine.respond(machine.request(), 200).stanza(of('subscribed'));
  machine.respond(machine.request(), 200).stanza(of('', '/balcony')).pass(6_000);
  const notify = machine.request();
  machine.respond(notify, 200).stanzas();
  return { machine, subscribe, notify };
}

/** Every record, as it stands. */
function records({ table }: PresenceMachine): string {
  return JSON.stringify([...table.entries()].map(({ key, text }) => [key, text]));
}

const MOODS: readonly StoreMood[] = ['down', 'silent'];

describe.each(MOODS)('the store is %s', (mood) => {
  it('a SUBSCRIBE is answered 500 with Retry-After, and nothing is written or said', () => {
    const machine = new PresenceMachine();
    machine.mood = mood;
    const id = machine.sip(subscribeText({}));
    machine.pass(30_000);
    const answer = machine.answer(id);
    expect(answer?.status).toBe(500);
    expect(answer?.headers?.some(({ name }) => name === 'Retry-After')).toBe(true);
    expect([machine.requests(), machine.said(), machine.table.size]).toEqual([[], [], 0]);
  });

  it('a subscribe is answered by an error that says to wait', () => {
    const machine = new PresenceMachine();
    machine.mood = mood;
    machine.stanza(of('subscribe')).pass(60_000);
    expect([machine.said(), machine.requests(), machine.table.size]).toEqual([
      ['error wait'],
      [],
      0,
    ]);
  });

  it('a NOTIFY and a refresh are answered 500, and the records stay as they were', () => {
    const { machine, subscribe, notify } = friends();
    const before = records(machine);
    machine.mood = mood;
    const ids = [
      machine.sip(notifyText(subscribe.draft, 2, ACTIVE, documentOf({ id: 'ID-orchard' }))),
      machine.sip(refreshText(notify.draft, 9, 3600)),
      machine.sip(refreshText(notify.draft, 10, 0)),
    ];
    machine.pass(60_000);
    expect(ids.map((id) => machine.answer(id)?.status)).toEqual([500, 500, 500]);
    expect([machine.requests(), machine.said(), records(machine)]).toEqual([[], [], before]);
    expect(machine.gateway.open).toBe(0);
  });

  it('when it is back, what was due meanwhile is done, and both see what there is', () => {
    const { machine, notify } = friends();
    machine.mood = mood;
    machine.pass(3_560_000);
    expect([machine.requests(), machine.said()]).toEqual([[], []]);
    machine.mood = 'up';
    machine.pass(10_000);
    const asked = machine.request();
    expect(asked.draft.method).toBe('SUBSCRIBE');
    machine.respond(asked, 200, ['Expires: 3600', 'Contact: <sip:romeo@192.0.2.1>']);
    const id = machine.sip(notifyText(asked.draft, 9, ACTIVE, documentOf({ id: 'ID-x' })));
    expect(machine.answer(id)?.status).toBe(200);
    expect(machine.said()).toEqual(expect.arrayContaining(['available x', 'unavailable orchard']));
    machine.mood = mood;
    machine.pass(60_000);
    machine.mood = 'up';
    machine.pass(10_000);
    expect(headerOf(machine.request().draft, 'subscription-state')).toBe(
      'terminated;reason=timeout',
    );
    const gone = machine.sip(refreshText(notify.draft, 20, 3600));
    expect(machine.answer(gone)?.status).toBe(481);
  });
});

describe('a store whose answers are lost', () => {
  it('a SUBSCRIBE that was written and is told as failed is done once when it comes again', () => {
    const machine = new PresenceMachine();
    machine.mood = 'lost';
    const first = machine.sip(subscribeText({ callId: 'a' }));
    machine.pass(30_000);
    expect(machine.answer(first)?.status).toBe(500);
    machine.mood = 'up';
    const second = machine.sip(subscribeText({ callId: 'b' }));
    expect(machine.answer(second)?.status).toBe(200);
    machine.pass(60_000);
    for (const one of machine.requests()) machine.respond(one, 200);
    expect(new Set(machine.said())).toEqual(new Set(['subscribe']));
    machine.stanza(of('subscribed'));
    const states = machine.requests().map(({ draft }) => headerOf(draft, 'subscription-state'));
    expect(states.every((state) => state?.startsWith('active'))).toBe(true);
  });

  it('nobody is shown what he was not let see, whatever was half known', () => {
    const machine = new PresenceMachine();
    machine.sip(subscribeText({}));
    machine.respond(machine.request(), 200).stanzas();
    machine.mood = 'lost';
    machine.stanza(of('', '/balcony')).pass(60_000);
    machine.mood = 'up';
    machine.pass(60_000);
    for (const { draft } of machine.requests()) expect(draft.body?.length ?? 0).toBe(0);
  });
});

describe('a store that is slow', () => {
  it.each([100, 1_000, 2_500])('%i ms an operation: all is done, in order', (slow) => {
    const machine = new PresenceMachine();
    machine.slow = slow;
    machine.stanza(of('subscribe')).pass(4 * slow + 1_000);
    const subscribe = machine.request();
    machine.respond(subscribe, 200, ['Expires: 3600', 'Contact: <sip:romeo@192.0.2.1>']);
    machine.sip(notifyText(subscribe.draft, 1, ACTIVE, ORCHARD));
    machine.sip(notifyText(subscribe.draft, 2, ACTIVE, documentOf({ id: 'ID-orchard' })));
    machine.sip(notifyText(subscribe.draft, 3, ACTIVE, documentOf()));
    machine.pass(20_000);
    expect(machine.said()).toEqual([
      'subscribed',
      'available orchard away',
      'available orchard',
      'unavailable orchard',
    ]);
  });

  it('of many events for one pair those that would wait too long are refused, the others are done', () => {
    const machine = new PresenceMachine();
    machine.slow = 3_000;
    const ids = Array.from({ length: 60 }, (_, n) =>
      machine.sip(subscribeText({ callId: `c${n}` })),
    );
    machine.pass(120_000);
    const answers = ids.map((id) => machine.answer(id)?.status);
    expect(answers.every((status) => status === 200 || status === 480 || status === 500)).toBe(
      true,
    );
    expect(answers.filter((status) => status === 200).length).toBeGreaterThan(0);
    machine.slow = 0;
    machine.pass(60_000);
    expect(machine.gateway.sizes.presence).toBe(0);
  });
});

describe('a store that has lost everything, or holds what a later release wrote', () => {
  it('dialogs nobody remembers are answered 481, and leave nothing', () => {
    const { subscribe, notify } = friends();
    const machine = new PresenceMachine();
    const ids = [
      machine.sip(refreshText(notify.draft, 9, 3600)),
      machine.sip(notifyText(subscribe.draft, 9, ACTIVE, ORCHARD)),
    ];
    expect(ids.map((id) => machine.answer(id)?.status)).toEqual([481, 481]);
    expect([machine.said(), machine.requests(), machine.table.size]).toEqual([[], [], 0]);
  });

  it('a record of a later release stays as it is, and whoever asks is asked to come again', () => {
    const { machine, subscribe, notify } = friends();
    for (const { key } of machine.table.entries())
      machine.table.put(key, { record: { version: 2 }, wakeAt: Infinity });
    const before = records(machine);
    const ids = [
      machine.sip(subscribeText({ callId: 'other' })),
      machine.sip(refreshText(notify.draft, 9, 3600)),
      machine.sip(notifyText(subscribe.draft, 9, ACTIVE, documentOf())),
    ];
    machine.stanza(of('subscribe')).stanza(of('', '/balcony')).pass(60_000);
    expect(ids.map((id) => machine.answer(id)?.status)).toEqual([500, 500, 500]);
    expect([machine.said(), machine.requests()]).toEqual([['error wait'], []]);
    expect(records(machine)).toBe(before);
  });
});

describe.each(['up', 'down', 'silent', 'lost'] as const)(
  'a gateway closes, its store is %s',
  (mood) => {
    it.each([true, false])(
      'and outlives it: %s. It ends in time, and holds nothing',
      (lastingStore) => {
        const { machine } = friends(new PresenceMachine({ lastingStore }));
        machine.mood = mood;
        const open = machine.sip(subscribeText({ from: 'tybalt@example.net', callId: 'open' }));
        machine.feed({ kind: 'close' }).pass(10_000);
        expect(machine.isClosed).toBe(true);
        expect(new Set(Object.values(machine.gateway.sizes))).toEqual(new Set([0]));
        expect([machine.gateway.open, machine.gateway.wakeAt]).toEqual([0, Infinity]);
        expect(machine.answer(open)?.status).toBe(mood === 'up' ? 200 : 500);
      },
    );
  },
);

it('a policy that changes its mind while the store is down is heeded when it is back', () => {
  const { machine } = friends();
  machine.mood = 'down';
  machine.feed({ kind: 'policy', policy: policyOf({ rules: [] }) }).pass(60_000);
  expect([machine.requests(), machine.said()]).toEqual([[], []]);
  machine.mood = 'up';
  machine.pass(60_000);
  const left = machine.requests();
  expect(left.map(({ draft }) => draft.method).toSorted()).toEqual(['NOTIFY', 'SUBSCRIBE']);
  expect(left.every(({ draft }) => draft.body === undefined)).toBe(true);
  expect(machine.said().toSorted()).toEqual(['unavailable orchard', 'unsubscribed']);
});
