// The life of a presence authorization, as tables. There are two machines, one for each direction between two
// people, and they never touch one another (RFC 8048 §5.2.3, §5.3.3):
//
//   watching   an XMPP user watches a SIP contact: what we hold is the user's authorization, and a SIP
//              subscription of our own that lives while it is of use (watching.ts)
//   watched    a SIP user watches an XMPP contact: what we hold is the user's authorization, and the dialogs
//              of his devices that we notify (watched.ts)
//
// An authorization outlives every dialog. Row: where we stand. Column: what came. Cell: where we stand then, and
// what is done, by the name of a function. Every cell is there; `nothing` is done where nothing is due.

/**
 * Where an authorization stands. `held`: asked for by somebody whom the contact has to add first, and not passed on.
 * `leaving`: it has been given up, and the other side has not said so yet.
 */
export type WatchingState = 'none' | 'held' | 'requested' | 'granted' | 'leaving';

/**
 * What can come to one who watches. `subscribe` to `gone` are the user's, `hold` a `subscribe` that is not to be passed on
 * before the contact has added the user; `added` says that this has happened, `lapsed` that it has not for too long.
 * `pending` to `stopped` is what became of the subscription: `confirmed` is the 200 to its end, `stopped` the end itself;
 * `fetched` a state that was asked for once.
 */
export type WatchingWord =
  | 'hold'
  | 'added'
  | 'lapsed'
  | 'subscribe'
  | 'unsubscribe'
  | 'probe'
  | 'available'
  | 'gone'
  | 'pending'
  | 'active'
  | 'fetched'
  | 'confirmed'
  | 'cancelled'
  | 'ended'
  | 'stopped';

/** What is done for one who watches. */
export type WatchingAct =
  | 'nothing'
  | 'keep'
  | 'ask'
  | 'askAgain'
  | 'fetch'
  | 'answer'
  | 'reassure'
  | 'grant'
  | 'resume'
  | 'pause'
  | 'hide'
  | 'leave'
  | 'confirm'
  | 'cancel'
  | 'restart';

type Cell<State, Act> = readonly [State, Act];
type Table<State extends string, Word extends string, Act> = {
  readonly [S in State]: { readonly [W in Word]: Cell<State, Act> };
};

/**
 * An XMPP user watches a SIP contact.
 * @spec RFC 8048 §5.2.1
 * @spec RFC 8048 §5.2.2
 * @spec RFC 8048 §5.2.3
 * @spec RFC 8048 §7.1
 */
export const WATCHING: Table<WatchingState, WatchingWord, WatchingAct> = {
  none: {
    hold: ['held', 'keep'],
    added: ['none', 'nothing'],
    lapsed: ['none', 'nothing'],
    subscribe: ['requested', 'ask'],
    unsubscribe: ['none', 'confirm'],
    probe: ['none', 'fetch'],
    available: ['none', 'nothing'],
    gone: ['none', 'nothing'],
    pending: ['none', 'nothing'],
    active: ['none', 'nothing'],
    fetched: ['granted', 'resume'],
    confirmed: ['none', 'nothing'],
    cancelled: ['none', 'cancel'],
    ended: ['none', 'nothing'],
    stopped: ['none', 'nothing'],
  },
  held: {
    hold: ['held', 'keep'],
    added: ['requested', 'ask'],
    lapsed: ['none', 'cancel'],
    subscribe: ['requested', 'ask'],
    unsubscribe: ['none', 'confirm'],
    probe: ['held', 'nothing'],
    available: ['held', 'nothing'],
    gone: ['held', 'nothing'],
    pending: ['held', 'nothing'],
    active: ['held', 'nothing'],
    fetched: ['held', 'nothing'],
    confirmed: ['held', 'nothing'],
    cancelled: ['held', 'nothing'],
    ended: ['held', 'nothing'],
    stopped: ['held', 'nothing'],
  },
  requested: {
    hold: ['requested', 'nothing'],
    added: ['requested', 'nothing'],
    lapsed: ['requested', 'nothing'],
    subscribe: ['requested', 'askAgain'],
    unsubscribe: ['leaving', 'leave'],
    probe: ['requested', 'askAgain'],
    available: ['requested', 'askAgain'],
    gone: ['requested', 'nothing'],
    pending: ['requested', 'nothing'],
    active: ['granted', 'grant'],
    fetched: ['requested', 'nothing'],
    confirmed: ['requested', 'nothing'],
    cancelled: ['none', 'cancel'],
    ended: ['requested', 'nothing'],
    stopped: ['requested', 'askAgain'],
  },
  granted: {
    hold: ['granted', 'reassure'],
    added: ['granted', 'nothing'],
    lapsed: ['granted', 'nothing'],
    subscribe: ['granted', 'reassure'],
    unsubscribe: ['leaving', 'leave'],
    probe: ['granted', 'answer'],
    available: ['granted', 'resume'],
    gone: ['granted', 'pause'],
    pending: ['granted', 'hide'],
    active: ['granted', 'nothing'],
    fetched: ['granted', 'nothing'],
    confirmed: ['granted', 'nothing'],
    cancelled: ['none', 'cancel'],
    ended: ['granted', 'nothing'],
    stopped: ['granted', 'restart'],
  },
  leaving: {
    hold: ['held', 'keep'],
    added: ['leaving', 'nothing'],
    lapsed: ['leaving', 'nothing'],
    subscribe: ['requested', 'askAgain'],
    unsubscribe: ['leaving', 'nothing'],
    probe: ['leaving', 'nothing'],
    available: ['leaving', 'nothing'],
    gone: ['leaving', 'nothing'],
    pending: ['leaving', 'nothing'],
    active: ['leaving', 'nothing'],
    fetched: ['leaving', 'nothing'],
    confirmed: ['none', 'confirm'],
    cancelled: ['none', 'confirm'],
    ended: ['none', 'confirm'],
    stopped: ['none', 'confirm'],
  },
};

