// An XMPP user watches a SIP contact: every cell of the table that can be reached, reached by what really comes in; and
// the record written and read again between any two steps.
import { WATCHER_ASKS, type WatcherAnswer } from '@interwork/core';
import type { Subscriber } from '@interwork/sip';
import { describe, expect, it } from 'vitest';
import { WATCHING, type WatchingState } from '../src/ledger/presence-tables.ts';
import type { Watching, WatchingInput } from '../src/ledger/presence-types.ts';
import { NOT_WATCHING, stepWatching, watchingWakeAt } from '../src/ledger/watching.ts';
import { contextOf, documentOf, lineOf, NOW, requestOf, responseTo } from './presence-kit.ts';

/** One user, her record and what left. */
class Case {
  half: Watching | undefined;
  now = NOW;
  readonly left: string[] = [];
  readonly x = contextOf();
  #notified = 0;
  #asked: Parameters<typeof responseTo>[0] | undefined;

  step(input: WatchingInput): this {
    const step = stepWatching(this.half, this.now, input, this.x);
    this.half =
      step.next === undefined ? undefined : (JSON.parse(JSON.stringify(step.next)) as Watching);
    for (const effect of step.effects) {
      this.left.push(lineOf(effect));
      if (effect.kind === 'request') this.#asked = effect.draft;
    }
    return this;
  }

  user(kind: 'hold' | 'subscribe' | 'unsubscribe' | 'probe' | 'available' | 'gone'): this {
    return this.step({ kind, from: 'juliet@example.com/balcony' });
  }

  added(): this {
    return this.step({ kind: 'added' });
  }

  /** So much later it is looked at, as it has asked to be. */
  wake(after: number): this {
    this.now += after;
    const due = this.half === undefined ? Infinity : watchingWakeAt(this.half, this.x);
    return due <= this.now ? this.step({ kind: 'wake' }) : this;
  }

  notify(state: string, body = '', from = 'b'): this {
    const subscriber = this.subscriber;
    this.#notified += 1;
    const type = body === '' ? [] : ['Content-Type: application/pidf+xml'];
    const request = requestOf(
      [
        'NOTIFY sip:watching@gw.example.net SIP/2.0',
        'Via: SIP/2.0/TCP p.example.net;branch=z9hG4bKn',
        'Max-Forwards: 70',
        `From: <sip:romeo@example.net>;tag=${from}`,
        `To: <sip:juliet@example.com>;tag=${subscriber.localTag}`,
        `Call-ID: ${subscriber.callId}`,
        `CSeq: ${this.#notified} NOTIFY`,
        'Contact: <sip:romeo@192.0.2.1>',
        'Event: presence',
        `Subscription-State: ${state}`,
        ...type,
      ],
      body,
    );
    return this.step({ kind: 'notify', request, to: 'n' });
  }

  answered(status: number): this {
    const draft = this.#asked;
    if (draft === undefined) throw new Error('nothing was asked');
    const expires = status < 300 ? ['Expires: 3600', 'Contact: <sip:romeo@192.0.2.1>'] : [];
    const response = responseTo(draft, status, expires);
    return this.step({ kind: 'response', tag: this.subscriber.localTag, response });
  }

  get subscriber(): Subscriber {
    const { subscriber } = this.half ?? {};
    if (subscriber === undefined) throw new Error('there is no subscription');
    return subscriber;
  }

  get state(): WatchingState {
    return this.half?.state ?? 'none';
  }

  /** Lets out what left so far, and answers it. */
  taken(): readonly string[] {
    return this.left.splice(0);
  }
}

const DAY = 24 * 60 * 60 * 1000;
const ORCHARD = documentOf({ id: 'ID-orchard', show: 'away' });
const ACTIVE = 'active;expires=3600';

/** How each standing is called in the rows. */
type Standing =
  | 'none'
  | 'held'
  | 'fetching'
  | 'ending'
  | 'requested'
  | 'granted'
  | 'away'
  | 'leaving'
  | 'returning';

/** How each standing is come to. */
const AT: Readonly<Record<Standing, () => Case>> = {
  none: () => new Case(),
  held: () => new Case().user('hold'),
  fetching: () => new Case().user('probe'),
  ending: () => AT.leaving().answered(200),
  requested: () => new Case().user('subscribe').answered(200),
  granted: () => new Case().user('subscribe').answered(200).notify(ACTIVE, ORCHARD),
  away: () => AT.granted().user('gone').answered(200).notify('terminated;reason=timeout'),
  leaving: () => AT.granted().user('unsubscribe'),
  returning: () => AT.leaving().user('subscribe'),
};

