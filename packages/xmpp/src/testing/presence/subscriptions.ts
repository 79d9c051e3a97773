// What a server does with presence that is about subscriptions, RFC 6121 §3: the tables of Appendix A are
// ../../subscription.ts, and what goes along with a change of state is here.
import { Jid } from '../../jid.ts';
import type { Presence } from '../../stanza.ts';
import { errorReply } from '../../stanza-error.ts';
import {
  inboundSubscription,
  type InboundStep,
  outboundSubscription,
  type SubscriptionState,
  type SubscriptionType,
} from '../../subscription.ts';
import {
  type Account,
  availableOf,
  type Client,
  type Contact,
  contactOf,
  isSeenBy,
  keep,
  sendBare,
  sendSaid,
  show,
  textsOf,
} from './account.ts';

/**
 * The user sends one of the four to a contact; the answer is whether it went out.
 * @spec RFC 6121 §3.1.2, §3.1.5, §3.2.2, §3.3.2, §3.4.2
 */
export function sendSubscription(
  account: Account,
  type: SubscriptionType,
  to: Jid,
  status?: string,
): boolean {
  const contact = contactOf(account, Jid.bareOf(to));
  const wasSeen = isSeenBy(contact);
  const step = outboundSubscription(contact.state, type);
  contact.state = step.next;
  if (step.approval !== 'kept') contact.isApproved = step.approval === 'noted';
  if (type === 'subscribe' || type === 'subscribed') contact.isListed = true;
  keep(account, contact);
  if (wasSeen && !isSeenBy(contact)) tellGone(account, contact.jid);
  if (type === 'unsubscribe') unsee(account, contact.jid);
  if (!step.isRouted) return false;
  sendBare(account, type, account.jid, contact.jid, { statuses: textsOf(status) });
  if (type === 'subscribed') tellHere(account, contact.jid);
  return true;
}

/**
 * The contact has sent one of the four.
 * @spec RFC 6121 §3.1.3, §3.1.6, §3.2.3, §3.3.3
 */
export function takeSubscription(account: Account, presence: Presence, from: Jid): void {
  const contact = contactOf(account, Jid.bareOf(from));
  const wasSeen = isSeenBy(contact);
  const type = presence.type as SubscriptionType;
  const step = inboundSubscription(contact.state, type, contact.isApproved);
  const isRequest = step.next.pendingIn && !contact.state.pendingIn;
  if (isRequest && isFull(account)) return refuse(account, presence);
  contact.state = step.next;
  if (isRequest) contact.request = presence;
  keep(account, contact);
  if (step.isDelivered) deliver(account, presence);
  if (wasSeen && !isSeenBy(contact)) tellGone(account, contact.jid);
  reply(account, contact, presence, step);
  if (!wasSeen && isSeenBy(contact)) tellHere(account, contact.jid);
  if (isRequest) answerByHabit(account, contact.jid);
}

function reply(
  account: Account,
  contact: Contact,
  presence: Presence,
  { reply: type }: InboundStep,
): void {
  if (type !== undefined) sendBare(account, type, account.jid, contact.jid, { id: presence.id });
}

/** Until and unless it is approved, a request costs room. */
function isFull({ contacts, server }: Account): boolean {
  let waiting = 0;
  for (const { state } of contacts.values()) if (state.pendingIn) waiting += 1;
  return waiting >= server.limits.requests;
}

function refuse({ server, jid }: Account, presence: Presence): void {
  const { from } = presence;
  const error = errorReply(presence, { condition: 'resource-constraint' });
  if (error !== undefined && from !== undefined) server.carry(error, jid, from);
}

/** To whoever could act on it. A request is for clients that are available. */
function deliver(account: Account, presence: Presence): void {
  const clients = presence.type === 'subscribe' ? availableOf(account) : account.clients.values();
  for (const client of clients) show(client, presence, account.server.limits);
}

/** A client that is there acts as its user has told it to. @spec RFC 6121 §3.1.4 */
function answerByHabit(account: Account, contact: Jid): void {
  const { habit } = account;
  if (habit === 'ask' || availableOf(account).length === 0) return;
  sendSubscription(account, habit === 'deny' ? 'unsubscribed' : 'subscribed', contact);
  if (habit !== 'approve-and-subscribe') return;
  const { state } = contactOf(account, contact);
  if (!asksOrSees(state)) sendSubscription(account, 'subscribe', contact);
}

function asksOrSees({ subscription, pendingOut }: SubscriptionState): boolean {
  return pendingOut || subscription === 'to' || subscription === 'both';
}

/**
 * What a client that has become available is told of, and what is asked again on its behalf.
 * @spec RFC 6121 §3.1.2, §3.1.3
 */
export function remindOfRequests(account: Account, client: Client): void {
  for (const contact of account.contacts.values()) {
    if (contact.state.pendingOut) sendBare(account, 'subscribe', account.jid, contact.jid);
    if (contact.request === undefined) continue;
    show(client, contact.request, account.server.limits);
    answerByHabit(account, contact.jid);
  }
}

/** A listed contact is taken off the roster. @spec RFC 6121 §2.5.2 */
export function removeContact(account: Account, jid: Jid): void {
  const contact = account.contacts.get(jid.bare);
  if (contact?.isListed !== true) return;
  if (asksOrSees(contact.state)) sendSubscription(account, 'unsubscribe', jid);
  if (isSeenBy(contact)) sendSubscription(account, 'unsubscribed', jid);
  contact.isApproved = false;
  contact.isListed = false;
  keep(account, contact);
}

/** @spec RFC 6121 §3.1.5 */
function tellHere(account: Account, to: Jid): void {
  for (const { jid, says } of availableOf(account)) sendSaid(account, jid, to, says);
}

/** @spec RFC 6121 §3.2.2, §3.3.3 */
function tellGone(account: Account, to: Jid): void {
  for (const { jid } of availableOf(account)) sendBare(account, 'unavailable', jid, to);
}

/** What a client knew of a contact is void once it has unsubscribed. @spec RFC 6121 §3.3.3 */
function unsee(account: Account, { bare }: Jid): void {
  for (const { view } of account.clients.values())
    for (const [full, { from }] of view) if (from?.bare === bare) view.delete(full);
}