/** Where the authorization of a SIP user stands. */
export type WatchedState = 'none' | 'requested' | 'granted';

/**
 * What can come to one who is watched. `owned` and `disowned` are `available` and `unsubscribed` as the answer to a
 * probe; `idle` is the end of the last dialog, `forgotten` that of the wait for another.
 */
export type WatchedWord =
  | 'watch'
  | 'fetch'
  | 'subscribed'
  | 'unsubscribed'
  | 'disowned'
  | 'available'
  | 'owned'
  | 'unavailable'
  | 'error'
  | 'idle'
  | 'forgotten';

/** What is done for one who is watched. */
export type WatchedAct =
  | 'nothing'
  | 'ask'
  | 'probe'
  | 'activate'
  | 'reject'
  | 'askOnceMore'
  | 'fail'
  | 'update'
  | 'deny'
  | 'farewell'
  | 'forget';

/**
 * A SIP user watches an XMPP contact.
 * @spec RFC 8048 §5.3.1
 * @spec RFC 8048 §5.3.2
 * @spec RFC 8048 §5.3.3
 * @spec RFC 8048 §7.2
 */
export const WATCHED: Table<WatchedState, WatchedWord, WatchedAct> = {
  none: {
    watch: ['requested', 'ask'],
    fetch: ['none', 'probe'],
    subscribed: ['none', 'nothing'],
    unsubscribed: ['none', 'deny'],
    disowned: ['none', 'deny'],
    available: ['none', 'nothing'],
    owned: ['granted', 'activate'],
    unavailable: ['none', 'nothing'],
    error: ['none', 'deny'],
    idle: ['none', 'nothing'],
    forgotten: ['none', 'nothing'],
  },
  requested: {
    watch: ['requested', 'ask'],
    fetch: ['requested', 'nothing'],
    subscribed: ['granted', 'activate'],
    unsubscribed: ['none', 'reject'],
    disowned: ['none', 'reject'],
    available: ['requested', 'nothing'],
    owned: ['granted', 'activate'],
    unavailable: ['requested', 'nothing'],
    error: ['none', 'fail'],
    idle: ['requested', 'nothing'],
    forgotten: ['none', 'forget'],
  },
  granted: {
    watch: ['granted', 'probe'],
    fetch: ['granted', 'probe'],
    subscribed: ['granted', 'nothing'],
    unsubscribed: ['none', 'reject'],
    disowned: ['requested', 'askOnceMore'],
    available: ['granted', 'update'],
    owned: ['granted', 'update'],
    unavailable: ['granted', 'update'],
    error: ['granted', 'nothing'],
    idle: ['granted', 'farewell'],
    forgotten: ['none', 'forget'],
  },
};
