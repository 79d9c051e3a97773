import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  MisuseError,
  param,
  startSubscriber,
  stepSubscriber,
  type Subscriber,
  type SubscriberInput,
  type SubscriberState,
  type SubscriberStep,
  subscriberWakeAt,
  writeUri,
} from '@interwork/sip';
import { afterReason, afterStatus, SUBSCRIBER_MOVES } from '../src/subscriber/transitions.ts';
import { utf8 } from './message-text.ts';
import {
  ANN,
  BOB,
  headerOf,
  notify,
  PIDF,
  responseTo,
  subscriberEnv,
  T0,
  told,
  Watcher,
} from './subscriptions.ts';

const HOUR = 3_600_000;
const DOCUMENT = { body: '<presence/>' };

/** A watcher in each state. */
const AT: Readonly<Record<SubscriberState, () => Watcher>> = {
  'notify-wait': () => new Watcher(),
  pending: () => {
    const watcher = accepted();
    watcher.notify('pending;expires=3600');
    return watcher;
  },
  active: () => active(),
  resting: () => {
    const watcher = new Watcher();
    watcher.response(503);
    return watcher;
  },
  stopping: () => {
    const watcher = active();
    watcher.step({ kind: 'stop' });
    return watcher;
  },
  fetching: () => new Watcher({ expires: 0 }),
};

function accepted(): Watcher {
  const watcher = new Watcher();
  watcher.response(200, ['Expires: 3600']);
  return watcher;
}

function active(): Watcher {
  const watcher = accepted();
  watcher.notify('active;expires=3600', DOCUMENT);
  return watcher;
}

/** One that has a refresh on its way. */
function refreshing(): Watcher {
  const watcher = active();
  watcher.wake();
  return watcher;
}

type Act = (watcher: Watcher) => SubscriberStep;

/** One input of each kind, and the usual forms of those that differ. */
const INPUTS = {
  '200': (w) => w.response(200, ['Expires: 3600']),
  '503': (w) => w.response(503),
  '403': (w) => w.response(403),
  failed: (w) => w.step({ kind: 'failed', reason: 'transport' }),
  pending: (w) => w.notify('pending;expires=600'),
  active: (w) => w.notify('active;expires=600', DOCUMENT),
  rejected: (w) => w.notify('terminated;reason=rejected'),
  wake: (w) => w.wake(),
  stop: (w) => w.step({ kind: 'stop' }),
  refresh: (w) => w.step({ kind: 'refresh' }),
  lost: (w) => w.step({ kind: 'lost' }),
} as const satisfies Record<string, Act>;

/** Where it leads | what is asked | what is answered | what is told. */
const EXPECTED: Readonly<Record<SubscriberState, Readonly<Record<keyof typeof INPUTS, string>>>> = {
  'notify-wait': {
    '200': 'notify-wait | - | - | -',
    '503': 'resting | - | - | ended by status 503 later',
    '403': 'over | - | - | ended by status 403 never',
    failed: 'resting | - | - | ended by failed transport later',
    pending: 'pending | - | 200 | pending',
    active: 'active | - | 200 | active, document',
    rejected: 'over | - | 200 | ended by notify rejected never',
    wake: 'resting | - | - | ended by silence later',
    stop: 'stopping | - | - | -',
    refresh: 'notify-wait | - | - | -',
    lost: 'notify-wait | new 3600 | - | -',
  },
  pending: {
    '200': 'pending | - | - | -',
    '503': 'pending | - | - | -',
    '403': 'pending | - | - | -',
    failed: 'pending | - | - | -',
    pending: 'pending | - | 200 | -',
    active: 'active | - | 200 | active, document',
    rejected: 'over | - | 200 | ended by notify rejected never',
    wake: 'pending | within 3600 | - | -',
    stop: 'stopping | within 0 | - | -',
    refresh: 'pending | within 3600 | - | -',
    lost: 'pending | - | - | -',
  },
  active: {
    '200': 'active | - | - | -',
    '503': 'active | - | - | -',
    '403': 'active | - | - | -',
    failed: 'active | - | - | -',
    pending: 'pending | - | 200 | pending',
    active: 'active | - | 200 | document',
    rejected: 'over | - | 200 | ended by notify rejected never',
    wake: 'active | within 3600 | - | -',
    stop: 'stopping | within 0 | - | -',
    refresh: 'active | within 3600 | - | -',
    lost: 'active | - | - | -',
  },
  resting: {
    '200': 'resting | - | - | -',
    '503': 'resting | - | - | -',
    '403': 'resting | - | - | -',
    failed: 'resting | - | - | -',
    pending: 'resting | - | 481 | -',
    active: 'resting | - | 481 | -',
    rejected: 'resting | - | 481 | -',
    wake: 'notify-wait | new 3600 | - | -',
    stop: 'over | - | - | ended by stop never',
    refresh: 'resting | - | - | -',
    lost: 'resting | - | - | -',
  },
  stopping: {
    '200': 'stopping | - | - | -',
    '503': 'over | - | - | ended by stop never',
    '403': 'over | - | - | ended by stop never',
    failed: 'over | - | - | ended by stop never',
    pending: 'stopping | - | 200 | -',
    active: 'stopping | - | 200 | -',
    rejected: 'over | - | 200 | ended by stop never',
    wake: 'over | - | - | ended by stop never',
    stop: 'stopping | - | - | -',
    refresh: 'stopping | - | - | -',
    lost: 'stopping | within 0 | - | -',
  },
  fetching: {
    '200': 'fetching | - | - | -',
    '503': 'over | - | - | ended by status 503 never',
    '403': 'over | - | - | ended by status 403 never',
    failed: 'over | - | - | ended by failed transport never',
    pending: 'fetching | - | 200 | -',
    active: 'over | - | 200 | document, ended by notify never',
    rejected: 'over | - | 200 | ended by notify rejected never',
    wake: 'over | - | - | ended by silence never',
    stop: 'over | - | - | ended by stop never',
    refresh: 'fetching | - | - | -',
    lost: 'fetching | new 0 | - | -',
  },
};

