// What one side keeps of who may see whom, and what a server does with subscribe, subscribed, unsubscribe and
// unsubscribed: RFC 6121 Appendix A, table by table, and §3.4 for approval in advance. Pure data; rosters, stanzas and
// the presence that follows a change are its caller's.
import { MisuseError } from './fault.ts';

/** What a roster says of a contact. @spec RFC 6121 Appendix A.1 */
export type Subscription = 'none' | 'to' | 'from' | 'both';

/**
 * One of the nine states, seen from the user whose contact it is about. `pendingOut`: the user asked and has no answer
 * yet; `pendingIn`: the contact did.
 * @spec RFC 6121 Appendix A.1
 */
export type SubscriptionState =
  | { readonly subscription: 'none'; readonly pendingOut: boolean; readonly pendingIn: boolean }
  | { readonly subscription: 'to'; readonly pendingOut: false; readonly pendingIn: boolean }
  | { readonly subscription: 'from'; readonly pendingOut: boolean; readonly pendingIn: false }
  | { readonly subscription: 'both'; readonly pendingOut: false; readonly pendingIn: false };

/** The four types of presence that are about subscriptions. @spec RFC 6121 §3 */
export type SubscriptionType = 'subscribe' | 'subscribed' | 'unsubscribe' | 'unsubscribed';

/** What becomes of a stanza from the user to the contact. */
export interface OutboundStep {
  readonly isRouted: boolean;
  readonly next: SubscriptionState;
  readonly isChanged: boolean;
  /** What becomes of the user's approval in advance. @spec RFC 6121 §3.4.2 */
  readonly approval: 'kept' | 'noted' | 'cancelled';
}

/** What becomes of a stanza from the contact to the user. */
export interface InboundStep {
  /** Whether the user's clients are shown it. */
  readonly isDelivered: boolean;
  readonly next: SubscriptionState;
  readonly isChanged: boolean;
  /** What the server answers on behalf of the user. */
  readonly reply: 'subscribed' | 'unsubscribed' | undefined;
}

/** Nobody is subscribed and nobody has asked; also the state of somebody who is in no roster. */
export const NO_SUBSCRIPTION: SubscriptionState = stateOf('none', false, false);

/**
 * The user sends. Routed where the table says MUST, and where it says SHOULD NOT or MUST NOT it is not.
 * @spec RFC 6121 Appendix A.2
 */
export function outboundSubscription(
  state: SubscriptionState,
  type: SubscriptionType,
): OutboundStep {
  const before = nameOf(state);
  const [need, after] = OUTBOUND[type][before];
  const isNoted = after === 'pre-approval';
  const next = STATES[after === 'same' || isNoted ? before : after];
  const kept = type === 'unsubscribed' ? 'cancelled' : 'kept';
  return {
    isRouted: need === 'must',
    next,
    isChanged: next !== STATES[before],
    approval: isNoted ? 'noted' : kept,
  };
}

/**
 * The contact sends. `isApproved`: the user approved in advance.
 * @spec RFC 6121 Appendix A.3
 */
export function inboundSubscription(
  state: SubscriptionState,
  type: SubscriptionType,
  isApproved = false,
): InboundStep {
  const before = nameOf(state);
  const [need, after, reply] = rowFor(before, type, isApproved);
  const next = STATES[after === 'same' ? before : after];
  return {
    isDelivered: need === 'must',
    next,
    isChanged: next !== STATES[before],
    reply,
  };
}

/** Note 1 of Table 6, for each state in which the contact could ask. @spec RFC 6121 §3.4.2 */
function rowFor(before: StateName, type: SubscriptionType, isApproved: boolean): InboundRow {
  const granted = isApproved && type === 'subscribe' ? GRANTED[before] : undefined;
  return granted === undefined ? INBOUND[type][before] : ['should-not', granted, 'subscribed'];
}

type StateName =
  | 'none'
  | 'none+out'
  | 'none+in'
  | 'none+out+in'
  | 'to'
  | 'to+in'
  | 'from'
  | 'from+out'
  | 'both';
type Need = 'must' | 'should-not' | 'must-not';
type OutboundRow = readonly [route: Need, after: StateName | 'same' | 'pre-approval'];
type InboundRow = readonly [
  deliver: Need,
  after: StateName | 'same',
  reply?: 'subscribed' | 'unsubscribed',
];

function stateOf(
  subscription: Subscription,
  pendingOut: boolean,
  pendingIn: boolean,
): SubscriptionState {
  return Object.freeze({ subscription, pendingOut, pendingIn }) as SubscriptionState;
}

function nameOf(state: SubscriptionState): StateName {
  const { subscription, pendingOut, pendingIn } = state;
  const name = `${subscription}${pendingOut ? '+out' : ''}${pendingIn ? '+in' : ''}`;
  if (!Object.hasOwn(STATES, name)) throw new MisuseError('no-state', `There is no state ${name}.`);
  return name as StateName;
}

