// Errors between the protocols: RFC 7247 §7, its two tables as printed, and beside them `answerFor`
// and `errorFor`, which the gateway uses. They are two tables because they are not inverse.
// Departures (docs/departures.md) are in `answerFor` alone.
import { CONDITIONS, type Condition, type StanzaError } from '@interwork/xmpp';

/** One row of Table 2, SIP statuses. `full` and `bare`: by the JID the error is about. */
export interface StatusRow {
  readonly full: number;
  readonly bare: number;
  /** With a new address in the error (note 3). */
  readonly moved?: number;
  /** When the domain exists but cannot be resolved (note 4). */
  readonly unresolved?: number;
  /** When it is about a feature rather than a user (note 5). */
  readonly feature?: number;
  /** Outside an INVITE dialog. */
  readonly outside?: number;
}

/**
 * Stanza error condition to SIP status, as printed.
 * @spec RFC 7247 §7.1
 */
export const STATUS_OF: Readonly<Record<Condition, StatusRow>> = {
  'bad-request': { full: 400, bare: 400 },
  conflict: { full: 400, bare: 400 },
  'feature-not-implemented': { full: 405, bare: 501 }, //                (1)
  forbidden: { full: 403, bare: 603 }, //                              (2)
  gone: { full: 410, bare: 410, moved: 301 }, //                       (3)
  'internal-server-error': { full: 500, bare: 500 },
  'item-not-found': { full: 404, bare: 604 }, //                         (2)
  'jid-malformed': { full: 400, bare: 400 },
  'not-acceptable': { full: 406, bare: 606 }, //                         (2)
  'not-allowed': { full: 403, bare: 403 },
  'not-authorized': { full: 401, bare: 401 },
  'policy-violation': { full: 403, bare: 403 },
  'recipient-unavailable': { full: 480, bare: 600 }, //                  (2)
  redirect: { full: 302, bare: 302 },
  'registration-required': { full: 407, bare: 407 },
  'remote-server-not-found': { full: 404, bare: 404, unresolved: 408 }, // (4)
  'remote-server-timeout': { full: 408, bare: 408 },
  'resource-constraint': { full: 500, bare: 500 },
  'service-unavailable': { full: 403, bare: 403, feature: 405 }, //      (5)
  'subscription-required': { full: 400, bare: 400 },
  'undefined-condition': { full: 400, bare: 400 },
  'unexpected-request': { full: 491, bare: 491, outside: 400 },
};

/**
 * SIP status to stanza error condition, as printed. Codes that are not listed go by their class.
 * @spec RFC 7247 §7.2
 */
export const CONDITION_OF: Readonly<Record<number, Condition>> = {
  300: 'redirect',
  301: 'gone',
  302: 'redirect',
  305: 'redirect',
  380: 'not-acceptable',
  400: 'bad-request',
  401: 'not-authorized',
  402: 'bad-request',
  403: 'forbidden',
  404: 'item-not-found',
  405: 'feature-not-implemented',
  406: 'not-acceptable',
  407: 'registration-required',
  408: 'remote-server-timeout',
  410: 'gone',
  413: 'policy-violation',
  414: 'policy-violation',
  415: 'not-acceptable',
  416: 'not-acceptable',
  420: 'feature-not-implemented',
  421: 'not-acceptable',
  423: 'resource-constraint',
  430: 'recipient-unavailable',
  439: 'feature-not-implemented',
  440: 'policy-violation',
  480: 'recipient-unavailable',
  481: 'item-not-found',
  482: 'not-acceptable',
  483: 'not-acceptable',
  484: 'item-not-found',
  485: 'item-not-found',
  486: 'recipient-unavailable',
  487: 'recipient-unavailable',
  488: 'not-acceptable',
  489: 'policy-violation',
  491: 'unexpected-request',
  493: 'bad-request',
  500: 'internal-server-error',
  501: 'feature-not-implemented',
  502: 'remote-server-not-found',
  503: 'internal-server-error',
  504: 'remote-server-timeout',
  505: 'not-acceptable',
  513: 'policy-violation',
  600: 'recipient-unavailable',
  603: 'recipient-unavailable',
  604: 'item-not-found',
  606: 'not-acceptable',
};

const CONDITION_OF_CLASS: Readonly<Record<number, Condition>> = {
  3: 'redirect',
  4: 'bad-request',
  5: 'internal-server-error',
  6: 'recipient-unavailable',
};

/**
 * The condition for any final status of 300 and above.
 * @spec RFC 7247 §7.2
 */
export function conditionOf(status: number): Condition {
  return (
    CONDITION_OF[status] ?? CONDITION_OF_CLASS[Math.floor(status / 100)] ?? 'undefined-condition'
  );
}

/** What a SIP sender is answered for a stanza error. */
export interface SipAnswer {
  readonly status: number;
  /** The address for Contact, as the stanza error gave it (`xmpp:` or `sip:`); only with 301 and 302. */
  readonly address: string | undefined;
}

/**
 * The SIP answer to a stanza error about a message. Departs from Table 2 where the table's status
 * would be malformed or would harm: no challenge to offer (401, 407), a timeout that the client
 * already had (408), a user who is merely away (service-unavailable), no INVITE dialog (491).
 * @spec RFC 7247 §7.1
 * @spec RFC 4320 §4.2
 */
export function answerFor(error: StanzaError, about: 'full' | 'bare'): SipAnswer {
  const moved = error.address !== undefined && error.address !== '';
  if (error.condition === 'gone' && moved) return { status: 301, address: error.address };
  if (error.condition === 'redirect' && moved) return { status: 302, address: error.address };
  const status = DEPARTURES[error.condition] ?? STATUS_OF[error.condition][about];
  return { status, address: undefined };
}

/** No challenge, no time-out, no dialog, a user who is away, and a redirect that leads nowhere. */
const DEPARTURES: Partial<Record<Condition, number>> = {
  'not-authorized': 403,
  'registration-required': 403,
  'service-unavailable': 480,
  'remote-server-timeout': 504,
  'unexpected-request': 400,
  redirect: 480,
};

/** Characters of an error's text, at most. */
export const MAX_ERROR_TEXT = 256;

/**
 * The stanza error for a final SIP status. `reason` (a Reason-Phrase or warning text) becomes the
 * error's text; `address` the new address of 301 and 302, as a URI.
 * @spec RFC 7247 §7.2
 * @spec RFC 6120 §8.3.3
 */
export function errorFor(status: number, reason?: string, address?: string): StanzaError {
  const condition = conditionOf(status);
  const text = reason === undefined ? '' : printable(reason);
  return {
    type: CONDITIONS[condition],
    condition,
    ...(text === '' ? {} : { text: { lang: 'en', text } }),
    ...(address !== undefined && (condition === 'gone' || condition === 'redirect')
      ? { address }
      : {}),
  };
}

/**
 * Text that may be shown: one line without controls, line separators or marks that turn its direction,
 * cut to `MAX_ERROR_TEXT` UTF-16 units and never inside a character.
 */
export function printable(text: string): string {
  const line = text.replace(UNSHOWN, ' ').trim().slice(0, MAX_ERROR_TEXT);
  return HALF_CHARACTER.test(line) ? line.slice(0, -1) : line;
}

const UNSHOWN = /[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]+/gu;
const HALF_CHARACTER = /[\uD800-\uDBFF]$/;
