// RFC 8048 §7  Polling: a probe is a SUBSCRIBE that expires at once, in a dialog of its own, and the other way
// round. Which stanza asks for one is presence-authorization.ts; Departures: docs/departures.md.
import { type IncomingRequest, param, writeUri } from '@interwork/sip';
import { Jid, type PresenceDraft } from '@interwork/xmpp';
import { type AddressOptions, jidToAor, jidToSipUri } from '../address.ts';

/** What a SUBSCRIBE is made of: addresses of record as text, and seconds; 0 asks once. */
export interface SubscribeWish {
  readonly local: string;
  readonly remote: string;
  readonly expires: number;
}

/**
 * The wish of an XMPP watcher to see a SIP contact, for so many seconds. The resource of neither is in it: it is the
 * user who watches.
 * @spec RFC 8048 §5.2.1
 * @spec RFC 3856 §6.4
 */
export function wishToWatch(
  watcher: Jid,
  contact: Jid,
  options: AddressOptions & { readonly expires?: number } = {},
): SubscribeWish {
  return wish(watcher, contact, options.expires ?? WATCH_SECONDS, options);
}

/**
 * The wish of an XMPP watcher to know a SIP contact's state once.
 * @spec RFC 8048 §7.1
 */
export function wishToFetch(
  watcher: Jid,
  contact: Jid,
  options: AddressOptions = {},
): SubscribeWish {
  return wish(watcher, contact, 0, options);
}

function wish(watcher: Jid, contact: Jid, expires: number, options: AddressOptions): SubscribeWish {
  const remote = jidToSipUri(Jid.bareOf(contact), options);
  return { local: writeUri(jidToAor(watcher)), remote: writeUri(remote), expires };
}

/** What a SUBSCRIBE is about, within a dialog or outside. */
export type SubscribeKind = 'open' | 'refresh' | 'end' | 'fetch';

/**
 * Whether a SUBSCRIBE opens a dialog, refreshes one, ends one, or asks once; by the To tag and Expires.
 * @spec RFC 8048 §7.2
 * @spec RFC 6665 §4.4.3
 */
export function subscribeKind({ to, request }: IncomingRequest): SubscribeKind {
  const isWithin = param(to.params, 'tag') !== undefined;
  if (request.headers.expires === 0) return isWithin ? 'end' : 'fetch';
  return isWithin ? 'refresh' : 'open';
}

/**
 * The probe for a SIP watcher who asks once.
 * @spec RFC 8048 §7.2
 */
export function probeOf(watcher: Jid, contact: Jid, id?: string): PresenceDraft {
  return { from: watcher, to: contact, id, type: 'probe' };
}

/** Seconds a subscription is asked for. @spec RFC 3856 §6.4 */
export const WATCH_SECONDS = 3600;

/** Milliseconds that the NOTIFY to one who asks once may wait for the answer to the probe. */
export const FETCH_HOLD = 2000;