/** The same while a SUBSCRIBE within the dialog has not been answered. */
const REFRESHING: Partial<Record<keyof typeof INPUTS, string>> = {
  '200': 'active | - | - | -',
  '503': 'active | - | - | -',
  '403': 'over | - | - | ended by status 403r never',
  failed: 'active | - | - | -',
  active: 'active | - | 200 | document',
  wake: 'resting | - | - | ended by silence later',
  stop: 'stopping | within 0 | - | -',
  refresh: 'active | - | - | -',
  lost: 'active | within 3600 | - | -',
};

describe('§4.1.2 each state by each input', () => {
  for (const [state, row] of Object.entries(EXPECTED) as [SubscriberState, object][]) {
    it.each(Object.entries(row) as [keyof typeof INPUTS, string][])(
      `${state}: %s`,
      (input, line) => {
        expect(told(INPUTS[input](AT[state]()))).toBe(line);
      },
    );
  }

  it.each(Object.entries(REFRESHING) as [keyof typeof INPUTS, string][])(
    'while a refresh runs: %s',
    (input, line) => {
      expect(told(INPUTS[input](refreshing()))).toBe(line);
    },
  );

  it('the table has every state and every input', () => {
    const kinds: SubscriberInput['kind'][] = [
      'failed',
      'lost',
      'notify',
      'refresh',
      'response',
      'stop',
      'wake',
    ];
    expect(Object.keys(SUBSCRIBER_MOVES)).toEqual(Object.keys(EXPECTED));
    for (const row of Object.values(SUBSCRIBER_MOVES)) {
      expect(Object.keys(row).toSorted()).toEqual(kinds);
    }
  });

  it('a wake before its time does nothing', () => {
    for (const make of Object.values(AT)) {
      const watcher = make();
      const step = watcher.step({ kind: 'wake' });
      expect(step).toEqual({ next: watcher.record, told: [] });
    }
  });
});

describe('§4.1.2.1 the first SUBSCRIBE', () => {
  it('has everything it needs', () => {
    const { asked } = new Watcher({ tag: 'mine', callId: 'call-1' });
    expect(asked).toMatchObject({ method: 'SUBSCRIBE', callId: 'call-1', cseq: 1 });
    expect([asked.uri, asked.to.uri, asked.from.uri].map(writeUri)).toEqual([BOB, BOB, ANN]);
    expect([param(asked.from.params, 'tag'), asked.to.params]).toEqual(['mine', []]);
    expect(asked.headers).toEqual([
      { name: 'Contact', value: '<sip:token@gw.a.example>' },
      { name: 'Event', value: 'presence' },
      { name: 'Expires', value: '3600' },
      { name: 'Accept', value: PIDF },
    ]);
  });

  it('draws what it is not given', () => {
    const { record, asked } = new Watcher();
    expect(record).toMatchObject({
      callId: asked.callId,
      localTag: param(asked.from.params, 'tag'),
    });
    expect(record.callId).not.toBe(record.localTag);
  });

  it.each([
    { expires: -1 },
    { expires: 1.5 },
    { expires: 2 ** 32 },
    { expires: Number.NaN },
    { local: 'ann' },
    { remote: '' },
  ])('%o is misuse', (but) => {
    const wish = { local: ANN, remote: BOB, expires: 60, ...but };
    expect(() => startSubscriber(T0, wish, subscriberEnv())).toThrow(MisuseError);
  });

  it('202 is as good as 200, and a response to another request is nothing', () => {
    const watcher = new Watcher();
    const other = responseTo({ ...watcher.asked, callId: 'other' }, 403);
    const older = responseTo({ ...watcher.asked, cseq: 0 }, 403);
    const method = responseTo({ ...watcher.asked, method: 'NOTIFY' }, 403);
    for (const response of [other, older, method]) {
      expect(told(watcher.step({ kind: 'response', response }))).toBe('notify-wait | - | - | -');
    }
    expect(told(watcher.response(202))).toBe('notify-wait | - | - | -');
    expect(told(watcher.response(403))).toBe('notify-wait | - | - | -');
  });

  it('a failure that the host names is taken for that request only', () => {
    const watcher = new Watcher();
    const failed = (callId: string, cseq: number) =>
      told(watcher.step({ kind: 'failed', reason: 'timeout', of: { callId, cseq } }));
    expect(failed(watcher.record.callId, 2)).toBe('notify-wait | - | - | -');
    expect(failed('other', 1)).toBe('notify-wait | - | - | -');
    expect(failed(watcher.record.callId, 1)).toBe(
      'resting | - | - | ended by failed timeout later',
    );
  });
});

