// What people show and what others see of it, read from the two models in one form: numbers. Whatever a person shows
// has a number of its own as its text, and a later one has a greater number, so that what is seen tells when it was
// true. Nothing here knows the gateway.
import { pidf, type SipUser, type TestTuple } from '@interwork/sip/testing';
import type { XmppUser } from '@interwork/xmpp/testing';
import type { Town } from './town.ts';

/** One thing that is seen: where, and its number. */
export interface Seen {
  /** The resource or the tuple. */
  readonly of: string;
  /** Not a number where there is presence without one. */
  readonly number: number;
}

/** A place where a person is looked at: a client or a device. */
export interface View {
  /** Unlike every other, also of a client that took another's name. */
  readonly id: string;
  readonly watcher: string;
  readonly contact: string;
  readonly seen: readonly Seen[];
}

/** What a SIP person shows: a number for each open tuple. */
export function documentOf(user: SipUser, numbers: Readonly<Record<string, number>>): string {
  const tuples = Object.entries(numbers).map(
    ([id, number]): TestTuple => ({ id, basic: 'open', note: `n${number}` }),
  );
  const closed: TestTuple = { id: 'none', basic: 'closed' };
  return pidf(user.address, tuples.length === 0 ? [closed] : tuples);
}

/** The open tuples of a document. */
export function openIn(document: string | undefined): readonly Seen[] {
  const tuples = [...(document ?? '').matchAll(TUPLE)].map(([text]) => text);
  return tuples.flatMap((tuple) => {
    if (!/<(?:\w+:)?basic>\s*open/.test(tuple)) return [];
    const of = /\bid=['"]([^'"]*)/.exec(tuple)?.[1] ?? '';
    return [{ of, number: numberIn(/<(?:\w+:)?note[^>]*>([^<]*)</.exec(tuple)?.[1]) }];
  });
}

/** The numbers that an XMPP person shows. */
export function shownBy(town: Town, user: XmppUser): readonly number[] {
  return [...(town.chronicle.said.get(user.address)?.values() ?? [])];
}

/** The numbers that a SIP person shows. */
export function shownIn(user: SipUser): readonly number[] {
  return openIn(user.document).map(({ number }) => number);
}

/** Whether a SIP person lets an XMPP person see. */
export function allows(contact: SipUser, watcher: XmppUser): boolean {
  return contact.policyFor(watcher.address) === 'allow';
}

/** Whether an XMPP person lets a SIP person see. */
export function approves(contact: XmppUser, watcher: SipUser): boolean {
  const item = contact.roster().find(({ jid }) => jid === watcher.address);
  return item?.subscription === 'from' || item?.subscription === 'both';
}

/** How an XMPP person stands toward a contact he wants to see. */
export function wish(user: XmppUser, contact: SipUser): 'sees' | 'asks' | 'none' {
  const item = user.roster().find(({ jid }) => jid === contact.address);
  if (item?.subscription === 'to' || item?.subscription === 'both') return 'sees';
  return item?.ask === true ? 'asks' : 'none';
}

/** Everything that XMPP people see of SIP people. */
export function xmppViews(town: Town): readonly View[] {
  return town.xmppUsers.flatMap((user) =>
    user.clients.flatMap((client) =>
      town.sipUsers.map((contact): View => {
        const seen = client.sees(contact.address).map(({ from, statuses }) => ({
          of: from?.resource ?? '',
          number: numberIn(statuses[0]?.text),
        }));
        const id = `${client.address} ${town.chronicle.serialOf(client)}`;
        return { id, watcher: user.address, contact: contact.address, seen };
      }),
    ),
  );
}

/** Everything that SIP people see of XMPP people, whether it is over or not. */
export function sipViews(town: Town): readonly View[] {
  return town.sipUsers.flatMap((user) =>
    town.xmppUsers.map((contact): View => {
      const seen = openIn(user.sees(contact.address).document);
      const id = `${user.address} ${town.chronicle.livesOf(user)}`;
      return { id, watcher: user.address, contact: contact.address, seen };
    }),
  );
}

function numberIn(text: string | undefined): number {
  return /^n\d+$/.test(text ?? '') ? Number(text?.slice(1)) : Number.NaN;
}

const TUPLE = /<(?:\w+:)?tuple\b[\s\S]*?<\/(?:\w+:)?tuple>/g;
