// RFC 6121 Appendix A: every row of every table, as printed, against the two functions.
import { describe, expect, test } from 'vitest';
import {
  inboundSubscription,
  NO_SUBSCRIPTION,
  outboundSubscription,
  type SubscriptionState,
  type SubscriptionType,
} from '@interwork/xmpp';

/** §A.1: the nine states by the names of the RFC. */
const STATES = {
  None: { subscription: 'none', pendingOut: false, pendingIn: false },
  'None + Pending Out': { subscription: 'none', pendingOut: true, pendingIn: false },
  'None + Pending In': { subscription: 'none', pendingOut: false, pendingIn: true },
  'None + Pending Out+In': { subscription: 'none', pendingOut: true, pendingIn: true },
  To: { subscription: 'to', pendingOut: false, pendingIn: false },
  'To + Pending In': { subscription: 'to', pendingOut: false, pendingIn: true },
  From: { subscription: 'from', pendingOut: false, pendingIn: false },
  'From + Pending Out': { subscription: 'from', pendingOut: true, pendingIn: false },
  Both: { subscription: 'both', pendingOut: false, pendingIn: false },
} as const satisfies Record<string, SubscriptionState>;

type Name = keyof typeof STATES;
/** Existing state, whether it goes on (with the note that the table puts there), new state. */
type Row = readonly [existing: Name, on: string, after: string];

const OUTBOUND: readonly (readonly [
  section: string,
  type: SubscriptionType,
  rows: readonly Row[],
])[] = [
  [
    '§A.2.1',
    'subscribe',
    [
      ['None', 'MUST [1]', 'None + Pending Out'],
      ['None + Pending Out', 'MUST', 'no state change'],
      ['None + Pending In', 'MUST [1]', 'None + Pending Out+In'],
      ['None + Pending Out+In', 'MUST', 'no state change'],
      ['To', 'MUST', 'no state change'],
      ['To + Pending In', 'MUST', 'no state change'],
      ['From', 'MUST [1]', 'From + Pending Out'],
      ['From + Pending Out', 'MUST', 'no state change'],
      ['Both', 'MUST', 'no state change'],
    ],
  ],
  [
    '§A.2.2',
    'unsubscribe',
    [
      ['None', 'MUST', 'no state change'],
      ['None + Pending Out', 'MUST', 'None'],
      ['None + Pending In', 'MUST', 'no state change'],
      ['None + Pending Out+In', 'MUST', 'None + Pending In'],
      ['To', 'MUST', 'None'],
      ['To + Pending In', 'MUST', 'None + Pending In'],
      ['From', 'MUST', 'no state change'],
      ['From + Pending Out', 'MUST', 'From'],
      ['Both', 'MUST', 'From'],
    ],
  ],
  [
    '§A.2.3',
    'subscribed',
    [
      ['None', 'M.N.', 'pre-approval [1]'],
      ['None + Pending Out', 'M.N.', 'pre-approval [1]'],
      ['None + Pending In', 'MUST', 'From'],
      ['None + Pending Out+In', 'MUST', 'From + Pending Out'],
      ['To', 'M.N.', 'pre-approval [1]'],
      ['To + Pending In', 'MUST', 'Both'],
      ['From', 'M.N.', 'no state change'],
      ['From + Pending Out', 'M.N.', 'no state change'],
      ['Both', 'M.N.', 'no state change'],
    ],
  ],
  [
    '§A.2.4',
    'unsubscribed',
    [
      ['None', 'S.N.', 'no state change [1]'],
      ['None + Pending Out', 'S.N.', 'no state change [1]'],
      ['None + Pending In', 'MUST', 'None'],
      ['None + Pending Out+In', 'MUST', 'None + Pending Out'],
      ['To', 'S.N.', 'no state change [1]'],
      ['To + Pending In', 'MUST', 'To'],
      ['From', 'MUST', 'None'],
      ['From + Pending Out', 'MUST', 'None + Pending Out'],
      ['Both', 'MUST', 'To'],
    ],
  ],
];

const INBOUND: readonly (readonly [
  section: string,
  type: SubscriptionType,
  rows: readonly Row[],
])[] = [
  [
    '§A.3.1',
    'subscribe',
    [
      ['None', 'MUST [1]', 'None + Pending In'],
      ['None + Pending Out', 'MUST', 'None + Pending Out+In'],
      ['None + Pending In', 'S.N.', 'no state change'],
      ['None + Pending Out+In', 'S.N.', 'no state change'],
      ['To', 'MUST', 'To + Pending In'],
      ['To + Pending In', 'S.N.', 'no state change'],
      ['From', 'S.N. [2]', 'no state change'],
      ['From + Pending Out', 'S.N. [2]', 'no state change'],
      ['Both', 'S.N. [2]', 'no state change'],
    ],
  ],
  [
    '§A.3.2',
    'unsubscribe',
    [
      ['None', 'S.N.', 'no state change'],
      ['None + Pending Out', 'S.N.', 'no state change'],
      ['None + Pending In', 'MUST [1]', 'None'],
      ['None + Pending Out+In', 'MUST [1]', 'None + Pending Out'],
      ['To', 'S.N.', 'no state change'],
      ['To + Pending In', 'MUST [1]', 'To'],
      ['From', 'MUST [1]', 'None'],
      ['From + Pending Out', 'MUST [1]', 'None + Pending Out'],
      ['Both', 'MUST [1]', 'To'],
    ],
  ],
  [
    '§A.3.3',
    'subscribed',
    [
      ['None', 'S.N.', 'no state change'],
      ['None + Pending Out', 'MUST', 'To'],
      ['None + Pending In', 'S.N.', 'no state change'],
      ['None + Pending Out+In', 'MUST', 'To + Pending In'],
      ['To', 'S.N.', 'no state change'],
      ['To + Pending In', 'S.N.', 'no state change'],
      ['From', 'S.N.', 'no state change'],
      ['From + Pending Out', 'MUST', 'Both'],
      ['Both', 'S.N.', 'no state change'],
    ],
  ],
  [
    '§A.3.4',
    'unsubscribed',
    [
      ['None', 'S.N.', 'no state change'],
      ['None + Pending Out', 'MUST', 'None'],
      ['None + Pending In', 'S.N.', 'no state change'],
      ['None + Pending Out+In', 'MUST', 'None + Pending In'],
      ['To', 'MUST', 'None'],
      ['To + Pending In', 'MUST', 'None + Pending In'],
      ['From', 'S.N.', 'no state change'],
      ['From + Pending Out', 'MUST', 'From'],
      ['Both', 'MUST', 'From'],
    ],
  ],
];

