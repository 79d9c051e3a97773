// What a server does with presence that is about being there, RFC 6121 §4: broadcast of what clients say, directed
// presence, delivery of what others say, and answers to probes. Subscriptions are subscriptions.ts.
import { Jid } from '../../jid.ts';
import type { Presence } from '../../stanza.ts';
import {
  type Account,
  type Availability,
  availableOf,
  type Client,
  contactOf,
  isSeenBy,
  mayBeSeen,
  sendBare,
  sendSaid,
  show,
  textsOf,
} from './account.ts';
import { remindOfRequests } from './subscriptions.ts';

/**
 * A client says how available it is, for the first time or again.
 * @spec RFC 6121 §4.2.2, §4.4.2
 */
export function becomeAvailable(account: Account, client: Client, what: Availability): void {
  const isInitial = client.says === undefined;
  client.says = { id: account.server.nextId(), what };
  for (const to of audienceOf(account)) sendSaid(account, client.jid, to, client.says);
  if (!isInitial) return;
  for (const { jid, says } of availableOf(account))
    if (jid !== client.jid) sendSaid(account, jid, client.jid, says);
  for (const contact of account.contacts.values())
    if (mayBeSeen(contact)) sendBare(account, 'probe', account.jid, contact.jid);
  remindOfRequests(account, client);
}

/**
 * A client goes, by its own word or without one.
 * @spec RFC 6121 §4.5.2, §4.6.3
 */
export function becomeUnavailable(account: Account, client: Client, status?: string): void {
  const { jid, told, says } = client;
  const audience = says === undefined ? [] : audienceOf(account);
  const others = [...told.values()].filter((to) => !audience.some(({ bare }) => bare === to.bare));
  told.clear();
  client.view.clear(); // nobody tells it of changes from here on
  client.says = undefined;
  if (says !== undefined) account.goneSince = account.server.now();
  const said = { id: account.server.nextId(), statuses: textsOf(status) };
  for (const to of [...audience, ...others]) sendBare(account, 'unavailable', jid, to, said);
}

/** Who is told: the contacts that may see the user, and all that the user has available. */
function audienceOf(account: Account): readonly Jid[] {
  const contacts = [...account.contacts.values()].filter(isSeenBy).map(({ jid }) => jid);
  return [...contacts, ...availableOf(account).map(({ jid }) => jid)];
}

/** A client tells one address alone. @spec RFC 6121 §4.6.3 */
export function tellDirectly(
  account: Account,
  client: Client,
  to: Jid,
  what: Availability | 'unavailable',
): void {
  if (what === 'unavailable') {
    client.told.delete(to.full);
    return sendBare(account, 'unavailable', client.jid, to);
  }
  if (!isSeenBy(contactOf(account, Jid.bareOf(to)))) client.told.set(to.full, to);
  sendSaid(account, client.jid, to, { id: account.server.nextId(), what });
}

/**
 * Somebody is, or is not, available: shown to every available client, or to the one that is meant.
 * @spec RFC 6121 §4.2.3, §4.4.3, §4.5.3, §8.5.3
 */
export function takeAvailability(account: Account, presence: Presence, from: Jid, to: Jid): void {
  const clients = to.resource === '' ? availableOf(account) : one(account, to);
  for (const client of clients) {
    show(client, presence, account.server.limits);
    if (presence.type === 'unavailable') client.told.delete(from.full);
  }
}

function one({ clients }: Account, { resource }: Jid): readonly Client[] {
  const client = clients.get(resource);
  return client === undefined ? [] : [client];
}

/**
 * Somebody asks how available the user is.
 * @spec RFC 6121 §4.3.2, §4.3.2.1, §4.6.6
 */
export function answerProbe(account: Account, probe: Presence, from: Jid, to: Jid): void {
  const { id } = probe;
  if (!isSeenBy(contactOf(account, Jid.bareOf(from))))
    return answerStranger(account, probe, from, to);
  if (to.resource !== '') return answerAboutOne(account, probe, from, to);
  const available = availableOf(account);
  for (const { jid, says } of available) sendSaid(account, jid, from, says);
  if (available.length === 0)
    sendBare(account, 'unavailable', account.jid, from, { id, delay: account.goneSince });
}

/** One who was told directly learns so much again, and anybody else that there is no subscription. */
function answerStranger(account: Account, { id }: Presence, from: Jid, to: Jid): void {
  const clients = to.resource === '' ? [...account.clients.values()] : one(account, to);
  const telling = clients.filter(({ told }) => told.has(from.full) || told.has(from.bare));
  for (const { jid } of telling) sendBare(account, 'available', jid, from, { id });
  if (telling.length === 0) sendBare(account, 'unsubscribed', account.jid, from, { id });
}

/** That it is there, and no more. */
function answerAboutOne(account: Account, { id }: Presence, from: Jid, to: Jid): void {
  const isHere = one(account, to).some(({ says }) => says !== undefined);
  sendBare(account, isHere ? 'available' : 'unavailable', to, from, { id });
}
