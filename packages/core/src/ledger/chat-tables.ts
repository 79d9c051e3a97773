// The life of a session between a SIP user (the contact) and an XMPP user (the user), as tables: one for a session that
// the user has opened, with his first message, and one for a session that the contact has opened, with an INVITE. What
// carries the text within it is not here, so a form with media of its own would have the same tables.
//
// Row: where the session stands. Column: what came. Cell: where it stands then, and what is done, by the name of a
// function of chat.ts. Every cell is there; `nothing` is done where nothing is due.

/**
 * Where a session stands.
 *
 *   none       there is none
 *   inviting   our INVITE has no final answer yet
 *   answering  the contact's INVITE waits for the fate of the message it brought
 *   accepted   it was accepted, and the ACK is missing
 *   open       both sides know of it
 *   leaving    it is over for both users, and the SIP session has not ended yet
 *   paged      the contact takes no sessions, and single messages go instead for a while
 */
export type ChatState =
  | 'none'
  | 'inviting'
  | 'answering'
  | 'accepted'
  | 'open'
  | 'leaving'
  | 'paged';

/**
 * What can come. Of the user: `say` (he has something to say), `gone`. Of the contact: `invite`, `acknowledged`,
 * `cancelled`, `left` (BYE). Of the message that the INVITE brought: `taken`, `declined`. Of our INVITE: `established`,
 * `unsupported` (no session with this contact, but single messages), `failed`. `dead`: the SIP session has ended otherwise;
 * `over`: nothing more is due of it. `idle`: nothing was said for too long. Of the gateway: `forbidden`, `shutdown`.
 */
export type ChatWord =
  | 'say'
  | 'gone'
  | 'invite'
  | 'taken'
  | 'declined'
  | 'acknowledged'
  | 'cancelled'
  | 'established'
  | 'unsupported'
  | 'failed'
  | 'left'
  | 'dead'
  | 'over'
  | 'idle'
  | 'forbidden'
  | 'shutdown';

/** What is done. */
export type ChatAct =
  | 'nothing'
  /** The user's message waits. */
  | 'wait'
  /** An INVITE leaves. */
  | 'call'
  /** The contact's INVITE is looked at; what was before it ends. */
  | 'hear'
  | 'accept'
  | 'decline'
  /** What waits leaves within the session. */
  | 'flush'
  /** It ends soon unless somebody says something. */
  | 'soon'
  /** What waits leaves as single messages. */
  | 'page'
  /** Who waits is told that nothing came of it. */
  | 'tell'
  /** The session is ended: BYE, or CANCEL. */
  | 'end'
  /** The user is told that the contact has left, where he wants to know. */
  | 'farewell'
  /** Both, since policy has ended it. */
  | 'part'
  | 'forget';

type Cell = readonly [ChatState, ChatAct];
type Table<State extends ChatState> = {
  readonly [S in State]: { readonly [W in ChatWord]: Cell };
};

const OPEN: Table<'open'>['open'] = {
  say: ['open', 'flush'],
  gone: ['leaving', 'end'],
  invite: ['answering', 'hear'],
  taken: ['open', 'nothing'],
  declined: ['open', 'nothing'],
  acknowledged: ['open', 'nothing'],
  cancelled: ['open', 'nothing'],
  established: ['open', 'nothing'],
  unsupported: ['open', 'nothing'],
  failed: ['open', 'nothing'],
  left: ['none', 'farewell'],
  dead: ['none', 'forget'],
  over: ['none', 'forget'],
  idle: ['leaving', 'end'],
  forbidden: ['leaving', 'part'],
  shutdown: ['leaving', 'end'],
};

const LEAVING: Table<'leaving'>['leaving'] = {
  say: ['leaving', 'wait'],
  gone: ['leaving', 'nothing'],
  invite: ['answering', 'hear'],
  taken: ['leaving', 'nothing'],
  declined: ['leaving', 'nothing'],
  acknowledged: ['leaving', 'nothing'],
  cancelled: ['leaving', 'nothing'],
  established: ['leaving', 'nothing'],
  unsupported: ['leaving', 'nothing'],
  failed: ['none', 'forget'],
  left: ['none', 'forget'],
  dead: ['none', 'forget'],
  over: ['none', 'forget'],
  idle: ['leaving', 'nothing'],
  forbidden: ['leaving', 'nothing'],
  shutdown: ['leaving', 'nothing'],
};