describe('§4.1.2.4 a NOTIFY confirms it', () => {
  it('before the 2xx as well as behind it', () => {
    const watcher = new Watcher();
    expect(told(watcher.notify('active;expires=3600', DOCUMENT))).toBe(
      'active | - | 200 | active, document',
    );
    expect(told(watcher.response(200, ['Expires: 3600']))).toBe('active | - | - | -');
    expect(watcher.wakeAt).toBe(T0 + Math.round(3_568_000 * 0.95));
  });

  it('§4.4.1 the dialog is that of the NOTIFY', () => {
    const watcher = new Watcher();
    const step = watcher.notify('active;expires=60', {
      lines: ['Record-Route: <sip:p1.b.example;lr>', 'Record-Route: <sip:p2.a.example;lr>'],
    });
    expect(step.answer?.headers).toEqual([
      { name: 'Record-Route', value: '<sip:p1.b.example;lr>' },
      { name: 'Record-Route', value: '<sip:p2.a.example;lr>' },
      { name: 'Contact', value: '<sip:token@gw.a.example>' },
    ]);
    const { request } = watcher.wake();
    expect(request?.cseq).toBe(2);
    expect(writeUri(request?.uri ?? watcher.asked.to.uri)).toBe('sip:bob@192.0.2.9:5062');
    expect(param(request?.to.params ?? [], 'tag')).toBe('peer');
    expect(headerOf(request, 'Route')).toBe('<sip:p1.b.example;lr>');
  });

  it('within 32 s, or the subscription has failed, and a late NOTIFY finds none', () => {
    const watcher = accepted();
    expect(watcher.wakeAt).toBe(T0 + 32_000);
    expect(told(watcher.wake())).toBe('resting | - | - | ended by silence later');
    expect(told(watcher.notify('active;expires=9'))).toBe('resting | - | 481 | -');
  });

  it('and a refresh too', () => {
    const watcher = refreshing();
    watcher.response(200, ['Expires: 3600']);
    expect(told(watcher.wake(watcher.now + 32_000))).toBe(
      'resting | - | - | ended by silence later',
    );
  });

  it('but for a 204', () => {
    const watcher = refreshing();
    watcher.response(204, ['Expires: 3600']);
    expect(watcher.wakeAt).toBeGreaterThan(watcher.now + HOUR / 2);
  });
});

describe('RFC 3856 §6.9 of a forked SUBSCRIBE', () => {
  it('RFC 6665 §4.4.1 the first NOTIFY wins', () => {
    const watcher = active();
    const before = watcher.record;
    const step = watcher.notify('active;expires=3600', { tag: 'other', ...DOCUMENT });
    expect(told(step)).toBe('active | - | 481 | -');
    expect(step.next).toEqual(before);
  });
});

const REFUSALS: readonly (readonly [string, number, Parameters<Watcher['notify']>])[] = [
  ['another Call-ID', 481, ['active', { callId: 'other' }]],
  ['another tag of ours', 481, ['active', { localTag: 'other' }]],
  ['another event', 489, ['active', { event: 'dialog' }]],
  ['an event with an id', 489, ['active', { event: 'presence;id=1' }]],
  ['an event that is none', 489, ['active', { event: ';' }]],
  ['no Subscription-State', 400, [undefined]],
  ['a Subscription-State that is none', 400, [';']],
  ['a time that is none', 400, ['active;expires=soon']],
  ['a document of another type', 415, ['active', { body: 'x', type: 'text/plain' }]],
  ['a document of no type', 415, ['active', { body: 'x', type: '' }]],
  ['a document in code', 415, ['active', { body: 'x', lines: ['Content-Encoding: gzip'] }]],
  ['a Contact of no use', 400, ['active', { contact: '*' }]],
  ['several Contacts', 400, ['active', { contact: '<sip:a@b>, <sip:c@d>' }]],
  ['a Contact without end', 400, ['active', { contact: `<sip:${'x'.repeat(2000)}@b.example>` }]],
];

