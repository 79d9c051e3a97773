import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  MisuseError,
  type Notifier,
  type NotifierInput,
  type NotifierState,
  type NotifierStep,
  notifierWakeAt,
  openNotifier,
  param,
  type ResponseDraft,
  stepNotifier,
  writeUri,
} from '@interwork/sip';
import { endsNotifier, NOTIFIER_MOVES } from '../src/notifier/transitions.ts';
import { good } from './message-text.ts';
import { ANN, BOB, headerOf, PIDF, responseTo, T0 } from './subscriptions.ts';
import { Presentity, subscribe, type SubscribeParts, told } from './presentity.ts';

/** One whose first NOTIFY was answered. */
function standing(state: 'pending' | 'active' = 'active'): Presentity {
  const presentity = new Presentity(state);
  presentity.response(200);
  presentity.now += 60_000;
  return presentity;
}

function endingOne(): Presentity {
  const presentity = standing();
  presentity.subscribe({ expires: 0 });
  return presentity;
}

const fetch = (state: 'pending' | 'active' = 'active', document = ''): Presentity =>
  new Presentity(state, { expires: 0 }, {}, document);

const AT = {
  pending: () => standing('pending'),
  active: () => standing(),
  'active, one on its way': () => new Presentity(),
  ending: endingOne,
  'ending, one before on its way': () => {
    const presentity = new Presentity();
    presentity.step({ kind: 'terminate', reason: 'deactivated' });
    return presentity;
  },
  'asked once': () => fetch(),
} as const satisfies Record<string, () => Presentity>;

const INPUTS = {
  refresh: (p) => p.subscribe({ expires: 600 }),
  unsubscribe: (p) => p.subscribe({ expires: 0 }),
  'state pending': (p) => p.step({ kind: 'state', state: 'pending' }),
  'state active': (p) => p.step({ kind: 'state', state: 'active' }),
  changed: (p) => p.step({ kind: 'changed' }),
  terminate: (p) => p.step({ kind: 'terminate', reason: 'rejected' }),
  '200': (p) => p.response(200),
  '481': (p) => p.response(481),
  '500': (p) => p.response(500),
  timeout: (p) => p.step({ kind: 'failed', reason: 'timeout' }),
  transport: (p) => p.step({ kind: 'failed', reason: 'transport' }),
  wake: (p) => p.wake(),
  lost: (p) => p.step({ kind: 'lost' }),
} as const satisfies Record<string, (p: Presentity) => NotifierStep>;

const REJECTED = 'terminated;reason=rejected';
const TIMEOUT = 'terminated;reason=timeout';

