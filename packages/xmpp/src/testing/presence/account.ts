// What a server keeps of one user: contacts and their states, requests that wait, and the clients that are connected
// with all that each has been shown. Rules for it are subscriptions.ts (RFC 6121 §3) and broadcast.ts (§4); the face
// that tests use is user.ts.
import type { Jid } from '../../jid.ts';
import { presenceElement, type PresenceDraft } from '../../presence.ts';
import type { Instant } from '../../server-link.ts';
import type { LangText, Presence, PresenceType, Show } from '../../stanza.ts';
import { NO_SUBSCRIPTION, type SubscriptionState } from '../../subscription.ts';
import type { XmlElement } from '../../xml/element.ts';
import type { ModelLimits } from './limits.ts';

/** What a client says of itself. */
export interface Availability {
  readonly show?: Show;
  /** One text, or several in their languages. */
  readonly status?: string | readonly LangText[];
  readonly priority?: number;
  /** Epoch milliseconds. */
  readonly idleSince?: number;
}

/** What a client does with a request for its user's presence. @spec RFC 6121 §3.1.4 */
export type RequestHabit = 'ask' | 'approve' | 'deny' | 'approve-and-subscribe';

/** What accounts ask of the server around them. */
export interface Server {
  readonly limits: ModelLimits;
  /** Takes a stanza to wherever its address leads, be it within the domain. */
  carry(element: XmlElement, from: Jid, to: Jid): void;
  nextId(): string;
  /** Undefined when no clock was handed in. */
  now(): Instant | undefined;
}

/** One contact, listed in the roster or only heard of by a request. */
export interface Contact {
  readonly jid: Jid;
  state: SubscriptionState;
  /** By the user, in advance. @spec RFC 6121 §3.4 */
  isApproved: boolean;
  isListed: boolean;
  /** The request as it came, until it is answered. @spec RFC 6121 §3.1.3 */
  request: Presence | undefined;
}

/** One connected client. */
export interface Client {
  readonly jid: Jid;
  isConnected: boolean;
  /** The presence last broadcast, while it is available. */
  says: Said | undefined;
  /** Whom it has told directly that it is here. @spec RFC 6121 §4.6.1 */
  readonly told: Map<string, Jid>;
  /** By address: the last presence of it. */
  readonly view: Map<string, Presence>;
  readonly heard: Presence[];
}

/** A broadcast presence as it was said. */
export interface Said {
  readonly id: string;
  readonly what: Availability;
}

/** One user as the server has them. */
export interface Account {
  readonly jid: Jid;
  readonly server: Server;
  readonly contacts: Map<string, Contact>;
  readonly clients: Map<string, Client>;
  habit: RequestHabit;
  /** When the last client went. */
  goneSince: Instant | undefined;
}

/** An account without contacts and clients. */
export function newAccount(jid: Jid, server: Server): Account {
  return {
    jid,
    server,
    contacts: new Map(),
    clients: new Map(),
    habit: 'ask',
    goneSince: undefined,
  };
}

/** What is kept of a contact; a new one is kept when it changes only. */
export function contactOf(account: Account, jid: Jid): Contact {
  const known = account.contacts.get(jid.bare);
  if (known !== undefined) return known;
  return { jid, state: NO_SUBSCRIPTION, isApproved: false, isListed: false, request: undefined };
}

/** Keeps a contact, unless there is nothing to keep. */
export function keep(account: Account, contact: Contact): void {
  if (!contact.state.pendingIn) contact.request = undefined;
  const isWorthIt = contact.isListed || contact.state !== NO_SUBSCRIPTION;
  if (isWorthIt) account.contacts.set(contact.jid.bare, contact);
  else account.contacts.delete(contact.jid.bare);
}

/** A client that has said that it is available. */
export type AvailableClient = Client & { readonly says: Said };

/** The clients that are available, in the order in which they connected. */
export function availableOf(account: Account): readonly AvailableClient[] {
  return [...account.clients.values()].filter(isAvailable);
}

function isAvailable(client: Client): client is AvailableClient {
  return client.says !== undefined;
}

/** Whether a contact may see the user. */
export function isSeenBy({ state: { subscription } }: Contact): boolean {
  return subscription === 'from' || subscription === 'both';
}

/** Whether the user may see a contact. */
export function mayBeSeen({ state: { subscription } }: Contact): boolean {
  return subscription === 'to' || subscription === 'both';
}

/** Sends a presence that says no more than its type. */
export function sendBare(
  { server }: Account,
  type: Exclude<PresenceType, 'error'>,
  from: Jid,
  to: Jid,
  more: Pick<PresenceDraft, 'id' | 'statuses' | 'delay'> = {},
): void {
  const id = more.id ?? server.nextId();
  server.carry(presenceElement({ ...more, id, type, from, to }), from, to);
}

/** Sends what a client said to somebody. */
export function sendSaid({ server }: Account, from: Jid, to: Jid, { id, what }: Said): void {
  const { show, priority, idleSince } = what;
  const statuses = textsOf(what.status);
  const type = 'available';
  const draft = { id, type, from, to, show, statuses, priority, idleSince } as const;
  server.carry(presenceElement(draft), from, to);
}

/** A status as texts with their languages. */
export function textsOf(status: Availability['status']): readonly LangText[] {
  if (status === undefined) return [];
  return typeof status === 'string' ? [{ lang: undefined, text: status }] : status;
}

/** Shows a presence to a client. @spec RFC 6121 §4.5.4 */
export function show(client: Client, presence: Presence, limits: ModelLimits): void {
  client.heard.push(presence);
  if (client.heard.length > limits.heard) client.heard.shift();
  const { from, type } = presence;
  if (from === undefined) return;
  if (type === 'unavailable' && from.resource === '') forget(client, from, presence);
  else if (type === 'available' || type === 'unavailable')
    remember(client.view, from.full, presence, limits.view);
}

/** What comes from the bare address is about every resource of it. */
function forget(client: Client, { bare }: Jid, presence: Presence): void {
  for (const [full, known] of client.view)
    if (known.from?.bare === bare) client.view.set(full, presence);
}

function remember(
  view: Map<string, Presence>,
  full: string,
  presence: Presence,
  limit: number,
): void {
  view.delete(full);
  view.set(full, presence);
  if (view.size > limit) for (const oldest of view.keys()) return void view.delete(oldest);
}
