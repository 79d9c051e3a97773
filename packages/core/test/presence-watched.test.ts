// A SIP user watches an XMPP contact: every cell of the table that can be reached, reached by what really comes in; and
// the record written and read again between any two steps.
import type { RequestDraft } from '@interwork/sip';
import { param } from '@interwork/sip';
import { describe, expect, it } from 'vitest';
import { WATCHED, type WatchedState } from '../src/ledger/presence-tables.ts';
import type { Watched, WatchedInput } from '../src/ledger/presence-types.ts';
import { NOT_WATCHED, stepWatched, watchedWakeAt } from '../src/ledger/watched.ts';
import { contextOf, lineOf, NOW, requestOf, responseTo } from './presence-kit.ts';

/** One watcher, the record and what left. */
class Case {
  half: Watched | undefined;
  now = NOW;
  gone = false;
  isShown = false;
  isWatching = false;
  readonly x = contextOf();
  readonly #left: string[] = [];
  readonly #notifies: RequestDraft[] = [];
  #asked = 0;
  #tag = '';

  step(input: WatchedInput): this {
    const other = { isShown: this.isShown, isWatching: this.isWatching };
    const step = stepWatched(this.half, this.now, input, this.x, other);
    this.half =
      step.next === undefined ? undefined : (JSON.parse(JSON.stringify(step.next)) as Watched);
    this.gone ||= step.gone;
    for (const effect of step.effects) {
      this.#left.push(lineOf(effect));
      if (effect.kind === 'request') this.#notifies.push(effect.draft);
      if (effect.kind === 'answer') this.#tag = effect.draft.toTag ?? this.#tag;
    }
    return this;
  }

  subscribe(
    expires: number,
    options: { tag?: string; device?: string; accept?: string } = {},
  ): this {
    this.#asked += 1;
    const { device = 'a', accept = 'application/pidf+xml', tag } = options;
    const request = requestOf([
      'SUBSCRIBE sip:juliet@example.com SIP/2.0',
      `Via: SIP/2.0/TCP 192.0.2.1;branch=z9hG4bK${this.#asked}`,
      'Max-Forwards: 70',
      `From: <sip:romeo@example.net>;tag=${device}`,
      `To: <sip:juliet@example.com>${tag === undefined ? '' : `;tag=${tag}`}`,
      `Call-ID: call-${device}`,
      `CSeq: ${this.#asked} SUBSCRIBE`,
      'Contact: <sip:romeo@192.0.2.1>',
      'Event: presence',
      `Accept: ${accept}`,
      `Expires: ${expires}`,
    ]);
    return this.step({ kind: tag === undefined ? 'watch' : 'within', request, to: 's' });
  }

  watch(device?: string): this {
    return this.subscribe(3600, device === undefined ? {} : { device });
  }

  fetch(): this {
    return this.subscribe(0, { device: `f${this.#asked}` });
  }

