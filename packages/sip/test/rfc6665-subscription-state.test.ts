import { describe, expect, it } from 'vitest';
import {
  headersOf,
  readEvent,
  readSubscriptionState,
  sameEvent,
  writeEvent,
  writeSubscriptionState,
} from '@interwork/sip';
import { good } from './message-text.ts';

const field = (name: string, value: string | undefined) =>
  headersOf(value === undefined ? [] : [{ name, value }]);

const STATES: readonly (readonly [string, object])[] = [
  ['active;expires=3600', { state: 'active', expires: 3600 }],
  ['pending;expires=0', { state: 'pending', expires: 0 }],
  ['active', { state: 'active' }],
  ['terminated', { state: 'terminated' }],
  ['terminated;reason=rejected', { state: 'terminated', reason: 'rejected' }],
  [
    'terminated;reason=probation;retry-after=600',
    { state: 'terminated', reason: 'probation', retryAfter: 600 },
  ],
];

describe('§8.2.3 Subscription-State', () => {
  it.each(STATES)('%s both ways', (text, state) => {
    const read = good(readSubscriptionState(field('Subscription-State', text)));
    expect(read).toEqual(state);
    expect(writeSubscriptionState(read)).toBe(text);
  });

  it.each([
    ['Active ; EXPIRES = 5', { state: 'active', expires: 5 }],
    ['waiting;expires=9', { state: 'pending', expires: 9 }],
    ['active;reason=rejected;retry-after=x', { state: 'active' }],
    ['TERMINATED;Reason=NoResource', { state: 'terminated', reason: 'noresource' }],
    ['terminated;reason=own-word', { state: 'terminated', reason: 'own-word' }],
    ['terminated;expires=x', { state: 'terminated' }],
    ['terminated;reason;retry-after=soon', { state: 'terminated' }],
    ['terminated;reason="two words"', { state: 'terminated' }],
    ['terminated;retry-after=99999999999', { state: 'terminated' }],
  ])('§4.1.3 %s', (text, state) => {
    expect(readSubscriptionState(field('Subscription-State', text))).toEqual(state);
  });

  it.each([undefined, '', ';expires=1', 'active pending', 'active;expires=x', 'active;expires=-1'])(
    '§4.1.3 %s is answered with 400',
    (text) => {
      const read = readSubscriptionState(field('Subscription-State', text));
      expect(read).toMatchObject({ code: 'subscription-state', answer: { status: 400 } });
    },
  );

  it('§4.2.2 expires goes with active and pending alone', () => {
    const state = { state: 'terminated', reason: 'timeout', expires: 5 } as const;
    expect(writeSubscriptionState(state)).toBe('terminated;reason=timeout');
  });
});

describe('§8.2.1 Event', () => {
  it.each([
    ['presence', 'presence', true],
    ['presence', 'Presence', false],
    ['presence', 'presence.winfo', false],
    ['presence;id=1', 'presence;x=y;id=1', true],
    ['presence;id=1', 'presence', false],
    ['presence;id=1', 'presence;id=2', false],
    ['presence;id=a', 'presence;id=A', false],
    ['presence;x=1', 'presence;x=2', true],
  ])('%s and %s', (one, other, same) => {
    const [a, b] = [one, other].map((text) => good(readEvent(field('Event', text))));
    expect(sameEvent(good(a), good(b))).toBe(same);
    expect(sameEvent(good(b), good(a))).toBe(same);
  });

  it.each(['presence', 'presence.winfo', 'presence;id=7'])('%s both ways', (text) => {
    expect(writeEvent(good(readEvent(field('Event', text))))).toBe(text);
    expect(readEvent(field('o', text))).toEqual(readEvent(field('Event', text)));
  });

  it.each([undefined, '', 'two words', ';id=1', 'presence;id="a b"', 'presence;id'])(
    '%s is answered with 489',
    (text) => {
      const read = readEvent(field('Event', text));
      expect(read).toMatchObject({ code: 'event', answer: { status: 489, reason: 'Bad Event' } });
    },
  );
});