describe('RFC 6665 §4.1.3 a NOTIFY is refused for', () => {
  it.each(REFUSALS)('%s', (_, status, args) => {
    for (const watcher of [accepted(), active()]) {
      const before = watcher.record;
      const step = watcher.notify(...args);
      expect(step).toEqual({ next: before, answer: step.answer, told: [] });
      expect(step.answer?.status).toBe(status);
      expect(told(watcher.notify('active;expires=60', DOCUMENT))).toContain('| 200 |');
    }
  });

  it('RFC 3261 §8.2.3 the 415 says what would be read', () => {
    const { answer } = active().notify('active', {
      body: 'x',
      lines: ['Content-Encoding: gzip'],
    });
    expect(answer?.headers).toEqual([
      { name: 'Accept', value: PIDF },
      { name: 'Accept-Encoding', value: 'identity' },
    ]);
  });

  it('RFC 3261 §12.2.2 an older CSeq, while the same one is a repeat', () => {
    const watcher = new Watcher();
    watcher.notify('active;expires=60', { cseq: 2 ** 31 - 3, ...DOCUMENT });
    const again = (cseq: number) => told(watcher.notify('active', { cseq, ...DOCUMENT }));
    expect(again(2 ** 31 - 4)).toBe('active | - | 500 | -');
    expect(again(2 ** 31 - 3)).toBe('active | - | 200 | -');
    expect(again(2 ** 31 - 1)).toBe('active | - | 200 | document');
    expect(again(2 ** 31 - 2)).toBe('active | - | 500 | -');
  });

  it.each([
    ['peer', 'sip:bob@192.0.2.99'],
    ['fork', 'sip:bob@192.0.2.9:5062'],
  ])('RFC 3261 §12.2.1.2 the Contact of a 2xx, the dialog being that of %s', (tag, target) => {
    const watcher = new Watcher();
    watcher.notify('active;expires=60', { tag });
    watcher.response(200, ['Expires: 60', 'Contact: <sip:bob@192.0.2.99>']);
    expect(watcher.record.dialog?.target).toBe(target);
  });

  it('no tag of the notifier is a tag like another', () => {
    const watcher = new Watcher();
    const { callId, localTag } = watcher.record;
    const { request } = notify({ callId, localTag, state: 'active;expires=60' });
    const incoming = notify({ callId, localTag, state: 'active;expires=60' });
    const untagged = { ...incoming, request, from: { ...incoming.from, params: [] } };
    expect(told(watcher.step({ kind: 'notify', request: untagged }))).toBe(
      'active | - | 200 | active, document',
    );
    expect(told(watcher.notify('active', { cseq: 9 }))).toBe('active | - | 481 | -');
  });
});

describe('RFC 6665 §4.1.3 what a NOTIFY says', () => {
  it('a document is told while active, an empty one too, and never while pending', () => {
    const watcher = accepted();
    const tell = (state: string, body: string) => watcher.notify(state, { body }).told;
    expect(tell('pending;expires=60', 'secret')).toEqual([{ kind: 'pending' }]);
    expect(tell('active;expires=60', 'one')).toEqual([
      { kind: 'active' },
      { kind: 'document', contentType: PIDF, body: utf8('one') },
    ]);
    expect(tell('active;expires=60', '')).toEqual([
      { kind: 'document', contentType: undefined, body: utf8('') },
    ]);
    expect(told(watcher.notify('terminated;reason=noresource', DOCUMENT))).toBe(
      'over | - | 200 | document, ended by notify noresource never',
    );
  });

  it('a word for a state that nobody knows is no grant', () => {
    expect(told(accepted().notify('waiting;expires=60', DOCUMENT))).toBe(
      'pending | - | 200 | pending',
    );
  });

  it('its time counts, up to what was granted', () => {
    const left = (expires: number) => {
      const watcher = active();
      watcher.notify(`active;expires=${expires}`);
      return watcher.record.expiresAt - T0;
    };
    expect(left(600)).toBe(600_000);
    expect(left(86_400)).toBe(HOUR);
  });

  it('without a time the one of the response counts', () => {
    const watcher = new Watcher();
    watcher.response(200, ['Expires: 600']);
    watcher.notify('active');
    expect(watcher.record.expiresAt).toBe(T0 + 600_000);
    watcher.now += 100_000;
    watcher.notify('active');
    expect(watcher.record.expiresAt).toBe(T0 + 600_000);
  });

  const REASONS: readonly (readonly [string, string, number])[] = [
    ['deactivated', 'at-once', 0],
    ['deactivated;retry-after=9999', 'at-once', 0],
    ['timeout', 'at-once', 0],
    ['probation', 'later', 60],
    ['probation;retry-after=600', 'later', 600],
    ['probation;retry-after=1', 'later', 30],
    ['giveup', 'later', 3600],
    ['giveup;retry-after=7200', 'later', 7200],
    ['rejected', 'never', 0],
    ['noresource', 'never', 0],
    ['invariant;retry-after=31536000', 'never', 0],
    ['own-word', 'later', 30],
    ['own-word;retry-after=120', 'later', 120],
    ['own-word;retry-after=31536000', 'later', 86_400],
  ];

  it.each(REASONS)('terminated for %s', (reason, again, wait) => {
    const watcher = active();
    const { callId, localTag } = watcher.record;
    const step = watcher.notify(`terminated;reason=${reason}`);
    expect(step.told).toMatchObject([{ kind: 'ended', again }]);
    expect(step.answer?.status).toBe(200);
    if (again === 'later') expect(watcher.wakeAt).toBe(T0 + wait * 1000);
    if (again !== 'at-once') return;
    expect(step.request?.callId).not.toBe(callId);
    expect(step.next?.localTag).not.toBe(localTag);
    expect(step.request?.to.params).toEqual([]);
  });

  it('terminated without a word', () => {
    const watcher = active();
    expect(told(watcher.notify('terminated'))).toBe('resting | - | 200 | ended by notify later');
    expect(afterReason(undefined)).toEqual(afterReason('own-word'));
  });

  it('terminated before any dialog, with no Contact to begin one', () => {
    const watcher = accepted();
    expect(told(watcher.notify('terminated;reason=rejected', { contact: '' }))).toBe(
      'over | - | 200 | ended by notify rejected never',
    );
  });

  it('at once is asked once: a notifier that ends each subscription is left alone for longer', () => {
    const watcher = active();
    const waits = Array.from({ length: 10 }, () => {
      if (watcher.record.state === 'resting') watcher.wake();
      watcher.notify('active;expires=3600', { cseq: 1 });
      watcher.notify('terminated;reason=deactivated', { cseq: 2 });
      return watcher.record.state === 'resting' ? (watcher.wakeAt - watcher.now) / 1000 : 0;
    });
    expect(waits).toEqual([0, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]);
  });

  it('one that lasted a minute is asked for at once again', () => {
    const watcher = active();
    for (let round = 0; round < 3; round += 1) {
      watcher.now += 60_000;
      const step = watcher.notify('terminated;reason=timeout', { cseq: 9 });
      expect(told(step)).toBe('notify-wait | new 3600 | 200 | ended by notify timeout at-once');
      watcher.notify('active;expires=3600', { cseq: 1 });
    }
  });
});