/** Where it leads | what is answered | what is notified. */
const EXPECTED: Readonly<Record<keyof typeof AT, Readonly<Record<keyof typeof INPUTS, string>>>> = {
  pending: {
    refresh: 'pending | 200 600 | pending;expires=600',
    unsubscribe: `ending | 200 0 | ${TIMEOUT}`,
    'state pending': 'pending | - | -',
    'state active': 'active | - | active;expires=3540 open',
    changed: 'pending | - | -',
    terminate: `ending | - | ${REJECTED}`,
    '200': 'pending | - | -',
    '481': 'pending | - | -',
    '500': 'pending | - | -',
    timeout: 'pending | - | -',
    transport: 'pending | - | -',
    wake: `ending | - | ${TIMEOUT}`,
    lost: 'pending | - | -',
  },
  active: {
    refresh: 'active | 200 600 | active;expires=600 open',
    unsubscribe: `ending | 200 0 | ${TIMEOUT} open`,
    'state pending': 'pending | - | pending;expires=3540',
    'state active': 'active | - | -',
    changed: 'active | - | active;expires=3540 open',
    terminate: `ending | - | ${REJECTED}`,
    '200': 'active | - | -',
    '481': 'active | - | -',
    '500': 'active | - | -',
    timeout: 'active | - | -',
    transport: 'active | - | -',
    wake: `ending | - | ${TIMEOUT} open`,
    lost: 'active | - | -',
  },
  'active, one on its way': {
    refresh: 'active | 200 600 | -',
    unsubscribe: 'ending | 200 0 | -',
    'state pending': 'pending | - | -',
    'state active': 'active | - | -',
    changed: 'active | - | -',
    terminate: 'ending | - | -',
    '200': 'active | - | -',
    '481': 'over notify-failed | - | -',
    '500': 'active | - | -',
    timeout: 'over notify-failed | - | -',
    transport: 'active | - | -',
    wake: 'over notify-failed | - | -',
    lost: 'active | - | active;expires=3600 open',
  },
  ending: {
    refresh: 'ending | 481 | -',
    unsubscribe: 'ending | 481 | -',
    'state pending': 'ending | - | -',
    'state active': 'ending | - | -',
    changed: 'ending | - | -',
    terminate: 'ending | - | -',
    '200': 'over unsubscribed | - | -',
    '481': 'over unsubscribed | - | -',
    '500': 'over unsubscribed | - | -',
    timeout: 'over unsubscribed | - | -',
    transport: 'over unsubscribed | - | -',
    wake: 'over unsubscribed | - | -',
    lost: `ending | - | ${TIMEOUT} open`,
  },
  'ending, one before on its way': {
    refresh: 'ending | 481 | -',
    unsubscribe: 'ending | 481 | -',
    'state pending': 'ending | - | -',
    'state active': 'ending | - | -',
    changed: 'ending | - | -',
    terminate: 'ending | - | -',
    '200': 'ending | - | terminated;reason=deactivated',
    '481': 'over terminated | - | -',
    '500': 'ending | - | terminated;reason=deactivated',
    timeout: 'over terminated | - | -',
    transport: 'ending | - | terminated;reason=deactivated',
    wake: 'over terminated | - | -',
    lost: 'ending | - | terminated;reason=deactivated',
  },
  'asked once': {
    refresh: 'ending | 481 | -',
    unsubscribe: 'ending | 481 | -',
    'state pending': 'ending | - | -',
    'state active': `ending | - | ${TIMEOUT}`,
    changed: `ending | - | ${TIMEOUT}`,
    terminate: `ending | - | ${REJECTED}`,
    '200': 'ending | - | -',
    '481': 'ending | - | -',
    '500': 'ending | - | -',
    timeout: 'ending | - | -',
    transport: 'ending | - | -',
    wake: `ending | - | ${TIMEOUT}`,
    lost: 'ending | - | -',
  },
};

describe('§4.2.2 each state by each input', () => {
  for (const [state, row] of Object.entries(EXPECTED) as [keyof typeof AT, object][]) {
    it.each(Object.entries(row) as [keyof typeof INPUTS, string][])(
      `${state}: %s`,
      (input, line) => {
        const presentity = AT[state]();
        presentity.notified ??= good(new Presentity().notified);
        expect(told(INPUTS[input](presentity))).toBe(line);
      },
    );
  }

  it('the table has every state and every input', () => {
    const states: NotifierState[] = ['pending', 'active', 'ending'];
    expect(Object.keys(NOTIFIER_MOVES)).toEqual(states);
    const kinds: NotifierInput['kind'][] = [
      'changed',
      'failed',
      'lost',
      'response',
      'state',
      'subscribe',
      'terminate',
      'wake',
    ];
    for (const row of Object.values(NOTIFIER_MOVES)) {
      expect(Object.keys(row).toSorted()).toEqual(kinds);
    }
  });

  it('a wake before its time does nothing', () => {
    for (const make of Object.values(AT)) {
      const presentity = make();
      expect(presentity.step({ kind: 'wake' })).toEqual({ next: presentity.record });
    }
  });
});

