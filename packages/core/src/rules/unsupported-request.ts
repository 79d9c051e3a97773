// SIP requests that no rule carries yet, refused by name, so that sender and administrator read why and not
// just a number: sessions, sessions of many, presence. Whoever listens hands `declineRequest` to the endpoint.
import type { IncomingRequest, NameAddr, ResponseDraft } from '@interwork/sip';
import { type Refusal, type RefusalCode, refused } from '../translation.ts';
import { warning } from './warning.ts';

/** The methods of sessions: what a gateway with `chat` carries beside. @spec RFC 3261 §20.5 */
export const SESSION_METHODS: readonly string[] = [
  'INVITE',
  'ACK',
  'BYE',
  'CANCEL',
  'INFO',
  'UPDATE',
];

/** The methods of presence. @spec RFC 3261 §20.5 */
export const SUBSCRIPTION_METHODS: readonly string[] = ['SUBSCRIBE', 'NOTIFY'];

/** The methods that a gateway with presence and conversations carries: what its SIP edge takes. @spec RFC 3261 §20.5 */
export const CARRIED_METHODS: readonly string[] = [
  'MESSAGE',
  'OPTIONS',
  ...SUBSCRIPTION_METHODS,
  ...SESSION_METHODS,
];

/** Methods that are taken and sent without an answer, by agreement: what its SIP edge never answers (`unanswered`). */
export const CARRIED_UNANSWERED: readonly string[] = ['BENOTIFY'];

/** The event packages that it knows. @spec RFC 3856 §6.1 */
export const CARRIED_EVENTS: readonly string[] = ['presence'];

/**
 * The answer to a request of a known kind that is not carried; `undefined` leaves it to the endpoint.
 * Hand it to `listenSip` or `SipEndpoint` as `decline`.
 * @spec RFC 3261 §8.2.1
 */
export function declineRequest(request: IncomingRequest): ResponseDraft | undefined {
  const refusal = refusalOfRequest(request);
  return refusal === undefined
    ? undefined
    : { status: refusal.status, headers: [warning(refusal.text)] };
}

/** Why a request is not carried, by name; `undefined` for a method nobody knows. */
export function refusalOfRequest(request: IncomingRequest): Refusal | undefined {
  const { method } = request;
  if (method === 'INVITE') return refused(sessionCode(request));
  const code = Object.hasOwn(CODE_OF, method) ? CODE_OF[method] : undefined;
  return code === undefined ? undefined : refused(code);
}

function sessionCode(request: IncomingRequest): RefusalCode {
  return isMultiParty(request) ? 'multi-party' : 'session';
}

/** Whether a session is one of more than two. @spec RFC 4579 §5.2 */
export function isMultiParty(request: IncomingRequest): boolean {
  const { require, contact } = request.request.headers;
  const many = Array.isArray(require) && require.includes('com.microsoft.rtc-multiparty');
  return many || (Array.isArray(contact) && (contact as readonly NameAddr[]).some(isFocus));
}

function isFocus(contact: NameAddr): boolean {
  return contact.params.some((param) => param.name === 'isfocus');
}

const CODE_OF: Readonly<Record<string, RefusalCode>> = {
  SUBSCRIBE: 'presence-not-carried',
  NOTIFY: 'presence-not-carried',
  PUBLISH: 'presence-not-carried',
  REGISTER: 'home-server',
  SERVICE: 'home-server',
  REFER: 'session',
  INFO: 'session',
  BYE: 'session',
  UPDATE: 'session',
  PRACK: 'session',
};
