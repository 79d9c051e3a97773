// What a session in SIP is about, as policy names it: told by its offer, before anything of it is carried. Nothing of the
// offer is taken; a body that is no SDP is a call like any other.
import type { Traffic } from '@interwork/policy';
import type { IncomingRequest } from '@interwork/sip';
import { decodeUtf8 } from '@interwork/xmpp';

/** Conversations in text are sessions too, with `m=message` or Microsoft's `m=x-ms-message`. */
export function trafficOfSession({ request: { body } }: IncomingRequest): Traffic {
  const kinds = new Set((decodeUtf8(body) ?? '').match(MEDIA));
  const first = ORDER.find(([line]) => kinds.has(line));
  return first?.[1] ?? 'audio';
}

const MEDIA = /^m=(?:x-ms-)?(?:message|video|audio)(?= )/gm;

/** The first that is there names it: what shows most is what policy is asked about. */
const ORDER: readonly (readonly [line: string, traffic: Traffic])[] = [
  ['m=video', 'video'],
  ['m=audio', 'audio'],
  ['m=message', 'chat'],
  ['m=x-ms-message', 'chat'],
];