describe('§4.2.1.2 a subscription begins', () => {
  it('with an answer and a NOTIFY in one dialog', () => {
    const route = 'Record-Route: <sip:p1.a.example;lr>, <sip:p2.b.example;lr>';
    const { opened, record } = new Presentity('pending', { lines: [route], cseq: 7 });
    const tag = record.dialog.localTag;
    expect(opened.answer).toEqual({
      status: 200,
      toTag: tag,
      headers: [
        { name: 'Record-Route', value: '<sip:p1.a.example;lr>, <sip:p2.b.example;lr>' },
        { name: 'Contact', value: '<sip:token@gw.b.example>' },
        { name: 'Expires', value: '3600' },
      ],
    });
    const { notify } = opened;
    expect(notify).toMatchObject({ method: 'NOTIFY', callId: 'call-1', cseq: 1 });
    expect(notify?.headers).toEqual([
      { name: 'Route', value: '<sip:p1.a.example;lr>' },
      { name: 'Route', value: '<sip:p2.b.example;lr>' },
      { name: 'Contact', value: '<sip:token@gw.b.example>' },
      { name: 'Event', value: 'presence' },
      { name: 'Subscription-State', value: 'pending;expires=3600' },
    ]);
    const { uri, from, to } = good(notify);
    expect([uri, from.uri, to.uri].map(writeUri)).toEqual(['sip:ann@192.0.2.1:5062', BOB, ANN]);
    expect([from, to].map(({ params }) => param(params, 'tag'))).toEqual([tag, 'ann']);
  });

  it('with the document when it may be seen, and without it when it may not', () => {
    expect(told(new Presentity('active').opened)).toBe(
      'active | 200 3600 | active;expires=3600 open',
    );
    const pending = new Presentity('pending');
    expect(told(pending.opened)).toBe('pending | 200 3600 | pending;expires=3600');
    expect(pending.documents).toBe(0);
    const unknown = new Presentity('active', {}, {}, '');
    expect(told(unknown.opened)).toBe('active | 200 3600 | active;expires=3600');
  });

  it('§8.2.1 with the id of its Event', () => {
    const presentity = new Presentity('active', { event: 'presence;id=7;x=y' });
    expect(headerOf(presentity.notified, 'Event')).toBe('presence;id=7');
    expect(told(presentity.subscribe())).toBe('active | 489 | -');
    expect(told(presentity.subscribe({ event: 'presence;id=7' }))).toBe('active | 200 3600 | -');
  });
});

/** What is wrong | status | a header of the answer. */
const REFUSALS: readonly (readonly [string, SubscribeParts, number, string])[] = [
  ['a tag of ours', { toTag: 'what' }, 481, ''],
  ['no Event', { event: '' }, 489, 'Allow-Events: presence'],
  ['another event', { event: 'dialog' }, 489, 'Allow-Events: presence'],
  ['a template of it', { event: 'presence.winfo' }, 489, 'Allow-Events: presence'],
  ['a long id', { event: `presence;id=${'x'.repeat(257)}` }, 400, ''],
  ['no document it could read', { lines: ['Accept: text/plain'] }, 406, ''],
  ['no document at all', { lines: ['Accept:'] }, 406, ''],
  ['a document it will not have', { lines: [`Accept: ${PIDF};q=0`] }, 406, ''],
  ['an Accept that is none', { lines: ['Accept: /'] }, 400, ''],
  ['a short time', { expires: 59 }, 423, 'Min-Expires: 60'],
  ['no Contact', { contact: '' }, 400, ''],
  ['any Contact', { contact: '*' }, 400, ''],
  ['two Contacts', { contact: '<sip:a@a>, <sip:b@b>' }, 400, ''],
  ['a Contact without end', { contact: `<sip:${'a'.repeat(2000)}@a.example>` }, 400, ''],
  [
    'routes without end',
    { lines: [`Record-Route: ${Array(90).fill('<sip:p;lr>').join()}`] },
    400,
    '',
  ],
];

describe('§4.2.1.1 a first SUBSCRIBE is refused for', () => {
  it.each(REFUSALS)('%s', (_, parts, status, header) => {
    const { env } = new Presentity();
    const opening = openNotifier(T0, subscribe(parts), 'active', env);
    const { answer } = opening as { readonly answer: ResponseDraft };
    expect([opening.kind, answer.status]).toEqual(['refused', status]);
    const lines = (answer.headers ?? []).map(({ name, value }) => `${name}: ${value}`);
    expect(lines.join()).toBe(header);
  });

  it.each([[PIDF], ['APPLICATION/PIDF+XML;q=0.5'], ['text/plain, application/*'], ['*/*']])(
    'RFC 3856 §6.7 but not when it accepts %s',
    (accept) => {
      expect(new Presentity('active', { lines: [`Accept: ${accept}`] }).record.state).toBe(
        'active',
      );
    },
  );
});