/**
 * The user has opened it, or nobody has.
 * @spec RFC 7573 §4
 * @spec RFC 7573 §6.1
 */
export const BY_USER: Table<'none' | 'inviting' | 'open' | 'leaving' | 'paged'> = {
  none: {
    say: ['inviting', 'call'],
    gone: ['none', 'nothing'],
    invite: ['answering', 'hear'],
    taken: ['none', 'nothing'],
    declined: ['none', 'nothing'],
    acknowledged: ['none', 'nothing'],
    cancelled: ['none', 'nothing'],
    established: ['none', 'nothing'],
    unsupported: ['none', 'nothing'],
    failed: ['none', 'nothing'],
    left: ['none', 'nothing'],
    dead: ['none', 'nothing'],
    over: ['none', 'nothing'],
    idle: ['none', 'nothing'],
    forbidden: ['none', 'nothing'],
    shutdown: ['none', 'nothing'],
  },
  inviting: {
    say: ['inviting', 'wait'],
    gone: ['inviting', 'soon'],
    invite: ['answering', 'hear'],
    taken: ['inviting', 'nothing'],
    declined: ['inviting', 'nothing'],
    acknowledged: ['inviting', 'nothing'],
    cancelled: ['inviting', 'nothing'],
    established: ['open', 'flush'],
    unsupported: ['paged', 'page'],
    failed: ['none', 'tell'],
    left: ['none', 'tell'],
    dead: ['none', 'tell'],
    over: ['none', 'tell'],
    idle: ['inviting', 'nothing'],
    forbidden: ['leaving', 'end'],
    shutdown: ['leaving', 'end'],
  },
  open: OPEN,
  leaving: LEAVING,
  paged: {
    say: ['paged', 'page'],
    gone: ['paged', 'nothing'],
    invite: ['answering', 'hear'],
    taken: ['paged', 'nothing'],
    declined: ['paged', 'nothing'],
    acknowledged: ['paged', 'nothing'],
    cancelled: ['paged', 'nothing'],
    established: ['paged', 'nothing'],
    unsupported: ['paged', 'nothing'],
    failed: ['paged', 'nothing'],
    left: ['paged', 'nothing'],
    dead: ['paged', 'nothing'],
    over: ['paged', 'nothing'],
    idle: ['none', 'forget'],
    forbidden: ['none', 'forget'],
    shutdown: ['none', 'forget'],
  },
};

/**
 * The contact has opened it.
 * @spec RFC 7573 §5
 * @spec RFC 7573 §6.1
 */
export const BY_CONTACT: Table<'answering' | 'accepted' | 'open' | 'leaving'> = {
  answering: {
    say: ['answering', 'wait'],
    gone: ['answering', 'soon'],
    invite: ['answering', 'hear'],
    taken: ['accepted', 'accept'],
    declined: ['none', 'decline'],
    acknowledged: ['answering', 'nothing'],
    cancelled: ['none', 'forget'],
    established: ['answering', 'nothing'],
    unsupported: ['answering', 'nothing'],
    failed: ['answering', 'nothing'],
    left: ['none', 'forget'],
    dead: ['none', 'forget'],
    over: ['none', 'forget'],
    idle: ['none', 'decline'],
    forbidden: ['none', 'decline'],
    shutdown: ['none', 'decline'],
  },
  accepted: {
    say: ['accepted', 'wait'],
    gone: ['accepted', 'soon'],
    invite: ['answering', 'hear'],
    taken: ['accepted', 'nothing'],
    declined: ['accepted', 'nothing'],
    acknowledged: ['open', 'flush'],
    cancelled: ['accepted', 'nothing'],
    established: ['accepted', 'nothing'],
    unsupported: ['accepted', 'nothing'],
    failed: ['accepted', 'nothing'],
    left: ['none', 'farewell'],
    dead: ['none', 'forget'],
    over: ['none', 'forget'],
    idle: ['accepted', 'nothing'],
    forbidden: ['leaving', 'part'],
    shutdown: ['leaving', 'end'],
  },
  open: OPEN,
  leaving: LEAVING,
};