const REJECTED = 'terminated;reason=rejected';
const PROBATION = 'terminated;reason=probation;retry-after=60';
const TIMEOUT = 'terminated;reason=timeout';

type Row = readonly [
  at: Standing,
  does: (one: Case) => Case,
  state: WatchingState,
  left: readonly string[],
];

const ROWS: readonly Row[] = [
  ['none', (one) => one.user('subscribe'), 'requested', ['SUBSCRIBE 3600']],
  ['none', (one) => one.user('unsubscribe'), 'none', ['unsubscribed']],
  ['none', (one) => one.user('probe'), 'none', ['SUBSCRIBE 0']],
  ['none', (one) => one.user('available'), 'none', []],
  ['none', (one) => one.user('gone'), 'none', []],
  ['none', (one) => one.user('hold'), 'held', []],
  ['none', (one) => one.added(), 'none', []],
  ['held', (one) => one.user('hold'), 'held', []],
  ['held', (one) => one.added(), 'requested', ['SUBSCRIBE 3600']],
  ['held', (one) => one.user('subscribe'), 'requested', ['SUBSCRIBE 3600']],
  ['held', (one) => one.user('unsubscribe'), 'none', ['unsubscribed']],
  ['held', (one) => one.user('probe'), 'held', []],
  ['held', (one) => one.user('available'), 'held', []],
  ['held', (one) => one.user('gone'), 'held', []],
  ['held', (one) => one.wake(30 * DAY - 1), 'held', []],
  ['held', (one) => one.wake(30 * DAY), 'none', ['unsubscribed']],
  ['requested', (one) => one.user('hold'), 'requested', []],
  ['requested', (one) => one.added(), 'requested', []],
  [
    'granted',
    (one) => one.user('hold'),
    'granted',
    ['subscribed', 'available orchard to balcony away'],
  ],
  ['granted', (one) => one.added(), 'granted', []],
  ['leaving', (one) => one.user('hold'), 'held', []],
  ['leaving', (one) => one.added(), 'leaving', []],
  ['leaving', (one) => one.user('hold').notify(TIMEOUT), 'held', ['200']],
  ['fetching', (one) => one.user('probe'), 'none', []],
  [
    'fetching',
    (one) => one.answered(200).notify(TIMEOUT, ORCHARD),
    'granted',
    ['200', 'available orchard away', 'SUBSCRIBE 3600'],
  ],
  ['fetching', (one) => one.answered(200).notify(TIMEOUT), 'none', ['200']],
  ['fetching', (one) => one.answered(403), 'none', ['unsubscribed']],
  ['fetching', (one) => one.answered(200).notify(REJECTED), 'none', ['200', 'unsubscribed']],
  ['requested', (one) => one.user('subscribe'), 'requested', []],
  ['requested', (one) => one.user('unsubscribe'), 'leaving', []],
  ['requested', (one) => one.user('probe'), 'requested', []],
  ['requested', (one) => one.user('available'), 'requested', []],
  ['requested', (one) => one.user('gone'), 'requested', []],
  ['requested', (one) => one.notify('pending;expires=3600'), 'requested', ['200']],
  [
    'requested',
    (one) => one.notify(ACTIVE, ORCHARD),
    'granted',
    ['200', 'subscribed', 'available orchard away'],
  ],
  ['requested', (one) => one.notify(ACTIVE), 'granted', ['200', 'subscribed']],
  ['requested', (one) => one.notify(REJECTED), 'none', ['200', 'unsubscribed']],
  ['requested', (one) => one.notify(PROBATION), 'requested', ['200']],
  [
    'granted',
    (one) => one.user('subscribe'),
    'granted',
    ['subscribed', 'available orchard to balcony away'],
  ],
  ['granted', (one) => one.user('unsubscribe'), 'leaving', ['SUBSCRIBE 0']],
  ['granted', (one) => one.user('probe'), 'granted', ['available orchard to balcony away']],
  ['granted', (one) => one.user('available'), 'granted', []],
  ['granted', (one) => one.user('gone'), 'granted', ['SUBSCRIBE 0']],
  [
    'granted',
    (one) => one.notify('pending;expires=3600'),
    'granted',
    ['200', 'unavailable orchard'],
  ],
  ['granted', (one) => one.notify(ACTIVE, ORCHARD), 'granted', ['200']],
  ['granted', (one) => one.notify(ACTIVE), 'granted', ['200', 'unavailable orchard']],
  [
    'granted',
    (one) => one.notify(ACTIVE, documentOf({ id: 'ID-orchard', basic: 'closed' })),
    'granted',
    ['200', 'unavailable orchard'],
  ],
  [
    'granted',
    (one) => one.notify(REJECTED),
    'none',
    ['200', 'unavailable orchard', 'unsubscribed'],
  ],
  ['granted', (one) => one.notify(PROBATION), 'granted', ['200', 'unavailable orchard']],
  [
    'granted',
    (one) => one.notify('terminated;reason=deactivated'),
    'granted',
    ['200', 'SUBSCRIBE 3600'],
  ],
  ['away', (one) => one.user('available'), 'granted', ['SUBSCRIBE 3600']],
  ['away', (one) => one.user('probe'), 'granted', ['SUBSCRIBE 3600']],
  ['away', (one) => one.user('subscribe'), 'granted', ['subscribed', 'SUBSCRIBE 3600']],
  ['away', (one) => one.user('gone'), 'granted', []],
  ['away', (one) => one.user('unsubscribe'), 'none', ['unsubscribed', 'unavailable orchard']],
  ['leaving', (one) => one.user('subscribe'), 'requested', []],
  ['leaving', (one) => one.user('unsubscribe'), 'leaving', []],
  ['leaving', (one) => one.user('probe'), 'leaving', []],
  ['leaving', (one) => one.user('available'), 'leaving', []],
  ['leaving', (one) => one.user('gone'), 'leaving', []],
  ['leaving', (one) => one.notify(ACTIVE, ORCHARD), 'leaving', ['200']],
  ['leaving', (one) => one.answered(200), 'none', ['unsubscribed', 'unavailable orchard']],
  ['leaving', (one) => one.notify(TIMEOUT), 'none', ['200', 'unsubscribed', 'unavailable orchard']],
  ['ending', (one) => one.notify(TIMEOUT), 'none', ['200']],
  ['ending', (one) => one.user('subscribe'), 'requested', []],
  ['returning', (one) => one.notify(TIMEOUT), 'requested', ['200', 'SUBSCRIBE 3600']],
];

