// A user of a company that speaks SIP.
import type { SipUri, Uri } from '@interwork/sip';
import {
  pidf,
  type Received,
  type Sent,
  type SipDomain,
  type SipUser,
} from '@interwork/sip/testing';
import { encodeUtf8 } from '@interwork/xmpp';
import { parsePidf } from '../../body/pidf.ts';
import type { Post } from './post.ts';
import type { Message } from './message.ts';
import {
  addressOf,
  type Arrived,
  type Seen,
  type SendOptions,
  type Shown,
  UNSEEN,
  type User,
} from './user.ts';
import { type Around, settled } from './around.ts';

/** A user, and the account behind. */
export interface SipPerson extends User {
  /** The account with its devices: dialogs, watchers and manners, for what this page has no words for. */
  readonly account: SipUser;
}

/** Makes a user of a domain. */
export function sipPerson(domain: SipDomain, name: string, around: Around): SipPerson {
  const account = domain.user(name);
  const does = (act: () => void): void => {
    act();
    around.step();
  };
  const person: SipPerson = {
    address: account.address,
    account,
    sends: (to, text, options = {}) =>
      settled(around, sendFrom(domain, person.address, addressOf(to), { text, options, around })),
    get inbox() {
      return domain.script.inbox(name).map(arrivedOf);
    },
    adds: (contact) => does(() => account.watch(addressOf(contact))),
    accepts: (contact) => does(() => account.allow(addressOf(contact))),
    declines: (contact) => does(() => account.deny(addressOf(contact))),
    removes: (contact) => does(() => account.unwatch(addressOf(contact))),
    get askedBy() {
      return account.pendingWatchers;
    },
    shows: (show, note) => does(() => account.setDocument(documentOf(account, show, note))),
    sees: (contact) => seenIn(account, addressOf(contact)),
    until: (find) => around.until(() => find(person)),
  };
  person.shows('available');
  return person;
}

interface Sending {
  readonly text: string;
  readonly options: SendOptions;
  readonly around: Around;
}

function sendFrom(
  domain: SipDomain,
  from: string,
  to: string,
  { text, options, around }: Sending,
): Message {
  const { subject, thread } = options;
  const callId = thread ?? around.drawToken();
  const cseq = around.nextNumber();
  const draft = { callId, cseq, ...(subject === undefined ? {} : { subject }) };
  const sent = domain.script.send({ from, to, text, draft }, around.route());
  const message = around.post.add({
    from,
    to,
    text,
    at: around.now(),
    direction: 'from-sip',
    id: () => `${callId} ${cseq}`,
    told: () => toldBy(sent),
    isBad: () => sent.failed !== undefined || (sent.response?.status ?? 0) >= 300,
  });
  around.step();
  return message;
}

function toldBy({ response, failed }: Sent): string | undefined {
  return response === undefined ? failed?.reason : String(response.status);
}

/** Tells the post of what came to a user since it was last asked. */
export function sipArrivals(domain: SipDomain, name: string, post: Post): () => void {
  let known = 0;
  const address = `${name}@${domain.domain}`;
  return () => {
    const inbox = domain.script.inbox(name);
    for (; known < inbox.length; known++) {
      const { from, text } = arrivedOf(inbox[known] as Received);
      post.arrived(from, address, text);
    }
  };
}

function arrivedOf({ at, text, request }: Received): Arrived {
  return {
    at,
    from: plain(request.from.uri),
    text,
    subject: request.request.headers.text('subject'),
  };
}

function plain(uri: Uri): string {
  return uri.kind === 'sip' ? `${userOf(uri)}@${uri.host}` : uri.text.slice(uri.scheme.length + 1);
}

function userOf({ user = '' }: SipUri): string {
  return user;
}

function documentOf({ address }: SipUser, show: Shown, note: string | undefined): string {
  const basic = show === 'offline' ? 'closed' : 'open';
  const more = show === 'available' || show === 'offline' ? {} : { show };
  return pidf(address, [{ id: 'home', basic, ...more, ...(note === undefined ? {} : { note }) }]);
}

function seenIn(account: SipUser, contact: string): Seen {
  const { state, document } = account.sees(contact);
  if (state !== 'active' || document === undefined) return UNSEEN;
  const read = parsePidf(encodeUtf8(document));
  const open = read.kind === 'pidf' ? read.tuples.find(({ basic }) => basic === 'open') : undefined;
  if (open === undefined) return UNSEEN;
  return { show: open.show ?? 'available', note: open.notes?.[0]?.text };
}