describe('RFC 6665 §4.2.1.1 the time', () => {
  it.each([
    [undefined, {}, 3600],
    ['soon', {}, 3600],
    [60, {}, 60],
    [7200, {}, 3600],
    [4_294_967_295, {}, 3600],
    [7200, { maxExpires: 86_400 }, 7200],
    [3600, { minExpires: 7200 }, 3600],
    [3599, { minExpires: 3599 }, 3599],
  ])('RFC 3856 §6.4 %s asked, with %o', (expires, but, granted) => {
    const presentity = new Presentity('active', { expires }, but);
    expect(presentity.record.granted).toBe(granted);
    expect(told(presentity.opened)).toContain(`| 200 ${granted} | active;expires=${granted} `);
  });

  it('§4.2.1.4 a refresh that is too short is refused and changes nothing', () => {
    const presentity = standing();
    const before = presentity.record;
    const step = presentity.subscribe({ expires: 5 });
    expect([step.answer?.status, step.next]).toEqual([423, before]);
  });

  it('§4.2.2 what is told never makes it longer', () => {
    const presentity = standing();
    presentity.now = presentity.record.expiresAt - 1999;
    const step = presentity.step({ kind: 'changed' });
    expect(told(step)).toBe('active | - | active;expires=1 open');
    presentity.response(200);
    presentity.now += 1999;
    expect(told(presentity.wake(presentity.now))).toBe(`ending | - | ${TIMEOUT} open`);
    expect(told(presentity.response(200))).toBe('over expired | - | -');
  });
});

describe('RFC 6665 §4.2.1.4 a SUBSCRIBE within the dialog', () => {
  it('moves the end, and the way to the watcher', () => {
    const presentity = standing();
    presentity.subscribe({ expires: 600, contact: '<sip:ann@192.0.2.99>' });
    expect(presentity.record.expiresAt).toBe(presentity.now + 600_000);
    expect(writeUri(good(presentity.notified).uri)).toBe('sip:ann@192.0.2.99');
  });

  it.each([
    ['peer', 'sip:ann@192.0.2.99'],
    ['another', 'sip:ann@192.0.2.1:5062'],
  ])('RFC 3261 §12.2.1.2 the Contact of an answer from %s', (fromTag, target) => {
    const presentity = new Presentity('active', { fromTag });
    presentity.response(200, ['Contact: <sip:ann@192.0.2.99>']);
    expect(presentity.record.dialog.target).toBe(target);
  });

  it.each([
    ['the same again', { cseq: 2 }, '200 600'],
    ['an older one', { cseq: 1 }, '500'],
    ['another dialog', { cseq: 9, callId: 'other' }, '481'],
    ['another watcher', { cseq: 9, fromTag: 'eve' }, '481'],
    ['another event', { cseq: 9, event: 'dialog' }, '489'],
    ['a Contact of no use', { cseq: 9, contact: '*' }, '400'],
  ])('%s changes nothing', (_, parts, answer) => {
    const presentity = standing();
    presentity.subscribe({ cseq: 2, expires: 600 });
    const before = presentity.record;
    const step = presentity.subscribe(parts);
    expect(told(step)).toBe(`active | ${answer} | -`);
    expect(step.next).toEqual(before);
  });

  it('the first one again, which has no tag of ours, is answered with the same tag', () => {
    const presentity = standing();
    const step = presentity.subscribe({ cseq: 1, toTag: undefined });
    expect(told(step)).toBe('active | 200 3600 | -');
    expect(step.answer?.toTag).toBe(presentity.record.dialog.localTag);
    const fetching = fetch();
    expect(told(fetching.subscribe({ cseq: 1, toTag: undefined, expires: 0 }))).toBe(
      'ending | 200 0 | -',
    );
  });

  it('a copy of the last one is answered while the end is on its way', () => {
    const presentity = standing();
    presentity.subscribe({ cseq: 5, expires: 0 });
    expect(told(presentity.subscribe({ cseq: 5, expires: 0 }))).toBe('ending | 200 0 | -');
    expect(told(presentity.subscribe({ cseq: 6 }))).toBe('ending | 481 | -');
  });
});