describe('§4.1.2.2 refreshing', () => {
  it.each([
    [3600, 3568 * 0.9, 3568],
    [64, 32 * 0.9, 32],
    [40, 20 * 0.9, 20],
    [20, 9, 10],
    [4, 2, 2],
  ])('%d s are refreshed from %d s to %d s on', (expires, first, last) => {
    const after = (jitter: number) => {
      const watcher = new Watcher({}, { jitter: () => jitter });
      watcher.notify(`active;expires=${expires}`);
      return (watcher.wakeAt - T0) / 1000;
    };
    expect(after(0)).toBeCloseTo(first, 2);
    expect(after(1)).toBeCloseTo(last, 2);
    expect(after(Number.NaN)).toBeCloseTo((first + last) / 2, 2);
  });

  it('as often as is asked for where that is often', () => {
    const watcher = new Watcher({ expires: 4 });
    watcher.notify('active;expires=4');
    expect(watcher.wakeAt - T0).toBe(2_000);
  });

  it('a notifier that grants a second each time is left alone for longer and longer', () => {
    const watcher = new Watcher();
    let asked = 0;
    while (watcher.now < T0 + 3_600_000) {
      if (watcher.record.isAsking) {
        asked += 1;
        watcher.response(200, ['Expires: 1']);
        watcher.notify('active;expires=1');
      }
      watcher.wake();
    }
    expect(asked).toBe(7);
  });

  it('goes on for as long as it is answered', () => {
    const watcher = active();
    for (let round = 2; round < 30; round += 1) {
      expect(told(watcher.wake())).toBe('active | within 3600 | - | -');
      expect(watcher.asked.cseq).toBe(round);
      watcher.response(200, ['Expires: 3600']);
      watcher.notify('active;expires=3600', DOCUMENT);
    }
  });

  it('the 2xx may give less than asked, and never more', () => {
    const lasts = (line: string, state: string) => {
      const watcher = new Watcher();
      watcher.response(200, [line]);
      watcher.notify(state);
      return (watcher.record.expiresAt - T0) / 1000;
    };
    expect(lasts('Expires: 600', 'active')).toBe(600);
    expect(lasts('Expires: 7200', 'active')).toBe(3600);
    expect(lasts('Expires: soon', 'active')).toBe(3600);
    expect(lasts('Expires: 600', 'active;expires=3600')).toBe(600);
  });

  it('a 2xx behind its NOTIFY holds too, whether or not that had a time', () => {
    for (const state of ['active', 'active;expires=3600']) {
      const watcher = refreshing();
      watcher.notify(state);
      watcher.response(200, ['Expires: 600']);
      expect(watcher.record.expiresAt).toBe(watcher.now + 600_000);
    }
  });

  it('many NOTIFYs that count down do not put the refresh off', () => {
    const watcher = active();
    const first = watcher.wakeAt;
    for (let left = 3590; watcher.record.askAt > watcher.now; left -= 10) {
      watcher.now += 10_000;
      watcher.notify(`active;expires=${left}`);
    }
    expect(watcher.now).toBeLessThanOrEqual(first + 10_000);
  });

  it('one that fails leaves the subscription until its time is over', () => {
    const watcher = refreshing();
    const end = watcher.record.expiresAt;
    const told503 = told(watcher.response(503, ['Retry-After: 50']));
    expect([told503, watcher.wakeAt - watcher.now]).toEqual(['active | - | - | -', 50_000]);
    expect(told(watcher.wake())).toBe('active | within 3600 | - | -');
    expect(told(watcher.step({ kind: 'failed', reason: 'transport' }))).toBe('active | - | - | -');
    expect(told(watcher.notify('active', DOCUMENT))).toBe('active | - | 200 | document');
    expect(told(watcher.wake())).toBe('active | within 3600 | - | -');
    watcher.response(486);
    watcher.now = end;
    expect(told(watcher.wake(end))).toBe('resting | - | - | ended by silence later');
  });

  it('one that a NOTIFY has confirmed has not failed', () => {
    const watcher = refreshing();
    watcher.notify('active;expires=3600');
    const { askAt } = watcher.record;
    expect(told(watcher.step({ kind: 'failed', reason: 'timeout' }))).toBe('active | - | - | -');
    expect(watcher.record).toMatchObject({ askAt, misses: 0, isAsking: false });
  });

  it('a subscription that ran out while nobody looked is asked for at once', () => {
    const watcher = active();
    expect(told(watcher.wake(T0 + 2 * HOUR))).toBe(
      'notify-wait | new 3600 | - | ended by silence at-once',
    );
  });
});

