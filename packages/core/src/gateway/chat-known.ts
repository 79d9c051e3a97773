// What is learned of a session while it is open here: by its record, by what the user says and shows, by what the contact
// sends. Changes of one entry of the table, and nothing else.
import { Jid, type Message } from '@interwork/xmpp';
import { jidToSipUri } from '../address.ts';
import type { End } from '../crossing.ts';
import type { ChatHeard, ChatKnown, ChatRecord, HeardMessage } from '../ledger/chat-types.ts';
import type { People } from '../ledger/people.ts';
import { stateIn } from '../rules/chat-state.ts';
import { carriedThread } from '../rules/thread.ts';
import type { Instant } from '../store/store.ts';
import type { KnownChat } from './chat-table.ts';

/** The session is open here, by its record: what was learned of the same one since that was read, stays. */
export function openAs(now: Instant, chat: KnownChat, record: ChatRecord, upTo: number): void {
  const { session } = record;
  if (session === undefined) return;
  const isSame = chat.session?.dialog.localTag === session.dialog.localTag;
  const { remoteCseq } = session.dialog;
  chat.remoteCseq = isSame ? Math.max(chat.remoteCseq, remoteCseq) : remoteCseq;
  chat.shownCseq = isSame ? Math.max(chat.shownCseq, remoteCseq) : remoteCseq;
  chat.session = session;
  chat.cseq = session.dialog.localCseq;
  chat.upTo = upTo;
  chat.writtenAt = now;
  chat.isPending = false;
  if (isSame) return;
  chat.heard = record.heard;
  chat.thread = record.thread;
  chat.last = record.last;
  chat.signs = record.signs;
  chat.isInactive = record.isInactive;
  chat.from = contactOf(chat.people, record.device ?? '');
  lockOn(chat, record.lock);
}

/** A message is passed on before the session is there. */
export function heardAs(chat: KnownChat, { thread, lock, device = '', signs }: ChatHeard): void {
  chat.thread = thread;
  chat.signs = signs;
  chat.from = contactOf(chat.people, device);
  lockOn(chat, lock);
}

/** What the desk is told of it with each event. */
export function knownOf(chat: KnownChat | undefined): ChatKnown | undefined {
  if (chat?.session === undefined) return undefined;
  const { session, thread, lock, last, signs, isInactive, remoteCseq, heard } = chat;
  const tag = session.dialog.localTag;
  return { tag, thread, lock, last, signs, isInactive, remoteCseq, heard };
}

/** The user has said something; true where that is to be written soon. @spec RFC 6121 §5.1 */
export function heardUser(
  now: Instant,
  chat: KnownChat,
  from: Jid,
  m: Message | undefined,
): boolean {
  const { lock, signs, thread } = chat;
  chat.last = now;
  chat.isInactive = false;
  if (m === undefined) return false;
  chat.thread = carriedThread(m.thread) ?? thread;
  chat.signs ||= stateIn(m) !== undefined;
  if (from.resource !== '') lockOn(chat, from.resource);
  return lock !== chat.lock || signs !== chat.signs;
}

/**
 * A message of the contact has its answer. True where that is to be written, since the record may show the message already:
 * whoever reads it would take a copy for something else.
 */
export function heardAnswered(chat: KnownChat, tag: string, heard: HeardMessage): boolean {
  if (chat.session?.dialog.localTag !== tag || heard.cseq < (chat.heard?.cseq ?? 0)) return false;
  chat.heard = heard;
  return heard.cseq <= chat.shownCseq;
}

/** Messages go to that resource from now on; to the person where it is empty. */
export function lockOn(chat: KnownChat, resource: string): void {
  if (chat.lock === resource && chat.to.resource === resource) return;
  const { user } = chat.people;
  const full = resource === '' ? user : Jid.of(user.local, user.domain, resource);
  const isOne = full.kind === 'jid';
  chat.lock = isOne ? resource : '';
  chat.to = isOne ? full : user;
}

/** The contact, with a device of his where that is known. @spec RFC 7573 §4 */
export function contactOf({ contact, phone }: People, device: string): End {
  const full = device === '' ? contact : Jid.of(contact.local, contact.domain, device);
  const jid = full.kind === 'jid' ? full : contact;
  return { jid, sip: jidToSipUri(jid, { phone }) };
}
