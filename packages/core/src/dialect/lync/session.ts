// Habit: session-description
// They do: describe a session in text as `m=message 5060 sip null`, those of 2005 as `m=x-ms-message`; the answer names
//   whoever answers in the place of null. Port and address mean nothing. What may be said is listed in a=accept-types.
// Vectors: im-01 O, im-02 O, im-03 O, im-04 O, im-05 O, own im-sessions O.
// We do: offer m=message, answer with the media name that was offered, and list the types that are read here.
import { decodeUtf8, encodeUtf8 } from '@interwork/xmpp';
import type { SessionForm, SessionMedia, SessionPlace } from '../types.ts';
import { conversationHeader, conversationIn } from './conversation.ts';

/** The SDP of a session in text. */
export const LYNC_SESSION: SessionForm = {
  contentType: 'application/sdp',
  offer: (at, acceptTypes) => description(at, 'message', 'null', acceptTypes),
  answer: (at, acceptTypes, self, offer) =>
    description(at, mediaOf(offer), self.replace(/\s/g, ''), acceptTypes),
  read: mediaIn,
  headers: (conversation) => [conversationHeader(conversation)],
  conversationIn,
};

function mediaIn(body: Uint8Array): SessionMedia | undefined {
  const text = decodeUtf8(body) ?? '';
  const [, media, port, proto, fmt] = MEDIA.exec(text) ?? [];
  if (media === undefined || proto === undefined || fmt === undefined) return undefined;
  const types = ACCEPT_TYPES.exec(text)?.[1]?.trim().toLowerCase().split(/ +/, MAX_TYPES) ?? [];
  return { media, port: Number(port), proto, fmt, acceptTypes: types };
}

function mediaOf(offer: Uint8Array): string {
  return mediaIn(offer)?.media ?? 'message';
}

function description(
  { address, port }: SessionPlace,
  media: string,
  fmt: string,
  acceptTypes: readonly string[],
): Uint8Array {
  const net = `IN ${address.includes(':') ? 'IP6' : 'IP4'} ${address}`;
  const lines = [
    'v=0',
    `o=- 0 0 ${net}`,
    's=session',
    `c=${net}`,
    't=0 0',
    `m=${media} ${port} sip ${fmt}`,
    `a=accept-types:${acceptTypes.join(' ')}`,
  ];
  return encodeUtf8(`${lines.join('\r\n')}\r\n`);
}

const MEDIA = /^m=(message|x-ms-message) (\d{1,5}) (\S{1,32}) (\S{1,1024})[ \r]*$/m;
const ACCEPT_TYPES = /^a=accept-types:([^\r\n]{1,2048})/m;
/** Types of one list; those that were seen name eight. */
const MAX_TYPES = 32;