/** Status | end of the first | end of a refresh; `-`: it stays. */
const STATUSES: readonly (readonly [number, string, string])[] = [
  [302, 'later', '-'],
  [400, 'later', '-'],
  [401, 'never', 'never'],
  [403, 'never', 'never'],
  [404, 'never', 'at-once'],
  [405, 'never', 'never'],
  [406, 'never', 'never'],
  [407, 'never', 'never'],
  [408, 'later', '-'],
  [410, 'never', 'at-once'],
  [415, 'never', 'never'],
  [416, 'never', 'at-once'],
  [480, 'later', 'later'],
  [481, 'later', 'at-once'],
  [482, 'later', 'later'],
  [483, 'later', 'later'],
  [484, 'never', 'at-once'],
  [485, 'never', 'at-once'],
  [486, 'later', '-'],
  [489, 'never', 'never'],
  [500, 'later', '-'],
  [501, 'never', 'never'],
  [503, 'later', '-'],
  [504, 'later', '-'],
  [600, 'later', '-'],
  [603, 'never', 'never'],
  [604, 'never', 'at-once'],
];

describe('RFC 5057 §5.1 and RFC 6665 §4.1.2.1, §4.1.2.2 what a status ends', () => {
  it.each(STATUSES)('%d', (status, initial, refresh) => {
    const again = (step: SubscriberStep) =>
      step.told.map((one) => (one.kind === 'ended' ? one.again : one.kind)).join(' ') || '-';
    expect(again(new Watcher().response(status))).toBe(initial);
    expect(again(refreshing().response(status))).toBe(refresh);
    expect(afterStatus(status, false)).toBe(initial);
  });

  it('RFC 6665 §4.1.2.2 what every refresh must end at is no subscription any more', () => {
    const ends = [404, 405, 410, 416, 480, 481, 482, 483, 484, 485, 489, 501, 604];
    for (const status of ends) expect(afterStatus(status, true)).not.toBe('kept');
  });

  it('gone: asked for once more, and then never', () => {
    const watcher = refreshing();
    expect(told(watcher.response(404))).toBe(
      'notify-wait | new 3600 | - | ended by status 404r at-once',
    );
    expect(told(watcher.response(404))).toBe('over | - | - | ended by status 404 never');
  });

  it('a first that fails is asked for again, each time later and under another name', () => {
    const watcher = new Watcher();
    const seen = new Set([watcher.record.callId]);
    const waits = Array.from({ length: 9 }, () => {
      watcher.response(500);
      const wait = watcher.wakeAt - watcher.now;
      watcher.wake();
      seen.add(watcher.record.callId);
      return wait / 1000;
    });
    expect(waits).toEqual([30, 60, 120, 240, 480, 960, 1920, 3600, 3600]);
    expect(seen.size).toBe(10);
    watcher.notify('active;expires=3600', { cseq: 1 });
    watcher.wake();
    expect(watcher.record.failures).toBe(0);
  });

  it('Retry-After counts, up to a day, and never shortens a wait', () => {
    const wait = (seconds: string) => {
      const watcher = new Watcher();
      watcher.response(503, [`Retry-After: ${seconds}`]);
      return (watcher.wakeAt - T0) / 1000;
    };
    expect([wait('1'), wait('600'), wait('4000000000'), wait('soon')]).toEqual([
      30, 600, 86_400, 30,
    ]);
  });

  it('the wait is spread by a tenth', () => {
    const wait = (jitter: number) => {
      const watcher = new Watcher({}, { jitter: () => jitter });
      watcher.response(500);
      return watcher.wakeAt - T0;
    };
    expect([wait(0), wait(1), wait(-1), wait(Number.NaN)]).toEqual([
      27_000, 33_000, 30_000, 30_000,
    ]);
  });
});