  refresh(expires = 3600): this {
    return this.subscribe(expires, { tag: this.#tag });
  }

  available(resource = 'balcony'): this {
    return this.step({ kind: 'available', state: { resource } });
  }

  unavailable(resource = 'balcony'): this {
    return this.step({ kind: 'unavailable', resource });
  }

  /** The watcher takes every NOTIFY that is out. */
  taken(status = 200): this {
    for (const draft of this.#notifies.splice(0)) {
      const tag = param(draft.from.params, 'tag') ?? '';
      this.step({ kind: 'response', tag, response: responseTo(draft, status) });
    }
    return this;
  }

  /** As long as a NOTIFY waits for the one before it. */
  later(by = 5_000): this {
    this.now += by;
    return this.step({ kind: 'wake' }).taken();
  }

  get state(): WatchedState {
    return this.half?.state ?? 'none';
  }

  left(): readonly string[] {
    return this.#left.splice(0);
  }
}

/** How each standing is called in the rows. */
type Standing = 'none' | 'fetching' | 'requested' | 'granted' | 'probing' | 'idle';

const AT: Readonly<Record<Standing, () => Case>> = {
  none: () => new Case(),
  fetching: () => new Case().fetch(),
  requested: () => new Case().watch().taken(),
  granted: () =>
    new Case().watch().taken().step({ kind: 'subscribed' }).taken().available().later(20_000),
  probing: () => AT.granted().later(20_000).refresh().taken(),
  idle: () => AT.granted().refresh(0).taken(),
};

type Row = readonly [
  at: Standing,
  does: (one: Case) => Case,
  state: WatchedState,
  left: readonly string[],
];

const GONE = 'NOTIFY terminated;reason=timeout';
const NO = 'NOTIFY terminated;reason=rejected';

const ROWS: readonly Row[] = [
  ['none', (one) => one.watch(), 'requested', ['200', 'NOTIFY pending', 'subscribe']],
  ['none', (one) => one.fetch(), 'none', ['200', 'probe']],
  ['none', (one) => one.step({ kind: 'subscribed' }), 'none', []],
  ['none', (one) => one.step({ kind: 'unsubscribed' }), 'none', []],
  ['none', (one) => one.available(), 'none', []],
  ['none', (one) => one.unavailable(), 'none', []],
  ['none', (one) => one.step({ kind: 'error', condition: 'item-not-found' }), 'none', []],
  ['fetching', (one) => one.available(), 'granted', [GONE]],
  ['fetching', (one) => one.step({ kind: 'unsubscribed' }), 'none', [NO]],
  ['fetching', (one) => one.step({ kind: 'error', condition: 'item-not-found' }), 'none', [NO]],
  ['fetching', (one) => one.later(), 'none', [GONE]],
  ['requested', (one) => one.watch('b'), 'requested', ['200', 'NOTIFY pending', 'subscribe']],
  ['requested', (one) => one.fetch(), 'requested', ['200']],
  ['requested', (one) => one.refresh(), 'requested', ['200', 'NOTIFY pending']],
  ['requested', (one) => one.refresh(0), 'requested', ['200', GONE]],
  ['requested', (one) => one.step({ kind: 'subscribed' }), 'granted', ['NOTIFY active', 'probe']],
  ['requested', (one) => one.step({ kind: 'unsubscribed' }), 'none', [NO]],
  ['requested', (one) => one.available(), 'requested', []],
  ['requested', (one) => one.unavailable(), 'requested', []],
  [
    'requested',
    (one) => one.step({ kind: 'error', condition: 'item-not-found' }),
    'none',
    ['NOTIFY terminated;reason=noresource'],
  ],
  ['requested', (one) => one.step({ kind: 'error', condition: 'forbidden' }), 'none', [NO]],
  [
    'requested',
    (one) => one.step({ kind: 'error', condition: 'remote-server-timeout' }),
    'none',
    ['NOTIFY terminated;reason=probation;retry-after=600'],
  ],
  ['granted', (one) => one.watch('b'), 'granted', ['200', 'NOTIFY active', 'probe']],
  ['granted', (one) => one.fetch(), 'granted', ['200', GONE, 'probe']],
  ['granted', (one) => one.step({ kind: 'subscribed' }), 'granted', []],
  ['granted', (one) => one.later(10_000).step({ kind: 'unsubscribed' }), 'none', [NO]],
  [
    'granted',
    (one) => one.later(10_000).unavailable().taken().step({ kind: 'unsubscribed' }),
    'none',
    ['probe', 'NOTIFY active', NO],
  ],
  ['granted', (one) => one.later(10_000).available('chamber'), 'granted', ['NOTIFY active']],
  ['granted', (one) => one.later(10_000).unavailable(), 'granted', ['probe', 'NOTIFY active']],
  [
    'granted',
    (one) => one.later(10_000).step({ kind: 'error', condition: 'item-not-found' }),
    'granted',
    [],
  ],
  ['granted', (one) => one.refresh(0), 'granted', ['200', GONE, 'unavailable']],
  [
    'probing',
    (one) => one.step({ kind: 'unsubscribed' }),
    'requested',
    ['NOTIFY pending', 'subscribe'],
  ],
  [
    'probing',
    (one) => one.step({ kind: 'unsubscribed' }).taken().step({ kind: 'unsubscribed' }),
    'none',
    ['NOTIFY pending', 'subscribe', NO],
  ],
  ['probing', (one) => one.available(), 'granted', []],
  ['idle', (one) => one.available(), 'granted', []],
  ['idle', (one) => one.watch('c'), 'granted', ['200', 'NOTIFY active', 'probe']],
  ['idle', (one) => one.fetch(), 'granted', ['200', 'probe']],
  ['idle', (one) => one.step({ kind: 'unsubscribed' }), 'none', []],
];

describe('RFC 8048 §5.3.1 §5.3.2 §5.3.3 §7.2 a SIP user watches an XMPP contact', () => {
  it.each(ROWS.map((row, index) => [index, ...row] as const))(
    'row %i, %s',
    (_n, at, does, state, left) => {
      const one = AT[at]();
      one.left();
      does(one);
      expect([one.state, one.left()]).toEqual([state, left]);
    },
  );

  it('has a cell for everything that may come, wherever one stands', () => {
    const words = Object.keys(WATCHED.none).toSorted();
    for (const row of Object.values(WATCHED)) expect(Object.keys(row).toSorted()).toEqual(words);
  });
});

describe('RFC 8048 §5.3.3 the end of the last dialog', () => {
  it('is not said to a contact who is shown the watcher for a reason of her own', () => {
    const one = AT.granted();
    one.isShown = true;
    one.left();
    expect(one.refresh(0).left()).toEqual(['200', GONE]);
  });

  it('comes with the time, too', () => {
    const one = AT.granted();
    one.left();
    one.later(3600_000);
    expect(one.left()).toEqual([GONE, 'unavailable']);
  });

  it('comes with a device that is gone', () => {
    const one = AT.granted().later(10_000).available('chamber');
    one.left();
    expect(one.taken(481).left()).toEqual(['unavailable']);
    expect(one.half?.notifiers).toEqual([]);
  });

  it('is the end of the authorization after a quarter of a year', () => {
    const one = AT.idle();
    one.left();
    expect(watchedWakeAt(one.half ?? NOT_WATCHED, one.x)).toBe(one.now + one.x.waits.idle);
    one.later(one.x.waits.idle);
    expect([one.half, one.left()]).toEqual([undefined, ['unsubscribe']]);
  });
});

describe('RFC 8048 §6.2 the state of the contact', () => {
  const documents = (one: Case): number => one.half?.resources.length ?? 0;

  it('§4.3.2 is made sure of by a probe: who does not answer is gone', () => {
    const one = AT.granted().later(20_000).available('chamber').later();
    expect(documents(one)).toBe(2);
    one.refresh().taken().available('chamber');
    one.left();
    one.later(one.x.waits.confirm);
    expect([documents(one), one.left()]).toEqual([1, ['NOTIFY active']]);
  });

  it('where nobody answers, the answers may have been lost: all are asked once more', () => {
    const one = AT.granted().later(20_000).refresh().taken();
    one.later(one.x.waits.confirm);
    expect(documents(one)).toBe(0);
    one.left();
    one.later(one.x.waits.again);
    expect(one.left()).toEqual(['probe']);
    one.later(one.x.waits.confirm).left();
    expect(one.later(10 * one.x.waits.again).left()).toEqual([]);
  });

  it('the last device that goes is asked after', () => {
    const one = AT.granted().later(20_000).unavailable();
    expect(one.gone).toBe(false);
    one.later(one.x.waits.confirm);
    expect(one.gone).toBe(true);
  });

  it('who does not answer is not shown, and need not be away', () => {
    const one = AT.granted().later(20_000).available('chamber').refresh();
    one.later(one.x.waits.confirm);
    expect([one.gone, documents(one)]).toEqual([false, 0]);
  });

  it('the bare address going is everybody going', () => {
    const one = AT.granted().later(20_000).available('chamber').unavailable('');
    expect([one.gone, documents(one)]).toEqual([true, 0]);
  });

  it('said again is told to nobody again', () => {
    const one = AT.granted().later(20_000);
    one.left();
    expect(one.available().later(20_000).left()).toEqual([]);
  });

  it('is not kept where nobody looks', () => {
    expect(documents(AT.idle().available())).toBe(0);
    const one = AT.idle();
    one.isWatching = true;
    expect(documents(one.available())).toBe(1);
  });

  it('is bounded', () => {
    const one = AT.granted();
    for (let n = 0; n < 50; n += 1) one.available(`r${n}`);
    expect(documents(one)).toBe(one.x.limits.resources);
  });

  it('is asked for once more when the server was lost for long', () => {
    const one = AT.granted().step({ kind: 'link-lost' });
    one.left();
    one.later(one.x.waits.outage);
    expect(one.left()).toContain('probe');
  });
});

describe('RFC 6665 §4.2 dialogs', () => {
  it('RFC 3261 §21.4.18 one device too many is told so', () => {
    const one = AT.requested();
    for (let n = 0; n < one.x.limits.dialogs; n += 1) one.watch(`d${n}`).taken();
    one.left();
    expect(one.watch('late').left()).toEqual(['480']);
    expect(one.half?.notifiers).toHaveLength(one.x.limits.dialogs);
  });

  it('one who cannot read presence documents is told so', () => {
    expect(new Case().subscribe(3600, { accept: 'text/plain' }).left()).toEqual(['406']);
  });

  it('RFC 6121 §3.1.3 a refresh that finds the contact still asked asks again, since her answer may have been lost', () => {
    const one = AT.requested();
    one.left();
    expect(one.later(one.x.waits.again).refresh().left()).toEqual([
      '200',
      'NOTIFY pending',
      'subscribe',
    ]);
    expect(one.taken().refresh().left()).toEqual(['200', 'NOTIFY pending']);
  });

  it('RFC 8048 §5.3.1 a contact who takes it back after she has answered the probe is believed', () => {
    const one = AT.probing().available();
    one.left();
    expect(one.step({ kind: 'unsubscribed' }).left()).toEqual([NO]);
    expect(one.state).toBe('none');
  });

  it('one that nobody knows is over', () => {
    const one = AT.granted();
    one.left();
    expect(one.subscribe(3600, { tag: 'unknown' }).left()).toEqual(['481']);
  });

  it('a request that may have been lost is made again', () => {
    const one = AT.requested().step({ kind: 'undelivered' });
    one.left();
    one.later(one.x.waits.again);
    expect(one.left()).toEqual(['subscribe']);
  });

  it('after a restart the contact is asked after, at a moment of its own', () => {
    const one = AT.granted().later(20_000).step({ kind: 'restarted' });
    one.left();
    one.later(one.x.waits.afresh / 2);
    expect(one.left()).toEqual(['probe']);
  });

  it('after a restart what was told last is told again, if its answer may have come to nobody', () => {
    const one = AT.granted().later(20_000).available('chamber');
    expect(one.left().at(-1)).toBe('NOTIFY active');
    one.step({ kind: 'restarted' });
    expect(one.left()).toEqual(['NOTIFY active']);
    one.taken().later();
    expect(one.step({ kind: 'restarted' }).left()).toEqual([]);
  });

  it('after a restart a probe that was answered before it does not count', () => {
    const one = AT.probing().available().step({ kind: 'restarted' });
    one.left();
    one.now = watchedWakeAt({ ...NOT_WATCHED, checkAt: one.half?.checkAt }, one.x);
    one.half = { ...(one.half ?? NOT_WATCHED), confirm: { by: one.now + 1, heard: ['balcony'] } };
    expect(one.step({ kind: 'wake' }).left()).toContain('probe');
  });

  it('a check that was due does not disown one who is asked again meanwhile', () => {
    const one = AT.probing().step({ kind: 'restarted' }).step({ kind: 'unsubscribed' }).taken();
    expect(one.state).toBe('requested');
    one.left();
    one.later(one.x.waits.afresh);
    expect(one.left()).not.toContain('probe');
  });

  it('end when policy forbids them', () => {
    const one = AT.granted();
    one.left();
    expect(one.step({ kind: 'forbidden' }).left()).toEqual([NO]);
    expect(one.taken().half).toBeUndefined();
  });

  it('are to be begun anew when their memory ends with the process', () => {
    const one = AT.granted();
    one.left();
    expect(one.step({ kind: 'shutdown' }).left()[0]).toBe('NOTIFY terminated;reason=deactivated');
  });
});
