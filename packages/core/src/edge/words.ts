// The words of a message on its way from SIP to SIP, where policy wants something done with them: read as any message is
// read, and written back as plain text where they were changed. What cannot be read cannot be looked at, and is refused.
// Where nothing is wanted, nothing is read: bodies pass as they are.
import type { HeaderField, Headers, IncomingRequest } from '@interwork/sip';
import { decodeUtf8, encodeUtf8, Jid } from '@interwork/xmpp';
import { escapeLocal } from '../address.ts';
import { readBody } from '../rules/content.ts';
import type { LinkText } from '../rules/link-filter.ts';
import { type Refusal, refused } from '../translation.ts';
import type { Ends } from '../gateway/words.ts';
import { type Person, plainUser } from './people.ts';
import type { Passage } from './passage.ts';
import type { Relay } from './relays.ts';

/** Other words, in place of those that came. */
export interface OtherWords {
  readonly text: string;
  readonly subject: string | undefined;
}

/** The words of a request as it came, or why it cannot be looked through. */
function wordsIn({ request }: IncomingRequest): LinkText | Refusal {
  const read = readBody(request);
  if (read.kind === 'refusal') return read;
  return {
    text: read.text,
    subject: request.headers.text('subject'),
    hidden: isPlain(request.headers) ? [] : [decodeUtf8(request.body) ?? ''],
  };
}

/** What is read of a request is all that is in it. */
export function isPlain({ contentType: type }: Headers): boolean {
  return type === undefined || ('type' in type && type.subtype === 'plain');
}

/** The people and the words of a request, as the hosts of a gateway know them, or why it cannot be looked through. */
export function readOf(relay: Relay, passage: Passage): Read | Refusal {
  const ends = peopleIn(passage);
  if ('kind' in ends) return ends;
  const words = wordsOf(relay);
  return 'kind' in words ? words : { ...ends, words };
}

/** The words of a request, or those that stand in their place by now; or why it cannot be looked through. */
export function wordsOf({ request, words: others }: Relay): LinkText | Refusal {
  const words = wordsIn(request);
  if ('kind' in words) return words;
  const { text = words.text, subject = words.subject } = others ?? {};
  return { ...words, text, subject };
}

/** The people of a request, as the hosts of a gateway know them. */
export function peopleIn({ from, to }: Passage): Ends | Refusal {
  const [sender, recipient] = [jidOf(from), jidOf(to)];
  if (sender.kind === 'refusal') return sender;
  if (recipient.kind === 'refusal') return recipient;
  return { direction: 'sip-to-sip', from: sender, to: recipient };
}

/** What can be read of a request. */
export interface Read extends Ends {
  readonly words: LinkText;
}

/** What is put into a request for other words. */
export function fieldsSaying({ subject }: OtherWords): readonly HeaderField[] {
  const type = { name: 'Content-Type', value: 'text/plain;charset=utf-8' };
  return subject === undefined ? [type] : [type, { name: 'Subject', value: subject }];
}

/** What is taken out for them. */
export function fieldsSaid({ subject }: OtherWords): readonly string[] {
  const types = ['Content-Type', 'Content-Encoding', 'Content-Disposition'];
  return subject === undefined ? types : [...types, 'Subject'];
}

/** The octets of other words. */
export function octetsSaying({ text }: OtherWords): Uint8Array {
  return encodeUtf8(text);
}

/** A person as the hosts of a gateway know people. */
function jidOf(person: Person): Jid | Refusal {
  const jid = Jid.of(escapeLocal(plainUser(person) ?? ''), person.domain);
  return jid.kind === 'jid' ? jid : refused('malformed-address', jid.text);
}