describe('RFC 6665 §4.2.1.1 Interval Too Brief', () => {
  it('is asked for as long as the notifier wants, and so from then on', () => {
    const watcher = new Watcher({ expires: 60 });
    const { callId, localTag } = watcher.record;
    expect(told(watcher.response(423, ['Min-Expires: 600']))).toBe('notify-wait | new 600 | - | -');
    expect(watcher.record).toMatchObject({ callId, localTag, cseq: 2, granted: 600 });
    watcher.response(200, ['Expires: 600']);
    watcher.notify('active');
    expect(told(watcher.wake())).toBe('active | within 600 | - | -');
    expect(told(watcher.response(423, ['Min-Expires: 900']))).toBe('active | within 900 | - | -');
  });

  it.each(['60', '59', '86401', '4294967295', 'long', ''])('but not %j', (least) => {
    const lines = least === '' ? [] : [`Min-Expires: ${least}`];
    const first = new Watcher({ expires: 60 }).response(423, lines);
    expect(told(first)).toBe('resting | - | - | ended by status 423 later');
    const watcher = refreshing();
    expect(
      told(
        watcher.response(
          423,
          lines.map((line) => line.replace('60', '3600')),
        ),
      ),
    ).toBe('active | - | - | -');
  });

  it('and not more than twice in a row', () => {
    const watcher = new Watcher({ expires: 60 });
    watcher.response(423, ['Min-Expires: 61']);
    watcher.response(423, ['Min-Expires: 62']);
    expect(told(watcher.response(423, ['Min-Expires: 63']))).toBe(
      'resting | - | - | ended by status 423 later',
    );
  });

  it('nor when only one answer is wanted', () => {
    const watcher = new Watcher({ expires: 0 });
    expect(told(watcher.response(423, ['Min-Expires: 60']))).toBe(
      'over | - | - | ended by status 423 never',
    );
  });
});

describe('RFC 6665 §4.1.2.3 unsubscribing', () => {
  it('waits for the NOTIFY that ends it', () => {
    const watcher = active();
    const step = watcher.step({ kind: 'stop' });
    expect(told(step)).toBe('stopping | within 0 | - | -');
    expect(step.request?.cseq).toBe(2);
    expect(told(watcher.response(200, ['Expires: 0']))).toBe('stopping | - | - | -');
    expect(told(watcher.notify('active;expires=60', DOCUMENT))).toBe('stopping | - | 200 | -');
    expect(told(watcher.notify('terminated;reason=timeout', DOCUMENT))).toBe(
      'over | - | 200 | ended by stop never',
    );
  });

  it('or for Timer N', () => {
    const watcher = active();
    watcher.step({ kind: 'stop' });
    watcher.response(200);
    expect(told(watcher.wake(T0 + 32_000))).toBe('over | - | - | ended by stop never');
  });

  it('before there is a dialog, waits for one', () => {
    const watcher = new Watcher();
    expect(told(watcher.step({ kind: 'stop' }))).toBe('stopping | - | - | -');
    expect(told(watcher.response(200))).toBe('stopping | - | - | -');
    expect(told(watcher.notify('pending;expires=60'))).toBe('stopping | within 0 | 200 | -');
    expect(watcher.asked.cseq).toBe(2);
    expect(told(watcher.notify('terminated;reason=timeout'))).toBe(
      'over | - | 200 | ended by stop never',
    );
  });

  it.each([
    ['it never comes', (w: Watcher) => w.wake()],
    ['it is refused', (w: Watcher) => w.response(403)],
    ['it fails', (w: Watcher) => w.step({ kind: 'failed', reason: 'transport' })],
    ['it may not have left', (w: Watcher) => w.step({ kind: 'lost' })],
    ['it ends by itself', (w: Watcher) => w.notify('terminated;reason=rejected')],
  ])('before there is a dialog, and %s', (_, act) => {
    const watcher = new Watcher();
    watcher.step({ kind: 'stop' });
    expect(told(act(watcher))).toMatch(/^over \| - \| (-|200) \| ended by stop never$/);
  });

  it('an answer to the refresh before it is not one to it', () => {
    const watcher = refreshing();
    const refresh = watcher.asked;
    watcher.step({ kind: 'stop' });
    const response = responseTo(refresh, 403);
    expect(told(watcher.step({ kind: 'response', response }))).toBe('stopping | - | - | -');
  });
});

