// Habit: session-description
// They do: describe a session in text as `m=message 5060 sip null`, those of 2005 as `m=x-ms-message`; the answer names
//   whoever answers in the place of null. Port and address mean nothing. What may be said is listed in a=accept-types.
// Vectors: im-01 O, im-02 O, im-03 O, im-04 O, im-05 O, own im-sessions O.
// We do: offer m=message, answer with the media name that was offered, and list the types that are read here.
import { parseSdp, sdpAttribute, writeSdp } from '@interwork/sip';
import type { SessionForm, SessionMedia, SessionPlace } from '../types.ts';
import { conversationHeader, conversationIn } from './conversation.ts';

/** The SDP of a session in text. */
export const LYNC_SESSION: SessionForm = {
  contentType: 'application/sdp',
  offer: (at, acceptTypes) => description(at, 'message', 'null', acceptTypes),
  answer: (at, acceptTypes, self, offer) =>
    description(at, mediaIn(offer)?.media ?? 'message', self.replace(/\s/g, ''), acceptTypes),
  read: mediaIn,
  headers: (conversation) => [conversationHeader(conversation)],
  conversationIn,
};

function mediaIn(body: Uint8Array): SessionMedia | undefined {
  const sdp = parseSdp(body);
  const found = sdp.kind === 'sdp' ? sdp.media.find(({ media }) => IN_TEXT.has(media)) : undefined;
  const [fmt] = found?.formats ?? [];
  if (found === undefined || fmt === undefined) return undefined;
  const { media, port, proto, lines } = found;
  const types = sdpAttribute(lines, 'accept-types')?.trim().toLowerCase() ?? '';
  const acceptTypes = types === '' ? [] : types.split(/ +/, MAX_TYPES);
  return { media, port, proto, fmt, acceptTypes };
}

function description(
  { address, port }: SessionPlace,
  media: string,
  fmt: string,
  acceptTypes: readonly string[],
): Uint8Array {
  const net = `IN ${address.includes(':') ? 'IP6' : 'IP4'} ${address}`;
  const lines = [
    { type: 'v', value: '0' },
    { type: 'o', value: `- 0 0 ${net}` },
    { type: 's', value: 'session' },
    { type: 'c', value: net },
    { type: 't', value: '0 0' },
  ];
  const accepted = { type: 'a', value: `accept-types:${acceptTypes.join(' ')}` };
  const medium = { media, port, count: undefined, proto: 'sip', formats: [fmt], lines: [accepted] };
  return writeSdp({ kind: 'sdp', lines, media: [medium] });
}

const IN_TEXT: ReadonlySet<string> = new Set(['message', 'x-ms-message']);
/** Types of one list; those that were seen name eight. */
const MAX_TYPES = 32;
