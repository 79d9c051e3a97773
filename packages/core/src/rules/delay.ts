// When a SIP message was sent, for one that was long on its way: Date becomes a delay stamp.
import type { IncomingRequest } from '@interwork/sip';
import { delayElement, type XmlElement } from '@interwork/xmpp';
import type { Crossing } from '../crossing.ts';

/** Milliseconds a message may have been under way before its delay is worth telling. */
export const DELAY_WORTH_TELLING = 10_000;

/**
 * The delay stamp of a MESSAGE whose Date lies well in the past; of nothing else. What its wrapper says of
 * when it was `sent` (epoch ms) goes before Date.
 * @spec RFC 3428 §7
 * @spec XEP-0203 §2
 */
export function delayOf(r: IncomingRequest, x: Crossing, sent?: number): XmlElement | undefined {
  const date = sent ?? r.request.headers.date;
  if (typeof date !== 'number' || x.now - date <= DELAY_WORTH_TELLING) return undefined;
  return delayElement(date, x.from.jid.domain);
}
