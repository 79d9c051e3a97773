// A user and the user's clients as a test sees them: what they do, and what they are shown. Thin: state is account.ts.
import { isFault, MisuseError } from '../../fault.ts';
import { Jid } from '../../jid.ts';
import type { Presence } from '../../stanza.ts';
import type { Subscription } from '../../subscription.ts';
import type { Account, Availability, Client, RequestHabit } from './account.ts';
import { becomeAvailable, becomeUnavailable, tellDirectly } from './broadcast.ts';
import { removeContact, sendSubscription } from './subscriptions.ts';

/** One line of a roster. @spec RFC 6121 §2.1.2 */
export interface RosterItem {
  readonly jid: string;
  readonly subscription: Subscription;
  /** Whether a request of the user waits for the contact. */
  readonly ask: boolean;
  /** Whether a request of the contact would be granted without asking. */
  readonly approved: boolean;
}

/** A user with an account. Whatever is done here goes out when the domain is next stepped. */
export interface XmppUser {
  /** The bare address. */
  readonly address: string;
  /** Those that are connected. */
  readonly clients: readonly XmppClient[];
  /** Connects a client, which says that it is available. */
  login(resource: string, what?: Availability): XmppClient;
  /** Connects a client that says nothing yet. */
  connect(resource: string): XmppClient;
  /** Asks to see a contact. */
  subscribe(contact: string, status?: string): void;
  /** No longer wants to see a contact. */
  unsubscribe(contact: string): void;
  /** Lets a contact see this user: one that has asked, or in advance. */
  approve(contact: string): void;
  /** Turns a request down, or takes back what was granted. */
  deny(contact: string, status?: string): void;
  /** Takes a contact off the roster, with all that was agreed on. */
  remove(contact: string): void;
  /** What this user's clients do with requests from now on. At first they ask. */
  answerRequests(habit: RequestHabit): void;
  roster(): readonly RosterItem[];
  /** The requests that wait for this user, as they came. */
  requests(): readonly Presence[];
}

/** A client of a user, as long as it is connected. */
export interface XmppClient {
  /** The full address. */
  readonly address: string;
  readonly isConnected: boolean;
  /** Everything it was given, oldest first, as far back as the model's limit. */
  readonly heard: readonly Presence[];
  /** Says how available it is. */
  setPresence(what: Availability): void;
  /** Says that it is not available, and stays connected. */
  setUnavailable(status?: string): void;
  /** Tells one address alone. */
  direct(to: string, what?: Availability | 'unavailable'): void;
  logout(status?: string): void;
  /** The presence of each resource that it sees available, the latest last. */
  sees(contact: string): readonly Presence[];
  /** The last presence it was shown of a full address, whatever it said. */
  last(address: string): Presence | undefined;
}

/** The face of an account. */
export function userOf(account: Account): XmppUser {
  const faces = new WeakMap<Client, XmppClient>();
  const connect = (resource: string): XmppClient => {
    const client = newClient(account, resource);
    const face = clientOf(account, client);
    faces.set(client, face);
    return face;
  };
  return {
    address: account.jid.bare,
    get clients() {
      return [...account.clients.values()].flatMap((client) => faces.get(client) ?? []);
    },
    login: (resource, what = {}) => {
      const client = connect(resource);
      client.setPresence(what);
      return client;
    },
    connect,
    subscribe: (contact, status) =>
      void sendSubscription(account, 'subscribe', jidOf(contact), status),
    unsubscribe: (contact) => void sendSubscription(account, 'unsubscribe', jidOf(contact)),
    approve: (contact) => void sendSubscription(account, 'subscribed', jidOf(contact)),
    deny: (contact, status) =>
      void sendSubscription(account, 'unsubscribed', jidOf(contact), status),
    remove: (contact) => removeContact(account, jidOf(contact)),
    answerRequests: (habit) => {
      account.habit = habit;
    },
    roster: () => rosterOf(account),
    requests: () => [...account.contacts.values()].flatMap(({ request }) => request ?? []),
  };
}

function rosterOf({ contacts }: Account): readonly RosterItem[] {
  return [...contacts.values()].flatMap(({ jid, state, isApproved, isListed }) => {
    const { subscription, pendingOut } = state;
    return isListed ? [{ jid: jid.bare, subscription, ask: pendingOut, approved: isApproved }] : [];
  });
}

/** @spec RFC 6120 §7.7.2 */
function newClient({ jid, clients }: Account, resource: string): Client {
  const full = Jid.of(jid.local, jid.domain, resource);
  if (isFault(full) || full.resource === '')
    throw new MisuseError('bad-resource', `No resource is ${resource}.`);
  if (clients.has(full.resource))
    throw new MisuseError('resource-in-use', `${full.full} is connected.`);
  const client = {
    jid: full,
    isConnected: true,
    says: undefined,
    told: new Map<string, Jid>(),
    view: new Map<string, Presence>(),
    heard: [],
  };
  clients.set(full.resource, client);
  return client;
}

function clientOf(account: Account, client: Client): XmppClient {
  const { jid, view, heard } = client;
  const connected = (): Client => {
    if (!client.isConnected)
      throw new MisuseError('not-connected', `${jid.full} is not connected.`);
    return client;
  };
  return {
    address: jid.full,
    get isConnected() {
      return client.isConnected;
    },
    heard,
    setPresence: (what) => becomeAvailable(account, connected(), what),
    setUnavailable: (status) => becomeUnavailable(account, connected(), status),
    direct: (to, what = {}) => tellDirectly(account, connected(), jidOf(to), what),
    logout: (status) => {
      becomeUnavailable(account, connected(), status);
      client.isConnected = false;
      account.clients.delete(jid.resource);
    },
    sees: (contact) => {
      const { bare } = jidOf(contact);
      return [...view.values()].filter(
        ({ from, type }) => from?.bare === bare && type === 'available',
      );
    },
    last: (address) => view.get(jidOf(address).full),
  };
}

function jidOf(text: string): Jid {
  const jid = Jid.parse(text);
  if (isFault(jid)) throw new MisuseError('bad-jid', `${text}: ${jid.text}`);
  return jid;
}