describe('RFC 6665 §4.2.2 one NOTIFY is on its way, and the newest state wins', () => {
  it('RFC 3856 §6.10 changes wait for their turn, and are told once', () => {
    const presentity = standing();
    presentity.step({ kind: 'changed' });
    presentity.document = 'two';
    presentity.step({ kind: 'changed' });
    presentity.document = 'three';
    presentity.step({ kind: 'changed' });
    expect(told(presentity.response(200))).toBe('active | - | -');
    expect(presentity.wakeAt).toBe(presentity.now + 5000);
    expect(told(presentity.wake())).toBe('active | - | active;expires=3535 three');
    expect(presentity.documents).toBe(3);
  });

  it('who decides does not wait, and neither does the end', () => {
    const presentity = standing('pending');
    presentity.step({ kind: 'state', state: 'active' });
    presentity.step({ kind: 'state', state: 'pending' });
    expect(told(presentity.response(200))).toBe('pending | - | pending;expires=3540');
    presentity.step({ kind: 'terminate', reason: 'probation', retryAfter: 600 });
    expect(told(presentity.response(200))).toBe(
      'ending | - | terminated;reason=probation;retry-after=600',
    );
    expect(told(presentity.response(200))).toBe('over terminated | - | -');
  });

  it('an answer to another NOTIFY is nothing', () => {
    const presentity = new Presentity();
    const asked = good(presentity.notified);
    for (const but of [{ cseq: 9 }, { callId: 'other' }, { method: 'MESSAGE' }]) {
      const response = responseTo({ ...asked, ...but }, 481);
      expect(told(presentity.step({ kind: 'response', response }))).toBe('active | - | -');
    }
    for (const of of [
      { callId: 'other', cseq: 1 },
      { callId: 'call-1', cseq: 2 },
    ]) {
      const step = presentity.step({ kind: 'failed', reason: 'timeout', of });
      expect(told(step)).toBe('active | - | -');
    }
  });

  it.each([404, 405, 410, 416, 480, 481, 482, 483, 484, 485, 489, 501, 604])(
    '%d ends it',
    (status) => {
      expect(told(new Presentity().response(status))).toBe('over notify-failed | - | -');
      expect(endsNotifier(status)).toBe(true);
    },
  );

  it.each([302, 400, 401, 408, 486, 500, 503, 600])('%d does not, and is tried again', (status) => {
    const presentity = new Presentity();
    expect(told(presentity.response(status))).toBe('active | - | -');
    expect(presentity.wakeAt).toBe(T0 + 60_000);
    presentity.document = 'new';
    presentity.now += 5000;
    expect(told(presentity.step({ kind: 'changed' }))).toBe('active | - | active;expires=3595 new');
  });

  it('Retry-After is kept to, for changes and decisions, but not for the end', () => {
    const presentity = new Presentity('pending');
    presentity.response(503, ['Retry-After: 120']);
    presentity.now += 60_000;
    expect(told(presentity.step({ kind: 'state', state: 'active' }))).toBe('active | - | -');
    expect(told(presentity.step({ kind: 'changed' }))).toBe('active | - | -');
    expect(presentity.wakeAt).toBe(T0 + 120_000);
    expect(told(presentity.step({ kind: 'terminate', reason: 'noresource' }))).toBe(
      'ending | - | terminated;reason=noresource',
    );
  });

  it('Retry-After is kept to for an hour at most', () => {
    const presentity = new Presentity('active', { expires: 86_400 }, { maxExpires: 86_400 });
    presentity.response(503, ['Retry-After: 4000000000']);
    expect(presentity.wakeAt).toBe(T0 + 3_600_000);
  });

  it('five failures in a row end it, and one success begins the count anew', () => {
    const presentity = new Presentity('active', { expires: 86_400 }, { maxExpires: 86_400 });
    const fail = () => {
      const step = presentity.step({ kind: 'failed', reason: 'transport' });
      if (step.next !== undefined) presentity.wake();
      return told(step);
    };
    for (let round = 0; round < 4; round += 1) expect(fail()).toBe('active | - | -');
    presentity.response(200);
    presentity.subscribe({ expires: 86_400 });
    for (let round = 0; round < 4; round += 1) expect(fail()).toBe('active | - | -');
    expect(fail()).toBe('over notify-failed | - | -');
  });
});

