// What a message that asks what becomes of it says by its own id on the other side: who asked, as far as the other side does
// not say that itself, what was asked, and by which id the asker knows it. So word of it that comes late, or to another
// process with the same secret, reaches its sender without a record. Towards SIP the id is a Message-ID, sealed here to the
// two people; towards XMPP it is the id of the stanza, which is sealed anyway (late.ts) and has this as its note. What was
// told already is receipts.ts'.
import { decodeUtf8, encodeUtf8 } from '@interwork/xmpp';
import { fromBase64url, toBase64url } from '../base64url.ts';
import type { Disposition } from '../body/imdn.ts';
import type { Instant } from '../store/store.ts';
import type { Sealing } from './contact-token.ts';
import { sameText } from './late.ts';

/** A message whose sender wants word of it. */
export interface Asked {
  readonly at: Instant;
  readonly dispositions: readonly Disposition[];
  /** The type of its stanza. */
  readonly type: 'chat' | 'normal';
  /** What the asker knows it by. */
  readonly id: string;
  /** The asker's device; empty where there is none. */
  readonly resource: string;
}

/** The two people, as bare JIDs. */
export interface ReceiptEnds {
  readonly asker: string;
  /** Whose word counts. */
  readonly speaker: string;
}

/** A Message-ID that says it, `undefined` where that is too long; `fresh` is a token. @spec RFC 5438 §6.3 */
export function messageIdOf(
  asked: Asked,
  ends: ReceiptEnds,
  fresh: string,
  sealing: Sealing,
): string | undefined {
  const note = noteOf(asked);
  const id = [PREFIX, fresh, note, sealOf(fresh, note, ends, sealing)].join('.');
  return id.length > MAX_MESSAGE_ID ? undefined : id;
}

/** What a Message-ID of ours says, if it was made for these two. */
export function askedIn(id: string, ends: ReceiptEnds, sealing: Sealing): Asked | undefined {
  if (id.length > MAX_MESSAGE_ID) return undefined;
  const [prefix, fresh = '', note = '', seal = '', more] = id.split('.');
  if (prefix !== PREFIX || more !== undefined) return undefined;
  return sameText(seal, sealOf(fresh, note, ends, sealing)) ? askedOf(note) : undefined;
}

/** The same as a word of letters, digits, `-`, `_` and `!`, which Message-ID and stanza ids may hold. */
export function noteOf({ at, dispositions, type, id, resource }: Asked): string {
  const asks = DISPOSITIONS.reduce(
    (bits, one, place) => bits | (dispositions.includes(one) ? 1 << place : 0),
    type === 'chat' ? CHAT : 0,
  );
  return [asks.toString(36), Math.floor(at).toString(36), texted(id), texted(resource)].join('!');
}

/** What a note says; `undefined` for what is none. */
export function askedOf(note: string): Asked | undefined {
  const [asks = '', at = '', id = '', resource, more] = note.split('!');
  if (resource === undefined || more !== undefined) return undefined;
  const [known, device] = [textIn(id), textIn(resource)];
  const [bits, instant] = [Number.parseInt(asks, 36), Number.parseInt(at, 36)];
  if (known === undefined || device === undefined) return undefined;
  if (!Number.isSafeInteger(bits) || !Number.isSafeInteger(instant)) return undefined;
  return {
    at: instant,
    dispositions: DISPOSITIONS.filter((_, place) => (bits & (1 << place)) !== 0),
    type: (bits & CHAT) === 0 ? 'normal' : 'chat',
    id: known,
    resource: device,
  };
}

function texted(text: string): string {
  return toBase64url(encodeUtf8(text));
}

function textIn(word: string): string | undefined {
  const bytes = fromBase64url(word);
  return bytes && decodeUtf8(bytes);
}

function sealOf(
  fresh: string,
  note: string,
  { asker, speaker }: ReceiptEnds,
  { mac, secret }: Sealing,
): string {
  return mac(secret, `receipt ${fresh} ${note} ${asker} ${speaker}`).slice(0, SEAL);
}

const PREFIX = 'iw';
/** In the order of their bits, which stays. */
const DISPOSITIONS: readonly Disposition[] = [
  'positive-delivery',
  'negative-delivery',
  'display',
  'processing',
];
const CHAT = 16;
/** Characters of the seal: 128 bits. */
const SEAL = 32;
/** Characters of a Message-ID: what is read of one (body/imdn.ts); an id and a resource of usual length need 150. */
const MAX_MESSAGE_ID = 512;