describe('RFC 6665 §4.4.3 asking once', () => {
  it('ends with the NOTIFY', () => {
    const watcher = new Watcher({ expires: 0 });
    expect(headerOf(watcher.asked, 'Expires')).toBe('0');
    watcher.response(200, ['Expires: 0']);
    expect(told(watcher.notify('terminated;reason=timeout', DOCUMENT))).toBe(
      'over | - | 200 | document, ended by notify timeout never',
    );
  });

  it('does not end while nobody has decided', () => {
    const watcher = new Watcher({ expires: 0 });
    watcher.notify('pending;expires=0');
    expect(told(watcher.notify('terminated;reason=timeout', { tag: 'other' }))).toBe(
      'fetching | - | 481 | -',
    );
    expect(told(watcher.notify('terminated;reason=timeout'))).toBe(
      'over | - | 200 | ended by notify timeout never',
    );
  });
});

describe('RFC 6665 §4.1.2 a process that ended between writing and sending', () => {
  it('asks anew where there is no dialog, and again where there is one', () => {
    const first = new Watcher();
    const { callId } = first.record;
    first.step({ kind: 'lost' });
    expect(first.record.callId).not.toBe(callId);
    const later = refreshing();
    const { cseq, callId: same } = later.record;
    later.step({ kind: 'lost' });
    expect(later.record).toMatchObject({ cseq: cseq + 1, callId: same });
    expect(later.asked.cseq).toBe(cseq + 1);
  });
});

/** What a hostile host and a hostile peer may do, in any order. */
const anything = fc.oneof(
  fc.constantFrom<SubscriberInput['kind']>('wake', 'stop', 'refresh', 'lost', 'failed'),
  fc.record({
    status: fc.integer({ min: 100, max: 699 }),
    line: fc.constantFrom('Expires: 0', 'Expires: 9', 'Min-Expires: 7200', 'Retry-After: 5'),
  }),
  fc.record({
    state: fc.constantFrom(
      'active',
      'active;expires=0',
      'active;expires=4000000000',
      'pending;expires=1',
      'terminated',
      'terminated;reason=deactivated',
      'terminated;reason=timeout;retry-after=0',
      'what',
    ),
    cseq: fc.nat(2 ** 31 - 1),
    tag: fc.constantFrom('peer', 'other'),
    contact: fc.constantFrom('<sip:b@b.example>', '*', '', `<sip:${'x'.repeat(1000)}@b>`),
    lines: fc.constantFrom([], [`Record-Route: ${Array(16).fill('<sip:p;lr>').join()}`]),
    body: fc.constantFrom('', 'x'),
  }),
);

function take(watcher: Watcher, one: string | object): SubscriberStep {
  const { record, now, env, asked } = watcher;
  const step = (input: SubscriberInput) => stepSubscriber(record, now, input, env);
  if (typeof one === 'string') {
    return step(
      one === 'failed' ? { kind: one, reason: 'timeout' } : ({ kind: one } as SubscriberInput),
    );
  }
  if ('status' in one) {
    const { status, line } = one as { status: number; line: string };
    return step({ kind: 'response', response: responseTo(asked, status, [line]) });
  }
  const { callId, localTag } = record;
  return step({ kind: 'notify', request: notify({ callId, localTag, ...one }) });
}

describe('RFC 6665 §4.1 in any order', () => {
  it('nothing throws, the record stays small, something is always waited for, and little is asked', () => {
    const inputs = fc.array(fc.tuple(anything, fc.constantFrom(0, 1, 1000, 40_000)), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(inputs, fc.constantFrom(0, 60, 3600), (list, expires) => {
        const watcher = new Watcher({ expires });
        for (const [one, later] of list) {
          watcher.now =
            one === 'wake' ? Math.max(watcher.wakeAt, watcher.now) : watcher.now + later;
          const { next, request } = take(watcher, one);
          if (next === undefined) return;
          if (request !== undefined) watcher.asked = request;
          watcher.s = JSON.parse(JSON.stringify(next)) as Subscriber;
          expect(watcher.s).toStrictEqual(next);
          expect(JSON.stringify(next).length).toBeLessThan(12_000);
          expect(Number.isFinite(subscriberWakeAt(next))).toBe(true);
          expect(next.cseq).toBeLessThan(list.length + 2);
        }
      }),
    );
  });

  it('a storm of NOTIFYs asks nothing and leaves the record as small as before', () => {
    const watcher = active();
    const before = JSON.stringify(watcher.record).length;
    for (let cseq = 10; cseq < 500; cseq += 1) {
      const step = watcher.notify('active;expires=3600', { cseq, ...DOCUMENT });
      expect(step.request).toBeUndefined();
    }
    expect(JSON.stringify(watcher.record).length).toBeLessThan(before + 10);
  });

  it('a notifier that grants no time is not asked again and again', () => {
    const watcher = new Watcher();
    let asked = 0;
    const until = T0 + HOUR;
    for (let round = 0; watcher.now < until && round < 1000; round += 1) {
      if (watcher.record.state === 'notify-wait') {
        asked += 1;
        watcher.response(200, ['Expires: 0']);
        watcher.notify('active;expires=0', { cseq: 1 });
      } else if (told(watcher.wake()).includes('within')) asked += 1;
    }
    expect(asked).toBeLessThan(12);
  });
});