describe('RFC 6665 §4.2.1.3 nobody sees what is not for them', () => {
  it.each(['rejected', 'noresource', 'deactivated', 'probation'])('ended for %s', (reason) => {
    const presentity = standing();
    presentity.step({ kind: 'terminate', reason });
    expect([presentity.notified?.body, presentity.documents]).toEqual([undefined, 1]);
  });

  it.each([
    ['unsubscribed', (one: Presentity) => one.subscribe({ expires: 0 })],
    ['expired', (one: Presentity) => one.wake(T0 + 3_600_000)],
  ] as const)('%s: whoever writes the last document knows that it is', (end, act) => {
    const presentity = standing();
    act(presentity);
    expect(presentity.ends).toEqual([undefined, end]);
  });

  it('unsubscribed before anybody agreed', () => {
    const presentity = standing('pending');
    presentity.subscribe({ expires: 0 });
    expect([presentity.notified?.body, presentity.documents]).toEqual([undefined, 0]);
  });

  it('asked once, and nobody has agreed', () => {
    const presentity = fetch('pending', 'secret');
    presentity.step({ kind: 'changed' });
    expect(presentity.wakeAt).toBe(T0 + 2000);
    expect(told(presentity.wake())).toBe(`ending | - | ${TIMEOUT}`);
    expect(presentity.documents).toBe(0);
  });
});

describe('RFC 6665 §4.4.3 who asks once', () => {
  it('is told at once what is known', () => {
    const presentity = fetch('active', 'open');
    expect(told(presentity.opened)).toBe(`ending | 200 0 | ${TIMEOUT} open`);
    expect(told(presentity.response(200))).toBe('over fetched | - | -');
  });

  it('waits a little for what is not', () => {
    const presentity = fetch();
    expect(told(presentity.opened)).toBe('ending | 200 0 | -');
    expect(presentity.wakeAt).toBe(T0 + 2000);
    presentity.now += 100;
    presentity.document = 'open';
    expect(told(presentity.step({ kind: 'changed' }))).toBe(`ending | - | ${TIMEOUT} open`);
    expect(told(presentity.step({ kind: 'changed' }))).toBe('ending | - | -');
  });

  it('and for who may decide', () => {
    const presentity = fetch('pending', 'open');
    expect(told(presentity.step({ kind: 'state', state: 'active' }))).toBe(
      `ending | - | ${TIMEOUT} open`,
    );
  });
});

describe('RFC 6665 §4.2.2 what a host may not say', () => {
  it.each([
    { reason: '' },
    { reason: 'two words' },
    { reason: 'x;y' },
    { reason: 'probation', retryAfter: -1 },
    { reason: 'probation', retryAfter: 1.5 },
  ])('%o', (but) => {
    const presentity = standing();
    expect(() => presentity.step({ kind: 'terminate', ...but })).toThrow(MisuseError);
  });
});

/** Anything that may happen, in any order. */
const anything = fc.oneof(
  fc.constantFrom<NotifierInput>(
    { kind: 'changed' },
    { kind: 'wake' },
    { kind: 'lost' },
    { kind: 'state', state: 'active' },
    { kind: 'state', state: 'pending' },
    { kind: 'failed', reason: 'transport' },
  ),
  fc.constantFrom<NotifierInput>(
    { kind: 'failed', reason: 'timeout' },
    { kind: 'terminate', reason: 'rejected' },
  ),
  fc.constantFrom(200, 481, 503),
  fc.record({
    cseq: fc.oneof(fc.nat(30), fc.nat(2 ** 31 - 1)),
    expires: fc.constantFrom(0, 1, 600, 4_000_000_000),
    contact: fc.constantFrom('*', '<sip:b@b.example>', `<sip:${'x'.repeat(990)}@b.example>`),
  }),
);

