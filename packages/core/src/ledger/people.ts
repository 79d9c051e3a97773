// Two people, one on either side, and what a record about both is named by: the SIP person's address of record and the
// XMPP person's bare JID, which both sides compute of any event. What the record is about begins the key
// (presence-people.ts, chat-people.ts).
import { writeUri } from '@interwork/sip';
import { Jid } from '@interwork/xmpp';
import { jidToAor, sipUriToJid } from '../address.ts';
import type { Key } from '../store/store.ts';

/** Who stands on either side. */
export interface People {
  /** The SIP person, as XMPP knows it: a bare JID. */
  readonly contact: Jid;
  /** Whether the SIP person is a telephone where its name is a number. */
  readonly phone: boolean;
  /** The XMPP person: a bare JID. */
  readonly user: Jid;
}

/** The people of two JIDs, of which the resources do not count; `phones`: domains where a number is a telephone. */
export function peopleOf(contact: Jid, user: Jid, phones?: ReadonlySet<string>): People {
  const phone = phones?.has(contact.asciiDomain) === true;
  return { contact: Jid.bareOf(contact), phone, user: Jid.bareOf(user) };
}

/** The key of a pair: a bare JID has no slash, so it reads one way only. */
export function keyOfPair(prefix: string, { contact, user }: People): Key {
  return `${prefix}${writeUri(jidToAor(contact))}/${user.bare}`;
}

/** The pair of a key; `undefined` for one that does not begin so. */
export function pairOfKey(
  prefix: string,
  key: Key,
  phones?: ReadonlySet<string>,
): People | undefined {
  const slash = key.lastIndexOf('/');
  if (!key.startsWith(prefix) || slash < prefix.length) return undefined;
  const contact = sipUriToJid(key.slice(prefix.length, slash));
  const user = Jid.parse(key.slice(slash + 1));
  if (contact.kind === 'fault' || user.kind === 'fault') return undefined;
  return contact.resource === '' && user.resource === ''
    ? peopleOf(contact, user, phones)
    : undefined;
}