/** Note 1 of Table 7, note 2 of Table 6. */
const REPLIES: Record<string, string> = {
  'subscribe S.N. [2]': 'subscribed',
  'unsubscribe MUST [1]': 'unsubscribed',
};

function stateAfter(existing: Name, after: string): SubscriptionState {
  return Object.hasOwn(STATES, after) ? STATES[after as Name] : STATES[existing];
}

for (const [section, type, rows] of OUTBOUND)
  describe(`${section} outbound ${type}`, () => {
    test('nine rows', () => {
      expect(rows.map(([existing]) => existing)).toEqual(Object.keys(STATES));
    });
    test.each(rows)(`${section} %s: %s, %s`, (existing, routed, after) => {
      expect(outboundSubscription(STATES[existing], type)).toEqual({
        isRouted: routed.startsWith('MUST'),
        next: stateAfter(existing, after),
        isChanged: Object.hasOwn(STATES, after),
        approval: approvalAfter(type, after),
      });
    });
  });

/** §3.4.2, and note 1 of Table 5. */
function approvalAfter(type: SubscriptionType, after: string): string {
  if (after.startsWith('pre-approval')) return 'noted';
  return type === 'unsubscribed' ? 'cancelled' : 'kept';
}

for (const [section, type, rows] of INBOUND)
  describe(`${section} inbound ${type}`, () => {
    test('nine rows', () => {
      expect(rows.map(([existing]) => existing)).toEqual(Object.keys(STATES));
    });
    test.each(rows)(`${section} %s: %s, %s`, (existing, delivered, after) => {
      const expected = {
        isDelivered: delivered.startsWith('MUST'),
        next: stateAfter(existing, after),
        isChanged: Object.hasOwn(STATES, after),
        reply: REPLIES[`${type} ${delivered}`],
      };
      expect(inboundSubscription(STATES[existing], type)).toEqual(expected);
      if (type !== 'subscribe')
        expect(inboundSubscription(STATES[existing], type, true)).toEqual(expected);
    });
  });

describe('§3.4.2 a subscription request that was approved in advance', () => {
  const rows: readonly (readonly [Name, Name])[] = [
    ['None', 'From'],
    ['None + Pending Out', 'From + Pending Out'],
    ['None + Pending In', 'From'],
    ['None + Pending Out+In', 'From + Pending Out'],
    ['To', 'Both'],
    ['To + Pending In', 'Both'],
    ['From', 'From'],
    ['From + Pending Out', 'From + Pending Out'],
    ['Both', 'Both'],
  ];
  test.each(rows)('%s becomes %s, and nobody is asked', (before, after) => {
    expect(inboundSubscription(STATES[before], 'subscribe', true)).toEqual({
      isDelivered: false,
      next: STATES[after],
      isChanged: before !== after,
      reply: 'subscribed',
    });
  });
});

test('states are plain data, and no others are', () => {
  const read: SubscriptionState = JSON.parse(JSON.stringify(STATES.Both));
  expect(outboundSubscription(read, 'unsubscribe').next).toEqual(STATES.From);
  expect(NO_SUBSCRIPTION).toEqual(STATES.None);
  const impossible = JSON.parse('{"subscription":"both","pendingOut":true,"pendingIn":false}');
  expect(() => inboundSubscription(impossible, 'subscribe')).toThrow('There is no state both+out.');
});

/** §3.1 to §3.3: what both servers keep, when every stanza between them arrives. */
describe('both sides agree whatever is done, once everything has arrived', () => {
  test.each(Object.keys(STATES) as Name[])('%s', (name) => {
    const mine = STATES[name];
    const theirs = mirrored(mine);
    for (const type of ['subscribe', 'subscribed', 'unsubscribe', 'unsubscribed'] as const) {
      const sent = outboundSubscription(mine, type);
      const taken = sent.isRouted ? inboundSubscription(theirs, type) : undefined;
      const answered =
        taken?.reply === undefined ? sent.next : inboundSubscription(sent.next, taken.reply).next;
      expect(taken?.next ?? theirs).toEqual(mirrored(answered));
    }
  });
});

/** What the other side keeps of the same thing. */
function mirrored({ subscription, pendingOut, pendingIn }: SubscriptionState): SubscriptionState {
  const swapped = { none: 'none', to: 'from', from: 'to', both: 'both' } as const;
  return {
    subscription: swapped[subscription],
    pendingOut: pendingIn,
    pendingIn: pendingOut,
  } as SubscriptionState;
}