describe('RFC 6665 §4.2.1.4 a hostile watcher', () => {
  it('that refreshes all the time is answered, and told of one at a time', () => {
    const presentity = new Presentity();
    const before = JSON.stringify(presentity.record).length;
    for (let cseq = 2; cseq < 300; cseq += 1) {
      expect(told(presentity.subscribe({ cseq, expires: 3600 }))).toBe('active | 200 3600 | -');
    }
    expect(JSON.stringify(presentity.record).length).toBeLessThan(before + 30);
    expect(told(presentity.response(200))).toBe('active | - | active;expires=3600 open');
    expect(told(presentity.response(200))).toBe('active | - | -');
  });

  it('that counts to the end has locked itself out, until its time is over', () => {
    const presentity = standing();
    presentity.subscribe({ cseq: 2 ** 31 - 1, expires: 600 });
    expect(told(presentity.subscribe({ cseq: 5 }))).toBe('active | 500 | -');
    presentity.response(200);
    expect(told(presentity.wake())).toBe(`ending | - | ${TIMEOUT} open`);
  });

  it('RFC 3261 §12.1.1 without a tag is one of its own', () => {
    const presentity = new Presentity('active', { fromTag: '' });
    expect(presentity.notified?.to.params).toEqual([]);
    expect(told(presentity.subscribe({ fromTag: '' }))).toBe('active | 200 3600 | -');
    expect(told(presentity.subscribe({ fromTag: 'eve' }))).toBe('active | 481 | -');
  });

  it('with the longest addresses that are taken has a record of less than 10 kB', () => {
    const contact = `<sip:${'c'.repeat(1000)}@a.example>`;
    const routes = Array(16)
      .fill(`<sip:${'r'.repeat(230)}@p;lr>`)
      .join();
    const parts = { contact, lines: [`Record-Route: ${routes}`], callId: 'c'.repeat(256) };
    const { env } = new Presentity();
    const opening = openNotifier(T0, subscribe(parts), 'active', env);
    const { step } = opening as { readonly step: NotifierStep };
    expect(JSON.stringify(step.next).length).toBeLessThan(10_000);
  });
});

describe('RFC 6665 §4.2 in any order', () => {
  it('nothing throws, one NOTIFY is on its way at most, and the end is told once', () => {
    const inputs = fc.array(fc.tuple(anything, fc.constantFrom(0, 1, 3000, 60_000)), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(inputs, fc.constantFrom(0, 60, 3600), fc.boolean(), (list, expires, isActive) => {
        const presentity = new Presentity(isActive ? 'active' : 'pending', { expires });
        let onItsWay = presentity.opened.notify === undefined ? 0 : 1;
        let ends = 0;
        for (const [one, later] of list) {
          const { record: n, env } = presentity;
          presentity.now += later;
          const response = presentity.notified;
          const input: NotifierInput | undefined =
            typeof one === 'number'
              ? response && { kind: 'response', response: responseTo(response, one) }
              : 'kind' in one
                ? one
                : { kind: 'subscribe', request: subscribe({ ...one, toTag: n.dialog.localTag }) };
          if (input === undefined) continue;
          const step = stepNotifier(n, presentity.now, input, env);
          if (['response', 'failed', 'lost'].includes(input.kind)) onItsWay = 0;
          if (step.notify !== undefined) {
            onItsWay += 1;
            presentity.notified = step.notify;
            ends += headerOf(step.notify, 'Subscription-State')?.startsWith('term') ? 1 : 0;
            if (input.kind === 'lost') ends = Math.min(ends, 1);
          }
          expect(onItsWay).toBeLessThan(2);
          expect(ends).toBeLessThan(2);
          expect(step.ended === undefined).toBe(step.next !== undefined);
          if (step.next === undefined) return;
          presentity.n = JSON.parse(JSON.stringify(step.next)) as Notifier;
          expect(presentity.n).toStrictEqual(step.next);
          expect(JSON.stringify(step.next).length).toBeLessThan(2500);
          expect(Number.isFinite(notifierWakeAt(step.next))).toBe(true);
        }
      }),
    );
  });

  it('everything that waits comes to an end when the watcher is silent', () => {
    const presentity = standing();
    presentity.step({ kind: 'changed' });
    expect(told(presentity.wake())).toBe('over notify-failed | - | -');
  });
});
