// The accounts of one domain: takes presence to the account it is for, and what accounts say to each other or out of
// the domain. Who has no account is answered as RFC 6121 §8.5.1 says. One stanza is seen to its end before the next.
import { isFault, MisuseError } from '../../fault.ts';
import { Jid } from '../../jid.ts';
import { presenceElement } from '../../presence.ts';
import type { Instant, SendFailure } from '../../server-link.ts';
import { type Condition, errorReply } from '../../stanza-error.ts';
import { parseStanza, type Presence } from '../../stanza.ts';
import type { XmlElement } from '../../xml/element.ts';
import { type Account, availableOf, newAccount, type Server, show } from './account.ts';
import { answerProbe, takeAvailability } from './broadcast.ts';
import { DEFAULT_MODEL_LIMITS, type ModelLimits } from './limits.ts';
import { takeSubscription } from './subscriptions.ts';
import { userOf, type XmppUser } from './user.ts';

/** What accounts are handed. */
export interface AccountsOptions {
  /** A-labels, lower case. */
  readonly domain: string;
  readonly send: (element: XmlElement, from: Jid, to: Jid) => void;
  /** The inbox of a user without an account. */
  readonly inbox: (local: string) => Presence[] | undefined;
  readonly nextId: () => string;
  readonly clock?: (() => Instant) | undefined;
  readonly limits?: Partial<ModelLimits> | undefined;
}

interface Carried {
  readonly element: XmlElement;
  readonly from: Jid;
  readonly to: Jid;
}

/** The accounts of a domain by localpart. */
export class Accounts {
  readonly #options: AccountsOptions;
  readonly #server: Server;
  readonly #accounts = new Map<string, Account>();
  readonly #users = new Map<string, XmppUser>();
  readonly #carried: Carried[] = [];
  #isCarrying = false;

  constructor(options: AccountsOptions) {
    this.#options = options;
    this.#server = {
      limits: { ...DEFAULT_MODEL_LIMITS, ...options.limits },
      carry: (element, from, to) => this.#carry({ element, from, to }),
      nextId: options.nextId,
      now: () => options.clock?.(),
    };
  }

  /** The user of that name; a new one has no contacts and no clients. */
  user(local: string): XmppUser {
    const jid = Jid.of(local, this.#options.domain);
    if (isFault(jid) || jid.local === '') throw new MisuseError('bad-user', `No user is ${local}.`);
    const known = this.#users.get(jid.local);
    if (known !== undefined) return known;
    const account = newAccount(jid, this.#server);
    const user = userOf(account);
    this.#accounts.set(jid.local, account);
    this.#users.set(jid.local, user);
    return user;
  }

  /** What is kept of a user, if there is an account. */
  of(local: string): Account | undefined {
    return this.#accounts.get(local);
  }

  /** Presence for somebody of the domain. @spec RFC 6121 §8.5 */
  take(presence: Presence, from: Jid, to: Jid): void {
    const account = this.#accounts.get(to.local);
    if (account === undefined) return this.#takeWithout(presence, from, to);
    switch (presence.type) {
      case 'available':
      case 'unavailable':
        return takeAvailability(account, presence, from, to);
      case 'probe':
        return answerProbe(account, presence, from, to);
      case 'error':
        return takeError(account, presence, to);
      default:
        if (isForAccount(account, presence, to)) takeSubscription(account, presence, from);
    }
  }

  /** A stanza about a subscription could not be delivered: its sender is told. @spec RFC 6121 §3.1.2 */
  failed(element: XmlElement, from: Jid, reason: SendFailure): void {
    const account = this.#accounts.get(from.local);
    if (account === undefined || !ANSWERED.has(element.attrs['type'] ?? '')) return;
    const error = errorReply(element, { condition: conditionOf(reason) });
    const presence = error === undefined ? undefined : parseStanza(error);
    if (presence === undefined || isFault(presence) || presence.kind !== 'presence') return;
    takeError(account, presence, from);
  }

  /** Every client is gone without a word; what users and contacts have agreed on is kept. */
  restart(): void {
    const now = this.#options.clock?.();
    for (const account of this.#accounts.values()) {
      if (availableOf(account).length > 0) account.goneSince = now;
      for (const client of account.clients.values()) client.isConnected = false;
      account.clients.clear();
    }
  }

  /** @spec RFC 6121 §8.5.1 */
  #takeWithout(presence: Presence, from: Jid, to: Jid): void {
    const { type, id } = presence;
    const inbox = this.#options.inbox(to.local);
    if (inbox !== undefined) return void inbox.push(presence);
    if (type !== 'probe' || to.local === '') return;
    const asked = Jid.bareOf(to);
    const answer = { from: asked, to: from, id, type: 'unsubscribed' } as const;
    this.#carry({ element: presenceElement(answer), from: asked, to: from });
  }

  #carry(carried: Carried): void {
    this.#carried.push(carried);
    if (this.#isCarrying) return;
    this.#isCarrying = true;
    for (let next = this.#carried.shift(); next !== undefined; next = this.#carried.shift())
      this.#route(next);
    this.#isCarrying = false;
  }

  #route({ element, from, to }: Carried): void {
    if (to.asciiDomain !== this.#options.domain) return this.#options.send(element, from, to);
    const presence = parseStanza(element);
    if (!isFault(presence) && presence.kind === 'presence') this.take(presence, from, to);
  }
}

/** Only a request for a resource that is not there is taken for one to the user. @spec RFC 6121 §8.5.3.2.2 */
function isForAccount(account: Account, { type }: Presence, { resource }: Jid): boolean {
  return resource === '' || type === 'subscribe' || account.clients.has(resource);
}

/** Whoever could have sent what it is about is shown it. */
function takeError(account: Account, presence: Presence, { resource }: Jid): void {
  for (const client of account.clients.values())
    if (resource === '' || client.jid.resource === resource)
      show(client, presence, account.server.limits);
}

function conditionOf(reason: SendFailure): Condition {
  return reason === 'not-found' ? 'remote-server-not-found' : 'remote-server-timeout';
}

const ANSWERED: ReadonlySet<string> = new Set([
  'subscribe',
  'subscribed',
  'unsubscribe',
  'unsubscribed',
]);
