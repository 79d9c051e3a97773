// What a session is to be made of, told by its description: messages within the SIP session itself, MSRP, or sound and
// pictures; and whether messages in text may go by it. How we describe ours is the dialect's.
import { parseSdp, type SdpMedia } from '@interwork/sip';

/**
 * What a description is of. `messages`: SIP messages within the session; `msrp`: RFC 4975; `call`: sound, pictures, or what
 * nobody knows; `nothing`: there is no description, so that the answer is to make the offer.
 */
export type OfferKind = 'messages' | 'msrp' | 'call' | 'nothing';

/** What is offered. Sound and pictures beside a text make it a call. @spec RFC 7573 §5 */
export function offerKind(body: Uint8Array): OfferKind {
  if (body.length === 0) return 'nothing';
  const media = mediaOf(body);
  if (media.length === 0 || !media.every(isText)) return 'call';
  if (media.some(isOfMessages)) return 'messages';
  return media.some(({ proto }) => MSRP.test(proto)) ? 'msrp' : 'call';
}

/**
 * Whether what the peer has answered, or offers, takes messages in text: it names its content types, and plain text is the
 * one that everybody has to read.
 * @spec RFC 7573 §4
 */
export function takesText(body: Uint8Array): boolean {
  const medium = mediaOf(body).find(isOfMessages);
  if (medium === undefined || medium.port === 0) return false;
  const said = medium.lines.find(({ type, value }) => type === 'a' && ACCEPT.test(value));
  if (said === undefined) return true;
  const types = said.value
    .slice(said.value.indexOf(':') + 1)
    .toLowerCase()
    .trim()
    .split(/\s+/);
  return types.some((one) => one === '*' || READ.has(one));
}

function mediaOf(body: Uint8Array): readonly SdpMedia[] {
  const document = parseSdp(body);
  return document.kind === 'sdp' ? document.media : NONE;
}

/** Whether a medium is text, by whatever means: SIP messages or MSRP. */
export function isText({ media }: SdpMedia): boolean {
  return TEXT.has(media);
}

function isOfMessages(medium: SdpMedia): boolean {
  return isText(medium) && medium.proto.toLowerCase() === 'sip';
}

const TEXT: ReadonlySet<string> = new Set(['message', 'x-ms-message']);
const MSRP = /^TCP\/(?:TLS\/)?MSRP$/i;
const ACCEPT = /^accept-types:/i;
/** What of ours a peer must read: everything we write has a plain text. */
const READ: ReadonlySet<string> = new Set(['text/plain', 'text/*']);
const NONE: readonly never[] = Object.freeze([]);
