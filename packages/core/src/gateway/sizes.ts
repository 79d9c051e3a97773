// How full the tables of a gateway are.
import type { EdgeSizes } from '../edge/edge.ts';
import type { ChatSizes } from './chat.ts';
import type { PresenceSizes } from './presence.ts';
import type { SignSizes } from './signs.ts';

/** The tables of a gateway, in entries. */
export interface GatewaySizes extends PresenceSizes, ChatSizes, EdgeSizes, SignSizes {
  /** From SIP, not taken by a link yet. */
  readonly queued: number;
  /** From SIP, written and not answered yet. */
  readonly waiting: number;
  /** From SIP, answered 202 and not known to be read yet. */
  readonly unconfirmed: number;
  /** Links with messages of the last two kinds. */
  readonly lanes: number;
  /** Errors to XMPP senders that are not known to be read yet. */
  readonly replies: number;
  /** Pairs of domains whose barriers are remembered. */
  readonly barriers: number;
  /** From XMPP, requests without a final response. */
  readonly outstanding: number;
  /** From XMPP, waiting for a route. */
  readonly asking: number;
  /** From XMPP, waiting for the one before it. */
  readonly behind: number;
  /** Pairs of people with something under way towards SIP. */
  readonly pairs: number;
  /** Things that wait for what policy wants to know. */
  readonly unsure: number;
  /** Answers to that which are kept. */
  readonly known: number;
  /** Messages that the host is doing something with. */
  readonly duties: number;
  /** Ids of failures that were told, remembered so that none is told twice. */
  readonly told: number;
}

/** Where nothing is carried that is remembered, and nothing relayed. */
export const NOTHING_KEPT: PresenceSizes & ChatSizes & EdgeSizes = {
  presence: 0,
  records: 0,
  routing: 0,
  chats: 0,
  chatWaiting: 0,
  invites: 0,
  calls: 0,
  chatEvents: 0,
  relays: 0,
  relaysAsking: 0,
};
