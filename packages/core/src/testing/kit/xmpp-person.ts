// A user of a company that speaks XMPP, with one client as long as something is shown.
import type { Received, Sent, XmppClient, XmppScript, XmppUser } from '@interwork/xmpp/testing';
import { type Around, settled } from './around.ts';
import type { Message } from './message.ts';
import type { Post } from './post.ts';
import {
  addressOf,
  type Arrived,
  type Seen,
  type SendOptions,
  type Shown,
  UNSEEN,
  type User,
} from './user.ts';

/** A user, and the account behind. */
export interface XmppPerson extends User {
  /** The account with its roster and clients, for what this page has no words for. */
  readonly account: XmppUser;
}

/** Makes a user of a domain. */
export function xmppPerson(script: XmppScript, name: string, around: Around): XmppPerson {
  const account = script.user(name);
  const does = (act: () => void): void => {
    act();
    around.step();
  };
  const person: XmppPerson = {
    address: account.address,
    account,
    sends: (to, text, options = {}) => {
      const from = clientOf(account)?.address ?? account.address;
      return settled(
        around,
        sendFrom(script, { name, from, to: addressOf(to), text, options, around }),
      );
    },
    get inbox() {
      return script.inbox(name).map(arrivedOf);
    },
    adds: (contact) => does(() => account.subscribe(addressOf(contact))),
    accepts: (contact) => does(() => account.approve(addressOf(contact))),
    declines: (contact) => does(() => account.deny(addressOf(contact))),
    removes: (contact) => does(() => account.remove(addressOf(contact))),
    get askedBy() {
      return account.requests().flatMap(({ from }) => from?.bare ?? []);
    },
    shows: (show, note) => does(() => showOn(account, show, note)),
    sees: (contact) => seenBy(clientOf(account), addressOf(contact)),
    until: (find) => around.until(() => find(person)),
  };
  person.shows('available');
  return person;
}

interface Sending {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly text: string;
  readonly options: SendOptions;
  readonly around: Around;
}

function sendFrom(script: XmppScript, { name, from, to, text, options, around }: Sending): Message {
  const { subject, thread } = options;
  const sent = script.send({
    from,
    to,
    text,
    ...(thread === undefined ? {} : { thread }),
    ...(subject === undefined ? {} : { subject }),
  });
  const told = (): string | undefined => toldTo(script, name, sent);
  const message = around.post.add({
    from: from.split('/')[0] ?? from,
    to,
    text,
    at: around.now(),
    direction: 'from-xmpp',
    id: () => sent.id,
    told,
    isBad: () => told() !== undefined,
  });
  around.step();
  return message;
}

/** The condition of the error that came back, or why the stanza never left. */
function toldTo(script: XmppScript, name: string, sent: Sent): string | undefined {
  const error = script.errors(name).find(({ id }) => id === sent.id);
  if (error !== undefined) return error.error?.condition ?? 'error';
  return sent.fate === undefined || sent.fate === 'sent' ? undefined : sent.fate;
}

/** Tells the post of what came to a user since it was last asked. */
export function xmppArrivals(script: XmppScript, name: string, post: Post): () => void {
  let known = 0;
  return () => {
    const inbox = script.inbox(name);
    for (; known < inbox.length; known++) {
      const { from, text } = arrivedOf(inbox[known] as Received);
      post.arrived(from, `${name}@${script.domain}`, text);
    }
  };
}

function arrivedOf({ at = 0, text, message }: Received): Arrived {
  return { at, from: message.from?.bare ?? '', text, subject: message.subjects[0]?.text };
}

function clientOf(account: XmppUser): XmppClient | undefined {
  return account.clients[0];
}

function showOn(account: XmppUser, show: Shown, note: string | undefined): void {
  const client = clientOf(account);
  if (show === 'offline') return client?.logout(note);
  const what = {
    ...(show === 'available' ? {} : { show }),
    ...(note === undefined ? {} : { status: note }),
  };
  if (client === undefined) account.login(RESOURCE, what);
  else client.setPresence(what);
}

function seenBy(client: XmppClient | undefined, contact: string): Seen {
  const shown = client?.sees(contact).at(-1);
  if (shown === undefined) return UNSEEN;
  return { show: shown.show ?? 'available', note: shown.statuses[0]?.text };
}

/** What the one client of a user is called. */
const RESOURCE = 'home';