describe('RFC 8048 §5.2.1 §5.2.2 §5.2.3 §7.1 an XMPP user watches a SIP contact', () => {
  it.each(ROWS.map((row, index) => [index, ...row] as const))(
    'row %i, %s',
    (_n, at, does, state, left) => {
      const one = AT[at]();
      one.taken();
      does(one);
      expect([one.state, sorted(one.taken())]).toEqual([state, sorted(left)]);
    },
  );

  it('has a cell for everything that may come, wherever one stands', () => {
    const words = Object.keys(WATCHING.none).toSorted();
    for (const row of Object.values(WATCHING)) expect(Object.keys(row).toSorted()).toEqual(words);
  });
});

describe('RFC 8048 §5.2 the ledger does what the rule says', () => {
  const DIALOGS: Readonly<Record<WatcherAnswer['dialog'], readonly string[]>> = {
    run: ['ask', 'askAgain', 'answer', 'reassure', 'resume'],
    end: ['leave', 'confirm', 'pause'],
    fetch: ['fetch'],
    leave: ['nothing'],
  };
  const WORDS = { unavailable: 'gone' } as const;

  it.each(Object.entries(WATCHER_ASKS))('with %s', (stanza, byStanding) => {
    const word = stanza === 'unavailable' ? WORDS.unavailable : (stanza as 'subscribe');
    for (const standing of ['none', 'requested', 'granted'] as const) {
      const [state, act] = WATCHING[standing][word];
      const asked = byStanding[standing];
      expect(DIALOGS[asked.dialog]).toContain(act);
      expect(state === 'leaving' ? 'none' : state).toBe(asked.standing);
    }
  });
});

/** The 200 and what follows it may be told in any order but that of the stanzas among themselves. */
function sorted(lines: readonly string[]): readonly string[] {
  return lines.toSorted();
}