/** @spec RFC 6121 Appendix A.1 */
const STATES: Readonly<Record<StateName, SubscriptionState>> = {
  none: NO_SUBSCRIPTION,
  'none+out': stateOf('none', true, false),
  'none+in': stateOf('none', false, true),
  'none+out+in': stateOf('none', true, true),
  to: stateOf('to', false, false),
  'to+in': stateOf('to', false, true),
  from: stateOf('from', false, false),
  'from+out': stateOf('from', true, false),
  both: stateOf('both', false, false),
};

/** Where a contact ends who asks after the user has approved in advance. */
const GRANTED: Readonly<Partial<Record<StateName, StateName>>> = {
  none: 'from',
  'none+out': 'from+out',
  'none+in': 'from',
  'none+out+in': 'from+out',
  to: 'both',
  'to+in': 'both',
};

const OUTBOUND: Readonly<Record<SubscriptionType, Readonly<Record<StateName, OutboundRow>>>> = {
  /** Table 2. @spec RFC 6121 Appendix A.2.1 */
  subscribe: {
    none: ['must', 'none+out'],
    'none+out': ['must', 'same'],
    'none+in': ['must', 'none+out+in'],
    'none+out+in': ['must', 'same'],
    to: ['must', 'same'],
    'to+in': ['must', 'same'],
    from: ['must', 'from+out'],
    'from+out': ['must', 'same'],
    both: ['must', 'same'],
  },
  /** Table 3. @spec RFC 6121 Appendix A.2.2 */
  unsubscribe: {
    none: ['must', 'same'],
    'none+out': ['must', 'none'],
    'none+in': ['must', 'same'],
    'none+out+in': ['must', 'none+in'],
    to: ['must', 'none'],
    'to+in': ['must', 'none+in'],
    from: ['must', 'same'],
    'from+out': ['must', 'from'],
    both: ['must', 'from'],
  },
  /** Table 4. @spec RFC 6121 Appendix A.2.3 */
  subscribed: {
    none: ['must-not', 'pre-approval'],
    'none+out': ['must-not', 'pre-approval'],
    'none+in': ['must', 'from'],
    'none+out+in': ['must', 'from+out'],
    to: ['must-not', 'pre-approval'],
    'to+in': ['must', 'both'],
    from: ['must-not', 'same'],
    'from+out': ['must-not', 'same'],
    both: ['must-not', 'same'],
  },
  /** Table 5. @spec RFC 6121 Appendix A.2.4 */
  unsubscribed: {
    none: ['should-not', 'same'],
    'none+out': ['should-not', 'same'],
    'none+in': ['must', 'none'],
    'none+out+in': ['must', 'none+out'],
    to: ['should-not', 'same'],
    'to+in': ['must', 'to'],
    from: ['must', 'none'],
    'from+out': ['must', 'none+out'],
    both: ['must', 'to'],
  },
};

const INBOUND: Readonly<Record<SubscriptionType, Readonly<Record<StateName, InboundRow>>>> = {
  /** Table 6. @spec RFC 6121 Appendix A.3.1 */
  subscribe: {
    none: ['must', 'none+in'],
    'none+out': ['must', 'none+out+in'],
    'none+in': ['should-not', 'same'],
    'none+out+in': ['should-not', 'same'],
    to: ['must', 'to+in'],
    'to+in': ['should-not', 'same'],
    from: ['should-not', 'same', 'subscribed'],
    'from+out': ['should-not', 'same', 'subscribed'],
    both: ['should-not', 'same', 'subscribed'],
  },
  /** Table 7. @spec RFC 6121 Appendix A.3.2 */
  unsubscribe: {
    none: ['should-not', 'same'],
    'none+out': ['should-not', 'same'],
    'none+in': ['must', 'none', 'unsubscribed'],
    'none+out+in': ['must', 'none+out', 'unsubscribed'],
    to: ['should-not', 'same'],
    'to+in': ['must', 'to', 'unsubscribed'],
    from: ['must', 'none', 'unsubscribed'],
    'from+out': ['must', 'none+out', 'unsubscribed'],
    both: ['must', 'to', 'unsubscribed'],
  },
  /** Table 8. @spec RFC 6121 Appendix A.3.3 */
  subscribed: {
    none: ['should-not', 'same'],
    'none+out': ['must', 'to'],
    'none+in': ['should-not', 'same'],
    'none+out+in': ['must', 'to+in'],
    to: ['should-not', 'same'],
    'to+in': ['should-not', 'same'],
    from: ['should-not', 'same'],
    'from+out': ['must', 'both'],
    both: ['should-not', 'same'],
  },
  /** Table 9. @spec RFC 6121 Appendix A.3.4 */
  unsubscribed: {
    none: ['should-not', 'same'],
    'none+out': ['must', 'none'],
    'none+in': ['should-not', 'same'],
    'none+out+in': ['must', 'none+in'],
    to: ['must', 'none'],
    'to+in': ['must', 'none+in'],
    from: ['should-not', 'same'],
    'from+out': ['must', 'from'],
    both: ['must', 'from'],
  },
};
