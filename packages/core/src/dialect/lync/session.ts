// Habit: session-description
// They do: describe a session in text as `m=message 5060 sip null`, those of 2005 as `m=x-ms-message`; the answer names
//   whoever answers in the place of null. Port and address mean nothing. What may be said is listed in a=accept-types.
// Vectors: im-01 O, im-02 O, im-03 O, im-04 O, im-05 O.
// We do: offer m=message, answer with the media name that was offered, and list the types that are read here.
import { decodeUtf8, encodeUtf8 } from '@interwork/xmpp';
import type { HeaderField } from '@interwork/sip';
import type { SessionForm, SessionPlace } from '../types.ts';

/** The SDP of a session in text. */
export const LYNC_SESSION: SessionForm = {
  contentType: 'application/sdp',
  offer: (at, acceptTypes) => description(at, 'message', 'null', acceptTypes),
  answer: (at, acceptTypes, self, offer) =>
    description(at, mediaOf(offer), self.replace(/\s/g, ''), acceptTypes),
  headers: conversationHeaders,
};

function conversationHeaders(conversation: string): readonly HeaderField[] {
  return [{ name: 'Ms-Conversation-ID', value: conversation }];
}

function mediaOf(offer: Uint8Array): string {
  return /^m=x-ms-message /m.test(decodeUtf8(offer) ?? '') ? 'x-ms-message' : 'message';
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