describe('RFC 8048 §6.3 what is shown', () => {
  it('is what has changed, and all that is known to one who asks', () => {
    const one = AT.granted();
    one.taken();
    one.notify(
      ACTIVE,
      documentOf({ id: 'ID-orchard', show: 'away' }, { id: 'ID-cell', show: 'dnd' }),
    );
    expect(one.taken()).toEqual(['200', 'available cell dnd']);
    one.notify(ACTIVE, documentOf({ id: 'ID-cell', show: 'dnd' }));
    expect(one.taken()).toEqual(['200', 'unavailable orchard']);
    expect(one.user('probe').taken()).toEqual(['available cell to balcony dnd']);
  });

  it('is nothing of an unreadable document, which is answered, and none of somebody else’s', () => {
    const one = AT.granted();
    one.taken();
    expect(one.notify(ACTIVE, '<presence').taken()).toEqual(['400']);
    const other = ORCHARD.replace('romeo@', 'mercutio@');
    expect(one.notify(ACTIVE, other).taken()).toEqual(['200']);
    expect(one.user('probe').taken()).toEqual(['available orchard to balcony away']);
  });

  it('is bounded', () => {
    const one = new Case().user('subscribe').answered(200);
    one.taken();
    const many = Array.from({ length: 30 }, (_, n) => ({ id: `ID-r${n}` }));
    one.notify(ACTIVE, documentOf(...many));
    const { resources } = one.x.limits;
    expect(one.taken().filter((line) => line.startsWith('available'))).toHaveLength(resources);
  });
});

describe('RFC 8048 §5.2.2 time', () => {
  const dueOf = (one: Case): number => watchingWakeAt(one.half ?? NOT_WATCHING, one.x);

  it('refreshes before the dialog is over', () => {
    const one = AT.granted();
    one.taken();
    one.now = dueOf(one);
    expect(one.now - NOW).toBeLessThan(3600_000);
    expect(one.step({ kind: 'wake' }).taken()).toEqual(['SUBSCRIBE 3600']);
  });

  it('§8.1 asks a user who gave no sign for half a day whether he is there, once', () => {
    const one = AT.granted();
    one.taken();
    one.now = NOW + one.x.waits.sign;
    one.step({ kind: 'wake' });
    expect(one.left.filter((line) => line === 'probe')).toHaveLength(1);
    one.taken();
    one.step({ kind: 'wake' });
    expect(one.taken()).not.toContain('probe');
  });

  it('shows again what may have been lost, after a while', () => {
    const one = AT.granted().step({ kind: 'undelivered' });
    one.taken();
    expect(dueOf(one)).toBe(NOW + one.x.waits.again);
    one.now = dueOf(one);
    expect(one.step({ kind: 'wake' }).taken()).toEqual(['subscribed', 'available orchard away']);
  });

  it('withdraws again what was withdrawn when that may not have been heard', () => {
    const one = AT.granted()
      .notify(ACTIVE, documentOf({ id: 'ID-cell' }))
      .step({ kind: 'undelivered' });
    one.taken();
    one.now = dueOf(one);
    const told = ['subscribed', 'available cell', 'unavailable orchard'];
    expect(one.step({ kind: 'wake' }).taken()).toEqual(told);
  });

  it('takes back what one saw who seemed to be away, and was not', () => {
    const one = AT.away().user('available').answered(200);
    one.taken();
    const other = documentOf({ id: 'ID-cell' });
    expect(one.notify(ACTIVE, other, 'c').taken()).toEqual([
      '200',
      'available cell',
      'unavailable orchard',
    ]);
    expect(one.notify(ACTIVE, other, 'c').taken()).toEqual(['200']);
  });

  it('says a refusal again that was lost, later each time, until it is not heard to be', () => {
    const one = AT.granted().notify(REJECTED);
    expect(one.state).toBe('none');
    one.taken();
    for (const tries of [0, 1, 2]) {
      one.step({ kind: 'unheard', resource: 'orchard' }).step({ kind: 'unheard', resource: '' });
      expect(dueOf(one)).toBe(one.now + one.x.waits.again * 2 ** tries);
      one.now = dueOf(one);
      one.step({ kind: 'wake' });
      expect(one.taken()).toEqual(['unsubscribed', 'unavailable orchard']);
    }
    one.now = dueOf(one);
    expect(one.step({ kind: 'wake' }).half).toBeUndefined();
    expect(one.taken()).toEqual([]);
  });

  it('says a refusal again when the process ended just after it, and forgets it when none did', () => {
    const one = AT.granted().notify(REJECTED).step({ kind: 'restarted' });
    one.taken();
    one.now = dueOf(one);
    expect(one.step({ kind: 'wake' }).taken()).toEqual(['unsubscribed', 'unavailable orchard']);
    const other = AT.granted().notify(REJECTED);
    other.taken();
    other.now = dueOf(other);
    expect([other.step({ kind: 'wake' }).taken(), other.half]).toEqual([[], undefined]);
  });

  it('gives a refusal up that never gets there', () => {
    const one = new Case();
    for (let tries = 0; tries < 10; tries++) {
      one.step({ kind: 'unheard', resource: '' });
      one.now = dueOf(one);
      one.step({ kind: 'wake' });
    }
    expect(one.taken()).toHaveLength(10);
    expect(one.step({ kind: 'unheard', resource: '' }).half).toBeUndefined();
  });

  it('refuses nobody again who has asked anew', () => {
    const one = new Case().step({ kind: 'unheard', resource: '' }).user('subscribe').answered(200);
    one.taken();
    one.now = dueOf(one);
    expect(one.step({ kind: 'wake' }).taken()).not.toContain('unsubscribed');
  });

  it('shows everything again when an end of what is watched was lost', () => {
    const one = AT.granted().step({ kind: 'unheard', resource: 'cell' });
    one.taken();
    one.now = dueOf(one);
    expect(one.step({ kind: 'wake' }).taken()).toEqual(['subscribed', 'available orchard away']);
  });

  it('answers a probe with what is shown while the subscription is being made anew', () => {
    const one = AT.granted().notify('terminated;reason=deactivated');
    one.taken();
    expect(one.user('probe').taken()).toEqual(['available orchard to balcony away']);
  });

  it('shows the answer to a refresh whole, since a stanza may have been lost that nobody missed', () => {
    const one = AT.granted();
    one.now = dueOf(one);
    one.step({ kind: 'wake' });
    one.taken();
    expect(one.answered(200).notify(ACTIVE, ORCHARD).taken()).toEqual([
      '200',
      'available orchard away',
    ]);
    expect(one.notify(ACTIVE, ORCHARD).taken()).toEqual(['200']);
  });

  it('asks again after a restart, at a moment of its own', () => {
    const one = AT.granted().step({ kind: 'restarted' });
    one.taken();
    expect(dueOf(one)).toBe(NOW + one.x.waits.afresh / 2);
    one.now = dueOf(one);
    expect(one.step({ kind: 'wake' }).taken()).toEqual(['SUBSCRIBE 3600']);
  });

  it('RFC 6121 §4.3.2: shows the answer to that whole, since a probe may have been lost with the process', () => {
    const one = AT.granted();
    one.now = dueOf(one);
    one.step({ kind: 'wake' }).answered(200).notify(ACTIVE, ORCHARD).taken();
    one.step({ kind: 'restarted' });
    one.now += one.x.waits.afresh;
    one.step({ kind: 'wake' }).taken();
    expect(one.answered(200).notify(ACTIVE, ORCHARD).taken()).toEqual([
      '200',
      'available orchard away',
    ]);
  });

  it.each(['restarted', 'undelivered'] as const)(
    'asks after one who is away when it was %s',
    (kind) => {
      const one = AT.away().step({ kind });
      one.taken();
      one.now = NOW + 10 * one.x.waits.afresh;
      expect(one.step({ kind: 'wake' }).taken()).toContain('probe');
      expect(one.user('available').taken()).toEqual(['SUBSCRIBE 3600']);
    },
  );

  it('sends what may not have left once more, and ignores the answer to the first', () => {
    const one = new Case().user('subscribe');
    const { localTag } = one.subscriber;
    one.taken();
    one.step({ kind: 'lost', tag: localTag });
    expect(one.taken()).toEqual(['SUBSCRIBE 3600']);
    expect(one.subscriber.localTag).not.toBe(localTag);
    expect(one.step({ kind: 'failed', tag: localTag, reason: 'timeout' }).taken()).toEqual([]);
  });

  it('ends when policy forbids it, and takes back what was shown', () => {
    const one = AT.granted();
    one.taken();
    expect(one.step({ kind: 'forbidden' }).taken()).toEqual([
      'unsubscribed',
      'unavailable orchard',
      'SUBSCRIBE 0',
    ]);
    expect(one.answered(200).notify(TIMEOUT).half).toBeUndefined();
  });

  it('takes back what was shown when its memory ends with the process', () => {
    const one = AT.granted();
    one.taken();
    expect(one.step({ kind: 'shutdown' }).taken()).toEqual(['unavailable orchard', 'SUBSCRIBE 0']);
  });
});
